from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.streaks import get_streak

STREAK_DAYS = 366
CHALLENGES = 4


class SalesCommissionDashboard(models.AbstractModel):
    """What spurs a payee on today: plans to accept, the streak, challenges that run,
    neighbours on the leaderboard. For the payee himself, in the current month."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _get_own_parts(self, payees, page):
        """Adds to the page, of the current month only:

        - ``to_accept``: plans whose text waits for the payee, ``[{"id", "name"}]``
        - ``streak``: None below two days, else ``days``, ``text``, ``hint`` (False
          once something counted today)
        - ``challenges``: see ``sales.commission.challenge._get_my_cards``
        - ``neighbours``: None, or see ``sales.commission.leaderboard.page.
          _get_neighbours``
        """
        parts = super()._get_own_parts(payees, page)
        if page["month"]["next"]:
            return parts
        company = payees.company_id
        challenges = self.env["sales.commission.challenge"]
        boards = self.env["sales.commission.leaderboard.page"]
        return parts | {
            "to_accept": self._get_plans_to_accept(payees),
            "streak": self._get_streak(payees),
            "challenges": challenges._get_my_cards(company, CHALLENGES),
            "neighbours": boards._get_neighbours(payees, company),
        }

    @api.model
    def _get_plans_to_accept(self, payees):
        today = fields.Date.context_today(self)
        plans = self.env["sales.commission.plan"]._search_own()
        return [
            {"id": plan.id, "name": plan.display_name}
            for plan in plans
            if plan.state == "published"
            and plan.company_id == payees.company_id
            and not (plan.date_to and plan.date_to < today)
            and plan._get_missing(payees & plan.assignment_ids.employee_id)
        ]

    @api.model
    def _get_streak(self, payees):
        """Working days in a row with a deal of which something is left; a day off
        breaks nothing, and today may still be to come."""
        today = fields.Date.context_today(self)
        since = today - timedelta(days=STREAK_DAYS)
        done = self._get_deal_days(payees, since, today)
        if not done or len(done) < 2:
            return None
        # sudo: payees may not read employees; only whether their own days are free
        off = payees[:1].sudo()._get_sales_commission_days_off(since)[payees[:1].id]
        days = get_streak(done, today, lambda day: not off(day))
        if days < 2:
            return None
        open_today = today not in done and not off(today)
        return {
            "days": days,
            "text": self.env._("%s working days in a row with a deal", days),
            "hint": open_today and self.env._("A deal today makes it %s", days + 1),
        }

    @api.model
    def _get_deal_days(self, payees, since, today):
        credits_ = self.env["sales.commission.credit"]
        credits_.flush_model()
        # the payees are those that the user is
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT day
                  FROM (SELECT MIN(date) AS day FROM sales_commission_credit
                         WHERE employee_id = ANY(%s) AND level = 0
                           AND date BETWEEN %s AND %s
                         GROUP BY document_model, origin_id
                        HAVING SUM(amount) > 0) deal
                """,
                payees.ids,
                since,
                today,
            )
        )
        return {day for [day] in rows}
