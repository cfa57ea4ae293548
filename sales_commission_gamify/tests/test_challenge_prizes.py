from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, ChallengeCase

MONEY = {"prize_amount": 100, "budget": 150}


@tagged("post_install", "-at_install")
class TestChallengePrizes(ChallengeCase):
    def _adjustments(self, challenge):
        return challenge.sudo().adjustment_ids.sorted("employee_id")

    def test_points_and_badge(self):
        badge = self.env["gamification.badge"].sudo().create({"name": "Winner"})
        challenge = self._challenge(
            "milestone", goal=10, prize_points=50, prize_badge_id=badge.id
        )
        for payee in (self.ann, self.dot):
            self._sell(payee, 10)
        self._close(challenge)
        self.assertEqual(
            [self._points(payee) for payee in self.everybody], [50, 0, 0, 50]
        )
        point = self.env["sales.commission.point"].search(
            [("employee_id", "=", self.ann.id)]
        )
        self.assertEqual(
            (point.kind, point.document_model, point.origin_id, point.reason),
            ("challenge", challenge._name, challenge.id, "Milestone"),
        )
        owners = badge.sudo().owner_ids.user_id
        self.assertEqual(owners, self.ann.user_id | self.dot.user_id)
        result = challenge.sudo().result_ids.filtered("won")
        self.assertEqual(result.mapped("prize_points"), [50, 50])
        self.assertEqual(result.prize_badge_id, badge)

    def test_agents_with_portal_access_get_the_badge_too(self):
        self.dot.user_id = False
        badge = self.env["gamification.badge"].sudo().create({"name": "Winner"})
        challenge = self._challenge("milestone", goal=0.01, prize_badge_id=badge.id)
        self._invoice(10, self.ann, date="2026-03-02")
        with freeze_time("2026-03-17"):
            challenge.sudo()._give_badges([{"employee_id": self.dot.id}], badge.id)
        self.assertEqual(badge.sudo().owner_ids.user_id, self.gil)

    def test_points_of_a_prize_bring_nobody_forward(self):
        rule = Command.create({"name": "Sale", "points_per_document": 10})
        self._create_plan(
            name="Points", payees=self.ann, component={"point_rule_ids": [rule]}
        )
        first = self._challenge("most", prize_points=500)
        second = self._challenge("most", metric="points", closing_delay=5)
        self._sell(self.bob, 10)
        self._sell(self.ann, 5)
        self._close(first)
        self.assertEqual(self._points(self.bob), 500)
        self.assertEqual(self._places(second)[0], (1, "Ann"))

    def test_money_lands_on_the_statement(self):
        self._period("2026-03-31")
        challenge = self._challenge("most", **MONEY)
        self.assertEqual(challenge.approve_user_id, self.olga.user_id)
        self._sell(self.ann, 1000)
        self._close(challenge)
        [adjustment] = self._adjustments(challenge)
        self.assertRecordValues(
            adjustment,
            [
                {
                    "employee_id": self.ann.id,
                    "amount": 100,
                    "kind": "challenge",
                    "state": "approved",
                    "approve_user_id": self.olga.user_id.id,
                    "challenge_id": challenge.id,
                    "reason": "Challenge “Most”",
                }
            ],
        )
        statement = self._statements("2026-03-31").filtered(
            lambda row: row.employee_id == self.ann
        )
        self.assertEqual(statement.amount_adjustment, 100)
        self.assertEqual(statement.amount_payable, 150, "with 5 % of the sale")
        line = statement.line_ids.filtered("adjustment_id")
        self.assertIn("Challenge “Most”", line._explain())

    def test_money_skips_final_statements(self):
        """Ann's of January to March are confirmed, Bob's are drafts."""
        challenge = self._challenge("most", prize_amount=100, budget=200)
        for payee in (self.ann, self.bob):
            for month in (1, 2, 3):
                self._sell(payee, 1000, month=month)
        for day in ("2026-01-31", "2026-02-28", "2026-03-31"):
            statements = self._statements(day)
            statements.filtered(
                lambda row: row.employee_id == self.ann
            ).action_confirm()
        april = self._period("2026-04-30")
        self._close(challenge)
        ann, bob = self._adjustments(challenge)
        self.assertEqual(ann.period_id, april)
        self.assertEqual(bob.period_id, self._period("2026-01-31"))
        [row] = self._statements("2026-04-30").filtered(
            lambda row: row.employee_id == self.ann
        )
        self.assertEqual(row.amount_payable, 100)

    def test_more_winners_share_the_budget_to_the_cent(self):
        challenge = self._challenge("milestone", goal=10, prize_amount=50, budget=100)
        for payee in (self.ann, self.bob, self.cem):
            self._sell(payee, 10)
        self._close(challenge)
        self.assertEqual(
            self._adjustments(challenge).mapped("amount"), [33.34, 33.33, 33.33]
        )
        amounts = challenge.sudo().result_ids.mapped("prize_amount")
        self.assertEqual(sorted(amounts), [0, 33.33, 33.33, 33.34])

    def test_closing_twice_gives_once(self):
        challenge = self._challenge("most", prize_points=50, **MONEY)
        self._sell(self.ann, 1000)
        self._close(challenge)
        self._close(challenge, day="2026-03-20")
        with freeze_time("2026-03-20"), self._refused("is finished", UserError):
            challenge.action_close()
        self.assertEqual(self._points(self.ann), 50)
        self.assertEqual(len(self._adjustments(challenge)), 1)

    def test_a_failing_close_leaves_nothing_behind(self):
        """What one step wrote is undone with the others; the next run does it all."""
        challenge = self._challenge("most", prize_points=50, **MONEY)
        self._sell(self.ann, 1000)
        model = type(self.env["sales.commission.adjustment"])

        def fail(*_args, **_kwargs):
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self.patch(model, "_add_approved", fail)
            self._close(challenge)
        self.env.invalidate_all()
        self.assertEqual(challenge.state, "running")
        self.assertFalse(challenge.sudo().result_ids)
        self.assertEqual(self._points(self.ann), 0)

    def test_test_mode_pays_nothing(self):
        challenge = self._challenge("most", is_test=True, prize_points=5, **MONEY)
        self._sell(self.ann, 100)
        self._close(challenge)
        self.assertFalse(self._adjustments(challenge))

    def test_repeated_budget_is_approved_once_for_all(self):
        challenge = self._challenge("most", repeat="week", **MONEY)
        self._sell(self.ann, 100)
        self._close(challenge)
        following = challenge.search([("previous_id", "=", challenge.id)])
        self.assertEqual(following.approve_user_id, self.olga.user_id)
        self.assertEqual(following.budget, 150)
        self._sell(self.bob, 900, day=18)
        self._close(following, day="2026-03-30")
        self.assertEqual(self._adjustments(following).employee_id, self.bob)

    def test_number_of_statements_is_constant(self):
        """As many for 1,000 winners as for two."""
        badge = self.env["gamification.badge"].sudo().create({"name": "Winner"})
        options = {
            "goal": 0.01,
            "prize_points": 5,
            "prize_badge_id": badge.id,
            "prize_amount": 1,
            "budget": 5000,
        }
        employees = self.env["hr.employee"].sudo()
        many = employees.with_context(tracking_disable=True).create(
            [
                {"name": f"Many {number}", "company_id": self.company.id}
                for number in range(1000)
            ]
        )
        self._sell(self.ann, 10)
        self._sell(self.bob, 10)
        counts = []
        for payees in (self.ann + self.bob, self.ann + self.bob, many):
            challenge = self._challenge("goal", payees=payees, **options).sudo()
            challenge.goal = 0
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with freeze_time("2026-03-17"):
                challenge._close()
                self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(len(challenge.result_ids.filtered("won")), len(payees))
            self.assertEqual(len(challenge.adjustment_ids), len(payees))
        self.assertEqual(counts[2], counts[1])


