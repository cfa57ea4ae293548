import pytest
from box.tally import Tally, counts, tally


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("=== 3 passed, 1 warning in 12.59s ===", {"passed": 3}),
        ("306 passed in 13.94s", {"passed": 306}),
        ("\x1b[32m=== \x1b[1m2 passed\x1b[0m in 0.12s\x1b[0m ===", {"passed": 2}),
        (
            "= 1 failed, 2 passed, 4 errors in 3s =",
            {"failed": 1, "passed": 2, "error": 4},
        ),
        ("==== 1 error in 0.5s ====", {"error": 1}),
        ("= 5 passed, 1 skipped in 73.02s (0:01:13) =", {"passed": 5, "skipped": 1}),
        ("===== no tests ran in 0.01s =====", {}),
        ("2 rows passed to the engine in a hurry", None),
        ("collected 3 items", None),
        ("took 5s in 3.1s", None),
    ],
)
def test_counts(line, expected):
    assert counts(line) == expected


@pytest.mark.parametrize(
    ("closing", "code", "expected"),
    [
        ("3 passed in 1.00s", 0, Tally(3, 0)),
        ("1 failed, 2 passed, 1 error in 1.00s", 1, Tally(2, 2)),
        ("2 passed, 1 skipped in 1.00s", 0, Tally(2, 1)),
        ("no tests ran in 0.01s", 5, Tally(0, 1)),
        ("", -9, Tally(0, 1)),
    ],
)
def test_tally(closing, code, expected):
    assert tally(closing, code) == expected


def test_a_total():
    assert str(Tally(3, 0) + Tally(2, 1)) == "5 passed, 1 failed"
