"""Who is credited for what, as the plans promise it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from .documents import Event
from .numbers import cents, exact

WHOLE = Fraction(100)
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Credit:
    component: Any
    payee: Any
    level: int
    first: date
    amount: Fraction
    below: Fraction  # the rate that the levels below get
    event: Event

    @property
    def key(self):
        return self.component, self.payee, self.level, self.first


@dataclass(frozen=True)
class Share:
    payee: Any
    login: Any
    before: Fraction
    percent: Fraction


class Crediting:
    def __init__(self, env, company):
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company

    def credit(self, component, event):
        """The credits that *event* gives for *component*."""
        plan = component.plan_id
        first = event.day.replace(day=1)
        if not plan.date_from <= event.sold <= (plan.date_to or date.max):
            return
        if first < plan.date_from.replace(day=1):
            return
        rows = getattr(self, f"_credit_{component.credited_to}")(component, event)
        for payee, level, before, percent, below in rows:
            amount = self._cut(component, event.amount, before, percent)
            yield Credit(component, payee, level, first, amount, below, event)

    def _cut(self, component, amount, before, percent):
        """Shares of money end at rounded places of the whole, so that together they
        are the whole."""
        if component.measure_id.unit != "money":
            return amount * percent / WHOLE
        return self._place(amount, before + percent) - self._place(amount, before)

    def _place(self, amount, percent):
        return amount if percent == WHOLE else cents(amount * percent / WHOLE)

    def takes_part(self, plan, payee, day):
        return bool(self._get_participations(plan, day, employee_id=payee))

    def _get_participations(self, plan, day, **equals):
        return plan.assignment_ids.filtered(
            lambda row: (
                row.date_from <= day <= (row.date_to or date.max)
                and all(row[name] == value for name, value in equals.items())
            )
        )

    # --- who sells --------------------------------------------------------------------

    def _get_shares(self, event):
        """Shares in the order in which they were typed; the last one is the rest."""
        shares, before = [], NOTHING
        rows = [row for row in event.splits if row.kind == "share"]
        for row in rows:
            rest = row == rows[-1]
            percent = WHOLE - before if rest else exact(row.percent)
            shares.append(Share(row.employee_id, None, before, percent))
            before += percent
        for row in event.splits:
            if row.kind == "overlay":
                on_top = exact(row.percent)
                shares.append(Share(row.employee_id, None, NOTHING, on_top))
        if not rows:
            shares.append(Share(event.payee, event.login, NOTHING, WHOLE))
        return shares

    def _credit_salesperson(self, component, event):
        found = defaultdict(list)
        for share in self._get_shares(event):
            for row in self._get_participations(component.plan_id, event.sold):
                by_login = share.login and row.user_id == share.login
                if by_login or (share.payee and row.employee_id == share.payee):
                    found[row.employee_id].append(share)
        for payee, shares in found.items():
            yield payee, 0, *self._add_up(shares), NOTHING

    def _add_up(self, shares):
        return (
            min(share.before for share in shares),
            sum((share.percent for share in shares), NOTHING),
        )

    def _credit_team(self, component, event):
        plan = component.plan_id
        if event.team:
            for row in self._get_participations(plan, event.sold, team_id=event.team):
                yield row.employee_id, 0, NOTHING, WHOLE, NOTHING

    def _credit_everybody(self, component, event):
        for row in self._get_participations(component.plan_id, event.sold):
            yield row.employee_id, 0, NOTHING, WHOLE, NOTHING

    # --- who is above -----------------------------------------------------------------

    def _credit_hierarchy(self, component, event):
        rates = self._get_rates(component)
        found = defaultdict(list)
        for seller, share in self._get_sellers(component, event).items():
            below = NOTHING
            for level, person in self._get_above(component, seller, event.sold):
                takes_part = self.takes_part(component.plan_id, person, event.sold)
                if level not in rates or not takes_part:
                    continue
                # what a person sells himself stays apart from what is below him
                found[person, level == 0].append((level, share, below))
                below = max(below, rates[level])
        for (payee, sells), rows in found.items():
            nearest = min(level for level, _share, _below in rows)
            percent = sum((share.percent for _level, share, _b in rows), NOTHING)
            taken = NOTHING
            if component.override_kind == "differential":
                taken = sum(
                    (s.percent * min(b, rates[nearest]) for _l, s, b in rows), NOTHING
                )
            before = min(s.before for _l, s, _b in rows) if sells else NOTHING
            part = percent if sells else min(percent, WHOLE)
            yield payee, nearest, before, part, taken / percent

    def _get_rates(self, component):
        """``{level: the percentage of its lowest step}``"""
        rates = {}
        for rate in component.rate_ids.sorted("bound", reverse=True):
            rates[rate.level] = exact(rate.percent if rate.kind == "percent" else 0)
        return rates

    def _get_sellers(self, component, event):
        """``{employee: Share}``, payees of the plan or not."""
        found = defaultdict(list)
        for share in self._get_shares(event):
            seller = share.payee or self._find_seller(component, share.login, event)
            if seller:
                found[seller].append(share)
        return {
            seller: Share(seller, None, *self._add_up(shares))
            for seller, shares in found.items()
        }

    def _find_seller(self, component, login, event):
        """Who had that login on that day, by this plan, by another one, or now."""
        if not login:
            return None
        mine = ("company_id", "=", self.company.id), ("user_id", "=", login.id)
        rows = self.env["sales.commission.assignment"].search([*mine], order="id")
        for own in (True, False):
            for row in rows:
                on_day = row.date_from <= event.sold <= (row.date_to or date.max)
                if on_day and (row.plan_id == component.plan_id or not own):
                    return row.employee_id
        people = self.env["hr.employee"].search([*mine], order="active desc, id")
        return people[:1]

    def _get_above(self, component, seller, day):
        """``(0, the seller), (1, who leads him that day), …``"""
        level, person, met = 0, seller, []
        while person and person not in met:
            yield level, person
            met.append(person)
            level += 1
            person = component.hierarchy_id.edge_ids.filtered(
                lambda edge, below=person: (
                    edge.employee_id == below
                    and (edge.date_from or date.min) <= day
                    and day <= (edge.date_to or date.max)
                )
            ).manager_id[:1]
