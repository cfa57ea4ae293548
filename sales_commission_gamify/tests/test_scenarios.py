from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestPaidOut(MeasureCase):
    """From the customer's money to the payee's."""

    def _payout(self, day):
        statements = self._statements(day)
        for act in ("action_confirm", "action_approve", "action_post"):
            getattr(statements, act)()
        return statements

    def _collect(self, invoice, day):
        return self._register_payment(invoice, payment_date=day)

    def test_run_for_a_month_leaves_out_what_came_later(self):
        """Paid on 2 February, run for January on the 5th."""
        self._count("collected_amount", steps=[(0, 10)])
        self._collect(self._invoice(1000), "2026-02-02")
        self.assertFalse(self._statements("2026-01-31"))
        self.assertEqual(self._statements("2026-02-28").amount_payable, 100)

    def test_bounced_after_the_payout(self):
        """Taken back once, and paid again once it is paid."""
        plan = self._count("collected_amount", steps=[(0, 10)])
        invoice = self._invoice(1000)
        payment = self._collect(invoice, "2026-01-20")
        january = self._payout("2026-01-31")
        self.assertEqual(january.amount_payable, 100)
        payment.action_cancel()
        february = self._payout("2026-02-28")
        self.assertEqual(february.line_ids.mapped("amount"), [-100])
        self.assertEqual(february.amount_closing, -100)
        self._collect(invoice, "2026-03-10")
        march = self._payout("2026-03-31")
        self.assertRecordValues(
            march, [{"amount_earned": 100, "amount_opening": -100, "amount_payable": 0}]
        )
        self.assertEqual(january.amount_payable, 100)
        self.assertEqual(self._earned(self.ann, plan), 100)
        self._assert_rebuilt(plan)

    def test_one_is_owed_and_one_owes(self):
        """They are not added up: the one is paid, the other's debt is carried on."""
        self._create_plan(payees=self.ann + self.bob, steps=[(0, 10)])
        invoice = self._invoice(100, payee=self.bob)
        self._payout("2026-01-31")
        self._refund(invoice, date="2026-02-05")
        self._invoice(100, date="2026-02-05")
        february = self._payout("2026-02-28")
        self.assertEqual(
            {
                row.employee_id: (row.amount_payable, row.amount_closing)
                for row in february
            },
            {self.ann: (10, 0), self.bob: (0, -10)},
        )
        entry = february.move_id
        self.assertEqual(len(entry), 1)
        self.assertEqual(sorted(entry.line_ids.mapped("balance")), [-10, 10])

    def test_amount_of_the_entry_cannot_drift(self):
        self._create_plan()
        self._invoice(1000)
        statement = self._payout("2026-01-31")
        for values in ({"balance": -10}, {"credit": 10}, {"account_id": 1}):
            with self.subTest(values=values), self.assertRaises(UserError):
                statement.payable_line_id.write(values)
        self.assertEqual(statement.payable_line_id.balance, -50)

    def test_dollars_and_euros_in_one_month(self):
        """Each at the rate of its own document, never added up raw."""
        rates = [("2026-01-01", 2.0), ("2026-01-20", 4.0)]
        euro = self.setup_other_currency("EUR", rates=rates)
        plan = self._create_plan(steps=[(0, 10)])
        self._invoice(1000)
        self._invoice(1000, date="2026-01-10", currency_id=euro.id)
        self._invoice(1000, date="2026-01-25", currency_id=euro.id)
        statement = self._payout("2026-01-31")
        self.assertEqual(statement.currency_id, self.company.currency_id)
        self.assertEqual(statement.amount_payable, 100 + 50 + 25)
        kept = self._credits(plan).mapped(
            lambda row: (row.amount, row.source_amount, row.source_currency_id)
        )
        self.assertIn((250, 1000, euro), kept)
        euro.sudo().rate_ids.rate = 10  # today's rates touch nothing
        self._sweep(plan)
        self.assertEqual(self._earned(self.ann, plan), 175)

    def test_no_amount_lies_between_two_steps(self):
        plan = self._create_plan(steps=[(0, 5), (1000, 10)])
        for day, amount, earned in (
            ("2026-01-10", 1000.5, 50.05),
            ("2026-02-10", 6000, 550),
            ("2026-03-10", 1000, 50),
        ):
            self._invoice(amount, date=day)
            first = fields.Date.to_date(day).replace(day=1)
            self.assertEqual(self._earned(self.ann, plan, date_from=first), earned)

    def test_refund_by_both_policies(self):
        """Taken back in the sale's month, or in its own, after the plan's end too."""
        for payee, policy, january, february in (
            (self.ann, "original", 35, 0),
            (self.bob, "own", 50, -15),
        ):
            with self.subTest(policy=policy):
                plan = self._create_plan(
                    name=policy,
                    payees=payee,
                    date_to="2026-01-31",
                    component={"refund_period": policy},
                )
                sale = self._invoice(1000, payee=payee)
                self._refund(sale, amount=300, date="2026-02-10")
                months = [
                    self._earned(payee, plan, date_from=f"2026-{month}-01")
                    for month in ("01", "02")
                ]
                self.assertEqual(months, [january, february])
                self._sweep(plan)
                self.assertEqual(self._earned(payee, plan), 35)

    def test_manager_who_helps_is_paid_once_as_the_manager(self):
        """Max leads Ann and has a part of the deal: his part, and the rest below him;
        saving it again adds nothing."""
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Lines",
                "edge_ids": [
                    Command.create(
                        {"employee_id": self.ann.id, "manager_id": self.max.id}
                    )
                ],
            }
        )
        plan = self._create_plan(
            payees=self.ann + self.max,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": level, "percent": percent})
                    for level, percent in ((0, 10), (1, 2))
                ],
            },
        )
        invoice = self._invoice(
            1000,
            sales_commission_split_ids=[
                Command.create({"employee_id": payee.id, "percent": percent})
                for payee, percent in ((self.ann, 60), (self.max, 40))
            ],
        )
        invoice.write({"ref": "again"})
        invoice._sales_commission_compute()
        self.assertEqual(self._earned(self.ann, plan), 60)
        self.assertEqual(self._earned(self.max, plan, level=0), 40)
        self.assertEqual(self._earned(self.max, plan, level=1), 12)
