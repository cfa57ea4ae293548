from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged

from .measures import MeasureCase


class EventCase(MeasureCase):
    """Ann and Bob are paid 5 % of what is invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob)

    def assertLedger(self, payee, credited, earned=None, plan=None, **equals):
        earned = round(credited * 0.05, 2) if earned is None else earned
        self.assertEqual(self._credited(payee, plan, **equals), credited, "credited")
        self.assertEqual(self._earned(payee, plan, **equals), earned, "earned")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env(su=True),
            login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _call(self, user, model, method, *args, **kwargs):
        """What a client program does: public methods alone, under the user's rights."""
        return call_kw(self.env[model].with_user(user).browse(), method, args, kwargs)


@tagged("post_install", "-at_install")
class TestInvoices(EventCase):
    """What may happen to an invoice and its credit notes."""

    def test_reset_draft_is_deleted(self):
        invoice = self._invoice(1000)
        refund = self._refund(invoice, amount=300, date="2026-02-10")
        refund.button_draft()
        self.assertLedger(self.ann, 1000)
        refund.unlink()
        self.assertLedger(self.ann, 1000)
        invoice.button_draft()
        invoice.unlink()
        self.assertLedger(self.ann, 0)
        self._assert_rebuilt(self.plan)

    def test_sale_deleted_under_its_credit_note(self):
        """Without its sale a credit note stands on its own, in its own month."""
        invoice = self._invoice(1000, date="2026-01-15")
        self._refund(invoice, amount=300, date="2026-02-10")
        invoice.button_cancel()
        self.assertLedger(self.ann, -300, date_from="2026-01-01")
        invoice.unlink()
        self.assertLedger(self.ann, 0, date_from="2026-01-01")
        self.assertLedger(self.ann, -300, date_from="2026-02-01")
        self._assert_rebuilt(self.plan)

    def test_cancelled_and_posted_again(self):
        invoice = self._invoice(1000)
        invoice.button_cancel()
        self.assertLedger(self.ann, 0)
        invoice.button_draft()
        invoice.invoice_line_ids.quantity = 3
        invoice.action_post()
        self.assertLedger(self.ann, 3000)
        self._assert_rebuilt(self.plan)

    def test_changed_and_posted_again(self):
        """Quantity, price, discount, and lines that come and go."""
        invoice = self._invoice([1000, 200])
        for label, values, credited in (
            ("quantity", lambda first, other: {"quantity": 2}, 2200),
            ("price", lambda first, other: {"price_unit": 900}, 2000),
            ("discount", lambda first, other: {"discount": 50}, 1100),
        ):
            with self.subTest(label):
                invoice.button_draft()
                first, other = invoice.invoice_line_ids
                first.write(values(first, other))
                invoice.action_post()
                self.assertLedger(self.ann, credited)
        invoice.button_draft()
        invoice.write(
            {
                "invoice_line_ids": [
                    Command.delete(invoice.invoice_line_ids[1].id),
                    Command.create(
                        {
                            "product_id": self.product_b.id,
                            "price_unit": 50,
                            "tax_ids": [Command.clear()],
                        }
                    ),
                ]
            }
        )
        invoice.action_post()
        self.assertLedger(self.ann, 950)
        self._assert_rebuilt(self.plan)

    def test_free_standing_credit_note(self):
        """It takes back from who stands on it, in its own month."""
        self._invoice(1000)
        refund = self._invoice(300, move_type="out_refund", date="2026-02-05")
        self.assertFalse(refund.reversed_entry_id)
        self.assertLedger(self.ann, 1000, date_from="2026-01-01")
        self.assertLedger(self.ann, -300, date_from="2026-02-01")
        refund.button_draft()
        self.assertLedger(self.ann, 1000)

    def test_credit_note_linked_afterwards(self):
        """Once it says which sale it takes back, it belongs to that one."""
        invoice = self._invoice(1000)
        refund = self._invoice(
            300, payee=self.bob, move_type="out_refund", date="2026-02-05"
        )
        self.assertLedger(self.bob, -300)
        refund.button_draft()
        refund.reversed_entry_id = invoice
        refund.action_post()
        self.assertLedger(self.bob, 0)
        self.assertLedger(self.ann, 700, date_from="2026-01-01")
        self._assert_rebuilt(self.plan)

    def test_credit_note_reset_changed_and_posted_again(self):
        refund = self._refund(self._invoice(1000), amount=300)
        refund.button_draft()
        self.assertLedger(self.ann, 1000)
        refund.invoice_line_ids.price_unit = 400
        refund.action_post()
        self.assertLedger(self.ann, 600)
        refund.button_cancel()
        self.assertLedger(self.ann, 1000)
        self._assert_rebuilt(self.plan)

    def test_several_credit_notes_of_one_invoice(self):
        invoice = self._invoice([600, 400])
        for amount in (100, 200, 700):
            self._refund(invoice, amount=amount, date="2026-02-05")
        self.assertLedger(self.ann, 0)

    def test_credit_note_keeps_payee_and_rates_of_the_sale(self):
        """Also when the plan was replaced by a better one in between."""
        version = self.plan._create_version(date(2026, 2, 1))
        version.component_ids.rate_ids.percent = 20
        version.action_publish()
        invoice = self._invoice(1000, payee=self.bob)
        invoice.invoice_user_id = self.ann.user_id
        self.assertLedger(self.ann, 1000)
        self._refund(invoice, date="2026-03-05")
        self.assertLedger(self.ann, 0)
        self.assertLedger(self.bob, 0)
        self.assertLedger(self.ann, 0, plan=version)
        self._invoice(1000, date="2026-03-05")
        self.assertLedger(self.ann, 1000, earned=200, plan=version)

    def test_salesperson_changed_before_posting(self):
        invoice = self._invoice(1000, post=False)
        invoice.invoice_user_id = self.bob.user_id
        invoice.action_post()
        self.assertLedger(self.ann, 0)
        self.assertLedger(self.bob, 1000)

    def test_receipts_count_and_bills_do_not(self):
        self._invoice(1000, move_type="out_receipt")
        self.assertLedger(self.ann, 1000)
        for kind in ("in_invoice", "in_refund", "in_receipt"):
            self._invoice(1000, move_type=kind)
        self.assertLedger(self.ann, 1000)

    def test_lines_that_are_no_sale(self):
        """Headings, notes, taxes, what is due, and what rounds the total."""
        invoice = self._invoice(
            1000,
            post=False,
            invoice_cash_rounding_id=self.cash_rounding_a.id,
            invoice_payment_term_id=self.pay_terms_b.id,
        )
        invoice.invoice_line_ids = [
            Command.create({"display_type": kind, "name": kind})
            for kind in ("line_section", "line_subsection", "line_note")
        ]
        line = invoice.invoice_line_ids.filtered("product_id")
        line.write({"price_unit": 999.98, "tax_ids": self.tax_sale_a.ids})
        invoice.action_post()
        kinds = set(invoice.line_ids.mapped("display_type"))
        self.assertLessEqual({"rounding", "tax", "payment_term"}, kinds)
        self.assertEqual(self._credits(self.plan).source_id, line.id)
        self.assertLedger(self.ann, 999.98, earned=50)

    def test_document_whose_lines_change_twice_in_one_transaction(self):
        """Each comparison sees what is written, flushed or not."""
        invoice = self._invoice(1000)
        for price in (500, 700, 300):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = price
            invoice.action_post()
        self.assertLedger(self.ann, 300)
        rows = self.env["sales.commission.credit"].search([])
        self.assertEqual(len(rows), 7)
        self.assertEqual(sum(rows.mapped("amount")), 300)


