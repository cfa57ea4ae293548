from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    sales_commission_is_hidden = fields.Boolean(
        "Not Shown in Rankings",
        groups="hr.group_hr_user",
        tracking=True,
        help="Colleagues find this payee on no leaderboard, challenge, screen or "
        "message of the game. The payee sees the own place only.",
    )
