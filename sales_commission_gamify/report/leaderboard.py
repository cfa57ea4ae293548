from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import bands
from ..models.game.leaderboard import PERIOD_KINDS

MODULE = "sales_commission_gamify"


class SalesCommissionLeaderboardPage(models.AbstractModel):
    """What one reader sees of a leaderboard.

    Who sees whom is decided here and nowhere else: the ranking is read with all
    rights, so nothing of it leaves before ``_pick`` has chosen the rows.
    """

    _name = "sales.commission.leaderboard.page"
    _description = "Leaderboard Page"

    @api.model
    @api.readonly
    def get_page(self, board_id=None, kind=None, date=None, by=None):
        """All that the page shows, in one call. Wrong arguments give the defaults.

        :return: ``status`` (``ready``, ``no_board``, ``empty``), ``boards``,
            ``board``, ``period``, ``own`` (place, band and what is missing to the
            next one) and ``rows`` (place, name, score as text)
        """
        payees, company = self._get_reader()
        boards = self._get_boards(company)
        page = {
            "status": "no_board",
            "can_configure": self.env.user.has_group(f"{MODULE}.group_manager"),
            "boards": [{"id": board.id, "name": board.name} for board in boards],
            "is_payee": bool(payees),
            "is_hidden": any(payees.mapped("sales_commission_is_hidden")),
        }
        if not boards:
            return page
        board = boards.filtered(lambda one: one.id == board_id) or boards[:1]
        kind = kind if kind in dict(PERIOD_KINDS) else board.period_kind
        by = by if by in ("payee", "team") else board.by
        days = self._get_days(kind, date, company)
        rows = self.env["sales.commission.standing"]._get_standings(
            board.metric,
            *days,
            by=by,
            sees=self._get_seen(payees),
            **board._get_counted_options(company),
        )
        own = self._get_own_ids(rows, payees, by, company, days)
        shown = self._pick(board, rows, own, by, payees)
        return page | {
            "status": "ready" if rows else "empty",
            "board": {
                "id": board.id,
                "name": board.name,
                "visibility": board.visibility,
            },
            "by": by,
            "period": self._say_period(kind, days, company),
            "kinds": self._get_kinds(),
            "count": len(rows),
            "own": self._get_own(board, rows, own, by, days, company),
            "rows": self._say_rows(rows, shown, own),
        }

    @api.model
    def set_hidden(self, hidden):
        """A payee leaves the rankings, or comes back: for himself alone."""
        payees, _company = self._get_reader()
        # sudo: payees may not write employees; it is only their own, and only this
        payees.sudo().sales_commission_is_hidden = bool(hidden)
        return bool(payees)

    # --- who is reading -------------------------------------------------------------

    @api.model
    def _get_reader(self):
        """The payees that the user is in one company, in sudo, and the company."""
        payees, _elsewhere = self.env[
            "sales.commission.dashboard"
        ]._get_payees_of_one_company()
        return payees, payees.company_id or self.env.company

    @api.model
    def _get_boards(self, company):
        domain = Domain("company_id", "in", [False, company.id])
        if not self.env.user.has_group(f"{MODULE}.group_manager"):
            domain &= Domain("visibility", "!=", "managers")
        # sudo: a portal payee reads boards through this page alone
        return self.env["sales.commission.leaderboard"].sudo().search(domain)

    @api.model
    def _get_seen(self, payees):
        """Who is shown to this reader although not shown in rankings."""
        if self.env.user.has_group(f"{MODULE}.group_officer"):
            return True
        return [*payees.ids, *self._get_below(payees)]

    @api.model
    def _get_below(self, payees):
        if not payees or not self.env.user.has_group(f"{MODULE}.group_manager"):
            return []
        # sudo: managers may read the figures of those below, not their employees
        return (
            self.env["hr.employee"]
            .sudo()
            .search([("id", "child_of", payees.ids), ("id", "not in", payees.ids)])
            .ids
        )

    @api.model
    def _get_own_ids(self, rows, payees, by, company, days):
        if by == "payee":
            return set(payees.ids)
        # sudo: which team the reader is in, for the reader
        assignments = (
            self.env["sales.commission.assignment"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", payees.ids),
                    ("company_id", "=", company.id),
                    ("date_from", "<=", days.last),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", days.first),
                ]
            )
        )
        return {assignment.team_id.id or 0 for assignment in assignments}

    # --- what is shown --------------------------------------------------------------

    @api.model
    def _pick(self, board, rows, own, by, payees):
        """Positions in *rows* that the reader may see. Who is not shown to others sees
        no others either; that does not hold for who leads or pays them."""
        everybody = range(len(rows))
        if self._is_hidden_reader(rows, own):
            return [at for at in everybody if rows[at]["id"] in own]
        leads = self.env.user.has_group(f"{MODULE}.group_manager")
        if (
            board.visibility == "everybody"
            or self.env.user.has_group(f"{MODULE}.group_officer")
            or (leads and by == "team")
        ):
            return list(everybody)
        below = set(self._get_below(payees))
        shown = {at for at in everybody if rows[at]["id"] in below}
        if board.visibility != "managers":
            for at in everybody:
                if rows[at]["id"] in own:
                    shown.update(bands.pick_neighbours(at, len(rows)))
        return sorted(shown)

    @api.model
    def _is_hidden_reader(self, rows, own):
        return not self.env.user.has_group(f"{MODULE}.group_manager") and any(
            row["is_hidden"] for row in rows if row["id"] in own
        )

    @api.model
    def _say_rows(self, rows, shown, own):
        best = max((abs(row["score"]) for row in rows), default=0)
        return [
            {
                "key": rows[at]["id"],
                "place": rows[at]["place"],
                "name": rows[at]["name"],
                "text": rows[at]["text"],
                "is_own": rows[at]["id"] in own,
                "is_hidden": rows[at]["is_hidden"],
                "width": round(100 * max(rows[at]["score"], 0) / best) if best else 0,
                # rows between this one and the one before are not shown
                "is_after_gap": bool(number) and at != shown[number - 1] + 1,
            }
            for number, at in enumerate(shown)
        ]

    @api.model
    def _get_own(self, board, rows, own, by, days, company):
        """A place never stands alone: with the band, and the way to the next."""
        found = next((row for row in rows if row["id"] in own), None)
        if not found or board.visibility == "managers":
            return None
        standing = self.env["sales.commission.standing"]
        counted = standing._get_counted(
            board.metric, *days, **board._get_counted_options(company)
        )
        coming = bands.compute_next_band([row["score"] for row in rows], found["place"])
        return {
            "place": found["place"],
            "text": found["text"],
            "band": bands.compute_band(found["place"], len(rows)),
            "next_band": coming
            and {
                "percent": coming.percent,
                "place": coming.place,
                "missing": standing._say_score(counted, coming.missing),
            },
        }

    # --- periods --------------------------------------------------------------------

    @api.model
    def _get_days(self, kind, date, company):
        today = fields.Date.context_today(self)
        try:
            day = min(fields.Date.to_date(date) or today, today)
        except ValueError:
            day = today
        return self.env["sales.commission.standing"]._get_days(kind, day)

    @api.model
    def _say_period(self, kind, days, company):
        today = fields.Date.context_today(self)
        before, after = self.env["sales.commission.standing"]._get_neighbouring_days(
            kind, *days
        )
        return {
            "kind": kind,
            "date": days.first,
            "name": self._get_period_name(kind, days),
            "previous": before,
            "next": after <= today and after,
        }

    @api.model
    def _get_period_name(self, kind, days):
        if kind == "day":
            return format_date(self.env, days.first)
        return self.env["sales.commission.period"]._get_name(*days)

    @api.model
    def _get_kinds(self):
        labels = self.env["sales.commission.leaderboard"]._fields["period_kind"]
        return [
            {"key": key, "name": name}
            for key, name in labels._description_selection(self.env)
        ]
