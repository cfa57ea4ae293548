from odoo import api, models


class SalesCommissionStatement(models.Model):
    """A company may want a negative total back at once, instead of from what comes."""

    _inherit = "sales.commission.statement"

    @api.depends("amount_total", "amount_opening")
    def _compute_amount_payable(self):
        result = super()._compute_amount_payable()
        for statement in self:
            policy = statement.company_id.sudo().sales_commission_negative
            if statement.amount_closing < 0 and policy == "receivable":
                statement.amount_payable = statement.amount_closing
                statement.amount_closing = 0.0
        return result
