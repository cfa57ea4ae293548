from odoo import api, models
from odoo.fields import Domain


class SalesCommissionChallenge(models.Model):
    """The running challenges of the user, as cards."""

    _inherit = "sales.commission.challenge"

    @api.model
    def _get_my_cards(self, company, limit):
        """Those in which the user takes part or is invited, the next to end first.

        :return: ``[{"id", "name", "is_invited", "days_left", "ends_text", "prize",
            "place_text", "score_text", "ahead_text", "to_next_text", "leads"}]``;
            texts are False where there is nothing to say, or nothing the user may see
        """
        challenges = self.search(
            Domain("state", "=", "running")
            & Domain("company_id", "=", company.id)
            & Domain("my_state", "in", ("joined", "invited")),
            order="date_to, id",
            limit=limit,
        )
        states = challenges._get_my_states()
        joined = challenges.filtered(lambda one: states.get(one.id) == "joined")
        rankings = joined._compute_rankings()
        return [
            challenge._get_my_card(rankings.get(challenge)) for challenge in challenges
        ]

    def _get_my_card(self, ranking):
        left = (self.date_to - self._get_today()).days
        card = {
            "id": self.id,
            "name": self.name,
            "is_invited": ranking is None,
            "days_left": left,
            "ends_text": self._say_days_left(left),
            "prize": self.prize_text or False,
            **dict.fromkeys(
                ("place_text", "score_text", "ahead_text", "to_next_text"), False
            ),
            "leads": False,
        }
        return card if ranking is None else card | self._say_my_standing(ranking)

    def _say_my_standing(self, ranking):
        _people, _own, _seen, look = self._look_at(ranking)
        own = look["own"]
        if not own:
            return {}
        leads = own["place"] == 1 and own["leads"]
        place = own["place"] and self.env._(
            "Place %(place)s of %(count)s", place=own["place"], count=look["count"]
        )
        to_next = own["to_next"] and self.env._("%s to the next place", own["to_next"])
        to_goal = own["to_goal"] and self.env._("%s to the goal", own["to_goal"])
        return {
            "place_text": place or False,
            "score_text": own["text"],
            "ahead_text": self._say_who_leads(look),
            "to_next_text": to_goal or to_next or False,
            "leads": bool(leads),
        }

    def _say_who_leads(self, look):
        """Of those whom the user may see; nothing where the lead says nothing."""
        if look["teams"]:
            first = look["teams"][0]
            if self.kind == "goal":
                return f"{first['name']}: {first['text']}"
            return first["width"] > 0 and self._say_lead(first)
        rows = [row for row in look["rows"] if row["place"] == 1 and row["width"] > 0]
        others = [row for row in rows if not row["is_own"]]
        if len(rows) > len(others):
            return self.env._("You lead") if self.kind != "lottery" else False
        return self._say_lead(others[0]) if others and self.kind != "lottery" else False

    def _say_lead(self, row):
        return self.env._(
            "%(who)s leads with %(score)s", who=row["name"], score=row["text"]
        )

    def _say_days_left(self, left):
        if left <= 0:
            return self.env._("ends today")
        return (
            self.env._("1 day left") if left == 1 else self.env._("%s days left", left)
        )
