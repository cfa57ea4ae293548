from decimal import Decimal

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ... import engine
from .exact import exact
from .formula import Formula, FormulaError

# What a formula is tried with on save: a good period, and one without any sale.
TYPICAL = {
    "credited": 12_000,
    "quantity": 24,
    "sales": 6,
    "quota": 10_000,
    "attainment": 120,
    "target_incentive": 2_000,
    "before": 30_000,
}
NO_SALES = {**TYPICAL, "credited": 0, "quantity": 0, "sales": 0, "attainment": 0}


class SalesCommissionComponent(models.Model):
    """A component's rules as the engine's value, and what is wrong with them."""

    _inherit = "sales.commission.component"

    _quota_positive = models.Constraint(
        "CHECK (COALESCE(quota, 0) >= 0 AND COALESCE(target_incentive, 0) >= 0)",
        "A quota or target incentive cannot be below 0. Empty it to have none.",
    )

    # --- as the engine's value ----------------------------------------------------

    def _get_terms(self, level=0):
        """The component's rules for *level*. Other components are known there by
        ``_get_source_key``; quota and target incentive differ per payee."""
        self.ensure_one()
        rounding = exact(self.currency_id.rounding)
        weights = self._get_weights()
        if self.pays == "nothing":
            return engine.ComponentTerms(None, rounding, weights=weights)
        by_rates = self.pays == "rates"
        return engine.ComponentTerms(
            rates=self._get_rate_table(level) if by_rates else None,
            rounding=rounding,
            only_above_quota=by_rates and self.only_above_quota,
            gates=tuple(gate._get_gate() for gate in self.gate_ids),
            accelerators=tuple(row._get_accelerator() for row in self.accelerator_ids)
            if by_rates
            else (),
            multipliers=tuple(row._get_multiplier() for row in self.multiplier_ids),
            floor=self._get_limit("floor"),
            cap_per_document=self._get_limit("cap_per_document") if by_rates else None,
            cap_per_period=self._get_limit("cap_per_period"),
            weights=weights,
            formula=None if by_rates else self._get_pricer(),
            formula_text="" if by_rates else Formula(self.formula).text,
        )

    def _get_rate_table(self, level):
        rates = self.rate_ids.filtered(lambda rate: rate.level == level)
        return engine.RateTable(
            steps=tuple(rate._get_step() for rate in rates),
            application=self.application,
            lookup=self.lookup,
            edge=self.edge,
            between=self.between,
        )

    def _get_weights(self):
        if self.basis != "scorecard":
            return ()
        return tuple(
            (row.source_component_id._get_source_key(), exact(row.weight))
            for row in self.weight_ids
        )

    def _get_limit(self, name):
        return exact(self[name]) if self[name] else None

    def _get_levels(self):
        """Levels that the rate table speaks of, from the salesperson upwards."""
        return sorted(set(self.rate_ids.mapped("level"))) or [0]

    def _name_components(self, trace):
        """*trace* with the names of components in place of their keys."""
        if not any(line.facts.keys() & {"component", "measure"} for line in trace):
            return trace
        names = {
            component._get_source_key(): component.name
            for component in self.plan_id.component_ids
        }
        lines = []
        for line in trace:
            facts = dict(line.facts)
            for fact in ("component", "measure"):
                if fact in facts:
                    key = str(facts[fact]).partition(":")[0]
                    facts[fact] = names.get(key, facts[fact])
            lines.append(engine.TraceLine(line.kind, line.amount, facts))
        return engine.Trace(lines)

    # --- formula ------------------------------------------------------------------

    def _get_formula(self):
        """The checked formula, None when the component pays by something else."""
        return Formula(self.formula) if self.pays == "formula" else None

    def _get_formula_names(self):
        """Names that the formula uses; none when it cannot be read."""
        try:
            formula = self._get_formula()
        except FormulaError:
            return set()
        return formula.names if formula else set()

    def _get_pricer(self):
        """The formula as the engine calls it."""
        formula = self._get_formula()
        keys = {
            (function, name): self._get_named(name)._get_source_key()
            for function, name in formula.looks_at
        }

        def compute(terms, facts):
            figures = {
                "credited": facts.amount,
                "quantity": facts.quantity,
                "sales": Decimal(sum((one > 0) - (one < 0) for one in facts.documents)),
                "quota": terms.quota or Decimal(0),
                "attainment": Decimal(0),
                "target_incentive": terms.target_incentive or Decimal(0),
                "before": facts.before,
            }
            if formula.names & {"quota", "attainment"}:
                figures["attainment"] = engine.compute_attainment(
                    facts.amount, terms.quota
                )
            if "target_incentive" in formula.names and not terms.target_incentive:
                raise engine.EngineError("target_incentive_missing")
            others = {call: _look_at(call[0], key, facts) for call, key in keys.items()}
            try:
                return formula.compute(figures, others)
            except FormulaError as error:
                raise engine.EngineError(error.code, what=error.what) from error

        return compute

    def _get_named(self, name):
        """:raise FormulaError: when *name* is not one other component of the plan"""
        named = (self.plan_id.component_ids - self).filtered(lambda c: c.name == name)
        if len(named) != 1:
            raise FormulaError("formula_name" if not named else "formula_names", name)
        return named

    def _try_formula(self):
        """:raise FormulaError: when it does not compute with typical numbers"""
        formula = self._get_formula()
        others = {
            (function, name): Decimal(TYPICAL["attainment"])
            if self._get_named(name)
            else 0
            for function, name in formula.looks_at
        }
        for figures in (TYPICAL, NO_SALES):
            formula.compute(
                {name: Decimal(figure) for name, figure in figures.items()}, others
            )

    # --- what pricing has to look up ----------------------------------------------

    def _asks_sales(self):
        """Whether pricing needs each sale of the period."""
        return (
            self.pays == "rates" and self.lookup in ("document", "count")
        ) or "sales" in self._get_formula_names()

    def _counts_sales(self):
        """Whether it needs them only to know how many there are."""
        return self._asks_sales() and not (
            self.pays == "rates" and self.lookup == "document"
        )

    def _counts_sales_back(self):
        """Whether a sale may be taken back in a later period than its own."""
        return self._counts_sales() and (
            self.refund_period == "own" or self.measure_id.source == "payment"
        )

    def _asks_before(self):
        """Whether pricing needs what was credited earlier in the quarter or year."""
        return (
            self.pays == "rates" and self.lookup == "running"
        ) or "before" in self._get_formula_names()

    def _asks_gross(self):
        """Whether pricing needs the sales without what was taken back."""
        return self.pays != "nothing" and bool(self.floor) and self.unit != "percent"

    def _asks_below(self):
        """Whether pricing needs what the levels below got."""
        return self.pays == "rates" and self.override_kind == "differential"

    def _asks_quota(self):
        """Whether nothing is paid without a quota. A scorecard's goal is 100."""
        if self.basis == "scorecard" or self.pays == "nothing":
            return False
        by_rates = self.pays == "rates" and (
            self.lookup == "attainment"
            or self.only_above_quota
            or bool(self.accelerator_ids)
        )
        own_gate = any(not gate.source_component_id for gate in self.gate_ids)
        named = self._get_formula_names() & {"quota", "attainment"}
        return by_rates or own_gate or bool(named)

    def _asks_target(self):
        """Whether nothing is paid without a target incentive."""
        return "target_incentive" in self._get_formula_names() or (
            self.pays == "rates" and "target_percent" in self.rate_ids.mapped("kind")
        )

    # --- what is refused ----------------------------------------------------------

    @api.onchange("basis")
    def _onchange_basis(self):
        """A score pays on the target incentive: a percentage of it is no money."""
        if self.basis != "scorecard":
            self.measure_id = self.measure_id or self.default_get(["measure_id"]).get(
                "measure_id"
            )
            return
        self.measure_id = False
        self.lookup = "attainment"
        self.application = "retroactive"
        if self.rate_ids.filtered(lambda r: r.kind in ("percent", "per_unit")):
            self.rate_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {"bound": at, "kind": "target_percent", "target_percent": at}
                    )
                    for at in (0.0, 100.0)
                ),
            ]

    @api.constrains(
        "rate_ids",
        "application",
        "lookup",
        "edge",
        "between",
        "floor",
        "cap_per_document",
        "cap_per_period",
        "pays",
        "formula",
        "basis",
        "measure_id",
        "only_above_quota",
        "gate_ids",
        "accelerator_ids",
        "multiplier_ids",
        "weight_ids",
        "ramp",
    )
    def _check_terms(self):
        """The engine is the judge of what can be priced."""
        for component in self:
            component._refuse_unless(component._check_rules)

    def _check_looks(self):
        """Only which other components are looked at: the rest may be half typed."""
        for component in self:
            component._refuse_unless(component._check_sources)

    def _check_rules(self):
        """:raise EngineError, FormulaError: when the rules cannot be priced"""
        self.ensure_one()
        self._check_sources()
        self._check_kinds()
        self._parse_ramp()
        if self.pays == "formula":
            self._try_formula()
        if self.pays != "rates" or self.rate_ids:
            for level in self._get_levels():
                self._get_terms(level)

    def _refuse_unless(self, check):
        """:raise ValidationError: with the sentence for what *check* raises"""
        if self.env.context.get("sales_commission_copying"):
            return  # what looks at others still looks at those of the original
        try:
            check()
        except (engine.EngineError, FormulaError) as error:
            raise ValidationError(
                self.env._(
                    "“%(component)s” in plan “%(plan)s”: %(reason)s",
                    component=self.name,
                    plan=self.plan_id.name,
                    reason=self._say_refusal(error),
                )
            ) from error

    def _check_publishable(self):
        for component in self:
            scorecard = component.basis == "scorecard"
            if (scorecard and not component.weight_ids) or (
                not scorecard and not component.measure_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” counts nothing: choose "
                        "its measure, or the components that its scorecard weighs.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )
        return super()._check_publishable()

    def _check_kinds(self):
        """What the engine cannot know: what the amounts count.

        :raise EngineError: for a percentage of something that is not money
        """
        if self.pays != "rates" or self.basis == "scorecard":
            return
        kinds = set(self.rate_ids.mapped("kind"))
        if self.unit == "number" and "percent" in kinds:
            raise engine.EngineError("percent_of_count")
        if self.unit == "percent":
            if kinds & {"percent", "per_unit"}:
                raise engine.EngineError("percent_of_ratio")
            if self.lookup not in ("amount", "attainment"):
                raise engine.EngineError("ratio_lookup")

    def _say_refusal(self, error):
        """What is wrong with the rules, and the way out."""
        sentences = {
            **self._get_table_refusals(),
            **self._get_modifier_refusals(),
            **self._get_source_refusals(),
            **self._get_formula_refusals(getattr(error, "what", "")),
        }
        return sentences.get(error.code, str(error))

    def _get_table_refusals(self):
        return {
            "no_steps": self.env._(
                "a level or multiplier has no step. Add one that starts at 0."
            ),
            "first_bound_not_zero": self.env._(
                "nothing is said about what is below the lowest step. Add a step that "
                "starts at 0 (its rate may be 0 %)."
            ),
            "bound_twice": self.env._(
                "two steps start at the same place. Keep one of them."
            ),
            "bound_negative": self.env._("a step cannot start below 0."),
            "not_a_number": self.env._("a figure is not a number. Type it again."),
            "interpolated_kinds": self.env._(
                "a straight line cannot join a percentage and a fixed amount. Use "
                "one kind of step."
            ),
            "interpolated_marginal_rate": self.env._(
                "percentages that move in a straight line are paid on the whole "
                "amount. Let a step pay on the whole, or use the step's rate."
            ),
            "per_unit_lookup": self.env._(
                "an amount per unit cannot be paid when the steps are reached by the "
                "running total or by each sale alone. Let them be reached by the "
                "credited amount of the period."
            ),
            "percent_of_count": self.env._(
                "it counts things, and a percentage of a number of things is no "
                "money. Pay an amount per unit or a fixed amount."
            ),
            "percent_of_ratio": self.env._(
                "it counts in percent, and a share of a percentage is no money. Pay a "
                "fixed amount or a percentage of the target incentive."
            ),
            "ratio_lookup": self.env._(
                "a percentage is known for the whole period only. Let the steps be "
                "reached by the credited amount of the period or by attainment."
            ),
        }

    def _get_modifier_refusals(self):
        return {
            "limit_negative": self.env._(
                "a floor or cap cannot be negative. Empty it to have none."
            ),
            "floor_above_cap": self.env._(
                "the floor is above the cap. Lower the floor or raise the cap."
            ),
            "cap_per_document_lookup": self.env._(
                "a cap per sale needs steps that are reached by each sale alone. "
                "Change what a step is reached by, or cap the period."
            ),
            "quota_missing": self.env._("no quota is set. Set a target first."),
            "quota_not_positive": self.env._(
                "a quota of zero cannot be a divisor. Set a quota above 0."
            ),
            "target_incentive_missing": self.env._(
                "no target incentive is set to pay a percentage of. Set one."
            ),
            "only_above_quota_lookup": self.env._(
                "only what is above the quota can be paid when the steps are reached "
                "by the credited amount of the period. Change what a step is reached "
                "by, or pay from the first sale."
            ),
            "only_above_quota_per_unit": self.env._(
                "which units are above a quota in money is not known. Pay a "
                "percentage, or pay from the first sale."
            ),
            "accelerator_lookup": self.env._(
                "accelerators need steps that are reached by the credited amount of "
                "the period or by attainment, and pay from the first sale. Change "
                "that, or remove the accelerators."
            ),
            "accelerator_kinds": self.env._(
                "accelerators speed up percentages only. Let all steps pay a "
                "percentage of the amount, or remove the accelerators."
            ),
            "gate_closes_nothing": self.env._(
                "a gate closes the accelerators, but there are none. Add an "
                "accelerator, or let the gate close the whole pay."
            ),
            "ramp": self.env._(
                "the ramp of new payees cannot be read. Type percentages or numbers "
                "above 0 one after the other, for example 25 %, 50 %, 75 %."
            ),
        }

    def _get_source_refusals(self):
        return {
            "attainment_missing": self.env._(
                "the attainment of another component is not known. Set its target."
            ),
            "measure_missing": self.env._(
                "what a multiplier looks up is not known. Set its target."
            ),
            "weights_not_whole": self.env._(
                "the weights of the scorecard do not add up to 100 %. Correct them."
            ),
            "weight_negative": self.env._(
                "a weight of the scorecard is below 0. Weigh with 0 or more."
            ),
            "scorecard_kinds": self.env._(
                "a score is neither money nor units. Pay fixed amounts or a "
                "percentage of the target incentive."
            ),
            "scorecard_lookup": self.env._(
                "a score is known for the whole period only. Let the steps be reached "
                "by attainment."
            ),
            "scorecard_empty": self.env._(
                "a scorecard needs other components to weigh. Add them with weights "
                "that add up to 100 %."
            ),
            "source_itself": self.env._(
                "it cannot look at itself. Choose another component; a gate without "
                "one looks at its own attainment."
            ),
            "source_plan": self.env._(
                "it can only look at components of its own plan. Choose one of those."
            ),
            "source_cycle": self.env._(
                "it weighs a scorecard that weighs it in turn, so neither has a "
                "score. Remove one of the two."
            ),
        }

    def _get_formula_refusals(self, what):
        return {
            "formula_empty": self.env._("its formula is empty. Type one."),
            "formula_syntax": self.env._(
                "its formula cannot be read. It is one expression of numbers and "
                "names, for example max(0, credited - quota) * 0.1."
            ),
            "formula_unknown": self.env._(
                "its formula does not know “%(name)s”. Use credited, quantity, sales, "
                "quota, attainment, target_incentive, before, credited_of(…), "
                "attainment_of(…), min, max, abs and round.",
                name=what,
            ),
            "formula_component": self.env._(
                "%(name)s(…) in its formula needs the name of one component in "
                "quotation marks.",
                name=what,
            ),
            "formula_name": self.env._(
                "its formula looks at “%(name)s”, but the plan has no other "
                "component of that name.",
                name=what,
            ),
            "formula_names": self.env._(
                "its formula looks at “%(name)s”, but several components have that "
                "name. Give each a name of its own.",
                name=what,
            ),
            "formula_failed": self.env._(
                "its formula fails on typical numbers or on a period without sales: "
                "%(error)s. Write it so that it always gives a number.",
                error=self.env._("division by zero")
                if what == "division by zero"
                else what,
            ),
            "formula_no_number": self.env._(
                "its formula gives %(result)s, which is not a number.", result=what
            ),
        }


def _look_at(function, key, facts):
    """What ``credited_of`` or ``attainment_of`` a component is."""
    found = (
        facts.attainments.get(key)
        if function == "attainment_of"
        else facts.measures.get(f"{key}:value")
    )
    if found is None:
        raise engine.EngineError("attainment_missing", component=key)
    return found
