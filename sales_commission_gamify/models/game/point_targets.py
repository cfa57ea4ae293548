from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...engine.streaks import find_streaks
from ..ledger.rows import rows_sql

LENGTHS = {
    "day": "1 day",
    "week": "7 days",
    "month": "1 month",
    "quarter": "3 months",
    "year": "1 year",
}
# A week may begin in the year before.
RUN_UP = timedelta(days=7)


class SalesCommissionPointRule(models.Model):
    """What rules should have given, as the credits and records are now. Each trigger
    answers with queries that have the columns ``point_following.TARGET``."""

    _inherit = "sales.commission.point.rule"

    # --- what is counted ------------------------------------------------------------

    def _get_event_parts(self, since):
        """Queries for what *self* counts, a row for each rule, payee, sale and day. One
        for all rules of components, and one for each rule that stands alone."""
        parts = []
        if self.component_id:
            parts.append(self._get_credited_sql(since))
        for rule in self.filtered(lambda rule: not rule.component_id):
            part = rule._get_measured_sql(max(since, rule._get_first_day()))
            if part:
                parts.append(part)
        return parts

    def _get_first_day(self):
        """From when on events are read: those before decide what was the first ever."""
        if self.trigger == "first" and self.period != "day":
            day = self.date_from
            return {
                "week": day - timedelta(days=day.weekday()),
                "month": day.replace(day=1),
                "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
                "year": day.replace(month=1, day=1),
                "ever": fields.Date.to_date("1970-01-01"),
            }[self.period]
        return self.date_from

    def _get_credited_sql(self, since):
        return SQL(
            """
            SELECT rule.id AS rule_id, rule.company_id, c.employee_id,
                   c.document_model, c.origin_id, c.date, SUM(c.amount) AS amount,
                   COALESCE(MAX(c.document_name) FILTER (
                       WHERE c.document_id = c.origin_id),
                       MAX(c.document_name), '') AS document_name
              FROM sales_commission_point_rule rule
              JOIN sales_commission_credit c ON c.component_id = rule.component_id
             WHERE rule.id = ANY(%s) AND c.level = 0 AND c.date >= %s
             GROUP BY rule.id, c.employee_id, c.document_model, c.origin_id, c.date
            """,
            self.ids,
            since,
        )

    def _get_deal_sql(self, parts):
        """Sales of which something is left, each on its first day."""
        return SQL(
            """
            SELECT rule_id, company_id, employee_id, document_model, origin_id,
                   MIN(date) AS day, SUM(amount) AS amount,
                   MAX(document_name) AS document_name
              FROM (%s) event
             GROUP BY rule_id, company_id, employee_id, document_model, origin_id
            HAVING SUM(amount) > 0
            """,
            SQL(" UNION ALL ").join(parts),
        )

    # --- what it brings ---------------------------------------------------------------

    def _get_targets_credited(self):
        for part in self._get_event_parts(self._get_since()):
            yield SQL(
                """
                SELECT event.*, event.date AS day, event.date AS slot,
                       (TRUNC(rule.points_per_unit::numeric * event.amount)
                        + CASE WHEN event.amount > 0
                               THEN rule.points_per_document ELSE 0 END)::int AS points,
                       rule.name || ' ' || event.document_name AS reason
                  FROM (%s) event
                  JOIN sales_commission_point_rule rule ON rule.id = event.rule_id
                """,
                part,
            )

    def _get_targets_first(self):
        for rules in self.grouped(lambda rule: rule.period == "ever").values():
            since = self._get_since() - RUN_UP
            if rules[0].period == "ever":
                since = fields.Date.to_date("1970-01-01")
            yield from rules._get_targets_ranked(
                since, SQL("deal.day, deal.origin_id"), SQL("TRUE")
            )

    def _get_targets_biggest(self):
        """When its period is over, so that it does not go from hand to hand."""
        length = SQL("CASE rule.period")
        for period, interval in LENGTHS.items():
            length = SQL("%s WHEN %s THEN %s::interval", length, period, interval)
        yield from self._get_targets_ranked(
            self._get_since() - RUN_UP,
            SQL("deal.amount DESC, deal.day, deal.origin_id"),
            SQL(
                "date_trunc(rule.period, deal.day::timestamp) + %s END <= %s::date",
                length,
                fields.Date.context_today(self),
            ),
        )

    def _get_targets_ranked(self, since, order, condition):
        """Who share a deal share its place."""
        parts = self._get_event_parts(since)
        if parts:
            yield SQL(
                """
                SELECT *, day AS slot FROM (
                    SELECT deal.*, rule.points,
                           CASE WHEN rule.component_id IS NULL THEN rule.date_from
                           END AS first_day,
                           rule.name || ' ' || deal.document_name AS reason,
                           RANK() OVER (
                               PARTITION BY rule.id,
                                   CASE rule.among WHEN 'payee' THEN deal.employee_id
                                   END,
                                   CASE rule.period WHEN 'ever' THEN NULL ELSE
                                   date_trunc(rule.period, deal.day::timestamp) END
                               ORDER BY %(order)s) AS place
                      FROM (%(deal)s) deal
                      JOIN sales_commission_point_rule rule ON rule.id = deal.rule_id
                     WHERE %(condition)s) ranked
                 WHERE place = 1 AND (first_day IS NULL OR day >= first_day)
                """,
                order=order,
                deal=self._get_deal_sql(parts),
                condition=condition,
            )

    def _get_targets_attainment(self):
        """On the day on which it is noticed, in the period of the quota."""
        alone = self.filtered(lambda rule: not rule.component_id)
        takers = [
            {"employee_id": employee_id, "id": rule.id}
            for rule in alone
            for employee_id in rule._get_audience().ids
        ]
        today = fields.Date.context_today(self)
        yield SQL(
            """
            SELECT rule.id AS rule_id, a.company_id, a.employee_id,
                   'sales.commission.component' AS document_model,
                   a.component_id AS origin_id,
                   GREATEST(a.date_from, LEAST(a.date_to, %(today)s::date)) AS day,
                   a.date_from AS slot, rule.points,
                   rule.name || ' · ' || component.name AS reason
              FROM sales_commission_point_rule rule
              JOIN sales_commission_attainment a ON a.company_id = rule.company_id
               AND a.component_id = COALESCE(rule.component_id, a.component_id)
              JOIN sales_commission_component component ON component.id = a.component_id
             WHERE rule.id = ANY(%(rules)s) AND a.level = 0
               AND a.attainment >= rule.threshold AND a.date_to >= %(since)s
               AND (rule.component_id IS NOT NULL OR (
                    a.date_to BETWEEN rule.date_from
                                  AND COALESCE(rule.date_to, 'infinity')
                    AND ((rule.id, a.employee_id) IN (
                            SELECT id, employee_id FROM (%(takers)s) taker)
                         OR EXISTS (
                            SELECT 1 FROM sales_commission_point held
                             WHERE held.rule_id = rule.id
                               AND held.employee_id = a.employee_id
                               AND held.origin_id = a.component_id
                               AND held.date BETWEEN a.date_from AND a.date_to))))
            """,
            today=today,
            since=self._get_since(),
            rules=self.ids,
            takers=SQL(
                "SELECT id, employee_id FROM %s",
                rows_sql(self.env["sales.commission.point"], takers, "fact"),
            )
            if takers
            else SQL("SELECT 0 AS id, 0 AS employee_id"),
        )

    def _get_targets_streak(self):
        """Days on which a streak was complete."""
        parts = self._get_event_parts(fields.Date.to_date("1970-01-01"))
        if not parts:
            return
        done = defaultdict(set)
        for rule_id, employee_id, day in self.env.execute_query(
            SQL(
                "SELECT DISTINCT rule_id, employee_id, day FROM (%s) deal",
                self._get_deal_sql(parts),
            )
        ):
            done[rule_id, employee_id].add(day)
        payees = self.env["hr.employee"].sudo()  # sudo: a scheduled job, or an officer
        payees = payees.browse({employee_id for _rule, employee_id in done})
        first = min(map(min, done.values()), default=None)
        free = payees._get_sales_commission_days_off(first) if first else {}
        rows = [
            {
                "rule_id": rule.id,
                "company_id": rule.company_id.id,
                "employee_id": employee_id,
                "document_model": "hr.employee",
                "origin_id": employee_id,
                "date": day,
                "points": rule.points,
                "reason": rule.name,
            }
            for (rule_id, employee_id), days in done.items()
            for rule in [self.browse(rule_id)]
            for day in find_streaks(
                days,
                rule.streak_length,
                lambda day, employee_id=employee_id: not free[employee_id](day),
                rule.streak_unit,
            )
        ]
        if rows:
            table = rows_sql(self.env["sales.commission.point"], rows, "fact")
            yield SQL("SELECT *, date AS day, date AS slot FROM %s", table)
