from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_require_acceptance = fields.Boolean(
        string="Payees must accept their plan before payout",
        help="A statement cannot be confirmed while its payee has not accepted a plan "
        "that it pays for.",
    )
