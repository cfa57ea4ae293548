from decimal import Decimal

from odoo import api, models

from .. import engine
from ..models.design.exact import exact
from ..models.design.words import say_percent
from .what_would_i_earn import DEFAULT_END, DOCUMENTS, GOALS

STEPS = ("step", "unit", "fixed", "target")


class SalesCommissionDashboard(models.AbstractModel):
    """What “What would I earn if” shows, in words."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _get_more_input(self, id_, row, as_is, sales, error):
        components = row["components"]
        component = components[0]
        [(_component, _employee, level, _first), *_others] = row["keys"]
        goals = {}
        for key in row["keys"]:
            one = components.browse(key[0])
            for amount, name in self._get_goals(one, key[2], as_is[key][0]).items():
                goals.setdefault(amount, name)
        goals = sorted(goals.items())[:GOALS]
        most = self._get_more_end(component, [amount for amount, _name in goals])
        whole = component.measure_id.value in DOCUMENTS
        is_own = component.credited_to == "salesperson" and not level
        name = component.name if len(components) == 1 else component.measure_id.name
        return {
            "id": id_,
            "name": name,
            "is_team": not is_own,
            "names": ", ".join(components.mapped("name")),
            "counts_for": len(components),
            "symbol": component.currency_id.symbol if component.unit == "money" else "",
            "asks": sorted(self._get_more_asks(components)),
            "obstacle": row["obstacle"],
            "error": error,
            "amount": float(sum(amount for amount, _units in sales)),
            "most": float(most),
            "step": float(max(most / 100, Decimal(1)) if whole else most / 100),
            "goals": [
                {
                    "amount": float(amount),
                    "text": self.env._(
                        "%(goal)s: %(amount)s more",
                        goal=name,
                        amount=self._say_more(component, amount),
                    ),
                }
                for amount, name in goals
            ],
        }

    @api.model
    def _get_more_end(self, component, goals):
        """A round number beyond the goals that lie ahead."""
        if component.unit == "percent":
            return Decimal(100)
        end = max(goals, default=0) * Decimal("1.25")
        end = max(end, DEFAULT_END[component.unit] if not goals else Decimal(1))
        power = Decimal(10) ** (len(str(int(end))) - 1)
        return next(power * n for n in (1, 2, 5, 10) if power * n >= end)

    @api.model
    def _get_more_totals(self, keys, previews):
        """One row for each currency; amounts of two are not added up."""
        components = self.env["sales.commission.component"].sudo()  # sudo: currencies
        totals = {}
        for key in {**keys, **previews}:
            currency = components.browse(key[0]).currency_id
            now, then = self._get_now_and_then(key, keys, previews)
            total = totals.setdefault(currency, [Decimal(0), Decimal(0)])
            total[0] += now
            total[1] += then
        return [
            self._say_now_and_then(currency, *totals[currency])
            for currency in sorted(totals, key=lambda currency: currency.id)
        ]

    @api.model
    def _get_now_and_then(self, key, keys, previews):
        if key in previews:
            return previews[key].before, previews[key].after
        _last, attainment = keys[key]
        now = Decimal(repr(attainment.earned or 0.0))
        return now, now

    @api.model
    def _say_now_and_then(self, currency, now, then):
        more = then - now
        text = currency.format(float(more))
        return {
            "now": float(now),
            "then": float(then),
            "more": float(more),
            "now_text": currency.format(float(now)),
            "then_text": currency.format(float(then)),
            "more_text": f"+{text}" if more > 0 else text,
        }

    @api.model
    def _get_more_cards(self, keys, as_is, previews):
        # sudo: names of the user's own plans, which a portal payee may not read
        components = self.env["sales.commission.component"].sudo()
        every = {**keys, **previews}
        cards = []
        for component in components.browse({key[0] for key in every}).sorted():
            for key in sorted(key for key in every if key[0] == component.id):
                if component.pays == "nothing" and key not in previews:
                    continue
                card = self._get_more_card(component, key, keys, as_is, previews)
                cards.append(card)
        return cards

    @api.model
    def _get_more_card(self, component, key, keys, as_is, previews):
        preview = previews.get(key)
        before, trace = as_is.get(key, (None, engine.Trace([])))
        last = keys[key][0] if key in keys else preview.row["date_to"]
        money = self._get_now_and_then(key, keys, previews)
        after, then_trace = (
            (preview.standing, preview.trace) if preview else (before, trace)
        )
        period = self.env["sales.commission.period"]._get_name(key[3], last)
        problems = dict(self.env["sales.commission.attainment"]._get_problems())
        problem = after["problem"]
        return {
            "key": "-".join(map(str, key)),
            "name": component.name,
            "plan": component.plan_id.name,
            "period": period,
            "is_team": bool(key[2]),
            "pays": component.pays != "nothing",
            **self._say_now_and_then(component.currency_id, *money),
            "attainment": self._say_attainments(before, after),
            "problem": bool(problem) and problems.get(problem, problems["other"]),
            "reached": self._say_reached(
                component, key[2], (before, trace), (after, then_trace)
            )
            if preview
            else [],
            "how": component._say_trace_lines(then_trace) if not problem else [],
        }

    @api.model
    def _say_attainments(self, before, after):
        """False where there is no quota."""
        if after["attainment"] is None:
            return False
        was = before and before["attainment"] or 0
        is_ = after["attainment"]
        facts = {
            "before": say_percent(self.env, was),
            "after": say_percent(self.env, is_),
        }
        return {
            "before": float(was),
            "after": float(is_),
            "text": self.env._("%(after)s of the quota", **facts)
            if was == is_
            else self.env._("From %(before)s to %(after)s of the quota", **facts),
        }

    # --- what is reached ------------------------------------------------------------

    @api.model
    def _say_reached(self, component, level, was, is_):
        """``[{"kind", "text"}]`` of what the payee reaches, or is kept from."""
        (before, trace), (after, then) = was, is_
        said = []
        if (
            after["attainment"] is not None
            and after["attainment"] >= 100
            and (before is None or (before["attainment"] or 0) < 100)
        ):
            text = self.env._("You reach the quota.")
            said.append({"kind": "quota", "text": text})
        said += self._say_step_reached(component, level, was, is_)
        said += self._say_gates_opened(component, trace, then)
        said += self._say_accelerated(component, trace, then)
        said += self._say_limits(component, then)
        return said

    @api.model
    def _say_step_reached(self, component, level, was, is_):
        steps = component.rate_ids.filtered(lambda rate: rate.level == level)
        before, after = (
            self._get_step_at(component, steps, *one) if one[0] else steps.browse()
            for one in (was, is_)
        )
        if not after.bound or after.bound <= before.bound:
            return []
        text = self.env._(
            "You reach the step from %(bound)s: it pays %(pay)s.",
            bound=component._say_bound(after.bound),
            pay=after._say_pay(),
        )
        return [{"kind": "step", "text": text}]

    @api.model
    def _get_step_at(self, component, steps, standing, trace):
        """The highest step that is reached; none where nothing is paid by steps."""
        if component.pays != "rates" or standing["problem"]:
            return steps.browse()
        place = {
            "amount": standing["value"],
            "attainment": standing["attainment"],
        }.get(component.lookup)
        if component.only_above_quota and place is not None:
            place -= standing["quota"] or 0
        if place is None:  # what the trace says of the running total, or of sales
            bounds = [line.facts["bound"] for line in trace if line.kind in STEPS]
            place = max(bounds, default=Decimal(-1))
        elif component.edge == "lower":
            steps = steps.filtered(lambda step: exact(step.bound) != place)
        reached = steps.filtered(lambda step: exact(step.bound) <= place)
        return reached.sorted("bound")[-1:]

    @api.model
    def _say_gates_opened(self, component, trace, then):
        was, is_ = (
            {_get_gate(line): line for line in one if line.kind == "gate"}
            for one in (trace, then)
        )
        said = [
            {
                "kind": "gate",
                "text": self.env._(
                    "The gate at %s opens.",
                    say_percent(self.env, was[gate].facts["threshold"]),
                ),
            }
            for gate in was
            if gate not in is_
        ]
        closed = engine.Trace(is_.values())
        return said + [
            {"kind": "closed", "text": text}
            for text in component._say_trace_lines(closed)
        ]

    @api.model
    def _say_accelerated(self, component, trace, then):
        """Accelerators and multipliers that were not there, or were others."""
        said = []
        had = {_get_factor(line) for line in trace}
        for line in then:
            if line.kind not in ("accelerator", "multiplier"):
                continue
            if _get_factor(line) not in had:
                had.add(_get_factor(line))
                [text] = component._say_trace_lines(engine.Trace([line]))
                text = (
                    self.env._("An accelerator counts: %s", text)
                    if line.kind == "accelerator"
                    else self.env._("A multiplier counts: %s", text)
                )
                said.append({"kind": line.kind, "text": text})
        return said

    @api.model
    def _say_limits(self, component, then):
        money = component._format_money
        caps = [line for line in then if line.kind == "cap"]
        if not caps:
            return []
        cap = caps[-1]
        text = (
            self.env._("At most %s is paid for a sale.", money(cap.facts["cap"]))
            if "document" in cap.facts
            else self.env._(
                "The cap is reached: at most %s is paid for the period.",
                money(cap.facts["cap"]),
            )
        )
        return [{"kind": "cap", "text": text}]


def _get_gate(line):
    return line.facts["closes"], line.facts["component"], line.facts["threshold"]


def _get_factor(line):
    return line.kind, *(line.facts.get(n) for n in ("bound", "measure", "percent"))
