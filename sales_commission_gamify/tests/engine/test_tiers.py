"""Rate tables: what each amount sold pays, as a sales manager would check it."""

from decimal import Decimal as D

import pytest
from engine import (
    EngineError,
    PeriodFacts,
    compute_blended_rate,
    in_words,
    price,
    round_to,
)
from reading import CENT, number, numbers, table, terms

WHOLE = {"application": "retroactive"}
ALONE = {"lookup": "document"}
STRAIGHT = {"between": "interpolated"}
LOWER = {"edge": "lower"}
BY_COUNT = {"lookup": "count"}
EXCESS_OF_QUOTA = {"quota": D(3_850_000), "only_above_quota": True}

PERCENT_TIERS = "0: 1% | 1,000: 2% | 3,000: 3% | 8,000: 5%"
AMOUNT_TIERS = "0: 0 | 1,000: 10 | 3,000: 40 | 8,000: 100 | 20,000: 2,000"
SIX_DEALS = "200 300 1,500 1,200 2,000 4,500"
EDGE_TIERS = "0: 1.75% | 1.5M: 2.5% | 3M: 3.25% | 4.5M: 4.25%"
BONUSES = "0: 0 | 10: 100 | 20: 200"


@table(
    "steps policy deals each_pays together",
    {
        "T01": (PERCENT_TIERS, ALONE, SIX_DEALS, "2 3 20 14 30 95", "164"),
        "T03": (AMOUNT_TIERS, ALONE | STRAIGHT, SIX_DEALS, "2 3 20 14 30 80", "149"),
    },
)
def test_each_deal_alone(steps, policy, deals, each_pays, together):
    """Each deal starts again at the first tier."""
    deals = numbers(deals)
    facts = PeriodFacts(sum(deals), documents=deals)
    assert price(terms(steps, **policy), facts).amount == number(together)
    for deal, pays in zip(deals, numbers(each_pays), strict=True):
        alone = PeriodFacts(deal, documents=(deal,))
        assert price(terms(steps, **policy), alone).amount == pays, deal


@table(
    "steps policy sold paid",
    {
        "T01 in one total": (PERCENT_TIERS, {}, "9,700", "285"),
        "T05": (
            "0: 1% | 10k: 2% | 50k: 3% | 100k: 4%",
            {},
            "5,000 15,000 60,000",
            "   50    200  1,200",
        ),
        "T09": ("0: 4% | 150k: 8% | 250k: 12%", WHOLE, "220,000", "17,600"),
        "T10": ("0: 4% | 150k: 8% | 250k: 12%", {}, "220,000", "11,600"),
        "T11": ("0: 10% | 10k: 20%", {}, "15,000", "2,000"),
        "T14": (
            "0: 1% | 300k: 0.5%",
            {"floor": D(1000)},
            "   50k  100k  200k  400k  800k",
            " 1,000 1,000 2,000 3,500 5,500",
        ),
        "T16 upper": (EDGE_TIERS, WHOLE, "1,500,000", "37,500"),
        "T16 lower": (
            EDGE_TIERS,
            WHOLE | LOWER,
            "1,500,000 1,500,000.01",
            "   26,250       37,500",
        ),
        "T17": (
            "0: 4% | 750k: 4.25% | 1.5M: 4.5% | 2.5M: 5%",
            WHOLE | EXCESS_OF_QUOTA,
            "5,770,000 3,850,000 1,000,000 -5,770,000",
            "   86,400         0         0    -86,400",
        ),
        "per unit": ("0: 10 each", {}, "1 3", "10 30"),
        "by count": ("0: 10 each | 2: 12 each", BY_COUNT, "1 2 3", "10 20 32"),
        "by count, whole": (
            "0: 10 each | 2: 12 each",
            BY_COUNT | WHOLE,
            "1  2  3",
            "10 24 36",
        ),
        # 3 sold for 3.00 in all: the third sale is a third of the money
        "percent by count": ("0: 10% | 2: 40%", BY_COUNT, "3", "0.60"),
        "bonuses add up": (BONUSES, {}, "9 10 19 20 99", "0 100 100 300 300"),
        "bonuses replace": (BONUSES, WHOLE, "9 10 19 20 99", "0 100 100 200 200"),
        "bonus on the edge, lower": (BONUSES, LOWER, "10 10.01 20", "0 100 100"),
        "fixed is owed above 0": ("0: 50", {}, "-7 0 0.01 7", "-50 0 50 50"),
        "straight rate": (
            "0: 5% | 100: 10%",
            WHOLE | STRAIGHT,
            "0   50 100 200",
            "0 3.75  10  20",
        ),
        "straight payout curve": (
            "0: 0% of target | 50: 0% of target | 100: 100% of target "
            "| 150: 200% of target",
            {"lookup": "attainment", "quota": D(2000), "target_incentive": D(900)}
            | WHOLE
            | STRAIGHT,
            "800 1,000 1,500 2,000 2,500 9,000",
            "  0     0   450   900 1,350 1,800",
        ),
        "steps in any order": ("10k: 20% | 0: 10%", {}, "15,000", "2,000"),
        "5 cents to 5 cents": ("0: 5%", {"rounding": D("0.05")}, "10.5 10.4", ".55 .5"),
        "yen": ("0: 5%", {"rounding": D(1)}, "10 9 -10 -9", "1 0 -1 0"),
    },
)
def test_table(steps, policy, sold, paid):
    for credited, pays in zip(numbers(sold), numbers(paid), strict=True):
        facts = PeriodFacts(credited, quantity=credited)
        assert price(terms(steps, **policy), facts).amount == pays, credited


