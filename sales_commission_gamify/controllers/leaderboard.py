from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


class LeaderboardPortal(CustomerPortal):
    """The leaderboard for payees who never open the back office."""

    @route(
        "/my/leaderboard",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_leaderboard(self, board=None, kind=None, date=None, by=None, **_kwargs):
        pages = request.env["sales.commission.leaderboard.page"]
        number = int(board) if (board or "").isdigit() else None
        page = pages.get_page(number, kind, date, by)
        if not page["is_payee"]:
            return request.redirect("/my")
        return request.render(
            "sales_commission_gamify.portal_leaderboard",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "leaderboard",
                "page": page,
            },
        )

    @route(
        "/my/leaderboard/hidden",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_leaderboard_hidden(self, hidden=None, **_kwargs):
        request.env["sales.commission.leaderboard.page"].set_hidden(hidden == "1")
        return request.redirect("/my/leaderboard")
