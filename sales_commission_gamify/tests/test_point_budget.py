from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .test_point import PointCase


@tagged("post_install", "-at_install")
class TestBudget(PointCase):
    def setUp(self):
        super().setUp()
        self.company.sudo().sales_commission_point_budget = 300

    def _watch(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self.env["sales.commission.point.budget"].sudo()._cron_watch()
            self.env.invalidate_all()
            budget = self.env["sales.commission.point.budget"].search([])
            figures = (budget.given, budget.forecast, budget.left, budget.is_exceeded)
        return budget, figures

    def test_month_has_its_budget_and_forecast(self):
        self._give(
            self._vals(self.ann, 100, date=date(2026, 6, 3)),
            self._vals(self.bob, 20, date=date(2026, 6, 9), kind="thanks"),
            self._vals(self.bob, -90, date=date(2026, 6, 9), kind="reward"),
            self._vals(self.bob, 999, date=date(2026, 5, 31)),
        )
        for day, forecast in (("2026-06-15", 240), ("2026-06-30", 120)):
            budget, figures = self._watch(day)
            self.assertEqual(len(budget), 1)
            self.assertEqual(figures, (120, forecast, 180, False))
        self.assertFalse(budget.activity_ids)

    def test_officers_are_warned_once(self):
        self._give(self._vals(self.ann, 200, date=date(2026, 6, 3)))
        for _time in range(2):
            budget, figures = self._watch("2026-06-10")
        self.assertEqual(figures, (200, 600, 100, True))
        mine = budget.activity_ids.filtered(lambda row: row.user_id == self.env.user)
        self.assertEqual(len(mine), 1)
        self.assertIn("600", mine.summary)
        self.assertFalse(
            budget.activity_ids.user_id
            & (self.ann.user_id + self.bob.user_id + self.max.user_id)
        )

    def test_budgets_are_the_officers(self):
        self._watch("2026-06-10")
        budgets = self.env["sales.commission.point.budget"]
        with self.assertRaises(AccessError):
            budgets.with_user(self.ann.user_id).search([])
        officer = new_test_user(
            self.env(su=True),
            "point_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        budget = budgets.with_user(officer).search([])
        budget.budget = 1000
        self.assertEqual(budget.left, 1000)


@tagged("post_install", "-at_install")
class TestExpiry(PointCase):
    """Points last three months."""

    def setUp(self):
        super().setUp()
        self.company.sudo().sales_commission_point_expiry = 3

    def _expire(self, day):
        with freeze_time(f"{day} 12:00:00"):
            for _time in range(2):
                self.env["sales.commission.point"].sudo()._cron_expire()
        return self._balances(self.ann)[0]

    def _on(self, day, points, **vals):
        number = self.env["sales.commission.point"].search_count([]) + 1
        self._give(
            self._vals(
                self.ann,
                points,
                **{"date": date.fromisoformat(day), "origin_id": number, **vals},
            )
        )

    def test_never_by_default(self):
        self.company.sudo().sales_commission_point_expiry = 0
        self._on("2020-01-01", 10)
        self.assertEqual(self._expire("2026-06-01"), 10)

    def test_oldest_first_and_spent_points_are_the_oldest(self):
        self._on("2026-01-10", 100)
        self._on("2026-02-10", 50)
        self._on("2026-03-01", -30, kind="reward")
        for day, balance in (
            ("2026-04-10", 120),
            ("2026-04-11", 50),
            ("2026-05-10", 50),
            ("2026-05-11", 0),
            ("2026-08-01", 0),
        ):
            self.assertEqual(self._expire(day), balance, day)
        rows = self.env["sales.commission.point"].search([("kind", "=", "expiry")])
        self.assertEqual(sorted(rows.mapped("points")), [-70, -50])

    def test_reward_given_back_expires(self):
        self._on("2026-01-10", 100)
        self._on("2026-02-01", -100, kind="reward", origin_id=9)
        self.assertEqual(self._expire("2026-04-11"), 0)
        self._on("2026-05-01", 100, kind="reward", origin_id=9)
        self.assertEqual(self._expire("2026-05-02"), 0)

    def test_refund_after_expiry_takes_nothing_twice(self):
        self._on("2026-01-10", 100, origin_id=5)
        self._on("2026-05-10", 40)
        self.assertEqual(self._expire("2026-05-11"), 40)
        self._on("2026-01-10", -100, origin_id=5)
        self.assertEqual(self._expire("2026-05-12"), 40)

    def test_taken_back_before_it_expires(self):
        self._on("2026-01-10", 100, origin_id=5)
        self._on("2026-01-10", -100, origin_id=5)
        self._on("2026-02-10", 40)
        self.assertEqual(self._expire("2026-04-11"), 40)

    def test_payees_are_told_once(self):
        self._on("2026-01-10", 100)
        self._on("2026-01-20", 20)
        messages = self.env["mail.message"].sudo()
        partner = self.ann.user_id.partner_id
        domain = [("partner_ids", "in", partner.ids), ("subject", "like", "expire")]
        told = []
        for day in ("2026-03-01", "2026-03-13", "2026-03-14", "2026-03-30"):
            self._expire(day)
            subjects = messages.search(domain, order="id").mapped("subject")
            told.append(subjects)
        self.assertEqual(told[0], [])
        self.assertEqual(told[1], ["100 points expire soon"])
        self.assertEqual(told[2], told[1])
        self.assertEqual(told[3], [*told[1], "20 points expire soon"])

    def test_number_of_queries_is_constant(self):
        points = self.env["sales.commission.point"].sudo()
        for payees in (self.ann, self.bob + self.max):
            self._give(*(self._vals(payee, 10) for payee in payees))
            points.flush_model()
            with self.assertQueryCount(1):
                points._get_expiry(self.company, date(2026, 6, 1))
