import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...engine import contests

# What the buttons alone write.
BUTTONS_ONLY = {
    "state",
    "approve_user_id",
    "approve_date",
    "seed",
    "previous_id",
    "kept_matches",
    "is_capped",
    "points_limit",
}
# What may still be changed after it was scheduled.
ALWAYS_EDITABLE = {
    "name",
    "description",
    "participant_ids",
    "visibility",
    "repeat_until",
    "message_follower_ids",
    "message_ids",
    "activity_ids",
}
KINDS = [
    ("most", "Most: the highest figure wins"),
    ("target", "Own target: the highest share of the own target wins"),
    ("milestone", "Milestone: everybody who reaches the goal wins"),
    ("race", "Race: who reaches the goal first wins"),
    ("streak", "Streak: the most working days in a row"),
    ("lottery", "Lottery: the more is sold, the more tickets"),
    ("duel", "Head-to-head: one against one"),
    ("bracket", "Bracket: who wins a round meets the next winner"),
    ("elimination", "Elimination: the last of each round leave"),
    ("teams", "Team against team"),
    ("goal", "One goal for all together"),
    ("league", "League: small groups, who go up and down"),
]
IN_ROUNDS = ("bracket", "elimination")


class SalesCommissionChallenge(models.Model):
    """A contest over some days, by what the ledger says of them.

    Nobody enters a figure. Standings are read from the ledger as it is; at the close
    they become results, which are facts like everything else that was paid for.
    """

    _name = "sales.commission.challenge"
    _description = "Challenge"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    description = fields.Text(help="What participants read above the rules.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "To approve"),
            ("scheduled", "Scheduled"),
            ("running", "Running"),
            ("finished", "Finished"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Run by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        copy=False,
    )
    kind = fields.Selection(KINDS, required=True, default="most", tracking=True)
    metric = fields.Selection(
        [
            ("amount", "Amount sold"),
            ("deals", "Number of deals"),
            ("points", "Points"),
            ("measure", "A measure or component"),
        ],
        string="What counts",
        required=True,
        default="amount",
        help="As the payees are credited for it by their plans.",
    )
    measure_id = fields.Many2one(
        "sales.commission.measure", check_company=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        check_company=True,
        ondelete="restrict",
        domain="[('plan_id.state', '!=', 'draft'), ('credited_to', '!=', 'hierarchy')]",
    )
    goal = fields.Float(
        min_display_digits=2,
        help="What is to be reached: the amount, the number, or the days in a row.",
    )
    date_from = fields.Date(
        "First day", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date(
        "Last day",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=13),
        help="Days are those of the company's time zone.",
    )
    closing_delay = fields.Integer(
        "Closes after days",
        default=1,
        required=True,
        help="How long documents of the last day may still come in before the results "
        "are settled, once for all.",
    )
    winner_count = fields.Integer(
        "Winning places",
        default=1,
        required=True,
        help="1: the first place wins. Whoever shares a winning place wins, too. Of a "
        "lottery: how many are drawn.",
    )
    round_days = fields.Integer("Days of a round", default=7, required=True)
    leaving = fields.Integer("Leave each round", default=1, required=True)
    moving = fields.Integer(
        "Go up and down",
        default=1,
        required=True,
        help="How many of each group are promoted and relegated for the next season.",
    )
    tickets = fields.Float(
        "Tickets for each",
        default=10,
        required=True,
        help="10 gives ten tickets for each deal; 0.001 one for every 1,000 sold.",
    )
    lowest_day = fields.Float(
        "A day needs",
        default=1,
        required=True,
        help="What must count on a day so that it belongs to the streak.",
    )
    by_head = fields.Boolean(
        "Compare averages", help="Fair to teams of different size."
    )
    visibility = fields.Selection(
        [
            ("own", "Own place, with four neighbours"),
            ("everybody", "Everybody sees everybody"),
            ("managers", "Managers only"),
        ],
        string="Participants see",
        required=True,
        default="everybody",
        help="Who is not shown in rankings is seen by no colleague in any case.",
    )
    join_mode = fields.Selection(
        [
            ("all", "Everybody who is listed takes part"),
            ("invited", "Who is listed may join"),
        ],
        string="Taking part",
        required=True,
        default="all",
    )
    is_test = fields.Boolean(
        "Test",
        help="To see how it goes: participants do not know of it and nobody gets "
        "anything.",
    )
    participant_ids = fields.One2many(
        "sales.commission.challenge.participant", "challenge_id", copy=True
    )
    participant_count = fields.Integer(compute="_compute_participant_count")
    seed = fields.Char(
        readonly=True,
        copy=False,
        help="What the draw was made of: SHA-256 of this text, a colon and the number "
        "of the draw, modulo the tickets that are left.",
    )
    time_text = fields.Char("Time left", compute="_compute_time_text")

    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)",
        "A challenge ends on or after the day on which it starts.",
    )
    _numbers_possible = models.Constraint(
        "CHECK (closing_delay >= 0 AND winner_count > 0 AND round_days > 0 "
        "AND leaving > 0 AND moving >= 0 AND tickets > 0 AND lowest_day > 0 "
        "AND goal >= 0)",
        "The numbers of a challenge are above 0; the days until it closes and the goal "
        "are not below.",
    )

    @api.depends("participant_ids.state")
    def _compute_participant_count(self):
        # sudo: a payee may know how many they are
        counts = dict(
            self.env["sales.commission.challenge.participant"]
            .sudo()
            ._read_group(
                [("challenge_id", "in", self.ids), ("state", "=", "joined")],
                ["challenge_id"],
                ["__count"],
            )
        )
        for challenge in self:
            challenge.participant_count = counts.get(challenge.sudo(), 0)

    @api.depends("state", "date_from", "date_to")
    def _compute_time_text(self):
        for challenge in self:
            challenge.time_text = challenge._say_time()

    def _say_time(self):
        if not self.date_from or not self.date_to:
            return False
        today = self._get_today()
        if self.state == "running" and today <= self.date_to:
            left = (self.date_to - today).days
            if not left:
                return self.env._("Ends today")
            if left == 1:
                return self.env._("Ends tomorrow")
            return self.env._("%s days left", left)
        if self.state == "running":
            return self.env._(
                "Settled on %s", format_date(self.env, self._get_closing_day())
            )
        if self.state in ("scheduled", "waiting") and today < self.date_from:
            return self.env._("Starts on %s", format_date(self.env, self.date_from))
        return self.env._(
            "%(first)s – %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    def _get_today(self):
        """The day that it is in the company."""
        # sudo: payees need no right on the company's working hours
        company = self[:1].company_id.sudo() or self.env.company
        zone = company.resource_calendar_id.tz or company.partner_id.tz or "UTC"
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(zone)).date()

    def _get_closing_day(self):
        return fields.Date.add(self.date_to, days=self.closing_delay)

    # --- what cannot be ------------------------------------------------------------

    @api.constrains("metric", "measure_id", "component_id")
    def _check_counted(self):
        for challenge in self.filtered(lambda one: one.metric == "measure"):
            counted = challenge.component_id or challenge.measure_id
            if not counted:
                raise ValidationError(
                    self.env._(
                        "Choose the measure or the component that counts in “%s”.",
                        challenge.name,
                    )
                )
            # sudo: a manager need not read the measure to be told this
            if counted.sudo().unit == "percent":
                raise ValidationError(
                    self.env._(
                        "“%(counted)s” is a percentage, which cannot be added up day "
                        "by day for “%(challenge)s”. Choose something that is counted.",
                        counted=counted.sudo().name,
                        challenge=challenge.name,
                    )
                )

    def _check_ready(self):
        """:raise UserError: when it cannot run like this"""
        for challenge in self:
            if challenge.kind in ("milestone", "race", "goal") and not challenge.goal:
                raise UserError(
                    self.env._("Enter the goal of “%s” first.", challenge.name)
                )
            people = challenge.participant_ids.filtered(lambda row: row.state != "left")
            least = 2 if challenge.kind in ("duel", "bracket", "teams") else 1
            if len(people) < least:
                raise UserError(
                    self.env._(
                        "“%(challenge)s” needs at least %(count)s participants: add "
                        "them first.",
                        challenge=challenge.name,
                        count=least,
                    )
                )
            challenge._check_days(len(people))
            challenge._check_teams(people)

    def _check_days(self, count):
        today = self._get_today()
        if self.date_to < today:
            raise UserError(
                self.env._(
                    "“%(challenge)s” ended on %(day)s already. Choose later days.",
                    challenge=self.name,
                    day=format_date(self.env, self.date_to),
                )
            )
        days = (self.date_to - self.date_from).days + 1
        rounds = contests.count_rounds(count) if self.kind == "bracket" else 1
        if days < rounds:
            raise UserError(
                self.env._(
                    "A bracket of %(count)s needs %(rounds)s rounds, “%(challenge)s” "
                    "has %(days)s days. Choose a later last day.",
                    count=count,
                    rounds=rounds,
                    challenge=self.name,
                    days=days,
                )
            )

    def _check_teams(self, people):
        if self.kind == "teams" and (
            len(people.team_id) < 2 or any(not row.team_id for row in people)
        ):
            raise UserError(
                self.env._(
                    "Each participant of “%s” needs a team, and there must be two "
                    "teams at least.",
                    self.name,
                )
            )

    # --- who changes what ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # over a context's defaults, too: everything starts as a draft
                vals.update(
                    dict.fromkeys(BUTTONS_ONLY, False),
                    state="draft",
                    user_id=self.env.uid,
                )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_written(vals)
        return super().write(vals)

    def _check_written(self, vals):
        if vals.keys() & (BUTTONS_ONLY | {"user_id"}):
            raise UserError(
                self.env._(
                    "The state of a challenge, who runs and who approved it are "
                    "written by the buttons alone."
                )
            )
        started = self.filtered(lambda one: one.state != "draft")
        if started and vals.keys() - ALWAYS_EDITABLE:
            raise UserError(
                self.env._(
                    "“%s” is no draft any more, so its rules stay. Set it back to "
                    "draft before it starts, or cancel it and make a new one.",
                    started[0].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for challenge in self:
            if challenge.state not in ("draft", "cancelled") or challenge.result_ids:
                raise UserError(
                    self.env._(
                        "“%s” cannot be deleted: participants count on it. Cancel it "
                        "instead.",
                        challenge.name,
                    )
                )

    def _say_kind(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels[self.kind]
