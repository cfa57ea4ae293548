"""The only door for rounding, and the shares that come out of it.

Everything else multiplies and adds without rounding. Suppose ten lines of 0.05 at
10 %: each alone would round to 0.01 and the payee would get 0.10; rounded once
here, he gets 0.05.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from .values import ONE, ZERO, EngineError

P = ParamSpec("P")
R = TypeVar("R")

# 50 digits: an amount of 15 digits times six factors of 5 digits is still exact.
# Our own context, so that a cent never depends on the caller's thread.
EXACT = Context(prec=50)

# A third of a third times nine is 0.99...9 at the 50th digit. Half a cent that
# lost such a crumb must still round up, so crumbs are swept before rounding.
CRUMB = Decimal("1E-25")


def exact(function: Callable[P, R]) -> Callable[P, R]:
    """Run *function* with 50 digits, whatever the thread's decimal context is."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return run


@exact
def round_to(amount: Decimal, rounding: Decimal) -> Decimal:
    """*amount* to the nearest multiple of *rounding*, halves away from zero.

    Away from zero on both sides, so that taking back 0.005 gives what paying it
    gave: 0.01 and -0.01. There is no -0.00: nobody is paid minus nothing.
    """
    swept = amount.quantize(CRUMB)
    if rounding.as_tuple().digits == (1,):  # 0.01, 1, 0.001: nearly every currency
        return swept.quantize(rounding, ROUND_HALF_UP) + ZERO
    return (swept / rounding).quantize(ONE, ROUND_HALF_UP) * rounding + ZERO


@exact
def allocate(
    total: Decimal, weights: Sequence[Decimal], rounding: Decimal
) -> tuple[Decimal, ...]:
    """*total* in shares proportional to *weights* that add up to it exactly.

    A weight may be negative (a refund among sales), their sum must not be 0.
    """
    whole = sum(weights, ZERO)
    if not whole:
        raise EngineError("weights_without_sum", weights=tuple(weights))
    rounded = round_to(total, rounding)
    return round_together([rounded * weight / whole for weight in weights], rounding)


@exact
def round_together(
    amounts: Sequence[Decimal], rounding: Decimal
) -> tuple[Decimal, ...]:
    """*amounts* rounded so that they add up to their rounded sum.

    Three thirds of 100.00 are 33.34 + 33.33 + 33.33: every amount is cut down, and
    the cents left go to those that lost most, on a tie to the first. The negative
    amounts round to exactly the negative of that.
    """
    sign = _get_sign(amounts)
    units = [sign * amount / rounding for amount in amounts]
    floors = [unit.to_integral_value(ROUND_FLOOR) for unit in units]
    left = int(round_to(sum(units, ZERO), ONE) - sum(floors, ZERO))
    by_loss = sorted(range(len(units)), key=lambda at: floors[at] - units[at])
    for at in by_loss[:left]:
        floors[at] += ONE
    return tuple(sign * floor * rounding + ZERO for floor in floors)


def _get_sign(amounts: Sequence[Decimal]) -> int:
    """Of the sum, else of the first amount that is not 0."""
    for amount in (sum(amounts, ZERO), *amounts):
        if amount:
            return 1 if amount > 0 else -1
    return 1