@tagged("post_install", "-at_install")
class TestChallengeBudget(ChallengeCase):
    """A manager asks, an officer who cannot win approves."""

    def _asked(self, **vals):
        return self._challenge(
            "most", payees=self.ann + self.cem, by=self.max.user_id, **MONEY, **vals
        )

    def test_manager_asks_officer_approves(self):
        challenge = self._asked()
        self.assertEqual(challenge.state, "waiting")
        with self.assertRaises(AccessError):
            challenge.with_user(self.max.user_id).action_approve()
        with freeze_time(FIRST):
            challenge.with_user(self.olga.user_id).action_approve()
        self.assertEqual(challenge.state, "running")
        self.assertEqual(challenge.approve_user_id, self.olga.user_id)

    def test_nothing_is_paid_without_approval(self):
        challenge = self._asked()
        self._sell(self.ann, 100)
        self._close(challenge)
        self.assertEqual(challenge.state, "waiting")
        self.assertFalse(challenge.sudo().adjustment_ids)

    def test_points_need_no_approval(self):
        challenge = self._challenge(
            "most", payees=self.ann + self.cem, by=self.max.user_id, prize_points=5
        )
        self.assertEqual(challenge.state, "running")

    def test_who_runs_it_wins_nothing_unseen(self):
        """With himself among the participants any prize needs an officer; he does not
        get in afterwards."""
        challenge = self._challenge(
            "most", payees=self.ann + self.max, by=self.max.user_id, prize_points=5
        )
        self.assertEqual(challenge.state, "waiting")
        with freeze_time(FIRST):
            challenge.with_user(self.olga.user_id).action_approve()
        self.assertEqual(challenge.state, "running")
        other = self._challenge(
            "most", payees=self.ann, by=self.max.user_id, prize_points=5
        )
        self.assertEqual(other.state, "running")
        with freeze_time(FIRST), self._refused("could win its prize", UserError):
            other.with_user(self.max.user_id).participant_ids = [
                Command.create({"employee_id": self.max.id})
            ]

    def test_participant_approves_nothing(self):
        challenge = self._asked()
        challenge.participant_ids = [Command.create({"employee_id": self.olga.id})]
        with self._refused("You take part", UserError), freeze_time(FIRST):
            challenge.with_user(self.olga.user_id).action_approve()

    def test_figures_cannot_change_after_asking(self):
        challenge = self._asked().with_user(self.max.user_id)
        for vals in ({"budget": 9000}, {"prize_amount": 9000}, {"is_test": True}):
            with self._refused("is no draft any more", UserError):
                challenge.write(vals)
        challenge.action_draft()
        challenge.budget = 9000
        self.assertFalse(challenge.approve_user_id)

    def test_nobody_invents_a_prize(self):
        """The trace of a challenge is written by challenges alone."""
        challenge = self._close(self._challenge("most"))
        values = {
            "employee_id": self.ann.id,
            "company_id": self.company.id,
            "amount": 5000,
            "reason": "A prize",
            "kind": "challenge",
            "challenge_id": challenge.id,
        }
        adjustments = self.env["sales.commission.adjustment"].with_user(
            self.olga.user_id
        )
        invented = adjustments.create(values)
        self.assertFalse(invented.challenge_id)
        self.assertEqual((invented.kind, invented.state), ("bonus", "draft"))
        with self._refused("by the challenges alone"):
            invented.challenge_id = challenge.id
        with self._refused("by the challenges alone"):
            invented.kind = "challenge"
