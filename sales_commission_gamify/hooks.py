def post_init_hook(env):
    """Companies that already do their accounting here get a journal and accounts
    for commissions, so that the first statement can be posted."""
    companies = env["res.company"].search([("chart_template", "!=", False)])
    companies._create_sales_commission_accounts()
