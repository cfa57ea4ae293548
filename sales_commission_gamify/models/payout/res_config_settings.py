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
    sales_commission_receivable_account_id = fields.Many2one(
        related="company_id.sales_commission_receivable_account_id", readonly=False
    )
    sales_commission_deferred_account_id = fields.Many2one(
        related="company_id.sales_commission_deferred_account_id", readonly=False
    )
    sales_commission_product_id = fields.Many2one(
        related="company_id.sales_commission_product_id", readonly=False
    )
    sales_commission_entry_mode = fields.Selection(
        related="company_id.sales_commission_entry_mode", readonly=False
    )
    sales_commission_post_entry = fields.Boolean(
        related="company_id.sales_commission_post_entry", readonly=False
    )
    sales_commission_post_bill = fields.Boolean(
        related="company_id.sales_commission_post_bill", readonly=False
    )
    sales_commission_negative = fields.Selection(
        related="company_id.sales_commission_negative", readonly=False
    )
    sales_commission_require_acceptance = fields.Boolean(
        related="company_id.sales_commission_require_acceptance", readonly=False
    )
    sales_commission_mail_pdf = fields.Boolean(
        related="company_id.sales_commission_mail_pdf", readonly=False
    )
    sales_commission_payroll_states = fields.Selection(
        related="company_id.sales_commission_payroll_states", readonly=False
    )
    sales_commission_payroll_delimiter = fields.Selection(
        related="company_id.sales_commission_payroll_delimiter", readonly=False
    )
    sales_commission_payroll_decimal = fields.Selection(
        related="company_id.sales_commission_payroll_decimal", readonly=False
    )
    sales_commission_payroll_date = fields.Selection(
        related="company_id.sales_commission_payroll_date", readonly=False
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

    def action_view_payroll_columns(self):
        return self.env["sales.commission.payroll.column"].action_view_columns()
