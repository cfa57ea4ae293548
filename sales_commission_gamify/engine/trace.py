"""Why an amount is what it is: facts that can be said in any language.

The amounts of the lines add up to the amount before rounding, always: pricing
knows no other way to change an amount than to add a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from .money import exact
from .values import ZERO, to_text

Fact: TypeAlias = "Decimal | str | int"

WORDS = frozenset({"closes", "component", "formula", "measure", "missing"})
NUMBERS = frozenset({"document"})


class TraceLine(NamedTuple):
    """One reason: ``TraceLine("step", 5000, {"base": 100000, "percent": 5, ...})``.

    ========== =============================================== =================
    kind       facts                                           amount
    ========== =============================================== =================
    attainment credited quota percent                          0
    excess     credited quota base                             0
    score      component attainment weight                     0
    formula    formula                                         what it gives
    step       bound base percent                              base at percent
    unit       bound quantity each                             quantity × each
    fixed      bound                                           the step's amount
    target     bound target percent                            target at percent
    gate       closes component attainment threshold           0
    accelerator bound percent base                             what it adds
    multiplier measure value percent base                      what it adds
    below      below                                           what it takes
    floor      floor                                           what it adds
    cap        cap                                             what it takes
    missing    missing                                         0
    ========== =============================================== =================

    Lines of a document priced alone carry ``document``, its place from 1.
    """

    kind: str
    amount: Decimal
    facts: Mapping[str, Fact]


class Trace(tuple[TraceLine, ...]):
    __slots__ = ()

    @property
    @exact
    def total(self) -> Decimal:
        """The amount before rounding."""
        return sum((line.amount for line in self), ZERO)

    def to_json(self) -> list[dict[str, str | int]]:
        """Lines as JSON values; numbers as text, JSON would make floats of them."""
        return [
            {
                "kind": line.kind,
                **{
                    name: to_text(fact) if isinstance(fact, Decimal) else fact
                    for name, fact in line.facts.items()
                },
                "amount": to_text(line.amount),
            }
            for line in self
        ]

    @classmethod
    def from_json(cls, rows: Sequence[Mapping[str, str | int]]) -> Trace:
        return cls(
            TraceLine(
                str(row["kind"]),
                Decimal(row["amount"]),
                {
                    name: fact if name in WORDS or name in NUMBERS else Decimal(fact)
                    for name, fact in row.items()
                    if name not in ("kind", "amount")
                },
            )
            for row in rows
        )
