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

    @api.model
    def _get_fields_always_editable(self):
        return super()._get_fields_always_editable() | {"expense_account_id"}
