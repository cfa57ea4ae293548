import json
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, json_default

from ..source.what_if import KEY
from .simulation import Trial
from .supposition import Supposition


class SalesCommissionSimulation(models.AbstractModel):
    """What is paid on the commissions of others: they are earned first, as ever."""

    _inherit = "sales.commission.simulation"

    @api.model
    def _price_following(self, following, components, rows, found, trials):
        """What is paid on what was *found*, by the plans that are tried and by those
        that pay anyway; as of ``_price_rows``."""
        paying = following.plan_id - components.plan_id
        plans = [self._get_own_trial(plan) for plan in paying]
        wider = trials._replace(
            plans=[*trials.plans, *plans], back=0, factor=Decimal(1)
        )
        earned = self._get_earnings_sql(found, trials)
        more = self._get_following_rows(following, earned, wider)
        # what they look at in their plans
        beside = paying.component_ids - following
        kept = [*rows, *self._get_kept_rows(beside, wider), *more]
        # 0 of what nobody credits any more
        keys = {row[:4] for row in more}
        return self._price_rows(components | paying.component_ids, kept, wider, keys)

    @api.model
    def _get_following(self, components, trials):
        """Components that count commissions: of the plans that pay, and of those that
        are tried."""
        companies = components.company_id
        paying = self.env["sales.commission.run"]._get_commission_components(companies)
        paying = paying.filtered(lambda c: c.plan_id not in trials.ended)
        runs = self.env["sales.commission.run"]
        return paying | components.filtered(
            lambda c: runs._counts_commissions(c) and c.plan_id not in trials.ended
        )

    @api.model
    def _get_own_trial(self, plan):
        """The plan as it is."""
        rows = plan.assignment_ids
        return Trial(plan, plan.date_from, plan.date_to or None, [
            {
                "company_id": row.company_id.id,
                "employee_id": row.employee_id.id,
                "user_id": row.user_id.id or None,
                "team_id": row.team_id.id or None,
                "date_from": row.date_from,
                "date_to": row.date_to or None,
            }
            for row in rows
        ])  # fmt: skip

    @api.model
    def _get_following_rows(self, following, earned, trials):
        """Sums of what is credited for what is *earned*, a query."""
        supposed = (
            Supposition()
            .with_table("sales_commission_assignment", self._get_members_sql(trials, 0))
            .with_table("sales_commission_plan", self._get_plans_sql(trials))
            .with_table("sales_commission_earning", earned)
        )
        days = {trial.plan: (trial.first, trial.last) for trial in trials.plans}
        credit = self.env["sales.commission.credit"]
        rows = []
        with self._dated(days):
            for measures, counting in credit._get_source_groups(following):
                query = counting._get_target_query()
                if query:
                    rows += self._sum_credits(
                        counting, query, measures, supposed, trials
                    )
        return rows

    @api.model
    def _get_kept_rows(self, components, trials):
        if not components:
            return []
        query = SQL(
            """SELECT c.* FROM sales_commission_credit c
                WHERE c.component_id = ANY(%s) AND c.date_to BETWEEN %s AND %s""",
            components.ids,
            *trials.window,
        )
        asking = self.with_context(**{KEY: None})
        return asking.env.execute_query(self._get_sum_sql(components, query, trials))

    @api.model
    def _get_earnings_sql(self, found, trials):
        """What is earned: in the window what was found instead of what the plans that
        are tried, or end, have earned."""
        components = self.env["sales.commission.component"].browse(
            {key[0] for key in found}
        )
        by_id = {component.id: component for component in components}
        plans = [trial.plan.id for trial in trials.plans] + trials.ended.ids
        rows = []
        for number, (key, one) in enumerate(found.items(), start=1):
            component = by_id[key[0]]
            rows.append(
                {
                    "id": -number,
                    "component_id": key[0],
                    "employee_id": key[1],
                    "level": key[2],
                    "date_from": key[3],
                    "date_to": one.date_to,
                    "company_id": component.company_id.id,
                    "plan_id": component.plan_id.id,
                    "currency_id": component.currency_id.id,
                    "amount": str(one.amount),
                    "total": str(one.amount),
                    "revision": 1,
                }
            )
        return SQL(
            """
            SELECT * FROM sales_commission_earning
             WHERE NOT (plan_id = ANY(%s) AND date_to BETWEEN %s AND %s)
             UNION ALL
            SELECT * FROM jsonb_populate_recordset(
                NULL::sales_commission_earning, %s::jsonb)
            """,
            plans,
            *trials.window,
            json.dumps(rows, default=json_default),
        )
