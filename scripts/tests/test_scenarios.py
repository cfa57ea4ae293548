"""The table of cases in docs/scenarios.md names tests that exist."""

import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TESTS = REPO / "sales_commission_gamify" / "tests"


def rows():
    for line in (
        (REPO / "docs" / "scenarios.md").read_text(encoding="utf-8").split("\n")
    ):
        if line.startswith("|") and "`" in line:
            yield line.strip("| ").split("|")[-1]


def named():
    """``(file, test)`` for each name in the last column."""
    for cell in rows():
        for part in cell.split(";"):
            files, _colon, names = part.partition(":")
            for file in re.findall(r"`(test_\w+)`", files):
                for name in filter(None, map(str.strip, names.split(","))):
                    yield file, name


def test_each_case_has_its_test():
    found = list(named())
    assert len(found) > 90
    missing = [
        (file, name)
        for file, name in found
        if f"def test_{name}(" not in (TESTS / f"{file}.py").read_text(encoding="utf-8")
    ]
    assert not missing
