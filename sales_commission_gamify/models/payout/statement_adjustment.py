from odoo import api, fields, models
from odoo.fields import Domain


class SalesCommissionStatement(models.Model):
    """Approved adjustments are paid with the payee's next statement."""

    _inherit = "sales.commission.statement"

    amount_adjustment = fields.Monetary(
        string="Adjustments",
        compute="_compute_amount_total",
        store=True,
        help="What was added or taken back by hand, with a reason.",
    )

    @api.model
    def _get_kinds_of_amounts(self):
        return {**super()._get_kinds_of_amounts(), "amount_adjustment": "adjustment"}

    @api.model
    def _prepare_lines(self, period, done_payees):
        """Also of payees who have nothing else."""
        rows = super()._prepare_lines(period, done_payees)
        due = self.env["sales.commission.adjustment"].search(
            Domain("company_id", "=", period.company_id.id)
            & Domain("state", "=", "approved")
            & Domain("period_id.date_to", "<=", period.date_to)
            & Domain("employee_id", "not in", done_payees.ids)
            & Domain("statement_line_ids", "=", False),
            order="employee_id, id",
        )
        return rows + [self._prepare_adjustment_line_vals(row) for row in due]

    @api.model
    def _prepare_adjustment_line_vals(self, adjustment):
        return {
            "employee_id": adjustment.employee_id.id,
            "kind": "adjustment",
            "adjustment_id": adjustment.id,
            "plan_id": adjustment.plan_id.id,
            "component_id": adjustment.component_id.id,
            "date_from": adjustment.period_id.date_from,
            "date_to": adjustment.period_id.date_to,
            "amount": adjustment.amount,
        }
