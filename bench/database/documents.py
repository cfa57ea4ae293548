"""A year of posted invoices, credit notes and payments by a handful of statements.

Each row is a copy of one that Odoo made (``models.Models``) in all its columns,
whatever apps have added to the table, but for what makes a document its own. So nothing
here knows how Odoo books an invoice; ``scripts/tests/test_bench.py`` compares one with
what Odoo makes of the same lines.
"""

import contextlib

from odoo.tools import SQL

from .models import DUE, PAID, TAKEN_BACK, Models
from .sizes import FIRST_DAY, LAST_DAY

ONE_IN_TAKEN_BACK = 25
ONE_IN_PAID = 10
TABLES = ("account_move", "account_move_line", "account_partial_reconcile")


def number_sql(number):
    """As Odoo writes it: five digits, more when there are more."""
    return SQL("lpad((%(n)s)::text, GREATEST(5, length((%(n)s)::text)), '0')", n=number)


class Documents:
    def __init__(self, company):
        self.company = company
        self.env = company.env
        self.size = company.size
        self.models = Models(company)
        self.env.flush_all()

    def fill(self):
        """:return: the number of invoice lines that there are now"""
        self._number_documents()
        self._number_lines()
        self._add_up()
        with self._without_checks():
            self._copy_moves()
            self._copy_lines()
            self._copy_payments()
        self._set_sequences()
        for table in TABLES:
            self._run(SQL("ANALYZE %s", SQL.identifier(table)))
        self.env.invalidate_all()
        [(lines,)] = self._run(
            SQL(
                """SELECT COUNT(*) FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE move.move_type = 'out_invoice'
                      AND line.display_type = 'product'"""
            )
        )
        return lines

    @contextlib.contextmanager
    def _without_checks(self):
        """Indexes are built at once when all is there. Foreign keys are not looked at
        where PostgreSQL lets this user decide that: what they point at is copied."""
        [(is_superuser,)] = self._run(SQL("SHOW is_superuser"))
        if is_superuser == "on":
            self._run(SQL("SET LOCAL session_replication_role = replica"))
        indexes = self._run(
            SQL(
                """SELECT name.relname, pg_get_indexdef(index.indexrelid)
                     FROM pg_index index
                     JOIN pg_class name ON name.oid = index.indexrelid
                    WHERE index.indrelid = ANY(%s::regclass[])
                      AND NOT index.indisunique""",
                list(TABLES),
            )
        )
        for name, _definition in indexes:
            self._run(SQL("DROP INDEX %s", SQL.identifier(name)))
        yield
        for _name, definition in indexes:
            self.env.cr.execute(definition)  # as PostgreSQL wrote it
        if is_superuser == "on":
            self._run(SQL("SET LOCAL session_replication_role = DEFAULT"))

    def _run(self, statement):
        self.env.cr.execute(statement)
        return self.env.cr.fetchall() if self.env.cr.description else []

    def _last_id(self, table):
        [(last,)] = self._run(SQL("SELECT MAX(id) FROM %s", SQL.identifier(table)))
        return last

    # --- which documents there are -------------------------------------------------

    def _number_documents(self):
        """``bench_move``: a row per invoice, and one per credit note that takes it back
        in full. ``sign`` is that of what the customer owes."""
        company, models = self.company, self.models
        sellers = company.sellers
        teams = dict(zip(company.leads.ids, company.teams.ids, strict=True))
        people = SQL(
            "%s::int[], %s::int[]",
            sellers.user_id.ids,
            [teams[seller.parent_id.id] for seller in sellers],
        )
        self._run(
            SQL(
                """
                CREATE TEMP TABLE bench_move ON COMMIT DROP AS
                WITH number AS (
                    SELECT n, 1 + (n - 1) %% %(models)s AS model,
                           %(first)s::date + (n * %(days)s / %(invoices)s)::int AS date,
                           n * 7919 %% %(seller_count)s + 1 AS seller,
                           n * 104729 %% %(customer_count)s + 1 AS customer,
                           n %% %(taken_back)s = 0 AS is_taken_back,
                           n %% %(paid)s = 3 AS is_paid
                      FROM generate_series(%(next)s::bigint, %(invoices)s::bigint) n
                ),
                document AS (
                    SELECT number.*, 1 AS sign, n AS sequence,
                           (%(invoice_models)s::int[])[model] AS model_id,
                           'INV/2025/' || %(invoice_number)s AS name
                      FROM number
                     UNION ALL
                    SELECT n, model, LEAST(date + %(back_days)s, %(last)s::date),
                           seller, customer, is_taken_back, FALSE, -1,
                           %(models)s + row_number() OVER (ORDER BY n),
                           (%(refund_models)s::int[])[model],
                           'RINV/2025/' || %(refund_number)s
                      FROM number WHERE is_taken_back
                )
                SELECT (%(last_id)s + row_number()
                            OVER (ORDER BY date, sign DESC, n))::int AS id,
                       document.*,
                       (%(customers)s::int[])[customer] AS partner_id,
                       who.user_id, who.team_id
                  FROM document
                  JOIN unnest(%(people)s) WITH ORDINALITY
                    AS who(user_id, team_id, number) ON who.number = document.seller
                """,
                models=models.COUNT,
                invoice_number=number_sql(SQL("n")),
                refund_number=number_sql(
                    SQL("%s + row_number() OVER (ORDER BY n)", models.COUNT)
                ),
                first=FIRST_DAY,
                last=LAST_DAY,
                days=(LAST_DAY - FIRST_DAY).days,
                back_days=TAKEN_BACK.days,
                invoices=self.size.invoices,
                next=models.COUNT + 1,
                seller_count=len(sellers),
                customer_count=len(company.customers),
                customers=company.customers.ids,
                people=people,
                taken_back=ONE_IN_TAKEN_BACK,
                paid=ONE_IN_PAID,
                invoice_models=[move.id for move in models.invoices],
                refund_models=[move.id for move in models.refunds],
                last_id=self._last_id("account_move"),
            )
        )
        self._run(SQL("CREATE INDEX ON bench_move (n, sign)"))
        self._run(SQL("ANALYZE bench_move"))

    def _number_lines(self):
        """``bench_line``: a row per line of each document, the product lines with an
        amount. It is a multiple of 20 cents, of which every tax is whole cents; the
        credit note takes back what its invoice was about."""
        self._run(
            SQL(
                """
                CREATE TEMP TABLE bench_line ON COMMIT DROP AS
                WITH model AS (
                    SELECT line.id, line.move_id, line.display_type,
                           row_number() OVER (
                               PARTITION BY line.move_id, line.display_type
                               ORDER BY line.id) AS position
                      FROM account_move_line line
                     WHERE line.move_id = ANY(%(models)s)
                )
                SELECT (%(last_id)s + row_number() OVER (
                            ORDER BY move.id, model.id))::int AS id,
                       move.id AS move_id, model.id AS model_id, model.display_type,
                       (%(products)s::int[])[
                           (move.n * 31 + model.position * 7) %% %(product_count)s + 1
                       ] AS product_id,
                       1 + (move.n + model.position) %% 3 AS quantity,
                       (50 + (move.n * 7919 + model.position * 104729) %% 4950)::numeric
                           / 5 AS price
                  FROM bench_move move JOIN model ON model.move_id = move.model_id
                """,
                models=[
                    move.id for move in (*self.models.invoices, *self.models.refunds)
                ],
                products=self.company.products.ids,
                product_count=len(self.company.products),
                last_id=self._last_id("account_move_line"),
            )
        )

    def _add_up(self):
        """``bench_total``: what each document comes to, and what was paid of it."""
        self._run(
            SQL(
                """
                CREATE TEMP TABLE bench_total ON COMMIT DROP AS
                SELECT total.*, tax.tax, total.untaxed + tax.tax AS total,
                       CASE WHEN move.is_paid AND move.sign > 0
                            THEN ROUND((total.untaxed + tax.tax) / 2, 2)
                            ELSE 0 END AS paid,
                       CASE WHEN move.is_paid AND move.sign > 0
                            THEN %(last_id)s + row_number() OVER (
                                PARTITION BY move.is_paid AND move.sign > 0
                                ORDER BY move.id) END AS partial_id
                  FROM (SELECT move_id, SUM(quantity * price) AS untaxed
                          FROM bench_line WHERE display_type = 'product'
                         GROUP BY move_id) total
                  JOIN bench_move move ON move.id = total.move_id
                 CROSS JOIN LATERAL (
                    SELECT ROUND(total.untaxed * %(rate)s::numeric, 2) AS tax) tax
                """,
                last_id=self._last_id("account_partial_reconcile"),
                rate=str(self.company.tax.amount / 100),
            )
        )
        self._run(SQL("CREATE INDEX ON bench_total (move_id)"))
        self._run(SQL("ANALYZE bench_total"))

    # --- copying ----------------------------------------------------------------------

    def _copy(self, table, own, source):
        """Insert copies of rows of *table*.

        :param own: ``{column: SQL}``, what a copy has of its own
        :param source: ``SQL`` of a FROM clause, in which ``model`` is the row to copy
        """
        columns = [
            name
            for (name,) in self._run(
                SQL(
                    """SELECT column_name FROM information_schema.columns
                        WHERE table_name = %s AND table_schema = current_schema
                          AND is_generated = 'NEVER'""",
                    table,
                )
            )
        ]
        unknown = own.keys() - set(columns)
        assert not unknown, f"{table} has no column {unknown}"
        self._run(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(
                    own.get(name, SQL.identifier("model", name)) for name in columns
                ),
                source,
            )
        )

    def _copy_moves(self):
        signed = {
            f"amount_{name}{suffix}": SQL(
                "move.sign * total.%s", SQL.identifier(column)
            )
            for name, column in (("untaxed", "untaxed"), ("total", "total"))
            for suffix in ("_signed", "_in_currency_signed")
        }
        own = {
            **signed,
            "id": SQL("move.id"),
            "name": SQL("move.name"),
            "sequence_number": SQL("move.sequence"),
            "ref": SQL("CASE WHEN move.sign < 0 THEN 'Reversal of: ' || sale.name END"),
            "payment_reference": SQL("CASE WHEN move.sign > 0 THEN move.name END"),
            "date": SQL("move.date"),
            "invoice_date": SQL("move.date"),
            "invoice_date_due": SQL(
                "CASE WHEN move.sign > 0 THEN move.date + %s ELSE move.date END",
                DUE.days,
            ),
            "partner_id": SQL("move.partner_id"),
            "commercial_partner_id": SQL("move.partner_id"),
            "partner_shipping_id": SQL("move.partner_id"),
            "invoice_partner_display_name": SQL("partner.complete_name"),
            "invoice_user_id": SQL("move.user_id"),
            "team_id": SQL("move.team_id"),
            "reversed_entry_id": SQL("CASE WHEN move.sign < 0 THEN sale.id END"),
            "amount_untaxed": SQL("total.untaxed"),
            "amount_tax": SQL("total.tax"),
            "amount_tax_signed": SQL("move.sign * total.tax"),
            "amount_total": SQL("total.total"),
            "amount_residual": SQL("total.total - total.paid"),
            "amount_residual_signed": SQL("move.sign * (total.total - total.paid)"),
            "payment_state": SQL(
                "CASE WHEN total.paid > 0 THEN 'partial' ELSE 'not_paid' END"
            ),
            "create_date": SQL("move.date + TIME '12:00'"),
            "write_date": SQL("move.date + TIME '12:00'"),
        }
        self._copy(
            "account_move",
            own,
            SQL(
                """bench_move move
                   JOIN account_move model ON model.id = move.model_id
                   JOIN bench_total total ON total.move_id = move.id
                   JOIN res_partner partner ON partner.id = move.partner_id
                   JOIN bench_move sale ON sale.n = move.n AND sale.sign > 0
                  ORDER BY move.id"""
            ),
        )

    def _copy_lines(self):
        """What a line comes to follows from what it is for: the product's amount is
        credited, the tax on all of them too, and the customer owes both."""
        kind = SQL("model.display_type")
        balance = SQL(
            """(CASE %s WHEN 'product' THEN -move.sign * item.quantity * item.price
                        WHEN 'tax' THEN -move.sign * total.tax
                        ELSE move.sign * total.total END)""",
            kind,
        )
        subtotal = SQL("item.quantity * item.price")

        def only(name, value, other=None):
            return SQL(
                "CASE WHEN %s = %s THEN %s ELSE %s END", kind, name, value, other
            )

        residual = only(
            "payment_term", SQL("move.sign * (total.total - total.paid)"), SQL("0")
        )
        own = {
            "id": SQL("item.id"),
            "move_id": SQL("move.id"),
            "move_name": SQL("move.name"),
            "ref": SQL("CASE WHEN move.sign < 0 THEN 'Reversal of: ' || sale.name END"),
            "name": SQL(
                """CASE %s WHEN 'product' THEN template.name ->> 'en_US'
                           WHEN 'tax' THEN model.name
                           ELSE CASE WHEN move.sign > 0 THEN move.name END END""",
                kind,
            ),
            "date": SQL("move.date"),
            "invoice_date": SQL("move.date"),
            "date_maturity": only(
                "payment_term",
                SQL(
                    "CASE WHEN move.sign > 0 THEN move.date + %s ELSE move.date END",
                    DUE.days,
                ),
                SQL("NULL"),
            ),
            "partner_id": SQL("move.partner_id"),
            "product_id": only("product", SQL("item.product_id"), SQL("NULL")),
            "quantity": only("product", SQL("item.quantity"), SQL("0")),
            "price_unit": only("product", SQL("item.price"), SQL("0")),
            "price_subtotal": only("product", subtotal, SQL("0")),
            "price_total": only(
                "product",
                SQL(
                    "ROUND(%s * (1 + %s::numeric), 2)",
                    subtotal,
                    str(self.company.tax.amount / 100),
                ),
                SQL("0"),
            ),
            "balance": balance,
            "amount_currency": balance,
            "debit": SQL("GREATEST(%s, 0)", balance),
            "credit": SQL("GREATEST(-%s, 0)", balance),
            "tax_base_amount": only(
                "tax", SQL("-move.sign * total.untaxed"), SQL("model.tax_base_amount")
            ),
            "amount_residual": residual,
            "amount_residual_currency": residual,
            "matching_number": only(
                "payment_term",
                SQL("CASE WHEN total.paid > 0 THEN 'P' || total.partial_id END"),
                SQL("NULL"),
            ),
            "create_date": SQL("move.date + TIME '12:00'"),
            "write_date": SQL("move.date + TIME '12:00'"),
        }
        self._copy(
            "account_move_line",
            own,
            SQL(
                """bench_line item
                   JOIN account_move_line model ON model.id = item.model_id
                   JOIN bench_move move ON move.id = item.move_id
                   JOIN bench_total total ON total.move_id = item.move_id
                   JOIN bench_move sale ON sale.n = move.n AND sale.sign > 0
                   JOIN product_product product ON product.id = item.product_id
                   JOIN product_template template
                     ON template.id = product.product_tmpl_id
                  ORDER BY item.id"""
            ),
        )
        self._run(
            SQL(
                """
                INSERT INTO account_move_line_account_tax_rel
                       (account_move_line_id, account_tax_id)
                SELECT item.id, rel.account_tax_id
                  FROM bench_line item JOIN account_move_line_account_tax_rel rel
                    ON rel.account_move_line_id = item.model_id
                """
            )
        )

    # --- payments -------------------------------------------------------------------

    def _copy_payments(self):
        """Half of some invoices came in by the bank: an entry of two lines, of which
        one is reconciled with what the customer owes."""
        entry = self.models.payment
        bank = entry.line_ids.filtered(lambda line: not line.partner_id)
        paying = entry.line_ids - bank
        self._run(
            SQL(
                """
                CREATE TEMP TABLE bench_payment ON COMMIT DROP AS
                SELECT %(last_move)s + number AS id,
                       %(last_line)s + 2 * number AS line_id,
                       1 + number AS sequence, paid.*,
                       %(prefix)s || %(number)s AS name
                  FROM (SELECT row_number() OVER (ORDER BY move.id)::int AS number,
                               LEAST(move.date + %(days)s, %(last)s::date) AS date,
                               move.partner_id, total.paid AS amount, total.partial_id,
                               owed.id AS owed_id
                          FROM bench_move move
                          JOIN bench_total total
                            ON total.move_id = move.id AND total.paid > 0
                          JOIN bench_line owed
                            ON owed.move_id = move.id
                           AND owed.display_type = 'payment_term') paid
                """,
                last_move=self._last_id("account_move"),
                last_line=self._last_id("account_move_line"),
                prefix=entry.sequence_prefix,
                number=number_sql(SQL("1 + number")),
                days=PAID.days,
                last=LAST_DAY,
            )
        )
        logged = {
            name: SQL("payment.date + TIME '12:00'")
            for name in ("create_date", "write_date")
        }
        self._copy(
            "account_move",
            {
                **logged,
                "id": SQL("payment.id"),
                "name": SQL("payment.name"),
                "sequence_number": SQL("payment.sequence"),
                "date": SQL("payment.date"),
                **{
                    f"amount_total{suffix}": SQL("payment.amount")
                    for suffix in ("", "_signed", "_in_currency_signed")
                },
            },
            SQL(
                "bench_payment payment JOIN account_move model ON model.id = %s",
                entry.id,
            ),
        )
        for model, place, balance in (
            (bank, SQL("-1"), SQL("payment.amount")),
            (paying, SQL("0"), SQL("(0 - payment.amount)")),
        ):
            self._copy_payment_lines(model, place, balance, logged)
        self._copy(
            "account_partial_reconcile",
            {
                **logged,
                "id": SQL("payment.partial_id"),
                "debit_move_id": SQL("payment.owed_id"),
                "credit_move_id": SQL("payment.line_id"),
                "max_date": SQL("payment.date"),
                "amount": SQL("payment.amount"),
                "debit_amount_currency": SQL("payment.amount"),
                "credit_amount_currency": SQL("payment.amount"),
            },
            SQL(
                "bench_payment payment"
                " JOIN account_partial_reconcile model ON model.id = %s",
                paying.matched_debit_ids.id,
            ),
        )

    def _copy_payment_lines(self, model, place, balance, logged):
        own = {
            **logged,
            "id": SQL("payment.line_id + %s", place),
            "move_id": SQL("payment.id"),
            "move_name": SQL("payment.name"),
            "date": SQL("payment.date"),
            "balance": balance,
            "amount_currency": balance,
            "price_subtotal": balance,
            "price_total": balance,
            "debit": SQL("GREATEST(%s, 0)", balance),
            "credit": SQL("GREATEST(-%s, 0)", balance),
        }
        if model.partner_id:
            own |= {
                "partner_id": SQL("payment.partner_id"),
                "matching_number": SQL("'P' || payment.partial_id"),
            }
        else:
            own |= {"amount_residual": balance, "amount_residual_currency": balance}
        self._copy(
            "account_move_line",
            own,
            SQL(
                "bench_payment payment JOIN account_move_line model ON model.id = %s",
                model.id,
            ),
        )

    def _set_sequences(self):
        for table in TABLES:
            self._run(
                SQL(
                    "SELECT setval(%s, (SELECT MAX(id) FROM %s))",
                    f"{table}_id_seq",
                    SQL.identifier(table),
                )
            )
