from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

URL = "/commissions/board/<string:token>"
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
]


class CommissionBoard(Controller):
    """A screen on the wall has no login; the link is what it shows."""

    def _get_board(self, token):
        board = request.env["sales.commission.board"]._find(token)
        if not board:
            raise NotFound
        return board

    @route(URL, type="http", auth="public", readonly=True, sitemap=False)
    def board(self, token, **_kwargs):
        board = self._get_board(token)
        # sudo: visitors may not read views; in the board's language
        page = board.env["ir.qweb"].sudo()
        content = page._render(
            "sales_commission_gamify.board",
            {"board": board, "screen": board._get_screen(), "token": token},
        )
        return request.make_response(
            f"<!DOCTYPE html>{content}",
            [("Content-Type", "text/html; charset=utf-8"), *HEADERS],
        )

    @route(f"{URL}/screen", type="http", auth="public", readonly=True, sitemap=False)
    def screen(self, token, **_kwargs):
        return request.make_json_response(
            self._get_board(token)._get_screen(), headers=HEADERS
        )

    @route(f"{URL}/news", type="http", auth="public", readonly=True, sitemap=False)
    def news(self, token, since="", **_kwargs):
        """Asked every few seconds: what came after the deal with that number."""
        number = int(since) if since.isdecimal() and len(since) < 19 else None
        news = request.env["sales.commission.board"]._get_news(token, number)
        if news is None:
            raise NotFound
        return request.make_json_response(news, headers=HEADERS)
