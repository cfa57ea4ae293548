from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .measures import MeasureCase


class PayableCase(MeasureCase):
    """Invoices of January; what customers pay decides what is paid out, and when."""

    def _plan(self, **vals):
        return self._create_plan(**{"steps": [(0, 10)], **vals})

    def _pay_in(self, invoice, amount, day="2026-02-10"):
        return self._register_payment(invoice, amount=amount, payment_date=day)

    def _reconcile(self, invoice, refund):
        lines = (invoice + refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()

    def _payables(self, plan=None):
        domain = [("plan_id", "=", plan.id)] if plan else []
        return self.env["sales.commission.payable"].search(domain, order="id")

    def _amounts(self):
        return self._payables().mapped("amount")

    def _confirmed(self, date):
        statements = self._statements(date)
        statements.action_confirm()
        return statements

    def _paid(self):
        """What is on confirmed statements."""
        lines = self.env["sales.commission.statement.line"].search(
            [("statement_id.state", "!=", "draft")]
        )
        return round(sum(lines.mapped("amount")), 2)

    def _held(self):
        return round(
            sum(self.env["sales.commission.held"].search([]).mapped("amount")), 2
        )

    def _assert_conserved(self):
        """Paid + made payable and open + held back = earned, per key."""
        self.env.flush_all()
        earned = sum(self.env["sales.commission.earning"].search([]).mapped("amount"))
        open_ = sum(
            self._payables()
            .filtered(
                lambda row: (
                    not row.statement_line_ids
                    or row.statement_line_ids.state == "draft"
                )
            )
            .mapped("amount")
        )
        self.assertAlmostEqual(self._paid() + open_ + self._held(), earned)


@tagged("post_install", "-at_install")
class TestPayable(PayableCase):
    def test_half_is_collected(self):
        """C07: 5,000 of 10,000 are paid; 1,000 earned, 500 payable."""
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(10_000), 5_000, "2026-01-20")
        statement = self._statements()
        self.assertEqual(statement.amount_payable, 500)
        self.assertEqual(statement.amount_held, 500)
        self.assertEqual(self._earned(self.ann), 1000)
        self.assertRegex(
            statement.line_ids.explanation,
            r"5,000.00 of \D*10,000.00 collected: \D*500.00 of \D*1,000.00 payable",
        )
        self._assert_conserved()

    def test_a_part_is_held_back(self):
        """C06: 700 now, 300 after the window."""
        self._plan(held_percent=30, held_days=30)
        self._invoice(10_000)
        january = self._confirmed("2026-01-31")
        self.assertEqual(january.amount_payable, 700)
        self.assertRegex(
            january.line_ids.explanation, r"30 % held until 03/02/2026: \D*700.00 of"
        )
        self.assertFalse(self._statements("2026-02-28"), "28 days have passed")
        march = self._confirmed("2026-03-31")
        self.assertEqual(march.amount_payable, 300)
        self.assertEqual(self._held(), 0)
        self._assert_conserved()

    def test_cancelled_after_the_first_instalment(self):
        """C02: half is paid and paid out; then all is taken back."""
        self._plan(payable_when="collected")
        invoice = self._invoice(10_000)
        self._pay_in(invoice, 5_000, "2026-01-20")
        self.assertEqual(self._confirmed("2026-01-31").amount_payable, 500)
        self._reconcile(invoice, self._refund(invoice, date="2026-02-05"))
        february = self._confirmed("2026-02-28")
        self.assertEqual(february.amount_earned, -500)
        self.assertEqual(self._payables()[-1].kind, "taken_back")
        self.assertFalse(self._statements("2026-03-31"))
        self._assert_conserved()

    def test_instalments_with_a_cent_that_is_left(self):
        """100 on three payments of a third: 33.33, 33.34, 33.33."""
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        for day, amount in (
            ("2026-01-20", 333.33),
            ("2026-02-20", 333.34),
            ("2026-03-20", 333.33),
        ):
            self._pay_in(invoice, amount, day)
        paid = [
            self._confirmed(day).amount_payable
            for day in ("2026-01-31", "2026-02-28", "2026-03-31")
        ]
        self.assertEqual(paid, [33.33, 33.34, 33.33])
        self._assert_conserved()

    def test_days_later(self):
        self._plan(payable_days=59)
        self._invoice(1000)
        self.assertFalse(self._statements("2026-02-28"))
        self.assertEqual(self._statements("2026-03-31").amount_payable, 100)

    def test_the_day_itself_is_enough(self):
        self._plan(payable_days=28)
        self._invoice(1000)
        self.assertFalse(self._statements())
        self.assertEqual(self._statements("2026-02-28").amount_payable, 100)

    def test_collected_and_held(self):
        self._plan(payable_when="collected", held_percent=30, held_days=40)
        self._pay_in(self._invoice(10_000), 5_000, "2026-01-20")
        self.assertEqual(self._confirmed("2026-01-31").amount_payable, 350)
        self.assertEqual(self._confirmed("2026-03-31").amount_payable, 150)
        self.assertEqual(self._held(), 500)
        self._assert_conserved()

    def test_days_decide_over_what_is_collected(self):
        self._plan(payable_when="collected", payable_days=40)
        self._pay_in(self._invoice(1000), 1000, "2026-01-20")
        self.assertFalse(self._statements())
        self.assertEqual(self._statements("2026-03-31").amount_payable, 100)

    def test_payments_of_a_later_month_are_paid_later(self):
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 1000, "2026-02-01")
        self.assertFalse(self._statements())
        february = self._statements("2026-02-28")
        self.assertEqual(february.amount_payable, 100)
        self.assertEqual(str(february.line_ids.date_from), "2026-01-01")
        self.assertTrue(february.line_ids.is_late)

    def test_bounced_after_payout(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        payment = self._pay_in(invoice, 1000, "2026-01-20")
        january = self._confirmed("2026-01-31")
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(january.amount_payable, 100, "confirmed never changes")
        february = self._confirmed("2026-02-28")
        self.assertEqual(february.amount_earned, -100)
        self.assertEqual(february.amount_closing, -100)
        self._pay_in(invoice, 1000, "2026-03-10")
        self.assertRecordValues(
            self._confirmed("2026-03-31"), [{"amount_earned": 100, "amount_payable": 0}]
        )
        self._assert_conserved()

    def test_payment_taken_off_the_invoice_after_payout(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000, "2026-01-20")
        self._confirmed("2026-01-31")
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(self._confirmed("2026-02-28").amount_earned, -100)
        self._assert_conserved()

    def _check_refund_after_payout(self, policy):
        plan = self._plan(payable_when="collected", component={"refund_period": policy})
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000, "2026-01-20")
        self._confirmed("2026-01-31")
        self._refund(invoice, amount=400, date="2026-02-05")
        self.assertEqual(self._confirmed("2026-02-28").amount_earned, -40)
        self.assertEqual(sum(self._payables(plan).mapped("amount")), 60)
        self._assert_conserved()

    def test_refund_after_payout(self):
        self._check_refund_after_payout("original")

    def test_refund_in_its_own_period_after_payout(self):
        self._check_refund_after_payout("own")

    def _check_taken_back_in_part(self, policy):
        """The rest of the sale is all that is due."""
        plan = self._plan(payable_when="collected", component={"refund_period": policy})
        invoice = self._invoice(1000)
        refund = self._refund(invoice, amount=400, date="2026-02-05")
        self._reconcile(invoice, refund)
        self.assertFalse(sum(self._statements("2026-02-28").mapped("amount_earned")))
        self._pay_in(invoice, 300, "2026-03-05")
        self._statements("2026-03-31")
        self.assertEqual(sum(self._payables(plan).mapped("amount")), 30)
        self._pay_in(invoice, 300, "2026-03-06")
        self._statements("2026-03-31")
        self.assertEqual(sum(self._payables(plan).mapped("amount")), 60)
        self._assert_conserved()

    def test_taken_back_in_part_before_it_is_paid(self):
        self._check_taken_back_in_part("original")

    def test_taken_back_in_part_in_its_own_period(self):
        self._check_taken_back_in_part("own")

    def test_nothing_is_held_back_of_a_sale_that_was_taken_back(self):
        """150 earned in January, 50 taken back in February: the customers owe nothing
        more, so 100 are paid."""
        plan = self._plan(
            payable_when="collected",
            steps=[(0, 5), (1000, 10)],
            component={"refund_period": "own"},
        )
        self._pay_in(self._invoice(1000), 1000, "2026-01-20")
        invoice = self._invoice(1000)
        self._reconcile(invoice, self._refund(invoice, date="2026-02-05"))
        self._statements("2026-02-28")
        self.assertEqual(self._earned(self.ann), 100)
        self.assertEqual(sum(self._payables(plan).mapped("amount")), 100)
        self._assert_conserved()

    def test_credit_note_is_no_cash(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._invoice(500)
        self._reconcile(invoice, self._refund(invoice, date="2026-01-20"))
        self.assertFalse(self._statements())
        self.assertEqual(self._earned(self.ann), 50)

    def test_exchange_difference_is_not_counted_twice(self):
        self._plan(payable_when="collected")
        currency = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-01-20", 4.0)]
        )
        invoice = self._invoice(1000, currency_id=currency.id, date="2026-01-10")
        self._register_payment(
            invoice, amount=500, payment_date="2026-01-25", currency_id=currency.id
        )
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(self._statements().amount_payable, 25)

    def test_late_invoice(self):
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 1000, "2026-01-20")
        self._confirmed("2026-01-31")
        late = self._invoice(500, date="2026-01-25")
        self._pay_in(late, 500, "2026-01-30")
        february = self._statements("2026-02-28")
        self.assertEqual(february.amount_payable, 50)
        self.assertTrue(february.line_ids.is_late)
        self._assert_conserved()

    def test_computed_again_adds_nothing(self):
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 400, "2026-01-20")
        statement = self._statements()
        self._statements()
        self.assertEqual(self._amounts(), [40])
        self._statements("2026-02-28")
        self._statements()
        self.assertEqual(self._amounts(), [40])
        self.assertEqual(statement.amount_payable, 40)

    def test_draft_follows_what_is_paid_meanwhile(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._pay_in(invoice, 400, "2026-01-20")
        statement = self._statements()
        self._pay_in(invoice, 600, "2026-01-25")
        self._statements()
        self.assertEqual(statement.amount_payable, 100)
        self.assertEqual(len(statement.line_ids), 1)

    def test_later_month_computed_first(self):
        """By mistake, and deleted: January says again what January collected."""
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._pay_in(invoice, 400, "2026-01-20")
        self._pay_in(invoice, 600, "2026-02-20")
        february = self._statements("2026-02-28")
        self.assertEqual(february.amount_payable, 100)
        self.assertFalse(self._statements(), "February holds it")
        february.unlink()
        self.assertEqual(self._confirmed("2026-01-31").amount_payable, 40)
        self.assertEqual(self._confirmed("2026-02-28").amount_payable, 60)
        self._assert_conserved()

    def test_earlier_month_after_a_later_one_was_confirmed(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._pay_in(invoice, 1000, "2026-02-20")
        self._confirmed("2026-02-28")
        self.assertFalse(self._statements())
        self.assertEqual(self._amounts(), [100])

    def test_manager_gets_his_share_when_it_is_paid(self):
        hierarchy = {"credited_to": "hierarchy"}
        plan = self._create_plan(
            payees=self.ann + self.max,
            publish=False,
            payable_when="collected",
            component={
                **hierarchy,
                "hierarchy_id": self.env.ref(
                    "sales_commission_gamify.hierarchy_managers"
                ).id,
                "rate_ids": [
                    Command.create({"level": level, "bound": 0, "percent": percent})
                    for level, percent in ((0, 5), (1, 2))
                ],
            },
        )
        plan.action_publish()
        self._pay_in(self._invoice(1000), 500, "2026-01-20")
        self.assertEqual(
            {
                statement.employee_id: statement.amount_payable
                for statement in self._statements()
            },
            {self.ann: 25, self.max: 10},
        )

    def test_two_sales_of_one_month(self):
        """One is paid and half taken back, the other is not paid at all."""
        self._plan(payable_when="collected")
        paid = self._invoice(1000)
        self._pay_in(paid, 1000, "2026-01-20")
        self._refund(paid, amount=500, date="2026-01-25")
        self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 150)
        self.assertEqual(self._statements().amount_payable, 50)

    def test_order_is_paid_by_its_invoices(self):
        plan = self._count("ordered_amount", steps=[(0, 10)], payable_when="collected")
        order = self._order([600, 400])
        order.order_line.qty_delivered = 1
        self.assertEqual(self._earned(self.ann, plan), 100)
        self.assertFalse(self._statements())
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-01-20"
        invoice.invoice_line_ids.filtered(lambda row: row.price_unit == 400).unlink()
        invoice.action_post()
        self._pay_in(invoice, 300, "2026-01-25")
        self.assertEqual(self._statements().amount_payable, 30)
        rest = order._create_invoices()
        rest.invoice_date = "2026-02-10"
        rest.action_post()
        self._pay_in(rest, 400, "2026-02-20")
        self._pay_in(invoice, 300, "2026-02-20")
        self._statements().action_confirm()
        self.assertEqual(self._statements("2026-02-28").amount_payable, 70)
        self._assert_conserved()

    def test_what_is_collected_is_paid_already(self):
        """A plan on payments need not wait for the customer twice."""
        self._count("collected_amount", steps=[(0, 10)], payable_when="collected")
        self._pay_in(self._invoice(1000), 400, "2026-01-20")
        self.assertEqual(self._statements().amount_payable, 40)

    def test_plain_plans_write_no_rows(self):
        self._plan()
        self._plan(name="Waits", payable_when="collected")
        self._invoice(1000)
        statement = self._statements()
        self.assertEqual(statement.amount_payable, 100)
        self.assertFalse(self._payables())
        self.assertEqual(self._held(), 100)

    def test_period_in_review_takes_no_later_payment(self):
        self._plan(payable_when="collected")
        invoice = self._invoice(1000)
        self._pay_in(invoice, 400, "2026-01-20")
        self._period().with_env(self.env).action_start_closing()
        self._pay_in(invoice, 600, "2026-01-25")
        statement = self._statements()
        self.assertEqual(statement.amount_payable, 40)
        statement.action_confirm()
        self.assertEqual(self._statements("2026-02-28").amount_payable, 60)
        self._assert_conserved()

    def test_posted_and_paid_like_others(self):
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 1000, "2026-01-20")
        statement = self._confirmed("2026-01-31")
        statement.action_approve()
        statement.action_post()
        self.assertEqual(statement.payable_line_id.balance, -100)

    def test_acceptance_is_asked_for_what_is_held(self):
        self.company.sudo().sales_commission_require_acceptance = True
        plan = self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 400, "2026-01-20")
        rows = self.env["sales.commission.exception"].search(
            [("kind", "=", "acceptance")]
        )
        self.assertRecordValues(rows, [{"plan_id": plan.id, "amount": 100}])
        with self.assertRaisesRegex(UserError, "not accepted the plan"):
            self._confirmed("2026-01-31")
        self.company.sudo().sales_commission_require_acceptance = False
        self._confirmed("2026-01-31")
        self.company.sudo().sales_commission_require_acceptance = True
        rows = self.env["sales.commission.exception"].search(
            [("kind", "=", "acceptance")]
        )
        self.assertEqual(rows.amount, 60, "what is paid waits no more")

    def test_rebuild_and_compare_finds_no_difference(self):
        self._plan(payable_when="collected")
        self._pay_in(self._invoice(1000), 400, "2026-01-20")
        self._statements()
        comparison = self.env["sales.commission.comparison"].browse(
            self._period().with_env(self.env).action_compare()["res_id"]
        )
        self.assertFalse(comparison.line_ids)

    def test_number_of_queries_does_not_grow(self):
        plan = self._plan(payees=self.ann + self.bob, payable_when="collected")
        payables = self.env["sales.commission.payable"]
        counts = []
        for number in (1, 6):
            for _each in range(number):
                for payee in (self.ann, self.bob):
                    self._pay_in(self._invoice(100, payee=payee), 50, "2026-01-20")
            self.env.flush_all()
            before = self.cr.sql_log_count
            payables._apply(self._period(), self.env["hr.employee"])
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(self._payables(plan).mapped("amount"), [5, 5, 30, 30])
        self.assertLessEqual(counts[1], counts[0])

    def test_only_those_are_read_whose_statements_are_open(self):
        """A month that is computed bit by bit must not read all payees each time."""
        self._plan(payees=self.ann + self.bob, payable_when="collected")
        for payee in (self.ann, self.bob):
            self._pay_in(self._invoice(1000, payee=payee), 400, "2026-01-20")
        measures = type(self.env["sales.commission.measure"])
        real, read = measures._read_collected, []

        def read_collected(*args, **options):
            shares = real(*args, **options)
            read.append({key[1] for key in shares})
            return shares

        payables = self.env["sales.commission.payable"]
        with patch.object(measures, "_read_collected", read_collected):
            payables._apply(self._period(), self.bob)
            self.assertEqual(self._payables().employee_id, self.ann)
            payables._apply(self._period(), self.env["hr.employee"])
        self.assertEqual(read, [{self.ann.id}, {self.ann.id, self.bob.id}])
        self.assertEqual(self._amounts(), [40, 40])


