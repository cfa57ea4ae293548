"""The arithmetic of the game: points, chances and places. Never money."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from .modifiers import compute_attainment
from .money import exact
from .values import HUNDRED, ONE, ZERO, EngineError

Key = TypeVar("Key", bound=Hashable)


@exact
def compute_amount_points(amount: Decimal, points: int, per: Decimal) -> int:
    """*points* for each whole *per* of *amount*: 5 per 100, 250 gives 10.

    A reversal gives exactly the negative. When a document shrinks in steps, ask for
    the points of what is left of it and book the difference.
    """
    if per <= 0:
        raise EngineError("per_not_positive", per=per)
    return int((amount / per).quantize(ONE, ROUND_DOWN)) * points


def compute_activity_points(
    points: Mapping[Key, int], counts: Mapping[Key, int]
) -> int:
    """Points of each activity times how often it was done.

    Email 2, call 3, appointment 10: ten emails, five calls and two appointments
    are 55. One document is an activity too.
    """
    unknown = [key for key in counts if key not in points]
    if unknown:
        raise EngineError("activity_unknown", activities=tuple(unknown))
    return sum(points[key] * count for key, count in counts.items())


@exact
def compute_chances(tickets: Mapping[Key, int]) -> dict[Key, Decimal]:
    """Percentage chance of each holder to win the lottery: 50 of 100 tickets, 50."""
    if any(count < 0 for count in tickets.values()):
        raise EngineError("tickets_negative", tickets=dict(tickets))
    total = sum(tickets.values())
    if not total:
        raise EngineError("no_tickets")
    return {key: count * HUNDRED / total for key, count in tickets.items()}


@exact
def compute_forecast(given: int, elapsed: int, days: int) -> int:
    """What a month of *days* comes to at the rate of its *elapsed* first days."""
    if not 0 < elapsed <= days:
        raise EngineError("days_elapsed", elapsed=elapsed, days=days)
    return int((Decimal(given) * days / elapsed).quantize(ONE, ROUND_HALF_UP))


class Place(NamedTuple):
    rank: int
    score: Decimal


def compute_ranking(scores: Mapping[Key, Decimal]) -> dict[Key, Place]:
    """Places from the highest score down; equals share one, the next is skipped."""
    ordered = sorted(scores.items(), key=lambda item: -item[1])
    ranking: dict[Key, Place] = {}
    rank, before = 0, ZERO
    for position, (key, score) in enumerate(ordered, 1):
        if not rank or score != before:
            rank, before = position, score
        ranking[key] = Place(rank, score)
    return ranking


def compute_target_ranking(
    results: Mapping[Key, tuple[Decimal, Decimal]],
) -> dict[Key, Place]:
    """Ranking of ``(done, target)`` by percentage of the own target.

    A junior with 45 of 50 is before a senior with 80 of 100.
    """
    return compute_ranking(
        {
            key: compute_attainment(done, target)
            for key, (done, target) in results.items()
        }
    )
