import os
import time

from odoo.tests import tagged

from .story.stage import StoryCase
from .story.teller import invent, shorten

# What `make test` tells; `make fuzz SEEDS=n FROM=seed STEPS=n` sets others.
SEEDS = int(os.environ.get("STORY_SEEDS") or 3)
FROM = int(os.environ.get("STORY_FROM") or 1)
STEPS = int(os.environ.get("STORY_STEPS") or 200)
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
        print(
            f"seed {seed}: {len(self.said)} of {len(story)} steps happened, "
            f"{self.refused} refused, {took:.0f} s, {len(complaints)} complaints",
            flush=True,
        )
        if complaints:
            self.fail(self._report(seed, story))
        # a story in which nothing happens proves nothing
        self.assertGreater(len(self.said) - self.refused, len(story) / 2)

    def _tell_quickly(self, story):
        return self._tell(story, every=len(story))

    def _report(self, seed, story):
        """The shortest story that fails, in sentences."""
        end = time.monotonic() + PATIENCE
        told = story[: self.told]
        shortest = shorten(told, self._tell_quickly, lambda: time.monotonic() < end)
        complaints = self._tell(shortest)
        return "\n".join(
            [
                f"Seed {seed} of {len(story)} steps; these {len(shortest)} are enough:",
                *self.said,
                *(f"  ! {complaint}" for complaint in complaints[:10]),
                f"Again: make fuzz SEEDS=1 FROM={seed} STEPS={len(story)}",
            ]
        )
