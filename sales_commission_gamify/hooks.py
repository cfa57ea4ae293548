from odoo.tools import SQL


def post_init_hook(env):
    """Companies that already do their accounting here get a journal and accounts
    for commissions, so that the first statement can be posted. Apps that are here
    get their ready measures."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    companies._create_sales_commission_accounts()
    env["sales.commission.measure"]._load_library()


def uninstall_hook(env):
    """The shipped measures, hierarchies and badges go first, and other rows of ours
    point at them."""
    shipped = [
        env[model]._table
        for model in (
            "sales.commission.measure",
            "sales.commission.hierarchy",
            "gamification.badge",
        )
    ]
    keys = env.execute_query(
        SQL(
            r"""
            SELECT own.relname, key.conname FROM pg_constraint key
              JOIN pg_class own ON own.oid = key.conrelid
              JOIN pg_class other ON other.oid = key.confrelid
             WHERE key.contype = 'f' AND other.relname = ANY(%s)
               AND own.relname LIKE 'sales\_commission\_%%'
               AND own.relnamespace = current_schema::regnamespace
            """,
            shipped,
        )
    )
    for table, key in keys:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(key),
            )
        )
