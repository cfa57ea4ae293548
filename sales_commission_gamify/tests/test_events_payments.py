from odoo.fields import Command
from odoo.tests import tagged

from .measures import MeasureCase


class PaymentCase(MeasureCase):
    """Ann is credited for what her customers pay, at 10 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._count("collected_amount", steps=[(0, 10)])

    def assertCollected(self, credited, plan=None, **months):
        """What is credited and earned now, in all and by the month's first day."""
        self.assertEqual(self._credited(self.ann, plan), credited, "credited")
        self.assertEqual(
            self._earned(self.ann, plan), round(credited * 0.1, 2), "earned"
        )
        for month, amount in months.items():
            day = f"2026-{month[1:]}-01"
            self.assertEqual(self._credited(self.ann, plan, date_from=day), amount, day)

    def _pay_in(self, invoices, amount=None, day="2026-02-10", **vals):
        if amount is not None:
            vals["amount"] = amount
        return self._register_payment(invoices, payment_date=day, **vals)

    def _terms(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def _deposit(self, amount, day="2026-02-10", **vals):
        """A payment that is not matched with anything yet."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": amount,
                "date": day,
                **vals,
            }
        )
        payment.action_post()
        return payment

    def _receivable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )


@tagged("post_install", "-at_install")
class TestPaidAndTakenBack(PaymentCase):
    """Each way in which money comes, goes, and comes again."""

    def test_cancelled_and_paid_again(self):
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice)
        payment.action_cancel()
        self.assertCollected(0)
        self._pay_in(invoice, day="2026-03-03")
        self.assertCollected(1000, m02=0, m03=1000)
        self._assert_rebuilt(self.plan)

    def test_rejected_by_the_bank(self):
        """Odoo keeps the entry of a rejected payment, yet no money came."""
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice)
        payment.action_reject()
        self.assertCollected(0)
        self._assert_rebuilt(self.plan)
        self._terms(invoice).remove_move_reconcile()
        self._pay_in(invoice, day="2026-03-03")
        self.assertCollected(1000, m02=0, m03=1000)

    def test_deleted_payment(self):
        payment = self._pay_in(self._invoice(1000))
        payment.action_draft()
        payment.unlink()
        self.assertCollected(0)

    def test_entry_of_a_payment_reversed(self):
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice)
        payment.move_id._reverse_moves(cancel=True)
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertCollected(0)

    def test_bank_statement_matched_and_undone(self):
        invoice = self._invoice(1000)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2026-02-12",
                "payment_ref": "Azure",
                "partner_id": self.partner_a.id,
                "amount": 1000,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self._terms(invoice).account_id
        (suspense + self._terms(invoice)).reconcile()
        self.assertCollected(1000, m02=1000)
        line.action_undo_reconciliation()
        self.assertCollected(0)

    def test_bank_statement_of_a_payment_undone(self):
        """The customer's payment still stands, only its way to the bank is open."""
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": "2026-02-12",
                "payment_ref": "Azure",
                "partner_id": self.partner_a.id,
                "amount": 1000,
            }
        )
        liquidity = payment._seek_for_lines()[0]
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = liquidity.account_id
        if liquidity.account_id.reconcile:
            (suspense + liquidity).reconcile()
        line.action_undo_reconciliation()
        self.assertCollected(1000, m02=1000)

    def test_credit_note_matched_and_released(self):
        """Set off it is no cash; what it leaves can be paid once it is released."""
        invoice = self._invoice(1000)
        refund = self._refund(invoice, amount=300)
        (self._terms(invoice) + self._terms(refund)).filtered(
            lambda line: not line.reconciled
        ).reconcile()
        self._pay_in(invoice)
        self.assertCollected(700)
        self._terms(refund).remove_move_reconcile()
        self.assertEqual(invoice.amount_residual, 300)
        self.assertCollected(700)
        self._pay_in(invoice, 300, "2026-03-10")
        self.assertCollected(1000, m02=700, m03=300)
        self._pay_in(refund, 300, "2026-03-12")
        self.assertCollected(700, m03=0)
        self._assert_rebuilt(self.plan)

    def test_free_standing_credit_note_paid_out(self):
        """It takes back from whoever stands on it, on the day it is paid."""
        refund = self._invoice(200, move_type="out_refund", date="2026-02-01")
        self.assertCollected(0)
        self._pay_in(refund, 200, "2026-03-05")
        self.assertCollected(-200, m03=-200)

    def test_invoice_cancelled_after_it_was_paid(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice)
        invoice.button_cancel()
        self.assertCollected(0)
        self._assert_rebuilt(self.plan)

    def test_paid_invoice_changed_and_posted_again(self):
        """What was paid stays what was paid, of another whole."""
        invoice = self._invoice(1000)
        self._pay_in(invoice)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 1600
        invoice.action_post()
        paid = invoice.amount_total - invoice.amount_residual
        self.assertCollected(paid)
        self._pay_in(invoice, invoice.amount_residual, "2026-03-10")
        self.assertCollected(1600)
        self._assert_rebuilt(self.plan)

    def test_shares_of_each_payment_add_up(self):
        """To the cent, per payee and in all, though nothing divides evenly."""
        payees = self.ann + self.bob + self.max
        plan = self._count("collected_amount", payees=payees, name="Three")
        invoice = self._invoice(
            1000.01,
            sales_commission_split_ids=[
                Command.create({"employee_id": payee.id, "percent": 33.3333})
                for payee in payees
            ],
        )
        for number in range(3):
            part = 333.33 if number < 2 else invoice.amount_residual
            self._pay_in(invoice, part, f"2026-02-1{number}")
            collected = invoice.amount_total - invoice.amount_residual
            shares = [self._credited(payee, plan) for payee in payees]
            self.assertAlmostEqual(sum(shares), collected, 2)
        self.assertLessEqual(max(shares) - min(shares), 0.05)
        self._assert_rebuilt(plan)


