"""Spreading the cost of a commission over the contract that it won (ASC 340-40)."""

from __future__ import annotations

from decimal import Decimal

from .money import exact, round_to
from .values import ZERO, EngineError

# A contract of a year or less may be expensed when it is won (ASC 340-40-25-4).
AT_ONCE_MONTHS = 12


@exact
def compute_schedule(
    amount: Decimal, months: int, rounding: Decimal
) -> tuple[Decimal, ...]:
    """What to expense each month; all in the first up to a year.

    Each month is the difference of two rounded totals: 15,000 over 36 months is
    416.67, 416.66, 416.67 ..., never more than a cent off and exact at the end.
    Equal months with the rest in the last would leave it 12 cents off, and could
    turn it negative for a small amount.
    """
    if months < 1:
        raise EngineError("months_not_positive", months=months)
    count = 1 if months <= AT_ONCE_MONTHS else months
    schedule = []
    before = ZERO
    for month in range(1, count + 1):
        expensed = round_to(amount * month / count, rounding)
        schedule.append(expensed - before)
        before = expensed
    return tuple(schedule)
