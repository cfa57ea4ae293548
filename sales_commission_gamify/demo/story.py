"""What happened: every sale, refund and payment, told without a database.

The same day and scale always tell the same story. ``tell`` sets the size of the
sales of the second half so that payouts grow by ``GROWTH``, see ``forecast``.
"""

from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from . import customers, people
from .timeline import FIRST_MONTH_OF_SECOND_HALF

SEED = 19
NO_EMPLOYEE_LOGIN = people.NO_EMPLOYEE.login


class Line(NamedTuple):
    product: str
    quantity: int
    discount: int


class Refund(NamedTuple):
    """*quantities* come back, one per line of the sale."""

    date: date
    quantities: tuple[int, ...]
    reason: str


class Payment(NamedTuple):
    date: date
    is_partial: bool


class Sale(NamedTuple):
    number: int
    seller: str
    customer: int
    date: date
    lines: tuple[Line, ...]
    refund: Refund | None = None
    payment: Payment | None = None


class Basket(NamedTuple):
    """One product that a team sells: how often, and how many at once."""

    product: str
    weight: int
    low: int
    high: int


BASKETS = {
    "partners": (Basket("campus", 3, 2, 6), Basket("primary", 4, 200, 700),
                 Basket("team", 3, 30, 110)),
    "schools": (Basket("primary", 5, 180, 600), Basket("secondary", 5, 140, 500),
                Basket("ai", 2, 2, 6), Basket("campus", 1, 1, 3)),
    "business": (Basket("team", 4, 25, 100), Basket("data", 3, 6, 24),
                 Basket("english", 3, 10, 34), Basket("leadership", 2, 3, 12)),
    "uk": (Basket("secondary", 4, 150, 560), Basket("campus", 3, 1, 4),
           Basket("ai", 2, 2, 6), Basket("studio", 2, 2, 6)),
    "america": (Basket("campus", 3, 1, 5), Basket("studio", 3, 2, 7),
                Basket("leadership", 3, 3, 12), Basket("ai", 2, 2, 6)),
    "renewals": (Basket("renew_school", 6, 220, 700), Basket("renew_team", 4, 30, 120),
                 Basket("studio", 1, 1, 4)),
}  # fmt: skip
EXTRAS = (("training", 1, 2), ("english", 1, 4), ("ai", 1, 1))
EXTRA_SHARE = 0.25
LEVEL_SIZE = {"director": 1.5, "agent": 1, "lead": 1.3, "senior": 1.3, "junior": 0.95}
MONTH_SIZE = {-6: 0.98, -5: 1.0, -4: 1.02, -3: 0.98, -2: 1.0, -1: 1.02, 0: 1.0}
DISCOUNTS = (0, 0, 0, 0, 5, 10)

REFUND_SHARE = 0.045
PAID_SHARE = 0.94
PARTIAL_SHARE = 0.03
REASONS = (
    "Fewer pupils enrolled than ordered",
    "Duplicate order",
    "Course dates cancelled",
    "Change of head teacher",
)


class Draft(NamedTuple):
    """A sale before its size is known; all chance is already drawn."""

    sale: Sale
    sizes: tuple[float, ...]
    refund_date: date | None
    is_full_refund: bool
    reason: str


def tell(timeline, scale, growth) -> tuple[Sale, ...]:
    """All sales up to today; those of the second half are *growth* times as big."""
    clients = customers.invent(SEED)
    drafts = [
        draft
        for month in timeline.months
        for person in people.PEOPLE
        for draft in _draft_month(timeline, clients, month, person, scale)
    ]
    drafts += _draft_special(timeline, clients)
    drafts.sort(key=lambda draft: draft.sale.date)  # stable
    return tuple(
        _settle(timeline, number, draft, growth)
        for number, draft in enumerate(drafts, 1)
    )


