"""Which deal brought what share of what a period earned.

A table of steps prices the sum, not the deals: then each deal brings its part of the
sum. What is priced deal by deal says itself what each brought. Either way the shares
add up to what was earned, to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple

from .money import allocate, exact
from .trace import Trace
from .values import ZERO


class Deal(NamedTuple):
    """What a document was credited; with its credit notes it is one *sale*."""

    sale: Hashable
    credited: Decimal


@exact
def share_by_deal(
    total: Decimal, trace: Trace, deals: Sequence[Deal], rounding: Decimal
) -> tuple[Decimal, ...] | None:
    """What each of *deals*, in the order in which they were priced, brought of *total*.

    None when it cannot be told: the credits come to nothing, or the trace is of other
    deals.
    """
    sales: dict[Hashable, Decimal] = defaultdict(lambda: ZERO)
    for deal in deals:
        sales[deal.sale] += deal.credited
    weights = [deal.credited for deal in deals]
    alone: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in trace:
        if "document" in line.facts:
            alone[int(line.facts["document"])] += line.amount
    if alone:
        places = {
            sale: place
            for place, sale in enumerate(
                (sale for sale, credited in sales.items() if credited), 1
            )
        }
        if max(alone) > len(places):
            return None
        weights = [
            alone[places[deal.sale]] * deal.credited / sales[deal.sale]
            if deal.sale in places
            else ZERO
            for deal in deals
        ]
    if not sum(weights, ZERO):
        return None
    return allocate(total, weights, rounding)
