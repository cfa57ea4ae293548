from odoo import api, fields, models
from odoo.tools import SQL


class SalesCommissionHeld(models.Model):
    """What is earned and not payable yet, as it stands: earnings less what was made
    payable, of plans that say when it is payable."""

    _name = "sales.commission.held"
    _inherit = "sales.commission.dated"
    _description = "Commission Held Back"
    _auto = False
    _order = "date_from desc, employee_id, component_id, level"
    _rec_name = "component_id"

    company_id = fields.Many2one("res.company", readonly=True)
    plan_id = fields.Many2one("sales.commission.plan", readonly=True)
    component_id = fields.Many2one("sales.commission.component", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Payee", readonly=True)
    level = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    earned = fields.Monetary(readonly=True)
    released = fields.Monetary(
        readonly=True,
        help="What was made payable when statements were computed.",
    )
    amount = fields.Monetary(
        string="Held back",
        readonly=True,
        help="Earned, not payable yet. Negative: more was made payable than is earned "
        "now; the next statement takes it back.",
    )

    @property
    def _table_query(self):
        if self.pool.ready:  # Odoo asks for it while tables are made, too
            self.env.flush_all()
        columns = SQL(
            "company_id, plan_id, component_id, employee_id, level, date_from, "
            "currency_id"
        )
        return SQL(
            """
            SELECT MIN(id) AS id, MAX(date_to) AS date_to, %(columns)s,
                   SUM(earned) AS earned, SUM(released) AS released,
                   SUM(earned) - SUM(released) AS amount
              FROM (SELECT e.id, e.date_to, %(earning)s, e.amount AS earned,
                           0 AS released
                      FROM sales_commission_earning e
                      JOIN sales_commission_plan plan
                        ON plan.id = e.plan_id AND %(rule)s
                     UNION ALL
                    SELECT NULL, date_to, %(columns)s, 0, amount
                      FROM sales_commission_payable) row
             GROUP BY %(columns)s
            """,
            columns=columns,
            earning=SQL(", ").join(
                SQL.identifier("e", name)
                for name in (
                    "company_id",
                    "plan_id",
                    "component_id",
                    "employee_id",
                    "level",
                    "date_from",
                    "currency_id",
                )
            ),
            rule=self._get_rule_sql("plan"),
        )

    @api.model
    def _get_rule_sql(self, plan):
        """Whether what *plan*, an alias, earns waits for something."""
        return SQL(
            """(%(plan)s.payable_when != 'earned'
                OR COALESCE(%(plan)s.payable_days, 0) > 0
                OR COALESCE(%(plan)s.held_percent, 0) > 0)""",
            plan=SQL.identifier(plan),
        )

    def action_view_payables(self):
        """How it became payable, step by step."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_payable_action"
        )
        action["domain"] = [
            ("component_id", "=", self.component_id.id),
            ("employee_id", "=", self.employee_id.id),
            ("level", "=", self.level),
            ("date_from", "=", self.date_from),
        ]
        action["context"] = {}
        return action
