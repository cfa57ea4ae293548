from odoo import fields, models


class SalesCommissionChallengeResult(models.Model):
    """What a challenge came to for one participant; written once, when it closes."""

    _name = "sales.commission.challenge.result"
    _inherit = "sales.commission.fact"
    _description = "Challenge Result"
    _order = "challenge_id desc, place, id"
    _rec_name = "employee_id"

    challenge_id = fields.Many2one(
        "sales.commission.challenge",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Participant",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    place = fields.Integer(readonly=True, help="0: none, as for who left.")
    score = fields.Float(readonly=True, min_display_digits=2, aggregator=None)
    progress = fields.Float("% of the goal", readonly=True, aggregator=None)
    reached = fields.Date(
        "Reached on", readonly=True, help="Of a race: the day of the goal."
    )
    won = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("in", "Still in"),
            ("out", "Out"),
            ("up", "Promoted"),
            ("down", "Relegated"),
            ("left", "Has left"),
        ],
        readonly=True,
    )
    group_number = fields.Integer("Group", readonly=True)
    prize_points = fields.Integer(readonly=True)
    prize_amount = fields.Monetary(readonly=True)
    prize_badge_id = fields.Many2one(
        "gamification.badge", readonly=True, ondelete="restrict"
    )

    place_badge_id = fields.Many2one(
        "gamification.badge", "Badge of the place", readonly=True, ondelete="restrict"
    )

    _once = models.Constraint(
        "UNIQUE (challenge_id, employee_id)",
        "The challenge is closed already: a result is written once.",
    )


class SalesCommissionChallenge(models.Model):
    _inherit = "sales.commission.challenge"

    result_ids = fields.One2many(
        "sales.commission.challenge.result", "challenge_id", readonly=True
    )
