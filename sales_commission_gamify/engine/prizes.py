"""Who gets the prize of which place, and how a budget is shared.

Equal figures share the better place, and each of them gets its prize: with two first
ones there is no second, so the next is third. Nobody gets a prize for nothing, and
where a goal must be reached nobody gets one without reaching it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from .challenges import Rules, Standing
from .money import allocate, exact
from .values import ZERO

# Kinds in which a place behind the first means something: of the others all win
# together, one of two wins, or a draw tells.
PLACED = ("most", "target", "race", "streak", "bracket", "teams", "league")


def pick_places(
    rules: Rules, rows: Iterable[Standing], team_scores: Mapping[int, Decimal]
) -> dict[int, int]:
    """``{key: place}`` of those who may get the prize of their place.

    *team_scores*: of each key what its team did, where teams compete
    """
    return {
        row.key: row.place
        for row in rows
        if row.place and _deserves(rules, row, team_scores.get(row.key, row.score))
    }


def _deserves(rules: Rules, row: Standing, score: Decimal) -> bool:
    if row.state == "left" or rules.kind not in PLACED:
        return False
    if rules.kind == "race":
        return row.reached is not None
    if rules.kind == "streak" and rules.goal:
        return row.won
    return score > 0


@exact
def share_budget(
    amounts: Sequence[Decimal], budget: Decimal, rounding: Decimal
) -> tuple[Decimal, ...]:
    """The amounts as promised; in proportion and to the cent where they are more than
    the budget."""
    whole = sum(amounts, ZERO)
    if whole <= budget:
        return tuple(amounts)
    return allocate(budget, amounts, rounding)
