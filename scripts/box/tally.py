"""Adding up what several runs of pytest say in their closing lines."""

import re
from dataclasses import dataclass

CLOSING = re.compile(r"^=* ?(.*\bin [\d.]+s.*?) ?=*$")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Tally:
    passed: int = 0
    failed: int = 0

    def __add__(self, other):
        return Tally(self.passed + other.passed, self.failed + other.failed)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed"


def counts(line):
    """The numbers of a closing line, or None for any other line."""
    found = CLOSING.match(COLOUR.sub("", line).strip())
    if not found:
        return None
    pairs = COUNT.findall(found[1])
    if not pairs and "no tests ran" not in found[1]:
        return None
    return {word.rstrip("s") if word == "errors" else word: int(n) for n, word in pairs}


def tally(closing, code):
    """A run's outcome. What was skipped hasn't been shown to work: it counts as failed.

    A run that ended badly without naming a failure, a crash say, counts as one.
    """
    numbers = counts(closing) or {}
    failed = sum(numbers.get(word, 0) for word in ("failed", "error", "skipped"))
    if code and not failed:
        failed = 1
    return Tally(numbers.get("passed", 0), failed)
