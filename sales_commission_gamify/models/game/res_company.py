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
    sales_commission_thanks_allowance = fields.Integer(
        string="Points to Give",
        default=100,
        help="What each employee may give to colleagues in a month. 0: nothing.",
    )
    sales_commission_thanks_manager_allowance = fields.Integer(
        string="Managers' Points to Give",
        default=500,
        help="What each manager of the Commissions app may give in a month.",
    )
    sales_commission_thanks_channel_id = fields.Many2one(
        "discuss.channel",
        string="Channel for Thanks",
        domain="[('channel_type', '=', 'channel')]",
        help="Thanks that everybody is told of are posted there. Empty: nowhere.",
    )
    sales_commission_point_budget = fields.Integer(
        string="Points a Month",
        help="What should be given in a month at most. 0: no budget.",
    )
    sales_commission_point_expiry = fields.Integer(
        string="Points Expire after Months",
        help="Points that are not spent so many months after they were given. "
        "0: never.",
    )
    sales_commission_point_notice = fields.Integer(
        string="Days of Notice",
        default=30,
        help="Payees are told so many days before points expire. 0: they are not.",
    )
    sales_commission_point_noticed = fields.Date(
        readonly=True, help="Payees were told of what expires until this day."
    )

    _game_numbers_positive = models.Constraint(
        """CHECK (sales_commission_thanks_allowance >= 0
              AND sales_commission_thanks_manager_allowance >= 0
              AND sales_commission_point_budget >= 0
              AND sales_commission_point_expiry >= 0
              AND sales_commission_point_notice >= 0)""",
        "Points to give, budgets, months and days cannot be negative.",
    )
