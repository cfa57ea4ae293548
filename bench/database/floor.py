"""What crediting is compared with: the same rows by one statement written by hand.

The statement knows all that the add-on has to find out: which measures there are, that
nobody shares a sale, that nothing was credited before, how many levels there are. Its
table has the columns, indexes, unique constraints and foreign keys of the credits, and
it says ON CONFLICT DO NOTHING as they do. ``bare`` leaves the foreign keys out.
"""

from odoo.tools import SQL

TABLE = SQL.identifier("bench_floor")
CREDITS = "sales_commission_credit"
# What must be equal in both tables.
COMPARED = (
    "component_id, employee_id, level, source_id, origin_id, sold, date, date_from,"
    " date_to, amount, quantity::numeric, source_amount, source_currency_id,"
    " document_id, document_name, revision, reason, unit"
)


class Floor:
    def __init__(self, env, plans):
        self.env = env
        self.plans = plans

    def prepare(self, bare=False):
        """An empty table."""
        cr = self.env.cr
        cr.execute(SQL("DROP TABLE IF EXISTS %s", TABLE))
        cr.execute(
            SQL(
                "CREATE TABLE %s (LIKE %s INCLUDING ALL)",
                TABLE,
                SQL.identifier(CREDITS),
            )
        )
        cr.execute(
            """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conrelid = %s::regclass AND contype = 'f'""",
            [CREDITS],
        )
        for name, definition in [] if bare else cr.fetchall():
            cr.execute(
                SQL(
                    "ALTER TABLE %s ADD CONSTRAINT %s %s",
                    TABLE,
                    SQL.identifier(f"bench_{name}"),
                    SQL(
                        definition.replace(
                            f"REFERENCES {CREDITS}(", "REFERENCES bench_floor("
                        )
                    ),
                )
            )

    def fill(self):
        """:return: number of rows"""
        sellers, above = self.plans
        invoiced, units = sellers.component_ids
        parts = [
            self._part(
                sellers, invoiced, SQL("seller"), 0, SQL("-line.balance"), "money"
            ),
            self._part(sellers, units, SQL("seller"), 0, UNITS, "number"),
            self._part(
                above,
                above.component_ids,
                SQL("lead"),
                1,
                SQL("-line.balance"),
                "money",
            ),
            self._part(
                above,
                above.component_ids,
                SQL("director"),
                2,
                SQL("-line.balance"),
                "money",
            ),
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (
                    component_id, employee_id, level, source_id, origin_id, sold, date,
                    date_from, date_to, amount, quantity, below_percent, source_amount,
                    source_currency_id, company_id, plan_id, currency_id, unit,
                    source_model, document_model, document_id, document_name, revision,
                    reversal_of_id, reason, create_uid, create_date, write_uid,
                    write_date)
                %s ON CONFLICT DO NOTHING
                """,
                TABLE,
                SQL(" UNION ALL ").join(parts),
            )
        )
        return self.env.cr.rowcount

    def _part(self, plan, component, payee, level, amount, unit):
        return SQL(
            """
            SELECT %(component)s, %(payee)s.id, %(level)s, line.id, sale.id,
                   sale.invoice_date, sale.invoice_date,
                   date_trunc('month', sale.invoice_date)::date,
                   (date_trunc('month', sale.invoice_date)
                    + INTERVAL '1 month - 1 day')::date,
                   %(amount)s, %(units)s, 0, -line.amount_currency, line.currency_id,
                   %(company)s, %(plan)s, %(currency)s, %(unit)s, 'account.move.line',
                   'account.move', move.id, move.name, 1, NULL::int, 'credited',
                   1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_move sale
                ON sale.id = COALESCE(move.reversed_entry_id, move.id)
              JOIN hr_employee seller ON seller.user_id = sale.invoice_user_id
              LEFT JOIN hr_employee lead ON lead.id = seller.parent_id
              LEFT JOIN hr_employee director ON director.id = lead.parent_id
             WHERE line.display_type = 'product' AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
               AND sale.invoice_date BETWEEN %(first)s AND %(last)s
            """,
            component=component.id,
            payee=payee,
            level=level,
            amount=amount,
            units=UNITS,
            company=plan.company_id.id,
            plan=plan.id,
            currency=plan.currency_id.id,
            unit=unit,
            first=plan.date_from,
            last=plan.date_to,
        )

    def count_differences(self):
        """Rows that one of the two tables has and the other has not."""
        names = SQL(COMPARED)
        credits = SQL.identifier(CREDITS)
        self.env.cr.execute(
            SQL(
                """
                SELECT COUNT(*) FROM (
                    (SELECT %(n)s FROM %(a)s EXCEPT ALL SELECT %(n)s FROM %(b)s)
                     UNION ALL
                    (SELECT %(n)s FROM %(b)s EXCEPT ALL SELECT %(n)s FROM %(a)s)) rows
                """,
                n=names,
                a=credits,
                b=TABLE,
            )
        )
        return self.env.cr.fetchone()[0]

    def drop(self):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", TABLE))


UNITS = SQL(
    "CASE move.move_type WHEN 'out_refund' THEN -line.quantity ELSE line.quantity END"
)
