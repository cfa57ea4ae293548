from odoo import fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    statement_ids = fields.One2many("sales.commission.statement", "period_id")
    statement_count = fields.Integer(compute="_compute_statement_totals")
    amount_payable = fields.Monetary(
        string="Payable", compute="_compute_statement_totals"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _compute_statement_totals(self):
        totals = {
            period: (count, amount)
            for period, count, amount in self.env[
                "sales.commission.statement"
            ]._read_group(
                [("period_id", "in", self.ids)],
                ["period_id"],
                ["__count", "amount_payable:sum"],
            )
        }
        for period in self:
            period.statement_count, period.amount_payable = totals.get(period, (0, 0))

    def action_compute_statements(self):
        """Draft statements of all payees with something open, then show them."""
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        self._check_open()
        self.env["sales.commission.statement"]._compute_drafts(self)
        if not self.statement_ids:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "message": self.env._(
                        "Nothing to pay in %(period)s: no payee has earned anything "
                        "that is not on a statement yet.",
                        period=self.name,
                    ),
                },
            }
        return self.action_view_statements()

    def action_view_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_statement_action"
        )
        action["domain"] = [("period_id", "=", self.id)]
        action["context"] = {}
        review = self.env.ref(
            "sales_commission_gamify.sales_commission_statement_view_list_review"
        )
        action["views"] = [
            (review.id if kind == "list" else view, kind)
            for view, kind in action["views"]
        ]
        return action

    def _check_group(self, *groups):
        check_group(self.env, *groups)
        self.check_access("read")

    def action_lock(self):
        self._check_group("group_officer", "group_accountant")
        for period in self:
            open_statements = period.statement_ids.filtered(
                lambda statement: statement.state in ("draft", "confirmed", "approved")
            )
            if open_statements:
                raise UserError(
                    self.env._(
                        "%(count)s statements of %(period)s are not posted yet, for "
                        "example %(name)s of %(payee)s. Post or delete them before "
                        "locking the period.",
                        count=len(open_statements),
                        period=period.name,
                        name=open_statements[0].name,
                        payee=open_statements[0].employee_id.sudo().name,
                    )
                )
        self.sudo().state = "locked"  # sudo: only buttons may, checked above
