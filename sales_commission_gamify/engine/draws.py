"""Draws: an advance on, or an addition to, what a payee earns.

Topping up, a draw is the least that is paid; what it paid above the earnings is a
balance, taken back as soon as earnings are above the draw. With a draw of 2,000,
1,500 earned pay 2,000 and leave 500; 3,000 earned then pay 2,500 and leave 0.

One formula does it: ``paid = max(draw, earned - balance)`` and
``balance' = balance + paid - earned``. Additive, the draw is paid on top and the
same balance is taken back from the earnings alone. A draw that is not recoverable
leaves no balance.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from .money import exact
from .values import ZERO, EngineError, check_choice, check_number

DrawMode = Literal["top_up", "additive"]
MODES = ("top_up", "additive")


@dataclass(frozen=True, slots=True)
class Draw:
    amount: Decimal
    mode: DrawMode = "top_up"
    recoverable: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", check_number(self.amount, "amount"))
        check_choice(self.mode, MODES, "mode")
        if self.amount < 0:
            raise EngineError("draw_negative", amount=self.amount)


class Settled(NamedTuple):
    """What a period pays: ``paid = earned + advanced - recovered``.

    An additive draw is advanced as a whole, also while as much is recovered.
    """

    paid: Decimal
    balance: Decimal
    advanced: Decimal
    recovered: Decimal


@exact
def settle_draw(
    draw: Draw, earned: Decimal, balance: Decimal = ZERO, recovering: bool = True
) -> Settled:
    """Pay *earned* under *draw*, *balance* being owed from before.

    Until recovery has started (*recovering*), the balance only grows.
    """
    if balance < 0:
        raise EngineError("balance_negative", balance=balance)
    owed = balance if draw.recoverable and recovering else ZERO
    if draw.mode == "top_up":
        paid = max(draw.amount, earned - owed)
    elif draw.recoverable:
        paid = draw.amount + max(ZERO, earned - owed)
    else:
        paid = draw.amount + earned
    change = paid - earned
    given = draw.amount if draw.mode == "additive" else ZERO
    advanced = max(change, given)
    return Settled(
        paid,
        balance + change if draw.recoverable else balance,
        advanced,
        advanced - change,
    )
