from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...engine import bands
from ..design.words import say_number

LATE = timedelta(days=31)  # a badge for a month is given when it is over


class SalesCommissionDigest(models.Model):
    """What a payee is told of his week. All payees of a batch are read together."""

    _inherit = "sales.commission.digest"

    @api.model
    def _get_digests(self, company, week, payees):
        """``{payee id: texts}`` of those to whom there is something to tell, each in
        the payee's language."""
        self.env.flush_all()
        money = self._get_money(week, payees)
        points = self._get_points(week, payees)
        badges = self._get_badges(week, payees)
        challenges = self._get_challenges(company, payees)
        places = self._get_places(company, payees)
        digests = {}
        for payee in payees:
            facts = (
                money.get(payee.id) or 0,
                points.get(payee.id) or 0,
                badges[payee.id],
                challenges[payee.id],
            )
            if any(facts):
                told = self.with_context(lang=self._get_lang(payee))
                digests[payee.id] = told._say_digest(
                    company, payee, *facts, places.get(payee.id)
                )
        return digests

    # --- reading --------------------------------------------------------------------

    @api.model
    def _get_money(self, week, payees):
        """What came in that week, corrections of earlier days included."""
        return self._get_sums(
            """SELECT employee_id, SUM(amount) FROM sales_commission_earning
                WHERE employee_id = ANY(%s) AND create_date >= %s AND create_date < %s
                GROUP BY 1""",
            payees.ids,
            week.start,
            week.end,
        )

    @api.model
    def _get_points(self, week, payees):
        """Those that were brought, not what was spent on rewards."""
        standings = self.env["sales.commission.standing"]
        return self._get_sums(
            """SELECT employee_id, SUM(points)::int FROM sales_commission_point
                WHERE employee_id = ANY(%s) AND date BETWEEN %s AND %s AND %s
                GROUP BY 1""",
            payees.ids,
            week.first,
            week.last,
            standings._get_brought_sql(),
        )

    @api.model
    def _get_badges(self, week, payees):
        awards = self.env["sales.commission.award"].search(
            Domain("employee_id", "in", payees.ids)
            & Domain("create_date", ">=", week.start)
            & Domain("create_date", "<", week.end)
            & Domain("date", ">=", week.first - LATE),
            order="id",
        )
        badges = defaultdict(self.env["gamification.badge"].browse)
        for award in awards:
            badges[award.employee_id.id] |= award.badge_id
        return badges

    @api.model
    def _get_challenges(self, company, payees):
        """``{payee id: [(challenge, engine standing)]}`` of those that run."""
        running = self.env["sales.commission.challenge"].search(
            Domain("state", "=", "running")
            & Domain("is_test", "=", False)
            & Domain("company_id", "=", company.id),
            order="date_to, id",
        )
        found = defaultdict(list)
        for challenge, ranking in running._compute_rankings().items():
            people = {row.id: row.employee_id.id for row in challenge.participant_ids}
            for row in ranking:
                if people[row.key] in payees._ids and row.state != "left":
                    found[people[row.key]].append((challenge, row))
        return found

    @api.model
    def _get_places(self, company, payees):
        """Where each is on the board that opens first for payees, among those whom he
        sees there, and what is missing to the next better band."""
        leads = self.env["sales.commission.lead"]
        board = leads._get_leaderboard(company)
        if not board:
            return {}
        standings = self.env["sales.commission.standing"]
        days = standings._get_days(board.period_kind, leads._get_today(company))
        options = board._get_counted_options(company)
        rows = standings._get_standings(board.metric, *days, sees=True, **options)
        counted = standings._get_counted(board.metric, *days, **options)
        places = {}
        for row in rows:
            if row["id"] in payees._ids and row["score"] > 0:
                scores = [
                    other["score"]
                    for other in rows
                    if other is row or not other["is_hidden"]
                ]
                place = scores.index(row["score"]) + 1
                coming = bands.compute_next_band(scores, place)
                places[row["id"]] = (board, counted, place, len(scores), coming)
        return places

    # --- saying ---------------------------------------------------------------------

    @api.model
    def _say_digest(self, company, payee, money, points, badges, challenges, place):
        lang = self.env.context.get("lang")
        company = company.with_context(lang=lang)
        return {
            "name": payee.name,
            "money": money and company.currency_id.format(float(money)),
            "points": points and say_number(self.env, points),
            "points_name": company.sales_commission_point_name,
            "badges": [
                {"name": badge.name, "text": badge.sales_commission_text}
                for badge in badges.with_context(lang=lang)
            ],
            "place": place and self._say_place(*place),
            "challenges": [
                self._say_challenge(challenge.with_context(lang=lang), row)
                for challenge, row in challenges
            ],
        }

    @api.model
    def _say_place(self, board, counted, place, count, coming):
        standings = self.env["sales.commission.standing"]
        return {
            "text": self.env._(
                "Place %(place)s of %(count)s on “%(board)s”",
                place=place,
                count=count,
                board=board.with_context(lang=self.env.context.get("lang")).name,
            ),
            "way": coming
            and self.env._(
                "%(missing)s more and you are among the best %(percent)s %%",
                missing=standings._say_score(counted, coming.missing),
                percent=coming.percent,
            ),
        }

    @api.model
    def _say_challenge(self, challenge, row):
        shows = challenge.visibility != "managers" and row.place and row.score > 0
        return {
            "name": challenge.name,
            "text": self.env._(
                "Place %(place)s with %(score)s",
                place=row.place,
                score=challenge._say_score(row.score),
            )
            if shows
            else "",
            "time": challenge.time_text,
            "prize": challenge.prize_text,
        }
