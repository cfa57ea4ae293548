from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal

URL = "/my/commissions/points"


class CommissionPointsPortal(PayeePortal):
    """Points and badges of payees who never open the back office."""

    def _get_point_sortings(self):
        env = request.env
        return {
            "date": {"label": env._("Newest"), "order": "date desc, id desc"},
            "most": {"label": env._("Most"), "order": "points desc, id desc"},
            "kind": {"label": env._("Kind"), "order": "kind, date desc, id desc"},
        }

    def _get_point_balances(self):
        """``[(company in sudo, points)]`` of the visitor."""
        payees = self._get_payees()
        balances = request.env["sales.commission.point"]._get_balances(payees)
        return [
            (company, sum(balances[payee] for payee in own))
            for company, own in payees.grouped("company_id").items()
        ]

    @route(
        [URL, f"{URL}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_points(self, page=1, sortby="date", filterby="all", **_kwargs):
        rows, values = self._prepare_list(
            request.env["sales.commission.point"],
            URL,
            Domain("employee_id", "in", self._get_payees().ids),
            page=page,
            sortings=self._get_point_sortings(),
            sortby=sortby,
            filters=self._get_period_filters(),
            filterby=filterby,
        )
        return request.render(
            "sales_commission_gamify.portal_my_points",
            {
                **values,
                "page_name": "commission_points",
                "balances": self._get_point_balances(),
                # sudo: names of companies; the search was checked
                "points": rows.sudo(),
            },
        )

    @route(
        "/my/commissions/badges", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_badges(self, **_kwargs):
        dashboard = request.env["sales.commission.dashboard"]
        return request.render(
            "sales_commission_gamify.portal_my_badges",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_badges",
                "badges": dashboard._get_badges(self._get_payees()),
            },
        )
