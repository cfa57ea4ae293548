"""Who is where in a challenge, and who wins it.

What counts comes in by day, so that a race knows the day on which its goal was
reached and a streak its days in a row. Equal figures share a place, and whoever
shares a winning place wins: nobody loses by a coin that nobody saw. Two kinds need
one name where figures are equal, a bracket and a lottery; both take it from a seed
that can be read again (``lottery``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .money import exact
from .values import HUNDRED, ZERO, EngineError

DAY = timedelta(days=1)
# What they did counts for a team, or they take somebody's place until they leave.
WITH_WHO_LEFT = ("teams", "goal", "duel", "bracket", "elimination")


@dataclass(frozen=True)
class Entrant:
    """Who takes part, on which days, and what counted on each of them."""

    key: int
    days: Mapping[date, Decimal]
    first: date
    last: date
    has_left: bool = False
    target: Decimal | None = None
    team: int = 0  # or group of a league
    number: int = 0  # place in the draw of a bracket, from 1
    off: frozenset[date] = frozenset()  # days that break no streak

    def total(self, first: date | None = None, last: date | None = None) -> Decimal:
        start = max(self.first, first or self.first)
        end = min(self.last, last or self.last)
        return sum(
            (amount for day, amount in self.days.items() if start <= day <= end), ZERO
        )


@dataclass(frozen=True)
class Rules:
    kind: str
    first: date
    last: date
    today: date
    goal: Decimal = ZERO
    winners: int = 1  # places that win; of a lottery the number of prizes
    round_days: int = 7
    leaving: int = 1  # of an elimination, by round
    moving: int = 1  # of a league, up and down by group
    tickets: Decimal = Decimal(1)  # for each one counted
    by_head: bool = False  # teams compare averages, not sums
    seed: str = ""
    is_over: bool = False
    lowest_day: Decimal = field(default=Decimal("0.01"))  # of a day in a streak


class Standing(NamedTuple):
    """``place`` is None for whom no place can be told, as without a target."""

    key: int
    place: int | None
    score: Decimal
    won: bool = False
    reached: date | None = None
    progress: Decimal | None = None  # % of the goal, or the chance in a lottery
    state: str = ""  # in, out, up, down, left


def rank(values: Sequence[object]) -> list[int]:
    """Places of *values*, the greatest first; equal ones share a place.

    >>> rank([5, 7, 5, 1])
    [2, 1, 2, 4]
    """
    ordered = sorted(values, reverse=True)  # type: ignore[type-var]
    first: dict[object, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return [first[value] for value in values]


@exact
def compute_standings(rules: Rules, entrants: Iterable[Entrant]) -> list[Standing]:
    """The standing of each, best first; of two equal ones the older key first."""
    from . import contests, leagues, lottery

    kinds: dict[str, Callable[[Rules, list[Entrant]], list[Standing]]] = {
        "most": _most,
        "target": _target,
        "milestone": _milestone,
        "race": _race,
        "teams": _teams,
        "goal": _goal,
        "streak": _streak,
        "duel": contests.duels,
        "bracket": contests.bracket,
        "elimination": contests.elimination,
        "lottery": lottery.standings,
        "league": leagues.standings,
    }
    if rules.kind not in kinds:
        raise EngineError("unknown_choice", field="kind", value=rules.kind)
    people = sorted(entrants, key=lambda one: one.key)
    left = [one for one in people if one.has_left]
    if rules.kind in WITH_WHO_LEFT:
        rows = kinds[rules.kind](rules, people)
    else:
        rows = kinds[rules.kind](rules, [one for one in people if not one.has_left])
        rows += [Standing(one.key, None, one.total()) for one in left]
    gone = {one.key for one in left}
    found = [
        row._replace(won=False, state="left") if row.key in gone else row
        for row in rows
    ]
    return sorted(found, key=lambda row: (row.place is None, row.place or 0, row.key))


def progress(score: Decimal, goal: Decimal) -> Decimal | None:
    return HUNDRED * max(score, ZERO) / goal if goal else None


def _by_score(rules, people, scores, wins=None):
    """Ranked by *scores*; the first places win, with something to show for it."""
    places = rank(scores)
    return [
        Standing(
            one.key,
            place,
            score,
            wins(place, score) if wins else score > 0 and place <= rules.winners,
            progress=progress(score, rules.goal),
        )
        for one, place, score in zip(people, places, scores, strict=True)
    ]


def _most(rules, people):
    return _by_score(rules, people, [one.total() for one in people])


def _target(rules, people):
    """45 of 50 is before 80 of 100. Without a target there is no place."""
    aiming = [one for one in people if one.target]
    scores = [HUNDRED * one.total() / one.target for one in aiming]
    rows = _by_score(rules, aiming, scores)
    return [
        *(row._replace(progress=row.score) for row in rows),
        *(Standing(one.key, None, ZERO) for one in people if not one.target),
    ]


def _milestone(rules, people):
    """Everybody who reaches the goal wins."""
    scores = [one.total() for one in people]
    return _by_score(rules, people, scores, lambda _place, score: score >= rules.goal)


def _race(rules, people):
    """Who reaches the goal first. The books have days, not hours: who reaches it on
    the same day shares the place. A refund may take somebody back over the line."""
    rows = []
    for one in people:
        total = one.total()
        day = _reached(one, rules.goal) if total >= rules.goal else None
        early = -day.toordinal() if day else -date.max.toordinal()
        rows.append((one, total, day, (early, ZERO if day else total)))
    places = rank([key for *_row, key in rows])
    return [
        Standing(
            one.key,
            place,
            total,
            bool(day) and place <= rules.winners,
            day,
            progress(total, rules.goal),
        )
        for place, (one, total, day, _key) in zip(places, rows, strict=True)
    ]


def _reached(one, goal):
    """The day since which the sum has never again been below the goal."""
    reached, total = None, ZERO
    for day in sorted(day for day in one.days if one.first <= day <= one.last):
        total += one.days[day]
        if total < goal:
            reached = None
        elif reached is None:
            reached = day
    return reached


def team_scores(rules: Rules, people: Iterable[Entrant]) -> dict[int, Decimal]:
    """Sum of each team, or its average by head; who left counts until that day."""
    teams: dict[int, list[Entrant]] = {}
    for one in people:
        teams.setdefault(one.team, []).append(one)
    return {
        team: sum((one.total() for one in members), ZERO)
        / (len(members) if rules.by_head else 1)
        for team, members in teams.items()
    }


def _teams(rules, people):
    """Each has the place of the team; all of the best team win."""
    scores = team_scores(rules, people)
    places = dict(zip(scores, rank(list(scores.values())), strict=True))
    return [
        Standing(
            one.key,
            places[one.team],
            one.total(),
            scores[one.team] > 0 and places[one.team] <= rules.winners,
            progress=progress(scores[one.team], rules.goal),
        )
        for one in people
    ]


def _goal(rules, people):
    """One goal for all together: all win or nobody does."""
    scores = [one.total() for one in people]
    whole = sum(scores, ZERO)
    rows = _by_score(rules, people, scores, lambda *_row: whole >= rules.goal)
    return [row._replace(progress=progress(whole, rules.goal)) for row in rows]


def _streak(rules, people):
    """Days in a row on which enough counted. With a goal everybody who reaches it
    wins, without one the longest."""
    scores = [Decimal(longest_streak(rules, one)) for one in people]
    if rules.goal:
        return _milestone_of(rules, people, scores)
    return _by_score(rules, people, scores)


def _milestone_of(rules, people, scores):
    return _by_score(rules, people, scores, lambda _place, score: score >= rules.goal)


def longest_streak(rules: Rules, one: Entrant) -> int:
    """A day off (weekend, leave, public holiday) breaks no row; what is done on it
    counts. Today is not over yet, so it breaks none either."""
    longest = run = 0
    day = max(rules.first, one.first)
    while day <= min(rules.last, one.last, rules.today):
        if one.days.get(day, ZERO) >= rules.lowest_day:
            run += 1
            longest = max(longest, run)
        elif day not in one.off and day != rules.today:
            run = 0
        day += DAY
    return longest
