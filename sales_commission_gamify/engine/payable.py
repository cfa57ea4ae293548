"""How much of what is earned may be paid now, and what is taken back.

Every answer is "what may be paid in total, minus what was made payable already".
So a commission of 100.00 on three payments of a third is 33.33, 33.34 and 33.33,
100.00 in all; and when the sale is cancelled the same subtraction is the clawback.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .money import exact, round_to
from .values import HUNDRED, ONE, ZERO, EngineError


class Release(NamedTuple):
    """The share that may be paid: *part* of *whole*, kept apart to stay exact."""

    part: Decimal
    whole: Decimal


EVERYTHING = Release(ONE, ONE)
NOTHING = Release(ZERO, ONE)


def release_collected(collected: Decimal, deal: Decimal) -> Release:
    """What the customer paid of the deal: 5,000 of 10,000 releases half.

    Never less than nothing nor more than all, for a credit note too. A deal of 0
    has nothing left to collect.
    """
    if not deal:
        return EVERYTHING
    paid, due = (collected, deal) if deal > 0 else (-collected, -deal)
    return Release(min(max(paid, ZERO), due), due)


def release_after(days_passed: int, days: int) -> Release:
    """All of it once *days* have passed, nothing before."""
    return EVERYTHING if days_passed >= days else NOTHING


def release_held(held: Decimal, window_over: bool) -> Release:
    """All but the *held* percent until the window is over: 30 held releases 70."""
    if not 0 <= held <= HUNDRED:
        raise EngineError("held_not_a_share", held=held)
    return EVERYTHING if window_over else Release(HUNDRED - held, HUNDRED)


@exact
def compute_payable(
    earned: Decimal, already: Decimal, rounding: Decimal, *releases: Release
) -> Decimal:
    """What to make payable now, so that the total is right. Negative: take back.

    Several releases multiply: half collected and 30 % held back is 35 % payable.
    Without any, all that is earned is payable.
    """
    part, whole = earned, ONE
    for release in releases:
        part *= release.part
        whole *= release.whole
    return round_to(part / whole, rounding) - already


@exact
def compute_clawback(
    paid: Decimal, served: int, term: int, rounding: Decimal
) -> Decimal:
    """What a cancelled contract takes back, as a negative earning.

    1,200 for 12 months, cancelled after 3: the 9 months not served, -900.
    """
    if term < 1:
        raise EngineError("term_not_positive", term=term)
    if served < 0:
        raise EngineError("served_negative", served=served)
    return round_to(paid * -max(term - served, 0) / term, rounding)
