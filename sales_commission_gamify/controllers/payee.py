from werkzeug.exceptions import NotFound

from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PayeePortal(CustomerPortal):
    """Whose pages of the game these are: the one place that says so.

    Rows are searched with the rights of the visitor, so the record rules decide, and
    are those of the visitor himself, whatever else he may read in the back office. What
    is not his is not found, as what is not there.
    """

    def _get_payees(self):
        """The working employees that the visitor is, in sudo.

        :raise NotFound: for whoever is no payee
        """
        payees = request.env["sales.commission.redemption"]._get_own_payees()
        if not payees:
            raise NotFound
        return payees

    def _get_own_domain(self):
        return Domain("employee_id", "in", self._get_payees().ids)

    def _get_own_row(self, model, row_id):
        """:raise NotFound: when the row is somebody else's, or none"""
        domain = self._get_own_domain() & Domain("id", "=", row_id)
        found = request.env[model].search(domain, limit=1)
        if not found:
            raise NotFound
        return found
