from odoo import api, models

NEIGHBOURS = 2


class SalesCommissionLeaderboardPage(models.AbstractModel):
    """Who is just before and just behind a payee, for pages that show no ranking."""

    _inherit = "sales.commission.leaderboard.page"

    @api.model
    def _get_neighbours(self, payees, company):
        """On the first board on which payees see places, in its own period.

        Who may be seen is what ``_pick`` says. None without such a board, for who is
        not ranked or alone, and for who is not shown in rankings.

        :return: ``{"board_id", "board", "period", "place_text", "rows"}``; of each row
            ``key``, ``place``, ``name``, ``text`` (the score), ``is_own``,
            ``distance_text`` (False on the own row) and ``width``, 0 to 100
        """
        boards = self._get_boards(company)
        board = boards.filtered(lambda one: one.visibility != "managers")[:1]
        if not board:
            return None
        standings = self.env["sales.commission.standing"]
        days = self._get_days(board.period_kind, None, company)
        options = board._get_counted_options(company)
        rows = standings._get_standings(
            board.metric, *days, sees=self._get_seen(payees), **options
        )
        own = set(payees.ids)
        at = next((at for at, row in enumerate(rows) if row["id"] in own), None)
        if at is None or len(rows) < 2 or rows[at]["is_hidden"]:
            return None
        shown = set(self._pick(board, rows, own, "payee", payees))
        around = range(at - NEIGHBOURS, at + NEIGHBOURS + 1)
        counted = standings._get_counted(board.metric, *days, **options)
        shown = [number for number in around if number in shown]
        said = self._say_rows(rows, shown, own)
        for number, row in zip(shown, said, strict=True):
            row["distance_text"] = number != at and self._say_distance(
                counted, abs(rows[number]["score"] - rows[at]["score"]), number < at
            )
        return {
            "board_id": board.id,
            "board": board.name,
            "period": self._get_period_name(board.period_kind, days),
            "place_text": self.env._(
                "Place %(place)s of %(count)s",
                place=rows[at]["place"],
                count=len(rows),
            ),
            "rows": said,
        }

    @api.model
    def _say_distance(self, counted, distance, is_ahead):
        if not distance:
            return self.env._("level with you")
        said = self.env["sales.commission.standing"]._say_score(counted, distance)
        if is_ahead:
            return self.env._("%s ahead of you", said)
        return self.env._("%s behind you", said)
