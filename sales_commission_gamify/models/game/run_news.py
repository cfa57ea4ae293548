from odoo import api, models
from odoo.tools import SQL

NEWS = "sales_commission/changed"


class SalesCommissionRun(models.Model):
    """Lets open pages of payees who are there know that their figures have changed:
    up or down, whether or not they want to be congratulated.

    After the commit, with the gains: posting asks nothing for it. The message has no
    figures; the page asks for them with the rights of its reader.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _tell_gains(self, credit_ids, earning_ids):
        super()._tell_gains(credit_ids, earning_ids)
        for user in self._get_changed_users(credit_ids, earning_ids):
            user._bus_send(NEWS, {})

    @api.model
    def _get_changed_users(self, credit_ids, earning_ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id
                  FROM res_users person
                 WHERE person.active
                   AND EXISTS (
                       SELECT FROM mail_presence presence
                        WHERE presence.user_id = person.id
                          AND presence.status != 'offline')
                   AND EXISTS (
                       SELECT FROM hr_employee payee
                        WHERE payee.user_id = person.id AND payee.id IN (
                              SELECT employee_id FROM sales_commission_credit
                               WHERE id = ANY(%s)
                               UNION
                              SELECT employee_id FROM sales_commission_earning
                               WHERE id = ANY(%s)))
                 ORDER BY person.id
                """,
                credit_ids,
                earning_ids,
            )
        )
        return self.env["res.users"].browse(user_id for [user_id] in rows)
