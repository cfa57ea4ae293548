import logging

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..design.words import say_number

_logger = logging.getLogger(__name__)

KEY = "sales_commission_gained"
CHANNEL = "sales_commission/gained"
# More documents at once are an import or a correction, nothing to celebrate.
MOST_DOCUMENTS = 20


class SalesCommissionRun(models.Model):
    """Tells payees who are there what a deal has just brought them.

    It is done after the commit, by a connection of its own: posting pays a few ids in
    memory, and one query when it is over. Sweeps and histories tell nothing.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _run_documents(self, document_model, document_ids):
        credit, earnings = super()._run_documents(document_model, document_ids)
        if earnings or credit:
            self._tell_later(document_ids, credit, earnings)
        return credit, earnings

    @api.model
    def _tell_later(self, document_ids, credit, earnings):
        if len(document_ids) > MOST_DOCUMENTS:
            return
        postcommit = self.env.cr.postcommit
        if KEY not in postcommit.data:
            postcommit.data[KEY] = (set(), set())
            registry, postcommit_data = self.env.registry, postcommit.data

            def tell():
                gained = postcommit_data.pop(KEY, None)
                if gained:
                    self._tell_in_registry(registry, *gained)

            postcommit.add(tell)
        credits, priced = postcommit.data[KEY]
        credits.update(credit.ids)
        priced.update(earnings.ids)

    @api.model
    def _tell_in_registry(self, registry, credit_ids, earning_ids):
        """Never raises: what is told is done already."""
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env[self._name]._tell_gains(list(credit_ids), list(earning_ids))
        except Exception:
            _logger.exception("Payees are not told what they gained")

    @api.model
    def _tell_gains(self, credit_ids, earning_ids):
        """One message to each payee who is there and wants it."""
        for gain in self._get_gains(credit_ids, earning_ids):
            user = self.env["res.users"].browse(gain.pop("user_id"))
            told = self.with_context(lang=user.lang)
            user._bus_send(CHANNEL, told._prepare_gain(**gain))

    @api.model
    def _get_gains(self, credit_ids, earning_ids):
        """What each user who is there gained: money and points that these credits and
        earnings brought, of the documents' names one."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT payee.user_id, payee.company_id, SUM(gained.money) AS money,
                       SUM(gained.points)::int AS points, MAX(gained.name) AS name,
                       COUNT(DISTINCT gained.name) AS deals
                  FROM (SELECT employee_id, amount AS money, 0 AS points, NULL AS name
                          FROM sales_commission_earning WHERE id = ANY(%(earnings)s)
                         UNION ALL
                        SELECT DISTINCT ON (p.id) p.employee_id, 0, p.points, NULL
                          FROM sales_commission_credit c
                          JOIN sales_commission_point p
                            ON p.employee_id = c.employee_id AND p.kind = 'rule'
                           AND p.document_model = c.document_model
                           AND p.origin_id = c.origin_id
                           AND p.create_date >= c.create_date
                         WHERE c.id = ANY(%(credits)s)
                         UNION ALL
                        SELECT employee_id, 0, 0, document_name
                          FROM sales_commission_credit WHERE id = ANY(%(credits)s)
                       ) gained
                  JOIN hr_employee payee ON payee.id = gained.employee_id
                  JOIN res_users person ON person.id = payee.user_id
                   AND person.active AND person.sales_commission_toasts
                 WHERE EXISTS (SELECT FROM mail_presence presence
                                WHERE presence.user_id = person.id
                                  AND presence.status != 'offline')
                 GROUP BY payee.user_id, payee.company_id
                HAVING SUM(gained.money) > 0 OR SUM(gained.points) > 0
                """,
                earnings=earning_ids,
                credits=credit_ids,
            )
        )

    @api.model
    def _prepare_gain(self, company_id, money, points, name, deals):
        company = self.env["res.company"].browse(company_id)
        gains = []
        if money > 0:
            text = company.currency_id.format(float(money))
            gains.append(self.env._("%s of commission", text))
        if points > 0:
            unit = company.with_context(lang=self.env.context.get("lang"))
            gains.append(
                f"{say_number(self.env, points)} {unit.sales_commission_point_name}"
            )
        title = name or self.env._("A deal")
        if deals > 1:
            title = self.env._("%s deals", deals)
        return {
            "title": title,
            "message": "+ " + ", ".join(gains),
            "is_big": money > 0,
        }
