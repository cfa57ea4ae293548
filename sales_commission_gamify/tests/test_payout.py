from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestPayout(CommissionCase):
    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(payees=self.ann + self.bob)

    def _posted(self, date="2026-01-31"):
        statements = self._statements(date)
        statements.action_confirm()
        statements.action_approve()
        statements.action_post()
        return statements

    def test_one_entry_for_all_payees(self):
        self._invoice(1000)
        self._invoice(600, payee=self.bob)
        statements = self._posted()
        move = statements.move_id
        self.assertEqual(len(move), 1)
        self.assertEqual(
            {line.partner_id: line.balance for line in move.line_ids},
            {
                self.env["res.partner"]: 80,
                self.ann.work_contact_id: -50,
                self.bob.work_contact_id: -30,
            },
        )

    def test_statement_collects_earlier_months(self):
        self._invoice(1000, date="2026-01-10")
        self._invoice(500, date="2026-02-10")
        statement = self._statements("2026-02-28")
        self.assertEqual(statement.amount_payable, 75)
        self.assertEqual(
            [
                (line.is_late, line.amount)
                for line in statement.line_ids.sorted("amount")
            ],
            [(False, 25), (True, 50)],
        )

    def test_recompute_refreshes_drafts_only(self):
        self._invoice(1000)
        self._invoice(1000, payee=self.bob)
        ann, bob = self._statements().sorted("id")
        ann.action_confirm()
        self._invoice(200)
        self._invoice(200, payee=self.bob)
        self._statements()
        self.assertEqual(ann.amount_payable, 50, "confirmed never changes")
        self.assertEqual(bob.amount_payable, 60)
        self.assertEqual(
            self._statements("2026-02-28")
            .filtered(lambda s: s.employee_id == self.ann)
            .amount_payable,
            10,
        )

    def test_late_refund_is_recovered_from_the_next_statement(self):
        invoice = self._invoice(1000, date="2026-01-10")
        january = self._posted()
        self._period().action_lock()
        self._refund(invoice, amount=400, date="2026-02-05")
        self._invoice(2000, date="2026-02-10")
        february = self._statements("2026-02-28")
        self.assertEqual(january.amount_payable, 50)
        self.assertEqual(february.amount_payable, 80)
        late = february.line_ids.filtered("is_late")
        self.assertEqual(late.amount, -20)
        self.assertEqual(str(late.date_from), "2026-01-01")

    def test_refund_in_its_own_period(self):
        self.plan.action_close()
        plan = self._create_plan(component={"refund_period": "own"})
        self._refund(self._invoice(1000, date="2026-01-10"), date="2026-02-05")
        self.assertEqual(self._earned(self.ann, plan, date_from="2026-01-01"), 50)
        self.assertEqual(self._earned(self.ann, plan, date_from="2026-02-01"), -50)

    def test_negative_total_is_carried_forward(self):
        invoice = self._invoice(1000, date="2026-01-10")
        self._posted()
        self._refund(invoice, date="2026-02-05")
        february = self._posted("2026-02-28")
        self.assertRecordValues(
            february,
            [{"amount_payable": 0, "amount_closing": -50, "state": "paid"}],
        )
        self.assertFalse(february.move_id, "nothing to book")
        self._invoice(3000, date="2026-03-10")
        march = self._statements("2026-03-31")
        self.assertRecordValues(
            march,
            [{"amount_earned": 150, "amount_opening": -50, "amount_payable": 100}],
        )

    def test_what_is_paid_and_open_is_what_the_plan_says(self):
        invoice = self._invoice(1000, date="2026-01-10")
        self._posted()
        self._refund(invoice, amount=900, date="2026-02-05")
        self._posted("2026-02-28")
        self._invoice(400, date="2026-03-05")
        self._posted("2026-03-31")
        statements = self.env["sales.commission.statement"].search([])
        paid = sum(statements.mapped("amount_payable"))
        self.assertEqual(paid + statements[0].amount_closing, 0.05 * (1000 - 900 + 400))

    def test_posting_twice_makes_one_entry(self):
        self._invoice(1000)
        statement = self._posted()
        with self.assertRaisesRegex(UserError, "is posted"):
            statement.action_post()
        entries = self.env["account.move.line"].search(
            [("sales_commission_statement_id", "=", statement.id)]
        )
        self.assertEqual(len(entries), 1)

    def test_reversed_entry_makes_statement_payable_again_once(self):
        self._invoice(1000)
        statement = self._posted()
        entry = statement.move_id
        entry._reverse_moves(cancel=True)
        self.assertRecordValues(
            statement,
            [{"state": "approved", "move_id": False, "past_move_ids": entry.ids}],
        )
        statement.action_post()
        account = statement.payable_line_id.account_id
        payable = self.env["account.move.line"].search(
            [("account_id", "=", account.id)]
        )
        self.assertEqual(sum(payable.mapped("balance")), -50)

    def test_entry_cannot_go_back_to_draft(self):
        self._invoice(1000)
        entry = self._posted().move_id
        with self.assertRaisesRegex(UserError, "Reverse the entry"):
            entry.button_draft()
        reversal = entry._reverse_moves(cancel=True)
        with self.assertRaisesRegex(UserError, "Reverse the entry"):
            reversal.button_draft()

    def test_entry_is_neither_changed_nor_deleted_by_rpc(self):
        self._invoice(1000)
        entry = self._posted().move_id
        for attempt in (
            lambda: entry.write({"state": "draft"}),
            lambda: entry.with_context(force_delete=True).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "Reverse the entry"):
                attempt()
        reversal = entry._reverse_moves(cancel=True)
        with self.assertRaisesRegex(UserError, "Reverse the entry"):
            reversal.with_context(force_delete=True).unlink()

    def test_entry_is_taken_back_as_a_whole(self):
        self._invoice(1000)
        self._invoice(600, payee=self.bob)
        statements = self._posted()
        entry = statements.move_id
        reversal = entry._reverse_moves()
        lines = reversal.line_ids
        reversal.line_ids = [
            Command.delete(lines.filtered(lambda li: li.balance == 30).id),
            Command.update(
                lines.filtered(lambda li: li.balance == -80).id, {"balance": -50}
            ),
        ]
        with self.assertRaisesRegex(UserError, "as a whole"):
            reversal.action_post()
        self.assertEqual(set(statements.mapped("state")), {"posted"})

    def test_reversal_of_a_reversal_is_refused(self):
        self._invoice(1000)
        reversal = self._posted().move_id._reverse_moves(cancel=True)
        with self.assertRaisesRegex(UserError, "cannot be reversed itself"):
            reversal._reverse_moves(cancel=True)

    def test_reversed_statement_back_to_draft_stays(self):
        self._invoice(1000)
        statement = self._posted()
        statement.move_id._reverse_moves(cancel=True)
        statement.action_draft()
        with self.assertRaisesRegex(UserError, "posted once"):
            statement.unlink()
        self._invoice(1000)
        self._statements()
        self.assertEqual(statement.amount_payable, 100)

    def test_brought_forward_is_recovered_once(self):
        """February leaves -50; drafts of March and April exist side by side."""
        invoice = self._invoice(1000, date="2026-01-10")
        self._posted()
        self._refund(invoice, date="2026-02-05")
        self._posted("2026-02-28")
        self._invoice(2000, date="2026-03-05")
        march = self._statements("2026-03-31")
        self._invoice(2000, date="2026-04-05")
        april = self._statements("2026-04-30")
        with self.assertRaisesRegex(UserError, "still a draft"):
            april.action_confirm()
        (march + april).action_confirm()
        self.assertEqual(march.amount_payable, 50)
        self.assertEqual(april.amount_payable, 100)

    def test_opening_follows_a_statement_confirmed_later(self):
        invoice = self._invoice(1000, date="2026-01-10")
        self._posted()
        self._refund(invoice, date="2026-02-05")
        self._statements("2026-02-28")
        self._invoice(2000, date="2026-03-05")
        march = self._statements("2026-03-31")
        self._statements("2026-02-28").action_confirm()
        march.action_confirm()
        self.assertEqual(march.amount_payable, 50)

    def test_locked_period_keeps_its_statements(self):
        self._invoice(1000)
        statement = self._posted()
        self._period().action_lock()
        statement.move_id._reverse_moves(cancel=True)
        with self.assertRaisesRegex(UserError, "locked"):
            statement.action_draft()
        statement.action_post()
        self.assertEqual(statement.state, "posted")

    def test_payee_known_by_the_contact_does_not_approve_his_own(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        self.ann.sudo().user_id = False
        self.ann.sudo().work_contact_id = self.env.user.partner_id
        with self.assertRaisesRegex(UserError, "your own"):
            statement.action_approve()

    def test_accounts_are_found_when_the_journal_code_is_taken(self):
        journal = self.company.sales_commission_journal_id
        self.company.sudo().sales_commission_journal_id = False
        self.company._create_sales_commission_accounts()
        self.assertNotEqual(self.company.sales_commission_journal_id, journal)

    def test_nothing_to_pay_says_so(self):
        result = self._period().with_env(self.env).action_compute_statements()
        self.assertEqual(result["tag"], "display_notification")
        self.assertFalse(self.env["sales.commission.statement"].search([]))

    def test_locked_period(self):
        period = self._period()
        period.action_lock()
        with self.assertRaisesRegex(UserError, "locked"):
            period.action_compute_statements()

    def test_lock_with_open_statements_is_refused(self):
        self._invoice(1000)
        self._statements()
        with self.assertRaisesRegex(UserError, "not posted yet"):
            self._period().action_lock()

    def test_missing_accounts_lead_to_the_settings(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        statement.action_approve()
        self.company.sudo().sales_commission_payable_account_id = False
        with self.assertRaises(RedirectWarning):
            statement.action_post()

    def test_payee_without_contact(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        statement.action_approve()
        self.ann.sudo().work_contact_id = False
        with self.assertRaisesRegex(UserError, "no work contact"):
            statement.action_post()

    def test_figures_cannot_be_written(self):
        self._invoice(1000)
        statement = self._statements()
        for values in (
            {"state": "paid"},
            {"amount_opening": 1000},
            {"employee_id": self.bob.id},
            {"line_ids": []},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                statement.write(values)

    def test_nobody_approves_his_own(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        self.ann.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_accountant"
        )
        with self.assertRaisesRegex(UserError, "your own"):
            statement.with_user(self.ann.user_id).action_approve()

    def test_accountant_needs_no_sales_right_and_officer_no_accounting_right(self):
        self._invoice(1000)
        groups = "sales_commission_gamify.group_"
        officer = new_test_user(
            self.env(su=True),
            "c_officer",
            groups=f"{groups}officer",
            company_id=self.company.id,
        )
        accountant = new_test_user(
            self.env(su=True),
            "c_accountant",
            groups=f"{groups}accountant",
            company_id=self.company.id,
        )
        plan = self._create_plan(name="By the officer", publish=False)
        plan.with_user(officer).action_publish()
        self.assertEqual(self._earned(self.ann, plan), 50)
        plan.assignment_ids.with_user(officer).unlink()
        period = self._period()
        period.with_user(officer).action_compute_statements()
        statement = self.env["sales.commission.statement"].search([])
        statement.with_user(officer).action_confirm()
        with self.assertRaises(AccessError):
            statement.with_user(officer).action_approve()
        statement.with_user(accountant).action_approve()
        with self.assertRaises(AccessError):
            statement.with_user(officer).action_post()
        statement.with_user(accountant).action_post()
        self.assertEqual(statement.state, "posted")
        with self.assertRaises(AccessError):
            self.env["sales.commission.plan"].with_user(accountant).create(
                {"name": "No"}
            )

    def test_back_to_draft_before_posting(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        statement.action_approve()
        statement.action_draft()
        self._invoice(1000)
        self._statements()
        self.assertEqual(statement.amount_payable, 100)

    def test_deleted_draft_frees_its_earnings(self):
        self._invoice(1000)
        self._statements().unlink()
        self.assertEqual(self._statements().amount_payable, 50)

    def test_confirmed_statement_cannot_be_deleted(self):
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            statement.unlink()
