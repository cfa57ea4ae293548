from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_journal_id = fields.Many2one(
        related="company_id.sales_commission_journal_id", readonly=False
    )
    sales_commission_expense_account_id = fields.Many2one(
        related="company_id.sales_commission_expense_account_id", readonly=False
    )
    sales_commission_payable_account_id = fields.Many2one(
        related="company_id.sales_commission_payable_account_id", readonly=False
    )
    sales_commission_require_acceptance = fields.Boolean(
        related="company_id.sales_commission_require_acceptance", readonly=False
    )

    sales_commission_dispute_days = fields.Integer(
        related="company_id.sales_commission_dispute_days", readonly=False
    )
    sales_commission_dispute_user_id = fields.Many2one(
        related="company_id.sales_commission_dispute_user_id",
        readonly=False,
        domain=lambda self: self.env["sales.commission.dispute"]._get_owner_domain(),
    )

    def action_create_sales_commission_accounts(self):
        self.check_access("write")
        self.company_id._create_sales_commission_accounts()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
