from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_point_name = fields.Char(
        string="Name of Points",
        required=True,
        translate=True,
        default=lambda self: self.env._("points"),
        help="What your company calls points: stars, coins, miles …",
    )
    sales_commission_point_icon = fields.Selection(
        [
            ("fa-star", "Star"),
            ("fa-diamond", "Diamond"),
            ("fa-trophy", "Trophy"),
            ("fa-bolt", "Bolt"),
            ("fa-rocket", "Rocket"),
            ("fa-heart", "Heart"),
            ("fa-leaf", "Leaf"),
            ("fa-database", "Coins"),
        ],
        string="Icon of Points",
        required=True,
        default="fa-star",
    )
