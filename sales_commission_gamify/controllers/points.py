from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

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
    def portal_my_points(self, page=1, sortby="date", **_kwargs):
        points = request.env["sales.commission.point"]
        domain = self._get_own_domain()
        sortings = self._get_point_sortings()
        sortby = sortby if sortby in sortings else "date"
        pager = portal_pager(
            url=URL,
            total=points.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby},
        )
        rows = points.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        return request.render(
            "sales_commission_gamify.portal_my_points",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_points",
                "default_url": URL,
                "pager": pager,
                "searchbar_sortings": sortings,
                "sortby": sortby,
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
