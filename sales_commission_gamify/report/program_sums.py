from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import periods
from ..models.source.invoice_measure import SALES

TREND_MONTHS = 12
RUN_RATE_MONTHS = 3


class Span(NamedTuple):
    """The months shown, those before them, and the same ones a year before."""

    months: int
    now: periods.Period
    before: periods.Period
    year_before: periods.Period
    year: periods.Period
    trend: periods.Period

    @property
    def start(self):
        return min(
            self.before.first,
            self.year_before.first,
            self.year.first,
            self.trend.first,
        )


class Scope(NamedTuple):
    """Whose figures: of a company, perhaps of one team or one plan only."""

    company: object
    span: Span
    team: object
    plans: object  # all versions of the plan chosen, or no record


def make_span(last_month, months):
    """:param last_month: the last of the *months* shown, a Period"""

    def back(day, months):
        return fields.Date.subtract(day, months=months)

    def end_of(day):
        return periods.period_of(day, "month").last

    first = back(last_month.first, months - 1)
    return Span(
        months=months,
        now=periods.Period(first, last_month.last),
        before=periods.Period(back(first, months), end_of(back(first, 1))),
        year_before=periods.Period(back(first, 12), end_of(back(last_month.first, 12))),
        year=periods.period_of(last_month.last, "year"),
        trend=periods.Period(back(last_month.first, TREND_MONTHS - 1), last_month.last),
    )


