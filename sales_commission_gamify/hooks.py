from odoo.tools import SQL


def post_init_hook(env):
    """Companies that already do their accounting here get a journal and accounts
    for commissions, so that the first statement can be posted. Apps that are here
    get their ready measures."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    companies._create_sales_commission_accounts()
    env["sales.commission.measure"]._load_library()


def uninstall_hook(env):
    """The shipped measures and hierarchies go first, and other rows point at them."""
    for table, column in (
        ("sales_commission_component", "measure_id"),
        ("sales_commission_component", "hierarchy_id"),
        ("sales_commission_achievement", "measure_id"),
        ("sales_commission_challenge", "measure_id"),
    ):
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                SQL.identifier(table),
                SQL.identifier(f"{table}_{column}_fkey"),
            )
        )
