from odoo import fields, models
from odoo.tools import SQL


class SalesCommissionDrawBalance(models.Model):
    """What each payee owes of each draw: the sums of its movements."""

    _name = "sales.commission.draw.balance"
    _description = "Draw Balance"
    _auto = False
    _order = "balance desc, id desc"
    _rec_name = "employee_id"
    _depends = {
        "sales.commission.draw.movement": ["amount", "kind", "plan_id", "draw_id"],
    }

    employee_id = fields.Many2one("hr.employee", string="Payee", readonly=True)
    plan_id = fields.Many2one(
        "sales.commission.plan",
        readonly=True,
        help="In the version that the payee had last.",
    )
    draw_id = fields.Many2one("sales.commission.draw", readonly=True)
    root_id = fields.Many2one("sales.commission.draw", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(string="Last movement", readonly=True)
    advanced = fields.Monetary(readonly=True, help="On confirmed statements.")
    recovered = fields.Monetary(
        string="Taken back", readonly=True, help="From earnings on later statements."
    )
    forgiven = fields.Monetary(readonly=True, help="No longer owed.")
    balance = fields.Monetary(
        readonly=True, help="Owed: advanced, less taken back and forgiven."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(id) AS id, employee_id, root_id, company_id, currency_id,
                   (ARRAY_AGG(plan_id ORDER BY id DESC))[1] AS plan_id,
                   (ARRAY_AGG(draw_id ORDER BY id DESC))[1] AS draw_id,
                   MAX(date) AS date,
                   COALESCE(SUM(amount) FILTER (WHERE kind = 'advanced'), 0)
                   AS advanced,
                   COALESCE(-SUM(amount) FILTER (WHERE kind = 'recovered'), 0)
                   AS recovered,
                   COALESCE(-SUM(amount) FILTER (WHERE kind = 'forgiven'), 0)
                   AS forgiven,
                   SUM(amount) AS balance
              FROM sales_commission_draw_movement
             GROUP BY employee_id, root_id, company_id, currency_id
            """
        )

    def action_view_movements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_draw_movement_action"
        )
        action["domain"] = [
            ("employee_id", "=", self.employee_id.id),
            ("root_id", "=", self.root_id.id),
        ]
        action["context"] = {}
        return action

    def action_forgive(self):
        """Ask how much and why, in a small window."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Forgive"),
            "res_model": "sales.commission.draw.forgive",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_balance_number": self.id},
        }
