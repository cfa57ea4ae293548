"""Shares of a sale, and what those above get."""

from decimal import Decimal as D

import pytest
from engine import EngineError, PeriodFacts, allocate, price
from engine.scorecards import compute_score, compute_shared_totals
from engine.splits import (
    TeamCredit,
    climb,
    compute_differentials,
    compute_overrides,
    roll_up,
    split_amount,
)
from reading import CENT, number, numbers, table, terms


@table(
    "total shares amounts",
    {
        "S01": ("368", "60 40", "220.80 147.20"),
        "a refund": ("-368", "60 40", "-220.80 -147.20"),
        "the first gets the cent": ("0.01", "50 50", "0.01 0"),
        "not the cent": ("100", "33.33 33.33 33.34", "33.33 33.33 33.34"),
        "all to one": ("10", "0 100", "0 10"),
    },
)
def test_split(total, shares, amounts):
    shares = dict(enumerate(numbers(shares)))
    assert split_amount(number(total), shares, CENT) == dict(
        enumerate(numbers(amounts))
    )


@table(
    "total weights rounding amounts",
    {
        "S06": ("100", "1 1 1", "0.01", "33.34 33.33 33.33"),
        "S06 reversed": ("-100", "1 1 1", "0.01", "-33.34 -33.33 -33.33"),
        "the cent goes where most was lost": ("1", "1 1.1 1", "0.01", ".32 .36 .32"),
        "yen": ("100", "1 1 1", "1", "34 33 33"),
        "five cents": ("1", "1 1 1", "0.05", "0.35 0.35 0.3"),
        "with a refund among them": ("90", "100 -10", "0.01", "100 -10"),
    },
)
def test_allocate(total, weights, rounding, amounts):
    shares = allocate(number(total), numbers(weights), number(rounding))
    assert shares == numbers(amounts)
    assert sum(shares) == number(total)


REPS = dict(zip("ABCDE", numbers("75k 60k 67,500 52,500 45k"), strict=True))


def test_override_on_team_revenue():
    """S02: reps earn 10 %, their manager 3 % of the same sales."""
    reps = [price(terms("0: 10%"), PeriodFacts(sold)).amount for sold in REPS.values()]
    assert reps == list(numbers("7,500 6,000 6,750 5,250 4,500"))
    lines = compute_overrides(REPS, D(3), CENT)
    assert tuple(lines.values()) == numbers("2,250 1,800 2,025 1,575 1,350")
    team = PeriodFacts(sum(REPS.values()))
    assert sum(lines.values()) == price(terms("0: 3%"), team).amount == 9000


def test_override_on_team_commissions():
    """S04: 5 % of what the team earned."""
    team = {"A": D(7500), "B": D(5000)}
    assert sum(compute_overrides(team, D(5), CENT).values()) == 625


def test_override_lines_add_up():
    """Three times 0.005 is 0.015, rounded once to 0.02, not three times to 0.03."""
    team = {"A": D("0.50"), "B": D("0.50"), "C": D("0.50")}
    assert tuple(compute_overrides(team, D(1), CENT).values()) == numbers("0.01 0.01 0")


@table(
    "amount percents pays",
    {
        "each the difference": ("1,000", "10 12 15", "100 20 30"),
        "never below the one under": ("1,000", "10 12 11 15", "100 20 0 30"),
        "seller alone": ("1,000", "10", "100"),
        "a refund": ("-1,000", "10 12", "-100 -20"),
    },
)
def test_differential(amount, percents, pays):
    chain = compute_differentials(number(amount), numbers(percents), CENT)
    assert chain == numbers(pays)


MANAGERS = {"ann": "mia", "bob": "mia", "mia": "max", "zoe": "max"}


@table(
    "credits deal levels expected",
    {
        "S05": ("ann 10k, bob 10k", "10k", 1, "mia 1 10k"),
        "shared 60/40": ("ann 6k, bob 4k", "10k", 1, "mia 1 10k"),
        "partly elsewhere": ("ann 6k, eve 4k", "10k", 1, "mia 1 6k"),
        "two levels": ("ann 10k, bob 10k", "10k", 2, "mia 1 10k, max 2 10k"),
        "the nearest level": ("ann 6k, zoe 4k", "10k", 2, "mia 1 6k, max 1 10k"),
        "manager on the deal": ("ann 6k, mia 4k", "10k", 1, "mia 1 6k, max 1 4k"),
        "a refund": ("ann -10k, bob -10k", "-10k", 1, "mia 1 -10k"),
        "a small deal": ("ann 0.40, bob 0.40", "0.50", 1, "mia 1 0.50"),
    },
)
def test_manager_is_credited_once_per_deal(credits, deal, levels, expected):
    given = [credit.split() for credit in credits.split(", ")]
    team = roll_up(
        [("S1", payee, number(amount)) for payee, amount in given],
        {"S1": number(deal)},
        MANAGERS,
        levels,
    )
    rows = [row.split() for row in expected.split(", ")]
    assert team == {
        ("S1", manager): TeamCredit(int(level), number(amount))
        for manager, level, amount in rows
    }


def test_each_deal_is_its_own():
    credits = [("S1", "ann", D(10)), ("S2", "ann", D(20)), ("S2", "bob", D(20))]
    team = roll_up(credits, {"S1": D(10), "S2": D(20)}, MANAGERS, 1)
    assert [credit.amount for credit in team.values()] == [10, 20]


@table(
    "credited totals",
    {
        # the bookings rule does not fire: not 300 and 450
        "S09": ({"revenue": D(100)}, "200 250"),
        "both rules fire": ({"revenue": D(100), "bookings": D(100)}, "300 450"),
        "half of the bookings": ({"revenue": D(100), "bookings": D(50)}, "250 350"),
    },
)
def test_measure_moves_only_when_its_rule_fires(credited, totals):
    before = {"revenue": D(100), "bookings": D(50)}
    order = {"revenue": D(50), "bookings": D(100)}
    assert compute_shared_totals(before, [order, order], credited) == numbers(totals)


def test_score():
    """Revenue 110 % weighs 70, new customers 80 % weigh 30."""
    weights = {"revenue": D(70), "customers": D(30)}
    attained = {"revenue": D(110), "customers": D(80)}
    assert compute_score(attained, weights) == 101


@table(
    "code compute",
    {
        "99 %": ("shares_not_whole", lambda: split_amount(D(1), {1: D(99)}, CENT)),
        "a negative share": (
            "share_negative",
            lambda: split_amount(D(1), {1: D(150), 2: D(-50)}, CENT),
        ),
        "no shares": ("shares_not_whole", lambda: split_amount(D(1), {}, CENT)),
        "no weights": ("weights_without_sum", lambda: allocate(D(1), (), CENT)),
        "weights of 0": ("weights_without_sum", lambda: allocate(D(1), (D(0),), CENT)),
        "own manager": ("hierarchy_cycle", lambda: tuple(climb("a", {"a": "a"}))),
        "managers in a ring": (
            "hierarchy_cycle",
            lambda: roll_up([("S1", "a", D(1))], {"S1": D(1)}, {"a": "b", "b": "a"}, 1),
        ),
        "score of 90 %": ("weights_not_whole", lambda: compute_score({}, {1: D(90)})),
        "score of nothing": (
            "attainment_missing",
            lambda: compute_score({}, {1: D(100)}),
        ),
    },
)
def test_refused(code, compute):
    with pytest.raises(EngineError) as refused:
        compute()
    assert refused.value.code == code
