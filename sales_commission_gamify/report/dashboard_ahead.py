from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import periods
from ..models.design.words import say_percent

# Before this part of a period is over, a pace says nothing about the rest.
EARLY = Decimal("0.1")


class SalesCommissionDashboard(models.AbstractModel):
    """What is ahead of a payee: his pace against time, and the next steps."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _add_ahead(self, components, cards):
        """Add to each of *cards* (``{key: card}``):

        - ``pace``: None unless the period is running and something can be said;
          ``passed`` how much of the period is over, in percent; ``days_left`` after
          today; ``status`` “ahead” (also on time) or “behind”, None without a quota;
          ``by_now`` what the time that has passed asks for; ``text`` and
          ``projected_text`` sentences, each False where there is none; ``projected``
          what is counted at the end at this pace, ``projected_pay`` what that earns,
          each None where it cannot be told
        - ``next_steps``: the nearest first, at most three; ``kind`` “step”,
          “accelerator”, “gate” or “quota”; ``at`` where, ``distance`` how far,
          ``progress`` 0 to 100 from the mark before; ``at_once`` the money that
          reaching it adds by itself, ``rate`` what all that follows pays, each None
          where it cannot be told; ``text`` the sentence
        """
        today = fields.Date.context_today(self)
        passed = {
            key: periods.compute_passed(periods.Period(key[3], card["date_to"]), today)
            for key, card in cards.items()
            if key[3] <= today <= card["date_to"]
        }
        earnings = self.env["sales.commission.earning"]
        ahead = earnings._look_ahead(passed)
        by_id = {component.id: component for component in components}
        for key, card in cards.items():
            component, found = by_id[key[0]], ahead.get(key)
            card["pace"] = (
                self._get_pace(component, card, found, passed[key], today)
                if key in passed
                else None
            )
            card["next_steps"] = [
                self._get_next_step(component, mark)
                for mark in (found.marks if found else ())
            ]

    # --- pace -------------------------------------------------------------------

    @api.model
    def _get_pace(self, component, card, found, passed, today):
        """As “My Team” has it: what is reached over the part of the days that has
        passed, today among them. A ratio does not grow with time and has no pace."""
        if component.unit == "percent" and not card["is_score"]:
            return None
        quota = Decimal(str(card["quota"] or 0))
        counted = Decimal(str(card["credited"]))
        is_early = passed < EARLY
        projected = found and not is_early and counted > 0 and found.projected or None
        if not quota and projected is None:
            return None
        by_now = quota * passed
        status = None
        if quota:
            status = "ahead" if counted >= by_now else "behind"
        pay = found.projected_pay if projected is not None and card["pays"] else None
        return {
            "passed": float(round(100 * passed, 1)),
            "days_left": (card["date_to"] - today).days,
            "status": status,
            "by_now": float(by_now),
            "text": bool(quota) and self._say_pace(component, counted, by_now),
            "projected": projected and float(projected),
            "projected_pay": None if pay is None else float(pay),
            "projected_text": projected is not None
            and self._say_projected(component, card["date_to"], projected, pay),
        }

    @api.model
    def _say_pace(self, component, counted, by_now):
        distance = self._round_counted(component, abs(counted - by_now))
        said = component._format_counted(distance)
        if not distance:
            return self.env._("On time: as much as the days that have passed ask for")
        if counted > by_now:
            return self.env._("%s ahead of time", said)
        return self.env._("%s behind time", said)

    @api.model
    def _say_projected(self, component, last, projected, pay):
        facts = {
            "counted": component._format_counted(
                self._round_counted(component, projected)
            ),
            "day": format_date(self.env, last, date_format="d MMMM"),
        }
        if pay is None:
            return self.env._("At this pace %(counted)s by %(day)s", **facts)
        return self.env._(
            "At this pace %(counted)s by %(day)s, which earns %(pay)s",
            pay=component._format_money(pay),
            **facts,
        )

    @api.model
    def _round_counted(self, component, number):
        """Thirds of a month leave endless decimals."""
        return round(number, 2 if component.unit == "money" else 1)

    # --- next steps ---------------------------------------------------------------

    @api.model
    def _get_next_step(self, component, mark):
        return {
            "kind": mark.kind,
            "at": float(mark.at),
            "distance": float(mark.distance),
            "progress": round(100 * mark.progress),
            "at_once": None if mark.at_once is None else float(mark.at_once),
            "rate": None if mark.rate is None else float(mark.rate),
            "is_whole": mark.is_whole,
            "text": self._say_next_step(component, mark),
        }

    @api.model
    def _say_next_step(self, component, mark):
        """“€ 3,200.00 more, and everything after that pays 8 %”"""
        facts = {
            "more": self._say_distance(component, mark),
            "rate": self._say_rate(component, mark),
            "amount": component._format_money(mark.at_once or 0),
        }
        if mark.kind == "gate":
            return self._say_gate(mark, facts)
        if mark.is_whole:
            return self.env._(
                "%(more)s more, and all of it pays %(rate)s: that earns %(amount)s at "
                "once",
                **facts,
            )
        if mark.at_once and mark.rate is not None:
            return self.env._(
                "%(more)s more earns %(amount)s at once, and everything after that "
                "pays %(rate)s",
                **facts,
            )
        if mark.at_once:
            return self.env._("%(more)s more earns %(amount)s at once", **facts)
        if mark.rate is not None:
            return self.env._(
                "%(more)s more, and everything after that pays %(rate)s", **facts
            )
        return self.env._("%(more)s more reaches the quota", **facts)

    @api.model
    def _say_gate(self, mark, facts):
        if mark.at_once and mark.rate is not None:
            return self.env._(
                "%(more)s more opens the gate: that earns %(amount)s at once, and "
                "everything after that pays %(rate)s",
                **facts,
            )
        if mark.at_once:
            return self.env._(
                "%(more)s more opens the gate: that earns %(amount)s at once", **facts
            )
        if mark.rate is not None:
            return self.env._(
                "%(more)s more opens the gate, and everything after that pays %(rate)s",
                **facts,
            )
        return self.env._("%(more)s more opens the gate", **facts)

    @api.model
    def _say_distance(self, component, mark):
        if mark.in_sales:
            if mark.distance == 1:
                return self.env._("1 sale")
            return self.env._("%s sales", int(mark.distance))
        return component._format_counted(mark.distance)

    @api.model
    def _say_rate(self, component, mark):
        """8 % of money; of what is counted one by one, the money for each."""
        if component.unit == "number" and not mark.in_sales:
            return self.env._("%s each", component._format_money(mark.rate or 0))
        return say_percent(self.env, mark.rate or 0)
