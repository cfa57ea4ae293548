from odoo import api, fields, models


class SalesCommissionPlan(models.Model):
    """Where its commissions are booked is no part of what was promised."""

    _inherit = "sales.commission.plan"

    expense_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('internal_group', '=', 'expense')]",
        help="Where commissions of this plan are booked. Empty: the company's "
        "commission expense account.",
    )

    deferral_months = fields.Integer(
        "Expense Spread over (months)",
        help="Commissions of this plan win contracts of so many months: their expense "
        "is spread from the month of the sale on. Up to 12 months, and 0, it is booked "
        "at once.",
    )

    _deferral_months_positive = models.Constraint(
        "CHECK (deferral_months >= 0)",
        "The months over which a commission's expense is spread cannot be negative.",
    )

    @api.model
    def _get_fields_always_editable(self):
        return super()._get_fields_always_editable() | {
            "deferral_months",
            "expense_account_id",
        }
