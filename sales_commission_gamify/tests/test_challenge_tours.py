from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .challenge_common import ChallengeCase


@tagged("post_install", "-at_install")
class TestChallengeTours(ChallengeCase, HttpCase):
    """In a browser, today."""

    def _race(self, **vals):
        today = fields.Date.today()
        race = (
            self.env["sales.commission.challenge"]
            .with_user(self.olga.user_id)
            .create(
                {
                    "name": "Race",
                    "kind": "race",
                    "goal": 100,
                    "company_id": self.company.id,
                    "date_from": today,
                    "date_to": today + timedelta(days=9),
                    "join_mode": "invited",
                    "participant_ids": [
                        Command.create({"employee_id": payee.id})
                        for payee in self.ann + self.dot
                    ],
                    **vals,
                }
            )
        )
        race.action_schedule()
        return race.sudo()

    def test_rep_joins_and_wins(self):
        race = self._race(prize_points=50)
        self.start_tour(
            "/odoo/challenges",
            "sales_commission_challenge_join",
            login=self.ann.user_id.login,
        )
        self.assertEqual(self._person(race, self.ann).state, "joined")
        self._invoice(150, self.ann, date=fields.Date.today())
        race._close()
        self.assertEqual(self._points(self.ann), 50)
        self.start_tour(
            "/odoo/challenges",
            "sales_commission_challenge_won",
            login=self.ann.user_id.login,
        )

    def test_manager_creates_a_league(self):
        self.start_tour(
            "/odoo/challenge-templates",
            "sales_commission_challenge_league",
            login=self.max.user_id.login,
        )
        [league] = self.env["sales.commission.challenge"].search([])
        self.assertEqual((league.kind, league.state), ("league", "scheduled"))
        self.assertEqual(league.user_id, self.max.user_id)
        self.assertEqual(league.sudo().participant_ids.employee_id, self.ann | self.cem)

    def test_leaderboard(self):
        self._invoice(150, self.ann, date=fields.Date.today())
        self._invoice(250, self.bob, date=fields.Date.today())
        self.start_tour(
            "/odoo/leaderboard",
            "sales_commission_leaderboard",
            login=self.ann.user_id.login,
        )

    def test_portal(self):
        """An agent joins on the web and sees the own place, no other challenge."""
        race = self._race()
        other = self._race(
            name="Not mine",
            participant_ids=[Command.create({"employee_id": self.bob.id})],
        )
        self.authenticate(self.gil.login, self.gil.login)
        page = self.url_open("/my/challenges").text
        self.assertIn("You are invited", page)
        self.assertNotIn("Not mine", page)
        page = self.url_open(f"/my/challenges/{race.id}").text
        self.assertIn("Take part", page)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = self.url_open(
            f"/my/challenges/{race.id}/join", data={"csrf_token": token}
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        self.assertEqual(self._person(race, self.dot).state, "joined")
        self._invoice(60, self.dot, date=fields.Date.today())
        page = self.url_open(f"/my/challenges/{race.id}").text
        self.assertIn("Dot", page)
        self.assertIn("to the goal", page)
        refused = self.url_open(f"/my/challenges/{other.id}")
        self.assertTrue(refused.url.endswith("/my/challenges"))
        self.url_open(f"/my/challenges/{other.id}/join", data={"csrf_token": token})
        self.env.invalidate_all()
        self.assertEqual(self._person(other, self.bob).state, "invited")


@tagged("post_install", "-at_install")
class TestChallengeTemplates(ChallengeCase):
    def test_each_template_can_be_scheduled_as_it_is(self):
        """Two teams and a goal are all that some of them ask for."""
        model = self.env["sales.commission.challenge"].with_user(self.olga.user_id)
        self._invoice(1234, self.ann, date=fields.Date.today() - timedelta(days=5))
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        for template in model.get_templates():
            with self.subTest(template=template["key"]):
                action = model.create_from_template(template["key"])
                challenge = model.browse(action["res_id"])
                self.assertEqual(
                    challenge.sudo().participant_ids.employee_id, self.everybody
                )
                if challenge.kind == "teams":
                    people = challenge.sudo().participant_ids
                    people[0].team_id, people[1:].team_id = north, south
                if challenge.kind in ("race", "milestone", "goal"):
                    self.assertGreater(challenge.goal, 0)
                challenge.action_schedule()
                self.assertIn(challenge.state, ("scheduled", "running"))

    def test_manager_gets_those_below(self):
        model = self.env["sales.commission.challenge"].with_user(self.max.user_id)
        action = model.create_from_template("most")
        challenge = model.browse(action["res_id"])
        self.assertEqual(challenge.participant_ids.employee_id, self.ann | self.cem)
        self.assertTrue(challenge.can_manage)
        challenge.participant_ids[0].unlink()
        challenge.action_add_people()
        self.assertEqual(challenge.participant_ids.employee_id, self.ann | self.cem)

    def test_cards_name_no_colleague_to_a_payee(self):
        challenge = self._challenge("most")
        self._sell(self.ann, 100)
        with self._on("2026-03-10"):
            cards = {
                payee: challenge.with_user(payee.user_id).standing_text
                for payee in (self.ann, self.bob, self.olga)
            }
            self.env.invalidate_all()
        self.assertEqual(cards[self.ann], "Your place: 1 of 4")
        self.assertEqual(cards[self.bob], "Your place: 2 of 4")
        self.assertIn("Ahead: Ann", cards[self.olga])
