"""What is done to the money of a rate table, in this order: gates, accelerators,
multipliers, floor and cap. Each says what it did in a line of the trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from .money import exact, round_to
from .rates import EDGES, Edge, Part, check_bounds, check_quota, reached
from .trace import TraceLine
from .values import HUNDRED, PERCENT, ZERO, EngineError, check_choice, check_number

Closes = Literal["pay", "accelerators"]
CLOSES = ("pay", "accelerators")


@exact
def compute_attainment(credited: Decimal, quota: Decimal | None) -> Decimal:
    """Percentage of the quota reached: 15,000 of 20,000 is 75."""
    return credited * HUNDRED / check_quota(quota)


@exact
def compute_blended_rate(pay: Decimal, credited: Decimal) -> Decimal:
    """The one percentage that would pay the same: 1,100 for 20,000 is 5.5."""
    if not credited:
        raise EngineError("nothing_credited", pay=pay)
    return pay * HUNDRED / credited


@dataclass(frozen=True, slots=True)
class Gate:
    """Open from *threshold* % of the quota on, else it *closes* something.

    ``pay``: below it the component pays nothing, floor included. ``accelerators``:
    below it the component pays its base rates. *component* is the key of another
    component whose attainment is looked at; empty is the component's own.
    """

    threshold: Decimal
    closes: Closes = "pay"
    component: str = ""

    def __post_init__(self) -> None:
        threshold = check_number(self.threshold, "threshold")
        object.__setattr__(self, "threshold", threshold)
        check_choice(self.closes, CLOSES, "closes")


@dataclass(frozen=True, slots=True)
class Accelerator:
    """Above *bound* % of the quota the rates are multiplied by *percent*.

    10 % and an accelerator of 150 from 100 %: new sales above the quota pay 15 %.
    The next accelerator replaces it from its own bound on.
    """

    bound: Decimal
    percent: Decimal

    def __post_init__(self) -> None:
        object.__setattr__(self, "bound", check_number(self.bound, "bound"))
        object.__setattr__(self, "percent", check_number(self.percent, "percent"))
        if self.bound < 0:
            raise EngineError("bound_negative", bound=self.bound)


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A factor looked up by another measure, as ``(bound, percent)`` steps.

    The margin from 20 % on pays 115, from 30 % on 125: the whole pay times 1.15 or
    1.25. The first bound is 0 and its percent also holds below 0.
    """

    measure: str
    steps: tuple[tuple[Decimal, Decimal], ...]
    edge: Edge = "upper"
    bounds: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_choice(self.edge, EDGES, "edge")
        steps = tuple(
            sorted(
                (check_number(bound, "bound"), check_number(percent, "percent"))
                for bound, percent in self.steps
            )
        )
        check_bounds([bound for bound, _ in steps])
        object.__setattr__(self, "steps", steps)
        object.__setattr__(self, "bounds", tuple(bound for bound, _ in steps))

    def get_percent(self, value: Decimal) -> Decimal:
        return self.steps[reached(self.bounds, value, self.edge)][1]


def compute_gate(
    gate: Gate,
    credited: Decimal,
    quota: Decimal | None,
    attainments: Mapping[str, Decimal],
) -> TraceLine | None:
    """The line that says why the gate is closed, None when it is open.

    A negative own total knocks as its mirror image does, so that what a sale of
    60,000 opened, taking back 60,000 opens too.
    """
    if gate.component:
        attainment = attainments.get(gate.component)
        if attainment is None:
            raise EngineError("attainment_missing", component=gate.component)
    else:
        attainment = abs(credited) * HUNDRED / check_quota(quota)
    if attainment >= gate.threshold:
        return None
    return TraceLine(
        "gate",
        ZERO,
        {
            "closes": gate.closes,
            "component": gate.component,
            "attainment": round_to(attainment, PERCENT),
            "threshold": gate.threshold,
        },
    )


def compute_acceleration(
    accelerators: tuple[Accelerator, ...],
    parts: list[Part],
    quota: Decimal | None,
    sign: int,
) -> list[TraceLine]:
    """What the accelerators add to *parts*, sorted by bound, one line each."""
    unit = check_quota(quota) * PERCENT
    bounds = [accelerator.bound * unit for accelerator in accelerators]
    ranges = [*pairwise(bounds), (bounds[-1], None)]
    lines = []
    for accelerator, (low, high) in zip(accelerators, ranges, strict=True):
        base = sum((_pay_between(part, low, high) for part in parts), ZERO) * sign
        if base:
            facts = {"bound": accelerator.bound, "percent": accelerator.percent}
            added = base * (accelerator.percent - HUNDRED) * PERCENT
            lines.append(TraceLine("accelerator", added, {**facts, "base": base}))
    return lines


def _pay_between(part: Part, low: Decimal, high: Decimal | None) -> Decimal:
    top = part.high if high is None else min(part.high, high)
    return max(top - max(part.low, low), ZERO) * part.value * PERCENT


def compute_multiplication(
    multiplier: Multiplier, pay: Decimal, measures: Mapping[str, Decimal]
) -> TraceLine:
    """What the multiplier adds to *pay*, or takes from it."""
    value = measures.get(multiplier.measure)
    if value is None:
        raise EngineError("measure_missing", measure=multiplier.measure)
    percent = multiplier.get_percent(value)
    return TraceLine(
        "multiplier",
        pay * (percent - HUNDRED) * PERCENT,
        {
            "measure": multiplier.measure,
            "value": value,
            "percent": percent,
            "base": pay,
        },
    )


def compute_cap(pay: Decimal, cap: Decimal) -> TraceLine | None:
    """What the cap takes, on both sides of 0; None when it does not bite."""
    if abs(pay) <= cap:
        return None
    capped = cap if pay > 0 else -cap
    return TraceLine("cap", capped - pay, {"cap": cap})
