from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionRun(models.Model):
    """Which plans a document can reach at all.

    A company runs many plans, an invoice matters to two or three of them. Posting it
    asks only those: the others are left out by their dates, and by who takes part in
    them, before anything is compared. Left out is only what cannot count.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _get_reach_domain(self, document_model, document_ids):
        reach = super()._get_reach_domain(document_model, document_ids)
        rows_sql = self._get_sales_sql(document_model, document_ids)
        if rows_sql is None:
            return reach
        [(first, last, user_ids, is_shared)] = self.env.execute_query(rows_sql)
        if not first:  # they are deleted: what credited them is asked anyway
            return Domain.FALSE
        near = Domain("plan_id.date_from", "<=", last) & (
            Domain("plan_id.date_to", "=", False)
            | Domain("plan_id.date_to", ">=", first)
        )
        if not is_shared:
            near &= Domain("credited_to", "!=", "salesperson") | Domain(
                "plan_id.assignment_ids.user_id", "in", user_ids
            )
        # a first sale makes others of the same customer no first ones
        return reach & (near | Domain("measure_id.value", "=", "new_customers"))

    @api.model
    def _get_sales_sql(self, document_model, document_ids):
        """First and last day of the sales, their salespeople, and whether one of them
        is shared; None for documents of which this is not known."""
        measures = self.env["sales.commission.measure"]
        self.env["sales.commission.split"].flush_model()
        if document_model == "account.move":
            measures._flush_invoices()
            return SQL(
                """
                SELECT MIN(COALESCE(origin.invoice_date, origin.date)),
                       MAX(COALESCE(origin.invoice_date, origin.date)),
                       ARRAY_REMOVE(ARRAY_AGG(DISTINCT origin.invoice_user_id), NULL),
                       BOOL_OR(EXISTS (SELECT 1 FROM sales_commission_split split
                                        WHERE split.move_id = origin.id))
                  FROM account_move move %s WHERE move.id = ANY(%s)
                """,
                measures._get_origin_join_sql(),
                list(document_ids),
            )
        if document_model == "sale.order":
            self.env["sale.order"].flush_model(["date_order", "user_id"])
            return SQL(
                """
                SELECT MIN(sale.date_order)::date - 1, MAX(sale.date_order)::date + 1,
                       ARRAY_REMOVE(ARRAY_AGG(DISTINCT sale.user_id), NULL),
                       BOOL_OR(EXISTS (SELECT 1 FROM sales_commission_split split
                                        WHERE split.order_id = sale.id))
                  FROM sale_order sale WHERE sale.id = ANY(%s)
                """,
                list(document_ids),
            )
        return None
