from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date


class SalesCommissionPoint(models.Model):
    """Points that are not spent in time expire, the oldest first.

    What was spent took the oldest points there were. So of what was given until a day,
    that much is left as exceeds all that was ever spent or expired. A sale that is
    refunded after its points expired would take them a second time: what expired in
    excess of what was given by then comes back.
    """

    _inherit = "sales.commission.point"

    @api.model
    def _cron_expire(self):
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search(
            [("sales_commission_point_expiry", ">", 0)]
        )
        for company in companies:
            self._expire(company, today)
            self._tell_of_expiry(company, today)

    @api.model
    def _expire(self, company, today):
        changes = self._get_expiry(company, today)
        reason = self.env._(
            "Not spent within %s months", company.sales_commission_point_expiry
        )
        return self._give(
            [
                {
                    "company_id": company.id,
                    "employee_id": employee_id,
                    "kind": "expiry",
                    "date": today,
                    "points": points,
                    "reason": reason
                    if points < 0
                    else self.env._("Expired points were taken back with their sale"),
                    "document_model": "res.company",
                    "origin_id": company.id,
                }
                for employee_id, points in changes.items()
            ]
        )

    @api.model
    def _get_expiry(self, company, day):
        """``{employee id: points}``: what expires on *day*, as a negative number, or
        comes back."""
        last = fields.Date.subtract(day, months=company.sales_commission_point_expiry)
        self.flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH lot AS (
                        SELECT employee_id, date, SUM(points) AS points
                          FROM sales_commission_point
                         WHERE company_id = %(company)s
                           AND kind NOT IN ('reward', 'expiry')
                         GROUP BY employee_id, rule_id, kind, document_model,
                                  origin_id, date
                    ),
                    given AS (
                        SELECT employee_id,
                               COALESCE(SUM(points) FILTER (
                                   WHERE points > 0 AND date < %(last)s), 0) AS old,
                               COALESCE(-SUM(points) FILTER (
                                   WHERE points < 0), 0) AS lost
                          FROM lot GROUP BY employee_id
                    ),
                    spent AS (
                        SELECT employee_id,
                               COALESCE(-SUM(points) FILTER (
                                   WHERE kind = 'reward'), 0) AS rewards,
                               COALESCE(-SUM(points) FILTER (
                                   WHERE kind = 'expiry'), 0) AS expired
                          FROM sales_commission_point
                         WHERE company_id = %(company)s
                           AND kind IN ('reward', 'expiry')
                         GROUP BY employee_id
                    ),
                    change AS (
                        SELECT given.employee_id,
                               GREATEST(0, COALESCE(expired, 0) - old)
                               - GREATEST(0, old - lost - COALESCE(rewards, 0)
                                             - COALESCE(expired, 0)) AS points
                          FROM given LEFT JOIN spent USING (employee_id)
                    )
                    SELECT employee_id, points::int FROM change WHERE points != 0
                    """,
                    company=company.id,
                    last=last,
                )
            )
        )

    @api.model
    def _tell_of_expiry(self, company, today):
        """Each payee once for each day's points, however often the job runs."""
        days = company.sales_commission_point_notice
        until = today + timedelta(days=days)
        told = company.sales_commission_point_noticed or today
        if not days or until <= told:
            return
        before = self._get_expiry(company, max(told, today))
        after = self._get_expiry(company, until)
        company.sales_commission_point_noticed = until
        for employee_id, points in after.items():
            expiring = min(0, before.get(employee_id, 0)) - points
            if points < 0 and expiring > 0:
                payee = self.env["hr.employee"].browse(employee_id)
                self._tell_payee_of_expiry(payee, expiring, until)

    @api.model
    def _tell_payee_of_expiry(self, payee, points, until):
        partner = payee.user_id.partner_id or payee.work_contact_id
        if not partner:
            return
        translated = self.with_context(lang=partner.lang)
        facts = {
            "points": points,
            "name": payee.company_id.with_context(
                lang=partner.lang
            ).sales_commission_point_name,
            "day": format_date(self.env, until, lang_code=partner.lang),
        }
        self.env["mail.thread"].message_notify(
            partner_ids=partner.ids,
            subject=translated.env._("%(points)s %(name)s expire soon", **facts),
            body=translated.env._(
                "%(points)s of your %(name)s expire until %(day)s unless you spend "
                "them.",
                **facts,
            ),
        )
