from odoo.tools import SQL


def post_init_hook(env):
    """Companies that already do their accounting here get a journal and accounts
    for commissions, so that the first statement can be posted. Apps that are here
    get their ready measures."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    companies._create_sales_commission_accounts()
    env["sales.commission.measure"]._load_library()


def uninstall_hook(env):
    """The shipped measures go first, and components and achievements point at them."""
    for table in ("sales_commission_component", "sales_commission_achievement"):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(table),
                SQL.identifier(f"{table}_measure_id_fkey"),
            )
        )
