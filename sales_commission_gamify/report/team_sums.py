from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import periods


class SalesCommissionTeamSums(models.AbstractModel):
    """The sums behind “My Team”: one statement each for all people given.

    They read past the record rules; whoever asks has found out first that the people
    are below him.
    """

    _name = "sales.commission.team.sums"
    _description = "Sums of My Team"

    @api.model
    def _get_assignments(self, people, company, month):
        """Who of *people* takes part in what in *month*, in sudo."""
        # sudo: leads may read plans of their people, not all that price them
        ends = Domain("date_to", "=", False) | Domain("date_to", ">=", month.first)
        return (
            self.env["sales.commission.assignment"]
            .sudo()
            .search(
                Domain("employee_id", "in", people.ids)
                & Domain("company_id", "=", company.id)
                & Domain("plan_id.state", "!=", "draft")
                & Domain("date_from", "<=", month.last)
                & ends
                & Domain("plan_id", "any", Domain("date_from", "<=", month.last) & ends)
            )
        )

    @api.model
    def _get_taking_part(self, people, company, month):
        taking_part = self._get_assignments(people, company, month).employee_id
        return people.filtered(lambda person: person in taking_part)

    @api.model
    def _get_earned(self, people, company, month, before):
        """``{payee: (earned in the month, in the one before)}``"""
        self.env["sales.commission.attainment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT employee_id,
                       COALESCE(SUM(earned) FILTER (WHERE date_to >= %(first)s), 0),
                       COALESCE(SUM(earned) FILTER (WHERE date_to < %(first)s), 0)
                  FROM sales_commission_attainment
                 WHERE company_id = %(company)s AND employee_id = ANY(%(people)s)
                   AND date_to BETWEEN %(start)s AND %(last)s
                 GROUP BY 1
                """,
                company=company.id,
                people=people.ids,
                first=month.first,
                last=month.last,
                start=before.first,
            )
        )
        return {payee: (float(now), float(then)) for payee, now, then in rows}

    @api.model
    def _get_attained(self, people, company, month, day):
        """``{payee: (average % of the targets, pace)}``

        The pace is what was reached over what the time that has passed by *day* asks
        for: 1 is on time. Who has a target and sold nothing yet reached 0 %.
        """
        reached = self._get_reached(people, company, month)
        parts = defaultdict(list)
        for (_component, payee, first), (value, quota, last) in reached.items():
            if quota:
                passed = periods.compute_passed(periods.Period(first, last), day)
                parts[payee].append((value / quota, float(passed)))
        return {
            payee: (
                round(100 * sum(ratio for ratio, _share in some) / len(some), 1),
                round(
                    sum(ratio for ratio, _share in some)
                    / sum(share for _ratio, share in some),
                    2,
                )
                if sum(share for _ratio, share in some)
                else False,
            )
            for payee, some in parts.items()
        }

    @api.model
    def _get_reached(self, people, company, month):
        """``{(component, payee, first day): (counted, quota, last day)}`` of the
        periods that touch *month*."""
        reached = {}
        for assignment in self._get_assignments(people, company, month):
            plan = assignment.plan_id
            for first, last in plan._get_periods(*month):
                for component in plan.component_ids:
                    if component.credited_to != "hierarchy":
                        key = (component.id, assignment.employee_id.id, first)
                        reached[key] = (0.0, None, last)
        components = self.env["sales.commission.component"].sudo()
        components = components.browse({key[0] for key in reached})
        self.env["sales.commission.attainment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT component_id, employee_id, date_from, date_to, quota,
                       CASE WHEN unit = 'percent' THEN value ELSE credited END
                  FROM sales_commission_attainment
                 WHERE company_id = %s AND employee_id = ANY(%s) AND level = 0
                   AND date_from <= %s AND date_to >= %s
                   AND component_id = ANY(%s)
                """,
                company.id,
                people.ids,
                month.last,
                month.first,
                components.ids,
            )
        )
        for component_id, payee, first, last, quota, value in rows:
            key = (component_id, payee, first)
            reached[key] = (float(value or 0), float(quota or 0), last)
        missing = {key for key, row in reached.items() if row[1] is None}
        targets = components._get_targets(missing)
        scores = set(components.filtered(lambda one: one.basis == "scorecard").ids)
        for key in missing:
            value, _quota, last = reached[key]
            quota = 100.0 if key[0] in scores else float(targets[key].quota or 0)
            reached[key] = (value, quota, last)
        return reached

    @api.model
    def _get_payable(self, people, company):
        """``{payee: what is on statements that are confirmed and not paid}``"""
        self.env["sales.commission.statement"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT employee_id, SUM(amount_payable)
                  FROM sales_commission_statement
                 WHERE company_id = %s AND employee_id = ANY(%s)
                   AND state IN ('confirmed', 'approved', 'posted')
                 GROUP BY 1
                """,
                company.id,
                people.ids,
            )
        )
        return {payee: float(amount or 0) for payee, amount in rows}

    @api.model
    def _get_points(self, people, company, month):
        self.env["sales.commission.point"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT employee_id, SUM(points)::int FROM sales_commission_point
                     WHERE company_id = %s AND employee_id = ANY(%s)
                       AND date BETWEEN %s AND %s AND %s
                     GROUP BY 1
                    """,
                    company.id,
                    people.ids,
                    *month,
                    self.env["sales.commission.standing"]._get_brought_sql(),
                )
            )
        )

    @api.model
    def _get_last_deals(self, people, company, month):
        """``{payee: (day, document)}`` of the last own sale up to the month's end of
        which something is left."""
        self.env["sales.commission.credit"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id, deal.date, deal.document_name
                  FROM unnest(%(people)s::int[]) AS person(id)
                  JOIN LATERAL (
                    SELECT c.date, c.document_name
                      FROM sales_commission_credit c
                     WHERE c.employee_id = person.id AND c.date <= %(last)s
                       AND c.company_id = %(company)s
                       AND c.level = 0 AND c.amount > 0
                       AND c.document_id = c.origin_id
                       AND NOT EXISTS (SELECT FROM sales_commission_credit undone
                                        WHERE undone.reversal_of_id = c.id)
                     ORDER BY c.date DESC, c.id DESC LIMIT 1) deal ON TRUE
                """,
                people=people.ids,
                last=month.last,
                company=company.id,
            )
        )
        return {payee: (day, name) for payee, day, name in rows}
