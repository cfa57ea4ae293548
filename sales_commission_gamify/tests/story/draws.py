"""What draws advance and take back, replayed statement by statement.

Worked out from what plans promise to payees, with no arithmetic of the add-on. What a
statement's components pay is taken from its own lines, which the audit holds against
the documents.
"""

from calendar import monthrange
from collections import defaultdict
from copy import copy
from datetime import date, timedelta
from fractions import Fraction

from .numbers import cents, exact, total

NOTHING = Fraction(0)


def get_first(record):
    """The first version of a plan or draw."""
    return record.root_id or record


class Draws:
    """:ivar owed: ``{(payee, first version of the draw): what is owed of it}``
    :ivar said: ``{statement: {draw: (advanced, taken back)}}`` of confirmed ones
    :ivar remitted: ``{(payee, first version of the draw): what was forgiven of it}``
    :ivar waiting: ``{(payee, period): {the same: what is forgiven again once its
        statement is confirmed}}``
    :ivar reviews: ``{period: who took part in which plan when its review began}``"""

    def __init__(self, env, company):
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company
        self.owed, self.said = defaultdict(Fraction), {}
        self.remitted, self.waiting = defaultdict(Fraction), {}
        self.reviews = {}

    def __copy__(self):
        twin = Draws(self.env, self.company)
        twin.owed.update(self.owed)
        twin.said.update(self.said)
        twin.remitted.update(self.remitted)
        twin.waiting = {key: copy(sums) for key, sums in self.waiting.items()}
        twin.reviews = dict(self.reviews)
        return twin

    # --- what happens -----------------------------------------------------------------

    def confirm(self, statement):
        """``{draw: (advanced, taken back)}`` that it says from now on."""
        self.said[statement] = self.settle(statement)
        self._move(statement.employee_id, self.said[statement], 1)
        waiting = self.waiting.get(self._month(statement), {})
        for key, amount in waiting.items():
            again = min(amount, self.owed[key])
            self._remit(key, again)
            waiting[key] -= again
        return self.said[statement]

    def set_back(self, statement):
        """What was forgiven of its advance goes with it, and waits for it."""
        self._move(statement.employee_id, self.said.pop(statement), -1)
        month = self._month(statement)
        waiting = self.waiting.setdefault(month, defaultdict(Fraction))
        for key, owed in list(self.owed.items()):
            if -self.remitted[key] <= owed < 0:
                waiting[key] -= owed
                self._remit(key, owed)

    def _month(self, statement):
        """A draft that is deleted may be computed again."""
        return statement.employee_id, statement.period_id

    def start_review(self, period):
        rows = self._search_rows()
        self.reviews[period] = {
            (get_first(row.plan_id), row.employee_id) for row in rows
        }

    def end_review(self, period):
        self.reviews.pop(period, None)

    def may_set_back(self, statement):
        """Nobody can owe less than nothing."""
        twin = copy(self)
        twin.set_back(statement)
        return all(owed >= 0 for owed in twin.owed.values())

    def forgive(self, payee, draw, amount):
        self._remit((payee, get_first(draw)), amount)

    def _remit(self, key, amount):
        self.owed[key] -= amount
        self.remitted[key] += amount

    def _move(self, payee, settled, sign):
        for draw, (more, back) in settled.items():
            if draw.recoverable:
                self.owed[payee, get_first(draw)] += sign * (more - back)

    # --- who is paid one --------------------------------------------------------------

    def get_running(self, payee, period):
        """``{draw: its amount for that month}``"""
        found = defaultdict(Fraction)
        for row in self._search_rows(("employee_id", "=", payee.id)):
            plan = row.plan_id
            joined = self.reviews.get(period)
            if joined is not None and (get_first(plan), payee) not in joined:
                continue  # joined while the period was in review
            if not payee.active and not row.date_to:
                continue  # has left, though nobody said when
            since = max(period.date_from, row.date_from, plan.date_from)
            until = min(
                period.date_to, row.date_to or date.max, plan.date_to or date.max
            )
            if since > until:
                continue
            month = self._count_months(plan, payee, period.date_from)
            for draw in plan.draw_ids:
                end = draw.month_from + (draw.month_count or 10_000)
                if draw.month_from <= month < end:
                    found[draw] += self._get_part(draw, since, until)
        return found

    def _search_rows(self, *domain):
        return self.env["sales.commission.assignment"].search(
            [
                ("company_id", "=", self.company.id),
                ("plan_id.state", "!=", "draft"),
                *domain,
            ]
        )

    def _get_part(self, draw, since, until):
        amount = exact(draw.amount)
        if draw.proration == "days":
            days = (until - since) // timedelta(days=1) + 1
            amount = cents(amount * days / monthrange(since.year, since.month)[1])
        return amount

    def _count_months(self, plan, payee, day):
        """1 in the month of joining the plan, in whatever version."""
        start = self._get_start(plan, payee)
        return (day.year - start.year) * 12 + day.month - start.month + 1

    def _get_start(self, plan, payee):
        return min(
            max(row.date_from, row.plan_id.date_from)
            for row in self._search_rows(("employee_id", "=", payee.id))
            if get_first(row.plan_id) == get_first(plan)
        )

    def _is_recovering(self, draw, payee, period):
        if draw.recovery_from:
            return period.date_to >= draw.recovery_from
        months = self._count_months(draw.plan_id, payee, period.date_from)
        return months > draw.recovery_after

    # --- one statement ----------------------------------------------------------------

    def settle(self, statement):
        """``{draw: (advanced, taken back)}`` by what was confirmed before it."""
        payee, period = statement.employee_id, statement.period_id
        earned = defaultdict(Fraction)
        for line in statement.line_ids:
            if line.kind == "earning":
                earned[get_first(line.plan_id)] += exact(line.amount)
        owed = {
            draw: amount
            for (who, draw), amount in self.owed.items()
            if who == payee and amount
        }
        settled, free = {}, exact(statement.amount_opening)
        free += total(
            exact(line.amount) for line in statement.line_ids if line.kind != "draw"
        )
        for draw, amount in self.get_running(payee, period).items():
            open_ = NOTHING
            if draw.recoverable:
                open_ = owed.pop(get_first(draw), NOTHING)
            if not self._is_recovering(draw, payee, period):
                open_ = NOTHING
            pay = earned[get_first(draw.plan_id)]
            more, back = self._settle_running(draw, amount, pay, open_)
            settled[draw] = more, back
            free += more - back - amount
        for draw in sorted(owed, key=lambda draw: draw.sequence):
            back = NOTHING
            if self._is_recovering(draw, payee, period):
                back = min(owed[draw], max(free, NOTHING))
            settled[draw] = NOTHING, back
            free -= back
        return settled

    def _settle_running(self, draw, amount, earned, owed):
        """``(advanced, taken back)``"""
        above = earned - amount if draw.mode == "top_up" else earned
        if above >= 0:
            more, back = NOTHING, min(owed, above) if draw.recoverable else NOTHING
        elif draw.mode == "top_up" or draw.recoverable:
            more, back = -above, NOTHING  # it also answers for a loss
        else:
            more, back = NOTHING, NOTHING
        return more + (amount if draw.mode == "additive" else 0), back
