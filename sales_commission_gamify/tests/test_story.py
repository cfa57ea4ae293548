import os
import sys
import time
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .story.accountant import Accountant
from .story.broken import BREAKS, find
from .story.documents import Documents
from .story.stage import StoryCase
from .story.teller import Step, invent, shorten

# What `make test` tells; `make fuzz SEEDS=n FROM=seed STEPS=n` sets others.
SEEDS = int(os.environ.get("STORY_SEEDS") or 3)
FROM = int(os.environ.get("STORY_FROM") or 1)
STEPS = int(os.environ.get("STORY_STEPS") or 150)
# Shortening a story tells it again and again: so many seconds at most.
PATIENCE = int(os.environ.get("STORY_PATIENCE") or 120)


@tagged("post_install", "-at_install")
class TestStory(StoryCase):
    """What happens in a sales department in any order leaves the ledger as if all had
    been counted at the end, and priced by hand."""

    def test_any_order_of_events(self):
        for seed in range(FROM, FROM + SEEDS):
            with self.subTest(seed=seed):
                self._check(seed)

    def _check(self, seed):
        started = time.monotonic()
        story = invent(seed, STEPS, self.LIKELY)
        complaints = self._tell(story)
        took = time.monotonic() - started
        sys.stdout.write(
            f"seed {seed}: {len(self.said)} of {self.told} steps happened, "
            f"{self.refused} refused, {took:.0f} s, {len(complaints)} complaints\n"
        )
        sys.stdout.flush()
        if complaints:
            self.fail(self._report(seed, story))
        # a story in which nothing happens proves nothing
        self.assertGreater(len(self.said) - self.refused, len(story) / 2)

    def _report(self, seed, story):
        """The shortest story that fails, in sentences."""
        shortest, complaints = self._shorten(story[: self.told], PATIENCE)
        return "\n".join(
            [
                f"Seed {seed} of {len(story)} steps; these {len(shortest)} are enough:",
                *self.said,
                *(f"  ! {complaint}" for complaint in complaints[:10]),
                f"Again: make fuzz SEEDS=1 FROM={seed} STEPS={len(story)}",
            ]
        )

    def _shorten(self, story, patience):
        """``(fewest steps that still fail, what is complained of then)``"""
        end = time.monotonic() + patience
        shortest = shorten(story, self._tell_quickly, lambda: time.monotonic() < end)
        return shortest, self._tell_quickly(shortest)

    def _tell_quickly(self, story):
        return self._tell(story, every=len(story))

    def test_wrong_accountant_is_found_out_in_few_steps(self):
        """One who takes every credit note for a sale disagrees, and two or three
        sentences say why."""
        right = Documents._get_worth

        def wrong(documents, component, line):
            return abs(right(documents, component, line))

        story = invent(1, 24, {"post": 4, "refund_part": 2, "achieve": 2, "pay": 2})
        self.assertFalse(self._tell(story))
        with patch.object(Documents, "_get_worth", wrong):
            self.assertTrue(self._tell(story))
            shortest, complaints = self._shorten(story[: self.told], 60)
        self.assertLessEqual(len(shortest), 4, self.said)
        self.assertIn("takes back", "\n".join(self.said))
        self.assertRegex(complaints[0], r"^.+ v\d, .+, level \d, .+ \d{4}: .+ is ")

    def test_words_that_are_broken_on_purpose_are_there(self):
        """See ``story/check_breaks.py``."""
        for one in BREAKS:
            with self.subTest(one.name):
                _owner, text = find(self.env, one)
                self.assertNotEqual(text, text.replace(one.old, one.new))

    def test_accountant_refuses_what_it_cannot_price(self):
        plan = self._draft(self.ann)
        component = self._component(plan, "Sales", "0: 5%")
        accountant = Accountant(self.env, self.company)
        accountant._refuse_unknown(component)  # this it can
        for name, value in (
            ("lookup", "document"),
            ("between", "interpolated"),
            ("quota_proration", "whole"),
            ("measure_id", self._get_ready("ordered_margin").id),
        ):
            with self.subTest(name), self.cr.savepoint() as savepoint:
                component[name] = value
                with self.assertRaisesRegex(NotImplementedError, name):
                    accountant._refuse_unknown(component)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)


@tagged("post_install", "-at_install")
class TestTeller(BaseCase):
    def test_same_seed_tells_the_same_story(self):
        likely = {"post": 3, "pay": 1}
        self.assertEqual(invent(7, 50, likely), invent(7, 50, likely))
        self.assertNotEqual(invent(7, 50, likely), invent(8, 50, likely))

    def test_step_chooses_the_same_when_others_are_gone(self):
        step = Step(5, "pay", "1/5/pay")
        names = ["1", "2", "3", "4"]
        chosen = min(names, key=step.rank)
        for other in set(names) - {chosen}:
            left = [name for name in names if name != other]
            self.assertEqual(min(left, key=step.rank), chosen)

    def test_only_what_makes_it_fail_is_kept(self):
        steps = list(range(200))
        needed = {3, 77, 150}
        tried = []

        def fails(some):
            tried.append(some)
            return needed <= set(some)

        self.assertEqual(shorten(steps, fails), sorted(needed))
        self.assertLess(len(tried), 120)

    def test_best_so_far_when_there_is_no_more_time(self):
        answers = iter([True, True, False, False])
        left = shorten(list(range(9)), lambda some: 8 in some, lambda: next(answers))
        self.assertIn(8, left)
        self.assertLess(len(left), 9)
