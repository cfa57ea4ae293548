"""Who sells what to whom: made by Odoo's own methods, in batches."""

from odoo import Command


class Company:
    """One director, his leads, each with a team of sellers; customers and products."""

    def __init__(self, env, size):
        self.env = env(context={**env.context, **QUIET})
        self.size = size
        self.company = env.company
        self.env["account.chart.template"].try_loading(
            "generic_coa", self.company, install_demo=False
        )
        # nobody asks Odoo to mind that invoices of last year are posted today
        self.tax = self.company.account_sale_tax_id
        self._hire()
        self.customers = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(1, size.customers + 1)]
        )
        self.products = self.env["product.product"].create(
            [
                {
                    "name": f"Product {n}",
                    "type": "service",
                    "list_price": 100,
                    "taxes_id": [Command.set(self.tax.ids)],
                }
                for n in range(1, size.products + 1)
            ]
        )

    def _hire(self):
        size = self.size
        self.director = self._hire_some("Director", 1)
        self.leads = self._hire_some("Lead", size.leads, self.director)
        self.sellers = self._hire_some("Seller", size.sellers, self.leads)
        self.teams = self.env["crm.team"].create(
            [
                {"name": f"Team of {lead.name}", "user_id": lead.user_id.id}
                for lead in self.leads
            ]
        )

    def _hire_some(self, title, count, managers=None):
        """Employees with a login, spread evenly over *managers*."""
        groups = self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].create(
            [
                {
                    "name": f"{title} {n}",
                    "login": f"{title.lower()}{n}",
                    "group_ids": [Command.link(groups.id)],
                }
                for n in range(1, count + 1)
            ]
        )
        return self.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "parent_id": managers[n % len(managers)].id if managers else False,
                }
                for n, user in enumerate(users)
            ]
        )


QUIET = {
    "no_reset_password": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}
