import random

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .entry_common import EntryCase


class AccrualCase(EntryCase):
    """627001 commission expense, 215001 payable, 215501 accrued commissions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sales_commission_accrual = True
        cls.accrued = cls.company.sales_commission_accrued_account_id
        cls.expense = cls.company.sales_commission_expense_account_id

    def _balance(self, account, date=None):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        domain += [("date", "<=", date)] if date else []
        lines = self.env["account.move.line"].search(domain)
        return round(sum(lines.mapped("balance")), 2)

    def _held(self):
        """What is accrued by the facts."""
        rows = self.env["sales.commission.accrual"].search([])
        return round(sum(rows.mapped("amount")), 2)

    def _accrue(self, date="2026-01-31"):
        period = self._period(date).with_env(self.env)
        before = period.accrual_move_ids
        period.action_accrue()
        return period.accrual_move_ids - before


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10")
class TestAccrual(AccrualCase):
    """Expense stands in the month of earning, once."""

    def test_earned_and_not_stated(self):
        self._invoice(1000)
        self._invoice(500, payee=self.bob)
        move = self._accrue()
        self.assertEqual(self._books(move), {"627001": 75, "215501": -75})
        self.assertEqual((str(move.date), move.state), ("2026-01-31", "posted"))
        self.assertEqual(str(self._period().accrued_on), "2026-01-31")
        self.assertFalse(move.line_ids.partner_id)
        self.assertFalse(self._accrue(), "twice adds nothing")

    def test_statement_debits_the_accrual_instead_of_the_expense(self):
        self._invoice(1000)
        self._accrue()
        statement = self._posted()
        self.assertEqual(self._books(statement.move_id), {"215501": 50, "215001": -50})
        self.assertEqual(self._balance(self.expense), 50)
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertFalse(self._accrue())

    def test_only_what_was_accrued_is_taken_off(self):
        self._invoice(1000)
        self._accrue()
        self._invoice(600)
        statement = self._posted()
        self.assertEqual(
            self._books(statement.move_id), {"627001": 30, "215501": 50, "215001": -80}
        )
        self.assertEqual(self._balance(self.expense), 80)

    def test_undone_statement_is_accrued_again(self):
        self._invoice(1000)
        self._accrue()
        statement = self._posted()
        statement.action_reverse_entry()
        self.assertEqual((self._balance(self.accrued), self._held()), (-50, 50))
        self.assertEqual(self._balance(self.expense), 50)
        kinds = [row.kind for row in statement.accrual_ids.sorted("id")]
        self.assertEqual(kinds, ["released", "restored"])
        self.assertFalse(self._accrue(), "all is accrued")
        statement.action_post()
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense), 50)

    def test_deleted_draft_is_accrued_again(self):
        self.company.sales_commission_post_entry = False
        self._invoice(1000)
        self._accrue()
        statement = self._approved()
        statement.action_post()
        self.assertEqual(self._held(), 0)
        statement.move_id.unlink()
        self.assertEqual(self._held(), 50)
        statement.action_post()
        statement.move_id.action_post()
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense), 50)

    def test_refund_after_accruing_is_taken_off_in_its_month(self):
        invoice = self._invoice(1000)
        self._accrue()
        self._refund(invoice, amount=400, date="2026-02-05")
        self.assertEqual(
            self._books(self._accrue("2026-02-28")), {"627001": -20, "215501": 20}
        )
        self.assertEqual(self._balance(self.expense, "2026-01-31"), 50)
        self.assertEqual(self._balance(self.expense), 30)

    def test_held_back_stays_accrued(self):
        self._create_plan(
            name="Held", payees=self.bob, held_percent=30, held_days=60, steps=[(0, 10)]
        )
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.bob
        ).date_to = "2026-01-01"
        self._invoice(1000, payee=self.bob)
        self._accrue()
        self.assertEqual(self._balance(self.accrued), -100)
        january = self._posted()
        self.assertEqual(self._books(january.move_id), {"215501": 70, "215001": -70})
        self.assertEqual(self._balance(self.accrued), -30)
        self._accrue("2026-02-28")
        april = self._posted("2026-04-30")
        self.assertEqual(self._books(april.move_id), {"215501": 30, "215001": -30})
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense, "2026-01-31"), 100)

    def test_quarter_under_way_as_far_as_it_got(self):
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.bob
        ).date_to = "2026-01-01"
        self._create_plan(
            name="Quarter",
            payees=self.bob,
            period_kind="quarter",
            steps=[(0, 1), (1000, 10)],
        )
        self._invoice(1000, payee=self.bob, date="2026-01-20")
        self._invoice(2000, payee=self.bob, date="2026-03-20")
        self.assertEqual(self._earned(self.bob), 210)
        self._accrue("2026-01-31")
        self.assertEqual(self._balance(self.expense), 10)
        self._accrue("2026-03-31")
        self.assertEqual(self._balance(self.expense), 210)
        march = self._posted("2026-03-31")
        self.assertEqual(self._books(march.move_id), {"215501": 210, "215001": -210})

    def test_carried_forward_and_recovered(self):
        """A negative total books nothing itself; what accrued of it goes with the
        statement that recovers it."""
        invoice = self._invoice(1000, date="2026-01-10")
        self._accrue()
        self._posted()
        self._refund(invoice, date="2026-02-05")
        self._accrue("2026-02-28")
        self.assertEqual(self._balance(self.accrued), 50)
        self.assertEqual(self._posted("2026-02-28").amount_closing, -50)
        self.assertFalse(self._accrue("2026-02-28"))
        self._invoice(3000, date="2026-03-05")
        self._accrue("2026-03-31")
        march = self._posted("2026-03-31")
        self.assertEqual(self._books(march.move_id), {"215501": 100, "215001": -100})
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense, "2026-02-28"), 0)
        self.assertEqual(self._balance(self.expense), 150)

    def test_even_balance_needs_no_entry(self):
        invoice = self._invoice(1000, date="2026-01-10")
        self._posted()
        self._refund(invoice, date="2026-02-05")
        self._posted("2026-02-28")
        self._accrue("2026-02-28")
        self._invoice(1000, date="2026-03-10")
        march = self._posted("2026-03-31")
        self.assertEqual(march.state, "paid")
        self._accrue("2026-03-31")
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense), 50)

    def test_deferring_plan_accrues_its_asset(self):
        self.plan.deferral_months = 36
        deferred = self.company.sales_commission_deferred_account_id
        self._invoice(300_000)
        self._accrue()
        self.assertEqual(self._balance(deferred), 15_000)
        self.assertEqual(self._balance(self.expense), 0)
        statement = self._posted()
        self.assertEqual(
            self._books(statement.move_id), {"215501": 15_000, "215001": -15_000}
        )
        self.env["sales.commission.deferral"].action_post_due()
        self.assertEqual(self._balance(self.expense), 1250)
        self.assertEqual(self._balance(deferred), 13_750)

    def test_by_payee(self):
        self.company.sales_commission_accrual_by = "payee"
        self._invoice(1000)
        self._invoice(500, payee=self.bob)
        move = self._accrue()
        lines = move.line_ids.filtered(lambda line: line.account_id == self.accrued)
        self.assertEqual(
            {line.partner_id.name: line.balance for line in lines},
            {"Ann": -50, "Bob": -25},
        )
        self._posted()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.accrued.id)]
        )
        for partner in (self.ann | self.bob).work_contact_id:
            own = lines.filtered(lambda line, p=partner: line.partner_id == p)
            self.assertEqual((len(own), sum(own.mapped("balance"))), (2, 0))

    def test_expense_of_plan_and_analytic(self):
        [sales] = self._analytic("Sales")
        self.env["account.analytic.distribution.model"].sudo().create(
            {
                "sales_commission_plan_id": self.plan.id,
                "analytic_distribution": {str(sales.id): 100},
            }
        )
        self.plan.expense_account_id = self._account("627500")
        self._invoice(1000)
        move = self._accrue()
        self.assertEqual(self._books(move), {"627500": 50, "215501": -50})
        statement = self._posted()
        costs = (
            self.env["account.analytic.line"]
            .search([])
            .filtered(
                lambda row: row.general_account_id == self.plan.expense_account_id
            )
        )
        self.assertEqual(round(sum(costs.mapped("amount")), 2), -50)
        self.assertEqual(self._books(statement.move_id), {"215501": 50, "215001": -50})

    def test_bill_of_an_agent(self):
        self.ann.sales_commission_agent = True
        self.company.sales_commission_post_bill = True
        self._invoice(1000)
        self._accrue()
        bill = self._posted().move_id
        self.assertEqual(bill.move_type, "in_invoice")
        self.assertEqual(self._books(bill)["215501"], 50)
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))
        self.assertEqual(self._balance(self.expense), 50)

    def test_locked_books_move_the_day_and_it_is_told(self):
        self._invoice(1000)
        self.company.sudo().fiscalyear_lock_date = "2026-02-28"
        move = self._accrue()
        self.assertGreater(str(move.date), "2026-02-28")
        self.assertIn("Accrued on", self._period().accrual_note)

    def test_on_lock(self):
        self._create_plan(
            name="Held", payees=self.bob, held_percent=30, held_days=60, steps=[(0, 10)]
        )
        self._invoice(1000, payee=self.bob)
        self._posted()
        period = self._period()
        period.with_env(self.env).action_lock()
        self.assertEqual(self._balance(self.accrued), -30)
        self.assertEqual(self._balance(self.expense), 150)
        self.assertEqual(str(period.accrued_on), "2026-01-31")

    def test_by_the_scheduler_once(self):
        self._invoice(1000, date="2026-03-10")
        self._period("2026-03-31")
        periods = self.env["sales.commission.period"].sudo()
        periods._cron_accrue()
        self.assertEqual(self._balance(self.expense, "2026-03-31"), 50)
        self._invoice(1000, date="2026-03-11")
        periods._cron_accrue()
        self.assertEqual(self._balance(self.expense), 50, "once")

    def test_earlier_month_is_in_the_later(self):
        self._invoice(1000)
        self._accrue("2026-02-28")
        with self._refused("February 2026 was accrued already", UserError):
            self._accrue()
        self._posted()
        self._period().with_env(self.env).action_lock()
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))

    def test_off_by_default(self):
        self.company.sales_commission_accrual = False
        self._invoice(1000)
        with self._refused("does not accrue", UserError):
            self._accrue()
        self._posted()
        self._period().with_env(self.env).action_lock()
        self.env["sales.commission.period"].sudo()._cron_accrue()
        self.assertFalse(self.env["sales.commission.accrual"].search([]))

    def test_turned_off_runs_down(self):
        self._invoice(1000)
        self._accrue()
        self.company.sales_commission_accrual = False
        self._posted()
        self.assertEqual((self._balance(self.accrued), self._held()), (0, 0))

    def test_entry_is_not_taken_back_by_hand(self):
        self._invoice(1000)
        move = self._accrue()
        for attempt in (
            move.button_draft,
            lambda: move._reverse_moves(cancel=True),
            lambda: move.with_context(force_delete=True).unlink(),
        ):
            with self._refused("accrues commissions and stays", UserError):
                attempt()

    def test_rights(self):
        self._invoice(1000)
        self._accrue()
        rows = self.env["sales.commission.accrual"].search([])
        officer, accountant = (
            new_test_user(
                self.env(su=True),
                f"accrual_{group}",
                groups=f"base.group_user,sales_commission_gamify.group_{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for group in ("officer", "accountant")
        )
        self._invoice(1000)
        with self.assertRaises(AccessError):
            self._period().with_user(officer).action_accrue()
        self._period().with_user(accountant).action_accrue()
        self.assertEqual(self._held(), 100)
        for user in (officer, accountant):
            self.assertEqual(rows.with_user(user).amount, 50)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(rows.with_user(user).has_access(operation))
        for payee in (self.ann, self.max):
            self.assertFalse(rows.with_user(payee.user_id).has_access("read"))
        with self._refused("facts and cannot be changed", UserError):
            rows.sudo().amount = 1


@tagged("post_install", "-at_install")
class TestAccrualInAnyOrder(AccrualCase):
    """Whatever is accrued, posted, reversed, sold and refunded in which order."""

    def test_expense_is_what_is_earned(self):
        for seed in range(12):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._tell(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all()

    def _tell(self, dice):
        self._create_plan(
            name="Held", payees=self.ann, held_percent=30, held_days=40, steps=[(0, 3)]
        )
        self._create_plan(
            name="Quarter",
            payees=self.bob,
            period_kind="quarter",
            steps=[(0, 1), (2000, 7)],
        )
        self.company.sales_commission_post_entry = dice.random() < 0.8
        self.company.sales_commission_accrual_by = dice.choice(["sum", "payee"])
        invoices, month = [], 1
        for _step in range(30):
            with freeze_time(f"2026-{month:02}-{dice.randint(1, 28):02}"):
                step = dice.choice(
                    [
                        "sell",
                        "sell",
                        "refund_some",
                        "accrue_some",
                        "post",
                        "post",
                        "undo",
                    ]
                )
                getattr(self, f"_{step}")(dice, month, invoices)
                self._check_books()
            if dice.random() < 0.2 and month < 6:
                month += 1
        with freeze_time(f"2026-{month:02}-28"):
            self._accrue_now(month)
            self._check_books(accrued_in=month)

    def _sell(self, dice, month, invoices):
        amount = dice.randint(1, 300_000) / 100
        payee = dice.choice([self.ann, self.bob])
        day = f"2026-{dice.randint(1, month):02}-{dice.randint(1, 28):02}"
        invoices.append(self._invoice(amount, payee=payee, date=day))

    def _refund_some(self, _dice, _month, invoices):
        if not invoices:
            return
        invoice = invoices.pop()
        self._refund(invoice, date=fields.Date.today())

    def _undo(self, dice, _month, _invoices):
        moves = self.env["sales.commission.statement"].search([]).move_id
        if moves:
            move = dice.choice(moves.sorted("id"))
            statements = move._get_sales_commission_statements()
            statements.with_env(self.env)[0].action_reverse_entry()

    def _post(self, dice, month, _invoices):
        date = f"2026-{dice.randint(1, month):02}-15"
        self._statements(date)
        statements = self.env["sales.commission.statement"].search(
            [("period_date", "<=", self._period(date).date_to)], order="period_date, id"
        )
        for statement in statements:
            if statement.state == "draft":
                statement.action_confirm()
            if statement.state == "confirmed":
                statement.action_approve()
            if statement.state == "approved" and not statement.move_id:
                statement.action_post()

    def _accrue_some(self, _dice, month, _invoices):
        self._accrue_now(month)

    def _accrue_now(self, month):
        self._accrue(f"2026-{month:02}-28")

    def _check_books(self, accrued_in=None):
        accruals = self.env["sales.commission.accrual"].search([])
        drafts = accruals.move_id.filtered(lambda move: move.state == "draft")
        waiting = sum(row.amount for row in accruals if row.move_id in drafts)
        self.assertEqual(
            self._balance(self.accrued),
            -round(sum(accruals.mapped("amount")) - waiting, 2),
            "account and facts",
        )
        statements = self.env["sales.commission.statement"].search([])
        owed = self._owed()
        self.assertEqual(
            round(self._balance(self.expense) + self._balance(self.accrued) + owed, 2),
            0,
        )
        booked = sum(
            statement.amount_payable
            for statement in statements
            if statement.state in ("posted", "paid")
        )
        self.assertEqual(owed, -round(booked, 2))
        if accrued_in and not drafts:
            earned = self.env["sales.commission.earning"].search([])
            earned = round(sum(earned.mapped("amount")), 2)
            self.assertEqual(self._balance(self.expense), earned)


@tagged("post_install", "-at_install")
class TestAccrualOfTwoCompanies(AccrualCase):
    """Each in its own currency, books and settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_data = cls.setup_other_company(
            name="Yen", currency_id=cls.env.ref("base.JPY").id
        )
        cls.other = cls.other_data["company"].sudo()
        cls.env.user.company_ids |= cls.other_data["company"]

    def test_one_touches_no_other(self):
        other = self.other
        other._create_sales_commission_accounts()
        other.sales_commission_accrual = True
        yuki = self._create_payee(
            "Yuki", groups="sales_team.group_sale_salesman", company=other
        )
        env = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": [other.id, self.company.id],
            }
        )
        plan = env["sales.commission.plan"].create(
            {
                "name": "Yen",
                "company_id": other.id,
                "date_from": "2026-01-01",
                "component_ids": [
                    Command.create(
                        {
                            "name": "Invoiced",
                            "measure_id": self.measure.id,
                            "rate_ids": [
                                Command.create({"bound": 0, "percent": 3.333})
                            ],
                        }
                    )
                ],
                "assignment_ids": [Command.create({"employee_id": yuki.id})],
            }
        )
        plan.action_publish()
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": self.partner_a.id,
                "invoice_user_id": yuki.user_id.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 10_001, "tax_ids": []})
                ],
            }
        )
        move.action_post()
        self._invoice(1000)
        first = self._accrue()
        self.assertEqual(self._books(first), {"627001": 50, "215501": -50})
        period = self.env["sales.commission.period"].sudo()
        period = period._get_for(other, move.invoice_date)
        period.with_env(env).action_accrue()
        second = period.accrual_move_ids
        self.assertEqual(second.company_id, other)
        self.assertEqual(sorted(second.line_ids.mapped("balance")), [-333, 333])
        self.assertEqual(self._balance(self.accrued), -50)
        rows = self.env["sales.commission.accrual"].sudo().search([])
        self.assertEqual(
            sorted((row.company_id.name, row.amount) for row in rows),
            sorted([(self.company.name, 50), ("Yen", 333)]),
        )
