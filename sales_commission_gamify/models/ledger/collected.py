from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..source.invoice_measure import SALES


class SalesCommissionMeasure(models.Model):
    """The share of a sale that the customer has paid.

    An invoice and its credit notes are one sale: what is taken back is no longer due,
    and what a credit note settles is as good as paid, else the rest of a sale that was
    partly taken back would never be paid for. An order is paid by what its invoices
    are paid for its lines.
    """

    _inherit = "sales.commission.measure"

    @api.model
    def _read_collected(self, components, until, today, payee_ids=None):
        """What is credited of each key, and how much of it is collected.

        One query, whatever the number of keys and documents.

        :param until: only keys whose period ends by that day
        :param today: payments up to that day
        :param payee_ids: only these employees; None for all
        :return: ``{(component id, employee id, level, date_from): (collected, deal)}``
            as ``Decimal``; a key without credits is missing
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH counted AS (%(counted)s),
                ordered AS (%(ordered)s),
                sold AS (%(sold)s),
                settled AS (
                    SELECT move_id, SUM(amount) AS amount FROM (%(parts)s) part
                     WHERE date <= %(today)s GROUP BY move_id
                ),
                family AS (%(family)s),
                ratio AS (%(ratio)s)
                SELECT counted.component_id, counted.employee_id, counted.level,
                       counted.date_from,
                       SUM(counted.amount * COALESCE(ratio.share, 1))::text,
                       SUM(counted.amount)::text
                  FROM counted LEFT JOIN ratio
                    ON ratio.model = counted.model AND ratio.id = counted.sale_id
                 GROUP BY 1, 2, 3, 4
                """,
                counted=self._get_counted_sql(components, until, payee_ids),
                ordered=self._get_ordered_sql(),
                sold=self._get_sold_sql(),
                parts=self._get_parts_sql(cash_only=False),
                today=today,
                family=self._get_family_sql(),
                ratio=self._get_ratio_sql(),
            )
        )
        return {
            tuple(key): (Decimal(part), Decimal(whole)) for *key, part, whole in rows
        }

    @api.model
    def _get_counted_sql(self, components, until, payee_ids=None):
        """What is credited per key and sale. A payment that is counted is paid, as is
        what has neither invoice nor order: these have no model here."""
        return SQL(
            """
            SELECT component_id, employee_id, level, date_from, model,
                   CASE WHEN model IS NOT NULL THEN origin_id END AS sale_id,
                   SUM(amount)::numeric AS amount
              FROM (SELECT c.*, CASE
                        WHEN source_model != 'account.partial.reconcile'
                         AND document_model IN ('account.move', 'sale.order')
                        THEN document_model END AS model
                      FROM sales_commission_credit c
                     WHERE component_id = ANY(%s) AND date_to <= %s AND %s) credit
             GROUP BY 1, 2, 3, 4, 5, 6
            """,
            components.ids,
            until,
            SQL("TRUE")
            if payee_ids is None
            else SQL("employee_id = ANY(%s)", list(payee_ids)),
        )

    @api.model
    def _get_ordered_sql(self):
        """Lines of invoices for the orders that count."""
        return SQL(
            """
            SELECT sale.id AS order_id, line.move_id,
                   CASE WHEN line.currency_id = sale.currency_id THEN line.price_total
                        ELSE line.price_total * sale.currency_rate::numeric
                             / COALESCE(NULLIF(move.invoice_currency_rate, 0),
                                        1)::numeric
                   END::numeric AS amount
              FROM sale_order sale
              JOIN sale_order_line item ON item.order_id = sale.id
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = item.id
              JOIN account_move_line line ON line.id = rel.invoice_line_id
               AND line.parent_state = 'posted'
              JOIN account_move move ON move.id = line.move_id
             WHERE sale.id IN (SELECT sale_id FROM counted WHERE model = 'sale.order')
            """
        )

    @api.model
    def _get_sold_sql(self):
        """The invoices and credit notes of the sales that count, each with the first
        one of its sale."""
        return SQL(
            """
            SELECT move.id AS move_id, origin.id AS origin_id,
                   CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign
              FROM account_move move
              %s
             WHERE move.state = 'posted' AND move.move_type IN %s
               AND (origin.id IN (SELECT sale_id FROM counted
                                   WHERE model = 'account.move')
                    OR origin.id IN (
                        SELECT COALESCE(first.reversed_entry_id, own.reversed_entry_id,
                                        own.id)
                          FROM ordered
                          JOIN account_move own ON own.id = ordered.move_id
                          LEFT JOIN account_move first
                            ON first.id = own.reversed_entry_id))
            """,
            self._get_origin_join_sql(),
            SALES,
        )

    @api.model
    def _get_family_sql(self):
        """The paid share of an invoice with its credit notes, from 0 to 1; all of what
        has nothing to pay."""
        return SQL(
            """
            SELECT sold.origin_id AS id,
                   CASE WHEN SUM(sold.sign * due.total) = 0 THEN 1
                        ELSE LEAST(GREATEST(
                            SUM(sold.sign * COALESCE(settled.amount, 0))::numeric
                            / SUM(sold.sign * due.total)::numeric, 0), 1) END AS share
              FROM sold
              JOIN (SELECT move_id, SUM(ABS(amount_currency)) AS total
                      FROM account_move_line
                     WHERE display_type = 'payment_term'
                       AND move_id IN (SELECT move_id FROM sold)
                     GROUP BY move_id) due USING (move_id)
              LEFT JOIN settled USING (move_id)
             GROUP BY 1
            """
        )

    @api.model
    def _get_ratio_sql(self):
        """The paid share of each sale that counts."""
        return SQL(
            """
            SELECT 'account.move' AS model, id, share FROM family
             UNION ALL
            SELECT 'sale.order', sale.id, CASE
                       WHEN sale.amount_total = 0 THEN 1
                       ELSE LEAST(GREATEST(COALESCE(paid.amount, 0)
                                           / sale.amount_total::numeric, 0), 1) END
              FROM sale_order sale
              LEFT JOIN (
                    SELECT ordered.order_id,
                           SUM(sold.sign * ordered.amount * family.share) AS amount
                      FROM ordered JOIN sold USING (move_id)
                      JOIN family ON family.id = sold.origin_id
                     GROUP BY 1) paid ON paid.order_id = sale.id
             WHERE sale.id IN (SELECT sale_id FROM counted WHERE model = 'sale.order')
            """
        )
