from odoo import api, models
from odoo.tools import SQL

from .account_payment import BOUNCED
from .invoice_measure import SALES


class SalesCommissionMeasure(models.Model):
    """What is collected: of each payment, the share of the invoice that it pays, on the
    day on which it pays it.

    Shares are taken of the running total, so that the parts add up to the invoice to
    the cent. A credit note is no cash, and the balance of exchange rates, which Odoo
    reconciles with nothing in the document's currency, neither. A credit note that is
    paid out takes back.
    """

    _inherit = "sales.commission.measure"

    def _get_event_query_payment(self, component, document_ids):
        rows = self._get_invoice_rows_sql(component, document_ids)
        if not rows:
            return None
        self._flush_payments()
        return SQL(
            """
            WITH sold AS (
                SELECT move_id, origin_id, document_name, sold, user_id, team_id,
                       source_currency_id, SUM(amount) AS amount,
                       SUM(quantity) AS quantity, SUM(source_amount) AS source_amount
                  FROM (%(rows)s) item
                 GROUP BY 1, 2, 3, 4, 5, 6, 7
            ),
            due AS (
                SELECT move_id, SUM(ABS(amount_currency)) AS total
                  FROM account_move_line
                 WHERE display_type = 'payment_term'
                   AND move_id IN (SELECT move_id FROM sold)
                 GROUP BY move_id
            ),
            paid AS (
                SELECT part.*, due.total,
                       SUM(part.amount) OVER (PARTITION BY part.move_id
                                              ORDER BY part.date, part.id) AS until
                  FROM (%(parts)s) part JOIN due USING (move_id)
                 WHERE due.total != 0
            )
            SELECT paid.id AS source_id, sold.move_id AS document_id, sold.origin_id,
                   sold.document_name, sold.sold, paid.date, sold.user_id,
                   NULL::int AS employee_id, sold.team_id, NULL::int AS order_id,
                   sold.origin_id AS move_id, %(amount)s AS amount,
                   %(quantity)s AS quantity, %(source_amount)s AS source_amount,
                   sold.source_currency_id
              FROM paid JOIN sold USING (move_id)
            """,
            rows=rows,
            parts=self._get_parts_sql(),
            **{
                name: self._get_share_sql(
                    SQL.identifier("sold", name), component.plan_id.currency_id
                )
                for name in ("amount", "quantity", "source_amount")
            },
        )

    @api.model
    def _flush_payments(self):
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.payment"].flush_model(["state"])
        self.env["account.move"].flush_model(["origin_payment_id", "state"])
        self.env["account.move.line"].flush_model(
            ["display_type", "parent_state", "date", "invoice_date"]
        )

    @api.model
    def _get_bounced_sql(self, entry):
        """Whether *entry*, alias of a payment's entry, is of one that bounced."""
        return SQL(
            """EXISTS (SELECT 1 FROM account_payment bounced
                        WHERE bounced.id = %s AND bounced.state IN %s)""",
            SQL.identifier(entry, "origin_payment_id"),
            BOUNCED,
        )

    def _get_share_sql(self, total, currency):
        """What this payment adds to what is collected of *total*."""

        def collected(paid):
            return SQL(
                "ROUND(%s * %s / paid.total, %s)", total, paid, currency.decimal_places
            )

        until = collected(SQL("paid.until"))
        before = collected(SQL("(paid.until - paid.amount)"))
        return SQL("(%s - %s)", until, before)

    def _get_parts_sql(self, cash_only=True):
        """One row per payment of the documents in ``sold``, in their currency. It
        counts on its own day, but not before the invoice was made; lock dates may have
        moved the invoice's entry to a later day, on which nothing is paid.

        :param cash_only: False for what credit notes settle, too, and are settled by
        """
        payers = SQL("payment.move_type NOT IN %s", SALES) if cash_only else SQL("TRUE")
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT partial.id, term.move_id,
                       GREATEST(cash.date, COALESCE(term.invoice_date, term.date))
                           AS date,
                       partial.%(amount)s AS amount
                  FROM account_move_line term
                  JOIN account_partial_reconcile partial ON partial.%(term)s = term.id
                  JOIN account_move_line cash
                    ON cash.id = partial.%(cash)s AND cash.parent_state = 'posted'
                  JOIN account_move payment
                    ON payment.id = cash.move_id AND %(payers)s AND NOT %(bounced)s
                 WHERE term.display_type = 'payment_term' AND partial.%(amount)s != 0
                   AND term.move_id IN (SELECT move_id FROM sold)
                """,
                amount=SQL.identifier(f"{side}_amount_currency"),
                term=SQL.identifier(f"{side}_move_id"),
                cash=SQL.identifier(f"{other}_move_id"),
                payers=payers,
                bounced=self._get_bounced_sql("payment"),
            )
            for side, other in (("debit", "credit"), ("credit", "debit"))
        )

    def _get_gone_sql_payment(self, held):
        self._flush_payments()
        return SQL(
            """
            NOT EXISTS (
                SELECT 1 FROM account_partial_reconcile gone
                  JOIN account_move_line debit ON debit.id = gone.debit_move_id
                  JOIN account_move_line credit ON credit.id = gone.credit_move_id
                  JOIN account_move paid ON paid.id = debit.move_id
                  JOIN account_move payment ON payment.id = credit.move_id
                 WHERE gone.id = %s
                   AND debit.parent_state = 'posted' AND credit.parent_state = 'posted'
                   AND NOT %s AND NOT %s)
            """,
            SQL.identifier(held, "source_id"),
            self._get_bounced_sql("paid"),
            self._get_bounced_sql("payment"),
        )
