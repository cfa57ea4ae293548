from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_point_name = fields.Char(
        related="company_id.sales_commission_point_name", readonly=False
    )
    sales_commission_point_icon = fields.Selection(
        related="company_id.sales_commission_point_icon", readonly=False
    )
