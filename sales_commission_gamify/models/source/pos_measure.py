"""What only orders of the shop (Odoo's Point of Sale) need, when that app is there."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

ORDER, LINE = "pos.order", "pos.order.line"
DAY, ORIGIN = "order_id.date_order", "refunded_orderline_id"


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    def _get_event_query_record(self, component, document_ids):
        events = super()._get_event_query_record(component, document_ids)
        if not events or self.model_name != ORDER or self.value != "documents":
            return events
        # A refund is an order of its own, which does not tell how much of the sale is
        # left: an order counts until every unit of it was brought back.
        self.env[LINE].flush_model(["qty", "order_id", "refunded_orderline_id"])
        self.env[ORDER].flush_model(["state"])
        return SQL(
            """
            SELECT * FROM (%s) ticket
             WHERE EXISTS (
                SELECT FROM pos_order_line sold
                 WHERE sold.order_id = ticket.source_id
                   AND sold.qty + COALESCE((
                        SELECT SUM(back.qty)
                          FROM pos_order_line back
                          JOIN pos_order refund ON refund.id = back.order_id
                         WHERE back.refunded_orderline_id = sold.id
                           AND refund.state IN ('paid', 'done')), 0) > 0)
            """,
            events,
        )

    def _is_line_of_shop(self):
        return self.model_name == LINE and self._get_date_path() == DAY

    def _get_record_days_sql(self, records, query, component, day):
        """What is brought back belongs to its sale, as a credit note does."""
        if not self._is_line_of_shop():
            return super()._get_record_days_sql(records, query, component, day)
        _field, sold = self._get_path_sql(records, query, f"{ORIGIN}.{DAY}")
        sold = self._get_day_sql(sold, component.plan_id.company_id)
        sold = SQL("COALESCE(%s, %s)", sold, day)
        return sold, sold if component.refund_period == "original" else day

    def _get_record_origin_sql(self, records, query):
        own = super()._get_record_origin_sql(records, query)
        if not self._is_line_of_shop():
            return own
        _field, origin = self._get_path_sql(records, query, ORIGIN)
        return SQL("COALESCE(%s, %s)", origin, own)

    def _get_owner_sql(self, records, query, company):
        """The cashier of the sale: with Odoo's *POS - HR* the employee who was at the
        till, as a login may be shared by all of them; without, the user."""
        if self.model_name == ORDER and self.owner_path == "user_id":
            return self._get_cashier_sql(records, query, [""])
        if self._is_line_of_shop() and self.owner_path == "order_id.user_id":
            ways = [f"{ORIGIN}.order_id.", "order_id."]
            return self._get_cashier_sql(records, query, ways)
        return super()._get_owner_sql(records, query, company)

    def _get_cashier_sql(self, records, query, ways):
        """:param ways: to the order, the first one that leads to one counts"""

        def first(name):
            paths = [self._get_path_sql(records, query, way + name)[1] for way in ways]
            return SQL("COALESCE(%s)", SQL(", ").join(paths))

        user = first("user_id")
        if "employee_id" not in self.env[ORDER]._fields:
            return user, SQL("NULL::int")
        cashier = first("employee_id")
        return SQL("CASE WHEN %s IS NULL THEN %s END", cashier, user), cashier

    def _get_record_name_sql(self, records, query):
        if self.model_name != LINE:
            return super()._get_record_name_sql(records, query)
        return self._get_path_sql(records, query, "order_id.name")[1]

    def _get_filter(self, component):
        """Beside the sales of the shop, their invoices count no second time in the
        same plan. In a plan without them they are invoices like any other."""
        found = super()._get_filter(component)
        if self._is_beside_shop(component):
            found &= Domain("move_id.pos_order_ids", "=", False)
        return found

    def _is_beside_shop(self, component):
        return (
            self.source in ("invoice_line", "payment")
            and "pos_order_ids" in self.env["account.move"]._fields
            and any(
                measure.model_name in (ORDER, LINE) and measure.value == "amount"
                for measure in component.plan_id.component_ids.measure_id
            )
        )

    def _get_event_key(self, component, document_ids=None):
        key = super()._get_event_key(component, document_ids)
        return (*key, self._is_beside_shop(component))
