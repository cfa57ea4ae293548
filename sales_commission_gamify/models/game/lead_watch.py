import logging
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine import bands

_logger = logging.getLogger(__name__)

# Of the other kinds nobody can be said to lead: all win together, or by a draw, or
# by rounds.
LED = ("most", "target", "race", "streak", "duel", "teams", "league")


class Place(NamedTuple):
    """Where one payee is; *score* is what he did, in what is ranked."""

    employee_id: int
    place: int
    score: float
    is_hidden: bool = False


class SalesCommissionLead(models.Model):
    """Compares who leads with who led, every few minutes: whatever changes a standing
    (a sale, a refund, a correction, a new day) is noticed alike, and nothing waits for
    it. Several changes meanwhile are one."""

    _inherit = "sales.commission.lead"

    @api.model
    def _cron_watch(self):
        for company in self._get_companies():
            try:
                with self.env.cr.savepoint():
                    self._watch(company)
            except Exception:
                # the other companies must not wait for this one
                _logger.exception("Who leads in %s is not told", company.name)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _get_companies(self):
        plans = self.env["sales.commission.plan"].sudo()
        return plans.search([("state", "!=", "draft")]).company_id

    @api.model
    def _watch(self, company):
        """:return: the leads that changed, as ``[(key, before, ranking)]``"""
        before = self._get_last(company)
        rankings = {
            **self._get_challenge_rankings(company),
            **self._get_leaderboard_rankings(company, before),
        }
        now = {key: self._get_leaders(rows) for key, rows in rankings.items()}
        changed = {
            key: leaders for key, leaders in now.items() if before.get(key) != leaders
        }
        self._keep(company, changed)
        seen = {key[:2] for key in before}
        # what was never looked at changed long ago
        news = [
            (key, before.get(key, set()), rankings[key])
            for key in changed
            if key[:2] in seen
        ]
        self._tell(company, news)
        return news

    @api.model
    def _get_leaders(self, ranking):
        """Nothing leads nothing."""
        return {row.employee_id for row in ranking if row.place == 1 and row.score > 0}

    # --- what is watched ------------------------------------------------------------

    @api.model
    def _get_challenge_rankings(self, company):
        """Of each that runs, of a league by group: ``{key: [Place]}``."""
        challenges = self.env["sales.commission.challenge"].search(
            Domain("state", "=", "running")
            & Domain("is_test", "=", False)
            & Domain("kind", "in", LED)
            & Domain("company_id", "=", company.id)
        )
        found = {}
        for challenge, ranking in challenges._compute_rankings().items():
            people = {row.id: row for row in challenge.participant_ids}
            teams = self._get_team_scores(challenge, ranking, people)
            for row in ranking:
                person = people[row.key]
                group = challenge.kind == "league" and person.group_number
                place = Place(
                    person.employee_id.id,
                    row.place or 0,
                    teams.get(person.team_id, row.score),
                    person.employee_id.sales_commission_is_hidden,
                )
                key = self._get_key(challenge.id, group=group)
                found.setdefault(key, []).append(place)
        return found

    @api.model
    def _get_team_scores(self, challenge, ranking, people):
        """Where teams compete a member leads by what the team did."""
        scores = defaultdict(int)
        if challenge.kind == "teams":
            for row in ranking:
                scores[people[row.key].team_id] += row.score
        return scores

    @api.model
    def _get_leaderboard_rankings(self, company, before):
        """Of the board that opens first for payees, in the period under way. Those
        who are not to be seen have no place on it, so they neither lead nor lose."""
        board = self._get_leaderboard(company)
        if not board or board.by != "payee":
            return {}
        standings = self.env["sales.commission.standing"]
        days = standings._get_days(board.period_kind, self._get_today(company))
        rows = standings._get_standings(
            board.metric, *days, **board._get_counted_options(company)
        )
        key = self._get_key(leaderboard_id=board.id, first=days.first)
        return {key: [Place(row["id"], row["place"], row["score"]) for row in rows]}

    @api.model
    def _get_leaderboard(self, company):
        return self.env["sales.commission.leaderboard"].search(
            Domain("company_id", "in", [False, company.id])
            & Domain("visibility", "!=", "managers"),
            limit=1,
        )

    @api.model
    def _get_today(self, company):
        zone = company.resource_calendar_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    # --- who may be named -----------------------------------------------------------

    @api.model
    def _is_named_to(self, leaders, reader, ranking, visibility):
        """Whether *reader* sees the *leaders* where the standing is shown: as there,
        who is not to be seen is not, and sees nobody either."""
        if reader.is_hidden or any(row.is_hidden for row in leaders):
            return False
        if visibility == "everybody":
            return True
        if visibility != "own":
            return False
        seen = [row for row in ranking if not row.is_hidden]
        neighbours = bands.pick_neighbours(seen.index(reader), len(seen))
        return all(seen.index(row) in neighbours for row in leaders)
