"""Contests in rounds: one against one, and those of which the last leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .challenges import DAY, Entrant, Rules, Standing, rank
from .values import ZERO


class Round(NamedTuple):
    first: date
    last: date


class Match(NamedTuple):
    """``second`` is None for who has nobody to play against; ``winner`` as long as
    the round is not over."""

    number: int  # of the round, from 1
    first: int
    second: int | None
    scores: tuple[Decimal, Decimal]
    winner: int | None


def split_rounds(first: date, last: date, count: int) -> list[Round]:
    """*count* rounds that tile the days, the earlier ones a day longer if need be."""
    days = (last - first).days + 1
    rounds, start = [], first
    for number in range(count):
        length = days // count + (number < days % count)
        end = start + timedelta(days=max(length, 1) - 1)
        rounds.append(Round(start, end))
        start = end + DAY
    return rounds


def rounds_of_days(first: date, last: date, length: int) -> list[Round]:
    """Rounds of *length* days; the last one may be shorter."""
    rounds, start = [], first
    while start <= last:
        end = min(last, start + timedelta(days=length - 1))
        rounds.append(Round(start, end))
        start = end + DAY
    return rounds


# --- one against one ------------------------------------------------------------------


def duels(rules: Rules, people: list[Entrant]) -> list[Standing]:
    """1 against 2, 3 against 4 …: the better one wins, both when they are equal. Who
    has no opponent, or whose opponent left, has nothing to win against but zero."""
    rows = []
    for pair in pairs(people):
        for one in pair:
            own = one.total()
            theirs = max(
                (
                    other.total()
                    for other in pair
                    if other is not one and not other.has_left
                ),
                default=ZERO,
            )
            won = own > 0 and own >= theirs
            rows.append(Standing(one.key, 1 if own >= theirs else 2, own, won))
    return rows


def pairs(people: Iterable[Entrant]) -> list[list[Entrant]]:
    """By the numbers, so that nobody gets another opponent when one does not come. Who
    has no number is alone."""
    found: dict[tuple[int, int], list[Entrant]] = {}
    for one in _in_order(people):
        at = ((one.number + 1) // 2, 0) if one.number else (0, one.key)
        found.setdefault(at, []).append(one)
    return list(found.values())


def play_pairs(rules: Rules, people: Iterable[Entrant]) -> list[Match]:
    """The pairs of a duel as matches of one round, without a winner when equal."""
    matches = []
    for first, *others in pairs(people):
        second = others[0] if others else None
        scores = first.total(), second.total() if second else ZERO
        winner = None
        if second and rules.is_over and scores[0] != scores[1]:
            winner = first.key if scores[0] > scores[1] else second.key
        matches.append(Match(1, first.key, second and second.key, scores, winner))
    return matches


def bracket(rules: Rules, people: list[Entrant]) -> list[Standing]:
    """The place is the round reached: who loses the final is second, both who lose a
    semifinal third. The winners' round decides; then the sum of all rounds so far;
    then the number in the draw."""
    matches = play(rules, people)
    by_key = {one.key: one for one in people}
    lost = {
        (match.first if match.winner == match.second else match.second): match.number
        for match in matches
        if match.winner is not None and match.second is not None
    }
    count = count_rounds(len(people))
    rows = []
    for one in people:
        out = lost.get(one.key)
        place = 2 ** (count - out) + 1 if out else 1
        decided = len(lost) == len(people) - 1
        score = by_key[one.key].total()
        won = decided and not out and score > 0
        rows.append(Standing(one.key, place, score, won, state="out" if out else "in"))
    return rows


def play(rules: Rules, people: Sequence[Entrant]) -> list[Match]:
    """All matches that are known by now, those of running rounds without a winner."""
    ordered = _in_order(people)
    count = count_rounds(len(ordered))
    places: list[Entrant | None] = _seeded(ordered, 2**count)
    rounds = split_rounds(rules.first, rules.last, count) if count else []
    matches = []
    for number, days in enumerate(rounds, 1):
        is_over = rules.is_over or days.last < rules.today
        winners: list[Entrant | None] = []
        for first, second in zip(places[::2], places[1::2], strict=True):
            if first is None or second is None:
                winners.append(first or second)
                if first or second:
                    lone = first or second
                    matches.append(
                        Match(number, lone.key, None, (ZERO, ZERO), lone.key)
                    )
                continue
            winner = _better(rules, first, second, days)
            scores = tuple(one.total(*days) for one in (first, second))
            matches.append(
                Match(
                    number,
                    first.key,
                    second.key,
                    scores,
                    is_over and winner.key or None,
                )
            )
            winners.append(winner)
        if not is_over:
            break
        places = winners
    return matches


def count_rounds(people: int) -> int:
    return max(0, people - 1).bit_length()


def _better(rules, first, second, days):
    def strength(one):
        stays = not one.has_left or one.last >= days.last
        return stays, one.total(*days), one.total(rules.first, days.last), -one.number

    return max(first, second, key=strength)


def _in_order(people):
    return sorted(people, key=lambda one: (one.number, one.key))


def _seeded(ordered, size):
    """The first and the second of the draw meet in the final at the earliest; the
    first ones have nobody against them where places are empty."""
    order = [0]
    while len(order) < size:
        order = [at for one in order for at in (one, 2 * len(order) - 1 - one)]
    return [ordered[at] if at < len(ordered) else None for at in order]


# --- the last of each round leave -----------------------------------------------------


def elimination(rules: Rules, people: list[Entrant]) -> list[Standing]:
    """After each round those with the lowest scores of the round leave. Who shares
    the last score that leaves goes with it, unless nobody would be left. Who gives up
    is out with the round that he does not end, and saves nobody in it; the rounds
    before stay as they were."""
    inside = {one.key: one for one in people}
    out: dict[int, int] = {}
    rounds = rounds_of_days(rules.first, rules.last, rules.round_days)
    last = rounds[0]
    for number, days in enumerate(rounds, 1):
        last = days
        for one in [one for one in inside.values() if _gives_up(one, days)]:
            out[one.key] = number
            del inside[one.key]
        if not (rules.is_over or days.last < rules.today):
            break
        going = _last_of(rules, inside, days)
        if number == len(rounds) or len(inside) <= rules.winners:
            break
        for key in going:
            out[key] = number
            del inside[key]
    strength = {
        one.key: (
            out.get(one.key, len(rounds) + 1),
            not one.has_left,
            _of_round(one, out, rounds, last),
        )
        for one in people
    }
    places = rank([strength[one.key] for one in people])
    return [
        Standing(
            one.key,
            place,
            one.total(),
            one.key in inside and place <= rules.winners and one.total() > 0,
            state="in" if one.key in inside else "out",
        )
        for one, place in zip(people, places, strict=True)
    ]


def _gives_up(one, days):
    return one.has_left and one.last < days.last


def _last_of(rules, inside, days):
    scores = {key: one.total(*days) for key, one in inside.items()}
    if len(scores) <= rules.leaving:
        return []
    line = sorted(scores.values())[rules.leaving - 1]
    going = [key for key, score in scores.items() if score <= line]
    return [] if len(going) == len(scores) else going


def _of_round(one, out, rounds, last):
    """The score of the round that one left in; of the current one for the others."""
    number = out.get(one.key)
    return one.total(*(rounds[number - 1] if number else last))
