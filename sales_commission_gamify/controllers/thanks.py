from uuid import uuid4

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .files import read_id
from .payee import PayeePortal

URL = "/my/commissions/thanks"
KEY = "my_commissions_thanks_key"


class CommissionThanksPortal(PayeePortal):
    """Thanks that payees without a place in the back office give and get."""

    @route(
        [URL, f"{URL}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,  # the key of the form is kept in the session
    )
    def portal_my_thanks(self, page=1, sent="", **_kwargs):
        return self._show_thanks(page, is_sent=bool(sent))

    def _show_thanks(self, page=1, is_sent=False, problem=None, entered=None):
        payees = self._get_payees()
        thanks = request.env["sales.commission.thanks"]
        domain = thanks._get_own_domain(payees)
        pager = portal_pager(
            url=URL,
            total=thanks.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        rows = thanks.search(domain, limit=self._items_per_page, offset=pager["offset"])
        # the same form, sent twice, gives once
        request.session[KEY] = uuid4().hex
        return request.render(
            "sales_commission_gamify.portal_my_thanks",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_thanks",
                "default_url": URL,
                "pager": pager,
                # sudo: names of colleagues who gave or got; the search was checked
                "rows": rows.sudo(),
                "payees": payees,
                "givers": thanks._get_portal_givers(payees),
                "problem": problem,
                "entered": entered or {},
                "is_sent": is_sent,
                "key": request.session[KEY],
            },
        )

    @route(f"{URL}/give", type="http", auth="user", methods=["POST"], website=True)
    def portal_give_thanks(
        self, giver="", receiver="", points="", message="", key="", **_kwargs
    ):
        payees = self._get_payees()
        if not key or request.session.pop(KEY, None) != key:
            return request.redirect(URL)
        try:
            with request.env.cr.savepoint():
                request.env["sales.commission.thanks"]._give_from_portal(
                    payees.filtered(lambda row: row.id == read_id(giver))[:1],
                    read_id(receiver),
                    read_id(points) or 0,
                    message[:1000],
                )
        except UserError as error:
            entered = {"receiver": receiver, "points": points, "message": message}
            return self._show_thanks(problem=error.args[0], entered=entered)
        return request.redirect(f"{URL}?sent=1")
