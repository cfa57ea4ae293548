from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestClosing(CommissionCase):
    """January is in review while its documents still change."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(payees=self.ann + self.bob)
        self.january = self._period().with_env(self.env)

    def _get_lines(self, statements):
        return [
            (str(line.date_from), line.is_late, line.amount)
            for line in statements.line_ids.sorted("date_from")
        ]

    def test_statements_are_computed_when_the_review_begins(self):
        self._invoice(1000)
        self.january.action_start_closing()
        self.assertEqual(self.january.state, "closing")
        self.assertTrue(self.january.closing_since)
        self.assertEqual(self.january.statement_ids.amount_payable, 50)

    def test_what_comes_late_is_paid_with_the_next_period(self):
        self._invoice(1000)
        self.january.action_start_closing()
        self._invoice(300, date="2026-01-20")
        self._invoice(500, date="2026-02-10")
        self.assertEqual(
            self._get_lines(self._statements()), [("2026-01-01", False, 50)]
        )
        february = self._statements("2026-02-28")
        self.assertEqual(
            self._get_lines(february),
            [("2026-01-01", True, 15), ("2026-02-01", False, 25)],
        )
        late = february.line_ids.filtered("is_late")
        self.assertIn("Difference for January 2026", late.explanation)

    def test_a_refund_in_review_is_recovered_from_the_next_period(self):
        invoice = self._invoice(1000)
        self.january.action_start_closing()
        self._refund(invoice)
        self.assertEqual(self._statements().amount_payable, 50)
        self.assertEqual(self._statements("2026-02-28").amount_earned, -50)

    def test_set_to_draft_it_holds_again_what_was_earned_before(self):
        self._invoice(1000)
        self._statements().action_confirm()
        self._invoice(200)
        self.january.action_start_closing()
        statement = self.january.statement_ids
        self.assertEqual(statement.amount_payable, 50, "confirmed never changes")
        self._invoice(400)
        statement.action_draft()
        self.assertEqual(self._statements(), statement)
        self.assertEqual(statement.amount_payable, 60)

    def test_a_deleted_draft_comes_back_as_it_was(self):
        self._invoice(1000)
        self.january.action_start_closing()
        self._invoice(400)
        self.january.statement_ids.unlink()
        self.assertEqual(self._statements().amount_payable, 50)

    def test_a_payee_who_earned_nothing_before_has_no_statement(self):
        self._invoice(1000)
        self.january.action_start_closing()
        self._invoice(400, payee=self.bob)
        self.assertEqual(self._statements().employee_id, self.ann)
        self.assertIn(self.bob, self._statements("2026-02-28").employee_id)

    def test_another_plan_published_in_review_is_late(self):
        self._invoice(1000)
        self.january.action_start_closing()
        other = self._create_plan(name="Afterwards", steps=((0, 1),))
        self.assertEqual(self._earned(self.ann, other), 10)
        self.assertNotIn(other, self._statements().line_ids.plan_id)
        self.assertEqual(self._statements("2026-02-28").line_ids.plan_id, other)

    def test_what_a_later_draft_took_comes_back(self):
        """February was computed too early and is computed again."""
        self._invoice(1000)
        february = self._statements("2026-02-28")
        self.assertEqual(february.amount_payable, 50)
        self.january.action_start_closing()
        self.assertFalse(self.january.statement_ids)
        february.unlink()
        self.assertEqual(self._statements().amount_payable, 50)

    def test_all_steps_go_on_until_it_is_locked(self):
        self._invoice(1000)
        self.january.action_start_closing()
        with self.assertRaisesRegex(UserError, "not posted yet"):
            self.january.action_lock()
        statement = self.january.statement_ids
        statement.action_confirm()
        statement.action_approve()
        statement.action_post()
        self.january.action_lock()
        self.assertRecordValues(
            self.january, [{"state": "locked", "closing_since": False}]
        )
        with self.assertRaisesRegex(UserError, "an administrator can reopen it"):
            self.january.action_compute_statements()

    def test_reopened_it_takes_what_came_late(self):
        self._invoice(1000)
        self.january.action_start_closing()
        self._invoice(200)
        self.january.action_reopen()
        self.assertEqual(self._statements().amount_payable, 60)
        self.january.action_start_closing()
        self._invoice(400)
        self.assertEqual(self._statements().amount_payable, 60)

    def test_closing_twice_is_refused(self):
        self.january.action_start_closing()
        with self.assertRaisesRegex(UserError, "January 2026 is being closed already"):
            self.january.action_start_closing()

    def test_who_may(self):
        self._invoice(1000)
        users = {
            name: new_test_user(
                self.env(su=True),
                f"closing_{name}",
                groups=group,
                company_id=self.company.id,
            )
            for name, group in (
                ("payee", "base.group_user"),
                ("manager", "sales_commission_gamify.group_manager"),
                ("officer", "sales_commission_gamify.group_officer"),
                ("accountant", "sales_commission_gamify.group_accountant"),
            )
        }
        for name in ("payee", "manager"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.january.with_user(users[name]).action_start_closing()
        for name in ("officer", "accountant"):
            with self.subTest(name):
                self.january.with_user(users[name]).action_start_closing()
                self.assertEqual(self.january.state, "closing")
                with self.assertRaises(AccessError):
                    self.january.with_user(users[name]).action_reopen()
                self.january.action_reopen()

    def test_nobody_reads_or_writes_the_list_by_hand(self):
        self.january.action_start_closing()
        for attempt in (
            lambda: self.january.read(["closing_earning_ids"]),
            lambda: self.january.write({"closing_earning_ids": []}),
            lambda: self.january.write({"state": "open"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_adjustment_approved_during_the_review_enters_it(self):
        """It is a decision of who reviews the month, for this very month."""
        self.january.action_start_closing()
        adjustment = self.env["sales.commission.adjustment"].create(
            {
                "employee_id": self.ann.id,
                "amount": 20,
                "reason": "Agreed in the review",
                "period_id": self.january.id,
            }
        )
        accountant = new_test_user(
            self.env(su=True),
            "review_accountant",
            groups="base.group_user,sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        adjustment.with_user(accountant).action_approve()
        statement = self._statements().filtered(lambda row: row.employee_id == self.ann)
        self.assertEqual(statement.amount_adjustment, 20)

    def test_another_company_goes_on(self):
        other = self.setup_other_company()["company"]
        period = (
            self.env["sales.commission.period"]
            .sudo()
            ._get_for(other, self.january.date_from)
        )
        self.january.action_start_closing()
        self.assertEqual(period.state, "open")
