from odoo.tools import SQL

# Links that the component implies, and who wrote the row: no foreign keys any more.
IMPLIED = ("company_id", "plan_id", "currency_id")
AUTHOR = ("create_uid", "write_uid")
WITHOUT = {
    "sales_commission_credit": IMPLIED + AUTHOR,
    "sales_commission_earning": IMPLIED + AUTHOR,
    "sales_commission_attainment": IMPLIED,
}


def migrate(cr, version):
    """Drop the foreign keys that protect nothing. Odoo makes none anew."""
    for table, columns in WITHOUT.items():
        for column in columns:
            name = f"{table}_{column}_fkey"
            cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                    SQL.identifier(table),
                    SQL.identifier(name),
                )
            )
            cr.execute("DELETE FROM ir_model_constraint WHERE name = %s", [name])
