"""What a place among many says: the band it is in, and what is missing to the next."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

BANDS = (50, 25, 10)


class Band(NamedTuple):
    """Best *percent* of all: its last *place*, and what is *missing* to share it."""

    percent: int
    place: int
    missing: Decimal


def compute_band(place: int, count: int) -> int | None:
    """The narrowest band that holds *place*, None below all.

    Of 7 payees the best 50 % are the first 4, the best 25 % the first 2, the best
    10 % the first one: parts of a person count for the payee.
    """
    held = [percent for percent in BANDS if place <= _last_place(percent, count)]
    return min(held, default=None)


def compute_next_band(scores: Sequence[Decimal], place: int) -> Band | None:
    """The next better band that holds fewer places than *place*; None in the best.

    *scores* are those of all, best first; equal scores share a place.
    """
    own = scores[place - 1]
    for percent in BANDS:
        last = _last_place(percent, len(scores))
        if place > last:
            return Band(percent, last, abs(scores[last - 1] - own))
    return None


def pick_neighbours(position: int, count: int, wanted: int = 4) -> range:
    """Positions of *position* and its *wanted* nearest, as many above as below.

    At an end of the list those of the other side make up for what is missing.
    """
    first = max(0, min(position - wanted // 2, count - 1 - wanted))
    return range(first, min(count, first + wanted + 1))


def _last_place(percent: int, count: int) -> int:
    return max(1, -(-count * percent // 100))
