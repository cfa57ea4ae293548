from odoo import models
from odoo.tools import SQL

from .invoice_measure import SALES


class SalesCommissionMeasure(models.Model):
    """Which documents a plan's days hold, without asking what they count: cheap enough
    to say how many there are, and to go through them bit by bit.

    ``_get_documents_sql_<source>`` answers with the ids of all documents that may count
    for a plan, and perhaps some more. What takes a sale back is judged with the sale.
    """

    _inherit = "sales.commission.measure"

    def _get_documents_sql(self, plan, user_ids=None):
        """Measures of one source and document model.

        :param user_ids: only sales of these salespeople, or shared ones; None for all
        :return: ``SQL`` with the column ``id``, or None when their app is gone
        """
        measure = self[:1]
        return getattr(self, f"_get_documents_sql_{measure.source}")(plan, user_ids)

    def _get_documents_sql_invoice_line(self, plan, user_ids):
        self.env["account.move"].flush_model(
            ["state", "move_type", "company_id", "invoice_date", "date"]
        )
        return SQL(
            """
            SELECT move.id FROM account_move move
             WHERE move.company_id = %s AND move.state = 'posted'
               AND move.move_type IN %s AND %s AND %s
            """,
            plan.company_id.id,
            SALES,
            self._get_between_sql(
                SQL("COALESCE(move.invoice_date, move.date)"), plan, days=0
            ),
            self._get_seller_sql(
                SQL("move.invoice_user_id"), SQL("split.move_id = move.id"), user_ids
            ),
        )

    def _get_documents_sql_payment(self, plan, user_ids):
        return self._get_documents_sql_invoice_line(plan, user_ids)

    def _get_documents_sql_order_line(self, plan, user_ids):
        self.env["sale.order"].flush_model(["state", "company_id", "date_order"])
        return SQL(
            """
            SELECT sale.id FROM sale_order sale
             WHERE sale.company_id = %s AND sale.state = 'sale' AND %s AND %s
            """,
            plan.company_id.id,
            self._get_between_sql(SQL("sale.date_order::date"), plan, days=1),
            self._get_seller_sql(
                SQL("sale.user_id"), SQL("split.order_id = sale.id"), user_ids
            ),
        )

    def _get_documents_sql_achievement(self, plan, user_ids):
        self.env["sales.commission.achievement"].flush_model()
        return SQL(
            "SELECT a.id FROM sales_commission_achievement a WHERE %s",
            self._get_between_sql(SQL("a.date"), plan, days=0),
        )

    def _get_documents_sql_record(self, plan, user_ids):
        """Their date may lie anywhere: all of them."""
        model = self[:1].model_name
        if not model or model not in self.env:
            return None
        return SQL(
            "SELECT record.id FROM %s record", SQL.identifier(self.env[model]._table)
        )

    def _get_between_sql(self, day, plan, days):
        """The day is one of the plan's.

        :param days: how much it may be off, for what is stored in another time zone
        """
        return SQL(
            "%(day)s BETWEEN %(first)s::date - %(days)s AND %(last)s::date + %(days)s",
            day=day,
            first=plan.date_from,
            last=plan.date_to or "9999-01-01",
            days=days,
        )

    def _get_seller_sql(self, user, split, user_ids):
        if user_ids is None:
            return SQL("TRUE")
        return SQL(
            "(%s = ANY(%s) OR EXISTS (SELECT 1 FROM sales_commission_split split"
            " WHERE %s))",
            user,
            list(user_ids),
            split,
        )
