"""Fed to Odoo's shell: what a company without the add-on has to be able to do."""

from odoo import Command

journals = env["account.journal"].search([("type", "=", "sale")])  # noqa: F821
if not journals:
    company = env["res.company"].search([], limit=1)  # noqa: F821
    env["account.chart.template"].try_loading(  # noqa: F821
        "generic_coa", company, install_demo=False
    )
    journals = env["account.journal"].search([("type", "=", "sale")])  # noqa: F821

journal = journals[0]
partner = env["res.partner"].create({"name": "A customer"})  # noqa: F821
invoice = (
    env["account.move"]  # noqa: F821
    .with_company(journal.company_id)
    .create(
        {
            "move_type": "out_invoice",
            "journal_id": journal.id,
            "partner_id": partner.id,
            "invoice_line_ids": [Command.create({"name": "A sale", "price_unit": 100})],
        }
    )
)
invoice.action_post()
assert invoice.state == "posted", invoice.state
env.cr.commit()  # noqa: F821
