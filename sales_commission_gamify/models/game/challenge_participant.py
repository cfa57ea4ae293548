from odoo import api, fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionChallengeParticipant(models.Model):
    """Who takes part in a challenge, and from when to when. No figure stands here."""

    _name = "sales.commission.challenge.participant"
    _description = "Challenge Participant"
    _order = "challenge_id, number, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    challenge_id = fields.Many2one(
        "sales.commission.challenge", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="challenge_id.company_id", store=True)
    challenge_state = fields.Selection(
        related="challenge_id.state", string="State of the Challenge"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Participant",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    state = fields.Selection(
        [("invited", "Invited"), ("joined", "Takes part"), ("left", "Has left")],
        required=True,
        default="joined",
        readonly=True,
        copy=False,
    )
    date_from = fields.Date(
        "Counts from",
        help="Who joins a running challenge counts from that day on, unless an earlier "
        "day is entered here. Empty: from the first day.",
        copy=False,
    )
    date_to = fields.Date("Counts until", readonly=True, copy=False)
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    target = fields.Float(
        min_display_digits=2,
        help="The own target for these days. Empty: the quotas of the component that "
        "counts, by days, when the challenge starts.",
    )
    group_number = fields.Integer("Group", readonly=True, copy=False)
    number = fields.Integer(
        copy=False,
        help="Order of the pairs: 1 against 2, 3 against 4. Of a bracket: the number "
        "in the draw, made when it starts.",
    )

    _once = models.Constraint(
        "UNIQUE (challenge_id, employee_id)",
        "This payee is already in the challenge.",
    )

    @api.depends("employee_id")
    def _compute_team_id(self):
        # sudo: managers need no right on employees nor on sales teams
        for row in self:
            row.team_id = row.team_id or row.employee_id.sudo().user_id.sale_team_id

    # --- who may add whom -----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                # over a context's defaults, too
                vals.update(state="joined", date_to=False, group_number=0)
        rows = super().create(vals_list)
        rows._check_may_add()
        for row, vals in zip(rows, vals_list, strict=True):
            challenge = row.challenge_id
            stays = self.env.su and "state" in vals  # as it was in the one before
            if row.state == "joined" and challenge.join_mode == "invited" and not stays:
                row.sudo().state = "invited"  # sudo: only the buttons write it
            row._check_comes_in_time()
            if challenge.state == "running" and row.state == "joined":
                row._enter_late()
        return rows

    def _check_comes_in_time(self):
        """Hook: whether somebody can still come in."""

    def _enter_late(self):
        """Whoever comes in while it runs counts from that day on."""
        if not self.date_from:
            self.date_from = self.challenge_id._get_today()

    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "state",
            "date_to",
            "group_number",
            "challenge_id",
            "employee_id",
        }:
            raise UserError(
                self.env._("Participants join and leave by the buttons alone.")
            )
        self._check_open()
        if (
            not self.env.su
            and self.filtered(lambda row: row.challenge_state == "running")
            and vals.keys() & {"target", "number", "team_id"}
        ):
            raise UserError(
                self.env._(
                    "Targets, teams and numbers stay as they were when “%s” started.",
                    self.challenge_id[0].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_before_the_start(self):
        for row in self:
            if row.challenge_state not in ("draft", "waiting", "scheduled"):
                raise UserError(
                    self.env._(
                        "“%s” has started: who goes leaves it by the button, what was "
                        "sold until then stays.",
                        row.challenge_id.name,
                    )
                )

    def _check_open(self):
        for row in self:
            if row.challenge_state in ("finished", "cancelled"):
                raise UserError(
                    self.env._("“%s” is over.", row.challenge_id.sudo().name)
                )

    def _check_may_add(self):
        """Managers for those below them, officers for everybody."""
        self._check_open()
        if self.env.su or self.env.user.has_group(
            "sales_commission_gamify.group_officer"
        ):
            return
        check_group(self.env, "group_manager")
        below = self._get_below()
        for row in self:
            row._check_no_self_service()
            if row.employee_id.id not in below:
                raise UserError(
                    self.env._(
                        "%s is not below you: choose people whom you lead, or ask a "
                        "commission officer.",
                        row.employee_id.sudo().name,
                    )
                )

    def _check_no_self_service(self):
        """Who runs it gets into it before it is approved, or by an officer."""
        # sudo: whether the participant is the user himself
        own = self.employee_id.sudo()._is_sales_commission_user(self.env.user)
        challenge = self.challenge_id
        if own and challenge.state != "draft" and challenge.sudo()._has_prize():
            raise UserError(
                self.env._(
                    "You run “%s” and could win its prize: ask a commission officer to "
                    "add you.",
                    challenge.name,
                )
            )

    @api.model
    def _get_below(self):
        """Ids of the payees whom the user leads, himself included."""
        # sudo: who leads whom; nothing else of the employees is read
        own = self.env.user.sudo().employee_ids
        return set(
            self.env["hr.employee"].sudo().search([("id", "child_of", own.ids)]).ids
        )

    # --- joining and leaving ----------------------------------------------------------

    def action_join(self):
        """By the payee himself, where he is invited."""
        for row in self._get_own():
            if row.state == "joined" or row.challenge_state not in (
                "scheduled",
                "running",
            ):
                continue
            if row.state == "left":
                raise UserError(
                    self.env._(
                        "You left “%s”: who leaves does not come back.",
                        row.challenge_id.name,
                    )
                )
            row._check_comes_in_time()
            row.state = "joined"
            if row.challenge_state == "running":
                row._enter_late()
        return True

    def action_leave(self):
        """By the payee himself, or by who runs the challenge."""
        rows = self._get_own()
        if not rows:
            self.challenge_id.check_access("write")
            rows = self.sudo()  # sudo: the access to the challenge is checked
        for row in rows:
            row._check_open()
            if row.challenge_state == "running" and row.state == "joined":
                row.write({"state": "left", "date_to": row.challenge_id._get_today()})
            else:
                row.state = "left"
        return True

    def _get_own(self):
        """Those of the user, in sudo: payees write nothing themselves."""
        self.check_access("read")
        user = self.env.user
        return self.sudo().filtered(
            lambda row: row.employee_id._is_sales_commission_user(user)
        )
