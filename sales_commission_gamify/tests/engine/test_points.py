"""The game: points, chances and places."""

from decimal import Decimal as D

import pytest
from engine import EngineError
from engine.points import (
    Place,
    compute_activity_points,
    compute_amount_points,
    compute_chances,
    compute_forecast,
    compute_ranking,
    compute_target_ranking,
)
from reading import number, numbers, table


def test_lottery():
    """G01: ten tickets per sale."""
    sales = {"Ann": 5, "Bob": 3, "Cem": 1, "Dan": 1}
    tickets = {
        name: compute_activity_points({"sale": 10}, {"sale": count})
        for name, count in sales.items()
    }
    assert list(tickets.values()) == [50, 30, 10, 10]
    assert list(compute_chances(tickets).values()) == [50, 30, 10, 10]


def test_weighted_activities():
    """G02: ten emails, five calls and two appointments."""
    points = {"email": 2, "call": 3, "appointment": 10}
    counts = {"email": 10, "call": 5, "appointment": 2}
    assert compute_activity_points(points, counts) == 55


def test_competition_by_own_target():
    """G04: 45 of 50 is before 80 of 100."""
    results = {"senior": (D(80), D(100)), "junior": (D(45), D(50))}
    ranking = compute_target_ranking(results)
    assert ranking == {"junior": Place(1, D(90)), "senior": Place(2, D(80))}
    assert list(ranking) == ["junior", "senior"]


@table(
    "scores ranks",
    {
        "equals share a place": ("9 9 7 7 7 5", [1, 1, 3, 3, 3, 6]),
        "all at 0": ("0 0", [1, 1]),
        "below 0": ("0 -1", [1, 2]),
        "alone": ("5", [1]),
    },
)
def test_ranking(scores, ranks):
    ranking = compute_ranking(dict(enumerate(numbers(scores))))
    assert [place.rank for place in ranking.values()] == ranks


@table(
    "amount points per expected",
    {
        "one per euro": ("249.99", 1, "1", 249),
        "five per hundred": ("250", 5, "100", 10),
        "a refund": ("-250", 5, "100", -10),
        "not enough": ("99.99", 5, "100", 0),
    },
)
def test_points_per_amount(amount, points, per, expected):
    assert compute_amount_points(number(amount), points, number(per)) == expected


@table(
    "code compute",
    {
        "per 0": ("per_not_positive", lambda: compute_amount_points(D(1), 1, D(0))),
        "no tickets": ("no_tickets", lambda: compute_chances({"Ann": 0})),
        "fewer than none": (
            "tickets_negative",
            lambda: compute_chances({"Ann": 2, "Bob": -1}),
        ),
        "not an activity": (
            "activity_unknown",
            lambda: compute_activity_points({}, {"call": 1}),
        ),
        "no own target": (
            "quota_not_positive",
            lambda: compute_target_ranking({"Ann": (D(1), D(0))}),
        ),
    },
)
def test_refused(code, compute):
    with pytest.raises(EngineError) as refused:
        compute()
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("given", "elapsed", "days", "forecast"),
    [(1000, 10, 30, 3000), (1000, 30, 30, 1000), (0, 5, 28, 0), (10, 3, 31, 103)],
)
def test_forecast_at_run_rate(given, elapsed, days, forecast):
    assert compute_forecast(given, elapsed, days) == forecast


@pytest.mark.parametrize("elapsed", [0, 32])
def test_forecast_needs_days(elapsed):
    with pytest.raises(EngineError):
        compute_forecast(10, elapsed, 31)
