from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .what_if import ask


class SalesCommissionMeasure(models.Model):
    """What is ordered: confirmed orders, on the day of their confirmation."""

    _inherit = "sales.commission.measure"

    def _get_event_query_order_line(self, component, document_ids):
        query = self._search_order_lines(component, document_ids)
        if query.is_empty():
            return None
        self._flush_orders()
        if self.value == "new_customers":
            return self._get_event_query_new_ordered(component, document_ids, query)
        rows = self._get_order_rows_sql(component, query)
        if not self._counts_documents():
            return rows
        return SQL(
            """
            SELECT document_id AS source_id, document_id, origin_id, document_name,
                   sold, date, user_id, employee_id, team_id, order_id, move_id,
                   1::numeric AS amount, 1::numeric AS quantity,
                   NULL::numeric AS source_amount, NULL::int AS source_currency_id
              FROM (%s) item
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
            HAVING SUM(amount) > 0
            """,
            rows,
        )

    def _search_order_lines(self, component, document_ids):
        """Query for the lines that *component* counts."""
        plan = component.plan_id
        # sudo: what a plan counts must not depend on what its reader may see
        lines = self.env["sale.order.line"].sudo().with_company(plan.company_id)
        domain = (
            Domain("company_id", "=", plan.company_id.id)
            & Domain("order_id.state", "=", "sale")
            & Domain("display_type", "=", False)
            & Domain("is_downpayment", "=", False)
            & self._get_filter(component)
        )
        if document_ids is not None:
            domain &= Domain("order_id", "in", document_ids)
        else:  # a day more on each side, for the time zone
            first = fields.Date.subtract(plan.date_from, days=1)
            domain &= Domain("order_id.date_order", ">=", first)
            if plan.date_to:
                last = fields.Date.add(plan.date_to, days=2)
                domain &= Domain("order_id.date_order", "<", last)
        return lines._search(domain, active_test=False)

    @api.model
    def _flush_orders(self):
        self.env["sale.order.line"].flush_model()
        self.env["sale.order"].flush_model()

    def _get_order_rows_sql(self, component, query):
        """The events of the lines in *query*, which are found first."""
        plan = component.plan_id
        amount, quantity, counts = self._get_value_sql(
            self._get_order_parts(plan.currency_id)
        )
        return SQL(
            """
            WITH line AS MATERIALIZED %(lines)s
            SELECT line.id AS source_id, sale.id AS document_id, sale.id AS origin_id,
                   sale.name AS document_name, %(day)s AS sold, %(day)s AS date,
                   sale.user_id, NULL::int AS employee_id, sale.team_id,
                   sale.id AS order_id, NULL::int AS move_id,
                   %(amount)s AS amount, %(quantity)s AS quantity,
                   line.price_subtotal::numeric AS source_amount,
                   sale.currency_id AS source_currency_id
              FROM line
              JOIN sale_order sale ON sale.id = line.order_id
              %(units)s
             WHERE %(counts)s
            """,
            day=self._get_day_sql(SQL("sale.date_order"), plan.company_id),
            amount=amount,
            quantity=quantity,
            units=self._get_units_join_sql(),
            lines=query.subselect(SQL("sale_order_line.*")),
            counts=counts,
        )

    def _get_order_parts(self, currency):
        """What ``_get_value_sql`` adds up, of a ``line`` of a ``sale``. The margin is
        the one on the order. A line with a negative price is a discount: it is worth
        less, but is no unit."""

        def in_company_currency(price):
            return SQL(
                "ROUND(%s / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric, %s)",
                price,
                currency.decimal_places,
            )

        amount = in_company_currency(SQL("line.price_subtotal::numeric"))
        return {
            "amount": amount,
            "cost": SQL(
                "(%s - %s)",
                amount,
                in_company_currency(SQL("COALESCE(line.margin, 0)::numeric")),
            ),
            "units": SQL(
                "CASE WHEN line.price_unit < 0 THEN 0 ELSE %s END",
                self._get_units_sql(SQL("line.product_uom_qty")),
            ),
            "price": SQL(
                "CASE WHEN COALESCE(line.discount, 0) != 100 THEN %s ELSE %s END",
                in_company_currency(
                    SQL(
                        "line.price_subtotal::numeric"
                        " / (1 - COALESCE(line.discount, 0)::numeric / 100)"
                    )
                ),
                in_company_currency(
                    SQL("line.product_uom_qty::numeric * line.price_unit::numeric")
                ),
            ),
        }

    def _get_event_query_new_ordered(self, component, document_ids, query):
        """The first confirmed order of a customer's company."""
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        plan = component.plan_id
        return SQL(
            """
            SELECT id AS source_id, id AS document_id, id AS origin_id,
                   name AS document_name, day AS sold, day AS date, user_id,
                   NULL::int AS employee_id, team_id, id AS order_id,
                   NULL::int AS move_id, 1::numeric AS amount, 1::numeric AS quantity,
                   NULL::numeric AS source_amount, NULL::int AS source_currency_id
              FROM (SELECT DISTINCT ON (customer.commercial_partner_id)
                           sale.id, sale.name, sale.user_id, sale.team_id,
                           %(day)s AS day
                      FROM sale_order sale
                      JOIN res_partner customer ON customer.id = sale.partner_id
                     WHERE sale.company_id = %(company)s AND sale.state = 'sale'
                       AND sale.amount_untaxed > 0 AND %(wanted)s
                     ORDER BY customer.commercial_partner_id, sale.date_order, sale.id
                   ) first
             WHERE id IN (SELECT order_id FROM sale_order_line line
                           WHERE line.id IN %(lines)s)
            """,
            day=self._get_day_sql(SQL("sale.date_order"), plan.company_id),
            company=plan.company_id.id,
            lines=query.subselect(),
            wanted=SQL("TRUE")
            if document_ids is None
            else SQL("sale.id = ANY(%s)", list(document_ids)),
        )

    @api.model
    def _get_judged_ids_customer_orders(self, document_ids):
        """All that these customers ordered: which order was the first?"""
        self._flush_orders()
        customers = ask(
            self.env,
            SQL(
                """
                SELECT other.id FROM sale_order sale
                  JOIN res_partner partner ON partner.id = sale.partner_id
                  JOIN res_partner contact ON contact.commercial_partner_id
                                            = partner.commercial_partner_id
                  JOIN sale_order other ON other.partner_id = contact.id
                   AND other.company_id = sale.company_id AND other.state = 'sale'
                 WHERE sale.id = ANY(%s)
                """,
                list(document_ids),
            ),
        )
        return sorted({*document_ids, *(order_id for (order_id,) in customers)})

    def _get_gone_sql_order_line(self, held):
        self.env["sale.order"].flush_model(["state"])
        return SQL(
            """NOT EXISTS (SELECT 1 FROM sale_order gone
                            WHERE gone.id = %s AND gone.state = 'sale')""",
            SQL.identifier(held, "document_id"),
        )
