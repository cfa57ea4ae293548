def post_init_hook(env):
    """Companies that already do their accounting here get a journal and accounts
    for commissions, so that the first statement can be posted."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    companies._create_sales_commission_accounts()


def uninstall_hook(env):
    """The shipped measures and hierarchies go first and components point at them."""
    env.cr.execute(
        "ALTER TABLE sales_commission_component"
        " DROP CONSTRAINT IF EXISTS sales_commission_component_measure_id_fkey,"
        " DROP CONSTRAINT IF EXISTS sales_commission_component_hierarchy_id_fkey"
    )
