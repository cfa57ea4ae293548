from odoo import api, models
from odoo.tools import SQL

from ..design.flushing import flush_models
from ..source.what_if import ask


class SalesCommissionRun(models.Model):
    """Which plans a document can reach at all.

    A company runs many plans, an invoice matters to two or three of them. Posting it
    asks only those: the others are left out by their company and dates, and by who
    takes part in them, before anything is compared. Left out is only what cannot count.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _get_reached(self, document_model, document_ids, live):
        if document_model == "account.move" and self._is_withdrawn(document_ids):
            reached = self._get_reached_withdrawn(document_ids, live)
            if reached is not None:
                return reached
        sales = self._get_sales_sql(document_model, document_ids)
        if sales is None:
            return super()._get_reached(document_model, document_ids, live)
        flush_models(self.env, "assignment")
        found = ask(
            self.env,
            SQL(
                """
                SELECT sale.companies, sale.first, sale.last, sale.is_shared,
                       ARRAY(SELECT DISTINCT plan_id FROM sales_commission_assignment
                              WHERE user_id = ANY(sale.users)),
                       ARRAY(%s), ARRAY(%s)
                  FROM (%s) AS sale(companies, first, last, users, is_shared)
                """,
                self._get_credited_sql(document_model, document_ids),
                self._get_plans_sql(live),
                sales,
            ),
        )
        [(companies, first, last, is_shared, asked, credited, plans)] = found

        def is_near(row):
            if row.company_id not in (companies or ()):
                return False
            # a first sale makes others of the same customer no first ones
            return row.value == "new_customers" or (
                row.date_from <= last
                and row.date_to >= first
                and (
                    is_shared
                    or row.credited_to != "salesperson"
                    or row.plan_id in asked
                )
            )

        return [
            row.id
            for row in live
            if row.plan_id in plans and (row.id in credited or is_near(row))
        ]

    @api.model
    def _is_withdrawn(self, move_ids):
        """Nothing counts of these any more, as far as the cache knows."""
        known = self.env["account.move"]._fields["state"]._get_cache(self.env)
        return all(known.get(id_, "posted") != "posted" for id_ in move_ids)

    @api.model
    def _get_reached_withdrawn(self, move_ids, live):
        """What invoices that are reset can change is what they credited, and whose sale
        was the customer's first. None where that is not so: others follow the sale that
        they take back, or are judged with it."""
        self.env["sales.commission.measure"]._flush_invoices()
        found = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(%(credited)s), ARRAY(%(plans)s),
                       ARRAY(SELECT company_id FROM account_move
                              WHERE id = ANY(%(moves)s)),
                       EXISTS (SELECT FROM account_move
                                WHERE id = ANY(%(moves)s)
                                  AND reversed_entry_id IS NOT NULL
                                   OR reversed_entry_id = ANY(%(moves)s))
                """,
                credited=self._get_credited_sql("account.move", move_ids),
                plans=self._get_plans_sql(live),
                moves=list(move_ids),
            )
        )
        [(credited, plans, companies, has_family)] = found
        if has_family:
            return None
        return [
            row.id
            for row in live
            if row.plan_id in plans
            and (
                row.id in credited
                or row.value == "new_customers"
                and row.company_id in companies
            )
        ]

    @api.model
    def _get_sales_sql(self, document_model, document_ids):
        """One row: companies, first and last day of the sales, their salespeople, and
        whether one of them is shared; None for documents of which this is not known.
        What is deleted has no row: who was credited for it is asked anyway."""
        measures = self.env["sales.commission.measure"]
        flush_models(self.env, "split")
        if document_model == "account.move":
            measures._flush_invoices()
            return SQL(
                """
                SELECT ARRAY_AGG(DISTINCT move.company_id),
                       MIN(COALESCE(origin.invoice_date, origin.date)),
                       MAX(COALESCE(origin.invoice_date, origin.date)),
                       ARRAY_AGG(DISTINCT origin.invoice_user_id),
                       BOOL_OR(EXISTS (SELECT 1 FROM sales_commission_split split
                                        WHERE split.move_id = origin.id))
                  FROM account_move move %s WHERE move.id = ANY(%s)
                """,
                measures._get_origin_join_sql(),
                list(document_ids),
            )
        if document_model == "sale.order":
            self.env["sale.order"].flush_model(["company_id", "date_order", "user_id"])
            return SQL(
                """
                SELECT ARRAY_AGG(DISTINCT sale.company_id),
                       MIN(sale.date_order)::date - 1, MAX(sale.date_order)::date + 1,
                       ARRAY_AGG(DISTINCT sale.user_id),
                       BOOL_OR(EXISTS (SELECT 1 FROM sales_commission_split split
                                        WHERE split.order_id = sale.id))
                  FROM sale_order sale WHERE sale.id = ANY(%s)
                """,
                list(document_ids),
            )
        return None
