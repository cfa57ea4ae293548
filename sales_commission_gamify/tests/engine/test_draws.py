"""Draws over several periods: earned, and what is paid and owed after each."""

from decimal import Decimal as D

import pytest
from engine import EngineError
from engine.draws import Draw, settle_draw
from reading import number, numbers, table

ADDITIVE = {"mode": "additive"}
GIVEN = {"recoverable": False}


@table(
    "draw policy earned paid balance",
    {
        "D01": (
            *("2,000", {}),
            "2,750 3,000 1,500 2,375 3,000 2,750",
            "2,750 3,000 2,000 2,000 2,875 2,750",
            "    0     0   500   125     0     0",
        ),
        "D02": ("2,000", {}, "800", "2,000", "1,200"),
        "D04": (
            *("250", {}),
            "100 1,200 -20 110  50",
            "250 1,050 250 250 250",
            "150     0 270 410 610",
        ),
        "D06 recoverable": ("5,000", {}, "3,200", "5,000", "1,800"),
        "D06 non-recoverable": ("5,000", GIVEN, "3,200", "5,000", "0"),
        "D08": ("2,000", ADDITIVE | GIVEN, "1,500 3,000", "3,500 5,000", "0 0"),
        # the draw is paid each time, what it advanced is taken from the earnings
        "additive recoverable": (
            *("2,000", ADDITIVE),
            "1,500 3,000 2,500",
            "3,500 3,000 2,500",
            "2,000 2,000 2,000",
        ),
        "the draw has ended": ("0", {}, "-50 30 40", "0 0 20", "50 20 0"),
        "a loss with a draw on top": ("2,000", ADDITIVE | GIVEN, "-500", "1,500", "0"),
    },
)
def test_draw(draw, policy, earned, paid, balance):
    draw = Draw(number(draw), **policy)
    owed = D(0)
    results = []
    for earning in numbers(earned):
        settled = settle_draw(draw, earning, owed)
        owed = settled.balance
        results.append((settled.paid, settled.balance))
    assert results == list(zip(numbers(paid), numbers(balance), strict=True))


@table(
    "draw earned advanced",
    {"D02": ("2,000", "800", "1,200"), "D06": ("5,000", "3,200", "1,800")},
)
def test_top_up(draw, earned, advanced):
    settled = settle_draw(Draw(number(draw)), number(earned))
    assert (settled.advanced, settled.recovered) == (number(advanced), 0)


@table(
    "refusal settle",
    {
        "a draw below 0": ("draw_negative: amount=-1", lambda: Draw(D(-1))),
        "a float": ("not_a_number: field=amount", lambda: Draw(0.5)),
        "unknown mode": ("unknown_choice: field=mode", lambda: Draw(D(1), "loan")),
        "the payee is owed": (
            "balance_negative: balance=-1",
            lambda: settle_draw(Draw(D(1)), D(1), D(-1)),
        ),
    },
)
def test_refused(refusal, settle):
    with pytest.raises(EngineError, match=f"^{refusal}"):
        settle()


def test_recovery_starts_later():
    """First two months: 500 and 300 short. Recovery starts with the third."""
    draw = Draw(D(2000))
    first = settle_draw(draw, D(1500), recovering=False)
    second = settle_draw(draw, D(1700), first.balance, recovering=False)
    better = settle_draw(draw, D(3000), second.balance, recovering=False)
    third = settle_draw(draw, D(2500), better.balance)
    fourth = settle_draw(draw, D(2600), third.balance)
    assert [first.balance, second.balance] == [500, 800]
    assert (better.paid, better.balance) == (3000, 800)
    assert (third.paid, third.recovered, third.balance) == (2000, 500, 300)
    assert (fourth.paid, fourth.recovered, fourth.balance) == (2300, 300, 0)
