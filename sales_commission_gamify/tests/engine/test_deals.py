from decimal import Decimal as D

import pytest
from engine import ComponentTerms, PeriodFacts, RateTable, Step, Trace, price
from engine.deals import Deal, share_by_deal

CENT = D("0.01")
STEPS = (Step(D(0), "percent", D(4)), Step(D(1000), "percent", D(10)))


def _deals(*amounts):
    return [Deal(number, D(amount)) for number, amount in enumerate(amounts)]


def _shares(total, *amounts, trace=()):
    return share_by_deal(D(total), Trace(trace), _deals(*amounts), CENT)


@pytest.mark.parametrize(
    ("total", "amounts", "expected"),
    [
        ("100", (300, 700), ("30", "70")),
        ("100", (1, 1, 1), ("33.34", "33.33", "33.33")),
        ("50", (1500, -500), ("75", "-25")),
        ("0", (10, 20), ("0", "0")),
    ],
)
def test_by_what_was_credited(total, amounts, expected):
    shares = _shares(total, *amounts)
    assert shares == tuple(map(D, expected))
    assert sum(shares) == D(total)


def test_nothing_credited_tells_nothing():
    assert _shares("10", 500, -500) is None
    assert _shares("10") is None


def test_priced_deal_by_deal():
    """The small deal stays below the step, the large one does not."""
    terms = ComponentTerms(RateTable(STEPS, lookup="document"), CENT)
    amounts = (D(500), D(3000))
    priced = price(terms, PeriodFacts(sum(amounts), documents=amounts))
    shares = share_by_deal(priced.amount, priced.trace, _deals(*amounts), CENT)
    assert shares == (D(20), D(240))
    assert sum(shares) == priced.amount


def test_credit_notes_are_of_their_sale():
    terms = ComponentTerms(RateTable(STEPS, lookup="document"), CENT)
    priced = price(terms, PeriodFacts(D(2500), documents=(D(500), D(2000))))
    deals = [
        Deal("a", D(500)),
        Deal("gone", D(70)),
        Deal("b", D(3000)),
        Deal("b", D(-1000)),
        Deal("gone", D(-70)),
    ]
    shares = share_by_deal(priced.amount, priced.trace, deals, CENT)
    assert shares == (D(20), D(0), D(210), D(-70), D(0))


def test_trace_of_other_deals_tells_nothing():
    terms = ComponentTerms(RateTable(STEPS, lookup="document"), CENT)
    priced = price(terms, PeriodFacts(D(2500), documents=(D(500), D(2000))))
    assert share_by_deal(priced.amount, priced.trace, _deals(2500), CENT) is None
