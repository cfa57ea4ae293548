from dataclasses import replace
from decimal import Decimal, InvalidOperation

from odoo import api, models

from ... import engine

ZERO = Decimal(0)


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    @api.readonly
    def try_out(self, inputs):
        """What the plan pays for typed-in figures, component by component."""
        self.ensure_one()
        self.check_access("read")
        inputs = {int(key): figures or {} for key, figures in inputs.items()}
        components = self.component_ids.filtered(lambda c: c.id in inputs)
        facts = {c: c._read_figures(inputs[c.id]) for c in components}
        shared = {
            "attainments": {
                str(c.id): engine.compute_attainment(row["amount"], row["quota"])
                for c, row in facts.items()
                if row["quota"]
            },
            "measures": {str(c.id): row["amount"] for c, row in facts.items()},
        }
        rows = [c._try_row(facts[c], shared) for c in components]
        total = self.currency_id.round(sum(row["amount"] for row in rows))
        return {
            "total": total,
            "total_text": self.currency_id.format(total),
            "components": rows,
        }


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _read_figures(self, figures):
        def number(name, default=0):
            try:
                return Decimal(str(figures.get(name) or default or 0))
            except InvalidOperation:
                return ZERO

        sales = tuple(Decimal(str(sale)) for sale in figures.get("sales") or ())
        amount = number("credited", sum(sales, ZERO))
        return {
            "amount": amount,
            "documents": sales or ((amount,) if self.lookup == "document" else ()),
            "quantity": number("quantity", len(sales)),
            "before": number("before"),
            "quota": number("quota", self.quota) or None,
            "target": number("target_incentive", self.target_incentive) or None,
            "level": int(figures.get("level") or 0),
        }

    def _try_row(self, row, shared):
        amount, lines, error = 0.0, [], ""
        facts = engine.PeriodFacts(
            row["amount"],
            quantity=row["quantity"],
            documents=row["documents"],
            before=row["before"],
            **shared,
        )
        try:
            terms = self._get_terms(row["level"])
            terms = terms.with_quota(row["quota"], row["target"])
            priced = engine.price(terms, facts)
        except engine.EngineError as refusal:
            error = self._say_refusal(refusal)
        else:
            amount = float(priced.amount)
            lines = [
                engine.in_words(engine.Trace([line]), money=self._say_trial_money)
                for line in priced.trace
            ]
        return {
            "id": self.id,
            "name": self.name,
            "amount": amount,
            "amount_text": self.currency_id.format(amount),
            "lines": lines,
            "error": error,
        }

    def _say_trial_money(self, amount):
        return self.currency_id.format(float(amount))

    def _get_terms(self, level=0):
        number = lambda value: Decimal(repr(value))  # noqa: E731
        levels = self.rate_ids.mapped("level")
        level = level if level in levels else min(levels, default=level)
        steps = self.rate_ids.filtered(lambda rate: rate.level == level)
        terms = engine.ComponentTerms(
            rates=engine.RateTable(
                steps=tuple(rate._get_step() for rate in steps),
                application=self.application,
                lookup=self.lookup,
                edge=self.edge,
                between=self.between,
            ),
            rounding=number(self.currency_id.rounding),
            floor=self._get_limit("floor"),
            cap_per_document=self._get_limit("cap_per_document"),
            cap_per_period=self._get_limit("cap_per_period"),
        )
        return replace(
            terms,
            only_above_quota=self.only_above_quota,
            gates=tuple(
                engine.Gate(
                    number(gate.threshold),
                    gate.closes,
                    str(gate.source_component_id.id or ""),
                )
                for gate in self.gate_ids
            ),
            accelerators=tuple(
                engine.Accelerator(number(row.bound), number(row.percent))
                for row in self.accelerator_ids
            ),
            multipliers=tuple(
                engine.Multiplier(
                    str(row.source_component_id.id),
                    tuple((number(s.bound), number(s.percent)) for s in row.step_ids),
                    row.edge,
                )
                for row in self.multiplier_ids
            ),
        )