@tagged("post_install", "-at_install")
class TestPayableDesign(PayableCase):
    """When it is payable is part of what is promised."""

    RULE = {
        "payable_when": "collected",
        "payable_days": 5,
        "held_percent": 12.5,
        "held_days": 30,
    }

    def test_published_rule_is_final(self):
        plan = self._plan(**self.RULE)
        for name in self.RULE:
            with (
                self.subTest(name),
                self._refused("is published", error=UserError),
            ):
                plan.write({name: "earned" if name == "payable_when" else 1})

    def test_copies_and_versions_have_it(self):
        plan = self._plan(**self.RULE)
        for other in (
            plan.copy(),
            plan._create_version(plan.date_from.replace(month=3)),
        ):
            self.assertRecordValues(other, [self.RULE])

    def test_plan_says_it(self):
        text = self._plan(**self.RULE).document_html
        for words in (
            "half is paid out",
            "5 days after",
            "12.5 % is held back until 30",
        ):
            self.assertIn(words, text)
        self.assertNotIn("When it is paid", self._plan(name="Plain").document_html)

    def test_version_says_what_changed(self):
        plan = self._plan(held_percent=10, held_days=30)
        version = plan._create_version(plan.date_from.replace(month=3))
        self.assertNotIn("held back", version.difference_html)
        version.held_percent = 20
        version.invalidate_recordset(["difference_html"])
        self.assertIn("20 % is held back", version.difference_html)
        self.assertIn("10 % is held back", version.difference_html)

    def test_refused(self):
        for constraint, vals in (
            ("held_is_a_share", {"held_percent": 101, "held_days": 5}),
            ("held_is_a_share", {"held_percent": -1, "held_days": 5}),
            ("held_until", {"held_percent": 10}),
            ("payable_days_positive", {"payable_days": -1}),
            ("payable_days_positive", {"held_days": -3}),
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(CheckViolation, constraint),
                self.cr.savepoint(),
            ):
                self._plan(publish=False, **vals)
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestPayableSecurity(PayableCase):
    """What is held back is money, too."""

    MODELS = ("sales.commission.payable", "sales.commission.held")

    def setUp(self):
        super().setUp()
        self._plan(payees=self.ann + self.bob, payable_when="collected")
        for payee in (self.ann, self.bob):
            self._pay_in(self._invoice(1000, payee=payee), 400, "2026-01-20")
        self._statements()

    def _user(self, group):
        return new_test_user(
            self.env(su=True),
            f"payable_{group.rpartition('.')[2]}",
            groups=group,
            company_id=self.company.id,
        )

    def test_payee_reads_own_rows_only(self):
        for name in self.MODELS:
            with self.subTest(name):
                rows = self.env[name].with_user(self.ann.user_id).search([])
                self.assertEqual(rows.sudo().employee_id, self.ann)
                self.assertTrue(rows.mapped("amount"))
                others = self.env[name].search([("employee_id", "=", self.bob.id)])
                with self.assertRaises(AccessError):
                    others.with_user(self.ann.user_id).read(["amount"])

    def test_portal_payee_reads_own_rows_only(self):
        portal = self._user("base.group_portal")
        self.ann.sudo().user_id = False
        self.ann.sudo().work_contact_id = portal.partner_id
        for name in self.MODELS:
            with self.subTest(name):
                rows = self.env[name].with_user(portal).search([])
                self.assertEqual(rows.sudo().employee_id, self.ann)

    def test_manager_reads_the_team(self):
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for name in self.MODELS:
            with self.subTest(name):
                rows = self.env[name].with_user(self.max.user_id).search([])
                self.assertEqual(rows.sudo().employee_id, self.ann)

    def test_officer_and_accountant_read_all_and_a_stranger_nothing(self):
        for group in ("group_officer", "group_accountant"):
            user = self._user(f"sales_commission_gamify.{group}")
            for name in self.MODELS:
                with self.subTest(name, group=group):
                    rows = self.env[name].with_user(user).search([])
                    self.assertEqual(rows.sudo().employee_id, self.ann + self.bob)
        stranger = self._user("base.group_user")
        for name in self.MODELS:
            self.assertFalse(self.env[name].with_user(stranger).search([]))

    def test_another_company_reads_nothing(self):
        other = self.setup_other_company()["company"]
        user = self._user("sales_commission_gamify.group_officer")
        user.sudo().write({"company_ids": [other.id], "company_id": other.id})
        for name in self.MODELS:
            self.assertFalse(self.env[name].with_user(user).search([]))

    def test_nobody_writes_them(self):
        for name in self.MODELS:
            for operation in ("create", "write", "unlink"):
                with self.subTest(name, operation=operation):
                    self.assertFalse(self.env[name].has_access(operation))
        rows = self._payables()
        with self.assertRaisesRegex(UserError, "are facts"):
            rows.sudo().write({"amount": 1})
        with self.assertRaisesRegex(UserError, "are facts"):
            rows.sudo().unlink()

    def test_no_door_over_rpc(self):
        for method in ("_apply", "_prepare_change", "_get_plans"):
            with self.assertRaises(AccessError):
                get_public_method(self.env["sales.commission.payable"], method)

    def test_my_commissions_tells_what_is_held(self):
        page = (
            self.env["sales.commission.dashboard"]
            .with_user(self.ann.user_id)
            .get_my_commissions("2026-01-31")
        )
        current = page["current"]
        self.assertEqual(
            [current[name] for name in ("earned", "held", "open", "to_pay")],
            [100, 60, 40, 0],
        )
        self.env["sales.commission.statement"].search([]).action_confirm()
        link = page["links"]["held"]["domain"]
        held = self.env["sales.commission.held"].with_user(self.ann.user_id)
        self.assertEqual(held.search(link).amount, 60)
        open_ = page["links"]["open"]["domain"]
        earnings = self.env["sales.commission.earning"].with_user(self.ann.user_id)
        self.assertFalse(earnings.search(open_), "what waits is listed apart")

    def test_statement_tells_its_reader_what_is_held(self):
        statements = self.env["sales.commission.statement"].search([])
        statements.action_confirm()
        own = statements.filtered(lambda row: row.employee_id == self.ann)
        own = own.with_user(self.ann.user_id)
        self.assertEqual(own.amount_held, 60)
        self.assertIn("400.00 of", own.line_ids.explanation)
        self.assertTrue(own._get_documents()[own.line_ids.id])
        action = own.action_view_earnings()
        earnings = self.env[action["res_model"]].search(action["domain"])
        self.assertRecordValues(earnings, [{"employee_id": self.ann.id, "amount": 100}])
