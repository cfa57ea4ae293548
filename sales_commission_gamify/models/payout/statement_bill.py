from odoo import models
from odoo.fields import Command


class SalesCommissionStatement(models.Model):
    """An external agent is paid against a vendor bill, or owes a vendor refund."""

    _inherit = "sales.commission.statement"

    def _filter_agents(self):
        # sudo: the flag is HR's, an accountant books by it
        return self.filtered(lambda row: row.sudo().employee_id.sales_commission_agent)

    def _prepare_bill_vals_list(self):
        return [statement._prepare_bill_vals() for statement in self]

    def _prepare_bill_vals(self):
        """Taxes, payment terms and fiscal position follow from product and vendor."""
        contact = self._get_contact()
        refund = self.amount_payable < 0
        return {
            "move_type": "in_refund" if refund else "in_invoice",
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": contact.id,
            "ref": self.name,
            "invoice_date": self._get_entry_date(),
            "invoice_line_ids": [
                Command.create(vals)
                for vals in self._prepare_bill_line_vals_list(-1 if refund else 1)
            ],
        }

    def _get_bill_account(self):
        """Of the expense of plans that have none of their own."""
        company = self.company_id
        product = company._get_sales_commission_product().with_company(company)
        own = product.property_account_expense_id
        return own or company._get_sales_commission_account("expense")

    def _prepare_bill_line_vals_list(self, sign):
        product = self.company_id._get_sales_commission_product()
        account = self._get_bill_account()
        # what Odoo would do itself, were it asked for the product's account
        positions = self.env["account.fiscal.position"]
        position = positions._get_fiscal_position(self._get_contact())
        name = self.env._(
            "Commission %(period)s, statement %(statement)s",
            period=self.period_id.name,
            statement=self.name,
        )
        return [
            {
                "product_id": product.id,
                "name": name,
                "quantity": 1,
                "price_unit": sign * amount,
                "account_id": position.map_account(account).id,
                "analytic_distribution": dict(distribution) or False,
            }
            for (account, distribution), amount in self._get_expenses(account).items()
        ]
