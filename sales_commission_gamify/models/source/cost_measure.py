from odoo import api, models
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    """The cost in a margin is that of the day on which the margin was earned: it is
    written to the invoice's line once, and a refund takes back what it took."""

    _inherit = "sales.commission.measure"

    def _freeze_costs(self, components, document_ids):
        """Write down the costs that *components* are about to count, where none is
        written yet. Their number of queries does not grow with the lines."""
        wanted = []
        for component in components:
            measure = component.measure_id
            if measure.source in ("invoice_line", "payment") and measure.value in (
                "margin",
                "margin_percent",
            ):
                query = measure._search_invoice_lines(component, document_ids)
                if not query.is_empty():
                    wanted.append((component.company_id, query.subselect()))
        for company in {company for company, _lines in wanted}:
            lines = SQL(" UNION ").join(
                SQL("(%s)", lines) for owner, lines in wanted if owner == company
            )
            self._freeze_costs_of(company, lines)

    @api.model
    def _freeze_costs_of(self, company, lines):
        self._flush_invoices()
        self._flush_orders()
        cost = self._get_current_cost_sql(company)
        refund = SQL("move.id != origin.id")
        self.env.execute_query(
            self._get_freeze_sql(
                # the sales, and of refunds the sales that they take back
                SQL(
                    """
                    move.id = origin.id AND (line.id IN (%(lines)s) OR EXISTS (
                        SELECT 1 FROM account_move_line back
                          JOIN account_move refund ON refund.id = back.move_id
                          LEFT JOIN account_move parent
                            ON parent.id = refund.reversed_entry_id
                         WHERE back.id IN (%(lines)s)
                           AND back.product_id = line.product_id
                           AND move.id IN (parent.id, parent.reversed_entry_id)))
                    """,
                    lines=lines,
                ),
                cost,
            )
        )
        self.env.execute_query(
            self._get_freeze_sql(
                SQL("%s AND line.id IN (%s)", refund, lines),
                SQL(
                    """
                    COALESCE((
                        SELECT SUM(sold.sales_commission_unit_cost * sold.quantity)
                               / NULLIF(SUM(sold.quantity), 0)
                          FROM account_move_line sold
                         WHERE sold.move_id = origin.id
                           AND sold.product_id = line.product_id
                           AND sold.display_type = 'product'), %s)
                    """,
                    cost,
                ),
            )
        )
        self.env["account.move.line"].invalidate_model(
            ["sales_commission_unit_cost"], flush=False
        )

    @api.model
    def _get_freeze_sql(self, condition, cost):
        """One ``UPDATE`` of the lines of ``move`` that satisfy *condition*."""
        return SQL(
            """
            UPDATE account_move_line target SET sales_commission_unit_cost = found.cost
              FROM (SELECT line.id, %(cost)s AS cost
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id
                      %(origin)s
                      %(units)s
                     WHERE line.sales_commission_unit_cost IS NULL
                       AND line.display_type = 'product'
                       AND line.product_id IS NOT NULL AND %(condition)s) found
             WHERE target.id = found.id
            """,
            cost=cost,
            origin=self._get_origin_join_sql(),
            units=self._get_units_join_sql(),
            condition=condition,
        )

    @api.model
    def _get_current_cost_sql(self, company):
        """Cost of one of the product's own units today: the order's, for what was
        invoiced from an order, else the product's."""
        # sudo: whoever posts an invoice may not see costs
        products = self.env["product.product"].sudo().with_company(company)
        products.flush_model(["standard_price"])
        return SQL(
            """
            COALESCE((
                SELECT AVG(ordered.purchase_price::numeric
                           / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric
                           * own_uom.factor::numeric
                           / NULLIF(ordered_uom.factor, 0)::numeric)
                  FROM sale_order_line_invoice_rel rel
                  JOIN sale_order_line ordered ON ordered.id = rel.order_line_id
                  JOIN sale_order sale ON sale.id = ordered.order_id
                  JOIN uom_uom ordered_uom ON ordered_uom.id = ordered.product_uom_id
                 WHERE rel.invoice_line_id = line.id
                   AND ordered.product_id = line.product_id), %s, 0)
            """,
            products._field_to_sql("product", "standard_price"),
        )
