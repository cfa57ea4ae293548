from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestPeople(MeasureCase):
    """Who sold is decided on the day of the sale; nothing is lost whatever happens to
    the person's records afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob)
        cls.invoice = cls._invoice(1000)

    def _settle(self):
        """Computed by the officer and swept: what is credited already stays."""
        self.plan.action_compute()
        self._sweep(self.plan)

    def _book(self, statement):
        statement.action_confirm()
        statement.action_approve()
        statement.action_post()
        return statement

    def _merge_contacts(self, kept, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        contacts = kept.union(*others)
        wizard.create(
            {"partner_ids": [Command.set(contacts.ids)], "dst_partner_id": kept.id}
        ).action_merge()
        self.env.invalidate_all()

    def test_moved_to_another_department_and_manager(self):
        departments = self.env["hr.department"].sudo()
        self.ann.sudo().write(
            {
                "department_id": departments.create({"name": "North"}).id,
                "parent_id": self.bob.id,
            }
        )
        self._settle()
        self._invoice(500)
        self.assertEqual(self._credited(self.ann), 1500)
        self.assertEqual(self._earned(self.ann), 75)

    def test_archived_with_something_due(self):
        """She is still in the run, and it shows that she is archived."""
        self.ann.sudo().action_archive()
        self.ann.user_id.sudo().active = False
        self._settle()
        statement = self._statements()
        self.assertEqual(statement.employee_id, self.ann)
        self.assertFalse(statement.employee_active)
        self.assertEqual(self._book(statement).amount_payable, 50)
        self._refund(self.invoice, amount=400, date="2026-02-05")
        self.assertEqual(self._credited(self.ann), 600)

    def test_contact_of_a_payee_is_merged(self):
        """What is owed goes to the contact that is kept."""
        self.ann.user_id.sudo().write({"active": False})
        self.ann.sudo().user_id = False
        old = self.env["res.partner"].sudo().create({"name": "Ann at home"})
        self.ann.sudo().work_contact_id = old
        statement = self._book(self._statements())
        self.assertEqual(statement.payable_line_id.partner_id, old)
        kept = self.env["res.partner"].sudo().create({"name": "Ann"})
        self._merge_contacts(kept, old)
        self.assertEqual(self.ann.sudo().work_contact_id, kept)
        self.assertEqual(statement.payable_line_id.partner_id, kept)
        self._pay(statement)
        self.assertEqual(statement.state, "paid")
        self._settle()
        self.assertEqual(self._credited(self.ann), 1000)

    def test_customers_are_merged(self):
        """Their invoices stay what they were, and a first sale stays credited."""
        plan = self._count("new_customers", name="New")
        self._invoice(500, partner_id=self.partner_b.id, date="2026-02-02")
        self.assertEqual(self._credited(self.ann, plan), 2)
        self._merge_contacts(self.partner_a, self.partner_b)
        self._settle()
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, self.plan), 1500)
        self.assertEqual(self._credited(self.ann, plan), 2)

    def test_login_moves_to_another_employee_record(self):
        """An administrator replaces a duplicate: the sales of the old record stay on
        it, it is paid to the end, and the new one sells from its first day on."""
        login = self.ann.user_id
        self.ann.sudo().write({"user_id": False, "active": False})
        again = (
            self.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Ann again",
                    "user_id": login.id,
                    "company_id": self.company.id,
                }
            )
        )
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.ann
        ).date_to = "2026-01-31"
        self.plan.assignment_ids = [
            Command.create({"employee_id": again.id, "date_from": "2026-02-01"})
        ]
        self._settle()
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credited(again), 0)
        sold = self._invoice(600, payee=again, date="2026-02-03")
        self.assertEqual(self._credited(again), 600)
        self._refund(self.invoice, amount=100, date="2026-02-05")
        self._refund(sold, amount=200, date="2026-02-05")
        self.assertEqual(self._credited(self.ann), 900)
        self.assertEqual(self._credited(again), 400)
        statements = self._statements("2026-02-28")
        self.assertEqual(
            {row.employee_id: row.amount_payable for row in statements},
            {self.ann: 45, again: 20},
        )

    @mute_logger("odoo.sql_db")
    def test_payee_with_credits_is_not_deleted(self):
        """Archiving is the way; the database refuses the rest."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.ann.sudo().unlink()
            self.env.flush_all()
        self.assertIn("sales_commission", str(caught.exception))
        self.assertEqual(self._credited(self.ann), 1000)

    def test_user_with_sales_is_deleted_or_archived(self):
        """The invoice loses its salesperson only when somebody takes him off."""
        self.ann.user_id.sudo().active = False
        self._settle()
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 1100
        self.invoice.action_post()
        self.assertEqual(self._credited(self.ann), 1100)

    def test_payee_leaves_with_a_debt(self):
        """What is taken back after the last day is still hers."""
        self._book(self._statements())
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.ann
        ).date_to = "2026-01-31"
        self.ann.sudo().action_archive()
        self._refund(self.invoice, date="2026-02-20")
        february = self._statements("2026-02-28")
        self.assertEqual(february.amount_closing, -50)
        self.assertFalse(february.employee_active)


