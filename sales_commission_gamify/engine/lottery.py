"""Draws that anybody can repeat: the seed, the tickets, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from hashlib import sha256

from .challenges import Entrant, Rules, Standing, rank
from .values import HUNDRED, ONE, ZERO


def count_tickets(amount: Decimal, each: Decimal) -> int:
    """*each* ticket for each one counted; a part of a ticket is none."""
    return max(0, int((amount * each).quantize(ONE, ROUND_FLOOR)))


def draw(seed: str, tickets: Mapping[int, int], count: int) -> list[int]:
    """*count* different winners, in the order in which they are drawn.

    Number n of the draw is SHA-256 of ``seed:n`` as a whole number, modulo the
    tickets that are left. Tickets lie in the order of the keys; who has won takes
    the other tickets out.

    >>> draw("seed", {1: 50, 2: 30, 3: 10, 4: 10}, 2)
    [1, 2]
    """
    left = {key: number for key, number in sorted(tickets.items()) if number > 0}
    drawn: list[int] = []
    while left and len(drawn) < count:
        digest = sha256(f"{seed}:{len(drawn) + 1}".encode()).hexdigest()
        ticket = int(digest, 16) % sum(left.values())
        for key, number in left.items():
            if ticket < number:
                drawn.append(key)
                break
            ticket -= number
        del left[drawn[-1]]
    return drawn


def shuffle(seed: str, keys: list[int]) -> list[int]:
    """*keys* in an order that the seed tells: the draw of a bracket."""
    return draw(seed, dict.fromkeys(keys, 1), len(keys))


def standings(rules: Rules, people: list[Entrant]) -> list[Standing]:
    """As long as it runs by tickets, with the chance of the first prize; who is drawn
    comes first, in that order."""
    tickets = {one.key: count_tickets(one.total(), rules.tickets) for one in people}
    playing = {one.key: tickets[one.key] for one in people if not one.has_left}
    whole = sum(playing.values())
    drawn = draw(rules.seed, playing, rules.winners) if rules.is_over else []
    places = rank(
        [
            (
                -drawn.index(one.key) if one.key in drawn else -len(people),
                tickets[one.key],
            )
            for one in people
        ]
    )
    return [
        Standing(
            one.key,
            place,
            Decimal(tickets[one.key]),
            one.key in drawn,
            progress=HUNDRED * playing.get(one.key, 0) / whole if whole else ZERO,
        )
        for one, place in zip(people, places, strict=True)
    ]
