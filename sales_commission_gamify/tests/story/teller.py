"""A story: a chain of steps, each with choices of its own.

A step draws from its own salt and picks among records by what they are called in the
story, so that a step does the same when others before it are left out. That makes a
failing story short: drop steps as long as it still fails.
"""

import hashlib
import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    number: int
    kind: str
    salt: str

    def get_chance(self):
        return random.Random(self.salt)

    def rank(self, label):
        return hashlib.blake2b(f"{self.salt}/{label}".encode(), digest_size=8).digest()


def invent(seed, count, likely):
    """The steps of the story with this number.

    :param likely: ``{kind of step: how likely it is}``
    """
    chance = random.Random(f"story {seed}")
    kinds = chance.choices(list(likely), list(likely.values()), k=count)
    return [
        Step(number, kind, f"{seed}/{number}/{kind}")
        for number, kind in enumerate(kinds, 1)
    ]


def shorten(steps, fails, may_go_on=lambda: True):
    """The fewest of *steps* with which it still *fails*, each tried away: first large
    parts, then smaller ones (delta debugging).

    :param fails: called with some of the steps
    :param may_go_on: False ends the search with the best so far
    """
    size = max(len(steps) // 3, 1)
    while True:
        start, shorter = 0, False
        while start < len(steps) and may_go_on():
            rest = steps[:start] + steps[start + size :]
            if rest and fails(rest):
                steps, shorter = rest, True
            else:
                start += size
        if not may_go_on() or (size == 1 and not shorter):
            return steps
        size = size if size == 1 else max(size // 2, 1)
