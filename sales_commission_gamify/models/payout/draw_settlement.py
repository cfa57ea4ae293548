"""What the draws of one payee do to one statement, one after the other."""

from collections import defaultdict
from decimal import Decimal

from ...engine.draws import settle_draw

ZERO = Decimal(0)


class Settlement:
    """Running draws look at what their own plan earned. What is owed of draws that
    are no longer paid is then taken from what is left above the running ones, so that
    no draw is paid with the money of another one."""

    def __init__(self, earned, total, owed):
        """
        :param earned: ``{first version of the plan: Decimal}``
        :param total: all that the statement pays without draws, with what is brought
            forward
        :param owed: ``{first version of the draw: Owed}``
        """
        self.pay = defaultdict(Decimal, earned)
        self.free = total
        self.owed = dict(owed)
        self.lines = []

    def settle_running(self, draw, amount, recovering):
        root = draw._get_root()
        plan = draw.plan_id._get_root()
        owed = ZERO
        if draw.recoverable and root in self.owed:
            owed = self.owed.pop(root).amount
        earned = self.pay[plan]
        settled = settle_draw(draw._get_terms(amount), earned, owed, recovering)
        self.pay[plan] = settled.paid
        self.free += settled.paid - earned - amount
        self._add(
            draw,
            draw_amount=amount,
            draw_earned=earned,
            draw_advanced=settled.advanced,
            draw_recovered=settled.recovered,
            draw_opening=owed,
            draw_closing=settled.balance,
        )

    def get_ended(self):
        """What no running draw takes back, in the order of recovery."""
        return sorted(self.owed.values(), key=lambda owed: owed.draw._get_order())

    def settle_ended(self, draw, owed, recovering):
        recovered = min(owed, max(self.free, ZERO)) if recovering else ZERO
        self.free -= recovered
        self._add(
            draw, draw_recovered=recovered, draw_opening=owed,
            draw_closing=owed - recovered,
        )  # fmt: skip

    def _add(self, draw, draw_advanced=ZERO, draw_recovered=ZERO, **figures):
        figures |= {
            "amount": draw_advanced - draw_recovered,
            "draw_advanced": draw_advanced,
            "draw_recovered": draw_recovered,
        }
        self.lines.append(
            {
                "kind": "draw",
                "draw_id": draw.id,
                "plan_id": draw.plan_id.id,
                **{name: float(figure) for name, figure in figures.items()},
            }
        )
