"""The seal on a statement's inputs."""

from datetime import date
from decimal import Decimal as D

import pytest
from engine import EngineError
from engine.audit import compute_checksum
from reading import table

INPUTS = {"payee": 7, "to": date(2026, 1, 31), "lines": [["S1", D("5.00"), None, True]]}


def test_the_seal_is_the_same_everywhere():
    """Computed once, written down: it may never change."""
    seal = "ffe32b411723a77549d4f107e5c06873cd0d799d8978fb0fb4c69cc4a2b5f19e"
    assert compute_checksum(INPUTS) == seal


@table(
    "inputs same",
    {
        "other order of keys": (dict(reversed(INPUTS.items())), True),
        "5 for 5.00": ({**INPUTS, "lines": (("S1", D(5), None, True),)}, True),
        "5.01": ({**INPUTS, "lines": [["S1", D("5.01"), None, True]]}, False),
        "another day": ({**INPUTS, "to": date(2026, 1, 30)}, False),
        "a line more": ({**INPUTS, "lines": INPUTS["lines"] * 2}, False),
        "a figure less": ({"payee": 7}, False),
    },
)
def test_the_seal_shows_changes(inputs, same):
    assert (compute_checksum(inputs) == compute_checksum(INPUTS)) is same


def test_there_is_one_zero():
    seals = {compute_checksum(D(zero)) for zero in ("0", "0.00", "-0", "0E+3")}
    assert len(seals) == 1


@table("value", {"float": (0.1,), "set": ({1},), "no number": (D("NaN"),)})
def test_refused(value):
    with pytest.raises(EngineError, match="not_sealable"):
        compute_checksum([value])
