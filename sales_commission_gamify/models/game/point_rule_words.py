from odoo import models

from ..design.words import say_number


class SalesCommissionPointRule(models.Model):
    """A rule in words, as payees read it."""

    _inherit = "sales.commission.point.rule"

    def _say_worth(self):
        self.ensure_one()
        if self.trigger != "credited":
            return self.env._("%s points", say_number(self.env, self.points))
        return " + ".join(
            [
                text
                for number, text in (
                    (
                        self.points_per_unit,
                        self.env._(
                            "%s per unit", say_number(self.env, self.points_per_unit)
                        ),
                    ),
                    (
                        self.points_per_document,
                        self.env._(
                            "%s for each",
                            say_number(self.env, self.points_per_document),
                        ),
                    ),
                )
                if number
            ]
        )

    def _say(self):
        """Sentences for the plan's text."""
        self.ensure_one()
        say = getattr(self, f"_say_{self.trigger}")
        return say({"name": self.name, "points": say_number(self.env, self.points)})

    def _say_credited(self, facts):
        facts["each"] = say_number(self.env, self.points_per_unit)
        facts["sale"] = say_number(self.env, self.points_per_document)
        sentences = []
        if self.points_per_unit:
            sentences.append(
                self.env._("%(name)s: %(each)s points for each one credited.", **facts)
            )
        if self.points_per_document:
            sentences.append(self.env._("%(name)s: %(sale)s points per sale.", **facts))
        return sentences

    def _say_first(self, facts):
        facts["period"] = self._say_period()
        if self.among == "all":
            return [
                self.env._(
                    "%(name)s: %(points)s points for the first deal of all "
                    "(%(period)s).",
                    **facts,
                )
            ]
        return [
            self.env._(
                "%(name)s: %(points)s points for your first deal (%(period)s).", **facts
            )
        ]

    def _say_biggest(self, facts):
        facts["period"] = self._say_period()
        if self.among == "all":
            return [
                self.env._(
                    "%(name)s: %(points)s points for the biggest deal of all "
                    "(%(period)s), when it is over.",
                    **facts,
                )
            ]
        return [
            self.env._(
                "%(name)s: %(points)s points for your biggest deal (%(period)s), when "
                "it is over.",
                **facts,
            )
        ]

    def _say_attainment(self, facts):
        facts["threshold"] = say_number(self.env, self.threshold)
        return [
            self.env._(
                "%(name)s: %(points)s points at %(threshold)s %% of the quota.", **facts
            )
        ]

    def _say_streak(self, facts):
        facts["length"] = self.streak_length
        if self.streak_unit == "week":
            return [
                self.env._(
                    "%(name)s: %(points)s points for each %(length)s weeks in a row "
                    "with a deal.",
                    **facts,
                )
            ]
        return [
            self.env._(
                "%(name)s: %(points)s points for each %(length)s working days in a row "
                "with a deal.",
                **facts,
            )
        ]

    def _say_period(self):
        if self.period == "ever":
            return self.env._("ever")
        return {
            "day": self.env._("of each day"),
            "week": self.env._("of each week"),
            "month": self.env._("of each month"),
            "quarter": self.env._("of each quarter"),
            "year": self.env._("of each year"),
        }[self.period]
