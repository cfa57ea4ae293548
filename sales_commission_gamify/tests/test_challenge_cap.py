from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, ChallengeCase


@tagged("post_install", "-at_install")
class TestPointsOfManagers(ChallengeCase):
    """Max may promise 1,000 points in the challenges that end in March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().sales_commission_prize_allowance = 1000
        cls.team = cls.ann + cls.cem

    def _promise(self, points, kind="most", by=None, **vals):
        return self._challenge(
            kind,
            payees=vals.pop("payees", self.team),
            by=by or self.max.user_id,
            prize_points=points,
            **vals,
        )

    def test_no_more_than_is_left(self):
        first = self._promise(600)
        self.assertEqual((first.points_limit, first.is_capped), (600, True))
        with self._refused("promises 401 .*and you can promise 400 more", UserError):
            self._promise(401)
        draft = self._promise(401, start=False)
        with freeze_time(FIRST):
            own = draft.with_user(self.max.user_id)
            self.assertIn("400 in March 2026", own.cap_text)
            self.assertFalse(draft.with_user(self.olga.user_id).cap_text)
        self._promise(400)

    def test_what_it_may_come_to(self):
        """By kind, when nobody shares a place."""
        for kind, points, vals in (
            ("most", 1000, {}),
            ("most", 500, {"winner_count": 2}),
            ("most", 500, {"winner_count": 9}),
            ("milestone", 500, {"goal": 1}),
            ("goal", 500, {"goal": 1}),
            ("streak", 500, {"goal": 1}),
            ("streak", 1000, {}),
            ("duel", 1000, {}),
            ("bracket", 1000, {}),
            ("league", 1000, {}),
        ):
            with self.subTest(kind=kind, **vals):
                challenge = self._promise(points, kind, **vals)
                self.assertEqual(challenge.points_limit, 1000)
                challenge.sudo().action_cancel()
                with self._refused("Lower the prize", UserError):
                    self._promise(points + 1, kind, **vals)

    def test_prizes_of_places_are_promises(self):
        places = [Command.create({"place": 1, "points": 700})]
        with self._refused("promises 1,001", UserError):
            self._promise(301, place_prize_ids=places)
        challenge = self._promise(300, place_prize_ids=places)
        for payee in self.team:
            self._sell(payee, 100, day=5)
        self._close(challenge)
        self.assertEqual(sum(map(self._points, self.team)), 1000)

    def test_other_months_and_other_managers(self):
        self._promise(1000)
        self._promise(1000, date_to="2026-04-01")
        self.bob.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        self.dot.parent_id = self.bob
        self._promise(1000, by=self.bob.user_id, payees=self.dot)

    def test_the_companys_budget_is_for_all_managers(self):
        self.company.sudo().sales_commission_point_budget = 700
        self.env["sales.commission.point"].sudo()._give(
            [
                {
                    "company_id": self.company.id,
                    "employee_id": self.dot.id,
                    "kind": "grant",
                    "date": "2026-03-01",
                    "points": 100,
                    "reason": "Given already",
                    "document_model": "res.company",
                    "origin_id": 1,
                }
            ]
        )
        with self._refused("you can promise 600 more", UserError):
            self._promise(601)
        self._promise(600)
        self.env["sales.commission.point.budget"].sudo().create(
            {"company_id": self.company.id, "month": "2026-03-01", "budget": 900}
        )
        with self._refused("you can promise 200 more", UserError):
            self._promise(201)

    def test_officers_decide(self):
        """An officer schedules what a manager cannot, and is not limited."""
        draft = self._promise(5000, start=False)
        with freeze_time(FIRST):
            draft.with_user(self.olga.user_id).action_schedule()
        self.assertFalse(draft.is_capped)
        self._sell(self.ann, 10)
        self._close(draft)
        self.assertEqual(self._points(self.ann), 5000)
        self._promise(1000)

    def test_nothing_is_allowed(self):
        self.company.sudo().sales_commission_prize_allowance = 0
        with self._refused("you can promise 0 more", UserError):
            self._promise(1)
        self._promise(0)

    def test_who_shares_a_place_shares_the_points(self):
        """Nobody gets round the limit by a tie or by coming in later."""
        challenge = self._promise(999)
        later = self._promise(1, "milestone", goal=10, payees=self.ann)
        with freeze_time("2026-03-04"):
            later.with_user(self.max.user_id).participant_ids = [
                Command.create({"employee_id": self.cem.id})
            ]
        for payee in self.team:
            self._sell(payee, 100, day=5)
        self._close(challenge)
        self.assertEqual(
            sorted(challenge.sudo().result_ids.mapped("prize_points")), [499, 500]
        )
        self.assertEqual(sum(later.sudo().result_ids.mapped("prize_points")), 1)
        self.assertEqual(sum(map(self._points, self.team)), 1000)
        self.assertEqual(len(later.sudo().result_ids.filtered("won")), 2)

    def test_what_nobody_won_can_be_promised_again(self):
        challenge = self._promise(1000)
        self._close(challenge)
        with freeze_time("2026-03-20"):
            again = self._promise(1000, start=False, date_to="2026-03-31")
            again.with_user(self.max.user_id).action_schedule()
        self.assertEqual(again.points_limit, 1000)

    def test_the_next_one_keeps_to_its_month(self):
        challenge = self._promise(700, repeat="week", repeat_until="2026-03-10")
        self._sell(self.ann, 10)
        self._close(challenge)
        following = challenge.search([("previous_id", "=", challenge.id)])
        self.assertEqual((following.is_capped, following.points_limit), (True, 300))
        self.assertIn(
            "Only 300 of 700", str(following.sudo().message_ids.mapped("body"))
        )
        self._sell(self.cem, 10, day=16)
        self._close(following, day="2026-03-30")
        self.assertEqual(self._points(self.cem), 300)

    def test_the_limit_is_nobodys_to_write(self):
        challenge = self._promise(10)
        for user in (self.max.user_id, self.olga.user_id):
            for vals in ({"points_limit": 9000}, {"is_capped": False}):
                with self._refused("by the buttons alone", UserError):
                    challenge.with_user(user).write(vals)
        forged = (
            self.env["sales.commission.challenge"]
            .with_user(self.max.user_id)
            .with_context(default_points_limit=9000)
            .create({"name": "F", "date_to": "2030-01-01", "points_limit": 9000})
        )
        self.assertFalse(forged.points_limit)

    def test_test_runs_promise_nothing(self):
        self._promise(9000, is_test=True)
        self._promise(1000)
