from odoo import fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .entry_common import EntryCase


@tagged("post_install", "-at_install")
class TestBill(EntryCase):
    """Bob is an external agent, Ann an employee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bob.sales_commission_agent = True
        cls.vendor = cls.bob.sudo().work_contact_id
        cls.product = cls.company.sales_commission_product_id
        cls.tax = cls.company_data["default_tax_purchase"]
        cls.product.sudo().supplier_taxes_id = cls.tax

    def _billed(self, amount=1000, post=False):
        """Bob's statement of 5 % and the bill of it."""
        self._invoice(amount, payee=self.bob)
        statement = self._posted()
        if post:
            statement.move_id.action_post()
        return statement

    def test_draft_bill_of_the_agent_beside_the_entry(self):
        self._invoice(600)
        self._invoice(1000, payee=self.bob)
        ann, bob = self._posted().sorted("id")
        self.assertEqual(self._books(ann.move_id), {"627001": 30, "215001": -30})
        self.assertTrue(bob.has_bill)
        self.assertFalse(ann.has_bill)
        self.assertRecordValues(
            bob.move_id,
            [
                {
                    "move_type": "in_invoice",
                    "state": "draft",
                    "partner_id": self.vendor.id,
                    "ref": bob.name,
                    "amount_untaxed": 50,
                    "amount_tax": 7.5,
                }
            ],
        )
        self.assertEqual(bob.move_id.invoice_line_ids.product_id, self.product)
        self.assertRecordValues(bob, [{"state": "approved", "payable_line_id": False}])
        bob.move_id.action_post()
        self.assertEqual(bob.state, "posted")
        self.assertEqual(bob.move_id.sales_commission_statement_ids, bob)

    def test_bill_is_posted_at_once_when_the_company_wants_it(self):
        self.company.sales_commission_post_bill = True
        statement = self._billed()
        self.assertEqual(
            (statement.state, statement.move_id.state), ("posted", "posted")
        )
        self.assertEqual(self._books(statement.move_id)["627001"], 50)

    def test_terms_and_fiscal_position_of_the_vendor(self):
        free = self.tax.sudo().copy({"name": "Reverse charge", "amount": 0})
        mapped = self._account("627800")
        position = (
            self.env["account.fiscal.position"]
            .sudo()
            .create(
                {
                    "name": "Abroad",
                    "company_id": self.company.id,
                    "account_ids": [
                        Command.create(
                            {
                                "account_src_id": (
                                    self.company.sales_commission_expense_account_id.id
                                ),
                                "account_dest_id": mapped.id,
                            }
                        )
                    ],
                }
            )
        )
        free.fiscal_position_ids = position
        free.original_tax_ids = self.tax
        self.vendor.property_account_position_id = position
        self.vendor.property_supplier_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        bill = self._billed().move_id
        self.assertEqual(bill.fiscal_position_id, position)
        self.assertEqual(bill.invoice_line_ids.tax_ids, free)
        self.assertEqual(bill.invoice_line_ids.account_id, mapped)
        self.assertEqual(
            bill.invoice_date_due, fields.Date.add(bill.invoice_date, days=30)
        )

    def test_account_of_plan_then_product_then_company(self):
        accounts = [self._account(code) for code in ("627500", "627600")]
        self.product.sudo().property_account_expense_id = accounts[1]
        other = self._create_plan(name="Other", payees=self.bob)
        other.expense_account_id = accounts[0]
        bill = self._billed().move_id
        self.assertEqual(
            {line.account_id: line.balance for line in bill.invoice_line_ids},
            {accounts[0]: 50, accounts[1]: 50},
        )

    def test_edits_that_leave_the_amount(self):
        bill = self._billed().move_id
        bill.write(
            {
                "ref": "AGENT-77",
                "invoice_date": "2026-02-03",
                "payment_reference": "RF18",
            }
        )
        bill.invoice_line_ids.tax_ids = False
        bill.action_post()
        self.assertEqual(bill.amount_total, 50)
        self.assertEqual(bill.sales_commission_statement_ids.state, "posted")

    def test_another_amount_is_refused(self):
        statement = self._billed()
        statement.move_id.invoice_line_ids.price_unit = 60
        with self._refused(r"60\.00 for statement .* Bob, which pays .*50", UserError):
            statement.move_id.action_post()
        statement.move_id.invoice_line_ids = [
            Command.update(statement.move_id.invoice_line_ids.id, {"price_unit": 45}),
            Command.create({"name": "Expenses", "price_unit": 5, "tax_ids": []}),
        ]
        statement.move_id.action_post()
        self.assertEqual(statement.state, "posted")

    def test_another_vendor_or_currency_is_refused(self):
        statement = self._billed()
        statement.move_id.partner_id = self.partner_a
        with self._refused("Bob, which pays", UserError):
            statement.move_id.action_post()
        statement.move_id.partner_id = self.vendor
        currency = self.setup_other_currency("EUR")
        statement.move_id.currency_id = currency
        statement.move_id.invoice_line_ids.price_unit = 50
        with self._refused("Bob, which pays", UserError):
            statement.move_id.action_post()

    def test_tax_included_in_the_price_is_refused(self):
        self.product.sudo().supplier_taxes_id = self.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        self.company.sales_commission_post_bill = True
        with self._refused("Bob, which pays", UserError):
            self._billed()

    def test_deleted_draft_bill_can_be_made_again(self):
        statement = self._billed()
        statement.move_id.unlink()
        self.assertRecordValues(statement, [{"state": "approved", "move_id": False}])
        self.assertIn("was deleted", statement.message_ids[0].body)
        statement.action_post()
        self.assertEqual(statement.move_id.amount_untaxed, 50)

    def test_bill_is_made_once(self):
        statement = self._billed()
        with self._refused("has the draft .* already", UserError):
            statement.action_post()
        bills = self.env["account.move"].search([("ref", "=", statement.name)])
        self.assertEqual(len(bills), 1)

    def test_paid_in_parts_with_its_taxes(self):
        statement = self._billed(post=True)
        self._pay_part(statement, 20)
        self.assertRecordValues(
            statement,
            [{"state": "posted", "amount_paid": 20, "amount_residual": 37.5}],
        )
        lines = self._pay_part(statement, 37.5)
        self.assertEqual(statement.state, "paid")
        lines.remove_move_reconcile()
        self.assertEqual(statement.state, "posted")

    def test_paid_by_the_wizard(self):
        statement = self._billed(post=True)
        self._register_payment(statement.move_id)
        self.assertEqual(statement.state, "paid")

    def test_several_due_days(self):
        self.vendor.property_supplier_payment_term_id = (
            self.env["account.payment.term"]
            .sudo()
            .create(
                {
                    "name": "Halves",
                    "line_ids": [
                        Command.create(
                            {"value": "percent", "value_amount": 50, "nb_days": days}
                        )
                        for days in (0, 30)
                    ],
                }
            )
        )
        statement = self._billed(post=True)
        self.assertEqual(len(statement._get_payable_lines()), 2)
        self._pay_part(statement, 28.75)
        self.assertEqual(statement.state, "posted", "one half is open")
        self._pay_part(statement, 28.75)
        self.assertEqual(statement.state, "paid")

    def test_credit_note_returns_the_statement(self):
        statement = self._billed(post=True)
        bill = statement.move_id
        credit_note = self._reverse_by_wizard(bill)
        self.assertEqual(statement.state, "posted", "the credit note is a draft")
        credit_note.action_post()
        self.assertRecordValues(
            statement,
            [{"state": "approved", "move_id": False, "past_move_ids": bill.ids}],
        )
        with self._refused("belongs to commission statement", UserError):
            credit_note.button_draft()
        statement.action_post()
        statement.move_id.action_post()
        self.assertEqual(statement.state, "posted")

    def _reverse_by_wizard(self, bill):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"date": "2026-02-10", "journal_id": bill.journal_id.id})
        )
        return self.env["account.move"].browse(wizard.refund_moves()["res_id"])

    def test_credit_note_of_a_part_is_refused(self):
        statement = self._billed(post=True)
        credit_note = self._reverse_by_wizard(statement.move_id)
        credit_note.invoice_line_ids.price_unit = 10
        with self._refused("as a whole", UserError):
            credit_note.action_post()
        self.assertEqual(statement.state, "posted")

    def test_reverse_bill_button_makes_a_refund(self):
        statement = self._billed(post=True)
        self._pay_part(statement, 57.5)
        bill = statement.move_id
        statement.action_reverse_entry()
        self.assertEqual(statement.state, "approved")
        self.assertRecordValues(
            bill.reversal_move_ids,
            [{"move_type": "in_refund", "state": "posted", "amount_untaxed": 50}],
        )
        self.assertEqual(bill.payment_state, "reversed")

    def test_posted_bill_back_to_draft_and_again(self):
        statement = self._billed(post=True)
        bill = statement.move_id
        bill.button_draft()
        self.assertRecordValues(statement, [{"state": "approved", "move_id": bill.id}])
        bill.invoice_date = "2026-01-20"
        bill.action_post()
        self.assertEqual(statement.state, "posted")

    def test_cancelled_bill_never_comes_back(self):
        statement = self._billed(post=True)
        bill = statement.move_id
        bill.button_cancel()
        self.assertRecordValues(
            statement,
            [{"state": "approved", "move_id": False, "past_move_ids": bill.ids}],
        )
        with self._refused("belongs to commission statement", UserError):
            bill.button_draft()
        with self._refused("belongs to commission statement", UserError):
            bill.with_context(force_delete=True).unlink()
        statement.action_post()
        self.assertEqual(statement.move_id.state, "draft")

    def test_copy_of_a_bill_pays_nothing(self):
        statement = self._billed(post=True)
        copy = statement.move_id.copy({"invoice_date": "2026-02-01"})
        copy.action_post()
        self._register_payment(copy)
        self.assertEqual(statement.state, "posted")

    def test_lock_date_of_purchases_moves_the_bill(self):
        self.company.purchase_lock_date = "2026-03-31"
        self.company.sales_commission_post_bill = True
        statement = self._billed()
        self.assertGreater(statement.move_id.date, fields.Date.to_date("2026-03-31"))
        self.assertEqual(str(statement.move_id.invoice_date), "2026-01-31")
        self.assertTrue(statement.is_date_moved)

    def test_tax_lock_date_moves_the_bill(self):
        self.company.tax_lock_date = "2026-02-28"
        self.company.sales_commission_post_bill = True
        statement = self._billed()
        self.assertGreater(statement.move_id.date, fields.Date.to_date("2026-02-28"))

    def test_negative_total_of_an_agent_is_a_refund_bill(self):
        self.company.sales_commission_negative = "receivable"
        self.company.sales_commission_post_bill = True
        invoice = self._invoice(1000, payee=self.bob, date="2026-01-10")
        self._posted()
        self._refund(invoice, date="2026-02-05")
        february = self._posted("2026-02-28")
        self.assertRecordValues(
            february.move_id,
            [{"move_type": "in_refund", "amount_untaxed": 50, "state": "posted"}],
        )
        self.assertRecordValues(
            february, [{"state": "posted", "amount_residual": -57.5}]
        )
        (
            february._get_payable_lines()
            + self.env["sales.commission.statement"]
            .search([("period_id", "=", self._period().id)])
            ._get_payable_lines()
        ).reconcile()
        self.assertEqual(february.state, "paid", "set off against January's bill")

    def test_missing_service_leads_to_the_settings(self):
        self.company.sales_commission_product_id = False
        with self.assertRaises(RedirectWarning):
            self._billed()
        self.company._create_sales_commission_accounts()
        self.assertTrue(self.company.sales_commission_product_id)

    def test_agent_without_contact(self):
        self.bob.sudo().work_contact_id = False
        with self._refused("no work contact", UserError):
            self._billed()

    def test_accountant_needs_one_group_only(self):
        accountant = new_test_user(
            self.env(su=True),
            "only_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        self._invoice(1000, payee=self.bob)
        statement = self._statements()
        statement.action_confirm()
        statement = statement.with_user(accountant)
        statement.action_approve()
        statement.action_post()
        statement.move_id.action_post()
        self.assertEqual(statement.state, "posted")
        statement.action_reverse_entry()
        self.assertEqual(statement.state, "approved")
        with self.assertRaises(UserError):
            statement.employee_id.sales_commission_agent = False
