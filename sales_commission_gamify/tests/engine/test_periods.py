"""The calendar, and quotas over it."""

from datetime import date
from decimal import Decimal as D

import pytest
from engine import EngineError, allocate, compute_attainment
from engine.periods import (
    Period,
    compute_ordinal,
    compute_ramp,
    period_of,
    prorate,
    tile,
)
from reading import CENT, number, numbers, table


def day(text):
    return date.fromisoformat(text)


def period(text):
    first, last = text.split(" ")
    return Period(day(first), day(last))


@table(
    "kind on anchor expected",
    {
        "half-month, 15th": ("half_month", "2026-01-15", None, "2026-01-01 2026-01-15"),
        "half-month, 16th": ("half_month", "2026-01-16", None, "2026-01-16 2026-01-31"),
        "half-month, 31st": ("half_month", "2026-01-31", None, "2026-01-16 2026-01-31"),
        "February": ("month", "2024-02-29", None, "2024-02-01 2024-02-29"),
        "December": ("month", "2025-12-31", None, "2025-12-01 2025-12-31"),
        "quarter": ("quarter", "2026-05-20", None, "2026-04-01 2026-06-30"),
        "quarters from February": (
            *("quarter", "2026-01-31", "2020-02-01"),
            "2025-11-01 2026-01-31",
        ),
        "half-year": ("half_year", "2026-07-01", None, "2026-07-01 2026-12-31"),
        "year": ("year", "2026-07-01", None, "2026-01-01 2026-12-31"),
        "fiscal year from April": (
            *("year", "2026-03-31", "2019-04-01"),
            "2025-04-01 2026-03-31",
        ),
        "before the anchor": (
            *("year", "2010-04-01", "2019-04-01"),
            "2010-04-01 2011-03-31",
        ),
        "week from Monday": ("week", "2026-01-04", None, "2025-12-29 2026-01-04"),
        "from Sunday": (
            "week",
            "2026-01-04",
            "2025-06-01",
            "2026-01-04 2026-01-10",
        ),
        "fortnight with 31 January": (
            *("biweek", "2026-01-31", "2026-01-19"),
            "2026-01-19 2026-02-01",
        ),
    },
)
def test_period_of(kind, on, anchor, expected):
    assert period_of(day(on), kind, anchor and day(anchor)) == period(expected)


def test_tile_gives_the_whole_periods_that_touch():
    tiles = tile("half_month", day("2026-01-10"), day("2026-02-01"))
    assert tiles == (
        period("2026-01-01 2026-01-15"),
        period("2026-01-16 2026-01-31"),
        period("2026-02-01 2026-02-15"),
    )


YEAR_FROM_MARCH = period("2026-03-01 2026-12-31")


def test_weighted_quota_of_a_payee_who_starts_in_march():
    """Q01: one month of three of the first quarter, then whole quarters."""
    weighted = allocate(D(100_000), numbers("20 20 20 40"), CENT)
    quarters = tile("quarter", day("2026-01-01"), day("2026-12-31"))
    quotas = [
        prorate(quota, quarter, YEAR_FROM_MARCH, CENT)
        for quota, quarter in zip(weighted, quarters, strict=True)
    ]
    assert quotas == list(numbers("6,666.67 20,000 20,000 40,000"))
    assert sum(quotas) == number("86,666.67")


def test_yearly_amount_of_a_payee_who_comes_and_goes():
    """Q03: 1,200 a year, from 8 February to 15 June 2017: 21/28 and 15/30."""
    monthly = allocate(D(1200), (D(1),) * 12, CENT)
    active = period("2017-02-08 2017-06-15")
    months = tile("month", *period("2017-01-01 2017-07-31"))
    amounts = [
        prorate(amount, month, active, CENT)
        for amount, month in zip(monthly, months, strict=False)
    ]
    assert amounts == list(numbers("0 75 100 100 100 50 0"))


@table(
    "span active amount",
    {
        "all of it": ("2026-01-01 2026-03-31", "2025-01-01 2027-12-31", "90"),
        "none": ("2026-01-01 2026-03-31", "2026-04-01 2026-12-31", "0"),
        "its last day": ("2026-01-01 2026-03-31", "2026-03-31 2026-12-31", "0.97"),
        "4 of 7 days": ("2025-12-29 2026-01-04", "2026-01-01 2026-12-31", "51.43"),
        "half a half-month": ("2026-01-16 2026-01-31", "2026-01-24 2026-12-31", "45"),
    },
)
def test_prorate(span, active, amount):
    assert prorate(D(90), period(span), period(active), CENT) == number(amount)


@table(
    "month quota sold attainment",
    {
        "first": ("2026-01-20", "10k", "5k", "50"),
        "Q04": ("2026-02-01", "20k", "15k", "75"),
        "third": ("2026-03-31", "30k", "30k", "100"),
        "full": ("2026-04-01", "45k", "45k", "100"),
        "next year": ("2027-04-01", "45k", "90k", "200"),
    },
)
def test_ramp(month, quota, sold, attainment):
    """Q04: 10k, 20k and 30k for a payee who started on 20 January, then 45k."""
    ordinal = compute_ordinal("month", day("2026-01-20"), day(month))
    ramped = compute_ramp(numbers("10k 20k 30k"), number("45k"), ordinal)
    assert ramped == number(quota)
    assert compute_attainment(number(sold), ramped) == number(attainment)


JANUARY = period("2026-01-01 2026-01-31")
BACKWARDS = Period(JANUARY.last, JANUARY.first)


@table(
    "code compute",
    {
        "unknown kind": ("unknown_choice", lambda: period_of(JANUARY.first, "decade")),
        "years from the 5th": (
            "anchor_not_first_of_month",
            lambda: period_of(JANUARY.first, "year", date(2026, 1, 5)),
        ),
        "ends before it starts": ("period_reversed", lambda: tile("month", *BACKWARDS)),
        "active backwards": (
            "period_reversed",
            lambda: prorate(D(1), JANUARY, BACKWARDS, CENT),
        ),
        "before the ramp": ("before_the_ramp", lambda: compute_ramp((), D(1), 0)),
        "quota of 0": ("quota_not_positive", lambda: compute_attainment(D(1), D(0))),
        "no quota": ("quota_missing", lambda: compute_attainment(D(1), None)),
    },
)
def test_refused(code, compute):
    with pytest.raises(EngineError) as refused:
        compute()
    assert refused.value.code == code
