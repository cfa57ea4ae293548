"""Who shares a sale, and what those above them get."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeVar

from .money import allocate, exact, round_together
from .values import HUNDRED, PERCENT, ZERO, EngineError

Payee = TypeVar("Payee", bound=Hashable)
Document = TypeVar("Document", bound=Hashable)


@exact
def split_amount(
    total: Decimal, shares: Mapping[Payee, Decimal], rounding: Decimal
) -> dict[Payee, Decimal]:
    """*total* by percentage shares, which must add up to 100."""
    for payee, share in shares.items():
        if share < 0:
            raise EngineError("share_negative", payee=payee, share=share)
    whole = sum(shares.values(), ZERO)
    if whole != HUNDRED:
        raise EngineError("shares_not_whole", shares=dict(shares), total=whole)
    amounts = allocate(total, tuple(shares.values()), rounding)
    return dict(zip(shares, amounts, strict=True))


class TeamCredit(NamedTuple):
    """A manager's credit on one document; level 1 is directly above the seller."""

    level: int
    amount: Decimal


@exact
def roll_up(
    credits: Iterable[tuple[Document, Payee, Decimal]],
    documents: Mapping[Document, Decimal],
    managers: Mapping[Payee, Payee],
    levels: int,
) -> dict[tuple[Document, Payee], TeamCredit]:
    """Credit each manager once per document, up to *levels* above the sellers.

    Two reps credited 6,000 and 4,000 of a deal of 10,000 give their manager 10,000;
    so do two reps credited 10,000 each, because a deal is never worth more than
    itself. A manager of sellers at two depths has the nearest level.
    """
    team: dict[tuple[Document, Payee], TeamCredit] = {}
    for document, payee, amount in credits:
        above = tuple(climb(payee, managers))[:levels]
        for level, manager in enumerate(above, 1):
            known = team.get((document, manager), TeamCredit(level, ZERO))
            team[document, manager] = TeamCredit(
                min(level, known.level), known.amount + amount
            )
    return {
        key: TeamCredit(level, _limit(amount, documents[key[0]]))
        for key, (level, amount) in team.items()
    }


def climb(payee: Payee, managers: Mapping[Payee, Payee]) -> Iterator[Payee]:
    """The managers above *payee*, nearest first."""
    seen = {payee}
    current = payee
    while current in managers:
        current = managers[current]
        if current in seen:
            raise EngineError("hierarchy_cycle", payee=current)
        seen.add(current)
        yield current


def _limit(amount: Decimal, document: Decimal) -> Decimal:
    """Team credits of a document, at most the document; a refund is negative."""
    return min(amount, document) if document >= 0 else max(amount, document)


@exact
def compute_overrides(
    team: Mapping[Payee, Decimal], percent: Decimal, rounding: Decimal
) -> dict[Payee, Decimal]:
    """What a manager gets on each of the team's amounts, or commissions.

    3 % of 75,000 and 60,000 is 2,250 and 1,800; the lines add up to 3 % of the sum.
    """
    lines = [amount * percent * PERCENT for amount in team.values()]
    return dict(zip(team, round_together(lines, rounding), strict=True))


@exact
def compute_differentials(
    amount: Decimal, percents: Sequence[Decimal], rounding: Decimal
) -> tuple[Decimal, ...]:
    """The seller's and each manager's pay when a chain shares one top rate.

    *percents* go upwards. Each gets what the own rate exceeds the highest below:
    10 %, 12 %, 11 %, 15 % of 1,000 are 100, 20, 0 and 30, together 15 %.
    """
    highest = accumulate(percents, max, initial=ZERO)
    lines = [amount * (top - below) * PERCENT for below, top in pairwise(highest)]
    return round_together(lines, rounding)
