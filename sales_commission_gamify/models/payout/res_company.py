from odoo import fields, models
from odoo.exceptions import RedirectWarning


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_journal_id = fields.Many2one(
        "account.journal",
        string="Commission Journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    sales_commission_expense_account_id = fields.Many2one(
        "account.account",
        string="Commission Expense Account",
        check_company=True,
        domain="[('internal_group', '=', 'expense')]",
    )
    sales_commission_payable_account_id = fields.Many2one(
        "account.account",
        string="Commission Payable Account",
        check_company=True,
        domain="[('account_type', '=', 'liability_payable')]",
        help="Owed to payees until paid. Kept apart from the suppliers' payable "
        "account, so that what is owed to the sales team can be seen.",
    )

    sales_commission_dispute_days = fields.Integer(
        string="Days to Answer Disputes",
        default=5,
        help="A dispute that waits longer is overdue.",
    )
    sales_commission_dispute_user_id = fields.Many2one(
        "res.users",
        string="Disputes Go to",
        help="Empty: to the leader of the payee's sales team when a commission "
        "officer, else to the first officer of the company.",
    )

    _dispute_days_positive = models.Constraint(
        "CHECK (sales_commission_dispute_days >= 0)",
        "The days to answer a dispute cannot be negative.",
    )

    def _get_sales_commission_accounts(self):
        """``{"journal", "expense", "payable"}`` of the company.

        :raise RedirectWarning: to the settings, when one is missing
        """
        self.ensure_one()
        found = {
            "journal": self.sales_commission_journal_id,
            "expense": self.sales_commission_expense_account_id,
            "payable": self.sales_commission_payable_account_id,
        }
        if not all(found.values()):
            raise RedirectWarning(
                self.env._(
                    "The journal and accounts for commissions of %s are not set. "
                    "Choose them in the settings, or let them be created there.",
                    self.name,
                ),
                self.env.ref("sales_commission_gamify.res_config_settings_action").id,
                self.env._("Open Settings"),
            )
        return found

    def _create_sales_commission_accounts(self):
        """Fill what is missing with a journal and accounts of their own."""
        for company in self:
            company = company.with_company(company).sudo()
            if not company.sales_commission_journal_id:
                company.sales_commission_journal_id = self.env[
                    "account.journal"
                ].create(company._prepare_sales_commission_journal_vals())
            for kind in ("expense", "payable"):
                field = f"sales_commission_{kind}_account_id"
                if not company[field]:
                    company[field] = (
                        self.env["account.account"]
                        .with_company(company)
                        .create(company._prepare_sales_commission_account_vals(kind))
                    )

    def _prepare_sales_commission_journal_vals(self):
        taken = set(
            self.env["account.journal"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.id)])
            .mapped("code")
        )
        codes = ("COMM", *(f"COM{number}" for number in range(1, 100)))
        return {
            "name": self.env._("Commissions"),
            "code": next(code for code in codes if code not in taken),
            "type": "general",
            "company_id": self.id,
            "show_on_dashboard": False,
        }

    def _prepare_sales_commission_account_vals(self, kind):
        name, account_type, start = {
            "expense": (self.env._("Sales Commissions"), "expense", "627000"),
            "payable": (
                self.env._("Sales Commissions Payable"),
                "liability_payable",
                "215000",
            ),
        }[kind]
        accounts = self.env["account.account"].with_company(self)
        return {
            "name": name,
            "code": accounts._search_new_account_code(start),
            "account_type": account_type,
            "reconcile": kind == "payable",
            "company_ids": [fields.Command.set(self.ids)],
        }
