from odoo.http import Controller, request, route


class CommissionVisit(Controller):
    @route("/my/commissions/looked", type="jsonrpc", auth="user")
    def looked(self):
        """Called by the pages of the portal after they have loaded."""
        return request.env["sales.commission.visit"].note("portal")