@table(
    "steps policy before sold paid words",
    {
        "T06": (
            *("0: 4% | 150k: 6% | 250k: 8%", {}, "145,000", "20,000", "1,100"),
            "5,000 at 4 % = 200; 15,000 at 6 % = 900",
        ),
        # what was paid before is topped up to the rate now reached
        "retroactive": (
            *("0: 4% | 150k: 6%", WHOLE, "145,000", "20,000", "4,100"),
            "165,000 at 6 % = 9,900; -145,000 at 4 % = -5,800",
        ),
        "taken back": (
            *("0: 4% | 150k: 6%", {}, "165,000", "-20,000", "-1,100"),
            "-5,000 at 4 % = -200; -15,000 at 6 % = -900",
        ),
        "a bonus is paid once": (BONUSES, {}, "15", "10", "200", "fixed = 200"),
        "nothing new": ("0: 4%", {}, "145,000", "0", "0", ""),
    },
)
def test_running_total(steps, policy, before, sold, paid, words):
    """Earlier months of the quarter or year fill the lower steps."""
    policy = policy | {"lookup": "running"}
    facts = PeriodFacts(number(sold), before=number(before))
    priced = price(terms(steps, **policy), facts)
    assert priced.amount == number(paid)
    assert in_words(priced.trace) == words


@table(
    "paid sold blended",
    {"T06": ("1,100", "20,000", "5.5"), "T11": ("2,000", "15,000", "13.3")},
)
def test_blended_rate(paid, sold, blended):
    rate = compute_blended_rate(number(paid), number(sold))
    assert round_to(rate, D("0.1")) == D(blended)
    with pytest.raises(EngineError, match=f"nothing_credited: pay={number(paid)}"):
        compute_blended_rate(number(paid), D(0))


def test_nobody_is_paid_minus_nothing():
    for rounding in (CENT, D("0.05")):
        assert str(round_to(D("-0.001"), rounding)) == "0.00"
    assert str(price(terms("0: 5%"), PeriodFacts(D("-0.01"))).amount) == "0.00"


def test_marginal_pays_less_by_what_the_lower_steps_lose():
    """T09, T10: 150,000 of the 220,000 stay at 4 % instead of 8 %: 6,000 less."""
    steps, facts = "0: 4% | 150k: 8% | 250k: 12%", PeriodFacts(D(220_000))
    whole = price(terms(steps, **WHOLE), facts).amount
    assert whole - price(terms(steps), facts).amount == 6000


def test_fixed_amount_per_document():
    """Each order pays 10, a refund takes 10 back, whatever the amounts."""
    facts = PeriodFacts(D(350), documents=(D(100), D(300), D(-50)))
    assert price(terms("0: 10", lookup="document"), facts).amount == 10


def test_price_reduction_takes_the_percentage_back():
    """It has an amount but counts for no sale."""
    facts = PeriodFacts(D(-100), quantity=D(0))
    assert price(terms("0: 5% | 10: 8%", lookup="count"), facts).amount == -5


def test_free_goods_are_paid_per_unit():
    facts = PeriodFacts(D(0), quantity=D(1))
    assert price(terms("0: 10 each"), facts).amount == 10
    assert price(terms("0: 10 each", floor=D(15)), facts).amount == 15
