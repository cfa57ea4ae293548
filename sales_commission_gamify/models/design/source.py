"""Components that look at others: gates, multipliers, scorecards, formulas."""

from odoo import models

from ... import engine
from .formula import LOOKS_AT, FormulaError

LINKS = ("gate_ids", "multiplier_ids", "weight_ids")


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _get_source_key(self):
        """By which the engine knows this component."""
        return str(self.id)

    def _get_sources(self):
        """``{(component, what is looked at)}``: its attainment or its value."""
        self.ensure_one()
        sources = {
            (gate.source_component_id, "attainment")
            for gate in self.gate_ids
            if gate.source_component_id
        }
        sources |= {(row.source_component_id, row.by) for row in self.multiplier_ids}
        if self.basis == "scorecard":
            sources |= {
                (row.source_component_id, "attainment") for row in self.weight_ids
            }
        try:
            formula = self._get_formula()
        except FormulaError:
            return sources
        if formula:
            components = self.plan_id.component_ids - self
            sources |= {
                (component, LOOKS_AT[function])
                for function, name in formula.looks_at
                for component in components.filtered(lambda c, n=name: c.name == n)
            }
        return sources

    def _get_source_components(self):
        """All that *self* look at, through scorecards too."""
        found = self.browse()
        new = self
        while new:
            sources = self.browse().union(
                *(source for one in new for source, _what in one._get_sources())
            )
            found |= sources
            # a scorecard's attainment is made of those that it weighs
            new = sources.filtered(lambda c: c.basis == "scorecard") - new
        return found

    def _get_dependents(self):
        """Components of the same plans that look at *self*, through scorecards too."""
        found = self.browse()
        looking = self
        everyone = self.plan_id.component_ids
        while looking:
            direct = everyone.filtered(
                lambda c, seen=looking: any(s in seen for s, _w in c._get_sources())
            )
            looking = (direct - found).filtered(lambda c: c.basis == "scorecard")
            found |= direct
        return found

    def _is_divided(self):
        """Whether something divides by this component's quota."""
        return self._asks_quota() or any(
            (self, "attainment") in other._get_sources()
            for other in self.plan_id.component_ids - self
        )

    def _check_sources(self):
        """:raise EngineError: when *self* look at themselves or out of the plan"""
        self.ensure_one()
        for source, _what in self._get_sources():
            if source == self:
                raise engine.EngineError("source_itself")
            if source.plan_id != self.plan_id:
                raise engine.EngineError("source_plan")
        # Gates and multipliers look at what is credited, which depends on no pay: two
        # components may well open each other. Only scores are made of scores.
        seen, new = self.browse(), self
        while new:
            new = new.filtered(lambda c: c.basis == "scorecard")
            new = new.weight_ids.source_component_id
            if self in new:
                raise engine.EngineError("source_cycle")
            new -= seen
            seen |= new


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def copy(self, default=None):
        """The copy's gates, multipliers and weights look at the copy's components."""
        copies = super(
            SalesCommissionPlan, self.with_context(sales_commission_copying=True)
        ).copy(default)
        for plan, copied in zip(self, copies, strict=True):
            copied._point_to_own_components(plan)
        return copies.with_context(sales_commission_copying=False)

    def _get_counterparts(self, copied):
        """``{component: its copy in the plan copied}``; none when the components were
        given, not copied. Copies are made in the order of the ids."""
        own, others = self.component_ids, copied.component_ids
        if len(own) != len(others):
            return {}
        return dict(zip(own.sorted("id"), others.sorted("id"), strict=True))

    def _point_to_own_components(self, original):
        counterparts = original._get_counterparts(self)
        for name in LINKS:
            for row in self.component_ids[name]:
                source = row.source_component_id
                if source in counterparts:
                    row.source_component_id = counterparts[source]
        self.component_ids.with_context(sales_commission_copying=False)._check_terms()
