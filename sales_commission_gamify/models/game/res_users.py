from odoo import fields, models

SWITCHES = [
    "sales_commission_toasts",
    "sales_commission_toast_badges",
    "sales_commission_toast_leads",
    "sales_commission_is_named",
]


class ResUsers(models.Model):
    """What of the game each one wants to hear of, chosen by himself."""

    _inherit = "res.users"

    sales_commission_toasts = fields.Boolean(
        "Celebrate My Deals",
        default=True,
        help="A message at once when a deal brings commission or points.",
    )
    sales_commission_toast_badges = fields.Boolean(
        "Celebrate My Badges",
        default=True,
        help="A message when you get a badge.",
    )
    sales_commission_toast_leads = fields.Boolean(
        "Tell Me Who Leads",
        default=True,
        help="A message when you take or lose the lead in a challenge or on the "
        "leaderboard.",
    )
    sales_commission_is_named = fields.Boolean(
        "Name Me in Channels",
        default=True,
        help="Your deals, badges and places may be told in a channel of Discuss, where "
        "your company has the game post. Otherwise they are left out.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, *SWITCHES]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, *SWITCHES]
