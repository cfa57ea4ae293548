from decimal import Decimal, InvalidOperation

from odoo import api, models
from odoo.exceptions import UserError

from ... import engine
from .formula import LARGEST

NUMBERS = ("credited", "quantity", "before", "quota", "target_incentive")
HUNDRED = Decimal(100)


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    @api.readonly
    def try_out(self, inputs):
        """What the plan, a draft too, pays for figures that somebody typed in.

        :param inputs: ``{component id: {"credited", "quantity", "sales", "before",
            "quota", "target_incentive", "level"}}``, each figure a number or text;
            ``sales`` as “200; 300; 1500” or a list
        :return: ``{"total", "total_text", "components": [{"id", "name", "amount",
            "amount_text", "lines": [sentence], "error"}]}``. What cannot be priced
            has a sentence as its ``error`` and an amount of 0.
        """
        self.ensure_one()
        self.check_access("read")
        rows = []
        for component, priced, error in self._price_inputs(inputs):
            amount = float(priced.amount) if priced else 0.0
            rows.append(
                {
                    "id": component.id,
                    "name": component.name,
                    "amount": amount,
                    "amount_text": component.currency_id.format(amount),
                    "lines": component._say_trace_lines(priced.trace) if priced else [],
                    "error": error,
                }
            )
        total = self.currency_id.round(sum(row["amount"] for row in rows))
        return {
            "total": total,
            "total_text": self.currency_id.format(total),
            "components": rows,
        }

    def _price_inputs(self, inputs):
        """Price the components that *inputs* name, as ``try_out`` gets them.

        :return: list of ``(component, engine.Priced or None, error sentence)``
        """
        self.ensure_one()
        inputs = {int(key): figures or {} for key, figures in (inputs or {}).items()}
        components = self.component_ids.filtered(lambda c: c.id in inputs)
        parsed, errors = {}, {}
        for component in self.component_ids:
            try:
                parsed[component] = component._parse_inputs(
                    inputs.get(component.id, {})
                )
            except UserError as error:
                errors[component] = str(error)
        shared = self._get_shared_facts(parsed)
        result = []
        for component in components:
            priced, error = None, errors.get(component, "")
            if not error:
                priced, error = component._try_price(parsed[component], shared)
            result.append((component, priced, error))
        return result

    def _get_shared_facts(self, parsed):
        """What gates, multipliers and scorecards look up in other components, as
        ``(attainments by component id, measures by id and what is looked at)``."""
        attainments, measures = {}, {}
        scorecards = self.component_ids.filtered(lambda c: c.basis == "scorecard")
        for component, figures in parsed.items():
            if component not in scorecards:
                quota, credited = figures["quota"], figures["credited"]
                measures[component] = credited
                if quota and quota > 0:
                    attainments[component] = engine.compute_attainment(credited, quota)
        for _round in scorecards:  # a scorecard may weigh another one
            for card in scorecards:
                weights = [
                    (row.source_component_id, Decimal(repr(row.weight)))
                    for row in card.weight_ids
                ]
                if all(source in attainments for source, _weight in weights):
                    attainments[card] = measures[card] = sum(
                        attainments[source] * weight / HUNDRED
                        for source, weight in weights
                    )
        by_key = {str(component.id): value for component, value in attainments.items()}
        return by_key, {
            **{f"{key}:attainment": value for key, value in by_key.items()},
            **{f"{component.id}:value": value for component, value in measures.items()},
        }


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _parse_inputs(self, figures):
        """The typed-in *figures* as exact numbers, completed by what follows from
        them and by the component's standing quota.

        :raise UserError: for something that is no number
        """
        values = {
            name: self._parse_number(figures[name])
            for name in NUMBERS
            if figures.get(name) not in (None, False, "")
        }
        sales = self._parse_sales(figures.get("sales"))
        if "credited" not in values:
            values["credited"] = sum(sales, Decimal(0))
        if not sales and values["credited"] and self.lookup == "document":
            sales = [values["credited"]]
        if "quantity" not in values:
            values["quantity"] = Decimal(
                sum(1 for sale in sales if sale > 0)
                - sum(1 for sale in sales if sale < 0)
            )
        values.setdefault("before", Decimal(0))
        for name in ("quota", "target_incentive"):
            values.setdefault(name, Decimal(repr(self[name])) if self[name] else None)
        if self.basis == "scorecard":
            values["quota"] = HUNDRED
        values["sales"] = tuple(sales)
        values["level"] = int(figures.get("level") or 0)
        return values

    def _parse_number(self, value):
        try:
            number = Decimal(str(value).replace(" ", "").replace("\u00a0", ""))
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number.copy_abs() >= LARGEST:
            raise UserError(
                self.env._(
                    "“%(value)s” is not a number for “%(component)s”. Write digits "
                    "and a decimal point, for example 1500.50.",
                    value=value,
                    component=self.name,
                )
            )
        return number

    def _parse_sales(self, sales):
        if isinstance(sales, str):
            sales = sales.split(";")
        return [
            self._parse_number(sale.strip() if isinstance(sale, str) else sale)
            for sale in sales or ()
            if not isinstance(sale, str) or sale.strip()
        ]

    def _try_price(self, figures, shared):
        """``(engine.Priced or None, what is wrong as a sentence)``"""
        attainments, measures = shared
        facts = {
            "amount": figures["credited"],
            "quantity": figures["quantity"],
            "documents": figures["sales"],
            "before": figures["before"],
            "attainments": attainments,
            "measures": measures,
        }
        try:
            terms = self._get_terms(figures["level"]).with_quota(
                figures["quota"] or None, figures["target_incentive"]
            )
            return engine.price(terms, engine.PeriodFacts(**facts)), ""
        except ValueError as error:  # the engine's, or that of a formula
            return None, self._say_input_error(error)

    def _say_input_error(self, error):
        """Why the typed-in figures cannot be priced, and what to type."""
        name = self.name
        values = getattr(error, "values", {})
        key = values.get("component") or values.get("measure") or ""
        other = self.plan_id.component_ids.filtered(
            lambda c: str(c.id) == str(key).partition(":")[0]
        ).name
        sentences = {
            "quota_missing": self.env._("“%s” needs a quota: type one in.", name),
            "quota_not_positive": self.env._(
                "The quota of “%s” must be above 0.", name
            ),
            "no_steps": self.env._(
                "“%s” has no rate for the salesperson or the level that you chose: "
                "choose another level.",
                name,
            ),
            "target_incentive_missing": self.env._(
                "“%s” needs a target incentive: type one in.", name
            ),
            "attainment_missing": self.env._(
                "“%(component)s” looks at the attainment of “%(other)s”: type in "
                "what is credited there, and its quota.",
                component=name,
                other=other or key,
            ),
            "measure_missing": self.env._(
                "“%(component)s” looks at what “%(other)s” counts: type it in.",
                component=name,
                other=other or key,
            ),
            "documents_not_whole": self.env._(
                "The sales of “%(component)s” add up to %(sales)s, not to the "
                "%(credited)s that are credited. Correct one of them.",
                component=name,
                sales=self._format_counted(values.get("documents", 0)),
                credited=self._format_counted(values.get("amount", 0)),
            ),
        }
        code = getattr(error, "code", "")
        if code in sentences:
            return sentences[code]
        return self.env._(
            "“%(component)s”: %(reason)s",
            component=name,
            reason=self._say_refusal(error),
        )
