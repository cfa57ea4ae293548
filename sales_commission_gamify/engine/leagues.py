"""Seasons of a league: small groups of similar sellers, who go up and down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .challenges import Entrant, Rules, Standing, rank

GROUP = 7


def split_groups(count: int) -> list[int]:
    """Sizes of groups of six or seven; fewer people make a smaller one.

    >>> split_groups(13), split_groups(20), split_groups(8)
    ([7, 6], [7, 7, 6], [4, 4])
    """
    groups = -(-count // GROUP)
    return [count // groups + (at < count % groups) for at in range(groups)]


def make_groups(strength: Mapping[int, Decimal]) -> dict[int, int]:
    """``{key: group}``, the strongest in group 1: each meets those like him."""
    ordered = sorted(strength, key=lambda key: (-strength[key], key))
    groups, start = {}, 0
    for number, size in enumerate(split_groups(len(ordered)) if ordered else [], 1):
        groups.update(dict.fromkeys(ordered[start : start + size], number))
        start += size
    return groups


def standings(rules: Rules, people: list[Entrant]) -> list[Standing]:
    """The place is that in the group. The first go up, the last down; equal figures
    at the line move neither way, so that nobody moves by chance."""
    found = []
    groups: dict[int, list[Entrant]] = {}
    for one in people:
        groups.setdefault(one.team, []).append(one)
    for number, members in groups.items():
        scores = [one.total() for one in members]
        places, from_below = rank(scores), rank([-score for score in scores])
        for at, one in enumerate(members):
            up = number > min(groups) and _moves(places, at, rules.moving)
            # whoever is first in what is left of a group has nothing to go down for
            is_last = places[at] > 1 and _moves(from_below, at, rules.moving)
            down = number < max(groups) and is_last
            state = "" if up == down else "up" if up else "down"
            won = scores[at] > 0 and places[at] <= rules.winners
            found.append(Standing(one.key, places[at], scores[at], won, state=state))
    return found


def _moves(places, at, moving):
    """All who share the place are among those who move."""
    return places[at] + places.count(places[at]) - 1 <= moving


def next_season(
    groups: Mapping[int, int],
    rows: Sequence[Standing],
    joining: Mapping[int, Decimal] | None = None,
) -> dict[int, int]:
    """Groups of the next season: by the group moved to, then by the place in the old
    one, cut anew into sixes and sevens. Who left is gone; who joins starts last."""
    move = {"up": -1, "down": 1}
    order = sorted(
        (groups[row.key] + move.get(row.state, 0), row.place or 0, row.key)
        for row in rows
        if row.state != "left"
    )
    keys = [key for _group, _place, key in order]
    keys += sorted(joining or {}, key=lambda key: (-joining[key], key))
    result, start = {}, 0
    for number, size in enumerate(split_groups(len(keys)) if keys else [], 1):
        result.update(dict.fromkeys(keys[start : start + size], number))
        start += size
    return result
