"""The cost of a commission over the contract that it won."""

from decimal import Decimal as D

import pytest
from engine import EngineError
from engine.deferral import compute_schedule
from reading import CENT, number, table


@table(
    "amount months entries monthly",
    {
        "F01 36 months": ("15,000", 36, 36, "416.67"),
        "F01 24 months": ("8,000", 24, 24, "333.33"),
        "F01 6 months, at once": ("3,000", 6, 1, "3,000"),
        "12 months, at once": ("3,000", 12, 1, "3,000"),
        "13 months": ("1,300", 13, 13, "100"),
        "a cent for three years": ("0.01", 36, 36, "0"),
        "taken back": ("-15,000", 36, 36, "-416.67"),
    },
)
def test_schedule(amount, months, entries, monthly):
    """Every month within a cent of the monthly amount, and the total exact."""
    schedule = compute_schedule(number(amount), months, CENT)
    assert len(schedule) == entries
    assert schedule[0] == number(monthly)
    assert all(abs(month - number(monthly)) <= CENT for month in schedule)
    assert sum(schedule) == number(amount)


def test_refused():
    with pytest.raises(EngineError, match="months_not_positive: months=0"):
        compute_schedule(D(1), 0, CENT)
