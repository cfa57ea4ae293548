"""Rate tables: what the steps of a component pay.

A table keeps lower bounds only: each step ends where the next starts and the last
is open, so 1,000.50 cannot fall between "up to 1,000" and "from 1,001".

Suppose steps 0: 5 %, 100: 10 %, and 150 sold. Marginal, a step pays on the excess
above its bound: 100 at 5 % + 50 at 10 % = 10. Retroactive, the step reached pays on
the whole: 150 at 10 % = 15. Read from the step reached downwards, each marginal
step takes what is above its bound and the first retroactive one takes all the rest,
so one table may mix both: "from half the quota 10 % on all, above it 20 % on new
sales only".

A step pays on one of four things:

- ``percent`` of the amount, or ``per_unit`` of the quantity, that falls in it. When
  the table is looked up by something else (percent, by count), what falls in it is
  the same part of the amount as of the count: 2 of 10 sales are a fifth, whichever
  sales they were, so their order does not matter.
- a ``fixed`` amount or a percentage of the target incentive (``target_percent``),
  owed from the bound on. Marginal adds it to those of the steps below, retroactive
  replaces them.

Interpolated, the table is right on its bounds and moves in a straight line between
them: in the rate for percent and per_unit, in the amount for the two others. Above
the last bound it stays as it is there.

Below zero a table is its own mirror image: a total of -150 takes back exactly what
150 paid, so a credit and its reversal are 0 together, and a fixed amount is owed
above 0, not on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from .trace import Fact, TraceLine
from .values import PERCENT, ZERO, EngineError, check_choice, check_number

StepKind = Literal["percent", "per_unit", "fixed", "target_percent"]
Application = Literal["marginal", "retroactive"]
Edge = Literal["upper", "lower"]
Lookup = Literal["attainment", "amount", "running", "document", "count"]
Between = Literal["flat", "interpolated"]

STEP_KINDS = ("percent", "per_unit", "fixed", "target_percent")
RATE_KINDS = ("percent", "per_unit")  # paid on something, the others are amounts
APPLICATIONS = ("marginal", "retroactive")
EDGES = ("upper", "lower")
LOOKUPS = ("attainment", "amount", "running", "document", "count")
BETWEENS = ("flat", "interpolated")


@dataclass(frozen=True, slots=True)
class Step:
    """From *bound* on, pay *value*. *application* overrides the table's."""

    bound: Decimal
    kind: StepKind
    value: Decimal
    application: Application | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "bound", check_number(self.bound, "bound"))
        object.__setattr__(self, "value", check_number(self.value, "value"))
        check_choice(self.kind, STEP_KINDS, "kind")
        if self.application is not None:
            check_choice(self.application, APPLICATIONS, "application")


class Base(NamedTuple):
    """What a table is looked up by, and what its steps pay on."""

    position: Decimal
    amount: Decimal
    quantity: Decimal


class Part(NamedTuple):
    """What one step pays on: from *low* to *high* of the position, at *value*."""

    step: Step
    low: Decimal
    high: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class RateTable:
    """Steps, sorted here, and how to read them.

    Bounds are a percentage of the quota when looked up by attainment, a number of
    sales when looked up by count, else amounts.
    """

    steps: tuple[Step, ...]
    application: Application = "marginal"
    edge: Edge = "upper"
    lookup: Lookup = "amount"
    between: Between = "flat"
    # worked out once, so that pricing does not
    bounds: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)
    marginal: tuple[bool, ...] = field(init=False, repr=False, compare=False)
    curve: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_choice(self.application, APPLICATIONS, "application")
        check_choice(self.edge, EDGES, "edge")
        check_choice(self.lookup, LOOKUPS, "lookup")
        check_choice(self.between, BETWEENS, "between")
        steps = tuple(sorted(self.steps, key=lambda step: step.bound))
        check_bounds([step.bound for step in steps])
        marginal = tuple(
            (step.application or self.application) == "marginal" for step in steps
        )
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "bounds", tuple(step.bound for step in steps))
        object.__setattr__(self, "marginal", marginal)
        object.__setattr__(self, "curve", _compute_curve(steps, marginal))
        self._check_kinds()

    def _check_kinds(self) -> None:
        kinds = {step.kind for step in self.steps}
        if "per_unit" in kinds and self.lookup in ("running", "document"):
            # the quantity is known for the period, not for what was before it nor
            # for each document
            raise EngineError("per_unit_lookup", lookup=self.lookup)
        if self.between == "interpolated":
            if len(kinds) > 1:
                raise EngineError("interpolated_kinds", kinds=tuple(sorted(kinds)))
            if kinds & set(RATE_KINDS) and any(self.marginal[1:]):
                # the excess above a bound at a rate that moves with the excess is
                # no plan that anybody has written
                raise EngineError("interpolated_marginal_rate", kind=kinds.pop())

    def compute_parts(
        self, position: Decimal, quota: Decimal | None = None
    ) -> list[Part]:
        """What each step pays on, up to *position* (0 or more), lowest first."""
        steps = self.steps
        if len(steps) == 1:
            return [Part(steps[0], ZERO, position, steps[0].value)]
        bounds = self.compute_amount_bounds(quota)
        top = reached(bounds, position, self.edge)
        if self.between == "interpolated":
            value = self._interpolate(bounds, position, top)
            return [Part(steps[top], ZERO, position, value)]
        parts = []
        high = position
        for index in range(top, -1, -1):
            step = steps[index]
            low = bounds[index] if self.marginal[index] else ZERO
            if low < high or step.kind not in RATE_KINDS or not index:
                parts.append(Part(step, low, high, step.value))
            if not self.marginal[index]:
                break
            high = low
        parts.reverse()
        return parts

    def compute_amount_bounds(self, quota: Decimal | None) -> tuple[Decimal, ...]:
        """Bounds as the position counts: 60 % of a quota of 100,000 is 60,000.

        Bounds are multiplied rather than the position divided, so 60,000 is
        exactly on the bound whatever the quota.
        """
        if self.lookup != "attainment":
            return self.bounds
        unit = check_quota(quota) * PERCENT
        return tuple(bound * unit for bound in self.bounds)

    def _interpolate(
        self, bounds: tuple[Decimal, ...], position: Decimal, index: int
    ) -> Decimal:
        low = self.curve[index]
        if index + 1 == len(bounds):
            return low
        width = bounds[index + 1] - bounds[index]
        rise = self.curve[index + 1] - low
        return low + rise * (position - bounds[index]) / width


