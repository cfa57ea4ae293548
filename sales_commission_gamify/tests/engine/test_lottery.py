from collections import Counter
from datetime import date
from decimal import Decimal as D
from hashlib import sha256

import pytest
from engine.challenges import Entrant, Rules, compute_standings
from engine.contests import rounds_of_days, split_rounds
from engine.leagues import make_groups, next_season, split_groups
from engine.lottery import count_tickets, draw, shuffle
from hypothesis import given
from hypothesis import strategies as st

DAY = date(2026, 3, 2)


def sellers(*sales):
    return [
        Entrant(key, {DAY: D(count)}, DAY, DAY) for key, count in enumerate(sales, 1)
    ]


def standings(people, **options):
    return compute_standings(Rules("lottery", DAY, DAY, DAY, **options), people)


def test_tickets_and_chances():
    """G01: ten tickets a sale; 5, 3, 1 and 1 sales are 50, 30, 10 and 10 of 100."""
    found = standings(sellers(5, 3, 1, 1), tickets=D(10))
    assert [(row.score, row.progress) for row in found] == [
        (50, 50),
        (30, 30),
        (10, 10),
        (10, 10),
    ]
    assert not any(row.won for row in found)


@pytest.mark.parametrize(
    ("amount", "each", "tickets"),
    [(D("1999"), D("0.001"), 1), (D(-3), D(10), 0), (D("2.5"), D(1), 2)],
)
def test_parts_of_a_ticket_are_none(amount, each, tickets):
    assert count_tickets(amount, each) == tickets


def test_draw_can_be_worked_by_hand():
    """SHA-256 of "lumen:1" modulo 100 tickets, then of "lumen:2" modulo those left."""
    tickets = {1: 50, 2: 30, 3: 10, 4: 10}
    first = int(sha256(b"lumen:1").hexdigest(), 16) % 100
    holders = [key for key, number in tickets.items() for _ticket in range(number)]
    winner = holders[first]
    left = [key for key in holders if key != winner]
    second = left[int(sha256(b"lumen:2").hexdigest(), 16) % len(left)]
    assert draw("lumen", tickets, 2) == [winner, second]
    assert draw("lumen", dict(reversed(tickets.items())), 2) == [winner, second]
    assert len({tuple(draw(f"seed {n}", tickets, 4)) for n in range(40)}) > 5


def test_winners_of_the_draw_come_first():
    people = sellers(5, 3, 1, 0)
    found = standings(people, seed="x", is_over=True, winners=2)
    drawn = draw("x", {1: 5, 2: 3, 3: 1, 4: 0}, 2)
    assert [row.key for row in found if row.won] == drawn
    assert [row.place for row in found][:2] == [1, 2]


def test_chances_are_what_the_tickets_say():
    tickets = {1: 50, 2: 30, 3: 10, 4: 10}
    counts = Counter(draw(f"seed {n}", tickets, 1)[0] for n in range(4000))
    for key, number in tickets.items():
        assert abs(counts[key] / 4000 - number / 100) < 0.03


@given(
    st.dictionaries(st.integers(1, 30), st.integers(0, 9), max_size=12),
    st.integers(0, 5),
    st.text(max_size=5),
)
def test_nobody_wins_twice_or_without_a_ticket(tickets, count, seed):
    found = draw(seed, tickets, count)
    holders = [key for key, number in tickets.items() if number]
    assert len(found) == len(set(found)) == min(count, len(holders))
    assert set(found) <= set(holders)


@given(st.sets(st.integers(1, 99)), st.text(max_size=5))
def test_shuffle_keeps_everybody(keys, seed):
    assert sorted(shuffle(seed, sorted(keys))) == sorted(keys)


@given(st.integers(1, 300))
def test_groups_are_of_six_or_seven(count):
    sizes = split_groups(count)
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 7
    if count > 29:
        assert min(sizes) >= 6


def test_similar_sellers_meet():
    strength = {key: D(100 - key) for key in range(1, 15)}
    groups = make_groups(strength)
    assert groups[1] == groups[7] == 1
    assert groups[8] == groups[14] == 2
    assert make_groups({}) == {}


def test_next_season():
    groups = {**dict.fromkeys(range(1, 8), 1), **dict.fromkeys(range(8, 15), 2)}
    people = [
        Entrant(key, {DAY: D(100 - key)}, DAY, DAY, team=group, has_left=key == 3)
        for key, group in groups.items()
    ]
    rows = compute_standings(Rules("league", DAY, DAY, DAY), people)
    season = next_season(groups, rows, {99: D(1)})
    assert season[8] == 1, "promoted"
    assert season[7] == 2, "relegated"
    assert 3 not in season
    assert season[99] == 2
    assert Counter(season.values()) == {1: 7, 2: 7}


@given(st.dates(), st.integers(1, 90), st.data())
def test_rounds_tile_the_days(first, days, data):
    last = date.fromordinal(min(first.toordinal() + days - 1, date.max.toordinal() - 9))
    whole = (last - first).days + 1
    if whole < 1:
        return
    count = data.draw(st.integers(1, whole))
    length = data.draw(st.integers(1, 30))
    for rounds in (
        split_rounds(first, last, count),
        rounds_of_days(first, last, length),
    ):
        assert rounds[0].first == first
        assert rounds[-1].last == last
        for one, other in zip(rounds, rounds[1:], strict=False):
            assert (other.first - one.last).days == 1
