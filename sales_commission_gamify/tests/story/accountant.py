"""The reference accountant: reads the documents as they are now and says what is owed.

It shares no code with the add-on beyond the records in which plans, participations,
targets and hierarchies are kept. What it cannot price it refuses, so that a story never
agrees by leaving something out.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from functools import cached_property

from .crediting import Crediting
from .documents import Documents, Event
from .numbers import total
from .payable import Payable
from .pricing import Pricing

# The only rules that are worked out by hand here: ``{field: choices}``.
KNOWN = {
    "basis": ["measure"],
    "pays": ["rates", "nothing"],
    "lookup": ["amount", "running", "count", "attainment"],
    "edge": ["upper"],
    "between": ["flat"],
    "quota_proration": ["days"],
    "ramp": [False],
    "cap_per_document": [0],
    "only_above_quota": [False],
}
UNKNOWN_PARTS = ("weight_ids",)
# Accelerators and multipliers are worked out for components without these.
NOT_WITH_FACTORS = ("floor", "cap_per_period")
KNOWN_VALUES = ("amount", "quantity")
MARGINS = ("invoice_line", "payment")


class Accountant:
    def __init__(self, env, company):
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company
        self.documents = Documents(env, company)
        self.crediting = Crediting(env, company)

    def tell_payable(self, today):
        """``{key: what is payable of it on that day}`` of plans that say when."""
        groups, owed = self._worked_out
        payable = Payable(self.documents, groups, owed)
        return {
            key: payable.tell(key, today)
            for key in owed
            if key[0].plan_id._has_payable_rule()
        }

    def count(self):
        """``(credited, owed)``, each ``{(component, payee, level, first day): sum}``"""
        groups, owed = self._worked_out
        credited = {
            key: total(credit.amount for credit in credits)
            for key, credits in groups.items()
        }
        return credited, owed

    @cached_property
    def _worked_out(self):
        """What the documents said when it was asked first."""
        groups, owed = defaultdict(list), {}
        components = self._get_components()
        following = components.filtered(lambda c: c.measure_id.source == "commission")
        for component in components - following:
            for event in self.documents.find_events(component):
                self._credit(groups, component, event)
        self._price(groups, owed)
        for component in following:
            for event in self._read_commissions(dict(owed)):
                self._credit(groups, component, event)
        self._price(groups, owed)
        return groups, owed

    def _get_components(self):
        components = self.env["sales.commission.component"].search(
            [("company_id", "=", self.company.id), ("plan_id.state", "!=", "draft")]
        )
        for component in components:
            self._refuse_unknown(component)
        return components

    def _refuse_unknown(self, component):
        unknown = [name for name in UNKNOWN_PARTS if component[name]]
        unknown += [name for name in KNOWN if component[name] not in KNOWN[name]]
        if component.accelerator_ids or component.multiplier_ids:
            unknown += [name for name in NOT_WITH_FACTORS if component[name]]
            if component.lookup != "amount" or component._is_differential():
                unknown.append("accelerator_ids")
        measure = component.measure_id
        known = KNOWN_VALUES + ("margin",) * (measure.source in MARGINS)
        if measure.value not in known:
            unknown.append("measure_id.value")
        if unknown:
            raise NotImplementedError(f"{component.name}: {', '.join(unknown)}")

    def _credit(self, groups, component, event):
        for credit in self.crediting.credit(component, event):
            groups[credit.key].append(credit)

    def _price(self, groups, owed):
        pricing = Pricing(groups)
        for key in groups.keys() - owed.keys():
            owed[key] = pricing.price(key)

    def _read_commissions(self, owed):
        """What others earn for a month counts on its last day, for who is above them
        then, or on the last day of their plan."""
        for (component, payee, level, first), amount in owed.items():
            last = first.replace(day=monthrange(first.year, first.month)[1])
            sold = min(last, component.plan_id.date_to or date.max)
            if amount and component.measure_id.source != "commission":
                key = component, payee, level, first
                yield Event(key, key, sold, last, amount, payee=payee)
