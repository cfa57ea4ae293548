from odoo import fields, models
from odoo.exceptions import RedirectWarning
from odoo.fields import Command


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
    sales_commission_receivable_account_id = fields.Many2one(
        "account.account",
        string="Commission Receivable Account",
        check_company=True,
        domain="[('account_type', '=', 'asset_receivable')]",
        help="What payees owe, when a negative total is asked back at once.",
    )
    sales_commission_deferred_account_id = fields.Many2one(
        "account.account",
        string="Deferred Commission Account",
        check_company=True,
        domain="[('internal_group', '=', 'asset'), ('reconcile', '=', False)]",
        help="The asset of commissions whose plan spreads their expense over months.",
    )
    sales_commission_product_id = fields.Many2one(
        "product.product",
        string="Commission Service",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="The product on the bills of external agents: its vendor taxes, and its "
        "expense account if it has one, are used.",
    )
    sales_commission_entry_mode = fields.Selection(
        [("run", "One for all payees"), ("payee", "One per payee")],
        string="Commission Entries",
        required=True,
        default="run",
    )
    sales_commission_post_entry = fields.Boolean(
        "Post Commission Entries Automatically",
        default=True,
        help="Otherwise Post leaves a draft entry to be checked and posted by hand.",
    )
    sales_commission_post_bill = fields.Boolean(
        "Post Agents' Bills Automatically",
        help="Otherwise Post leaves a draft bill, to be completed from the agent's "
        "own bill.",
    )
    sales_commission_negative = fields.Selection(
        [
            ("carried", "Carried forward"),
            ("receivable", "Asked back at once"),
        ],
        string="Negative Commission Totals",
        required=True,
        default="carried",
        help="Carried forward: recovered from the next statements. Asked back: booked "
        "as owed by the payee.",
    )
    sales_commission_mail_pdf = fields.Boolean(
        string="Attach the PDF",
        help="The e-mail to a payee then has the statement attached. Otherwise it has "
        "the link only.",
    )
    sales_commission_payroll_states = fields.Selection(
        [("posted", "Posted"), ("approved", "Approved or posted")],
        string="Payroll gets",
        required=True,
        default="posted",
    )
    sales_commission_payroll_delimiter = fields.Selection(
        [("semicolon", "Semicolon"), ("comma", "Comma"), ("tab", "Tab")],
        string="Between columns",
        required=True,
        default="semicolon",
    )
    sales_commission_payroll_decimal = fields.Selection(
        [("point", "Point: 1234.50"), ("comma", "Comma: 1234,50")],
        string="Decimals",
        required=True,
        default="point",
    )
    sales_commission_payroll_date = fields.Selection(
        [
            ("%Y-%m-%d", "2026-12-31"),
            ("%d/%m/%Y", "31/12/2026"),
            ("%d.%m.%Y", "31.12.2026"),
            ("%m/%d/%Y", "12/31/2026"),
        ],
        string="Dates",
        required=True,
        default="%Y-%m-%d",
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
        """``{"journal", "expense", "payable"}`` of the company."""
        self.ensure_one()
        if not self.sales_commission_journal_id:
            self._raise_sales_commission_settings()
        return {
            "journal": self.sales_commission_journal_id,
            "expense": self._get_sales_commission_account("expense"),
            "payable": self._get_sales_commission_account("payable"),
        }

    def _get_sales_commission_account(self, kind):
        self.ensure_one()
        account = self[f"sales_commission_{kind}_account_id"]
        return account or self._raise_sales_commission_settings()

    def _get_sales_commission_product(self):
        self.ensure_one()
        product = self.sales_commission_product_id
        return product or self._raise_sales_commission_settings()

    def _raise_sales_commission_settings(self):
        """:raise RedirectWarning: to the settings, where something is missing"""
        raise RedirectWarning(
            self.env._(
                "The journal, accounts and service for commissions of %s are not all "
                "set. Choose them in the settings, or let them be created there.",
                self.name,
            ),
            self.env.ref("sales_commission_gamify.res_config_settings_action").id,
            self.env._("Open Settings"),
        )

    def _create_sales_commission_accounts(self):
        """Fill what is missing with a journal, accounts and a service of their own."""
        for company in self:
            company = company.with_company(company).sudo()
            if not company.sales_commission_journal_id:
                company.sales_commission_journal_id = self.env[
                    "account.journal"
                ].create(company._prepare_sales_commission_journal_vals())
            for kind in company._get_sales_commission_account_kinds():
                field = f"sales_commission_{kind}_account_id"
                if not company[field]:
                    company[field] = company.env["account.account"].create(
                        company._prepare_sales_commission_account_vals(kind)
                    )
            if not company.sales_commission_product_id:
                company.sales_commission_product_id = company.env[
                    "product.product"
                ].create(company._prepare_sales_commission_product_vals())

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

    def _get_sales_commission_account_kinds(self):
        """``{kind: (name, type, first code looked at)}``"""
        return {
            "expense": (self.env._("Sales Commissions"), "expense", "627000"),
            "payable": (
                self.env._("Sales Commissions Payable"),
                "liability_payable",
                "215000",
            ),
            "receivable": (
                self.env._("Sales Commissions Receivable"),
                "asset_receivable",
                "122000",
            ),
            "deferred": (
                self.env._("Deferred Sales Commissions"),
                "asset_prepayments",
                "141500",
            ),
        }

    def _prepare_sales_commission_account_vals(self, kind):
        name, account_type, start = self._get_sales_commission_account_kinds()[kind]
        accounts = self.env["account.account"].with_company(self)
        return {
            "name": name,
            "code": accounts._search_new_account_code(start),
            "account_type": account_type,
            "reconcile": kind in ("payable", "receivable"),
            "company_ids": [Command.set(self.ids)],
        }

    def _prepare_sales_commission_product_vals(self):
        return {
            "name": self.env._("Sales Commission"),
            "type": "service",
            "sale_ok": False,
            "purchase_ok": True,
            "company_id": self.id,
        }
