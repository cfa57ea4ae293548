"""Periods of the calendar, and what a part of one is worth.

A year's quota is spread over its periods by ``money.allocate``: 100,000 by 20, 20,
20 and 40, or evenly by twelve times 1. What a payee has of a period is prorated.

A period is known by the day it starts; the next one starts the day after it ends,
so a day is in one period and in one only. Suppose half-months: 1-15 January and
16-31 January; the 31st is not lost.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from .money import exact, round_to
from .values import ZERO, EngineError, check_choice

PeriodKind = Literal[
    "half_month", "month", "quarter", "half_year", "year", "week", "biweek"
]
KINDS: tuple[PeriodKind, ...] = (
    "half_month",
    "month",
    "quarter",
    "half_year",
    "year",
    "week",
    "biweek",
)
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
DAYS = {"week": 7, "biweek": 14}

# A Monday on which a year starts: weeks start on Monday, years in January.
ANCHOR = date(2001, 1, 1)


class Period(NamedTuple):
    """First and last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period_of(day: date, kind: PeriodKind, anchor: date | None = None) -> Period:
    """The period of *kind* that holds *day*.

    *anchor* is the first day of any one of these periods: 1 April of some year
    for fiscal years from April, a Sunday for weeks from Sunday, a pay day's Monday
    for fortnights.
    """
    check_choice(kind, KINDS, "kind")
    anchor = anchor or ANCHOR
    if kind in DAYS:
        length = DAYS[kind]
        first = day - timedelta(days=(day - anchor).days % length)
        return Period(first, first + timedelta(days=length - 1))
    if anchor.day != 1:
        raise EngineError("anchor_not_first_of_month", kind=kind, anchor=anchor)
    if kind == "half_month":
        if day.day <= 15:
            return Period(day.replace(day=1), day.replace(day=15))
        return Period(day.replace(day=16), _month_end(day))
    length = MONTHS[kind]
    month = _month_number(day)
    first_month = month - (month - _month_number(anchor)) % length
    return Period(
        _month_start(first_month), _month_end(_month_start(first_month + length - 1))
    )


def tile(
    kind: PeriodKind, first: date, last: date, anchor: date | None = None
) -> tuple[Period, ...]:
    """The whole periods of *kind* that touch the days from *first* to *last*."""
    _check_order(first, last)
    periods = [period_of(first, kind, anchor)]
    while periods[-1].last < last:
        periods.append(period_of(periods[-1].last + timedelta(days=1), kind, anchor))
    return tuple(periods)


def compute_ordinal(
    kind: PeriodKind, start: date, day: date, anchor: date | None = None
) -> int:
    """1 in the period in which a payee starts, 2 in the next (a ramp counts these)."""
    return len(tile(kind, start, day, anchor))


@exact
def prorate(
    amount: Decimal, period: Period, active: Period, rounding: Decimal
) -> Decimal:
    """The part of *amount* for the days of *period* inside *active*.

    Whole months weigh the same and days count within their month: from 1 March,
    20,000 of a first quarter is one month of three, 6,666.67, and 100 of February
    from the 8th is 21/28, 75. Periods that are not made of whole months (weeks,
    half-months) count their days.
    """
    _check_order(*active)
    pieces = _months(period)
    share = sum((_days_inside(piece, active) for piece in pieces), ZERO)
    return round_to(amount * share / len(pieces), rounding)


@exact
def compute_passed(period: Period, day: date) -> Decimal:
    """How much of *period* is over at the end of *day*, 0 to 1: 20 January is 20/31."""
    passed = (min(day, period.last) - period.first).days + 1
    return Decimal(max(passed, 0)) / period.days


def compute_ramp(ramp: Sequence[Decimal], full: Decimal, ordinal: int) -> Decimal:
    """The quota of a payee's period number *ordinal*: the ramp, then *full*.

    Ramp 10k, 20k, 30k, then 45k: 20k in the second month, 45k from the fourth.
    """
    if ordinal < 1:
        raise EngineError("before_the_ramp", ordinal=ordinal)
    return ramp[ordinal - 1] if ordinal <= len(ramp) else full


def _check_order(first: date, last: date) -> None:
    if last < first:
        raise EngineError("period_reversed", first=first, last=last)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months(period: Period) -> tuple[Period, ...]:
    """The months a period is made of; itself when it is not made of whole ones."""
    if period.first.day == 1 and period.last == _month_end(period.last):
        return tile("month", *period)
    return (period,)


def _days_inside(piece: Period, active: Period) -> Decimal:
    days = (min(piece.last, active.last) - max(piece.first, active.first)).days + 1
    return Decimal(max(days, 0)) / piece.days
