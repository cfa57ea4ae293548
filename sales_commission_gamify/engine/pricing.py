"""What a component pays a payee for a period.

    terms = ComponentTerms(
        rates=RateTable((Step(Decimal(0), "percent", Decimal(5)),)),
        rounding=Decimal("0.01"),
    )
    price(terms, PeriodFacts(Decimal(1000))).amount  # 50.00

The order of work is fixed: score, attainment, rate or formula, gates, accelerators,
multipliers, what the levels below got, floor, cap, rounding. Amounts are only rounded
at the very end, and a total and its negative price to exactly opposite amounts; only
the floor is for what is positive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from typing import TypeAlias

from .modifiers import (
    Accelerator,
    Closes,
    Gate,
    Multiplier,
    compute_acceleration,
    compute_attainment,
    compute_cap,
    compute_gate,
    compute_multiplication,
)
from .money import EXACT, round_to
from .rates import (
    Base,
    RateTable,
    check_quota,
    compute_lines,
    subtract,
)
from .scorecards import check_weights, compute_score
from .trace import Trace, TraceLine
from .values import HUNDRED, PERCENT, ZERO, EngineError, check_number

# What a period pays by something else than a table; exact, as all else here.
Formula: TypeAlias = "Callable[[ComponentTerms, PeriodFacts], Decimal]"


@dataclass(frozen=True, slots=True)
class ComponentTerms:
    """The rules of a component, checked here once and priced many times.

    *quota* and *target_incentive* differ per payee and period: ``with_quota`` makes
    the payee's terms from the plan's without checking the table again.

    *only_above_quota* prices the excess over the quota alone, as if it were all
    that is credited.

    *weights* (component, percent) make it a scorecard: the score of the others'
    attainments is what is credited, and 100 is the quota. *formula* takes the place
    of the table; *formula_text* is how the trace says it. Without table and formula
    the component is only counted and pays nothing.
    """

    rates: RateTable | None
    rounding: Decimal
    quota: Decimal | None = None
    target_incentive: Decimal | None = None
    only_above_quota: bool = False
    gates: tuple[Gate, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    floor: Decimal | None = None
    cap_per_document: Decimal | None = None
    cap_per_period: Decimal | None = None
    weights: tuple[tuple[str, Decimal], ...] = ()
    formula: Formula | None = None
    formula_text: str = ""

    def __post_init__(self) -> None:
        for name in (
            "rounding",
            "quota",
            "target_incentive",
            "floor",
            "cap_per_document",
            "cap_per_period",
        ):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, check_number(value, name))
        if self.quota is not None:
            check_quota(self.quota)
        if self.rounding <= 0:
            raise EngineError("rounding_not_positive", rounding=self.rounding)
        object.__setattr__(self, "rounding", self.rounding.normalize())  # 1.0 → 1
        self._check_limits()
        self._check_accelerators()
        self._check_only_above_quota()
        self._check_scorecard()
        accelerators = tuple(sorted(self.accelerators, key=lambda a: a.bound))
        object.__setattr__(self, "accelerators", accelerators)

    @property
    def _lookup(self) -> str:
        return self.rates.lookup if self.rates else ""

    @property
    def _kinds(self) -> set[str]:
        return {step.kind for step in self.rates.steps} if self.rates else set()

    def _check_scorecard(self) -> None:
        if not self.weights:
            return
        weights = tuple(
            (key, check_number(part, "weight")) for key, part in self.weights
        )
        object.__setattr__(self, "weights", weights)
        check_weights(dict(weights))
        if self._kinds & {"percent", "per_unit"}:
            # a score is neither money nor units
            raise EngineError("scorecard_kinds")
        if self.rates and self._lookup not in ("amount", "attainment"):
            raise EngineError("scorecard_lookup", lookup=self._lookup)

    def _check_limits(self) -> None:
        for name in ("floor", "cap_per_document", "cap_per_period"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise EngineError("limit_negative", limit=name, value=value)
        floor, cap = self.floor, self.cap_per_period
        if floor is not None and cap is not None and floor > cap:
            raise EngineError("floor_above_cap", floor=floor, cap=cap)
        if self.cap_per_document is not None and self._lookup != "document":
            # what one document earns is not known when all are priced together
            raise EngineError("cap_per_document_lookup", lookup=self._lookup)

    def _check_only_above_quota(self) -> None:
        if not self.only_above_quota:
            return
        if self._lookup != "amount" or self.weights:
            raise EngineError("only_above_quota_lookup", lookup=self._lookup)
        if "per_unit" in self._kinds:
            # which units are above a quota in money is not known
            raise EngineError("only_above_quota_per_unit")

    def _check_accelerators(self) -> None:
        if not self.accelerators:
            if any(gate.closes == "accelerators" for gate in self.gates):
                raise EngineError("gate_closes_nothing")
            return
        if self._kinds != {"percent"}:
            raise EngineError("accelerator_kinds")
        if self._lookup not in ("attainment", "amount") or self.only_above_quota:
            raise EngineError("accelerator_lookup", lookup=self._lookup)
        bounds = [accelerator.bound for accelerator in self.accelerators]
        for bound in bounds:
            if bounds.count(bound) > 1:
                raise EngineError("bound_twice", bound=bound)

    def with_quota(
        self, quota: Decimal | None, target_incentive: Decimal | None = None
    ) -> ComponentTerms:
        """These terms for one payee and period; all else was checked already."""
        terms = copy(self)
        for name, value in (("quota", quota), ("target_incentive", target_incentive)):
            if value is not None:
                value = check_number(value, name)
            object.__setattr__(terms, name, value)
        if quota is not None:
            check_quota(quota)
        return terms


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What a payee did in a period, as summed from the credits.

    *amount* is the credited amount; *quantity* counts units or sales; *documents*
    are the amounts of each document, when each is priced alone; *before* is what
    was credited earlier in the quarter or year, when the running total is looked
    up. *attainments* (percent) and *measures* are by key.

    *gross* are the same facts without what was taken back. Only the floor looks
    there, see ``_compute_missing``.

    *below* tells what the levels below got, as ``(amount, percent)`` that add up to
    *amount*; empty for a level that gets its own rate.
    """

    amount: Decimal
    quantity: Decimal = ZERO
    documents: tuple[Decimal, ...] = ()
    before: Decimal = ZERO
    attainments: Mapping[str, Decimal] = field(default_factory=dict)
    measures: Mapping[str, Decimal] = field(default_factory=dict)
    gross: PeriodFacts | None = None
    below: tuple[tuple[Decimal, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Priced:
    """*amount* is ``trace.total`` rounded to the currency."""

    amount: Decimal
    trace: Trace


def price(terms: ComponentTerms, facts: PeriodFacts) -> Priced:
    """What the component pays, and why."""
    with localcontext(EXACT):
        scores: list[TraceLine] = []
        if terms.weights:
            scores = _describe_scores(terms, facts)
            score = compute_score(facts.attainments, dict(terms.weights))
            facts = replace(facts, amount=score)
            terms = terms.with_quota(HUNDRED, terms.target_incentive)
        closed = _find_closed(terms, facts, "pay") if terms.gates else []
        lines = closed or _compute_pay(terms, facts)
        if not closed:
            _limit(terms, facts, lines)
        lines = scores + lines
        return Priced(round_to(_sum(lines), terms.rounding), Trace(lines))


def _describe_scores(terms: ComponentTerms, facts: PeriodFacts) -> list[TraceLine]:
    return [
        TraceLine(
            "score",
            ZERO,
            {
                "component": key,
                "attainment": round_to(facts.attainments.get(key, ZERO), PERCENT),
                "weight": weight,
            },
        )
        for key, weight in terms.weights
    ]


def _find_closed(
    terms: ComponentTerms, facts: PeriodFacts, closes: Closes
) -> list[TraceLine]:
    lines = [
        compute_gate(gate, facts.amount, terms.quota, facts.attainments)
        for gate in terms.gates
        if gate.closes == closes
    ]
    return [line for line in lines if line]


def _compute_pay(terms: ComponentTerms, facts: PeriodFacts) -> list[TraceLine]:
    """Everything before floor and cap of the period."""
    if terms.formula is not None:
        lines = [_compute_formula(terms, facts)]
    else:
        lines = _compute_rates(terms, facts)
    if terms.accelerators:
        lines += _find_closed(terms, facts, "accelerators") or _accelerate(terms, facts)
    for multiplier in terms.multipliers:
        lines.append(compute_multiplication(multiplier, _sum(lines), facts.measures))
    if facts.below:
        lines.append(_compute_below(facts, _sum(lines)))
    return lines


def _compute_formula(terms: ComponentTerms, facts: PeriodFacts) -> TraceLine:
    assert terms.formula is not None
    amount = check_number(terms.formula(terms, facts), "formula")
    return TraceLine("formula", amount, {"formula": terms.formula_text})


def _compute_below(facts: PeriodFacts, pay: Decimal) -> TraceLine:
    """Take what the levels below got, but never more than the own rate.

    10 % above a seller with 12 % and one with 4 %, who sold 1,000 each: nothing for
    the first, 60 for the second.
    """
    rate = max(pay / facts.amount, ZERO) if facts.amount else ZERO
    taken = sum(
        (amount * min(percent * PERCENT, rate) for amount, percent in facts.below), ZERO
    )
    return TraceLine("below", -taken, {"below": taken})


def _compute_rates(terms: ComponentTerms, facts: PeriodFacts) -> list[TraceLine]:
    rates, target, amount = terms.rates, terms.target_incentive, facts.amount
    if rates is None:
        return []
    if rates.lookup == "document":
        return _compute_documents(terms, facts)
    if rates.lookup == "running":
        after, before = amount + facts.before, facts.before
        return subtract(
            compute_lines(rates, Base(after, after, ZERO), None, target),
            compute_lines(rates, Base(before, before, ZERO), None, target),
        )
    lines = []
    if rates.lookup == "attainment":
        lines.append(_describe_attainment(amount, terms.quota))
    elif terms.only_above_quota:
        excess = _compute_excess(amount, terms.quota)
        lines.append(_describe_excess(amount, terms.quota, excess))
        amount = excess
    position = facts.quantity if rates.lookup == "count" else amount
    base = Base(position, amount, facts.quantity)
    return lines + compute_lines(rates, base, terms.quota, target)


def _compute_documents(terms: ComponentTerms, facts: PeriodFacts) -> list[TraceLine]:
    assert terms.rates is not None
    if sum(facts.documents, ZERO) != facts.amount:
        raise EngineError(
            "documents_not_whole",
            amount=facts.amount,
            documents=sum(facts.documents, ZERO),
        )
    lines = []
    cap = terms.cap_per_document
    for number, amount in enumerate(facts.documents, 1):
        base = Base(amount, amount, ZERO)
        priced = compute_lines(terms.rates, base, None, terms.target_incentive)
        if cap is not None:
            line = compute_cap(_sum(priced), cap)
            if line:
                priced.append(line)
        lines += [
            TraceLine(kind, pay, {"document": number, **why})
            for kind, pay, why in priced
        ]
    return lines


def _describe_attainment(amount: Decimal, quota: Decimal | None) -> TraceLine:
    percent = round_to(compute_attainment(amount, quota), PERCENT)
    facts = {"credited": amount, "quota": check_quota(quota), "percent": percent}
    return TraceLine("attainment", ZERO, facts)


def _accelerate(terms: ComponentTerms, facts: PeriodFacts) -> list[TraceLine]:
    assert terms.rates is not None
    size = abs(facts.amount)
    parts = terms.rates.compute_parts(size, terms.quota)
    sign = 1 if facts.amount >= 0 else -1
    return compute_acceleration(terms.accelerators, parts, terms.quota, sign)


def _describe_excess(
    amount: Decimal, quota: Decimal | None, excess: Decimal
) -> TraceLine:
    facts = {"credited": amount, "quota": check_quota(quota), "base": excess}
    return TraceLine("excess", ZERO, facts)


def _compute_excess(amount: Decimal, quota: Decimal | None) -> Decimal:
    """What is above the quota; below 0, what is further below 0 than the quota."""
    excess = max(abs(amount) - check_quota(quota), ZERO)
    return excess if amount >= 0 else -excess


def _limit(terms: ComponentTerms, facts: PeriodFacts, lines: list[TraceLine]) -> None:
    """Add to *lines* what the floor gives and then what the cap takes."""
    if terms.floor is not None:
        missing = _compute_missing(terms, facts, lines, terms.floor)
        if missing > 0:
            lines.append(TraceLine("floor", missing, {"floor": terms.floor}))
    if terms.cap_per_period is not None:
        line = compute_cap(_sum(lines), terms.cap_per_period)
        if line:
            lines.append(line)


def _compute_missing(
    terms: ComponentTerms, facts: PeriodFacts, lines: list[TraceLine], floor: Decimal
) -> Decimal:
    """What is missing to the floor, before anything was taken back.

    A floor is the least that sales pay: without sales it pays nothing (what is
    paid without sales is a draw), and taking a sale back takes what the rates gave,
    not the floor. Suppose 5 % and a floor of 10: a sale of 100 pays 10, 5 of them
    lifted by the floor; reversed, 5 are taken back.
    """
    sold = facts.gross or facts
    if sold.amount < 0 or not (sold.amount or sold.quantity > 0):
        return ZERO
    if facts.gross is not None:
        lines = _compute_pay(terms, facts.gross)
    return floor - _sum(lines)


def _sum(lines: list[TraceLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
