"""Prizes by place: ties, refunds, nothing for nothing, and a budget to the cent."""

from datetime import date
from decimal import Decimal as D

import pytest
from engine.challenges import Entrant, Rules, compute_standings
from engine.prizes import pick_places, share_budget
from hypothesis import given
from hypothesis import strategies as st

DAY, LAST = date(2026, 3, 2), date(2026, 3, 15)


def places(kind, *amounts, teams=None, **options):
    """``{number: place}`` of those who get the prize of a place, by what each did."""
    rules = Rules(kind, DAY, LAST, LAST, is_over=True, **options)
    people = [
        Entrant(key, {DAY: D(amount)}, DAY, LAST, target=D(100), number=key)
        for key, amount in enumerate(amounts, 1)
    ]
    rows = compute_standings(rules, people)
    return pick_places(rules, rows, teams or {})


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([30, 20, 10], {1: 1, 2: 2, 3: 3}),
        ([30, 30, 10], {1: 1, 2: 1, 3: 3}),  # two first ones: nobody is second
        ([30, 20, 20], {1: 1, 2: 2, 3: 2}),
        ([30, 30, 30], {1: 1, 2: 1, 3: 1}),
        ([30, 0, -5], {1: 1}),  # nothing for nothing
        ([0, 0], {}),
    ],
)
def test_ties(amounts, expected):
    assert places("most", *amounts) == expected
    assert places("target", *amounts) == expected


def test_race_needs_the_goal():
    assert places("race", 500, 499, 600, goal=D(500)) == {1: 1, 3: 1}


def test_streak_needs_its_goal():
    assert places("streak", 5, 5, goal=D(2)) == {}
    assert places("streak", 5, 5, 0) == {1: 1, 2: 1}


@pytest.mark.parametrize("kind", ["milestone", "goal", "lottery", "duel"])
def test_kinds_without_places(kind):
    assert places(kind, 30, 20, goal=D(1)) == {}


def test_bracket():
    assert places("bracket", 40, 30, 20, 10) == {1: 1, 2: 2, 3: 3, 4: 3}


def test_team_counts_for_its_members():
    """Who sold nothing gets the prize of the team's place."""
    rules = Rules("teams", DAY, LAST, LAST, is_over=True)
    people = [
        Entrant(key, {DAY: D(amount)}, DAY, LAST, team=team)
        for key, amount, team in ((1, 30, 1), (2, 0, 1), (3, 0, 2))
    ]
    rows = compute_standings(rules, people)
    assert pick_places(rules, rows, {1: D(30), 2: D(30), 3: D(0)}) == {1: 1, 2: 1}


def test_who_left_gets_nothing():
    rules = Rules("most", DAY, LAST, LAST, is_over=True)
    people = [
        Entrant(1, {DAY: D(30)}, DAY, LAST, has_left=True),
        Entrant(2, {DAY: D(5)}, DAY, LAST),
    ]
    assert pick_places(rules, compute_standings(rules, people), {}) == {2: 1}


CENT = D("0.01")


def test_budget_that_is_enough_changes_nothing():
    assert share_budget([D(100), D(50)], D(150), CENT) == (D(100), D(50))


def test_budget_that_is_not_enough_is_shared_in_proportion():
    assert share_budget([D(100), D(100), D(50)], D(150), CENT) == (60, 60, 30)


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=20),
    st.integers(0, 50_000),
)
def test_never_more_than_the_budget(amounts, budget):
    shares = share_budget([D(amount) for amount in amounts], D(budget), CENT)
    assert sum(shares) == min(sum(amounts), budget)
    assert all(share >= 0 for share in shares)
