from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .rewards_common import RewardsCase

LIABILITY = "sales.commission.point.liability"
ACCRUAL = "sales.commission.point.accrual"


@tagged("post_install", "-at_install")
class TestPointLiability(RewardsCase):
    """Ann holds 100 points and Bob 30; 40 points of coffee cost 4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("accountant")
        cls.books = cls.env[ACCRUAL].with_user(cls.accountant)

    def _liability(self):
        self.env.invalidate_all()
        rows = self.env[LIABILITY].with_user(self.accountant).search([])
        return {
            row.sudo().employee_id.name: (
                row.points_open,
                row.points_reserved,
                round(row.amount, 2),
            )
            for row in rows
        }

    def _book(self, day):
        return self.books._book(self.company, fields.Date.to_date(day))

    def test_by_payee(self):
        self.assertEqual(self._liability(), {"Ann": (100, 0, 10), "Bob": (30, 0, 3)})
        redemption = self._redeem()
        self.assertEqual(self._liability()["Ann"], (60, 40, 10))
        self._approve(redemption)
        self.assertEqual(self._liability()["Ann"], (60, 40, 10))
        redemption.with_user(self.officer).action_hand_out()
        self.assertEqual(self._liability()["Ann"], (60, 0, 6))
        self._redeem().with_user(self.ann.user_id).action_cancel()
        self.assertEqual(self._liability()["Ann"], (60, 0, 6))

    def test_debts_are_no_asset(self):
        self._give(self.max, -50)
        self.assertNotIn("Max", self._liability())

    def test_value_of_a_point(self):
        """The average of what is offered, or what the company says."""
        self._create_reward(name="Trip", points=360, cost=76)
        self.assertEqual(self._liability()["Ann"][2], 20)
        self._create_reward(name="Gone", points=1, cost=1_000, active=False)
        self.assertEqual(self._liability()["Ann"][2], 20)
        company = self.company.sudo()
        company.sales_commission_point_valuation = "fixed"
        company.sales_commission_point_value = 0.015
        self.assertEqual(self._liability()["Ann"][2], 1.5)

    def test_entry_books_the_difference(self):
        accrual = self._book("2026-01-31")
        self.assertRecordValues(
            accrual, [{"points": 130, "amount": 13, "booked": 0, "difference": 13}]
        )
        company = self.company
        self.assertRecordValues(
            accrual.move_id.line_ids.sorted("balance"),
            [
                {
                    "account_id": company.sales_commission_points_account_id.id,
                    "balance": -13,
                },
                {
                    "account_id": company.sales_commission_expense_account_id.id,
                    "balance": 13,
                },
            ],
        )
        self.assertEqual(str(accrual.move_id.date), "2026-01-31")
        self.assertEqual(accrual.move_id.state, "posted")
        with freeze_time("2026-02-10 12:00:00"):
            redemption = self._redeem()
            self._approve(redemption)
            redemption.with_user(self.officer).action_hand_out()
        later = self._book("2026-02-28")
        self.assertRecordValues(
            later, [{"points": 90, "amount": 9, "booked": 13, "difference": -4}]
        )
        with self._refused("is booked already", UserError):
            self._book("2026-02-28")

    def test_as_of_a_day(self):
        """What came after the day does not count, and what was handed out after it
        still was a debt."""
        with freeze_time("2026-01-10 12:00:00"):
            redemption = self._redeem()
        with freeze_time("2026-02-10 12:00:00"):
            self._approve(redemption)
            redemption.with_user(self.officer).action_hand_out()
        for day, points in (
            ("2026-01-01", 0),
            ("2026-01-02", 130),
            ("2026-01-31", 130),
            ("2026-02-10", 90),
        ):
            liability = self.env[LIABILITY].sudo()
            day = fields.Date.to_date(day)
            self.assertEqual(liability._get_liability(self.company, day)[0], points)

    def test_entry_that_is_taken_back_is_made_up_for(self):
        accrual = self._book("2026-01-31")
        accrual.move_id._reverse_moves([{"date": "2026-02-01"}], cancel=True)
        again = self._book("2026-02-28")
        self.assertRecordValues(again, [{"booked": 0, "difference": 13}])

    def test_locked_books(self):
        self.company.sudo().fiscalyear_lock_date = "2026-01-31"
        accrual = self._book("2026-01-31")
        self.assertEqual(str(accrual.date), "2026-01-31")
        self.assertEqual(str(accrual.move_id.date), "2026-02-01")

    def test_missing_account(self):
        self.company.sudo().sales_commission_points_account_id = False
        with self._refused("not all set", Exception):
            self._book("2026-01-31")

    @freeze_time("2026-03-15")
    def test_dialog(self):
        with Form(self.env[f"{ACCRUAL}.ask"].with_user(self.accountant)) as form:
            self.assertEqual(str(form.date), "2026-02-28")
            self.assertEqual(form.difference, 13)
            form.date = "2026-01-01"
            self.assertEqual(form.difference, 0)
            form.date = "2026-01-31"
        action = form.record.action_book()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(str(move.date), "2026-01-31")

    def test_accountants_alone(self):
        accrual = self._book("2026-01-31")
        for user in (self.officer, self.ann.user_id, self.max.user_id):
            with self.subTest(user=user.name):
                for model in (LIABILITY, ACCRUAL, f"{ACCRUAL}.ask"):
                    self.assertFalse(self.env[model].with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    self.env[ACCRUAL].with_user(user)._book(
                        self.company, fields.Date.to_date("2026-02-28")
                    )
        for method, args in (
            ("create", [[{"company_id": self.company.id}]]),
            ("write", [accrual.ids, {"amount": 1}]),
            ("unlink", [accrual.ids]),
            ("_book", [[]]),
        ):
            with self.subTest(method=method), self.assertRaises(UserError):
                call_kw(self.books, method, args, {})
        with self._refused("facts and cannot be changed", UserError):
            accrual.sudo().amount = 1

    def test_other_company(self):
        other = self.setup_other_company(name="Other")["company"]
        stranger = new_test_user(
            self.env(su=True),
            "c_other_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env[LIABILITY].with_user(stranger).search([]))
        asking = self.env[f"{ACCRUAL}.ask"].with_user(stranger)
        with self.assertRaises(AccessError):
            asking.create({"company_id": self.company.id, "date": "2026-01-31"})
