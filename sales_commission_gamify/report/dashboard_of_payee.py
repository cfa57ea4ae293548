from odoo import api, models
from odoo.exceptions import AccessError

MODULE = "sales_commission_gamify"


class SalesCommissionDashboard(models.AbstractModel):
    """My Commissions of somebody else, for those who lead or pay him: to be read only.

    It is searched with the rights of the reader, as one's own page is.
    """

    _inherit = "sales.commission.dashboard"

    @api.model
    @api.readonly
    def get_commissions_of(self, employee_id, date=None):
        """What *employee_id* sees in “My Commissions”, and ``is_of_other``.

        :raise AccessError: unless the payee is below the current user, or the current
            user is an officer or accountant of the payee's company
        """
        payee = self._get_payee_to_read(employee_id)
        page = self._get_page(payee, self.env["res.company"], date)
        return page | {"is_of_other": True}

    @api.model
    def _get_payee_to_read(self, employee_id):
        """The employee, in sudo: neither leads nor officers may read employees."""
        payee = self.env["hr.employee"].sudo().with_context(active_test=False)
        payee = payee.search(
            [
                ("id", "=", employee_id),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        allowed = self._reads_all_payees() or payee in self._get_payees_below()
        if not payee or not allowed:
            raise AccessError(
                self.env._(
                    "You see the commissions of people who work below you, in the "
                    "companies chosen at the top right. Ask a commission officer for "
                    "others."
                )
            )
        return payee

    @api.model
    def _reads_all_payees(self):
        """Whether the current user reads everybody of the companies chosen."""
        user = self.env.user
        return user.has_group(f"{MODULE}.group_officer") or user.has_group(
            f"{MODULE}.group_accountant"
        )

    @api.model
    def _get_payees_below(self):
        """Everybody below the current user at any level, in sudo, of the company that
        the own page shows."""
        own, _elsewhere = self._get_payees_of_one_company()
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        if not own or not self.env.user.has_group(f"{MODULE}.group_manager"):
            return employees
        return employees.search(
            [
                ("id", "child_of", own.ids),
                ("id", "not in", own.ids),
                ("company_id", "=", own.company_id.id),
            ],
            order="name, id",
        )
