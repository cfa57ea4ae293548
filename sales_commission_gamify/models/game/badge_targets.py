import logging
from collections import defaultdict
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.streaks import find_streaks
from ..ledger.rows import rows_sql
from .point_budget import GIVING
from .point_targets import LENGTHS

_logger = logging.getLogger(__name__)


class GamificationBadge(models.Model):
    """Who has deserved a badge. Each rule answers with a query for all payees, which
    has the columns ``badge_id, employee_id, slot, day``. What happened before last year
    counts for what is counted ever, and brings no badge of its own."""

    _inherit = "gamification.badge"

    @api.model
    def _cron_award_sales_commission(self):
        badges = self.sudo().search([("sales_commission_rule", "!=", False)])
        plans = self.env["sales.commission.plan"].sudo()
        for company in plans.search([("state", "!=", "draft")]).company_id:
            try:
                with self.env.cr.savepoint():
                    badges._award(company)
            except Exception:
                # the other companies must not wait for this one
                _logger.exception("The badges of %s are not awarded", company.name)
            self.env["ir.cron"]._commit_progress(1)

    def _award(self, company):
        """:return: the awards added"""
        awards = self.env["sales.commission.award"]
        badges = self.filtered("sales_commission_rule")
        if not badges:
            return awards
        self.env.flush_all()
        targets = []
        for rule, of_rule in badges.grouped("sales_commission_rule").items():
            find = getattr(of_rule, f"_get_sales_commission_targets_{rule}")
            targets += find(company)
        return awards._add(badges, company, targets) if targets else awards

    def _get_award_slot_sql(self, day):
        return SQL(
            """CASE badge.sales_commission_period WHEN 'ever' THEN DATE '1970-01-01'
               ELSE date_trunc(
                   badge.sales_commission_period, %s::timestamp)::date END""",
            day,
        )

    @api.model
    def _get_award_since(self):
        return date(fields.Date.context_today(self).year - 1, 1, 1)

    @api.model
    def _get_award_deals_sql(self, company):
        """Each payee's sales of which something is left, each once, on its day."""
        return SQL(
            """
            SELECT employee_id, document_model, origin_id, MIN(date) AS day
              FROM (SELECT component_id, employee_id, document_model, origin_id,
                           MIN(date) AS date
                      FROM sales_commission_credit
                     WHERE company_id = %s AND level = 0
                     GROUP BY 1, 2, 3, 4 HAVING SUM(amount) > 0) credited
             GROUP BY employee_id, document_model, origin_id
            """,
            company.id,
        )

    def _get_sales_commission_targets_deals(self, company):
        yield SQL(
            """
            SELECT badge.id AS badge_id, counted.employee_id, counted.slot, counted.day
              FROM (SELECT badge.id, deal.employee_id, %(slot)s AS slot, deal.day,
                           ROW_NUMBER() OVER (
                               PARTITION BY badge.id, deal.employee_id, %(slot)s
                               ORDER BY deal.day, deal.origin_id) AS number
                      FROM gamification_badge badge CROSS JOIN (%(deals)s) deal
                     WHERE badge.id = ANY(%(badges)s)) counted
              JOIN gamification_badge badge ON badge.id = counted.id
             WHERE counted.number = badge.sales_commission_number
               AND counted.day >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("deal.day")),
            deals=self._get_award_deals_sql(company),
            badges=self.ids,
            since=self._get_award_since(),
        )

    def _get_sales_commission_targets_comeback(self, company):
        yield SQL(
            """
            SELECT badge.id AS badge_id, deal.employee_id, %(slot)s AS slot, deal.day
              FROM gamification_badge badge
              JOIN (SELECT employee_id, day, LAG(day) OVER (
                               PARTITION BY employee_id ORDER BY day) AS before
                      FROM (%(deals)s) every) deal
                ON deal.day - deal.before > badge.sales_commission_number
             WHERE badge.id = ANY(%(badges)s) AND deal.day >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("deal.day")),
            deals=self._get_award_deals_sql(company),
            badges=self.ids,
            since=self._get_award_since(),
        )

    def _get_sales_commission_targets_attainment(self, company):
        yield SQL(
            """
            SELECT badge.id AS badge_id, a.employee_id, %(slot)s AS slot,
                   GREATEST(a.date_from, LEAST(a.date_to, %(today)s::date)) AS day
              FROM gamification_badge badge
              JOIN sales_commission_attainment a
                ON a.attainment >= badge.sales_commission_number
             WHERE badge.id = ANY(%(badges)s) AND a.company_id = %(company)s
               AND a.level = 0 AND a.date_to >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("a.date_from")),
            today=fields.Date.context_today(self),
            company=company.id,
            badges=self.ids,
            since=self._get_award_since(),
        )

    def _get_sales_commission_targets_points(self, company):
        """On the day on which the sum got there."""
        yield SQL(
            """
            SELECT badge_id, employee_id, slot, MIN(day) AS day
              FROM (SELECT badge.id AS badge_id, p.employee_id, %(slot)s AS slot,
                           p.day, badge.sales_commission_number AS wanted,
                           SUM(p.points) OVER (
                               PARTITION BY badge.id, p.employee_id, %(slot)s
                               ORDER BY p.day) AS sum
                      FROM gamification_badge badge CROSS JOIN (%(points)s) p
                     WHERE badge.id = ANY(%(badges)s)) counted
             WHERE sum >= wanted GROUP BY 1, 2, 3 HAVING MIN(day) >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("p.day")),
            points=self._get_award_points_sql(company, GIVING),
            badges=self.ids,
            since=self._get_award_since(),
        )

    def _get_sales_commission_targets_top(self, company):
        """When the period is over. Thanks do not count: friends could make a winner."""
        length = SQL("CASE badge.sales_commission_period")
        for period, interval in LENGTHS.items():
            length = SQL("%s WHEN %s THEN %s::interval", length, period, interval)
        yield SQL(
            """
            SELECT badge_id, employee_id, slot, last_day AS day
              FROM (SELECT badge.id AS badge_id, p.employee_id, %(slot)s AS slot,
                           (%(slot)s + %(length)s END)::date - 1 AS last_day,
                           RANK() OVER (PARTITION BY badge.id, %(slot)s
                                        ORDER BY SUM(p.points) DESC) AS place,
                           SUM(p.points) AS points, badge.sales_commission_number
                      FROM gamification_badge badge CROSS JOIN (%(points)s) p
                     WHERE badge.id = ANY(%(badges)s)
                     GROUP BY badge.id, p.employee_id, %(slot)s) ranked
             WHERE place = 1 AND points >= GREATEST(1, sales_commission_number)
               AND last_day < %(today)s AND last_day >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("p.day")),
            length=length,
            points=self._get_award_points_sql(company, ("rule", "challenge")),
            badges=self.ids,
            today=fields.Date.context_today(self),
            since=self._get_award_since(),
        )

    @api.model
    def _get_award_points_sql(self, company, kinds):
        return SQL(
            """SELECT employee_id, date AS day, SUM(points) AS points
                 FROM sales_commission_point
                WHERE company_id = %s AND kind = ANY(%s) GROUP BY 1, 2""",
            company.id,
            list(kinds),
        )

    def _get_sales_commission_targets_thanks(self, company):
        yield SQL(
            """
            SELECT badge.id AS badge_id, counted.employee_id, counted.slot, counted.day
              FROM (SELECT badge.id, t.giver_id AS employee_id, %(slot)s AS slot,
                           t.date AS day,
                           ROW_NUMBER() OVER (
                               PARTITION BY badge.id, t.giver_id, %(slot)s
                               ORDER BY t.date, t.id) AS number
                      FROM gamification_badge badge
                     CROSS JOIN sales_commission_thanks t
                     WHERE badge.id = ANY(%(badges)s) AND t.company_id = %(company)s
                       AND t.reversal_of_id IS NULL AND NOT EXISTS (
                           SELECT 1 FROM sales_commission_thanks back
                            WHERE back.reversal_of_id = t.id)) counted
              JOIN gamification_badge badge ON badge.id = counted.id
             WHERE counted.number = badge.sales_commission_number
               AND counted.day >= %(since)s
            """,
            slot=self._get_award_slot_sql(SQL("t.date")),
            company=company.id,
            badges=self.ids,
            since=self._get_award_since(),
        )

    def _get_sales_commission_targets_streak(self, company):
        done = defaultdict(set)
        for employee_id, day in self.env.execute_query(
            SQL(
                "SELECT DISTINCT employee_id, day FROM (%s) deal",
                self._get_award_deals_sql(company),
            )
        ):
            done[employee_id].add(day)
        if not done:
            return
        since = self._get_award_since()
        payees = self.env["hr.employee"].browse(done)
        free = payees._get_sales_commission_days_off(min(map(min, done.values())))
        rows = [
            {"rule_id": badge.id, "employee_id": employee_id, "date": day}
            for badge in self
            for employee_id, days in done.items()
            for day in find_streaks(
                days,
                badge.sales_commission_number,
                lambda day, employee_id=employee_id: not free[employee_id](day),
            )
            if day >= since
        ]
        if rows:
            yield SQL(
                """SELECT badge.id AS badge_id, fact.employee_id, %s AS slot,
                          fact.date AS day
                     FROM %s
                     JOIN gamification_badge badge ON badge.id = fact.rule_id""",
                self._get_award_slot_sql(SQL("fact.date")),
                rows_sql(self.env["sales.commission.point"], rows, "fact"),
            )
