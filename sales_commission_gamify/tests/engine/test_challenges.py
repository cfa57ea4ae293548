"""The kinds of challenges: tables of what each makes of the same figures."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from engine.challenges import Entrant, Rules, compute_standings, rank, team_scores
from hypothesis import given
from hypothesis import strategies as st

FIRST = date(2026, 3, 2)  # a Monday
LAST = date(2026, 3, 29)
WEEKENDS = frozenset(
    FIRST + timedelta(days=n) for n in range(28) if (FIRST + timedelta(n)).weekday() > 4
)


def rules(kind, **options):
    return Rules(
        kind, options.pop("first", FIRST), LAST, options.pop("today", LAST), **options
    )


def entrant(key, *amounts, **options):
    """*amounts* of the days from the first on, or ``{day number: amount}``."""
    days = dict(enumerate(amounts))
    if amounts and isinstance(amounts[0], dict):
        [days] = amounts
    return Entrant(
        key,
        {FIRST + timedelta(day): D(str(amount)) for day, amount in days.items()},
        options.pop("first", FIRST),
        options.pop("last", LAST),
        **options,
    )


def places(kind, people, **options):
    found = compute_standings(rules(kind, **options), people)
    return {row.key: row.place for row in found}


def winners(kind, people, **options):
    found = compute_standings(rules(kind, **options), people)
    return [row.key for row in found if row.won]


SALES = [entrant(1, 500), entrant(2, 300, 200), entrant(3, 100), entrant(4)]


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("most", {}, [1, 2]),  # both have 500
        ("most", {"winners": 3}, [1, 2, 3]),
        ("most", {"winners": 4}, [1, 2, 3]),  # who has nothing wins nothing
        ("milestone", {"goal": D(100)}, [1, 2, 3]),
        ("milestone", {"goal": D(501)}, []),
        ("race", {"goal": D(500)}, [1]),  # a day before the other
        ("race", {"goal": D(500), "winners": 2}, [1, 2]),
        ("race", {"goal": D(501)}, []),
        ("goal", {"goal": D(1100)}, [1, 2, 3, 4]),
        ("goal", {"goal": D(1101)}, []),
    ],
)
def test_winners(kind, options, expected):
    assert winners(kind, SALES, **options) == expected


def test_most_shares_places():
    assert places("most", SALES) == {1: 1, 2: 1, 3: 3, 4: 4}


def test_race_of_one_day_is_shared():
    people = [entrant(1, 100, 400), entrant(2, 400, 100), entrant(3, 0, 0, 900)]
    assert places("race", people, goal=D(500)) == {1: 1, 2: 1, 3: 3}
    assert winners("race", people, goal=D(500)) == [1, 2]


def test_race_after_a_refund():
    """Over the line on the first day, back below it on the second, over it again."""
    people = [entrant(1, 500, -100, 0, 100), entrant(2, 0, 0, 500)]
    assert winners("race", people, goal=D(500)) == [2]
    assert winners("race", [entrant(1, 500, -100)], goal=D(500)) == []


def test_share_of_the_own_target():
    """G04: the junior's 45 of 50 is before the senior's 80 of 100."""
    junior, senior = entrant(1, 45, target=D(50)), entrant(2, 80, target=D(100))
    nobody = entrant(3, 900)
    assert places("target", [senior, junior, nobody]) == {1: 1, 2: 2, 3: None}
    assert winners("target", [senior, junior, nobody]) == [1]


def test_who_left_wins_nothing_and_takes_no_place():
    left = entrant(1, 900, 900, last=FIRST, has_left=True)
    people = [left, entrant(2, 300), entrant(3, 100)]
    assert winners("most", people) == [2]
    [*_others, gone] = compute_standings(rules("most"), people)
    assert (gone.key, gone.place, gone.score, gone.state) == (1, None, 900, "left")


def test_only_the_days_taken_part_in_count():
    late = entrant(1, 900, 100, first=FIRST + timedelta(1))
    assert places("most", [late, entrant(2, 300)]) == {2: 1, 1: 2}


def test_teams():
    people = [
        entrant(1, 100, team=1),
        entrant(2, 100, team=1),
        entrant(3, 150, team=2),
        entrant(4, 90, team=1, last=FIRST, has_left=True),
    ]
    assert winners("teams", people) == [1, 2]
    assert winners("teams", people, by_head=True) == [3]
    assert team_scores(rules("teams"), people) == {1: 290, 2: 150}
    equal = [entrant(1, 100, team=1), entrant(2, 100, team=2)]
    assert winners("teams", equal) == [1, 2]


@pytest.mark.parametrize(
    ("amounts", "off", "today", "longest"),
    [
        ([1, 1, 1, 0, 1, 1], (), 27, 3),
        ([1] * 5 + [0, 0] + [1] * 5, WEEKENDS, 27, 10),  # the weekend breaks nothing
        ([1] * 5 + [0, 0] + [1] * 5, (), 27, 5),
        ([1] * 5 + [1, 0] + [1] * 5, WEEKENDS, 27, 11),  # worked on a Saturday
        ([1, 1, 0, 1, 1], {FIRST + timedelta(2)}, 27, 4),  # leave on the Wednesday
        ([1, 1, 0], (), 2, 2),  # today is not over
        ([1, 1, 0, 0], (), 3, 2),
        ([0.5, 1, 1], (), 27, 2),  # too little on the first day
    ],
)
def test_streak(amounts, off, today, longest):
    one = entrant(1, *amounts, off=frozenset(off))
    [row] = compute_standings(
        rules("streak", today=FIRST + timedelta(today), lowest_day=D(1)), [one]
    )
    assert row.score == longest


def test_streak_of_two_is_shared_or_has_a_goal():
    people = [entrant(1, 1, 1), entrant(2, 0, 1, 1), entrant(3, 1)]
    assert winners("streak", people) == [1, 2]
    assert winners("streak", people, goal=D(1)) == [1, 2, 3]


def test_duel():
    people = [
        entrant(key, amount, number=key)
        for key, amount in ((1, 5), (2, 7), (3, 4), (4, 4), (5, 1))
    ]
    assert winners("duel", people) == [2, 3, 4, 5]
    people[1] = entrant(2, 7, number=2, has_left=True)
    assert winners("duel", people) == [1, 3, 4, 5], "against who left"
    assert winners("duel", [entrant(1), entrant(2)]) == [], "nothing wins nothing"


def test_an_opponent_who_never_came_is_nobody():
    """3 does not take the place of 2."""
    people = [entrant(1, 1, number=1), entrant(3, 7, number=3), entrant(4, 8, number=4)]
    assert winners("duel", people) == [1, 4]


def by_round(*scores):
    """What counted in the four weeks."""
    return {7 * number: score for number, score in enumerate(scores)}


def test_bracket():
    """Two rounds of two weeks: 1 against 4, 2 against 3; 1 against 3."""
    people = [
        entrant(1, {0: 5, 14: 1}, number=1),
        entrant(2, {0: 5}, number=2),
        entrant(3, {0: 6, 14: 2}, number=3),
        entrant(4, {0: 1, 14: 99}, number=4),
    ]
    assert places("bracket", people, is_over=True) == {3: 1, 1: 2, 2: 3, 4: 3}
    assert winners("bracket", people, is_over=True) == [3]
    halfway = {"today": FIRST + timedelta(14)}
    assert places("bracket", people, **halfway) == {1: 1, 3: 1, 2: 3, 4: 3}
    assert winners("bracket", people, **halfway) == []


def test_bracket_of_equal_ones():
    """The rounds before decide, then the number in the draw."""
    people = [
        entrant(1, {0: 5, 14: 3}, number=1),
        entrant(2, {0: 9, 14: 3}, number=2),
        entrant(3, number=3),
        entrant(4, number=4),
    ]
    assert winners("bracket", people, is_over=True) == [2]
    same = [entrant(1, {0: 5}, number=2), entrant(2, {0: 5}, number=1)]
    assert winners("bracket", same, is_over=True) == [2]


def test_bracket_of_three_who_left_and_one():
    people = [entrant(1, 0, number=1), entrant(2, 1, number=2), entrant(3, 0, number=3)]
    assert places("bracket", people, is_over=True) == {2: 1, 1: 2, 3: 3}
    people[1] = entrant(2, 1, number=2, last=FIRST, has_left=True)
    assert winners("bracket", people, is_over=True) == [], "the one left has nothing"
    assert winners("bracket", [entrant(1, 1)], is_over=True) == [1]


def test_elimination():
    """Each week one leaves; of the last two the better one wins."""
    people = [
        entrant(1, by_round(5, 5, 5, 5)),
        entrant(2, by_round(4, 4, 1, 9)),
        entrant(3, by_round(3, 1, 9, 9)),
        entrant(4, by_round(1, 9, 9, 9)),
    ]
    assert places("elimination", people, is_over=True) == {1: 1, 2: 2, 3: 3, 4: 4}
    assert winners("elimination", people, is_over=True) == [1]
    second_week = {"today": FIRST + timedelta(8)}
    assert places("elimination", people, **second_week) == {1: 1, 2: 2, 3: 3, 4: 4}


def test_elimination_from_which_somebody_goes():
    """Whoever was out stays out when he gives up; who gives up inside saves nobody."""
    people = [
        entrant(1, by_round(5, 5, 5, 5)),
        entrant(2, by_round(4, 4, 1, 9)),
        entrant(3, by_round(3, 1, 9, 9)),
        entrant(4, by_round(1, 9, 9, 9), last=FIRST + timedelta(8), has_left=True),
    ]
    assert places("elimination", people, is_over=True) == {1: 1, 2: 2, 3: 3, 4: 4}
    people[3] = entrant(4, by_round(9, 9), last=FIRST + timedelta(8), has_left=True)
    assert places("elimination", people, is_over=True) == {1: 1, 2: 2, 4: 3, 3: 4}


def test_elimination_of_equal_ones():
    shared = [
        entrant(1, by_round(5)),
        entrant(2, by_round(3, 9)),
        entrant(3, by_round(3)),
    ]
    found = compute_standings(rules("elimination", is_over=True), shared)
    assert [(row.key, row.state) for row in found] == [
        (1, "in"),
        (2, "out"),
        (3, "out"),
    ]
    all_equal = [entrant(1, by_round(3, 0, 0, 1)), entrant(2, by_round(3, 0, 0, 1))]
    assert winners("elimination", all_equal, is_over=True) == [1, 2]


def test_league_groups():
    """The first of the second group goes up, the last of the first goes down; equal
    ones at the line stay."""
    people = [
        entrant(1, 9, team=1),
        entrant(2, 8, team=1),
        entrant(3, 2, team=1),
        entrant(4, 7, team=2),
        entrant(5, 1, team=2),
    ]
    found = {row.key: row for row in compute_standings(rules("league"), people)}
    assert {key: row.state for key, row in found.items()} == {
        1: "",
        2: "",
        3: "down",
        4: "up",
        5: "",
    }
    assert [row.key for row in found.values() if row.won] == [1, 4]
    people[1] = entrant(2, 2, team=1)
    people[4] = entrant(5, 7, team=2)
    found = compute_standings(rules("league"), people)
    assert {row.state for row in found} == {""}


# --- whatever the figures are ---------------------------------------------------------

KINDS = [
    "most",
    "target",
    "milestone",
    "race",
    "teams",
    "goal",
    "streak",
    "duel",
    "bracket",
    "elimination",
    "lottery",
    "league",
]


@st.composite
def contests(draw):
    people = [
        Entrant(
            key,
            draw(
                st.dictionaries(
                    st.dates(FIRST, LAST), st.integers(-20, 50).map(D), max_size=6
                )
            ),
            FIRST,
            LAST,
            has_left=draw(st.booleans()) and draw(st.booleans()),
            target=draw(st.sampled_from([None, D(10), D(40)])),
            team=draw(st.integers(1, 3)),
            number=key,
        )
        for key in range(1, draw(st.integers(1, 9)) + 1)
    ]
    return people, Rules(
        draw(st.sampled_from(KINDS)),
        FIRST,
        LAST,
        LAST + timedelta(1),
        goal=draw(st.sampled_from([D(1), D(30)])),
        winners=draw(st.integers(1, 3)),
        seed="s",
        is_over=True,
    )


@given(contests(), st.randoms(use_true_random=False))
def test_fair_whatever_the_figures(contest, random):
    people, rule = contest
    found = compute_standings(rule, people)
    assert sorted(row.key for row in found) == [one.key for one in people]
    mixed = list(people)
    random.shuffle(mixed)
    assert compute_standings(rule, mixed) == found, "the order tells nothing"
    left = {one.key for one in people if one.has_left}
    assert not left & {row.key for row in found if row.won}
    if rule.kind in ("most", "target", "milestone", "streak"):
        won = {row.score for row in found if row.won}
        lost = {row.score for row in found if not row.won and row.key not in left}
        assert not won & lost, "equal figures win together"
        assert not won or not lost or min(won) > max(lost)


@given(contests())
def test_one_more_sale_never_loses(contest):
    """Selling more on the last day takes no win away, for the kinds without luck."""
    people, rule = contest
    if rule.kind in ("lottery", "teams", "league"):
        return
    before = {row.key for row in compute_standings(rule, people) if row.won}
    for at, one in enumerate(people):
        if one.key in before:
            more = dict(one.days)
            more[LAST] = max(more.get(LAST, D(0)), D(0)) + 25
            raised = [*people[:at], Entrant(**{**vars(one), "days": more})]
            rows = compute_standings(rule, [*raised, *people[at + 1 :]])
            assert next(row.won for row in rows if row.key == one.key)


@given(st.lists(st.integers(-5, 5), max_size=12))
def test_rank_is_one_more_than_those_before(values):
    assert rank(values) == [
        1 + sum(other > value for other in values) for value in values
    ]
