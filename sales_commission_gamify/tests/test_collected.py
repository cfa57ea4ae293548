from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestCollected(MeasureCase):
    """What customers pay, by the day on which they pay it."""

    def setUp(self):
        super().setUp()
        self.plan = self._count("collected_amount", steps=[(0, 10)])

    def _pay_in(self, invoice, amount, day="2026-02-10"):
        return self._register_payment(invoice, amount=amount, payment_date=day)

    def _amounts(self):
        """Amounts that hold now, in the order of their days."""
        rows = self._credits(self.plan).sorted(lambda row: (row.date, row.id))
        return rows.mapped("amount")

    def test_nothing_until_paid(self):
        self._invoice(1000)
        self.assertFalse(self._credits(self.plan))

    def test_parts_as_they_are_paid(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice, 400)
        self.assertEqual(self._earned(self.ann), 40)
        self._pay_in(invoice, 600, "2026-02-20")
        self.assertEqual(self._earned(self.ann), 100)
        self.assertEqual(self._amounts(), [400, 600])
        credits = self._credits(self.plan)
        self.assertEqual(set(credits.mapped("document_id")), set(invoice.ids))
        self.assertEqual(
            set(credits.mapped("source_model")), {"account.partial.reconcile"}
        )
        self._assert_rebuilt(self.plan)

    def test_three_thirds_add_up(self):
        for taxes, parts in (
            (Command.clear(), (333.33, 333.33, 333.34)),
            (Command.set(self.tax_sale_a.ids), (383.33, 383.33, 383.34)),
        ):
            with self.subTest(taxes=taxes):
                invoice = self._invoice(1000, post=False)
                invoice.invoice_line_ids.tax_ids = [taxes]
                invoice.action_post()
                before = self._credited(self.ann)
                for number, part in enumerate(parts):
                    self._pay_in(invoice, part, f"2026-03-0{number + 1}")
                self.assertEqual(invoice.payment_state, "paid")
                self.assertEqual(self._credited(self.ann), before + 1000)
                self._assert_rebuilt(self.plan)

    def test_day_of_the_payment_decides_the_period(self):
        self._pay_in(self._invoice(1000, date="2026-01-15"), 1000, "2026-05-03")
        self.assertEqual(self._credited(self.ann, date_from="2026-05-01"), 1000)
        self.assertEqual(self._credited(self.ann), 1000)

    def test_paid_after_the_payee_left(self):
        """Who sold it takes part on the day of the sale, not of the payment."""
        invoice = self._invoice(1000)
        self.plan.assignment_ids.date_to = "2026-01-31"
        self._pay_in(invoice, 1000, "2026-02-10")
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 1000)

    def test_reversed_before_it_was_paid(self):
        """A credit note that is set off is no cash."""
        invoice = self._invoice(1000)
        refund = self._refund(invoice)
        self._reconcile(invoice, refund)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFalse(self._credits(self.plan))

    def test_partial_refund_before_the_payment(self):
        invoice = self._invoice(1000)
        self._reconcile(invoice, self._refund(invoice, amount=300))
        self.assertEqual(self._earned(self.ann), 0)
        self._pay_in(invoice, 700)
        self.assertEqual(self._earned(self.ann), 70)
        self.assertEqual(invoice.amount_residual, 0)

    def test_refund_paid_out_takes_back(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000)
        refund = self._refund(invoice, amount=400, date="2026-03-01")
        self.assertEqual(self._credited(self.ann), 1000)
        self._pay_in(refund, 400, "2026-03-05")
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._credited(self.ann, date_from="2026-03-01"), -400)

    def test_bounced_and_paid_again(self):
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice, 1000)
        statement = self._statements("2026-02-28")
        statement.action_confirm()
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._earned(self.ann), 0)
        self.assertEqual(statement.amount_payable, 100)
        self._pay_in(invoice, 1000, "2026-03-10")
        self.assertEqual(self._credited(self.ann, date_from="2026-03-01"), 1000)
        self.assertEqual(self._credited(self.ann), 1000)
        self._assert_rebuilt(self.plan)

    def test_payment_reset_to_draft_counts_no_more(self):
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice, 1000)
        payment.action_draft()
        self.assertEqual(self._credited(self.ann), 0)
        payment.action_post()
        self.assertEqual(self._credited(self.ann), self._paid_share(invoice))

    def test_invoice_reset_to_draft_counts_no_more(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000)
        invoice.button_draft()
        self.assertEqual(self._credited(self.ann), 0)
        invoice.action_post()
        self.assertEqual(self._credited(self.ann), self._paid_share(invoice))

    def test_reconciliation_undone(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000)
        self._terms(invoice).remove_move_reconcile()
        self.assertEqual(self._credited(self.ann), 0)

    def test_exchange_difference_is_no_payment(self):
        rates = [("2026-01-01", 2.0), ("2026-02-01", 4.0)]
        euro = self.setup_other_currency("EUR", rates=rates)
        invoice = self._invoice(1000, currency_id=euro.id)
        self._register_payment(
            invoice, amount=1000, payment_date="2026-02-10", currency_id=euro.id
        )
        partials = self._terms(invoice).matched_credit_ids
        self.assertTrue(partials.exchange_move_id)
        self.assertEqual(self._amounts(), [500])
        credit = self._credits(self.plan)
        self.assertEqual(
            (credit.source_amount, credit.source_currency_id), (1000, euro)
        )

    def test_what_is_written_off_counts_as_paid(self):
        invoice = self._invoice(1000)
        self._register_payment(
            invoice,
            amount=980,
            payment_date="2026-02-10",
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._amounts(), [1000])

    def test_instalments(self):
        """One receivable line per instalment, one payment over both."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 30}),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 60}
                    ),
                ],
            }
        )
        invoice = self._invoice(999.99, invoice_payment_term_id=terms.id)
        self._pay_in(invoice, 600)
        self._pay_in(invoice, 399.99, "2026-03-10")
        self.assertEqual(self._credited(self.ann), 999.99)
        self._assert_rebuilt(self.plan)

    def test_filter_and_margin(self):
        self.product_a.sudo().standard_price = 60
        only_a = f"[('product_id', '=', {self.product_a.id})]"
        plan = self._count("collected_margin", component={"domain": only_a})
        invoice = self._invoice([100, 100], post=False)
        invoice.invoice_line_ids[1].product_id = self.product_b
        invoice.invoice_line_ids[1].write(
            {"price_unit": 100, "tax_ids": [Command.clear()]}
        )
        invoice.action_post()
        self._pay_in(invoice, 50)
        self.assertEqual(self._credited(self.ann, plan), 10)
        self._pay_in(invoice, 150, "2026-02-20")
        self.assertEqual(self._credited(self.ann, plan), 40)

    def test_a_payment_does_not_judge_the_invoice_anew(self):
        """What was invoiced was earned then, by the product as it was then."""
        self.product_a.default_code = "X"
        coded = "[('product_id.default_code', '=', 'X')]"
        plan = self._count("invoiced_amount", component={"domain": coded})
        invoice = self._invoice(1000)
        self.product_a.default_code = "Y"
        self._pay_in(invoice, 1000)
        self.assertEqual(self._credited(self.ann, plan), 1000)
        self.assertEqual(self._credited(self.ann, self.plan), 1000)

    def test_sweep_finds_what_was_missed(self):
        invoice = self._invoice(1000)
        self._pay_in(invoice, 400)
        partials = self._terms(invoice).matched_credit_ids
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM account_partial_reconcile WHERE id = ANY(%s)", (partials.ids,)
        )
        self.env.invalidate_all()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 0)

    def test_whoever_registers_a_payment_needs_no_right(self):
        billing = new_test_user(
            self.env(su=True),
            "commission_billing",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        invoice = self._invoice(1000)
        self.env["account.payment.register"].with_user(billing).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": date(2026, 2, 10)}).action_create_payments()
        self.assertEqual(self._credited(self.ann), 1000)

    def _terms(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def _reconcile(self, invoice, refund):
        lines = self._terms(invoice) + self._terms(refund)
        lines.filtered(lambda line: not line.reconciled).reconcile()

    def _paid_share(self, invoice):
        return invoice.amount_total - invoice.amount_residual
