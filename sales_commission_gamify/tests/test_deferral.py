from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .entry_common import EntryCase


@tagged("post_install", "-at_install")
class TestDeferral(EntryCase):
    """627001 commission expense, 215001 payable, 141501 deferred commissions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deferred = cls.company.sales_commission_deferred_account_id
        cls.expense = cls.company.sales_commission_expense_account_id

    def _defer(self, earned, months, date="2026-01-15"):
        """A statement of *earned* by a plan of so many months, posted."""
        self.plan.deferral_months = months
        self._invoice(earned * 20, date=date)
        return self._posted(date)

    def _balance(self, account, date=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        domain += [("date", "<=", date)] if date else []
        lines = self.env["account.move.line"].search(domain)
        return round(sum(lines.mapped("balance")), 2)

    def _post_due(self):
        self.env["sales.commission.deferral"].action_post_due()

    def test_f01_over_36_months(self):
        self._check_spread(15_000, 36, 416.67)

    def test_f01_over_24_months(self):
        self._check_spread(8_000, 24, 333.33)

    def test_f01_of_six_months_at_once(self):
        statement = self._defer(3_000, 6)
        self.assertEqual(
            self._books(statement.move_id), {"627001": 3_000, "215001": -3_000}
        )
        self.assertFalse(statement.deferral_ids)

    def _check_spread(self, earned, months, first):
        statement = self._defer(earned, months)
        self.assertEqual(
            self._books(statement.move_id), {"141501": earned, "215001": -earned}
        )
        lines = statement.deferral_ids.line_ids
        self.assertEqual(len(lines), months)
        self.assertEqual((str(lines[0].date), lines[0].amount), ("2026-01-31", first))
        self.assertEqual(round(sum(lines.mapped("amount")), 2), earned)

    @freeze_time("2026-04-10")
    def test_months_that_have_passed_become_expense_once(self):
        self._defer(15_000, 36)
        self._post_due()
        self.assertEqual(self._balance(self.expense), 1250)
        self.assertEqual(self._balance(self.expense, "2026-01-31"), 416.67)
        self.assertEqual(self._balance(self.expense, "2026-02-28"), 833.33)
        self.assertEqual(self._balance(self.deferred), 13_750)
        self._post_due()
        self.env["sales.commission.deferral"].sudo()._cron_post_due()
        self.assertEqual(self._balance(self.expense), 1250, "posted once")

    def test_whole_schedule_leaves_nothing(self):
        with freeze_time("2026-02-01"):
            statement = self._defer(15_000, 36)
        with freeze_time("2029-01-05"):
            self._post_due()
        self.assertEqual(self._balance(self.expense), 15_000)
        self.assertEqual(self._balance(self.deferred), 0)
        self.assertRecordValues(
            statement.deferral_ids,
            [{"amount_expensed": 15_000, "amount_remaining": 0}],
        )

    @freeze_time("2026-04-10")
    def test_late_sale_is_caught_up_on_the_day_of_its_entry(self):
        """January's sale is on March's statement: nothing goes into closed months."""
        self.plan.deferral_months = 36
        self._invoice(300_000, date="2026-01-15")
        statement = self._posted("2026-03-31")
        self._post_due()
        self.assertEqual(str(statement.deferral_ids.date_from), "2026-01-01")
        self.assertEqual(self._balance(self.expense, "2026-02-28"), 0)
        self.assertEqual(self._balance(self.expense, "2026-03-31"), 1250)

    @freeze_time("2026-04-10")
    def test_reversed_statement_takes_its_expense_back(self):
        statement = self._defer(15_000, 36)
        self._post_due()
        statement.action_reverse_entry()
        self.assertEqual(self._balance(self.expense), 0)
        self.assertEqual(self._balance(self.deferred), 0)
        self.assertRecordValues(
            statement.deferral_ids, [{"state": "reversed", "amount_remaining": 0}]
        )
        self._post_due()
        self.assertEqual(self._balance(self.expense), 0, "the rest never comes")
        statement.action_post()
        self._post_due()
        self.assertEqual(self._balance(self.expense), 1250, "and again, once")
        self.assertEqual(self._balance(self.deferred), 13_750)

    @freeze_time("2026-04-10")
    def test_refund_defers_less(self):
        self.plan.deferral_months = 36
        invoice = self._invoice(300_000, date="2026-01-15")
        self._posted()
        self._refund(invoice, amount=60_000, date="2026-02-05")
        self._invoice(300_000, date="2026-02-10")
        february = self._posted("2026-02-28")
        self.assertEqual(
            self._books(february.move_id), {"141501": 12_000, "215001": -12_000}
        )
        self.assertEqual(
            sorted(february.deferral_ids.mapped("amount")), [-3_000, 15_000]
        )
        self._post_due()
        self.assertEqual(
            self._balance(self.deferred), 27_000 - 12_000 / 36 * 3 - 833.33
        )

    @freeze_time("2026-04-10")
    def test_refund_that_meets_a_sale_of_the_same_size(self):
        """Nothing is to pay, and both have their months all the same."""
        self.plan.deferral_months = 36
        invoice = self._invoice(300_000, date="2026-01-15")
        self._posted()
        self._refund(invoice, amount=10_000, date="2026-02-05")
        february = self._posted("2026-02-28")
        self.assertEqual((february.amount_closing, february.state), (-500, "paid"))
        self._invoice(10_000, date="2026-03-05")
        march = self._posted("2026-03-31")
        self.assertEqual((march.amount_payable, march.state), (0, "paid"))
        self.assertEqual(sorted(march.deferral_ids.mapped("amount")), [-500, 500])
        self.assertEqual(february.recovered_by_id, march)
        self.assertEqual(self._books(march.move_id), {"141501": 0})
        self._post_due()
        expense = 15_000 / 36 * 3 - 500 / 36 * 3 + 500 / 36
        self.assertAlmostEqual(self._balance(self.expense), expense, delta=0.02)
        march.action_reverse_entry()
        self.assertEqual(march.state, "approved")
        self.assertFalse(february.recovered_by_id)
        march.action_post()
        self.assertEqual(march.state, "paid")
        self.assertAlmostEqual(self._balance(self.expense), 15_000 / 36 * 3, delta=0.02)

    @freeze_time("2026-04-10")
    def test_draft_entry_waits(self):
        self.company.sales_commission_post_entry = False
        statement = self._defer(15_000, 36)
        self._post_due()
        self.assertEqual(self._balance(self.expense), 0)
        statement.move_id.action_post()
        self._post_due()
        self.assertEqual(self._balance(self.expense), 1250)

    def test_deleted_draft_leaves_no_schedule(self):
        self.company.sales_commission_post_entry = False
        statement = self._defer(15_000, 36)
        statement.move_id.unlink()
        self.assertFalse(statement.deferral_ids)

    @freeze_time("2026-04-10")
    def test_bill_of_an_agent_is_deferred_too(self):
        self.ann.sales_commission_agent = True
        self.company.sales_commission_post_bill = True
        self.plan.expense_account_id = self._account("627500")
        statement = self._defer(15_000, 36)
        self.assertEqual(self._books(statement.move_id)["141501"], 15_000)
        self._post_due()
        self.assertEqual(self._balance(self.plan.expense_account_id), 1250)

    @freeze_time("2026-04-10")
    def test_analytic_cost_comes_with_the_expense(self):
        [sales] = self._analytic("Sales")
        self.env["account.analytic.distribution.model"].sudo().create(
            {
                "sales_commission_plan_id": self.plan.id,
                "analytic_distribution": {str(sales.id): 100},
            }
        )
        statement = self._defer(15_000, 36)
        self.assertFalse(
            any(statement.move_id.line_ids.mapped("analytic_distribution"))
        )
        self._post_due()
        items = self.env["account.analytic.line"].search([])
        items = items.filtered(lambda item: item.general_account_id == self.expense)
        self.assertEqual(round(sum(items.mapped("amount")), 2), -1250)

    @freeze_time("2026-04-10")
    def test_entry_of_a_month_is_not_taken_back_by_itself(self):
        statement = self._defer(15_000, 36)
        self._post_due()
        move = statement.deferral_ids.line_ids.move_id[0]
        for attempt in (
            move.button_draft,
            lambda: move._reverse_moves(cancel=True),
            lambda: move.with_context(force_delete=True).unlink(),
        ):
            with self._refused("Reverse the entry of the statement", UserError):
                attempt()

    def test_negative_months_are_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.plan.deferral_months = -1
            self.env.flush_all()

    def test_only_accountants_post_and_nobody_writes(self):
        with freeze_time("2026-04-10"):
            statement = self._defer(15_000, 36)
            rows = statement.deferral_ids
            officer, accountant = (
                new_test_user(
                    self.env(su=True),
                    f"only_{group}",
                    groups=f"sales_commission_gamify.group_{group}",
                    company_id=self.company.id,
                )
                for group in ("officer", "accountant")
            )
            with self._refused("may not", AccessError):
                rows.with_user(officer).action_post_due()
            for user in (officer, accountant):
                self.assertEqual(rows.with_user(user).amount, 15_000)
                for operation in ("create", "write", "unlink"):
                    for records in (rows, rows.line_ids):
                        self.assertFalse(
                            records.with_user(user).has_access(operation), operation
                        )
            self.assertFalse(rows.with_user(self.ann.user_id).has_access("read"))
            rows.with_user(accountant).action_post_due()
            self.assertEqual(self._balance(self.expense), 1250)
