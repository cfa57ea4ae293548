from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, ChallengeCase


def prizes(*points, **more):
    """Prizes of the first, the second … place; *more* names lists of other values."""
    return [
        Command.create(
            {
                "place": place,
                "points": number,
                **{name: values[place - 1] for name, values in more.items()},
            }
        )
        for place, number in enumerate(points, 1)
    ]


@tagged("post_install", "-at_install")
class TestChallengePlaces(ChallengeCase):
    """100, 50 and 20 points for the first three."""

    def _points_after(self, *amounts, day="2026-03-17", **vals):
        """What Ann, Bob, Cem and Dot got for these sales."""
        vals = {"place_prize_ids": prizes(100, 50, 20), **vals}
        challenge = self._challenge("most", **vals)
        for payee, amount in zip(self.everybody, amounts, strict=False):
            if amount:
                self._sell(payee, amount)
        self.challenge = self._close(challenge, day)
        return [self._points(payee) for payee in self.everybody]

    def test_places(self):
        self.assertEqual(self._points_after(300, 400, 200, 100), [50, 100, 20, 0])

    def test_besides_what_each_winner_gets(self):
        points = self._points_after(300, 400, 200, winner_count=2, prize_points=7)
        self.assertEqual(points, [57, 107, 20, 0])

    def test_who_shares_a_place_gets_its_whole_prize(self):
        self.assertEqual(self._points_after(400, 400, 200, 100), [100, 100, 20, 0])
        self.assertEqual(self.challenge.sudo().result_ids.mapped("place"), [1, 1, 3, 4])

    def test_shared_second_place(self):
        self.assertEqual(self._points_after(400, 200, 200, 100), [100, 50, 50, 0])

    def test_nothing_for_nothing(self):
        self.assertEqual(self._points_after(400), [100, 0, 0, 0])

    def test_a_refund_changes_the_places_before_the_close(self):
        challenge = self._challenge("most", place_prize_ids=prizes(100, 50, 20))
        for payee, amount in ((self.bob, 300), (self.cem, 200)):
            self._sell(payee, amount)
        invoice = self._sell(self.ann, 400)
        self._refund(invoice, date="2026-03-09")
        self._close(challenge)
        self.assertEqual(
            [self._points(payee) for payee in self.everybody], [0, 100, 50, 0]
        )
        self._refund(self._sell(self.dot, 5000), date="2026-03-20")
        self._close(challenge, day="2026-03-21")
        self.assertEqual(self._points(self.bob), 100, "settled once")

    def test_badges(self):
        badges = (
            self.env["gamification.badge"]
            .sudo()
            .create([{"name": "Winner"}, {"name": "Gold"}, {"name": "Silver"}])
        )
        winner, gold, silver = badges
        self._points_after(
            300,
            400,
            prize_badge_id=winner.id,
            place_prize_ids=prizes(0, 0, badge_id=[gold.id, silver.id]),
        )
        owners = [badge.owner_ids.employee_id for badge in badges]
        self.assertEqual(owners, [self.bob, self.bob, self.ann])
        results = self.challenge.sudo().result_ids
        self.assertEqual(results[:2].place_badge_id, gold + silver)

    def test_money_within_the_budget(self):
        """100 + 50 are promised; two firsts would get 200, the budget pays 150."""
        self._points_after(
            400,
            400,
            100,
            place_prize_ids=prizes(0, 0, amount=[100, 50]),
            budget=150,
        )
        adjustments = self.challenge.sudo().adjustment_ids
        self.assertEqual(adjustments.mapped("amount"), [75, 75])
        self.assertEqual(adjustments.approve_user_id, self.olga.user_id)

    def test_money_needs_approval_and_a_budget(self):
        vals = {"place_prize_ids": prizes(0, 0, amount=[100, 50])}
        with self._refused("does not pay one prize of \\$\xa0150.00"):
            self._challenge("most", start=False, budget=149, **vals)
        challenge = self._challenge(
            "most",
            payees=self.ann + self.cem,
            by=self.max.user_id,
            budget=150,
            **vals,
        )
        self.assertEqual(challenge.state, "waiting")

    def test_kinds_without_places(self):
        for kind in ("milestone", "goal", "lottery", "duel", "elimination"):
            with self._refused("has no second place", ValidationError):
                self._challenge(
                    kind, start=False, goal=5, place_prize_ids=prizes(100, 50)
                )

    def test_who_runs_it_needs_approval_for_it(self):
        challenge = self._challenge(
            "most",
            payees=self.ann + self.max,
            by=self.max.user_id,
            place_prize_ids=prizes(100),
        )
        self.assertEqual(challenge.state, "waiting")

    def test_prizes_stay_once_it_is_scheduled(self):
        challenge = self._challenge(
            "most",
            payees=self.ann + self.cem,
            by=self.max.user_id,
            place_prize_ids=prizes(100),
        )
        prize = challenge.with_user(self.max.user_id).place_prize_ids
        model = prize.browse()
        for change in (
            lambda: prize.write({"points": 5000}),
            prize.unlink,
            lambda: model.create(
                {"challenge_id": challenge.id, "place": 2, "points": 9}
            ),
        ):
            with self._refused("no draft any more", UserError):
                change()

    def test_rights(self):
        """Payees read the prize on the challenge and no row; a manager changes those
        of his own challenges alone."""
        challenge = self._challenge("most", start=False, place_prize_ids=prizes(100))
        for user in (self.ann.user_id, self.gil):
            rows = self.env["sales.commission.challenge.prize"].with_user(user)
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(rows.has_access(operation))
        theirs = challenge.place_prize_ids.with_user(self.max.user_id)
        self.assertFalse(theirs.has_access("read"))
        self.assertFalse(theirs.has_access("write"))
        with freeze_time(FIRST):
            challenge.with_user(self.olga.user_id).action_schedule()
        self.assertEqual(
            challenge.with_user(self.ann.user_id).prize_text, "Place 1: 100 points"
        )

    def test_text(self):
        challenge = self._challenge(
            "most", start=False, prize_points=7, place_prize_ids=prizes(100, 50)
        )
        self.assertEqual(
            challenge.prize_text,
            "7 points; place 1: 100 points; place 2: 50 points",
        )

    def test_repeated(self):
        self._points_after(300, 400, 200, repeat="week")
        following = self.challenge.sudo().search(
            [("previous_id", "=", self.challenge.id)]
        )
        self.assertEqual(following.place_prize_ids.mapped("points"), [100, 50, 20])
