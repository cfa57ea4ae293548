from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

URL = "/commissions/digest/<int(max=2147483647):employee_id>"


class CommissionDigest(Controller):
    """The link in the weekly e-mail that ends it, for payees without a login, too."""

    def _switch(self, employee_id, token, wanted):
        payee = request.env["sales.commission.digest"]._find_payee(employee_id, token)
        if not payee:
            raise NotFound
        payee.sales_commission_digest = wanted
        lang = request.env["sales.commission.digest"].sudo()._get_lang(payee)
        request.update_context(lang=lang)
        response = request.render(
            "sales_commission_gamify.digest_switched",
            {
                "wanted": wanted,
                "path": f"/commissions/digest/{payee.id}",
                "query": urlencode({"token": token}),
            },
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @route(
        f"{URL}/unsubscribe", type="http", auth="public", website=True, sitemap=False
    )
    def unsubscribe(self, employee_id, token=None, **_kwargs):
        return self._switch(employee_id, token, False)

    # The mail program calls it without a session, see RFC 8058.
    @route(
        f"{URL}/one_click",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        website=True,
        sitemap=False,
    )
    def one_click(self, employee_id, token=None, **_kwargs):
        self._switch(employee_id, token, False)
        return request.make_response("")

    @route(
        f"{URL}/subscribe",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def subscribe(self, employee_id, token=None, **_kwargs):
        return self._switch(employee_id, token, True)
