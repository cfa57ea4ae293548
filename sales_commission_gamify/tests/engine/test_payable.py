"""What may be paid now, what is held, and what is taken back."""

from decimal import Decimal as D

import pytest
from engine import EngineError, allocate
from engine.payable import (
    compute_clawback,
    compute_payable,
    release_after,
    release_collected,
    release_held,
)
from reading import CENT, number, numbers, table


def payable(earned, already, *releases):
    return compute_payable(number(earned), number(already), CENT, *releases)


def test_cancelled_after_the_first_instalment():
    """C02: two instalments of 500, one paid; the sale is cancelled."""
    first, second = allocate(D(1000), (D(50), D(50)), CENT)
    assert (first, second) == (500, 500)
    assert payable("1,000", "0", release_collected(first, D(1000))) == 500
    assert payable("0", "500") == -500  # taken back
    assert payable("0", "0") == 0  # and the second is never paid


@table(
    "commission term served clawback",
    {
        "C04 after 6 months": ("1,200", 12, 6, "-600"),
        "C04 after 3 months": ("1,200", 12, 3, "-900"),
        "at once": ("1,200", 12, 0, "-1,200"),
        "in its last month": ("100", 3, 2, "-33.33"),
        "a single month": ("1,200", 1, 0, "-1,200"),
        "served in full": ("1,200", 12, 12, "0"),
        "served for longer": ("1,200", 12, 15, "0"),
    },
)
def test_clawback_of_what_is_not_served(commission, term, served, clawback):
    taken = compute_clawback(number(commission), served, term, CENT)
    assert taken == number(clawback)


def test_holdback():
    """C06: 30 of 100 are held until the window is over."""
    now = payable("1,000", "0", release_held(D(30), window_over=False))
    later = payable("1,000", "700", release_held(D(30), window_over=True))
    assert (now, later) == (700, 300)
    assert payable("1,000", "0", release_held(D(0), window_over=False)) == 1000
    assert payable("1,000", "0", release_held(D(100), window_over=False)) == 0


@table(
    "earned deal payments paid",
    {
        "C07": ("1,000", "10,000", "5,000", "500"),
        "in two": ("100", "1,000", "400 600", "40 60"),
        "in thirds": ("100", "300", "100 100 100", "33.33 33.34 33.33"),
        # 1,190 with tax
        "with tax": ("100", "1,190", "396.67 396.67 396.66", "33.33 33.34 33.33"),
        "paid too much": ("100", "1,000", "400 800 -200", "40 60 0"),
        "bounced, paid again": (
            "100",
            "1,000",
            "1,000 -1,000 1,000",
            "100 -100 100",
        ),
        "a refund": ("-100", "-1,000", "-400 -600", "-40 -60"),
        "nothing to collect": ("10", "0", "0", "10"),
    },
)
def test_collected_share(earned, deal, payments, paid):
    """Each payment releases its share of what is earned."""
    collected = already = D(0)
    for payment, pays in zip(numbers(payments), numbers(paid), strict=True):
        collected += payment
        now = payable(earned, str(already), release_collected(collected, number(deal)))
        already += now
        assert now == pays


@table(
    "days payable",
    {"day 0": (0, "0"), "day 29": (29, "0"), "day 30": (30, "100"), "31": (31, "100")},
)
def test_payable_after_30_days(days, payable):
    release = release_after(days, 30)
    assert compute_payable(D(100), D(0), CENT, release) == number(payable)


def test_half_collected_and_a_third_held():
    releases = release_collected(D(50), D(100)), release_held(D(30), window_over=False)
    assert payable("1,000", "0", *releases) == 350


@table(
    "code compute",
    {
        "hold 101 %": ("held_not_a_share", lambda: release_held(D(101), False)),
        "hold -1 %": ("held_not_a_share", lambda: release_held(D(-1), False)),
        "no term": ("term_not_positive", lambda: compute_clawback(D(1), 0, 0, CENT)),
        "before it": ("served_negative", lambda: compute_clawback(D(1), -1, 12, CENT)),
    },
)
def test_refused(code, compute):
    with pytest.raises(EngineError) as refused:
        compute()
    assert refused.value.code == code