@tagged("post_install", "-at_install")
class TestAfterThePayout(MeasureCase):
    """What happens to documents whose commission was paid already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(payees=cls.ann)
        cls.invoice = cls._invoice(1000)
        period = (
            cls.env["sales.commission.period"]
            .sudo()
            ._get_for(cls.company, fields.Date.to_date("2026-01-31"))
        ).with_env(cls.env)
        period.action_compute_statements()
        cls.statement = period.statement_ids
        cls.statement.action_confirm()
        cls.statement.action_approve()
        cls.statement.action_post()

    def _next(self):
        return self._statements("2026-02-28")

    def assertTakenBackOnce(self, amount):
        self.assertEqual(self.statement.amount_payable, 50)
        self.assertEqual(self.statement.move_id.state, "posted")
        for _again in range(2):
            lines = self._next().line_ids
            self.assertEqual(lines.mapped("amount"), [amount])
            self.assertEqual(str(lines.date_from), "2026-01-01")

    def test_reset_changed_and_posted_again(self):
        self.invoice.button_draft()
        self.assertTakenBackOnce(-50)
        self.invoice.invoice_line_ids.price_unit = 800
        self.invoice.action_post()
        self.assertTakenBackOnce(-10)

    def test_cancelled(self):
        self.invoice.button_cancel()
        self.assertTakenBackOnce(-50)

    def test_deleted(self):
        self.invoice.button_draft()
        self.invoice.with_context(force_delete=True).unlink()
        self.assertTakenBackOnce(-50)

    def test_refunded_for_all(self):
        """Settled 50, a credit note for all, and a line of -50: nothing in the end."""
        self._refund(self.invoice, date="2026-02-05")
        self.assertTakenBackOnce(-50)
        self.assertEqual(self._earned(self.ann), 0)

    def test_given_to_somebody_else(self):
        self._create_plan(payees=self.bob, name="Bob's")
        self.invoice.invoice_user_id = self.bob.user_id
        amounts = {
            row.employee_id: (row.amount_payable, row.amount_closing)
            for row in self._next()
        }
        self.assertEqual(amounts, {self.ann: (0, -50), self.bob: (50, 0)})

    def test_rates_of_a_new_version_reach_no_paid_month(self):
        version = self.plan._create_version(fields.Date.to_date("2026-02-01"))
        version.component_ids.rate_ids.percent = 20
        version.action_publish()
        self._sweep(self.plan + version)
        self._invoice(100, date="2026-02-05")
        self.assertEqual(self._next().line_ids.mapped("amount"), [20])
        with self.assertRaises(UserError):
            self.plan.component_ids.rate_ids.percent = 20

    def test_nothing_to_settle_says_so(self):
        action = (
            self._period("2026-02-28").with_env(self.env).action_compute_statements()
        )
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(self._next())


@tagged("post_install", "-at_install")
class TestFiltersOfToday(MeasureCase):
    """A product that was left out when it was sold is not paid for because somebody
    edits the product afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.default_code = "FREE"
        coded = "[('product_id.default_code', '!=', 'FREE')]"
        cls.plan = cls._create_plan(component={"domain": coded})
        cls.invoice = cls._invoice(1000)

    def _days_later(self):
        """All that was written and swept so far is some days old."""
        self._sweep(self.plan)
        self.env.flush_all()
        for table in (
            "account_move",
            "account_move_line",
            "sales_commission_plan",
            "sales_commission_assignment",
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - INTERVAL '5 days'",
                    SQL.identifier(table),
                )
            )
        self.env.cr.execute(
            "UPDATE sales_commission_plan SET swept_on = swept_on - INTERVAL '1 day'"
        )
        self.env.invalidate_all()

    def _settle(self):
        self._sweep(self.plan)
        self.plan.action_compute()

    def test_product_left_out_when_it_was_sold(self):
        self._days_later()
        self.product_a.default_code = "PAID"
        self._settle()
        self.assertEqual(self._credited(self.ann), 0)
        self._invoice(500)
        self._settle()
        self.assertEqual(self._credited(self.ann), 500)
        # who wants it computes that document
        self.invoice._sales_commission_compute()
        self.assertEqual(self._credited(self.ann), 1500)

    def test_product_left_out_after_it_was_sold(self):
        self._days_later()
        self.product_a.default_code = "PAID"
        self._invoice(500)
        self._days_later()
        self.product_a.default_code = "FREE"
        self._settle()
        self.assertEqual(self._credited(self.ann), 500)

    def test_payee_who_joins_gets_what_the_filters_let_in(self):
        sold = self._invoice(500, payee=self.bob, post=False)
        sold.invoice_line_ids.product_id = self.product_b
        sold.invoice_line_ids.write({"price_unit": 500, "tax_ids": [Command.clear()]})
        sold.action_post()
        self._days_later()
        self.plan.assignment_ids = [Command.create({"employee_id": self.bob.id})]
        self.assertEqual(self._credited(self.bob), 500)

    def test_missed_document_is_found_by_the_next_sweep(self):
        """However long ago it was dated: it was written since the last one."""
        self._days_later()
        nothing = (
            self.env["sales.commission.credit"],
            self.env["sales.commission.earning"],
        )
        with patch.object(
            type(self.env["sales.commission.run"]),
            "_run_components",
            lambda *args, **kwargs: nothing,
        ):
            missed = self._invoice(700, date="2026-01-05", post=False)
            missed.invoice_line_ids.product_id = self.product_b
            missed.invoice_line_ids.write(
                {"price_unit": 700, "tax_ids": [Command.clear()]}
            )
            missed.action_post()
        self.assertEqual(self._credited(self.ann), 0)
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 700)
