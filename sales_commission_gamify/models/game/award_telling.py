from odoo import api, fields, models
from odoo.tools import SQL

from ..design.words import say_number
from .after_commit import call_after_commit
from .run_telling import CHANNEL

NEWS_DAYS = 7  # an older badge comes from a history that was brought in


class SalesCommissionAward(models.Model):
    """Tells payees who are there of the badges they have just got."""

    _inherit = "sales.commission.award"

    @api.model
    def _add(self, badges, company, targets):
        awards = super()._add(badges, company, targets)
        since = fields.Date.subtract(fields.Date.context_today(self), days=NEWS_DAYS)
        news = awards.filtered(lambda award: award.date >= since)
        if news:
            call_after_commit(news, "_tell")
        return awards

    def _tell(self):
        """One message to each payee who is there and wants it."""
        for user_id, badge_ids, points, company_id in self._get_told():
            user = self.env["res.users"].browse(user_id)
            told = self.with_context(lang=user.lang)
            user._bus_send(
                CHANNEL, told._prepare_message(badge_ids, points, company_id)
            )

    def _get_told(self):
        return self.env.execute_query(
            SQL(
                """
                SELECT payee.user_id, array_agg(award.badge_id ORDER BY award.id),
                       SUM(COALESCE(badge.sales_commission_points, 0))::int,
                       payee.company_id
                  FROM sales_commission_award award
                  JOIN gamification_badge badge ON badge.id = award.badge_id
                  JOIN hr_employee payee ON payee.id = award.employee_id
                  JOIN res_users person ON person.id = payee.user_id
                   AND person.active AND person.sales_commission_toast_badges
                 WHERE award.id = ANY(%s) AND EXISTS (
                       SELECT FROM mail_presence presence
                        WHERE presence.user_id = person.id
                          AND presence.status != 'offline')
                 GROUP BY payee.user_id, payee.company_id ORDER BY payee.user_id
                """,
                self.ids,
            )
        )

    @api.model
    def _prepare_message(self, badge_ids, points, company_id):
        names = self.env["gamification.badge"].browse(badge_ids).mapped("name")
        parts = [", ".join(names)]
        if points > 0:
            company = self.env["res.company"].browse(company_id)
            unit = company.sales_commission_point_name
            parts.append(f"+ {say_number(self.env, points)} {unit}")
        title = self.env._("A new badge is yours")
        if len(names) > 1:
            title = self.env._("%s new badges are yours", len(names))
        return {"title": title, "message": " · ".join(parts), "is_big": True}
