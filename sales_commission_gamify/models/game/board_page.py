import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.modules.module import get_manifest
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

LONGEST = 8  # rows that can be read from the other end of the room
METRICS = ("points", "amount", "attainment")


class SalesCommissionBoard(models.Model):
    """What the screen is told. Nothing leaves the server that is not shown, and nobody
    who does not want to be shown."""

    _inherit = "sales.commission.board"

    def _get_screen(self):
        """All pages with something on them, as texts."""
        self.ensure_one()
        company = self.company_id
        titles = self._get_titles()
        periods = dict(self._fields["period"]._description_selection(self.env))
        period = periods[self.period]
        pages = [
            {
                "kind": page,
                "title": titles[page],
                "period": "" if page in ("badges", "challenges") else period,
                "rows": rows,
            }
            for page in self._get_pages()
            if (rows := self._get_rows(page))
        ]
        return {
            "last": self._get_news(self.token)["last"],
            "name": self.name,
            "company": company.name,
            "version": get_manifest("sales_commission_gamify")["version"],
            "lang": (self.env.context.get("lang") or "en_US").replace("_", "-"),
            "seconds": self.seconds,
            "celebrates": self.celebrates,
            "icon": company.sales_commission_point_icon,
            "period": period,
            "empty": self.env._("Nothing to show yet. The first deal opens the board."),
            "deal": self.env._("New deal!"),
            "pages": pages,
        }

    def _get_rows(self, page):
        """A page that fails is left out: nobody stands by to mend the screen."""
        try:
            with self.env.cr.savepoint():
                return getattr(self, f"_get_page_{page}")()[:LONGEST]
        except Exception:
            _logger.exception("Page %s of board %s cannot be shown", page, self.id)
            return []

    def _get_titles(self):
        points = self.company_id.sales_commission_point_name or ""
        return {
            "points": points[:1].upper() + points[1:],
            "amount": self.env._("Sold"),
            "attainment": self.env._("Share of the own target"),
            "deals": self.env._("Latest deals"),
            "teams": self.env._("Teams"),
            "badges": self.env._("Badges of the week"),
            "challenges": self.env._("Challenges"),
        }

    # --- pages ------------------------------------------------------------------

    def _get_page_points(self):
        return self._get_ranking("points")

    def _get_page_amount(self):
        return self._get_ranking("amount")

    def _get_page_attainment(self):
        return self._get_ranking("attainment")

    def _get_page_teams(self):
        """Each team's share of its members' targets; what it sold without targets."""
        return self._get_ranking("attainment", "team") or self._get_ranking(
            "amount", "team"
        )

    def _get_ranking(self, metric, by="payee"):
        standings = self.env["sales.commission.standing"]
        rows = standings._get_standings(
            metric,
            *self._get_days(),
            by=by,
            company=self.company_id,
            teams=self.team_ids.ids,
        )
        shown = [row for row in rows if not row["is_hidden"] and row["score"] > 0]
        shown = shown[:LONGEST]
        best = max((float(row["score"]) for row in shown), default=0)
        whole = max(best, 100) if metric == "attainment" else best
        hides = metric == "amount" and not self.shows_money
        return [
            {
                "place": row["place"],
                "name": row["name"],
                "text": "" if hides else row["text"],
                "width": round(100 * float(row["score"]) / whole),
            }
            for row in shown
        ]

    def _get_page_deals(self):
        return self._get_deals()

    def _get_page_badges(self):
        """From what counts, not from Odoo's list of owners, which users may write:
        badges of rules, and those that challenges gave."""
        week = self._get_week_ago()
        shown = (
            Domain("company_id", "=", self.company_id.id)
            & Domain("employee_id.sales_commission_is_hidden", "=", False)
            & self._get_team_domain("employee_id.")
        )
        awards = self.env["sales.commission.award"].search(
            shown & Domain("date", ">=", week), order="id desc", limit=LONGEST
        )
        results = self.env["sales.commission.challenge.result"].search(
            shown
            & Domain("create_date", ">=", week)
            & Domain("challenge_id.is_test", "=", False)
            & (
                Domain("prize_badge_id", "!=", False)
                | Domain("place_badge_id", "!=", False)
            ),
            order="id desc",
            limit=LONGEST,
        )
        owned = [(row.create_date, row.employee_id, row.badge_id) for row in awards]
        for row in results:
            badges = row.prize_badge_id | row.place_badge_id
            owned += [(row.create_date, row.employee_id, badge) for badge in badges]
        owned.sort(key=lambda row: row[0], reverse=True)
        return [
            {"name": payee.name, "text": badge.name} for _date, payee, badge in owned
        ]

    def _get_team_domain(self, prefix):
        if not self.team_ids:
            return Domain.TRUE
        members = self.team_ids.member_ids
        return Domain(f"{prefix}user_id", "in", members.ids)

    # --- deals ------------------------------------------------------------------

    @api.model
    def _get_news(self, token, since=None):
        """Deals since the credit with the number *since*, which is asked for every few
        seconds: as long as nothing happened that is one small query.

        :return: None for a link that shows nothing
        """
        self.flush_model(["token", "active"])
        self.env["sales.commission.credit"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COALESCE(MAX(id), 0) FROM sales_commission_credit)
                  FROM sales_commission_board WHERE token = %s AND active
                """,
                token or "",
            )
        )
        if not rows:
            return None
        [(last,)] = rows
        is_new = since is not None and since < last
        deals = self._find(token)._get_deals(since) if is_new else []
        return {"last": last, "deals": deals}

    def _get_deals(self, since=None):
        """The latest first, a row for each document and payee: by its day, of one day
        by when it was credited first. A document that is credited anew is no news."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT MIN(id) AS id, name, document, MAX(amount) AS amount
                  FROM (SELECT MIN(c.id) AS id, MAX(c.date) AS date,
                               payee.id AS employee_id, payee.name,
                               c.document_model, c.document_id, c.component_id,
                               MAX(c.document_name) AS document,
                               SUM(c.amount) AS amount
                          FROM sales_commission_credit c
                          JOIN hr_employee payee ON payee.id = c.employee_id
                         WHERE c.component_id = ANY(%(components)s) AND c.level = 0
                           AND c.id > %(since)s AND c.date >= %(first)s
                           AND payee.sales_commission_is_hidden IS NOT TRUE
                           AND %(teams)s AND %(is_new)s
                         GROUP BY payee.id, c.document_model, c.document_id,
                                  c.component_id) credited
                 GROUP BY employee_id, name, document_model, document_id, document
                HAVING MAX(amount) > 0
                 ORDER BY MAX(date) DESC, MIN(id) DESC LIMIT %(longest)s
                """,
                components=list(self._get_deal_components()),
                since=since or 0,
                first=(self._get_days()[0] if since is None else self._get_week_ago()),
                teams=self._get_team_sql(),
                is_new=self._get_new_sql(since),
                longest=LONGEST,
            )
        )
        currency = self.company_id.currency_id
        return [
            {
                "id": row["id"],
                "name": row["name"],
                "text": (
                    currency.format(float(row["amount"]))
                    if self.shows_money
                    else row["document"]
                ),
            }
            for row in rows
        ]

    @api.model
    def _get_new_sql(self, since):
        if not since:
            return SQL("TRUE")
        return SQL(
            """NOT EXISTS (
                   SELECT FROM sales_commission_credit old
                    WHERE old.document_id = c.document_id
                      AND old.document_model = c.document_model
                      AND old.employee_id = c.employee_id AND old.id <= %s)""",
            since,
        )

    def _get_deal_components(self):
        """Those that count what was sold, in money."""
        standings = self.env["sales.commission.standing"]
        components = standings._get_components("amount", self.company_id)
        return components.ids

    def _get_team_sql(self):
        if not self.team_ids:
            return SQL("TRUE")
        return SQL("payee.user_id = ANY(%s)", self.team_ids.member_ids.ids)
