from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class SalesCommissionStanding(models.AbstractModel):
    """The same figures by day, for contests that ask when something was reached."""

    _inherit = "sales.commission.standing"

    @api.model
    def _get_day_rows(self, asked):
        """``[(key, employee id, day, amount)]`` in one statement, whatever is asked.

        :param asked: ``[(key, Counted, SQL of employee ids)]``
        """
        if not asked:
            return []
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    """(WITH person AS (%s)
                        SELECT %s, employee_id, date, amount::text FROM (%s) one)""",
                    people,
                    key,
                    self._get_days_sql(counted),
                )
                for key, counted, people in asked
            )
        )
        # as text, because Odoo's cursor makes floats of numbers
        return [(*row, Decimal(amount)) for *row, amount in rows]

    def _get_days_sql(self, counted):
        if counted.metric == "points":
            return self._get_days_sql_points(counted)
        if counted.metric == "deals":
            return self._get_days_sql_deals(counted)
        if counted.is_net:
            return self._get_days_sql_net(counted)
        if self._is_counted_once(counted.components):
            return SQL(
                """SELECT employee_id, date, SUM(amount) AS amount
                     FROM sales_commission_credit WHERE %s GROUP BY 1, 2""",
                self._get_credits_sql(counted),
            )
        return self._get_days_sql_events(counted)

    def _get_days_sql_points(self, counted):
        """A prize of one challenge brings nobody forward in the next."""
        self.env["sales.commission.point"].flush_model()
        return SQL(
            """
            SELECT employee_id, date, SUM(points)::numeric AS amount
              FROM sales_commission_point
             WHERE employee_id IN (SELECT employee_id FROM person)
               AND company_id = %s AND date BETWEEN %s AND %s
               AND %s AND kind != 'challenge' GROUP BY 1, 2
            """,
            counted.company.id,
            counted.first,
            counted.last,
            self._get_brought_sql(),
        )

    def _get_days_sql_deals(self, counted):
        """A deal counts on the day of its first line."""
        return SQL(
            """
            SELECT employee_id, date, COUNT(*)::numeric AS amount
              FROM (SELECT employee_id, MIN(date) AS date FROM sales_commission_credit
                     WHERE %s GROUP BY employee_id, document_model, origin_id
                    HAVING SUM(amount) > 0) deal
             GROUP BY 1, 2
            """,
            self._get_credits_sql(counted),
        )

    def _get_days_sql_net(self, counted):
        """A sale counts on its first of these days, with what was refunded of it."""
        return SQL(
            """
            SELECT employee_id, date, SUM(amount) AS amount
              FROM (SELECT employee_id, MIN(date) AS date,
                           SUM(CASE WHEN most > -least THEN most ELSE least END)
                               AS amount
                      FROM (SELECT employee_id, document_model, origin_id,
                                   MIN(date) AS date, source_model, source_id,
                                   MAX(amount) AS most, MIN(amount) AS least
                              FROM (SELECT employee_id, document_model, origin_id,
                                           MIN(date) AS date, source_model, source_id,
                                           SUM(amount) AS amount
                                      FROM sales_commission_credit
                                     WHERE %s
                                     GROUP BY employee_id, document_model, origin_id,
                                              source_model, source_id, component_id) one
                             GROUP BY employee_id, document_model, origin_id,
                                      source_model, source_id) event
                     GROUP BY employee_id, document_model, origin_id) deal
             GROUP BY 1, 2
            """,
            self._get_credits_sql(counted),
        )

    def _get_days_sql_events(self, counted):
        return SQL(
            """
            SELECT employee_id, date,
                   SUM(CASE WHEN most > -least THEN most ELSE least END) AS amount
              FROM (SELECT employee_id, date, source_model, source_id,
                           MAX(amount) AS most, MIN(amount) AS least
                      FROM (SELECT employee_id, date, source_model, source_id,
                                   SUM(amount) AS amount
                              FROM sales_commission_credit
                             WHERE %s GROUP BY 1, 2, 3, 4, component_id) one
                     GROUP BY 1, 2, 3, 4) event
             GROUP BY 1, 2
            """,
            self._get_credits_sql(counted),
        )
