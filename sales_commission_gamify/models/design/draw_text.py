from odoo import models
from odoo.tools import format_date


class SalesCommissionPlan(models.Model):
    """The draws in the plan's text, and so in what a version changes."""

    _inherit = "sales.commission.plan"

    def _get_document(self, payee=None, lang=None):
        document = super()._get_document(payee, lang)
        lang = lang or self._get_payee_lang(payee) or self.env.lang
        # sudo: draws are part of the promise, whoever reads it
        plan = self.sudo().with_context(lang=lang)
        if plan.draw_ids:
            document["sections"].append(
                {
                    "component": False,
                    "title": plan.env._("Draw"),
                    "rules": [
                        {
                            "rule": f"draw {draw._get_root().id}",
                            "sentences": draw._say_draw(),
                        }
                        for draw in plan.draw_ids
                    ],
                }
            )
        return document


class SalesCommissionDraw(models.Model):
    _inherit = "sales.commission.draw"

    def _say_draw(self):
        """What the draw promises, in sentences."""
        self.ensure_one()
        sentences = [*self._say_kind(), *self._say_months(), self._say_proration()]
        return sentences + (self._say_recovery() if self.recoverable else [])

    def _say_kind(self):
        amount = self._format_money(self.amount)
        if self.mode == "top_up" and self.recoverable:
            return [
                self.env._(
                    "At least %s is paid for each month: when less is earned by this "
                    "plan, the difference is advanced.",
                    amount,
                ),
                self.env._(
                    "What was advanced is owed. It is taken back from what is earned "
                    "above the draw later."
                ),
            ]
        if self.mode == "top_up":
            return [
                self.env._(
                    "At least %s is paid for each month: when less is earned by this "
                    "plan, the difference is added. It is never taken back.",
                    amount,
                )
            ]
        if self.recoverable:
            return [
                self.env._(
                    "%s is advanced for each month, on top of what is earned.", amount
                ),
                self.env._(
                    "What was advanced is owed. It is taken back from what is earned "
                    "by this plan later."
                ),
            ]
        return [
            self.env._(
                "%s is paid for each month, on top of what is earned. It is never "
                "taken back.",
                amount,
            )
        ]

    def _say_months(self):
        first, count = self.month_from, self.month_count
        if not count:
            if first <= 1:
                return []
            return [
                self.env._("It is paid from the %s. month of taking part on.", first)
            ]
        if count == 1:
            return [
                self.env._("It is paid in the %s. month of taking part only.", first)
            ]
        if first <= 1:
            return [
                self.env._("It is paid in the first %s months of taking part.", count)
            ]
        return [
            self.env._(
                "It is paid from the %(first)s. to the %(last)s. month of taking part.",
                first=first,
                last=first + count - 1,
            )
        ]

    def _say_proration(self):
        if self.proration == "whole":
            return self.env._("Who takes part for a part of a month has all of it.")
        return self.env._(
            "Who takes part for a part of a month has that of these days."
        )

    def _say_recovery(self):
        sentences = []
        if self.recovery_from:
            day = format_date(self.env, self.recovery_from)
            sentences.append(self.env._("Nothing is taken back before %s.", day))
        elif self.recovery_after:
            sentences.append(
                self.env._(
                    "In the first %s months of taking part nothing is taken back.",
                    self.recovery_after,
                )
            )
        sentences.append(
            self.env._(
                "Once the draw has ended, what is still owed is taken back from all "
                "that is earned in the company."
            )
        )
        return sentences
