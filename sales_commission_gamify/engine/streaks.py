"""Days or weeks in a row on which something was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def find_streaks(
    done: Iterable[date], length: int, is_due: Callable[[date], bool], unit: str = "day"
) -> list[date]:
    """The days on which a row of *length* was complete, and each *length* after it.

    A day that is not due (a weekend, a holiday, leave) breaks no row; what was done
    on it counts. A row of weeks has something done in each week that has a due day.
    The day of a week is the first one on which something was done.

    >>> at_work = lambda day: day.weekday() < 5
    >>> find_streaks([date(2026, 1, 9), date(2026, 1, 12)], 2, at_work)
    [datetime.date(2026, 1, 12)]
    """
    step = DAY
    if unit == "week":
        done, is_due, step = _by_week(done, is_due)
    complete = []
    count, before = 0, None
    for place, day in sorted(_first_of_each(done).items()):
        if before is not None and _is_broken(before, place, step, is_due):
            count = 0
        count, before = count + 1, place
        if count % length == 0:
            complete.append(day)
    return complete


def get_streak(
    done: Iterable[date],
    today: date,
    is_due: Callable[[date], bool],
    unit: str = "day",
) -> int:
    """How many in a row there are today; today itself may still be to come."""
    step = DAY
    if unit == "week":
        done, is_due, step = _by_week(done, is_due)
        today = _monday(today)
    count, after = 0, today
    for place in sorted(_first_of_each(done), reverse=True):
        if place > today:
            continue
        if place != after and _is_broken(place, after, step, is_due):
            break
        count, after = count + 1, place
    return count


def _is_broken(before, after, step, is_due):
    place = before + step
    while place < after:
        if is_due(place):
            return True
        place += step
    return False


def _by_week(done, is_due):
    """Weeks as their Mondays, each with the first day on which something was done."""

    def is_week_due(monday):
        return any(is_due(monday + number * DAY) for number in range(7))

    return [(_monday(day), day) for day in done], is_week_due, WEEK


def _first_of_each(done):
    places: dict[date, date] = {}
    for row in sorted(done):
        place, day = row if isinstance(row, tuple) else (row, row)
        places.setdefault(place, day)
    return places


def _monday(day):
    return day - timedelta(days=day.weekday())
