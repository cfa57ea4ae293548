"""What lies ahead of a payee in a period: where his pay changes next, and what he
comes to if he goes on as he did.

Nothing here knows how a table, a gate or an accelerator pays: the pay just below and
just above a mark is priced, as a statement would be. Where pay is a straight line on
both sides, two prices on each side tell what the mark adds at once and what all that
follows pays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal, NamedTuple

from .money import exact, round_to
from .pricing import ComponentTerms, PeriodFacts, Priced, price
from .rates import check_quota
from .values import HUNDRED, ONE, PERCENT, ZERO

Unit = Literal["money", "number", "percent"]
MarkKind = Literal["step", "accelerator", "gate", "quota"]

# So near to a mark that no other lies between.
NEAR = Decimal("1E-6")
FINE = Decimal("1E-4")


class Mark(NamedTuple):
    """Where pay changes, ``at`` an amount or a number of sales (``in_sales``), with
    the ``distance`` to it and the ``progress`` from the mark reached before, 0 to 1.

    ``at_once`` is what reaching it adds by itself; ``rate`` what all that follows pays,
    in percent, or in money for each where units are counted; ``is_whole``: all that is
    counted pays that rate. None where only the deals that reach it can tell.
    """

    kind: MarkKind
    at: Decimal
    distance: Decimal
    progress: Decimal
    in_sales: bool
    at_once: Decimal | None
    rate: Decimal | None
    is_whole: bool


@exact
def find_marks(
    terms: ComponentTerms, facts: PeriodFacts, unit: Unit, most: int = 3
) -> list[Mark]:
    """The next marks at which something changes, the nearest first.

    None for a score, which others reach, and for who gets what the levels below leave.

    :raise EngineError: when it cannot be priced
    """
    if terms.weights or facts.below:
        return []
    in_sales = bool(terms.rates and terms.rates.lookup == "count")
    position = facts.quantity if in_sales else facts.amount
    kinds = dict(_find_bounds(terms, facts, in_sales))
    # exactly on a bound that belongs to the step below, one more sale is missing
    on_mark = in_sales and terms.rates is not None and terms.rates.edge == "lower"
    ahead = sorted(
        at for at in kinds if at > max(position, ZERO) or on_mark and at == position > 0
    )
    reached = max(
        [at for at in kinds if at <= position and at not in ahead], default=ZERO
    )
    marks = []
    for at in ahead:
        done = (position - reached) / (at - reached)
        mark = Mark(
            kinds[at],
            at,
            _get_distance(terms, at, position) if in_sales else at - position,
            min(max(done, ZERO), ONE),
            in_sales,
            *_look_around(terms, facts, unit, at),
        )
        if mark.at_once or mark.rate is not None or mark.kind in ("gate", "quota"):
            marks.append(mark)
        if len(marks) == most:
            break
    return marks


@exact
def project(
    terms: ComponentTerms, facts: PeriodFacts, passed: Decimal
) -> Priced | None:
    """What the period pays if the rest of it is as the part that has *passed* (0 to
    1); None where that depends on the single deals, or on others."""
    rates = terms.rates
    by_document = rates is not None and rates.lookup == "document"
    if by_document and (len(rates.steps) > 1 or terms.cap_per_document is not None):
        return None
    if terms.weights or (terms.formula is not None and facts.documents):
        return None
    return price(terms, _scale(terms, facts, passed))


def _find_bounds(
    terms: ComponentTerms, facts: PeriodFacts, in_sales: bool
) -> Iterator[tuple[Decimal, MarkKind]]:
    """All places where pay may change; of two at one place the later is its kind."""
    quota = terms.quota
    if quota is not None and not in_sales:
        yield quota, "quota"
        for accelerator in terms.accelerators:
            yield accelerator.bound * quota * PERCENT, "accelerator"
    rates = terms.rates
    if rates is not None and rates.lookup != "document":
        start = ZERO
        if rates.lookup == "running":
            start = -facts.before
        elif terms.only_above_quota:
            start = check_quota(quota)
        for bound in rates.compute_amount_bounds(quota):
            yield start + bound, "step"
    if quota is not None and not in_sales:
        for gate in terms.gates:
            if not gate.component:
                yield gate.threshold * quota * PERCENT, "gate"


def _get_distance(terms: ComponentTerms, at: Decimal, position: Decimal) -> Decimal:
    """How many sales are missing: there are no halves of them."""
    missing = (at - position).to_integral_value(ROUND_CEILING)
    on_mark = terms.rates is not None and terms.rates.edge == "lower"
    return missing + 1 if on_mark and position + missing == at else missing


def _look_around(
    terms: ComponentTerms, facts: PeriodFacts, unit: Unit, at: Decimal
) -> tuple[Decimal | None, Decimal | None, bool]:
    """``(at_once, rate, is_whole)`` of the mark; ``rate`` only if it is another one."""
    rates = terms.rates
    if rates is not None and rates.lookup == "document" and len(rates.steps) > 1:
        return None, None, False
    below = [_pay(terms, facts, unit, at - step * NEAR) for step in (1, 2)]
    above = [_pay(terms, facts, unit, at + step * NEAR) for step in (1, 2)]
    after = 2 * above[0] - above[1]
    at_once = round_to(after - (2 * below[0] - below[1]), terms.rounding)
    if not _is_rate_known(terms, unit):
        return at_once, _get_rate_of_sales(terms, at), False
    scale = ONE if unit == "number" else HUNDRED
    rate = round_to(scale * (above[1] - above[0]) / NEAR, FINE)
    before = round_to(scale * (below[0] - below[1]) / NEAR, FINE)
    whole = round_to(rate * at / scale, terms.rounding)
    is_whole = bool(at_once and rate) and whole == round_to(after, terms.rounding)
    return at_once, rate if is_whole or rate != before else None, is_whole


def _is_rate_known(terms: ComponentTerms, unit: Unit) -> bool:
    """Whether what one more of *unit* pays can be told: not of a ratio, nor of units
    and sales whose worth is still open."""
    if unit == "percent":
        return False
    rates = terms.rates
    if rates is None:
        return True
    by_units = any(step.kind == "per_unit" for step in rates.steps)
    return rates.lookup != "count" and not (by_units and unit == "money")


def _get_rate_of_sales(terms: ComponentTerms, at: Decimal) -> Decimal | None:
    """The percentage of the step that starts *at* a number of sales."""
    rates = terms.rates
    if rates is None or rates.lookup != "count" or terms.multipliers:
        return None
    for step in rates.steps:
        if step.bound == at and step.kind == "percent" and rates.between == "flat":
            return step.value
    return None


def _pay(terms: ComponentTerms, facts: PeriodFacts, unit: Unit, at: Decimal) -> Decimal:
    """What is paid, not rounded, once *at* is counted."""
    in_sales = terms.rates is not None and terms.rates.lookup == "count"
    more = at - (facts.quantity if in_sales else facts.amount)
    return price(terms, _add(facts, more, unit, in_sales)).trace.total


def _add(facts: PeriodFacts, more: Decimal, unit: Unit, in_sales: bool) -> PeriodFacts:
    if in_sales:
        changes: dict[str, object] = {"quantity": facts.quantity + more}
    else:
        changes = {"amount": facts.amount + more}
        if unit == "number":
            changes["quantity"] = facts.quantity + more
        if facts.documents:
            changes["documents"] = (*facts.documents, more)
    if facts.gross is not None:
        changes["gross"] = _add(facts.gross, more, unit, in_sales)
    return replace(facts, **changes)  # type: ignore[arg-type]


def _scale(terms: ComponentTerms, facts: PeriodFacts, passed: Decimal) -> PeriodFacts:
    quantity = facts.quantity / passed
    if terms.rates is not None and terms.rates.lookup == "count":
        quantity = quantity.to_integral_value(ROUND_FLOOR)  # no half sales
    documents = tuple(amount / passed for amount in facts.documents)
    by_document = terms.rates is not None and terms.rates.lookup == "document"
    return replace(
        facts,
        # thirds of the parts do not add up to exactly the third of all
        amount=sum(documents, ZERO) if by_document else facts.amount / passed,
        quantity=quantity,
        documents=documents,
        below=tuple((amount / passed, percent) for amount, percent in facts.below),
        gross=facts.gross and _scale(terms, facts.gross, passed),
    )
