from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from .commissions_page import CommissionsPage
from .files import read_id
from .payee import PayeePortal

URL = "/my/commissions"


class CommissionPortal(PayeePortal):
    """My Commissions for payees who never open the back office: the same figures, from
    the same call, drawn by the server and for a phone first."""

    # --- the cards of /my -----------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        counts = {
            "commission_count": self._count_commissions,
            "commission_accept_count": self._count_plans_to_accept,
            "commission_answer_count": self._count_answers,
            "commission_challenge_count": self._count_invitations,
        }
        for name, count in counts.items():
            if name in counters:
                values[name] = count()
        return values

    def _count_commissions(self):
        """More than 0 for whoever earned or is about to: the card is shown."""
        payees = request.env["sales.commission.dashboard"]._get_own_payees()
        if not payees:
            return 0
        own = Domain("employee_id", "in", payees.ids)
        # sudo: a portal payee may not read who takes part in a plan
        return request.env["sales.commission.earning"].search_count(
            own, limit=1
        ) or request.env["sales.commission.assignment"].sudo().search_count(
            own & Domain("plan_id.state", "=", "published"), limit=1
        )

    def _count_plans_to_accept(self):
        return len(self._get_plans_to_accept())

    def _get_plans_to_accept(self):
        plans = request.env["sales.commission.plan"]._search_own()
        return plans.filtered(
            lambda plan: (
                plan.state == "published"
                and plan._get_acceptance_state() == "to_accept"
            )
        )

    def _count_answers(self):
        return request.env["sales.commission.dispute"].search_count(
            self._get_own_domain() & Domain("state", "=", "answered")
        )

    def _count_invitations(self):
        return request.env["sales.commission.challenge"].search_count(
            Domain("my_state", "=", "invited")
            & Domain("state", "in", ("scheduled", "running"))
        )

    # --- My Commissions -------------------------------------------------------------

    def _get_dashboard(self, company=""):
        """In the company asked for, when the visitor earns there."""
        dashboard = request.env["sales.commission.dashboard"]
        number = read_id(company)
        chosen = dashboard._get_own_payees().company_id.filtered(
            lambda one: one.id == number
        )
        return dashboard.with_company(chosen) if chosen else dashboard

    @route(URL, type="http", auth="user", website=True, readonly=True)
    def portal_my_commissions(self, date="", company="", **_kwargs):
        dashboard = self._get_dashboard(company)
        payees, elsewhere = dashboard._get_payees_of_one_company()
        if not payees:
            return request.redirect("/my")
        page = dashboard.get_my_commissions(self._read_date(date))
        return request.render(
            "sales_commission_gamify.portal_my_commissions",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commissions",
                "page": CommissionsPage(dashboard.env, page),
                "company": payees.company_id,
                "companies": payees.company_id + elsewhere,
                "to_accept": self._get_plans_to_accept(),
                "invitation_count": self._count_invitations(),
            },
        )

    def _read_date(self, text):
        try:
            date = fields.Date.to_date(text) or None
        except ValueError:
            return None
        # what the history before and the month after are counted from
        return date if date and 1900 < date.year < 9000 else None

    @route(f"{URL}/forecast", type="http", auth="user", website=True, readonly=True)
    def portal_my_forecast(self, company="", **_kwargs):
        """A part of the page, asked for once it stands: it looks through all open
        orders."""
        dashboard = self._get_dashboard(company)
        return request.render(
            "sales_commission_gamify.portal_my_forecast",
            {"forecast": dashboard.get_my_forecast()},
        )

    # --- deals ------------------------------------------------------------------------

    @route(
        [f"{URL}/deals", f"{URL}/deals/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_deals(
        self, page=1, sortby="date", filterby="all", company="", **_kwargs
    ):
        dashboard = self._get_dashboard(company)
        payees, _elsewhere = dashboard._get_payees_of_one_company()
        if not payees:
            return request.redirect("/my")
        values = self._prepare_list_values(
            f"{URL}/deals",
            lambda domain: dashboard._count_deals(payees, domain),
            page=page,
            sortings={
                "date": {
                    "label": request.env._("Newest"),
                    "order": "date:max desc, id:max desc",
                },
                "amount": {
                    "label": request.env._("Credited"),
                    "order": "amount:sum desc, id:max desc",
                },
            },
            sortby=sortby,
            filters=self._get_period_filters(),
            filterby=filterby,
            company=payees.company_id.id,
        )
        deals = dashboard._list_deals(
            payees,
            values["list_domain"],
            order=values["list_order"],
            limit=self._items_per_page,
            offset=values["pager"]["offset"],
        )
        currency = payees.company_id.currency_id
        return request.render(
            "sales_commission_gamify.portal_my_deals",
            {
                **values,
                "page_name": "commission_deals",
                "deals": deals,
                "page": CommissionsPage(request.env, {"currency_id": currency.id}),
            },
        )
