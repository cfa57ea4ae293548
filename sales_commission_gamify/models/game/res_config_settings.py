from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_point_name = fields.Char(
        related="company_id.sales_commission_point_name", readonly=False
    )
    sales_commission_point_icon = fields.Selection(
        related="company_id.sales_commission_point_icon", readonly=False
    )
    sales_commission_thanks_allowance = fields.Integer(
        related="company_id.sales_commission_thanks_allowance", readonly=False
    )
    sales_commission_thanks_manager_allowance = fields.Integer(
        related="company_id.sales_commission_thanks_manager_allowance", readonly=False
    )
    sales_commission_thanks_channel_id = fields.Many2one(
        related="company_id.sales_commission_thanks_channel_id", readonly=False
    )
    sales_commission_point_budget = fields.Integer(
        related="company_id.sales_commission_point_budget", readonly=False
    )
    sales_commission_point_expiry = fields.Integer(
        related="company_id.sales_commission_point_expiry", readonly=False
    )
    sales_commission_point_notice = fields.Integer(
        related="company_id.sales_commission_point_notice", readonly=False
    )
