"""Several measures read as one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar

from .money import exact
from .values import HUNDRED, PERCENT, ZERO, EngineError

Measure = TypeVar("Measure", bound=Hashable)


@exact
def compute_score(
    attainments: Mapping[Measure, Decimal], weights: Mapping[Measure, Decimal]
) -> Decimal:
    """One attainment out of several, by weights that add up to 100 %.

    Revenue 110 % weighing 70 and new customers 80 % weighing 30 score 101 %.
    """
    check_weights(weights)
    missing = [measure for measure in weights if measure not in attainments]
    if missing:
        raise EngineError("attainment_missing", component=missing[0])
    return sum(
        (attainments[key] * weight * PERCENT for key, weight in weights.items()),
        ZERO,
    )


@exact
def check_weights(weights: Mapping[Measure, Decimal]) -> None:
    """:raise EngineError: when *weights* do not add up to 100 %"""
    whole = sum(weights.values(), ZERO)
    if any(weight < 0 for weight in weights.values()):
        raise EngineError("weight_negative", weights=dict(weights))
    if whole != HUNDRED:
        raise EngineError("weights_not_whole", weights=dict(weights), total=whole)


@exact
def compute_shared_totals(
    before: Mapping[Measure, Decimal],
    documents: Iterable[Mapping[Measure, Decimal]],
    credit_percents: Mapping[Measure, Decimal],
) -> tuple[Decimal, ...]:
    """The shared total of several measures after each document.

    A document moves the total only by the measures whose rule credits it, at that
    rule's percent. Revenue 100 and bookings 50 before; two orders of revenue 50 and
    bookings 100 credited for revenue alone: 200, then 250.
    """
    totals = accumulate(
        (_credit(document, credit_percents) for document in documents),
        initial=sum(before.values(), ZERO),
    )
    return tuple(totals)[1:]


def _credit(
    document: Mapping[Measure, Decimal], credit_percents: Mapping[Measure, Decimal]
) -> Decimal:
    return sum(
        (
            amount * credit_percents.get(measure, ZERO) * PERCENT
            for measure, amount in document.items()
        ),
        ZERO,
    )
