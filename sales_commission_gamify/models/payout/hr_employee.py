from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    sales_commission_agent = fields.Boolean(
        "External Agent",
        groups="hr.group_hr_user",
        tracking=True,
        help="Commissions are paid against a vendor bill of the work contact, with its "
        "taxes and payment terms, instead of the company's commission entry.",
    )
