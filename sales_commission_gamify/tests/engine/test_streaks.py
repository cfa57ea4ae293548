"""Streaks: what breaks a row and what does not."""

from datetime import date, timedelta

import pytest
from engine.streaks import find_streaks, get_streak
from hypothesis import given
from hypothesis import strategies as st

DAY = timedelta(days=1)
# January 2026: the 5th is a Monday, the 6th a holiday
HOLIDAY = date(2026, 1, 6)


def is_due(day):
    return day.weekday() < 5 and day != HOLIDAY


def january(*numbers):
    return [date(2026, 1, number) for number in numbers]


@pytest.mark.parametrize(
    ("done", "length", "unit", "complete"),
    [
        ([12, 13, 14], 3, "day", [14]),
        ([8, 9, 12], 3, "day", [12]),  # over a weekend
        ([5, 7, 8], 3, "day", [8]),  # over a holiday
        ([9, 10, 12], 3, "day", [12]),  # a Saturday counts
        ([12, 14, 15], 3, "day", []),  # the 13th is missed
        ([12, 13, 15, 16, 19], 3, "day", [19]),
        ([12, 13, 14, 15, 16, 19], 3, "day", [14, 19]),  # each three anew
        ([12, 12, 12], 3, "day", []),  # one day is one day
        ([7, 13, 22], 3, "week", [22]),
        ([7, 22], 2, "week", []),
        ([5, 9, 12, 15], 2, "week", [12]),
        ([], 2, "day", []),
        ([20], 1, "day", [20]),
    ],
)
def test_streaks(done, length, unit, complete):
    assert find_streaks(january(*done), length, is_due, unit) == january(*complete)


@pytest.mark.parametrize(
    ("done", "today", "unit", "streak"),
    [
        ([12, 13, 14], 14, "day", 3),
        ([12, 13, 14], 15, "day", 3),  # today is still to come
        ([12, 13, 14], 16, "day", 0),
        ([15, 16], 19, "day", 2),
        ([7, 13], 20, "week", 2),
        ([7, 13], 27, "week", 0),
        ([12, 13, 16], 13, "day", 2),  # what lies ahead is not there yet
        ([], 14, "day", 0),
    ],
)
def test_streak_of_today(done, today, unit, streak):
    assert get_streak(january(*done), date(2026, 1, today), is_due, unit) == streak


days = st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 31)))


@given(days, st.integers(1, 6))
def test_more_days_off_break_no_row(done, length):
    """Somebody who is due less often has at least as long a row."""
    strict = max(
        (n for n in range(1, 91) if find_streaks(done, n, lambda _day: True)), default=0
    )
    lenient = max((n for n in range(1, 91) if find_streaks(done, n, is_due)), default=0)
    assert strict <= lenient
    assert len(find_streaks(done, length, is_due)) <= len(done) // length


@given(days, st.integers(1, 6), st.sampled_from(["day", "week"]))
def test_streaks_are_complete_on_days_done(done, length, unit):
    complete = find_streaks(done, length, is_due, unit)
    assert set(complete) <= done
    assert complete == sorted(set(complete))


@given(days)
def test_every_streak_of_today_was_found(done):
    if done:
        today = max(done)
        streak = get_streak(done, today, is_due)
        assert today in find_streaks(done, streak, is_due) or streak == 0
