from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

# What is read since it was read last: the field that remembers, and the facts.
READ = {
    "last_credit_id": "sales_commission_credit",
    "last_award_id": "sales_commission_award",
    "last_lead_id": "sales_commission_lead",
    "last_result_id": "sales_commission_challenge_result",
}


class SalesCommissionChannel(models.Model):
    """A channel of Discuss in which the game tells what happened.

    What happened is read from the facts, by a job and summed up: a busy day brings a
    post every half hour, not one for each deal.
    """

    _name = "sales.commission.channel"
    _description = "Channel of the Game"
    _order = "company_id, id"
    _rec_name = "channel_id"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel_id = fields.Many2one(
        "discuss.channel",
        required=True,
        ondelete="cascade",
        domain="[('channel_type', '=', 'channel')]",
        help="All its members read what is posted.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales teams",
        help="Only what members of these teams do. Empty: everybody who takes part.",
    )
    tells_deals = fields.Boolean("Big deals", default=True)
    least_amount = fields.Monetary(
        "From", default=0, help="Smaller deals are not told. 0: all are."
    )
    shows_money = fields.Boolean("With amounts", default=True)
    tells_badges = fields.Boolean("Badges", default=True)
    tells_challenges = fields.Boolean(
        "Challenges",
        default=True,
        help="When one starts, when the lead changes and who has won; of those in "
        "which everybody sees everybody.",
    )
    minutes = fields.Integer(
        "At most every",
        required=True,
        default=30,
        help="Minutes. What happens meanwhile is summed up in the next post.",
    )
    posted_at = fields.Datetime("Posted", readonly=True, copy=False)
    last_credit_id = fields.Integer(readonly=True, copy=False)
    last_award_id = fields.Integer(readonly=True, copy=False)
    last_lead_id = fields.Integer(readonly=True, copy=False)
    last_result_id = fields.Integer(readonly=True, copy=False)

    _minutes_sane = models.Constraint(
        "CHECK (minutes BETWEEN 5 AND 1440 AND COALESCE(least_amount, 0) >= 0)",
        "Something is posted every 5 to 1440 minutes, of deals from 0 up.",
    )
    _once = models.Constraint(
        "UNIQUE (channel_id, company_id)",
        "The game of this company posts in this channel already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._check_channel()
        channels._skip_past()
        return channels

    def write(self, vals):
        result = super().write(vals)
        if "channel_id" in vals:
            self._check_channel()
        if vals.get("active"):
            self._skip_past()
        return result

    def _check_channel(self):
        """Nobody has the game post where he is not let in himself."""
        for channel in self.sudo().channel_id.with_env(self.env):
            if channel.sudo().channel_type != "channel" or not channel.has_access(
                "read"
            ):
                raise ValidationError(
                    self.env._(
                        "Choose a channel that you can read yourself: the game cannot "
                        "post in “%s”.",
                        channel.sudo().name,
                    )
                )

    def _skip_past(self):
        """What happened until now is no news."""
        tables = SQL(", ").join(
            SQL("(SELECT COALESCE(MAX(id), 0) FROM %s)", SQL.identifier(table))
            for table in READ.values()
        )
        [newest] = self.env.execute_query(SQL("SELECT %s", tables))
        # sudo: nobody writes these himself
        self.sudo().write(dict(zip(READ, newest, strict=True)))
