from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..design.flushing import flush_models
from .what_if import ask

SALES = ("out_invoice", "out_refund", "out_receipt")

# What is read of an invoice's line.
LINE_COLUMNS = (
    "id",
    "move_id",
    "balance",
    "amount_currency",
    "currency_id",
    "quantity",
    "price_unit",
    "discount",
    "product_id",
    "product_uom_id",
    "is_downpayment",
    "sales_commission_unit_cost",
)


class SalesCommissionMeasure(models.Model):
    """What is invoiced.

    A refund belongs to the plan, payee and dates of the sale it takes back, so that no
    other plan counts it and this one cannot miss it; by policy it counts in the sale's
    period or in its own.
    """

    _inherit = "sales.commission.measure"

    def _get_event_query_invoice_line(self, component, document_ids):
        if document_ids is not None and not self._is_any_posted(document_ids):
            return None
        if self.value == "new_customers":
            return self._get_event_query_new_invoiced(component, document_ids)
        rows = self._get_invoice_rows_sql(component, document_ids)
        if not rows:
            return None
        if self.value == "documents":
            return self._get_event_query_documents(component, rows)
        return SQL(
            """
            SELECT item.line_id AS source_id, item.move_id AS document_id,
                   item.origin_id, item.document_name, item.sold, %s AS date,
                   item.user_id,
                   NULL::int AS employee_id, item.team_id, NULL::int AS order_id,
                   item.origin_id AS move_id, item.amount, item.quantity,
                   item.source_amount, item.source_currency_id
              FROM (%s) item
            """,
            self._get_invoice_date_sql(component),
            rows,
        )

    def _search_invoice_lines(self, component, document_ids, days=Domain.TRUE):
        """Query for the lines that *component* counts."""
        plan = component.plan_id
        # sudo: what a plan counts must not depend on what its reader may see
        lines = self.env["account.move.line"].sudo().with_company(plan.company_id)
        domain = (
            Domain("company_id", "=", plan.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("display_type", "=", "product")
            & Domain("move_id.move_type", "in", SALES)
            & self._get_filter(component)
        )
        if document_ids is not None:
            domain &= Domain("move_id", "in", document_ids)
        return lines._search(domain & days, active_test=False)

    @api.model
    def _get_sale_days_domain(self, plan):
        """Lines of what may be sold on the days of *plan*. What takes a sale back has
        the sale's day, whatever its own."""
        since = Domain("move_id.invoice_date", ">=", plan.date_from)
        until = Domain("move_id.invoice_date", "<=", plan.date_to or date.max)
        return (
            (since & until)
            | Domain("move_id.invoice_date", "=", False)
            | Domain("move_id.reversed_entry_id", "!=", False)
        )

    @api.model
    def _is_any_posted(self, document_ids):
        """What is withdrawn as a whole, reset or cancelled, need not be searched for
        what counts: that would be most of the time it takes."""
        known = self.env["account.move"]._fields["state"]._get_cache(self.env)
        if any(known.get(id_) == "posted" for id_ in document_ids):
            return True
        unknown = [id_ for id_ in document_ids if id_ not in known]
        if not unknown:
            return False
        flush_models(self.env, "account.move")
        posted = SQL(
            """SELECT 1 FROM account_move
                WHERE id = ANY(%s) AND state = 'posted' LIMIT 1""",
            unknown,
        )
        return bool(ask(self.env, posted))

    def _get_invoice_rows_sql(self, component, document_ids):
        """One row per line that counts, with its sale and its signed value.

        The lines are found first and all else is joined to them: left to itself,
        PostgreSQL joins every line that there is when it expects few.

        :return: ``SQL``, or None when nothing can match
        """
        days = Domain.TRUE
        if document_ids is None:
            days = self._get_sale_days_domain(component.plan_id)
        query = self._search_invoice_lines(component, document_ids, days)
        if query.is_empty():
            return None
        self._flush_invoices()
        amount, quantity, counts = self._get_value_sql(
            self._get_invoice_parts(component.plan_id.currency_id)
        )
        return SQL(
            """
            WITH line AS MATERIALIZED %(lines)s
            SELECT line.id AS line_id, move.id AS move_id, origin.id AS origin_id,
                   move.name AS document_name, origin.invoice_user_id AS user_id,
                   origin.team_id,
                   COALESCE(origin.invoice_date, origin.date) AS sold,
                   COALESCE(move.invoice_date, move.date) AS own_date,
                   %(amount)s AS amount, %(quantity)s AS quantity,
                   -line.amount_currency AS source_amount,
                   line.currency_id AS source_currency_id
              FROM line
              JOIN account_move move ON move.id = line.move_id
              %(origin)s
              %(units)s
             WHERE %(counts)s
            """,
            amount=amount,
            quantity=quantity,
            counts=counts,
            origin=self._get_origin_join_sql(),
            units=self._get_units_join_sql(),
            lines=query.subselect(
                *(SQL.identifier("account_move_line", name) for name in LINE_COLUMNS)
            ),
        )

    @api.model
    def _get_origin_join_sql(self):
        """Joins that add ``origin`` to ``move``: for a refund, and for the invoice by
        which Odoo takes a refund back, the first sale; else the move itself."""
        return SQL(
            """
            JOIN account_move parent
              ON parent.id = COALESCE(move.reversed_entry_id, move.id)
            JOIN account_move origin
              ON origin.id = COALESCE(parent.reversed_entry_id, parent.id)
            """
        )

    @api.model
    def _flush_invoices(self):
        flush_models(self.env, "account.move.line", "account.move")

    def _get_invoice_date_sql(self, component):
        """The day on which a row counts, by the component's refund policy."""
        return SQL("sold" if component.refund_period == "original" else "own_date")

    def _get_invoice_parts(self, currency):
        """What ``_get_value_sql`` adds up, of a ``line`` of a ``move``. A line with a
        negative price is a discount: it is worth less, but is no unit. Neither is a
        down payment."""
        direction = SQL("CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END")
        amount = self._get_invoice_amount_sql(currency)
        units = self._get_units_sql(SQL("line.quantity"))
        return {
            "amount": amount,
            "cost": SQL(
                "ROUND(%s * %s * COALESCE(line.sales_commission_unit_cost, 0)::numeric,"
                " %s)",
                direction,
                units,
                currency.decimal_places,
            ),
            "units": SQL(
                """CASE WHEN line.price_unit < 0 OR line.is_downpayment THEN 0
                        ELSE %s * %s END""",
                direction,
                units,
            ),
            "price": SQL(
                """CASE WHEN COALESCE(line.discount, 0) != 100
                        THEN ROUND(%s / (1 - COALESCE(line.discount, 0)::numeric / 100),
                                   %s)
                        ELSE ROUND(%s * line.quantity::numeric
                                   * line.price_unit::numeric
                                   / COALESCE(NULLIF(move.invoice_currency_rate, 0),
                                              1)::numeric, %s) END""",
                amount,
                currency.decimal_places,
                direction,
                currency.decimal_places,
            ),
        }

    def _get_invoice_amount_sql(self, currency):
        """A refund takes back the sale at the sale's exchange rate, not its own; a
        whole line of it as that was booked, for Odoo spreads what rounding leaves over
        the lines of an invoice."""
        same = SQL(
            """display_type = 'product'
               AND twin.product_id IS NOT DISTINCT FROM line.product_id
               AND ABS(twin.amount_currency) = ABS(line.amount_currency)"""
        )
        return SQL(
            """
            (CASE WHEN move.id != origin.id AND line.currency_id = origin.currency_id
                   AND line.currency_id != %(currency)s
                   AND origin.invoice_currency_rate > 0
                  THEN COALESCE((
                      SELECT -twin.balance
                             * SIGN(twin.amount_currency * line.amount_currency)
                        FROM account_move_line twin
                       WHERE twin.move_id = origin.id AND twin.%(same)s
                       ORDER BY twin.id
                      OFFSET (SELECT COUNT(*) FROM account_move_line twin
                               WHERE twin.move_id = move.id AND twin.id < line.id
                                 AND twin.%(same)s)
                       LIMIT 1
                  ), ROUND((-line.amount_currency
                            / origin.invoice_currency_rate)::numeric, %(digits)s))
                  ELSE -line.balance END)
            """,
            currency=currency.id,
            digits=currency.decimal_places,
            same=same,
        )

    # --- documents and customers ----------------------------------------------------

    def _get_event_query_documents(self, component, rows):
        """A sale counts once, and a refund takes the count back when nothing of the
        sale is left.

        :param rows: ``SQL`` with the lines, as of ``_get_invoice_rows_sql``
        """
        return SQL(
            """
            SELECT move_id AS source_id, move_id AS document_id, origin_id,
                   document_name, sold, %s AS date, user_id, NULL::int AS employee_id,
                   team_id, NULL::int AS order_id, origin_id AS move_id,
                   counted AS amount, counted AS quantity,
                   NULL::numeric AS source_amount, NULL::int AS source_currency_id
              FROM (SELECT document.*,
                           ((net > 0)::int - (net - amount > 0)::int)::numeric
                               AS counted
                      FROM (SELECT sums.*, SUM(amount) OVER (
                                       PARTITION BY origin_id
                                       ORDER BY move_id != origin_id, own_date, move_id
                                   ) AS net
                              FROM (SELECT move_id, origin_id, document_name, sold,
                                           own_date, user_id, team_id,
                                           SUM(amount) AS amount
                                      FROM (%s) item
                                     GROUP BY 1, 2, 3, 4, 5, 6, 7) sums) document) event
             WHERE counted != 0
            """,
            self._get_invoice_date_sql(component),
            rows,
        )

    def _get_event_query_new_invoiced(self, component, document_ids):
        """The first sale to a customer's company that was not fully taken back. Sales
        before it count with their refunds, whose sum is nothing."""
        query = self._search_invoice_lines(component, document_ids)
        if query.is_empty():
            return None
        self._flush_invoices()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        plan = component.plan_id
        rows = SQL(
            """
            SELECT * FROM (
                SELECT family.*, COALESCE(BOOL_OR(left_over > 0) OVER (
                           PARTITION BY customer_id
                           ORDER BY sold, origin_id
                           RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                           EXCLUDE GROUP), FALSE) AS is_known
                  FROM (SELECT moves.*,
                               SUM(amount) OVER (PARTITION BY origin_id) AS left_over
                          FROM (%(moves)s) moves) family) newest
             WHERE NOT is_known AND origin_id IN (
                SELECT origin.id FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id %(origin)s
                 WHERE line.id IN %(lines)s)
            """,
            moves=self._get_customer_moves_sql(plan, document_ids),
            origin=self._get_origin_join_sql(),
            lines=query.subselect(),
        )
        return self._get_event_query_documents(component, rows)

    def _get_customer_moves_sql(self, plan, document_ids):
        """One row per sale or refund of a company, whatever it is about."""
        return SQL(
            """
            SELECT move.id AS move_id, origin.id AS origin_id,
                   move.name AS document_name, origin.invoice_user_id AS user_id,
                   origin.team_id, customer.commercial_partner_id AS customer_id,
                   COALESCE(origin.invoice_date, origin.date) AS sold,
                   COALESCE(move.invoice_date, move.date) AS own_date,
                   SUM(%(amount)s) AS amount
              FROM account_move move
              %(origin)s
              JOIN res_partner customer ON customer.id = origin.partner_id
              JOIN account_move_line line
                ON line.move_id = move.id AND line.display_type = 'product'
             WHERE move.company_id = %(company)s AND move.state = 'posted'
               AND move.move_type IN %(sales)s AND %(wanted)s
             GROUP BY move.id, origin.id, customer.id
            """,
            amount=self._get_invoice_amount_sql(plan.currency_id),
            origin=self._get_origin_join_sql(),
            company=plan.company_id.id,
            sales=SALES,
            wanted=SQL("TRUE")
            if document_ids is None
            else SQL("move.id = ANY(%s)", list(document_ids)),
        )

    # --- what is judged together, and what is gone -----------------------------------

    @api.model
    def _get_judged_ids_refunds(self, document_ids):
        """Refunds follow their sale: who is credited and when it counts."""
        flush_models(self.env, "account.move")
        found = set(document_ids)
        new = found
        while new:
            refunds = ask(
                self.env,
                SQL(
                    "SELECT id FROM account_move WHERE reversed_entry_id = ANY(%s)",
                    sorted(new),
                ),
            )
            new = {id_ for (id_,) in refunds} - found
            found |= new
        return sorted(found)

    @api.model
    def _get_judged_ids_family(self, document_ids):
        """The sale and all that takes it back: each of them says what is left."""
        # sudo: whoever refunds may not see the sale
        moves = self.env["account.move"].sudo().browse(document_ids).exists()
        sales = moves.reversed_entry_id
        sales |= sales.reversed_entry_id
        return self._get_judged_ids_refunds({*document_ids, *sales.ids})

    @api.model
    def _get_judged_ids_customer_invoices(self, document_ids):
        """All that these customers bought: which sale was the first?"""
        self._flush_invoices()
        customers = ask(
            self.env,
            SQL(
                """
                SELECT other.id FROM account_move move
                  JOIN res_partner partner ON partner.id = move.partner_id
                  JOIN res_partner contact ON contact.commercial_partner_id
                                            = partner.commercial_partner_id
                  JOIN account_move other ON other.partner_id = contact.id
                   AND other.company_id = move.company_id
                   AND other.state = 'posted' AND other.move_type IN %s
                 WHERE move.id = ANY(%s)
                """,
                SALES,
                list(document_ids),
            ),
        )
        found = {*document_ids, *(move_id for (move_id,) in customers)}
        return self._get_judged_ids_family(found)

    def _get_gone_sql_invoice_line(self, held):
        self.env["account.move"].flush_model(["state"])
        return SQL(
            """NOT EXISTS (SELECT 1 FROM account_move gone
                            WHERE gone.id = %s AND gone.state = 'posted')""",
            SQL.identifier(held, "document_id"),
        )
