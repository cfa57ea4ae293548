"""Which quota and target incentive a payee has for a period."""

import re
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ... import engine
from ...engine import periods
from .exact import exact
from .flushing import flush_models

# Pieces of a period are added up before they are rounded.
FINE = Decimal("1E-12")
COUNTED = Decimal("0.01")


class Target(NamedTuple):
    """None where nobody has set any."""

    quota: Decimal | None
    incentive: Decimal | None


class Participation(NamedTuple):
    plan_id: int
    team_id: int
    first: date
    last: date


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _get_targets(self, keys):
        """The targets of many payees and periods at once, in two queries.

        :param keys: ``{(component id, employee id, date_from)}``, of *self*
        :return: ``{key: Target}``
        """
        if not keys:
            return {}
        components = {component.id: component for component in self}
        rows = self._query_quotas(keys)
        participations, starts = self._query_participations(keys)
        targets = {}
        for key in keys:
            component_id, employee_id, first = key
            component = components[component_id]
            plan = component.plan_id
            period = periods.period_of(first, plan.period_kind)
            targets[key] = component._get_target(
                period,
                _pieces(participations[plan.id, employee_id], period),
                rows,
                employee_id,
                starts.get((plan.root_id.id or plan.id, employee_id)),
            )
        return targets

    def _ask_targets(self, query):
        """Hook: the rows of *query*."""
        return self.env.execute_query(query)

    def _query_quotas(self, keys):
        """``{(component, employee or 0, team or 0, date_from): (quota, incentive)}``"""
        flush_models(self.env, "quota")
        rows = self._ask_targets(
            SQL(
                """
                SELECT component_id, COALESCE(employee_id, 0), COALESCE(team_id, 0),
                       date_from, amount, target_incentive
                  FROM sales_commission_quota
                 WHERE component_id = ANY(%s) AND date_from = ANY(%s)
                   AND (employee_id IS NULL OR employee_id = ANY(%s))
                """,
                *(sorted({key[at] for key in keys}) for at in (0, 2, 1)),
            )
        )
        return {
            tuple(key): (Decimal(str(amount or 0)), Decimal(str(incentive or 0)))
            for *key, amount, incentive in rows
        }

    def _query_participations(self, keys):
        """``{(plan, employee): [Participation]}`` in order of days, and the first
        day of each employee in each family of plans."""
        flush_models(self.env, "plan", "assignment")
        rows = self._ask_targets(
            SQL(
                """
                SELECT a.plan_id, COALESCE(p.root_id, p.id), a.employee_id,
                       COALESCE(a.team_id, 0), GREATEST(a.date_from, p.date_from),
                       LEAST(COALESCE(a.date_to, '9999-12-31'),
                             COALESCE(p.date_to, '9999-12-31'))
                  FROM sales_commission_assignment a
                  JOIN sales_commission_plan p ON p.id = a.plan_id
                 WHERE COALESCE(p.root_id, p.id) = ANY(%s) AND a.employee_id = ANY(%s)
                 ORDER BY 5
                """,
                sorted({plan.root_id.id or plan.id for plan in self.plan_id}),
                sorted({key[1] for key in keys}),
            )
        )
        participations, starts = defaultdict(list), {}
        for plan_id, family_id, employee_id, team_id, first, last in rows:
            starts.setdefault((family_id, employee_id), first)
            participations[plan_id, employee_id].append(
                Participation(plan_id, team_id, first, last)
            )
        return participations, starts

    def _get_target(self, period, pieces, rows, employee_id, start):
        """:param pieces: ``[(team, days or None)]`` of the period, None for all"""
        whole = self.quota_proration == "whole" or self.unit == "percent"
        if whole:
            pieces = [(pieces[-1][0], None)]
        quotas, incentives = [], []
        for team_id, days in pieces:
            scopes = [
                rows.get((self.id, *scope, period.first), (Decimal(0), Decimal(0)))
                for scope in ((employee_id, 0), (0, team_id or -1), (0, 0))
            ]
            own = scopes[0][0]
            shared = next((q for q, _t in scopes[1:] if q), exact(self.quota))
            quota = own or self._ramp(shared, period, start)
            incentive = next((t for _q, t in scopes if t), exact(self.target_incentive))
            quotas.append(_prorate(quota, period, days))
            incentives.append(_prorate(incentive, period, days))
        return Target(
            self._round_target(sum(quotas, Decimal(0))),
            engine.round_to(
                sum(incentives, Decimal(0)), exact(self.currency_id.rounding)
            )
            or None,
        )

    def _round_target(self, quota):
        currency = self.unit_currency_id
        rounding = exact(currency.rounding) if currency else COUNTED
        return engine.round_to(quota, rounding) or None

    # --- ramp ---------------------------------------------------------------------

    def _parse_ramp(self):
        """``[(number, is a percentage)]``: 25 %, 50 % or 10000, 20000.

        :raise EngineError: when it cannot be read
        """
        self.ensure_one()
        steps = []
        for text in re.split(r"[;,]\s*|\s+(?=\d)", (self.ramp or "").strip()):
            text = text.strip()
            if not text:
                continue
            try:
                number = Decimal(text.removesuffix("%").strip())
            except InvalidOperation as error:
                raise engine.EngineError("ramp", ramp=self.ramp) from error
            if not number.is_finite() or number <= 0:
                raise engine.EngineError("ramp", ramp=self.ramp)
            steps.append((number, text.endswith("%")))
        return steps

    def _ramp(self, full, period, start):
        """The quota of a new payee's first periods. An own target is what was agreed
        with that payee, so no ramp touches it."""
        if not self.ramp or not start or not full:
            return full
        steps = self._parse_ramp()
        if not steps:
            return full
        ordinal = periods.compute_ordinal(
            self.plan_id.period_kind, min(start, period.last), period.last
        )
        ramp = [
            full * number / 100 if is_percent else number
            for number, is_percent in steps
        ]
        return periods.compute_ramp(ramp, full, ordinal)


def _prorate(amount, period, days):
    return periods.prorate(amount, period, days, FINE) if days and amount else amount


def _pieces(participations, period):
    """``[(team, days of the period)]``. Who no longer takes part, or not yet, has
    the whole period: only what is taken back late asks then."""
    inside = []
    for one in participations:
        first, last = max(one.first, period.first), min(one.last, period.last)
        if first <= last:
            inside.append((one.team_id, periods.Period(first, last)))
    if inside:
        return inside
    before = [one.team_id for one in participations if one.first <= period.last]
    return [(before[-1] if before else 0, None)]
