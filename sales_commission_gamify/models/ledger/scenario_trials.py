from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine import periods
from .scenario import MOST_MONTHS
from .simulation import Trials
from .supposition import TARGET, arrays_sql


class SalesCommissionScenario(models.Model):
    """What a scenario supposes: which plans hold, from when, who takes part."""

    _inherit = "sales.commission.scenario"

    def _get_trials(self):
        """Of the past only what is tried is computed: all else is earned already. Of
        months to come everything is."""
        self.ensure_one()
        trial = self._get_trial()
        ended = self._get_ended()
        trials = Trials(
            window=self._get_window(),
            plans=[trial],
            ended=ended,
            start=trial.first,
            targets=self._get_targets_sql(ended),
        )
        if self.volumes == "past":
            return trials
        paying = []
        for one in self._get_paying_trials():
            if one.plan in ended:
                if one.first >= trial.first:
                    continue
                until = trial.first - timedelta(days=1)
                one = one._replace(last=min(one.last or until, until))
            if one.plan != trial.plan:
                paying.append(one)
        return trials._replace(
            plans=[*paying, trial], ended=ended.browse(), **self._get_volume()
        )

    def _get_baseline_trials(self):
        """What pays in months to come as it is."""
        first, _last = self._get_window()
        return Trials(
            window=self._get_window(),
            plans=self._get_paying_trials(),
            ended=self.env["sales.commission.plan"],
            start=first,
            **self._get_volume(),
        )

    def _get_paying_trials(self):
        first, last = self._get_window()
        plans = self.env["sales.commission.plan"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "!=", "draft")
            & Domain("date_from", "<=", last)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", first))
        )
        simulation = self.env["sales.commission.simulation"]
        return [simulation._get_own_trial(plan) for plan in plans]

    def _get_volume(self):
        """How many months before the sales are taken from, and how much of them."""
        if self.volumes == "past":
            return {"back": 0, "factor": Decimal(1)}
        back = MOST_MONTHS
        if self.volumes == "before":
            today = fields.Date.context_today(self)
            _first, last = self._get_window()
            back = (last.year - today.year) * 12 + last.month - today.month + 1
        change = Decimal(str(round(self.volume_change, 4)))
        return {"back": back, "factor": 1 + change / 100}

    def _get_sold_window(self):
        """The months whose sales are supposed."""
        back = self._get_volume()["back"]
        first, last = self._get_window()
        return (
            fields.Date.subtract(first, months=back),
            periods.period_of(
                fields.Date.subtract(last.replace(day=1), months=back), "month"
            ).last,
        )

    def _get_ended(self):
        """All versions of the plan that is replaced."""
        plan = self.replaced_id
        if not plan:
            return plan
        return plan._get_versions().filtered(
            lambda version: version.state != "draft" and version != self.plan_id
        )

    def _get_trial(self):
        """What pays already holds as it says. A draft is tried in all past months, or
        from its own day on if that is before them, as it would be paid if it were
        published so; of months to come, from its own day on if that is among them."""
        plan = self.plan_id
        trial = self.env["sales.commission.simulation"]._get_own_trial(plan)
        if plan.state != "draft":
            return trial
        first, last = self._get_window()
        start = min(plan.date_from, first)
        if self.volumes != "past" and plan.date_from <= last:
            start = plan.date_from
        return trial._replace(
            first=start,
            last=plan.date_to if plan.date_to and plan.date_to >= last else None,
            members=self._get_members(trial.members, start),
        )

    def _get_members(self, members, start):
        """Who takes part in the draft since *start*: on the days before it was to hold,
        as in the plan that it replaces; those who are in no such plan from the start,
        if they were to be in it from its own."""
        plan = self.plan_id
        before = [
            row
            for old in self._get_ended()
            for row in self._get_old_members(old)
            if not members or row["employee_id"] in {m["employee_id"] for m in members}
        ]
        if not members:
            return [
                {**row, "date_from": max(row["date_from"], start)}
                for row in before
                if not row["date_to"] or row["date_to"] >= start
            ]
        if plan.date_from <= start:
            return members
        known = {row["employee_id"] for row in before}
        rows = [
            {**row, "date_from": start}
            if row["employee_id"] not in known and row["date_from"] <= plan.date_from
            else row
            for row in members
        ]
        until = plan.date_from - timedelta(days=1)
        for row in before:
            first = max(row["date_from"], start)
            last = min(row["date_to"] or until, until)
            if first <= last:
                rows.append({**row, "date_from": first, "date_to": last})
        return rows

    def _get_old_members(self, plan):
        """On the days of the plan itself: each version has rows of its own."""
        trial = self.env["sales.commission.simulation"]._get_own_trial(plan)
        for row in trial.members:
            first = max(row["date_from"], plan.date_from)
            last = (
                min(row["date_to"] or plan.date_to, plan.date_to or row["date_to"])
                if row["date_to"] or plan.date_to
                else None
            )
            if not last or first <= last:
                yield {**row, "date_from": first, "date_to": last}

    def _get_targets_sql(self, ended):
        """The targets, and for the draft's months before its own first day those of the
        plans that it replaces, wherever the draft has none."""
        plan = self.plan_id
        twins = [
            (old.id, new.id)
            for old in ended.component_ids
            for new in self._get_twin(old)
        ]
        if plan.state != "draft" or not twins:
            return None
        names = SQL(", ").join(map(SQL.identifier, list(TARGET)[1:]))
        return SQL(
            """
            SELECT component_id, %(names)s FROM sales_commission_quota
             UNION ALL
            SELECT twin.new_id, %(names)s
              FROM sales_commission_quota quota
              JOIN (%(twins)s) AS twin(old_id, new_id)
                ON twin.old_id = quota.component_id
             WHERE quota.date_from < %(start)s
               AND NOT EXISTS (
                   SELECT FROM sales_commission_quota own
                    WHERE own.component_id = twin.new_id
                      AND own.date_from = quota.date_from)
            """,
            names=names,
            twins=arrays_sql({"old_id": "int", "new_id": "int"}, twins),
            start=plan.date_from,
        )

    def _get_twin(self, component):
        """What the component became in the plan that is tried."""
        root = component.root_id or component
        own = self.plan_id.component_ids
        return (
            own.filtered(lambda c: c.root_id == root)[:1]
            or own.filtered(lambda c: c.name == component.name)[:1]
        )
