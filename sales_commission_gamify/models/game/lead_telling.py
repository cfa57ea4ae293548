from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from .run_telling import CHANNEL


class SalesCommissionLead(models.Model):
    """Tells who leads now, and who led until now; others it does not concern."""

    _inherit = "sales.commission.lead"

    @api.model
    def _tell(self, company, news):
        """One message to each, whatever changed for him at the same time.

        :param news: see ``_watch``
        """
        told = defaultdict(list)
        for key, before, ranking in news:
            shown = self._get_shown(key)
            if shown.visibility == "managers":
                continue
            leaders = [row for row in ranking if row.place == 1 and row.score > 0]
            now = {row.employee_id for row in leaders}
            for row in ranking:
                if row.employee_id in now - before:
                    told[row.employee_id].append((shown, True, row, leaders, ranking))
                elif row.employee_id in before - now and leaders:
                    told[row.employee_id].append((shown, False, row, leaders, ranking))
        for user, employee_id in self._get_readers(told):
            user._bus_send(
                CHANNEL,
                self.with_context(lang=user.lang)._prepare_message(
                    company, told[employee_id]
                ),
            )

    @api.model
    def _get_shown(self, key):
        challenge_id, leaderboard_id, *_rest = key
        if challenge_id:
            return self.env["sales.commission.challenge"].browse(challenge_id)
        return self.env["sales.commission.leaderboard"].browse(leaderboard_id)

    @api.model
    def _get_readers(self, told):
        """Users of these payees who are there and want to be told."""
        if not told:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id, payee.id
                  FROM hr_employee payee
                  JOIN res_users person ON person.id = payee.user_id
                   AND person.active AND person.sales_commission_toast_leads
                 WHERE payee.id = ANY(%s) AND EXISTS (
                       SELECT FROM mail_presence presence
                        WHERE presence.user_id = person.id
                          AND presence.status != 'offline')
                 ORDER BY payee.id
                """,
                list(told),
            )
        )
        users = self.env["res.users"].browse(user_id for user_id, _payee in rows)
        return list(zip(users, (payee_id for _user, payee_id in rows), strict=True))

    @api.model
    def _prepare_message(self, company, changes):
        sentences, has_won = [], False
        for shown, leads, *facts in changes:
            has_won |= leads
            translated = shown.with_context(lang=self.env.context.get("lang"))
            say = self._say_taken if leads else self._say_lost
            sentences.append(say(company, translated, *facts))
        shown = changes[0][0]
        return {
            "title": self.env._("You are in the lead!")
            if has_won
            else self.env._("The lead has changed"),
            "message": " ".join(sentences),
            "is_big": has_won,
            **self._prepare_button(shown),
        }

    @api.model
    def _prepare_button(self, shown):
        """Where the message leads to."""
        if shown._name == "sales.commission.leaderboard":
            return {
                "button": self.env._("Leaderboard"),
                "action": "sales_commission_gamify.leaderboard_action",
            }
        return {
            "button": self.env._("Challenge"),
            "action": {
                "type": "ir.actions.act_window",
                "res_model": shown._name,
                "res_id": shown.id,
                "views": [[False, "form"]],
            },
        }

    @api.model
    def _is_of_teams(self, shown):
        return shown._name == "sales.commission.challenge" and shown.kind == "teams"

    @api.model
    def _say_taken(self, _company, shown, _own, leaders, _ranking):
        if self._is_of_teams(shown):
            return self.env._("Your team has taken the lead in “%s”.", shown.name)
        if len(leaders) > 1:
            return self.env._("You share the first place of “%s”.", shown.name)
        return self.env._("You have taken the lead in “%s”.", shown.name)

    @api.model
    def _say_lost(self, company, shown, own, leaders, ranking):
        """With the way back, which is what helps."""
        if self._is_of_teams(shown):
            return self.env._("Another team leads “%s” now: go for it!", shown.name)
        who = self.env._("Somebody else")
        if self._is_named_to(leaders, own, ranking, shown.visibility):
            names = self.env["hr.employee"].browse(row.employee_id for row in leaders)
            who = ", ".join(names.mapped("name"))
        said = self.env._("%(who)s leads “%(where)s” now.", who=who, where=shown.name)
        missing = leaders[0].score - own.score
        if missing <= 0 or self._is_decided(shown, leaders):
            return said
        way = self._say_missing(company, shown, missing)
        return f"{said} {self.env._('%s more and you are level.', way)}"

    @api.model
    def _is_decided(self, shown, leaders):
        """Whether no figure brings the lead back: the goal of a race is reached."""
        is_race = shown._name == "sales.commission.challenge" and shown.kind == "race"
        return is_race and leaders[0].score >= shown.goal

    @api.model
    def _say_missing(self, company, shown, missing):
        if shown._name == "sales.commission.challenge":
            return shown._say_score(missing)
        standings = self.env["sales.commission.standing"]
        counted = standings._get_counted(
            shown.metric, None, None, **shown._get_counted_options(company)
        )
        return standings._say_score(counted, missing)
