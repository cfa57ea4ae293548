from decimal import Decimal
from typing import NamedTuple

from odoo import api, models

from ... import engine
from ...engine.ahead import Mark, find_marks, project
from ..design.flushing import flush_models
from ..design.formula import FormulaError


class Ahead(NamedTuple):
    """``counted`` and ``quota`` as the engine has them, the next ``marks``, and what
    the period comes to at the pace of the part that has passed (None where that cannot
    be told): ``projected`` counted and ``projected_pay``."""

    counted: Decimal
    quota: Decimal | None
    marks: list[Mark]
    projected: Decimal | None
    projected_pay: Decimal | None


class SalesCommissionEarning(models.Model):
    """What lies ahead in periods that are running, by the engine that prices them."""

    _inherit = "sales.commission.earning"

    @api.model
    def _look_ahead(self, passed):
        """As booked so far; nothing is written or locked. The number of queries grows
        with neither keys nor credits.

        :param passed: ``{(component id, employee id, level, date_from): how much of
            the period is over, 0 to 1}``, of payees whom the caller may see
        :return: ``{key: Ahead}`` without those that cannot be priced
        """
        if not passed:
            return {}
        # sudo: names no one but the payees of the keys, payees may not read rates
        components = self.env["sales.commission.component"].sudo()
        components = components.browse(sorted({key[0] for key in passed}))
        flush_models(self.env, "earning", "credit")
        rows = self._get_priceable(set(passed), components)
        facts = self._get_facts(components, rows)
        targets = components._get_targets(
            {
                (row["component_id"], row["employee_id"], row["date_from"])
                for row in rows
            }
        )
        by_id = {component.id: component for component in components}
        found = {}
        for row in rows:
            key = self._get_key(row)
            component, target = by_id[key[0]], targets[key[0], key[1], key[3]]
            try:
                terms = component._get_terms(key[2])
                terms = terms.with_quota(target.quota, target.incentive)
                found[key] = self._get_ahead(component, terms, facts[key], passed[key])
            except (engine.EngineError, FormulaError):
                continue  # the card says what is missing
        return found

    @api.model
    def _get_ahead(self, component, terms, facts, passed):
        is_ratio = component.unit == "percent"
        known = passed and not is_ratio and component.basis != "scorecard"
        priced = project(terms, facts, passed) if known else None
        return Ahead(
            counted=facts.amount,
            quota=terms.quota,
            marks=find_marks(terms, facts, component.unit),
            projected=facts.amount / passed if known else None,
            projected_pay=priced and priced.amount,
        )
