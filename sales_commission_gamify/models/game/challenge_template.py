from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...engine.periods import period_of

# The gallery, in its order: each key has a method ``_get_template_<key>``.
TEMPLATES = (
    "most",
    "race",
    "milestone",
    "target",
    "goal",
    "teams",
    "streak",
    "lottery",
    "duel",
    "bracket",
    "elimination",
    "league",
)


class SalesCommissionChallenge(models.Model):
    """Challenges to start from: each can be scheduled as it is, in under a minute.

    A template is a dict: ``name``, ``summary``, ``icon`` and ``values``; ``days`` how
    long it runs, ``goal_of`` which share of what was done lately is the goal.
    """

    _inherit = "sales.commission.challenge"

    @api.model
    @api.readonly
    def get_templates(self):
        """The gallery: ``[{"key", "name", "summary", "icon"}]``"""
        return [
            {
                "key": key,
                **{name: template[name] for name in ("name", "summary", "icon")},
            }
            for key in TEMPLATES
            for template in [self._get_template(key)]
        ]

    @api.model
    def create_from_template(self, key):
        """A draft made from the template *key*, with the people whom the user leads.

        :return: the action that opens it
        """
        self.check_access("create")
        if key not in TEMPLATES:
            raise UserError(
                self.env._("There is no template “%s”. Reload the page.", key)
            )
        challenge = self._make_from_template(key, self._get_template(key))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": challenge.id,
            "views": [(False, "form")],
        }

    def _make_from_template(self, key, template):
        today = self.with_context(active_test=False).browse()._get_today()
        first, last = self._get_template_days(template, today)
        people = self._get_template_people()
        values = {
            "name": template["name"],
            "kind": key,
            "description": template["summary"],
            "company_id": self.env.company.id,
            "date_from": first,
            "date_to": last,
            "participant_ids": [
                Command.create({"employee_id": payee.id}) for payee in people
            ],
            **template.get("values", {}),
        }
        if template.get("goal_of"):
            values["goal"] = self._suggest_goal(
                people, (last - first).days + 1, today, template["goal_of"], key
            )
        return self.create(values)

    @api.model
    def _get_template_days(self, template, today):
        """From the next Monday on, or the next month as a whole."""
        if template.get("whole_month"):
            return period_of(fields.Date.add(today, months=1), "month")
        first = today + timedelta(days=(7 - today.weekday()) % 7)
        return first, first + timedelta(days=template.get("days", 14) - 1)

    @api.model
    def _get_template_people(self):
        """Those who take part in a plan now: below a manager, of all for an officer."""
        today = fields.Date.context_today(self)
        # sudo: who takes part where, to offer those whom the user leads
        found = (
            self.env["sales.commission.assignment"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("plan_id.state", "=", "published"),
                    ("plan_id.component_ids.credited_to", "!=", "hierarchy"),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            )
            .employee_id.filtered("active")
        )
        if not self._is_officer():
            below = self.env["sales.commission.challenge.participant"]._get_below()
            # who runs it leaves himself out, or an officer has to approve the prize
            found = found.filtered(
                lambda payee: (
                    payee.id in below
                    and not payee._is_sales_commission_user(self.env.user)
                )
            )
        return found.sorted("name").sudo(False)

    @api.model
    def _suggest_goal(self, people, days, today, share, key):
        """A round number: *share* of what a payee did on average in as many days
        lately, of all together for the goal of all."""
        rows = self.env["sales.commission.standing"]._get_standings(
            "amount",
            today - timedelta(days=days),
            today - timedelta(days=1),
            company=self.env.company,
            employees=people.ids,
            sees=True,
        )
        whole = float(sum(row["score"] for row in rows)) * share
        number = whole if key == "goal" else whole / max(len(rows), 1)
        if number < 1:
            return 0
        digits = 10 ** max(len(str(int(number))) - 2, 0)
        return round(number / digits) * digits

    @api.model
    def _get_template(self, key):
        return getattr(self, f"_get_template_{key}")()

    def _get_template_most(self):
        return {
            "name": self.env._("Top seller of two weeks"),
            "summary": self.env._(
                "Who sells the most in two weeks wins. Who shares the first place, "
                "wins too."
            ),
            "icon": "fa-trophy",
        }

    def _get_template_race(self):
        return {
            "name": self.env._("Race to the goal"),
            "summary": self.env._("Who reaches the goal on the earliest day wins."),
            "icon": "fa-flag-checkered",
            "goal_of": 1.0,
        }

    def _get_template_milestone(self):
        return {
            "name": self.env._("Milestone"),
            "summary": self.env._(
                "Everybody who reaches the goal wins, however many they are."
            ),
            "icon": "fa-map-signs",
            "goal_of": 1.1,
        }

    def _get_template_target(self):
        return {
            "name": self.env._("Share of the own target"),
            "summary": self.env._(
                "Each against the own target: 45 of 50 is before 80 of 100."
            ),
            "icon": "fa-bullseye",
            "whole_month": True,
        }

    def _get_template_goal(self):
        return {
            "name": self.env._("One goal for all of us"),
            "summary": self.env._(
                "All sell towards one goal. When it is reached, everybody wins."
            ),
            "icon": "fa-users",
            "goal_of": 1.1,
        }

    def _get_template_teams(self):
        return {
            "name": self.env._("Team against team"),
            "summary": self.env._(
                "Teams compare what a head sells on average. All of the best team win."
            ),
            "icon": "fa-shield",
            "values": {"by_head": True},
        }

    def _get_template_streak(self):
        return {
            "name": self.env._("A deal every day"),
            "summary": self.env._(
                "Most working days in a row with a deal. Weekends, leave and public "
                "holidays do not break it."
            ),
            "icon": "fa-fire",
            "days": 28,
            "values": {"metric": "deals"},
        }

    def _get_template_lottery(self):
        return {
            "name": self.env._("Lottery"),
            "summary": self.env._(
                "Each deal brings ten tickets; at the end one is drawn. Everybody has "
                "a chance."
            ),
            "icon": "fa-ticket",
            "values": {"metric": "deals", "tickets": 10},
        }

    def _get_template_duel(self):
        return {
            "name": self.env._("Head-to-head"),
            "summary": self.env._(
                "Pairs, drawn when it starts or entered by you. The better one of each "
                "wins, both when they are equal."
            ),
            "icon": "fa-handshake-o",
            "days": 7,
        }

    def _get_template_bracket(self):
        return {
            "name": self.env._("Cup"),
            "summary": self.env._(
                "One against one, round by round, until two meet in the final."
            ),
            "icon": "fa-sitemap",
            "days": 28,
        }

    def _get_template_elimination(self):
        return {
            "name": self.env._("Last one standing"),
            "summary": self.env._("After each week the last of it leave."),
            "icon": "fa-hourglass-half",
            "days": 28,
            "values": {"round_days": 7},
        }

    def _get_template_league(self):
        return {
            "name": self.env._("League"),
            "summary": self.env._(
                "Groups of six or seven who sell about as much. Each month the first "
                "of a group go up, the last go down."
            ),
            "icon": "fa-line-chart",
            "whole_month": True,
            "values": {"repeat": "month"},
        }
