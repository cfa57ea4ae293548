from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class SalesCommissionChallenge(models.Model):
    """What the screens need of it for the user who looks."""

    _inherit = "sales.commission.challenge"

    my_state = fields.Selection(
        [("invited", "Invited"), ("joined", "Takes part"), ("left", "Has left")],
        string="My Part",
        compute="_compute_my_state",
        search="_search_my_state",
    )
    standing_text = fields.Char("Standing", compute="_compute_standing_text")
    prize_text = fields.Char("Prize", compute="_compute_prize_text")
    is_over = fields.Boolean(compute="_compute_is_over")
    can_manage = fields.Boolean(compute="_compute_can_manage")

    @api.depends("participant_ids.state")
    @api.depends_context("uid")
    def _compute_my_state(self):
        states = self._get_my_states()
        for challenge in self:
            challenge.my_state = states.get(challenge.id, False)

    def _get_my_states(self):
        own = self._get_own_domain() & Domain("challenge_id", "in", self.ids)
        # sudo: only whether the user takes part himself
        rows = self.env["sales.commission.challenge.participant"].sudo().search(own)
        return {row.challenge_id.id: row.state for row in rows}

    @api.model
    def _get_own_domain(self):
        user = self.env.user
        return Domain("employee_id.user_id", "=", user.id) | Domain(
            "employee_id.work_contact_id", "=", user.partner_id.id
        )

    def _search_my_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: only those in which the user takes part himself
        rows = self.env["sales.commission.challenge.participant"].sudo()
        found = rows.search(self._get_own_domain() & Domain("state", "in", list(value)))
        return Domain("id", "in", found.challenge_id.ids)

    @api.depends("state", "date_to")
    def _compute_is_over(self):
        for challenge in self:
            challenge.is_over = bool(
                challenge.date_to and challenge._get_today() > challenge.date_to
            )

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_manage(self):
        """Whether the buttons of who runs it are for this user."""
        managed = self._filtered_access("write")
        for challenge in self:
            challenge.can_manage = challenge in managed

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_standing_text(self):
        """The own place; who leads for those who run it. Never a colleague's name on
        a payee's card."""
        shown = self.filtered(lambda one: one.state in ("running", "finished"))
        running = shown.filtered(lambda one: one.state == "running")
        rankings = running._compute_rankings()
        for challenge in self:
            challenge.standing_text = challenge in shown and challenge._say_standing(
                rankings.get(challenge) or challenge._get_shown_ranking()
            )

    def _say_standing(self, ranking):
        people = {row.id: row for row in self._get_all_people()}
        own = next(
            (
                row
                for row in ranking
                if row.key in people and self._is_own(people[row.key])
            ),
            None,
        )
        if own and self.visibility != "managers":
            if self.state == "finished" and own.won:
                return self.env._("You have won")
            if own.place:
                return self.env._(
                    "Your place: %(place)s of %(count)s",
                    place=own.place,
                    count=self._count_rivals(ranking, {own.key}, people),
                )
        if not (self._is_lead() or self.user_id == self.env.user):
            return False
        first = [
            row
            for row in ranking
            if (row.won if self.state == "finished" else row.place == 1)
        ]
        names = [people[row.key].employee_id.name for row in first if row.key in people]
        if not names or (self.state == "running" and first[0].score <= 0):
            return (
                self.env._("Nobody leads yet")
                if self.state == "running"
                else (self.env._("Nobody has won"))
            )
        if len(names) > 3:
            names = [*names[:2], self.env._("%s more", len(names) - 2)]
        who = ", ".join(names)
        if self.state == "finished":
            return self.env._("Won by %s", who)
        return self.env._(
            "Ahead: %(who)s (%(score)s)", who=who, score=self._say_score(first[0].score)
        )

    @api.depends(
        "prize_points",
        "prize_badge_id",
        "prize_amount",
        "place_prize_ids.place",
        "place_prize_ids.points",
        "place_prize_ids.badge_id",
        "place_prize_ids.amount",
    )
    def _compute_prize_text(self):
        for challenge in self:
            texts = [
                challenge._say_prize(
                    challenge.prize_amount,
                    challenge.prize_points,
                    challenge.prize_badge_id,
                )
            ]
            # sudo: who may see the challenge is told its prizes
            for prize in challenge.sudo().place_prize_ids.sorted("place"):
                texts.append(
                    self.env._(
                        "place %(place)s: %(prize)s",
                        place=prize.place,
                        prize=challenge._say_prize(
                            prize.amount, prize.points, prize.badge_id
                        ),
                    )
                )
            text = "; ".join(filter(None, texts))
            challenge.prize_text = text[:1].upper() + text[1:]

    def _say_prize(self, amount, points, badge):
        parts = []
        if amount:
            parts.append(self.currency_id.format(amount))
        if points:
            company = self.company_id.sudo()  # sudo: what points are called
            parts.append(f"{points} {company.sales_commission_point_name}")
        if badge:
            # sudo: a payee need not be able to read the badge
            parts.append(badge.sudo().name)
        return " + ".join(parts)

    # --- buttons --------------------------------------------------------------------

    def action_join(self):
        self._get_my_row().action_join()
        return True

    def action_leave(self):
        self._get_my_row().action_leave()
        return True

    def _get_my_row(self):
        self.ensure_one()
        self.check_access("read")
        # sudo: a portal payee may not read employees; only the own row is found
        rows = self.env["sales.commission.challenge.participant"].sudo()
        own = self._get_own_domain() & Domain("challenge_id", "=", self.id)
        row = rows.search(own).sudo(False)
        if not row:
            raise UserError(
                self.env._("You are not among those who take part in “%s”.", self.name)
            )
        return row

    def action_add_people(self):
        """All whom the user leads and who are not in it yet."""
        self.ensure_one()
        people = self._get_template_people() - self.participant_ids.employee_id
        self.participant_ids = [
            Command.create({"employee_id": payee.id}) for payee in people
        ]
        return True