def _compute_curve(
    steps: tuple[Step, ...], marginal: tuple[bool, ...]
) -> tuple[Decimal, ...]:
    """What is owed exactly on each bound: a marginal step adds to those below."""
    curve: list[Decimal] = []
    for step, adds in zip(steps, marginal, strict=True):
        below = curve[-1] if curve and adds else ZERO
        curve.append(below + step.value)
    return tuple(curve)


def check_bounds(bounds: list[Decimal]) -> None:
    """:raise EngineError: when sorted *bounds* leave a gap or say a thing twice"""
    if not bounds:
        raise EngineError("no_steps")
    if bounds[0] != 0:
        raise EngineError("first_bound_not_zero", bound=bounds[0])
    for bound, following in zip(bounds, bounds[1:], strict=False):
        if bound == following:
            raise EngineError("bound_twice", bound=bound)


def check_quota(quota: Decimal | None) -> Decimal:
    if quota is None:
        raise EngineError("quota_missing")
    if quota <= 0:
        raise EngineError("quota_not_positive", quota=quota)
    return quota


def reached(bounds: tuple[Decimal, ...], position: Decimal, edge: Edge) -> int:
    """The step that *position* falls in; exactly on a bound, the *edge* decides.

    What is below the first bound falls in the first step.
    """
    find = bisect_right if edge == "upper" else bisect_left
    return max(find(bounds, position) - 1, 0)


def compute_lines(
    table: RateTable, base: Base, quota: Decimal | None, target: Decimal | None
) -> list[TraceLine]:
    """What the table pays on *base*, one line per step."""
    parts = table.compute_parts(abs(base.position), quota)
    return [compute_line(part, base, target) for part in parts]


def compute_line(part: Part, base: Base, target: Decimal | None) -> TraceLine:
    step, value = part.step, part.value
    if step.kind == "percent":
        paid_on = _portion(base.amount, part, base.position)
        facts: dict[str, Fact] = {"bound": step.bound, "base": paid_on}
        facts["percent"] = value
        return TraceLine("step", paid_on * value * PERCENT, facts)
    if step.kind == "per_unit":
        units = _portion(base.quantity, part, base.position)
        facts = {"bound": step.bound, "quantity": units, "each": value}
        return TraceLine("unit", units * value, facts)
    sign = (base.position > 0) - (base.position < 0)
    if step.kind == "fixed":
        return TraceLine("fixed", sign * value, {"bound": step.bound})
    if target is None:
        raise EngineError("target_incentive_missing")
    facts = {"bound": step.bound, "target": target, "percent": value}
    return TraceLine("target", sign * target * value * PERCENT, facts)


def subtract(after: list[TraceLine], before: list[TraceLine]) -> list[TraceLine]:
    """Lines of *after* without what *before* paid already, per step and rate.

    145,000 before and 20,000 new, 4 % and 6 % from 150,000: 5,000 at 4 % and
    15,000 at 6 %.
    """
    left = {_rate_of(line): line for line in after}
    for line in before:
        counted = left.get(_rate_of(line), _nothing(line))
        left[_rate_of(line)] = _minus(counted, line)
    return [line for line in left.values() if line.amount or line.facts.get("base")]


def _portion(whole: Decimal, part: Part, position: Decimal) -> Decimal:
    width = part.high - part.low
    size = abs(position)
    if width == size:
        return whole
    return whole * width / size


def _rate_of(line: TraceLine) -> tuple[Fact, ...]:
    return (line.kind, line.facts["bound"], line.facts.get("percent", ZERO))


def _nothing(line: TraceLine) -> TraceLine:
    facts = {**line.facts, "base": ZERO} if "base" in line.facts else line.facts
    return TraceLine(line.kind, ZERO, facts)


def _minus(line: TraceLine, other: TraceLine) -> TraceLine:
    facts = dict(line.facts)
    base, other_base = facts.get("base"), other.facts.get("base")
    if isinstance(base, Decimal) and isinstance(other_base, Decimal):
        facts["base"] = base - other_base
    return TraceLine(line.kind, line.amount - other.amount, facts)
