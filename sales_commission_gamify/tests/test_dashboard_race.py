from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .challenge_common import ChallengeCase
from .test_dashboard_ahead import plain

TODAY = "2026-03-12"  # a Thursday


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDashboardRace(ChallengeCase):
    """What spurs Ann on, on 12 March."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.commission.leaderboard"].search([]).active = False
        cls.board = cls.env["sales.commission.leaderboard"].create(
            {"name": "Sold", "metric": "amount", "company_id": cls.company.id}
        )

    def _page(self, payee=None, user=None, date=None):
        user = user or (payee or self.ann).user_id
        page = self.env["sales.commission.dashboard"].with_user(user)
        return page.get_my_commissions(date)

    # --- streak -------------------------------------------------------------------

    def test_streak(self):
        """A weekend breaks nothing, a working day without a deal does."""
        sold = {  # days of March, hint
            (12,): None,
            (11, 12): (2, False),
            (10, 11): (2, "A deal today makes it 3"),
            (6, 9, 10, 11, 12): (5, False),
            (9, 11): None,
            (6, 9, 10): None,  # the 11th is missing
        }
        for days, expected in sold.items():
            with self.subTest(days=days), self.cr.savepoint() as savepoint:
                for day in days:
                    self._sell(self.ann, 100, day)
                streak = self._page()["streak"]
                found = streak and (streak["days"], streak["hint"])
                self.assertEqual(found, expected)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_deals_that_were_taken_back_make_no_streak(self):
        self._sell(self.ann, 100, 11)
        self._refund(self._sell(self.ann, 100, 12), date=TODAY)
        self.assertIsNone(self._page()["streak"])

    # --- challenges -----------------------------------------------------------------

    def test_challenges(self):
        challenge = self._challenge(visibility="own")
        self._sell(self.bob, 900)
        self._sell(self.ann, 500)
        [card] = self._page()["challenges"]
        self.assertEqual(card["id"], challenge.id)
        self.assertEqual((card["days_left"], card["ends_text"]), (3, "3 days left"))
        self.assertEqual(
            [
                plain(card[name])
                for name in ("place_text", "score_text", "ahead_text", "to_next_text")
            ],
            [
                "Place 2 of 4",
                "$ 500.00",
                "Bob leads with $ 900.00",
                "$ 400.00 to the next place",
            ],
        )
        self.assertFalse(card["leads"])
        [card] = self._page(self.bob)["challenges"]
        self.assertEqual((card["leads"], card["ahead_text"]), (True, "You lead"))

    def test_invited_are_asked_and_others_see_nothing(self):
        challenge = self._challenge(payees=self.bob, start=False, join_mode="invited")
        self.assertEqual(self._page()["challenges"], [])
        challenge.participant_ids = [(0, 0, {"employee_id": self.ann.id})]
        with freeze_time("2026-03-02"):
            challenge.action_schedule()
        [card] = self._page()["challenges"]
        self.assertTrue(card["is_invited"])
        self.assertFalse(card["place_text"])
        challenge.with_user(self.ann.user_id).action_join()
        [card] = self._page()["challenges"]
        self.assertFalse(card["is_invited"])
        self.assertEqual(self._page(self.cem)["challenges"], [])

    def test_challenge_names_nobody_whom_the_payee_may_not_see(self):
        self._challenge(visibility="managers")
        self._sell(self.bob, 900)
        self._sell(self.ann, 500)
        [card] = self._page()["challenges"]
        self.assertFalse(card["place_text"] or card["ahead_text"])
        self.bob.sudo().sales_commission_is_hidden = True
        self._challenge(visibility="everybody", name="All")
        said = str(self._page()["challenges"])
        self.assertNotIn("Bob", said)

    # --- neighbours -------------------------------------------------------------------

    def _neighbours(self, payee=None):
        found = self._page(payee)["neighbours"]
        return found and [
            (row["place"], row["name"], row["is_own"], plain(row["distance_text"]))
            for row in found["rows"]
        ]

    def test_neighbours_and_their_distance(self):
        for payee, amount in ((self.bob, 900), (self.cem, 700), (self.ann, 700)):
            self._sell(payee, amount)
        self.assertEqual(
            self._neighbours(),
            [
                (1, "Bob", False, "$ 200.00 ahead of you"),
                (2, "Ann", True, False),
                (2, "Cem", False, "level with you"),
                (4, "Dot", False, "$ 700.00 behind you"),
            ],
        )
        self.assertEqual(
            [row[1] for row in self._neighbours(self.bob)], ["Bob", "Ann", "Cem"]
        )
        found = self._page()["neighbours"]
        self.assertEqual(
            (found["board"], found["place_text"], found["period"]),
            ("Sold", "Place 2 of 4", "March 2026"),
        )

    def test_who_is_hidden_is_no_neighbour_and_has_none(self):
        self._sell(self.bob, 900)
        self._sell(self.ann, 700)
        self.bob.sudo().sales_commission_is_hidden = True
        self.assertNotIn("Bob", [row[1] for row in self._neighbours()])
        self.assertIsNone(self._neighbours(self.bob))

    def test_board_for_managers_alone_shows_no_neighbours(self):
        self._sell(self.ann, 700)
        self.board.visibility = "managers"
        self.assertIsNone(self._neighbours())

    # --- plans ------------------------------------------------------------------------

    def test_plan_to_accept(self):
        self.assertEqual(
            self._page()["to_accept"],
            [{"id": self.plan.id, "name": self.plan.display_name}],
        )
        self.plan.with_user(self.ann.user_id).action_accept()
        self.assertEqual(self._page()["to_accept"], [])
        self.assertTrue(self._page(self.bob)["to_accept"])
        self.plan.sudo().date_to = fields.Date.today() - timedelta(days=1)
        self.assertEqual(self._page(self.bob)["to_accept"], [])

    # --- who sees it -------------------------------------------------------------

    def test_portal_payee_has_it_too(self):
        self._challenge()
        self._sell(self.dot, 100)
        page = self._page(user=self.gil)
        self.assertEqual(page["challenges"][0]["place_text"], "Place 1 of 4")
        self.assertEqual(page["neighbours"]["rows"][0]["name"], "Dot")
        self.assertTrue(page["to_accept"])

    def test_not_of_past_months_nor_for_who_leads(self):
        self._challenge()
        names = {"to_accept", "streak", "challenges", "neighbours"}
        self.assertLessEqual(names, set(self._page()))
        self.assertFalse(names & set(self._page(date="2026-02-10")))
        of_ann = self.env["sales.commission.dashboard"].with_user(self.max.user_id)
        self.assertFalse(names & set(of_ann.get_commissions_of(self.ann.id)))

    def test_queries_grow_with_neither_challenges_nor_payees(self):
        counts = []
        for day in (11, 12):
            self._sell(self.ann, 100, day)  # a streak asks for days off
        for number in (1, 2):
            for name in range(number):
                self._challenge(name=f"{number} {name}")
                self._sell(self.ann, 100, 9 + name)
                self._sell(self.bob, 100, 9 + name)
            counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])
        self.assertLessEqual(counts[1], 75)

    def _count_queries(self):
        self._page()  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._page()
        return self.cr.sql_log_count - before
