import logging
from itertools import count
from secrets import token_hex

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine import leagues, lottery
from ...engine.periods import Period, tile
from ..design.access import check_group

_logger = logging.getLogger(__name__)

STRENGTH_DAYS = 90  # by what they did in these, similar sellers are found


class SalesCommissionChallenge(models.Model):
    """Draft, scheduled, running, finished: by buttons and by the scheduler."""

    _inherit = "sales.commission.challenge"

    approve_user_id = fields.Many2one(
        "res.users", "Budget approved by", readonly=True, copy=False
    )
    approve_date = fields.Datetime("Approved on", readonly=True, copy=False)

    # --- buttons --------------------------------------------------------------------

    def action_schedule(self):
        """What pays money waits for an officer, unless one presses the button."""
        for challenge in self._locked_for(("draft",), "write"):
            challenge._check_ready()
            if challenge._needs_approval() and not self._is_officer():
                challenge.state = "waiting"
            else:
                challenge._schedule()
        return True

    def action_approve(self):
        """The budget of money, by an officer who cannot win any of it."""
        check_group(self.env, "group_officer")
        for challenge in self._locked_for(("waiting",), "read"):
            challenge._check_ready()
            challenge._schedule()
        return True

    def _schedule(self):
        vals = {"state": "scheduled"}
        if self._needs_approval():
            self._check_approver()
            vals |= {
                "approve_user_id": self.env.uid,
                "approve_date": fields.Datetime.now(),
            }
        self.write(vals)
        if self.date_from <= self._get_today():
            self._start()

    def _check_approver(self):
        people = self.participant_ids.employee_id
        if any(payee._is_sales_commission_user(self.env.user) for payee in people):
            raise UserError(
                self.env._(
                    "You take part in “%s” yourself: somebody else has to approve "
                    "its budget.",
                    self.name,
                )
            )

    def action_draft(self):
        for challenge in self._locked_for(
            ("waiting", "scheduled", "cancelled"), "write"
        ):
            challenge.write(
                {"state": "draft", "approve_user_id": False, "approve_date": False}
            )
        return True

    def action_cancel(self):
        for challenge in self._locked_for(
            ("draft", "waiting", "scheduled", "running"), "write"
        ):
            challenge.state = "cancelled"
        return True

    def action_close(self):
        """Settle it before the scheduler does, once its last day is over."""
        for challenge in self._locked_for(("running",), "write"):
            if challenge._get_today() <= challenge.date_to:
                raise UserError(
                    self.env._(
                        "“%s” still runs: it is settled after its last day.",
                        challenge.name,
                    )
                )
            challenge._close()
        return True

    def _locked_for(self, states, operation):
        """*self* in sudo, locked against other sessions, and in one of *states*."""
        self.check_access(operation)
        # Somebody else may be doing the same this very moment.
        challenges = self.sudo()  # sudo: the buttons write what nobody may
        challenges.lock_for_update()
        for challenge in challenges:
            if challenge.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(challenge)s” is %(state)s, so this cannot be done.",
                        challenge=challenge.name,
                        state=labels[challenge.state].lower(),
                    )
                )
        return challenges

    @api.model
    def _is_officer(self):
        return self.env.user.has_group("sales_commission_gamify.group_officer")

    def _needs_approval(self):
        """Hook for prizes."""
        return False

    # --- the start --------------------------------------------------------------------

    def _start(self):
        self.ensure_one()
        people = self.participant_ids.filtered(lambda row: row.state == "joined")
        if self.kind in ("bracket", "duel"):
            self._draw_numbers(people)
        if self.kind == "league" and not any(people.mapped("group_number")):
            self._make_groups(people)
        if self.kind == "target":
            self._fill_targets(people)
        self.state = "running"

    def _draw_numbers(self, people):
        """Pairs that were entered stay; a draw gives the others what is free."""
        if self.kind == "duel":
            taken = set(people.mapped("number"))
            people = people.filtered(lambda row: not row.number)
        else:
            taken = set()
        if not people:
            return
        self.seed = token_hex(16)
        order = lottery.shuffle(self.seed, sorted(people.ids))
        free = (number for number in count(1) if number not in taken)
        for row, number in zip(people.browse(order), free, strict=False):
            row.number = number

    def _make_groups(self, people):
        """Those who did as much lately meet in a group."""
        last = fields.Date.subtract(self.date_from, days=1)
        rows = self.env["sales.commission.standing"]._get_standings(
            self.metric,
            fields.Date.subtract(self.date_from, days=STRENGTH_DAYS),
            last,
            company=self.company_id,
            employees=people.employee_id.ids,
            sees=True,
            **self._get_counted_options(),
        )
        strength = {row["id"]: row["score"] for row in rows}
        groups = leagues.make_groups(
            {row.id: strength.get(row.employee_id.id, 0) for row in people}
        )
        for row in people:
            row.group_number = groups[row.id]

    def _fill_targets(self, people):
        """From the quotas of what counts, by the days from which each takes part."""
        component = self._get_target_component()
        missing = people.filtered(lambda row: not row.target)
        if not component or not missing:
            return
        days = Period(self.date_from, self.date_to)
        kind = component.plan_id.period_kind
        periods = tile(kind, *days)
        keys = {
            (component.id, row.employee_id.id, period.first)
            for row in missing
            for period in periods
        }
        targets = component._get_targets(keys)
        for row in missing:
            whole = 0.0
            first = row.date_from or days.first
            for period in periods:
                quota = targets[component.id, row.employee_id.id, period.first].quota
                inside = (
                    min(period.last, days.last) - max(period.first, first)
                ).days + 1
                whole += float(quota or 0) * max(inside, 0) / period.days
            row.target = round(whole, 2)

    def _get_target_component(self):
        """The one that runs on the first day."""
        standing = self.env["sales.commission.standing"]
        components = standing._get_components(
            self.metric, self.company_id, **self._get_counted_options()
        )
        return components.filtered(
            lambda one: (
                one.plan_id.date_from <= self.date_from
                and (not one.plan_id.date_to or one.plan_id.date_to >= self.date_from)
            )
        )[:1]

    # --- the close --------------------------------------------------------------------

    def _close(self):
        """Write the results and give the prizes, once: who calls holds the lock and
        has seen that it runs. The number of statements does not grow with the
        participants."""
        self.ensure_one()
        if self.kind == "lottery":
            # nobody can have known it while tickets could still be got
            self.seed = token_hex(16)
        ranking = self._compute_rankings(is_over=True)[self]
        people = {row.id: row for row in self._get_people()}
        rows = [self._prepare_result(row, people[row.key]) for row in ranking]
        self._add_prizes(rows, ranking)
        self.env["sales.commission.challenge.result"]._insert(rows)
        self.state = "finished"
        if not self.is_test:
            self._give_prizes(rows)
            self._tell_winners(rows)
        self.invalidate_recordset(["result_ids"])
        self._repeat()

    def _prepare_result(self, row, person):
        return {
            "challenge_id": self.id,
            "company_id": self.company_id.id,
            "employee_id": person.employee_id.id,
            "place": row.place or 0,
            "score": round(row.score, 2),
            "progress": None if row.progress is None else round(row.progress, 2),
            "won": row.won,
            "reached": row.reached,
            "state": row.state or None,
            "group_number": person.group_number,
            "prize_points": 0,
            "prize_amount": 0,
            "prize_badge_id": None,
            "place_badge_id": None,
        }

    def _add_prizes(self, rows, ranking):
        """Hook: what each winner gets."""

    def _give_prizes(self, rows):
        """Hook: give it."""

    def _tell_winners(self, rows):
        count = sum(row["won"] for row in rows)
        body = self.env._("The challenge is settled: %s winners.", count)
        if count == 1:
            body = self.env._("The challenge is settled: one winner.")
        if not count:
            body = self.env._("The challenge is settled: nobody has won.")
        self.message_post(body=body)

    def _repeat(self):
        """Hook: the next one."""

    # --- the scheduler ----------------------------------------------------------------

    @api.model
    def _cron_challenges(self):
        """Start what begins today, settle what is over; one that fails does not stop
        the others."""
        due = self.search(
            Domain("state", "in", ("scheduled", "running"))
            & Domain("date_from", "<=", fields.Date.add(fields.Date.today(), days=1))
        )
        for challenge in due:
            try:
                with self.env.cr.savepoint():
                    challenge._move_on()
            except Exception:
                _logger.exception("The challenge %s is not moved on", challenge.id)
            self.env["ir.cron"]._commit_progress(1)

    def _move_on(self):
        """To what its days ask for; does nothing when another session is at it."""
        if not self.try_lock_for_update():
            return
        today = self._get_today()
        if self.state == "scheduled" and self.date_from <= today:
            self._start()
        if self.state == "running" and self._get_closing_day() < today:
            self._close()
