"""Breaks the add-on in one way after the other and tells the stories of ``make test``:
each must be found out. Not a part of the tests: it takes an hour.

    make test-odoo TESTS=sales_commission_gamify/tests/story/check_breaks.py ARGS=-s

``STORY_BREAKS`` names some only, by a part of their names.
"""

import os
import sys

from odoo.tests import tagged

from .broken import BREAKS, broken
from .stage import StoryCase
from .teller import invent

WANTED = os.environ.get("STORY_BREAKS") or ""
SEEDS = range(1, 4)
STEPS = 150


@tagged("post_install", "-at_install")
class CheckBreaks(StoryCase):
    def test_breaks_are_found_out(self):
        for one in BREAKS:
            if WANTED in one.name:
                with self.subTest(one.name):
                    self._check(one)

    def _check(self, one):
        for seed in SEEDS:
            with broken(self.env, one):
                complaints = self._tell(invent(seed, STEPS, self.LIKELY))
            if complaints:
                break
        said = f"seed {seed}, step {self.told}: {complaints[0]}" if complaints else "NO"
        sys.stdout.write(f"| {one.name} | {said} |\n")
        sys.stdout.flush()
        self.assertTrue(complaints)
