from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.prizes import PLACED


class SalesCommissionChallengePrize(models.Model):
    """What the first, the second, the third … gets, besides what each winner gets."""

    _name = "sales.commission.challenge.prize"
    _description = "Prize of a Place"
    _order = "challenge_id, place"
    _rec_name = "place"

    challenge_id = fields.Many2one(
        "sales.commission.challenge", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="challenge_id.company_id", store=True)
    currency_id = fields.Many2one(related="challenge_id.currency_id")
    place = fields.Integer(
        required=True,
        default=1,
        help="Who shares it gets the whole prize; the places behind are left out.",
    )
    points = fields.Integer()
    badge_id = fields.Many2one("gamification.badge", ondelete="restrict")
    amount = fields.Monetary("Money")

    _once = models.Constraint(
        "UNIQUE (challenge_id, place)", "Each place has one prize: change that one."
    )
    _possible = models.Constraint(
        "CHECK (place > 0 AND COALESCE(points, 0) >= 0 AND COALESCE(amount, 0) >= 0)",
        "Places start at 1, and a prize takes nothing away.",
    )

    @api.constrains("challenge_id", "place")
    def _check_kind(self):
        self.challenge_id._check_places()

    @api.constrains("amount")
    def _check_budget(self):
        self.challenge_id._check_budget()

    # --- prizes stay as they were when the challenge was scheduled -------------------

    @api.model_create_multi
    def create(self, vals_list):
        prizes = super().create(vals_list)
        prizes._check_draft()
        return prizes

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_draft(self):
        self._check_draft()

    def _check_draft(self):
        started = self.challenge_id.filtered(lambda one: one.state != "draft")
        if started and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is no draft any more, so its prizes stay.", started[0].name
                )
            )


class SalesCommissionChallenge(models.Model):
    _inherit = "sales.commission.challenge"

    place_prize_ids = fields.One2many(
        "sales.commission.challenge.prize",
        "challenge_id",
        string="Prizes by place",
        copy=True,
    )
    has_places = fields.Boolean(compute="_compute_has_places")
    has_money = fields.Boolean(compute="_compute_has_money")

    @api.depends("kind")
    def _compute_has_places(self):
        for challenge in self:
            challenge.has_places = challenge.kind in PLACED

    @api.depends("prize_amount", "place_prize_ids.amount")
    def _compute_has_money(self):
        for challenge in self:
            challenge.has_money = bool(challenge._get_promised_money())

    @api.constrains("kind")
    def _check_places(self):
        for challenge in self:
            if challenge.sudo().place_prize_ids and challenge.kind not in PLACED:
                raise ValidationError(
                    self.env._(
                        "“%(challenge)s” (%(kind)s) has no second place: give the "
                        "prize to each winner instead of by place.",
                        challenge=challenge.name,
                        kind=challenge._say_kind(),
                    )
                )