class SalesCommissionProgramSums(models.AbstractModel):
    """The sums behind “The Program”: one statement each, whatever the number of payees.

    Earnings and attainments are read from the attainments, which hold the same sums as
    a million credits do. They belong to the month in which their measuring period ends,
    as on the statement that pays them.
    """

    _name = "sales.commission.program.sums"
    _description = "Sums of the Commission Program"

    @api.model
    def _get_people(self, scope):
        """Who takes part in these months, and whether they looked at their figures."""
        self._flush("assignment", "plan", "visit")
        self.env["hr.employee"].flush_model()
        first, last = scope.span.now
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT a.employee_id AS id, payee.name,
                       ARRAY_REMOVE(ARRAY_AGG(DISTINCT a.user_id), NULL) AS user_ids,
                       EXISTS (SELECT FROM sales_commission_visit visit
                                WHERE visit.employee_id = a.employee_id
                                  AND visit.date BETWEEN %(first)s AND %(last)s
                       ) AS looked
                  FROM sales_commission_assignment a
                  JOIN sales_commission_plan plan ON plan.id = a.plan_id
                  JOIN hr_employee payee ON payee.id = a.employee_id
                 WHERE plan.company_id = %(company)s AND plan.state != 'draft'
                   AND GREATEST(a.date_from, plan.date_from) <= %(last)s
                   AND COALESCE(a.date_to, 'infinity') >= %(first)s
                   AND COALESCE(plan.date_to, 'infinity') >= %(first)s
                   AND %(plans)s AND %(team)s
                 GROUP BY a.employee_id, payee.name
                 ORDER BY payee.name, a.employee_id
                """,
                first=first,
                last=last,
                company=scope.company.id,
                plans=self._get_plans_sql(scope, SQL("a.plan_id")),
                team=SQL("a.team_id = %s", scope.team.id)
                if scope.team
                else SQL("TRUE"),
            )
        )

    @api.model
    def _get_earned(self, scope, people):
        """Rows of three kinds: per payee, per component, per month (the other two are
        None)."""
        self._flush("attainment")
        span = scope.span
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT a.employee_id, a.component_id, a.month,
                       SUM(a.earned) AS earned,
                       SUM(a.earned) FILTER (WHERE %(now)s) AS now,
                       SUM(a.earned) FILTER (WHERE %(before)s) AS before
                  FROM (SELECT *, DATE_TRUNC('month', date_to)::date AS month
                          FROM sales_commission_attainment
                         WHERE company_id = %(company)s
                           AND date_to BETWEEN %(start)s AND %(end)s
                           AND %(plans)s AND %(people)s) a
                 GROUP BY GROUPING SETS (
                       (a.employee_id), (a.component_id), (a.month))
                """,
                now=self._within_sql(SQL("a.date_to"), span.now),
                before=self._within_sql(SQL("a.date_to"), span.before),
                company=scope.company.id,
                start=span.start,
                end=span.now.last,
                plans=self._get_plans_sql(scope, SQL("plan_id")),
                people=self._get_people_sql(scope, people),
            )
        )

    @api.model
    def _get_attained(self, scope, people):
        """``{payee: average % of the targets}`` of those who have a target."""
        standing = self.env["sales.commission.standing"]
        counted = standing._get_counted(
            "attainment", *scope.span.now, company=scope.company
        )
        if scope.plans:
            counted = counted._replace(
                components=counted.components.filtered(
                    lambda one: one.plan_id in scope.plans
                )
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT employee_id, ROUND(100 * amount / base, 1)
                  FROM (%s) attained WHERE %s
                """,
                standing._get_scores_sql(counted),
                self._get_people_sql(scope, people),
            )
        )
        return {payee: float(attained) for payee, attained in rows}

    @api.model
    def _get_payouts(self, scope, people):
        """``{month of the pay period: (amount, of it in drafts, statements)}``

        What statements come to by their lines: earned, draws and adjustments. What is
        carried from one statement to the next is not counted twice.
        """
        self._flush("statement", "statement.line")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DATE_TRUNC('month', s.period_date)::date, SUM(line.amount),
                       SUM(line.amount) FILTER (WHERE s.state = 'draft'),
                       COUNT(DISTINCT s.id)
                  FROM sales_commission_statement s
                  JOIN sales_commission_statement_line line ON line.statement_id = s.id
                 WHERE s.company_id = %(company)s
                   AND s.period_date BETWEEN %(start)s AND %(end)s
                   AND %(plans)s AND %(people)s
                 GROUP BY 1
                """,
                company=scope.company.id,
                start=scope.span.start,
                end=scope.span.now.last,
                plans=self._get_plans_sql(scope, SQL("line.plan_id")),
                people=self._get_people_sql(scope, people, SQL("s.employee_id")),
            )
        )
        return {
            month: (float(amount or 0), float(draft or 0), count)
            for month, amount, draft, count in rows
        }

    @api.model
    def _get_points(self, scope, people):
        """``(given in these months, in those before)``; what was spent is not taken
        off."""
        self._flush("point", "point.rule")
        of_plans = SQL("TRUE")
        if scope.plans:
            of_plans = SQL(
                """rule_id IN (
                    SELECT rule.id FROM sales_commission_point_rule rule
                      JOIN sales_commission_component component
                        ON component.id = rule.component_id
                     WHERE component.plan_id = ANY(%s))""",
                scope.plans.ids,
            )
        [(now, before)] = self.env.execute_query(
            SQL(
                """
                SELECT SUM(points) FILTER (WHERE %(now)s), SUM(points)
                  FROM sales_commission_point
                 WHERE company_id = %(company)s
                   AND date BETWEEN %(start)s AND %(end)s
                   AND %(brought)s AND %(plans)s AND %(people)s
                """,
                now=self._within_sql(SQL("date"), scope.span.now),
                company=scope.company.id,
                start=scope.span.before.first,
                end=scope.span.now.last,
                brought=self.env["sales.commission.standing"]._get_brought_sql(),
                plans=of_plans,
                people=self._get_people_sql(scope, people),
            )
        )
        return now or 0, (before or 0) - (now or 0)

    @api.model
    def _get_revenue(self, scope):
        """``{salesperson: (invoiced in these months, in those before)}``, untaxed and
        less credit notes."""
        self.env["account.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT invoice_user_id,
                       COALESCE(SUM(amount_untaxed_signed) FILTER (WHERE %(now)s), 0),
                       SUM(amount_untaxed_signed)
                  FROM account_move
                 WHERE company_id = %(company)s AND state = 'posted'
                   AND move_type IN %(sales)s
                   AND invoice_date BETWEEN %(start)s AND %(end)s
                 GROUP BY 1
                """,
                now=self._within_sql(SQL("invoice_date"), scope.span.now),
                company=scope.company.id,
                sales=SALES,
                start=scope.span.before.first,
                end=scope.span.now.last,
            )
        )
        return {
            user: (float(now), float(both or 0) - float(now))
            for user, now, both in rows
        }

    @api.model
    def _get_accrued(self, scope, people):
        """What is accrued at the end of these months and not on a booked statement."""
        self._flush("accrual")
        [(amount,)] = self.env.execute_query(
            SQL(
                """
                SELECT SUM(amount) FROM sales_commission_accrual
                 WHERE company_id = %s AND date <= %s AND %s AND %s
                """,
                scope.company.id,
                scope.span.now.last,
                self._get_plans_sql(scope, SQL("plan_id")),
                self._get_people_sql(scope, people),
            )
        )
        return float(amount or 0)

    # --- parts of statements ------------------------------------------------------

    @api.model
    def _flush(self, *names):
        for name in names:
            self.env[f"sales.commission.{name}"].flush_model()

    @api.model
    def _within_sql(self, column, period):
        return SQL("%s BETWEEN %s AND %s", column, *period)

    @api.model
    def _get_plans_sql(self, scope, column):
        return (
            SQL("%s = ANY(%s)", column, scope.plans.ids) if scope.plans else SQL("TRUE")
        )

    @api.model
    def _get_people_sql(self, scope, people, column=None):
        """The people of the team chosen; without one also those who have left."""
        if not scope.team:
            return SQL("TRUE")
        return SQL(
            "%s = ANY(%s)",
            column or SQL("employee_id"),
            [person["id"] for person in people],
        )
