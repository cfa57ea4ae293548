"""What the credits of a period pay, worked out by hand."""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from .numbers import cents, exact, total

NOTHING = Fraction(0)


class Pricing:
    """:param groups: ``{(component, payee, level, first day): [Credit]}``"""

    def __init__(self, groups):
        self.groups = groups

    def price(self, key):
        """What is owed for *key*, to the cent."""
        component, payee, _level, first = key
        credits = self.groups[key]
        if component.pays == "nothing" or not self._is_open(component, payee, first):
            return NOTHING
        if component.override_kind == "differential":
            return cents(self._price_differential(key))
        pay = self._pay(key, total(credit.amount for credit in credits))
        if pay is not None and component.accelerator_ids:
            pay = self._accelerate(key, pay, total(c.amount for c in credits))
        if pay is None:
            return NOTHING  # for want of a target
        for multiplier in component.multiplier_ids:
            pay *= self._get_factor(multiplier, payee, first)
        if component.floor:
            pay += self._lift(key, credits)
        if component.cap_per_period:
            cap = exact(component.cap_per_period)
            pay = max(min(pay, cap), -cap)
        return cents(pay)

    def _pay(self, key, amount):
        component, payee, _level, first = key
        steps = self._get_steps(key)
        if component.lookup == "running":
            before = self._get_before(key)
            after = self._climb(steps, before + amount)
            return after - self._climb(steps, before)
        if component.lookup == "count":
            return self._share_out(steps, abs(self._count(key)), amount)
        if component.lookup == "attainment":
            target = self.get_target(component, payee, first)
            if not target:
                return None
            steps = [(bound * target / 100, *rest) for bound, *rest in steps]
        return self._climb(steps, amount)

    # --- steps ------------------------------------------------------------------------

    def _get_steps(self, key):
        """``[(from, what one of it pays, whether it pays on the whole)]``"""
        component, _payee, level, _first = key
        steps = []
        for rate in component.rate_ids.filtered(lambda r: r.level == level):
            if rate.kind not in ("percent", "per_unit"):
                raise NotImplementedError(rate.kind)
            each = exact(rate.per_unit)
            if rate.kind == "percent":
                each = exact(rate.percent) / 100
            application = rate.application or component.application
            steps.append((exact(rate.bound), each, application == "retroactive"))
        return sorted(steps)

    def _climb(self, steps, amount):
        """Each step pays on what is above its bound, the first that pays on the whole
        on all the rest; below 0 all is mirrored."""
        size, pay = abs(amount), NOTHING
        for bound, each, whole in reversed(steps):
            if abs(amount) < bound or size <= 0:
                continue
            low = NOTHING if whole else bound
            pay += max(size - low, NOTHING) * each
            size = min(size, low)
        return pay if amount >= 0 else -pay

    def _share_out(self, steps, count, amount):
        """As many tenths of the amount as of the ten sales are in a step."""
        if not count:
            return amount * steps[0][1]
        return amount * self._climb(steps, count) / count

    def _get_before(self, key):
        """Credited earlier in the quarter or the year, in any version of the plan."""
        component, payee, level, first = key
        months = 3 if component.running_kind == "quarter" else 12
        since = first.replace(month=(first.month - 1) // months * months + 1)
        root = component.root_id or component
        return total(
            credit.amount
            for (other, who, at, day), credits in self.groups.items()
            if (other.root_id or other) == root
            and (who, at) == (payee, level)
            and since <= day
            and (day, other.plan_id.version) < (first, component.plan_id.version)
            for credit in credits
        )

    def _count(self, key):
        """Sales of the period, less those of which now nothing is left any more."""
        component, payee, level, first = key
        now, before = defaultdict(Fraction), defaultdict(Fraction)
        for (other, who, at, day), credits in self.groups.items():
            if (other, who, at) == (component, payee, level) and day <= first:
                for credit in credits:
                    sums = now if day == first else before
                    sums[credit.event.origin] += credit.amount
        return sum(
            (one > 0) - (one < 0 and before[sale] >= 0 and before[sale] + one <= 0)
            for sale, one in now.items()
        )

    # --- what changes it --------------------------------------------------------------

    def _accelerate(self, key, pay, amount):
        """What is above a percentage of the quota pays so many times its rate, until
        the next one; below 0 mirrored."""
        component, payee, _level, first = key
        target = self.get_target(component, payee, first)
        if not target:
            return None
        steps, size = self._get_steps(key), abs(amount)
        if any(whole for _bound, _each, whole in steps):
            raise NotImplementedError("an accelerator of what is paid on the whole")
        rows = component.accelerator_ids.sorted("bound")
        bounds = [target * exact(row.bound) / 100 for row in rows] + [size]
        more = NOTHING
        for row, low, high in zip(rows, bounds[:-1], bounds[1:], strict=True):
            if low < size:
                part = self._climb(steps, min(high, size)) - self._climb(steps, low)
                more += part * (exact(row.percent) - 100) / 100
        return pay + (more if amount >= 0 else -more)

    def _get_factor(self, multiplier, payee, first):
        """By what another component counted: the highest step that is reached, the
        lowest one also below it."""
        if multiplier.by != "value" or multiplier.edge != "upper":
            raise NotImplementedError(f"{multiplier.by}, {multiplier.edge}")
        value = self._get_counted(multiplier.source_component_id, payee, first)
        steps = multiplier.step_ids.sorted("bound")
        reached = steps.filtered(lambda step: exact(step.bound) <= value)[-1:]
        return exact((reached or steps[:1]).percent) / 100

    def _get_counted(self, component, payee, first):
        return total(
            credit.amount
            for (other, who, _level, day), credits in self.groups.items()
            if (other, who, day) == (component, payee, first)
            for credit in credits
        )

    def _price_differential(self, key):
        """Sale by sale the own rate, less what the levels below got."""
        [(_bound, each, _whole)] = self._get_steps(key)
        return total(
            credit.amount * (each - min(each, credit.below / 100))
            for credit in self.groups[key]
        )

    def _lift(self, key, credits):
        """What is missing to the floor before anything was taken back."""
        documents = defaultdict(Fraction)
        for credit in credits:
            documents[credit.event.document] += credit.amount
        sold = total(amount for amount in documents.values() if amount > 0)
        if not sold:
            return NOTHING
        return max(exact(key[0].floor) - self._pay(key, sold), NOTHING)

    def _is_open(self, component, payee, first):
        for gate in component.gate_ids:
            source = gate.source_component_id
            target = self.get_target(source, payee, first)
            counted = self._get_counted(source, payee, first)
            if not target or counted * 100 / target < exact(gate.threshold):
                return False
        return True

    # --- targets ----------------------------------------------------------------------

    def get_target(self, component, payee, first):
        """The payee's own target, else the team's, else everybody's, else the
        component's, for the days of taking part."""
        last = first.replace(day=monthrange(first.year, first.month)[1])
        target = NOTHING
        for team, days in self._get_days(component.plan_id, payee, first, last):
            quota = self._get_quota(component, payee, team, first)
            target += quota * days / last.day
        return cents(target)

    def _get_quota(self, component, payee, team, first):
        rows = component.quota_ids.filtered(lambda row: row.date_from == first)
        for condition in (
            lambda row: row.employee_id == payee,
            lambda row: team and row.team_id == team,
            lambda row: not row.employee_id and not row.team_id,
        ):
            if amount := exact(rows.filtered(condition)[:1].amount):
                return amount
        return exact(component.quota)

    def _get_days(self, plan, payee, first, last):
        """``[(team, days)]``; who takes part no longer, or not yet, has all days."""
        rows = plan.assignment_ids.filtered(lambda row: row.employee_id == payee)
        found, before = [], None
        for row in rows.sorted("date_from"):
            since = max(first, row.date_from, plan.date_from)
            until = min(last, row.date_to or date.max, plan.date_to or date.max)
            if since <= until:
                found.append((row.team_id, (until - since) // timedelta(days=1) + 1))
            if max(row.date_from, plan.date_from) <= last:
                before = row.team_id
        return found or [(before, last.day)]
