from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, LAST, ChallengeCase

CHALLENGE = "sales.commission.challenge"
PERSON = f"{CHALLENGE}.participant"
RESULT = f"{CHALLENGE}.result"
REFUSED = UserError  # an AccessError is one, too


@tagged("post_install", "-at_install")
class TestChallengeSecurity(ChallengeCase):
    """What a click or a call by RPC may do, by role."""

    def _call(self, user, model, method, *args, **kwargs):
        self.env.invalidate_all()
        return call_kw(self.env[model].with_user(user), method, list(args), kwargs)

    def _running(self, **vals):
        challenge = self._challenge("most", **vals)
        self._sell(self.ann, 500)
        self._sell(self.bob, 300)
        return challenge

    def _payees(self):
        return (self.ann.user_id, self.gil)

    def test_payees_change_nothing(self):
        """Neither the challenge nor a participant nor a result, inside or outside."""
        challenge = self._running()
        person = self._person(challenge, self.ann)
        done = self._close(self._challenge("most"))
        result = done.sudo().result_ids[0]
        for user in self._payees():
            for model, ids, vals in (
                (CHALLENGE, challenge.ids, {"name": "Mine"}),
                (CHALLENGE, challenge.ids, {"state": "finished"}),
                (CHALLENGE, challenge.ids, {"goal": 1}),
                (PERSON, person.ids, {"target": 1}),
                (PERSON, person.ids, {"state": "left"}),
                (PERSON, person.ids, {"date_from": "2026-01-01"}),
                (PERSON, person.ids, {"employee_id": self.bob.id}),
                (RESULT, result.ids, {"won": True}),
                (RESULT, result.ids, {"prize_amount": 100}),
            ):
                with self.subTest(user=user.login, model=model, vals=vals):
                    with self.assertRaises(REFUSED):
                        self._call(user, model, "write", ids, vals)
                    with self.assertRaises(REFUSED):
                        self._call(user, model, "unlink", ids)
            for model, vals in (
                (CHALLENGE, {"name": "Mine", "date_to": LAST}),
                (PERSON, {"challenge_id": challenge.id, "employee_id": self.max.id}),
                (RESULT, {"challenge_id": challenge.id, "employee_id": self.ann.id}),
            ):
                with self.assertRaises(REFUSED):
                    self._call(user, model, "create", [vals])

    def test_payees_press_no_button_of_managers(self):
        challenge = self._running()
        draft = self._challenge("most", start=False)
        for user in self._payees():
            for record, method in (
                (challenge, "action_cancel"),
                (challenge, "action_close"),
                (challenge, "action_draft"),
                (draft, "action_schedule"),
                (draft, "action_approve"),
            ):
                with self.assertRaises(REFUSED):
                    self._call(user, CHALLENGE, method, record.ids)

    def test_private_methods_are_no_rpc(self):
        challenge = self._running()
        for method in ("_close", "_start", "_give_prizes", "_compute_rankings"):
            with self.assertRaises(AccessError):
                self._call(self.olga.user_id, CHALLENGE, method, challenge.ids)

    def test_payees_read_where_they_take_part(self):
        challenge = self._running(payees=self.ann + self.dot)
        draft = self._challenge("most", start=False)
        for user in self._payees():
            found = self._call(user, CHALLENGE, "search", [])
            self.assertEqual(found, challenge.ids)
        self.assertEqual(self._call(self.bob.user_id, CHALLENGE, "search", []), [])
        with self.assertRaises(AccessError):
            self._call(self.bob.user_id, CHALLENGE, "get_standings", challenge.ids)
        with self.assertRaises(AccessError):
            self._call(self.ann.user_id, CHALLENGE, "get_standings", draft.ids)

    def test_payees_read_own_rows_only(self):
        challenge = self._running()
        self._close(challenge)
        for payee, user in ((self.ann, self.ann.user_id), (self.dot, self.gil)):
            for model in (PERSON, RESULT):
                rows = self.env[model].with_user(user).search([])
                self.assertEqual(rows.sudo().employee_id, payee, model)

    def test_nobody_joins_or_leaves_for_another(self):
        challenge = self._challenge("most", join_mode="invited")
        other = self._person(challenge, self.bob)
        with freeze_time(FIRST):
            for user in self._payees():
                for method in ("action_join", "action_leave"):
                    with self.assertRaises(REFUSED):
                        self._call(user, PERSON, method, other.ids)
            self.assertEqual(other.state, "invited")
            self._call(
                self.gil, PERSON, "action_join", self._person(challenge, self.dot).ids
            )
        self.assertEqual(self._person(challenge, self.dot).state, "joined")

    def test_visibility(self):
        """Own place with neighbours, everybody, managers only; a lead sees those
        below, who runs it and officers see all."""

        def names(user, **vals):
            challenge.sudo().write(vals)
            rows = self._call(user, CHALLENGE, "get_standings", challenge.ids)["rows"]
            return [row["name"] for row in rows]

        more = self.env["hr.employee"].sudo()
        for number in range(4):
            more |= self._create_payee(f"More{number}")
        challenge = self._running(payees=self.everybody | more)
        everybody = ["Ann", "Bob", "Cem", "Dot", "More0", "More1", "More2", "More3"]
        with freeze_time("2026-03-10"):
            ann, gil, max_ = self.ann.user_id, self.gil, self.max.user_id
            self.assertEqual(names(gil, visibility="everybody"), everybody)
            self.assertEqual(names(ann, visibility="own"), everybody[:5])
            self.assertEqual(names(max_), ["Ann", "Cem"])
            self.assertEqual(names(gil, visibility="managers"), [])
            self.assertEqual(names(max_), ["Ann", "Cem"])
            self.assertEqual(names(self.olga.user_id), everybody)

    def test_hidden_participant(self):
        """Nobody of the colleagues sees him, in no kind and no match; he sees himself
        alone."""
        self.ann.sales_commission_is_hidden = True
        challenge = self._running()
        bracket = self._challenge("bracket")
        with freeze_time("2026-03-10"):
            page = self._call(self.gil, CHALLENGE, "get_standings", challenge.ids)
            self.assertNotIn("Ann", [row["name"] for row in page["rows"]])
            own = self._call(
                self.ann.user_id, CHALLENGE, "get_standings", challenge.ids
            )
            self.assertEqual([row["name"] for row in own["rows"]], ["Ann"])
            self.assertEqual(own["own"]["place"], 1)
            matches = self._call(self.gil, CHALLENGE, "get_standings", bracket.ids)
            self.assertNotIn("Ann", str(matches))
            self.assertIn("A colleague", str(matches))
            lead = self._call(
                self.olga.user_id, CHALLENGE, "get_standings", challenge.ids
            )
            self.assertIn("Ann", [row["name"] for row in lead["rows"]])

    def test_way_to_the_next_place_is_not_a_hidden_figure(self):
        """Bob has 300, hidden Ann 500, Cem 900; the places are the true ones."""
        self.ann.sales_commission_is_hidden = True
        challenge = self._running()
        self._sell(self.cem, 900)
        with freeze_time("2026-03-10"):
            page = self._call(
                self.bob.user_id, CHALLENGE, "get_standings", challenge.ids
            )
        self.assertEqual((page["own"]["place"], page["count"]), (3, 4))
        self.assertEqual([row["place"] for row in page["rows"]], [1, 3, 4])
        self.assertIn("600", page["own"]["to_next"])
        self.assertNotIn("200", str(page))
        self.assertNotIn("500", str(page))

    def test_bracket_and_teams_tell_no_more_than_the_list(self):
        """With four neighbours a payee reads the own matches; hidden, no name in them;
        with managers only, nothing."""
        bracket = self._challenge("bracket", visibility="own")
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        teams = self._challenge("teams", start=False, visibility="managers")
        people = teams.sudo().participant_ids
        people[:2].team_id, people[2:].team_id = north, south
        with freeze_time(FIRST):
            teams.action_schedule()
        with freeze_time("2026-03-04"):

            def page(challenge, user):
                return self._call(user, CHALLENGE, "get_standings", challenge.ids)

            ann = self.ann.user_id
            matches = page(bracket, ann)["matches"]
            self.assertEqual(len(matches), 1)
            self.assertIn("Ann", str(matches))
            self.assertEqual(len(page(bracket, self.olga.user_id)["matches"]), 2)
            self.assertEqual(page(teams, ann)["teams"], [])
            self.assertEqual(len(page(teams, self.olga.user_id)["teams"]), 2)
            self.ann.sales_commission_is_hidden = True
            [match] = page(bracket, ann)["matches"]
            self.assertEqual({match["first"], match["second"]}, {"Ann", "A colleague"})
            bracket.sudo().visibility = "managers"
            self.assertEqual(page(bracket, ann)["matches"], [])

    def test_league_is_the_own_group(self):
        more = self.env["hr.employee"].sudo()
        for number in range(4):
            more |= self._create_payee(f"Low{number}")
        for payee in self.everybody:
            self._sell(payee, 100, day=20, month=2)
        league = self._challenge("league", payees=self.everybody | more)
        with freeze_time("2026-03-04"):
            page = self._call(self.ann.user_id, CHALLENGE, "get_standings", league.ids)
            self.assertEqual(
                {row["name"] for row in page["rows"]}, {"Ann", "Bob", "Cem", "Dot"}
            )
            self.assertEqual(page["count"], 4)
            page = self._call(self.olga.user_id, CHALLENGE, "get_standings", league.ids)
            self.assertEqual(len(page["rows"]), 8)

    def test_managers_run_challenges_of_those_below(self):
        with self._refused("is not below you", UserError):
            self._challenge("most", payees=self.bob, by=self.max.user_id)
        challenge = self._challenge("most", payees=self.ann, by=self.max.user_id)
        with self._refused("is not below you", UserError):
            challenge.with_user(self.max.user_id).participant_ids = [
                Command.create({"employee_id": self.bob.id})
            ]
        person = self._person(challenge, self.ann)
        with self.assertRaises(REFUSED):
            self._call(
                self.max.user_id,
                PERSON,
                "write",
                person.ids,
                {"employee_id": self.bob.id},
            )

    def test_managers_change_no_challenge_of_others(self):
        challenge = self._running()
        user = self.max.user_id
        self.assertIn(challenge.id, self._call(user, CHALLENGE, "search", []))
        with self.assertRaises(REFUSED):
            self._call(user, CHALLENGE, "write", challenge.ids, {"name": "Mine"})
        for method in ("action_cancel", "action_close"):
            with self.assertRaises(REFUSED):
                self._call(user, CHALLENGE, method, challenge.ids)
        with self.assertRaises(REFUSED):
            self._call(
                user,
                PERSON,
                "create",
                [{"challenge_id": challenge.id, "employee_id": self.max.id}],
            )
        with self.assertRaises(REFUSED):
            self._call(
                user, PERSON, "action_leave", self._person(challenge, self.cem).ids
            )

    def test_buttons_alone_write_the_state(self):
        challenge = self._challenge(
            "most", payees=self.ann, by=self.max.user_id, prize_amount=10, budget=10
        )
        for user in (self.max.user_id, self.olga.user_id):
            for vals in (
                {"state": "running"},
                {"approve_user_id": user.id},
                {"user_id": user.id},
                {"seed": "mine"},
            ):
                with self._refused("by the buttons alone", UserError):
                    challenge.with_user(user).write(vals)
        forged = (
            self.env[CHALLENGE]
            .with_user(self.max.user_id)
            .create(
                {
                    "name": "Forged",
                    "state": "finished",
                    "user_id": self.olga.user_id.id,
                    "approve_user_id": self.olga.user_id.id,
                    "seed": "mine",
                    "date_to": "2030-01-01",
                    "participant_ids": [
                        Command.create({"employee_id": self.cem.id, "state": "left"})
                    ],
                }
            )
        )
        self.assertEqual((forged.state, forged.user_id), ("draft", self.max.user_id))
        self.assertFalse(forged.approve_user_id or forged.seed)
        self.assertEqual(forged.participant_ids.state, "joined")

    def test_defaults_in_the_context_are_no_way_in(self):
        forged = (
            self.env[CHALLENGE]
            .with_user(self.max.user_id)
            .with_context(
                default_state="running",
                default_approve_user_id=self.olga.user_id.id,
                default_seed="mine",
            )
            .create({"name": "Forged", "date_to": "2030-01-01"})
        )
        self.assertEqual(forged.state, "draft")
        self.assertFalse(forged.approve_user_id or forged.seed)

    def test_companies_are_apart(self):
        other = self.setup_other_company()["company"]
        stranger = self._create_payee(
            "Sid",
            groups="sales_commission_gamify.group_officer",
            company=other,
        )
        challenge = self._running()
        self.assertEqual(self._call(stranger.user_id, CHALLENGE, "search", []), [])
        with self.assertRaises(REFUSED):
            self._call(stranger.user_id, CHALLENGE, "get_standings", challenge.ids)
        with self.assertRaises(REFUSED):
            self._challenge("most", payees=self.ann + stranger)
