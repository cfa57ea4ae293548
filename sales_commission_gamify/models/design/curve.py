from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ... import engine

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
BEYOND = Decimal("1.3")  # the curve goes on for 30 % after the last mark
PARTS = 10  # of a stretch between two bounds that is no straight line
EACH_SALE = Decimal(1000)
# Where nothing in the rules says how far to look.
DEFAULT_END = {"amount": Decimal(10000), "percent": HUNDRED, "number": HUNDRED}


def _number(value):
    return Decimal(repr(value))


class SalesCommissionComponent(models.Model):
    """What a component pays, drawn: the engine prices each point."""

    _inherit = "sales.commission.component"

    @api.readonly
    def get_curve(self, level=0):
        """Pay against what is counted, for a payee who is credited nothing else.

        :return: ``{"x", "y", "x_label", "unit", "marks": [{"x" or "y", "label",
            "kind"}], "note"}``, or ``{"error": sentence}`` while the rules cannot be
            priced. Gates on other components are taken as open and multipliers as
            100 %: what the others reach is not on this axis.
        """
        self.ensure_one()
        self.check_access("read")
        sentence = self._get_curve_obstacle(level)
        if sentence:
            return {"error": sentence}
        try:
            terms = self._get_terms(level)
            quota, target = self._get_curve_quota()
            terms = replace(
                terms.with_quota(quota, target),
                gates=tuple(gate for gate in terms.gates if not gate.component),
                multipliers=(),
                weights=(),  # the axis is the score itself
            )
            return self._draw_curve(terms)
        except engine.EngineError as error:
            return {"error": self._say_curve_refusal(error)}
        except UserError as error:
            return {"error": str(error)}

    def _get_curve_obstacle(self, level):
        """Why there is nothing to draw; empty when there is."""
        if self.pays == "nothing":
            return self.env._("Pays nothing by itself: it is only counted.")
        if self.pays == "formula":
            return self.env._(
                "A formula is not drawn. Type in figures under “Try it” to see what "
                "it pays."
            )
        if not self.rate_ids.filtered(lambda rate: rate.level == level):
            return self.env._("Add a step that starts at 0 to see the curve.")
        return ""

    def _say_curve_refusal(self, error):
        sentences = {
            "no_steps": self.env._("Add a step that starts at 0 to see the curve."),
            "first_bound_not_zero": self.env._(
                "The lowest step must start at 0. Its rate may be 0 %."
            ),
            "quota_missing": self.env._(
                "These rules look at the quota: set one to see the curve."
            ),
            "quota_not_positive": self.env._("The quota must be above 0."),
            "target_incentive_missing": self.env._(
                "Steps pay a part of the target incentive: set it to see the curve."
            ),
        }
        reason = sentences.get(error.code) or self._say_refusal(error)
        return reason[:1].upper() + reason[1:]

    def _get_curve_quota(self):
        """The standing quota and target incentive, else those of the first target."""
        if self.basis == "scorecard":
            return HUNDRED, _number(self.target_incentive) or None
        target = self.quota_ids[:1]
        quota = self.quota or target.amount
        incentive = self.target_incentive or target.target_incentive
        return (
            _number(quota) if quota else None,
            _number(incentive) if incentive else None,
        )

    def _draw_curve(self, terms):
        marks = self._get_curve_marks(terms)
        points = self._price_curve(terms, self._get_curve_positions(terms, marks))
        points, limits = self._cut_at_limits(terms, points)
        return {
            "x": [float(x) for x, _pay, _free in points],
            "y": [float(pay) for _x, pay, _free in points],
            "x_label": self._get_curve_label(),
            "unit": self._get_curve_unit(),
            "marks": marks + limits,
            "note": self._get_curve_note(),
        }

    # --- the axis ---------------------------------------------------------------

    def _get_curve_unit(self):
        """In what the axis counts: money, number or percent."""
        if self.lookup == "attainment":
            return "percent"
        return "number" if self.lookup == "count" else self.unit or "number"

    def _get_curve_label(self):
        labels = {
            "attainment": self.env._("Attainment: % of the quota"),
            "amount": self.env._("Credited in the period"),
            "running": self.env._("Credited since the start of the year"),
            "document": self.env._("One sale"),
            "count": self.env._("Number of sales"),
        }
        if self.lookup == "running" and self.running_kind == "quarter":
            return self.env._("Credited since the start of the quarter")
        return labels[self.lookup]

    def _get_curve_note(self):
        notes = []
        if self.lookup == "count" and self.unit == "money":
            notes.append(
                self.env._(
                    "With sales of %s each.", self.currency_id.format(float(EACH_SALE))
                )
            )
        if self.gate_ids.source_component_id or self.multiplier_ids:
            notes.append(
                self.env._(
                    "Gates on other components are taken as open, multipliers as 100 %."
                )
            )
        return " ".join(notes)

    def _say_position(self, position):
        if self._get_curve_unit() == "percent":
            return f"{self._say_curve_number(position)} %"
        if self._get_curve_unit() == "money":
            return self.currency_id.format(float(position))
        return self._say_curve_number(position)

    def _say_curve_number(self, number):
        number = float(number)
        return formatLang(self.env, number, digits=0 if number == int(number) else 2)

    def _get_curve_facts(self, position, terms):
        if self.lookup == "attainment":
            amount = position * _get_quota(terms) / HUNDRED
        elif self.lookup == "count":
            amount = position * (EACH_SALE if self.unit == "money" else ONE)
        else:
            amount = position
        return engine.PeriodFacts(
            amount,
            quantity=position if self.lookup == "count" else amount,
            documents=(amount,) if self.lookup == "document" else (),
        )

    # --- marks ------------------------------------------------------------------

    def _get_curve_marks(self, terms):
        """Vertical marks: steps, quota, gates and accelerators."""
        per_percent = self._get_position_per_percent(terms)
        marks = [
            {
                "x": float(step.bound),
                "label": self._say_step(step),
                "kind": "step",
            }
            for step in terms.rates.steps
        ]
        if per_percent is None:
            return marks
        marks += self._get_quota_marks(terms, per_percent)
        return marks

    def _get_quota_marks(self, terms, per_percent):
        marks = []
        if self.basis != "scorecard":
            marks.append(
                {
                    "x": float(per_percent * HUNDRED),
                    "label": self.env._(
                        "Quota %s", self._say_counted_amount(terms.quota)
                    ),
                    "kind": "quota",
                }
            )
        for gate in terms.gates:
            percent = self._say_curve_number(gate.threshold)
            label = (
                self.env._("Nothing below %s %%", percent)
                if gate.closes == "pay"
                else self.env._("No accelerator below %s %%", percent)
            )
            marks.append(
                {
                    "x": float(gate.threshold * per_percent),
                    "label": label,
                    "kind": "gate",
                    "closes": gate.closes,
                }
            )
        marks += [
            {
                "x": float(accelerator.bound * per_percent),
                "label": self.env._(
                    "Rates × %s %%", self._say_curve_number(accelerator.percent)
                ),
                "kind": "accelerator",
            }
            for accelerator in terms.accelerators
        ]
        return marks

    def _say_counted_amount(self, amount):
        if self.unit == "money":
            return self.currency_id.format(float(amount))
        return self._say_curve_number(amount)

    def _say_step(self, step):
        value = self._say_curve_number(step.value)
        if step.kind == "percent":
            return f"{value} %"
        if step.kind == "target_percent":
            return self.env._("%s %% of target", value)
        money = self.currency_id.format(float(step.value))
        return money if step.kind == "fixed" else self.env._("%s per unit", money)

    def _get_position_per_percent(self, terms):
        """How far one percent of the quota is on the axis; None where it is not."""
        if self.lookup == "attainment":
            _get_quota(terms)
            return ONE
        if self.lookup != "amount" or not terms.quota:
            return None
        return terms.quota / HUNDRED

    # --- points -----------------------------------------------------------------

    def _get_curve_positions(self, terms, marks):
        """Where to price: each mark, just before and after it, and beyond."""
        kinks = {_number(mark["x"]) for mark in marks}
        last = max(kinks)
        if not last:
            unit = self._get_curve_unit()
            last = DEFAULT_END["amount" if unit == "money" else unit] / BEYOND
        end = self._reach_limits(terms, last * BEYOND)
        near = min(Decimal("0.01"), end / 1000)
        positions = {ZERO, end} | kinks
        for kink in kinks:
            positions |= {kink - near, kink + near}
        if terms.rates.between == "interpolated":
            for low, high in pairwise(sorted(kinks | {end})):
                width = (high - low) / PARTS
                positions |= {low + width * part for part in range(PARTS)}
        return sorted(x for x in positions if 0 <= x <= end)

    def _reach_limits(self, terms, end):
        """*end*, or further so that the floor is left and the cap reached."""
        limit = terms.cap_per_period or terms.cap_per_document or terms.floor
        if not limit:
            return end
        pay = self._price_curve(terms, [end])[0][2]
        return end if pay <= 0 else max(end, min(end * limit / pay * BEYOND, end * 10))

    def _price_curve(self, terms, positions):
        """``(position, pay, pay before floor and cap)`` for each position."""
        points = []
        for position in positions:
            priced = engine.price(terms, self._get_curve_facts(position, terms))
            free = sum(
                (line.amount for line in priced.trace if not _is_limit(line)), ZERO
            )
            points.append((position, priced.amount, free))
        return points

    def _cut_at_limits(self, terms, points):
        """Points with those where the floor ends and the cap begins, and the marks.

        Between two points the pay before floor and cap is a straight line.
        """
        limits = [
            (kind, limit)
            for kind, limit in (
                ("floor", terms.floor),
                ("cap", terms.cap_per_period or terms.cap_per_document),
            )
            if limit
        ]
        crossings = set()
        for (low, _pay, below), (high, _paid, above) in pairwise(points):
            crossings |= {
                low + (limit - below) * (high - low) / (above - below)
                for _kind, limit in limits
                if below < limit < above
            }
        points = sorted([*points, *self._price_curve(terms, sorted(crossings))])
        marks = []
        for kind, limit in limits:
            money = self.currency_id.format(float(limit))
            label = (
                self.env._("At least %s", money)
                if kind == "floor"
                else self.env._("At most %s", money)
            )
            marks.append({"y": float(limit), "label": label, "kind": kind})
            reached = [x for x, _pay, free in points if free >= limit]
            if reached:
                marks[-1]["x"] = float(reached[0])
        return points, marks


def _is_limit(line):
    return line.kind in ("floor", "cap")


def _get_quota(terms):
    """:raise EngineError: when the terms need a quota and have none"""
    engine.compute_attainment(ZERO, terms.quota)
    return terms.quota