@tagged("post_install", "-at_install")
class TestWaysToPay(PaymentCase):
    """Discounts, roundings, taxes and currencies between the invoice and its money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 4.0)]
        )
        cls.pound = cls.setup_other_currency(
            "GBP", rates=[("2026-01-01", 0.5), ("2026-02-01", 0.8)]
        )

    def test_one_payment_for_two_invoices(self):
        bobs = self._count("collected_amount", payees=self.bob, name="Bob's")
        invoices = self._invoice(1000) + self._invoice(500, payee=self.bob)
        payment = self._pay_in(invoices)
        self.assertEqual(payment.amount, 1500)
        self.assertCollected(1000)
        self.assertEqual(self._credited(self.bob, bobs), 500)
        payment.action_cancel()
        self.assertCollected(0)
        self.assertEqual(self._credited(self.bob, bobs), 0)

    def test_deposit_matched_in_parts(self):
        """Only what is matched is collected, on the day from which both are there."""
        deposit = self._deposit(1000, "2026-01-05")
        first = self._invoice(400, date="2026-02-03")
        self.assertCollected(0)
        lines = self._receivable(deposit.move_id) + self._terms(first)
        lines.reconcile()
        self.assertCollected(400, m01=0, m02=400)
        second = self._invoice(900, date="2026-03-03")
        lines = self._receivable(deposit.move_id) + self._terms(second)
        lines.reconcile()
        self.assertCollected(1000, m02=400, m03=600)
        self._assert_rebuilt(self.plan)

    def test_early_payment_discount(self):
        """What the customer may keep for paying early counts as paid."""
        for computation in ("included", "excluded", "mixed"):
            with self.subTest(computation=computation):
                terms = self.env["account.payment.term"].create(
                    {
                        "name": computation,
                        "early_discount": True,
                        "discount_percentage": 10,
                        "discount_days": 10,
                        "early_pay_discount_computation": computation,
                        "line_ids": [Command.create({"value_amount": 100})],
                    }
                )
                before = self._credited(self.ann)
                invoice = self._invoice(
                    1000, post=False, invoice_payment_term_id=terms.id
                )
                invoice.invoice_line_ids.tax_ids = self.tax_sale_a
                invoice.action_post()
                self.assertEqual(self._credited(self.ann), before)
                payment = self._pay_in(invoice, day="2026-01-20")
                self.assertLess(payment.amount, invoice.amount_total)
                self.assertEqual(invoice.payment_state, "paid")
                self.assertCollected(before + 1000)
                self._assert_rebuilt(self.plan)

    def test_taxes_due_on_payment(self):
        """The entries that move them to the tax account are no payments."""
        self.company.sudo().tax_exigibility = True
        base = self.company_data["default_account_revenue"].sudo().copy()
        transition = self.company_data["default_account_tax_sale"].sudo().copy()
        transition.reconcile = True
        self.company.sudo().account_cash_basis_base_account_id = base
        tax = self.tax_sale_a.sudo().copy(
            {
                "name": "On payment",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": transition.id,
            }
        )
        invoice = self._invoice(1000, post=False)
        invoice.invoice_line_ids.tax_ids = tax
        invoice.action_post()
        self._pay_in(invoice, invoice.amount_total * 0.4)
        self.assertTrue(
            self.env["account.move"].search(
                [("tax_cash_basis_origin_move_id", "!=", 0)]
            )
        )
        self.assertCollected(400)
        self._pay_in(invoice, day="2026-03-10")
        self.assertCollected(1000, m02=400, m03=600)
        self._assert_rebuilt(self.plan)

    def test_cash_rounding(self):
        """The line that rounds the total is nobody's sale."""
        invoiced = self._count("invoiced_amount", name="Invoiced")
        for rounding in self.cash_rounding_a, self.cash_rounding_b:
            with self.subTest(strategy=rounding.strategy):
                before = self._credited(self.ann, self.plan)
                counted = self._credited(self.ann, invoiced)
                invoice = self._invoice(
                    999.98, post=False, invoice_cash_rounding_id=rounding.id
                )
                invoice.invoice_line_ids.tax_ids = self.tax_sale_a
                invoice.action_post()
                self.assertEqual(
                    round(self._credited(self.ann, invoiced) - counted, 2), 999.98
                )
                self._pay_in(invoice, 500)
                self._pay_in(invoice)
                self.assertEqual(invoice.payment_state, "paid")
                self.assertEqual(
                    round(self._credited(self.ann, self.plan) - before, 2), 999.98
                )

    def test_paid_in_a_third_currency(self):
        """As much of the euros as Odoo says that the pounds paid, at the rate of the
        invoice: 2,000 EUR were 1,000."""
        invoice = self._invoice(2000, currency_id=self.euro.id)
        self._pay_in(invoice, 400, currency_id=self.pound.id)
        self.assertEqual(invoice.amount_residual, 1000)
        self.assertCollected(500, m02=500)
        self._pay_in(invoice, day="2026-03-10", currency_id=self.pound.id)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertCollected(1000, m02=500, m03=500)
        credit = self._credits(self.plan)
        self.assertEqual(set(credit.mapped("source_amount")), {1000})
        self.assertEqual(credit.source_currency_id, self.euro)
        self._assert_rebuilt(self.plan)

    def test_paid_in_the_companys_currency_with_exchange_difference(self):
        """The parts of an exchange difference count nothing, at either side."""
        invoice = self._invoice(2000, currency_id=self.euro.id)
        self._pay_in(invoice, 250, currency_id=self.company.currency_id.id)
        self.assertEqual(invoice.amount_residual, 1000)
        self._pay_in(
            invoice, 250, "2026-03-10", currency_id=self.company.currency_id.id
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertTrue(self._terms(invoice).matched_credit_ids.exchange_move_id)
        self.assertCollected(1000, m02=500, m03=500)

    def test_invoices_of_two_currencies_and_one_payment(self):
        """Each invoice at its own rate, whatever they are paid in."""
        first = self._invoice(2000, currency_id=self.euro.id)
        second = self._invoice(400, currency_id=self.pound.id)
        deposit = self._deposit(
            1000, "2026-02-10", currency_id=self.company.currency_id.id
        )
        (self._receivable(deposit.move_id) + self._terms(first)).reconcile()
        self.assertEqual(first.payment_state, "paid")
        self.assertCollected(1000)
        (self._receivable(deposit.move_id) + self._terms(second)).reconcile()
        self.assertEqual(second.payment_state, "paid")
        # 400 GBP at 0.5 are 800
        self.assertCollected(1800)
        self._assert_rebuilt(self.plan)

    def test_written_off_without_a_cent(self):
        """A bad debt that is written off by an entry is matched, hence paid."""
        invoice = self._invoice(1000)
        receivable = self._terms(invoice).account_id
        entry = self.env["account.move"].create(
            {
                "date": "2026-03-10",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.partner_a.id,
                            "balance": -1000,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_expense"
                            ].id,
                            "balance": 1000,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (self._receivable(entry) + self._terms(invoice)).reconcile()
        self.assertCollected(1000, m03=1000)
