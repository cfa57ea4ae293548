from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

from .board_page import LONGEST
from .lead_watch import LED


class SalesCommissionBoard(models.Model):
    """The challenges that run and whose places everybody may see, with who leads; the
    next to end first."""

    _inherit = "sales.commission.board"

    def _get_page_challenges(self):
        running = self.env["sales.commission.challenge"].search(
            Domain("state", "=", "running")
            & Domain("visibility", "=", "everybody")
            & Domain("is_test", "=", False)
            & Domain("company_id", "=", self.company_id.id),
            order="date_to, id",
        )
        if self.team_ids:
            running = running.filtered(
                lambda one: one.participant_ids.team_id & self.team_ids
            )
        running = running[:LONGEST]
        rankings = running._compute_rankings()
        return [
            {
                "name": challenge.name,
                "text": self._say_ahead(challenge, rankings[challenge]),
                "note": self.env._(
                    "until %s", format_date(self.env, challenge.date_to)
                ),
            }
            for challenge in running
        ]

    def _say_ahead(self, challenge, ranking):
        """Nothing where nobody leads, or nobody who is to be seen; of a league the
        first of the first group."""
        people = {row.id: row for row in challenge.participant_ids}
        if challenge.kind in ("teams", "goal"):
            return self._say_together(challenge, ranking, people)
        if challenge.kind not in LED:
            return ""
        first = [row for row in ranking if row.place == 1 and row.score > 0]
        if challenge.kind == "league" and first:
            top = min(people[row.key].group_number for row in first)
            first = [row for row in first if people[row.key].group_number == top]
        shown = [
            people[row.key].employee_id.name
            for row in first
            if not people[row.key].employee_id.sales_commission_is_hidden
        ]
        if not shown:
            return ""
        who = ", ".join(shown[:2])
        if len(shown) > 2:
            who = self.env._(
                "%(who)s and %(count)s more", who=who, count=len(shown) - 2
            )
        return (
            f"{who} · {challenge._say_score(first[0].score)}"
            if self._says(challenge)
            else who
        )

    def _say_together(self, challenge, ranking, people):
        """The best team with somebody in it who is to be seen; how far all are."""
        rows = challenge._say_teams(ranking, people)
        seen = {
            person.team_id.id
            for person in people.values()
            if not person.employee_id.sales_commission_is_hidden
        }
        rows = [row for row in rows if challenge.kind == "goal" or row["key"] in seen]
        if not rows or not rows[0]["width"] or rows[0]["place"] != 1:
            return ""
        if challenge.kind == "goal":
            return rows[0]["text"] if self._says(challenge) else ""
        row = rows[0]
        return (
            f"{row['name']} · {row['text']}" if self._says(challenge) else row["name"]
        )

    def _says(self, challenge):
        """Amounts are shown where the board shows them."""
        return self.shows_money or challenge.metric != "amount"
