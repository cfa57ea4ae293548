from decimal import Decimal

import pytest
from engine.bands import compute_band, compute_next_band, pick_neighbours
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("place", "count", "band"),
    [
        (1, 1, 10),
        (1, 7, 10),
        (2, 7, 25),
        (3, 7, 50),
        (4, 7, 50),
        (5, 7, None),
        (10, 100, 10),
        (11, 100, 25),
        (51, 100, None),
    ],
)
def test_band(place, count, band):
    assert compute_band(place, count) == band


@pytest.mark.parametrize(
    ("scores", "place", "expected"),
    [
        ([90, 70, 50, 10], 4, (50, 2, 60)),
        ([90, 70, 50, 10], 2, (25, 1, 20)),
        ([90, 70, 50, 10], 1, None),
        ([90, 90, 50, 10], 1, None),
        ([5], 1, None),
        ([1, 2, 3, 4], 4, (50, 2, 2)),  # of discounts the lowest is the best
    ],
)
def test_next_band(scores, place, expected):
    found = compute_next_band([Decimal(score) for score in scores], place)
    assert found == (expected and (*expected[:2], Decimal(expected[2])))


@pytest.mark.parametrize(
    ("position", "count", "expected"),
    [
        (5, 20, [3, 4, 5, 6, 7]),
        (0, 20, [0, 1, 2, 3, 4]),
        (1, 20, [0, 1, 2, 3, 4]),
        (19, 20, [15, 16, 17, 18, 19]),
        (1, 3, [0, 1, 2]),
        (0, 1, [0]),
    ],
)
def test_neighbours(position, count, expected):
    assert list(pick_neighbours(position, count)) == expected


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.data())
def test_who_gains_what_is_missing_is_in_the_band(numbers, data):
    scores = sorted(map(Decimal, numbers), reverse=True)
    own = data.draw(st.sampled_from(scores))
    place = scores.index(own) + 1
    band = compute_next_band(scores, place)
    if band is None:
        assert compute_band(place, len(scores)) == 10
        return
    others = list(scores)
    others.remove(own)
    raised = sorted([*others, own + band.missing], reverse=True)
    assert raised.index(own + band.missing) + 1 <= band.place
    assert band.missing > 0