@tagged("post_install", "-at_install")
class TestDates(EventCase):
    """Which of an invoice's dates counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collected = cls._count(
            "collected_amount", name="Collected", steps=[(0, 10)]
        )

    def test_lock_dates_move_the_entry_not_the_sale(self):
        """The invoice date says when it was sold; the entry's date is moved behind
        each kind of lock."""
        for lock in (
            "fiscalyear_lock_date",
            "tax_lock_date",
            "sale_lock_date",
            "hard_lock_date",
        ):
            with self.subTest(lock=lock), freeze_time("2026-03-10"):
                before = self._credited(self.ann, self.plan)
                self.company.sudo()[lock] = "2026-02-28"
                invoice = self._invoice(1000, date="2026-01-28", post=False)
                invoice.invoice_line_ids.tax_ids = self.tax_sale_a
                invoice.action_post()
                self.assertGreater(invoice.date, date(2026, 2, 28))
                self.assertEqual(invoice.invoice_date, date(2026, 1, 28))
                self.assertLedger(
                    self.ann, before + 1000, plan=self.plan, date_from="2026-01-01"
                )
                if lock != "hard_lock_date":  # which nobody can take back
                    self.company.sudo()[lock] = False

    def test_payment_of_an_entry_that_was_moved(self):
        """Its own day counts, though the invoice is booked later."""
        with freeze_time("2026-06-10"):
            self.company.sudo().fiscalyear_lock_date = "2026-05-31"
            invoice = self._invoice(1000, date="2026-01-28")
            self.company.sudo().fiscalyear_lock_date = False
        self.assertEqual(invoice.date, date(2026, 6, 10))
        self._register_payment(invoice, amount=400, payment_date="2026-02-05")
        self.assertEqual(
            self._credited(self.ann, self.collected, date_from="2026-02-01"), 400
        )
        self.assertEqual(self._credited(self.ann, self.collected), 400)

    def test_back_dated_invoice(self):
        """A document of a month that has its statement already comes with the next."""
        self._invoice(1000, date="2026-01-10")
        january = self._statements()
        january.action_confirm()
        self._invoice(500, date="2026-01-28")
        self._invoice(200, date="2026-02-03")
        self.assertEqual(january.amount_payable, 50)
        february = self._statements("2026-02-28")
        self.assertEqual(
            [(str(line.date_from), line.amount) for line in february.line_ids],
            [("2026-01-01", 25), ("2026-02-01", 10)],
        )

    def test_entry_date_of_an_invoice_without_lock(self):
        """An accounting date set by hand changes nothing either."""
        self._invoice(1000, date="2026-01-28", post=False).write({"date": "2026-02-15"})
        invoice = self.env["account.move"].search(
            [("invoice_user_id", "=", self.ann.user_id.id)]
        )
        invoice.action_post()
        self.assertLedger(self.ann, 1000, plan=self.plan, date_from="2026-01-01")

    def test_last_days_of_a_month(self):
        """No day falls between two periods."""
        for day in ("01-30", "01-31", "02-01", "02-28", "03-01"):
            self._invoice(100, date=f"2026-{day}")
        for month, credited in (("01", 200), ("02", 200), ("03", 100)):
            self.assertEqual(
                self._credited(self.ann, self.plan, date_from=f"2026-{month}-01"),
                credited,
            )

    def test_posted_in_the_future(self):
        """Odoo posts it on its day; until then it counts nothing."""
        later = fields.Date.add(fields.Date.today(), days=40)
        invoice = self._invoice(1000, date=later, post=False)
        invoice.auto_post = "at_date"
        invoice._post(soft=True)
        self.assertEqual(invoice.state, "draft")
        self.assertLedger(self.ann, 0, plan=self.plan)
        with freeze_time(later), self.enter_registry_test_mode():
            self.env.ref(
                "account.ir_cron_auto_post_draft_entry"
            ).sudo().method_direct_trigger()
        self.assertEqual(invoice.state, "posted")
        self.assertLedger(self.ann, 1000, plan=self.plan)

    def test_recurring_invoice(self):
        """Each copy is shared as the first one and counts in its own month."""
        invoice = self._invoice(
            1000,
            post=False,
            auto_post="monthly",
            auto_post_until="2026-03-20",
            sales_commission_split_ids=[
                Command.create({"employee_id": self.ann.id, "percent": 60}),
                Command.create({"employee_id": self.bob.id, "percent": 40}),
            ],
        )
        invoice.action_post()
        for _month in range(2):
            self.env["account.move"].search(
                [("auto_post_origin_id", "=", invoice.id), ("state", "=", "draft")]
            ).action_post()
        for month in ("01", "02", "03"):
            first = f"2026-{month}-01"
            self.assertLedger(self.ann, 600, plan=self.plan, date_from=first)
            self.assertLedger(self.bob, 400, plan=self.plan, date_from=first)


@tagged("post_install", "-at_install")
class TestWaysIn(EventCase):
    """However an invoice comes into being, it counts the same."""

    def test_imported_from_a_table(self):
        result = self.env["account.move"].load(
            [
                "move_type",
                "partner_id/.id",
                "invoice_user_id/.id",
                "invoice_date",
                "invoice_line_ids/product_id/.id",
                "invoice_line_ids/price_unit",
                "invoice_line_ids/tax_ids",
                "sales_commission_split_ids/employee_id/.id",
                "sales_commission_split_ids/percent",
            ],
            [
                [
                    "out_invoice",
                    str(self.partner_a.id),
                    str(self.ann.user_id.id),
                    "2026-01-15",
                    str(self.product_a.id),
                    "1000",
                    "",
                    str(self.ann.id),
                    "70",
                ],
                ["", "", "", "", str(self.product_b.id), "500", "", "", ""],
                ["", "", "", "", "", "", "", str(self.bob.id), "30"],
            ],
        )
        self.assertFalse(result["messages"])
        move = self.env["account.move"].browse(result["ids"])
        move.action_post()
        self.assertLedger(self.ann, 1050)
        self.assertLedger(self.bob, 450)

    def test_by_rpc_without_sales_rights(self):
        """Billing alone creates, posts, resets, refunds and is paid."""
        user = self._user("commission_billing", "account.group_account_invoice")
        [move_id] = self._call(
            user,
            "account.move",
            "create",
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.partner_a.id,
                    "invoice_user_id": self.ann.user_id.id,
                    "invoice_date": "2026-01-15",
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.product_a.id,
                                "price_unit": 1000,
                                "tax_ids": [(5,)],
                            },
                        )
                    ],
                }
            ],
        )
        self._call(user, "account.move", "action_post", [move_id])
        self.assertLedger(self.ann, 1000)
        self._call(user, "account.move", "button_draft", [move_id])
        self.assertLedger(self.ann, 0)
        self._call(user, "account.move", "action_post", [move_id])
        wizard = self._call(
            user,
            "account.move.reversal",
            "create",
            {
                "move_ids": [(6, 0, [move_id])],
                "date": "2026-01-20",
                "journal_id": self.company_data["default_journal_sale"].id,
            },
        )
        action = self._call(user, "account.move.reversal", "refund_moves", [wizard])
        self._call(user, "account.move", "action_post", [action["res_id"]])
        self.assertLedger(self.ann, 0)
        credits = self.env["sales.commission.credit"].search([])
        self.assertTrue(credits)
        self.assertFalse(credits.with_user(user).search([]))
        with self.assertRaises(AccessError):
            credits.with_user(user).mapped("amount")

    def test_posting_twice_by_rpc(self):
        user = self._user("commission_billing", "account.group_account_invoice")
        invoice = self._invoice(1000)
        with self.assertRaises(UserError):
            self._call(user, "account.move", "action_post", invoice.ids)
        self.assertLedger(self.ann, 1000)
        self.assertEqual(self.env["sales.commission.credit"].search_count([]), 1)

    def test_copy_of_a_settled_invoice(self):
        """It is another sale: it earns, the first one keeps what it has."""
        invoice = self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        copy = invoice.copy({"invoice_date": "2026-02-03"})
        self.assertLedger(self.ann, 1000)
        copy.invoice_user_id = self.ann.user_id
        copy.action_post()
        self.assertLedger(self.ann, 1000, date_from="2026-02-01")
        self.assertEqual(statement.amount_payable, 50)

    def test_batch_asks_as_much_as_a_few(self):
        """Posting many invoices at once runs the computation once, with the same
        number of queries."""
        counts = []
        runs = type(self.env["sales.commission.run"])
        run = runs._run_documents
        test = self

        def counted(self, model, ids):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            result = run(self, model, ids)
            self.env.flush_all()
            counts.append((len(ids), test.env.cr.sql_log_count - before))
            return result

        self.patch(runs, "_run_documents", counted)
        for size in (3, 3, 60):
            moves = self.env["account.move"].browse()
            for number in range(size):
                payee = self.bob if number % 2 else self.ann
                moves += self._invoice(100, payee=payee, post=False)
            moves.action_post()
        self.assertEqual([size for size, _queries in counts], [3, 3, 60])
        # the first round fills Odoo's own caches
        self.assertLessEqual(counts[2][1], counts[1][1])
        self.assertLedger(self.ann, 3400)
