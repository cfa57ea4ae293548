"""Fed to Odoo's shell: uninstall the add-on the way the Apps page does."""

module = env["ir.module.module"].search(  # noqa: F821
    [("name", "=", "sales_commission_gamify")]
)
module.button_immediate_uninstall()
env.cr.commit()  # noqa: F821
