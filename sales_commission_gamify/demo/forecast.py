"""What the story will pay, by the product's own arithmetic but without a database.

Used to find the size of the second half's sales: sales people live on
accelerators, so payouts grow faster than sales do.
"""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from ..engine import ComponentTerms, PeriodFacts, RateTable, Step, price
from ..engine.periods import period_of
from . import people
from .catalogue import BY_KEY
from .plans import get_plans
from .story import tell
from .timeline import FIRST_MONTH_OF_SECOND_HALF

# Of plans that pay what is earned. What draws advance and take back, and what customers
# have paid of the sprint, make it 12 % on the statements.
GROWTH = Decimal("0.117")
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def tell_growing(timeline, scale):
    """The story whose payouts of the second half are ``GROWTH`` above the first's.

    Halving finds it to a tenth of a percent or so: a table that pays on the whole
    makes payouts jump, so the closest one seen is taken.
    """
    low, high, closest = 0.8, 1.6, None
    for _step in range(12):
        middle = (low + high) / 2
        sales = tell(timeline, scale, middle)
        miss = compute_growth(timeline, sales) - GROWTH
        if not closest or abs(miss) < closest[0]:
            closest = abs(miss), sales
        low, high = (middle, high) if miss < 0 else (low, middle)
    return closest[1]


def compute_growth(timeline, sales) -> Decimal:
    """Statements of the last three closed months over those of the three before, of
    plans that pay what is earned."""
    plans = [plan for plan in get_plans(timeline) if not plan.payable]
    first = compute_stated(timeline, sales, FIRST_MONTH_OF_SECOND_HALF - 1, plans)
    return compute_stated(timeline, sales, -1, plans) / first - 2


def compute_stated(timeline, sales, month, plans=None) -> Decimal:
    """What the statements up to *month* add up to, as far as was known by its end, of
    plans that pay what is earned; *plans*: of these alone."""
    last = timeline.last(month)
    known = [
        sale._replace(refund=None) if sale.refund and sale.refund.date > last else sale
        for sale in sales
        if sale.date <= last
    ]
    payouts = compute_payouts(timeline, known, plans)
    return sum(amount for ended, amount in payouts.items() if ended <= month)


def compute_payouts(timeline, sales, plans=None) -> dict[int, Decimal]:
    """Payout per month, in the month in which the measuring period ends."""
    payouts = defaultdict(Decimal)
    for plan in plans or get_plans(timeline):
        for component in plan.components:
            before = defaultdict(Decimal)
            credited = _get_credited(timeline, plan, component, sales)
            for (payee, level, period), amounts in sorted(credited.items()):
                terms = _get_terms(component, level)
                running = payee, period_of(period.first, "quarter")
                facts = _get_facts(component, amounts, before[running])
                before[running] += facts.amount
                month = timeline.month_of(period.last)
                payouts[month] += price(terms, facts).amount
    return payouts


def _get_credited(timeline, plan, component, sales):
    """``{(payee, level, period): [(number of the sale, amount)]}``"""
    credited = defaultdict(list)
    for sale in sales:
        for payee, level in _get_payees(plan, component, sale):
            for day, amount in _get_credits(timeline, plan, component, sale, payee):
                period = period_of(day, plan.period_kind)
                credited[payee, level, period].append((sale.number, amount))
    return credited


def _get_payees(plan, component, sale):
    """``(login, level)`` of who is credited: the seller, or the levels above."""
    if not component.levels:
        yield sale.seller, 0
        return
    # somebody without employee has nobody above
    payee = people.get_manager(sale.seller) if sale.seller in people.BY_LOGIN else None
    for level, _percent in enumerate(component.levels, 1):
        if payee:
            yield payee, level
            payee = people.get_manager(payee)


def _get_facts(component, amounts, before):
    net, sold = defaultdict(Decimal), defaultdict(Decimal)
    for number, amount in amounts:
        net[number] += amount
        sold[number] += max(amount, Decimal(0))
    facts = _count(net)
    if component.lookup == "running":
        facts = replace(facts, before=before)
    return replace(facts, gross=_count(sold)) if component.floor else facts


def _count(by_sale):
    documents = tuple(amount for amount in by_sale.values() if amount)
    count = sum(1 if amount > 0 else -1 for amount in documents)
    return PeriodFacts(sum(documents, Decimal(0)), Decimal(count), documents)


def compute_points(timeline, sales) -> dict[int, int]:
    """Points per month: of each sale and day, fractions dropped once."""
    points = defaultdict(int)
    for plan in get_plans(timeline):
        for component in plan.components:
            per_unit = Decimal(str(component.points_per_unit))
            for sale in sales:
                worth = defaultdict(Decimal)
                for day, amount in _get_credits(
                    timeline, plan, component, sale, sale.seller
                ):
                    worth[day] += amount
                for day, amount in worth.items():
                    points[timeline.month_of(day)] += int(per_unit * amount) + (
                        component.points_per_document if amount > 0 else 0
                    )
    return points


def _get_credits(timeline, plan, component, sale, payee):
    """``(day, amount)`` of what the sale brought *payee* and of what was taken back."""
    if plan.is_draft or payee not in plan.payees:
        return
    sold, returned = compute_amounts(sale, component.covers)
    back = sale.refund and sale.refund.date
    if component.refund_period == "original":
        back = sale.date
    for day, amount in ((sale.date, sold), (back, -returned)):
        if amount and _counts(timeline, plan, payee, day):
            yield day, amount


def compute_amounts(sale, covers) -> tuple[Decimal, Decimal]:
    """What *sale* brought and what its refund took back, untaxed."""
    sold = returned = Decimal(0)
    quantities = sale.refund.quantities if sale.refund else [0] * len(sale.lines)
    for line, quantity in zip(sale.lines, quantities, strict=True):
        if covers(line.product):
            unit = BY_KEY[line.product].price * (1 - line.discount / HUNDRED)
            sold += unit * line.quantity
            returned += unit * quantity
    return sold, returned


def _counts(timeline, plan, seller, day):
    first, last = plan.first, plan.last or timeline.today
    if seller in people.JOINED:
        first = max(first, timeline.day(*people.JOINED[seller]))
    if seller in people.LEFT:
        last = min(last, timeline.day(*people.LEFT[seller]))
    return first <= day <= last


def _get_terms(component, level):
    if level:
        percent = Decimal(str(component.levels[level - 1]))
        return ComponentTerms(RateTable((Step(Decimal(0), "percent", percent),)), CENT)
    steps = tuple(
        Step(Decimal(bound), component.kind, Decimal(str(value)))
        for bound, value in component.steps
    )
    limits = {
        name: Decimal(getattr(component, name))
        for name in ("floor", "cap_per_document", "cap_per_period")
        if getattr(component, name)
    }
    table = RateTable(steps, application=component.application, lookup=component.lookup)
    return ComponentTerms(table, CENT, **limits)