def _draft_month(timeline, clients, month, person, scale):
    random = Random(f"{SEED} {month} {person.login}")
    first, last = people.get_span(timeline, person.login)
    indexes = [n for n, client in enumerate(clients) if client.team == person.team]
    days = timeline.working_days(month)
    for _sale in range(int(person.sales_per_month * scale + random.random())):
        # not choice(): months of all lengths use up the same dice
        day = days[int(random.random() * len(days))]
        draft = _draft_sale(random, person, random.choice(indexes), day, month)
        if first <= day <= last:
            yield draft


def _draft_sale(random, person, customer, day, month):
    baskets = BASKETS[person.team]
    basket = random.choices(baskets, [basket.weight for basket in baskets])[0]
    size = LEVEL_SIZE[person.level] * MONTH_SIZE[month]
    wanted = [
        (basket.product, random.triangular(basket.low, basket.high, basket.low) * size)
    ]
    if random.random() < EXTRA_SHARE:
        product, low, high = random.choice(EXTRAS)
        if product != basket.product:
            wanted.append((product, random.randint(low, high)))
    discount = random.choice(DISCOUNTS)
    is_refunded = random.random() < REFUND_SHARE
    refund_date = day + timedelta(days=random.randint(8, 50))
    is_paid = random.random() < PAID_SHARE
    payment = Payment(
        day + timedelta(days=random.randint(3, 45)), random.random() < PARTIAL_SHARE
    )
    return Draft(
        Sale(
            0,
            person.login,
            customer,
            day,
            tuple(Line(product, 0, discount) for product, _size in wanted),
            payment=payment if is_paid else None,
        ),
        tuple(size for _product, size in wanted),
        refund_date if is_refunded else None,
        random.random() < 0.5,
        random.choice(REASONS),
    )


def _draft_special(timeline, clients):
    """Cases worth showing, each on its day whatever the dice say."""

    def special(seller, team, day, wanted, refund_date=None, reason=""):
        customer = next(n for n, client in enumerate(clients) if client.team == team)
        payment = Payment(day + timedelta(days=12), False)
        return Draft(
            Sale(
                0,
                seller,
                customer,
                day,
                tuple(Line(product, 0, 0) for product, _size in wanted),
                payment=payment,
            ),
            tuple(size for _product, size in wanted),
            refund_date,
            True,
            reason,
        )

    day = timeline.day
    return [
        # Refunded after its month was paid: a late difference on Ana's statement.
        special("ana", "schools", day(-3, 12), [("primary", 310)], day(-1, 18),
                "School merged with another"),
        # Refunded after Tyler left: his statement turns negative, carried forward.
        special("tyler", "america", day(-2, 3), [("studio", 1)], day(-1, 10),
                "Project stopped"),
        # However small the company is built, the agent has a paid statement.
        special("nadia", "partners", day(-5, 9), [("campus", 3)]),
        # Posted by somebody who is no employee: nobody can be credited.
        special(NO_EMPLOYEE_LOGIN, "schools", day(-1, 14), [("training", 2)]),
    ]  # fmt: skip


def _settle(timeline, number, draft, growth):
    """The sale with its quantities, and only what happened by today."""
    sale, today = draft.sale, timeline.today
    is_late = timeline.month_of(sale.date) >= FIRST_MONTH_OF_SECOND_HALF
    factor = growth if is_late else 1.0
    lines = tuple(
        line._replace(quantity=max(1, round(size * factor)))
        for line, size in zip(sale.lines, draft.sizes, strict=True)
    )
    refund = None
    if draft.refund_date and draft.refund_date <= today:
        share = 1 if draft.is_full_refund else 2
        quantities = tuple(max(1, line.quantity // share) for line in lines)
        refund = Refund(draft.refund_date, quantities, draft.reason)
    payment = sale.payment
    if payment and payment.date > today:
        payment = None
    if payment and refund and refund.date <= payment.date:
        payment = None
    return sale._replace(number=number, lines=lines, refund=refund, payment=payment)
