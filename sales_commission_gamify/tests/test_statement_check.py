from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .entry_common import EntryCase


class StatementCheckCase(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer, cls.accountant = (
            new_test_user(
                cls.env(su=True),
                login=f"check_{group}",
                groups=f"base.group_user,sales_commission_gamify.group_{group}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for group in ("officer", "accountant")
        )

    def setUp(self):
        super().setUp()
        self._invoice([600, 400])
        self._invoice(500, payee=self.bob)

    def _confirmed(self, payee=None, date="2026-01-31"):
        statements = self._statements(date)
        statements.filtered(lambda row: row.state == "draft").action_confirm()
        payee = self.ann if payee is None else payee
        return statements.filtered(lambda row: row.employee_id == payee)

    def _check(self, statements, user=None):
        self.env.invalidate_all()
        user = user or self.accountant
        action = statements.with_user(user).action_recompute()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _found(self, check):
        return [(row.reason, row.then, row.now) for row in check.line_ids]

    def _sql(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def _rows(self):
        """All that recomputing must leave as it is."""
        self.env.flush_all()
        tables = ("statement", "statement_line", "earning", "credit", "attainment")
        return [
            self.env.execute_query(
                SQL(
                    "SELECT * FROM %s ORDER BY id",
                    SQL.identifier(f"sales_commission_{table}"),
                )
            )
            for table in tables
        ]


@tagged("post_install", "-at_install")
class TestStatementCheck(StatementCheckCase):
    """Confirmed statements follow from what they were made of, or it is told."""

    def test_follows_and_writes_nothing(self):
        statement = self._confirmed()
        before = self._rows()
        for user in (self.officer, self.accountant):
            check = self._check(statement, user)
            self.assertEqual((self._found(check), check.state), ([], "equal"))
            self.assertEqual((check.statement_count, check.line_count), (1, 1))
            self.assertEqual(check.user_id, user)
        self.assertEqual(self._rows(), before)

    def test_late_credits_are_not_in_it(self):
        """Sales, refunds and prices of later change no statement of before."""
        first = self._invoice(2000, date="2026-01-10")
        statement = self._confirmed()
        self.assertEqual(statement.amount_payable, 150)
        self._invoice(7000, date="2026-01-20")
        self._refund(first, date="2026-02-02")
        self.assertEqual(self._earned(self.ann), 400)
        self.assertEqual(self._found(self._check(statement)), [])
        later = self._confirmed(date="2026-02-28")
        self.assertEqual(later.amount_payable, 250)
        self.assertEqual(self._found(self._check(statement + later)), [])

    def test_two_marks_of_one_payee(self):
        """Each line of a statement is priced with the credits of its own moment."""
        plan = self._create_plan(name="Other", steps=[(0, 1), (1000, 10)])
        self._invoice(500, date="2026-02-10")
        statement = self._confirmed(date="2026-02-28")
        self.assertEqual(len(statement.line_ids), 4)
        self._invoice(9000, date="2026-02-12")
        self._invoice(9000, date="2026-01-12")
        self.assertEqual(self._found(self._check(statement)), [])
        self.assertGreater(self._earned(self.ann, plan), 100)

    def test_line_altered(self):
        statement = self._confirmed()
        self._sql(
            "UPDATE sales_commission_statement_line SET amount = 60 WHERE id = %s",
            statement.line_ids.id,
        )
        check = self._check(statement)
        self.assertEqual(
            self._found(check),
            [
                ("checksum", 0, 0),
                ("total", 50, 60),
                ("total", 50, 60),
                ("line", 60, 50),
            ],
        )
        self.assertEqual((check.state, check.difference_count), ("different", 4))
        self.assertEqual(check.line_ids.statement_id, statement)

    def test_consistently_altered_without_credits(self):
        """Whoever alters line, sums and earning is found by checksum and credits."""
        statement = self._confirmed()
        self._sql(
            """
            UPDATE sales_commission_statement_line SET amount = 60 WHERE id = %s;
            UPDATE sales_commission_statement SET amount_total = 60,
                   amount_payable = 60 WHERE id = %s;
            UPDATE sales_commission_earning SET amount = 60, total = 60
             WHERE employee_id = %s
            """,
            statement.line_ids.id,
            statement.id,
            self.ann.id,
        )
        self.assertEqual(
            self._found(self._check(statement)),
            [("checksum", 0, 0), ("priced", 60, 50)],
        )

    def test_to_pay_altered(self):
        statement = self._confirmed()
        self._sql(
            "UPDATE sales_commission_statement SET amount_payable = 51 WHERE id = %s",
            statement.id,
        )
        self.assertEqual(
            self._found(self._check(statement)), [("checksum", 0, 0), ("total", 51, 50)]
        )

    def test_credit_altered_and_deleted(self):
        statement = self._confirmed()
        self._sql("UPDATE sales_commission_credit SET amount = 420 WHERE amount = 400")
        self.assertEqual(self._found(self._check(statement)), [("priced", 50, 51)])
        self._sql("DELETE FROM sales_commission_credit WHERE amount = 420")
        self.assertEqual(self._found(self._check(statement)), [("priced", 50, 30)])

    def test_earning_altered_or_missing(self):
        self._invoice(100)
        statement = self._confirmed()
        first = statement.line_ids.earning_ids.sorted("id")[0]
        self._sql(
            "UPDATE sales_commission_earning SET amount = 40 WHERE id = %s", first.id
        )
        self.assertEqual(
            self._found(self._check(statement)),
            [("checksum", 0, 0), ("earnings", 55, 45), ("line", 55, 45)],
        )

    def test_rate_altered(self):
        statement = self._confirmed()
        self._sql(
            "UPDATE sales_commission_rate SET percent = 6 WHERE component_id = %s",
            self.plan.component_ids.id,
        )
        self.assertEqual(self._found(self._check(statement)), [("priced", 50, 60)])

    def test_target_changed_since(self):
        """With the quota of then it fits: a note, no difference."""
        plan = self._create_plan(
            name="Quota",
            payees=self.bob,
            component={"lookup": "attainment"},
            steps=[(0, 2), (100, 10)],
        )
        quota = self.env["sales.commission.quota"].create(
            {
                "component_id": plan.component_ids.id,
                "employee_id": self.bob.id,
                "date_from": "2026-01-01",
                "amount": 1000,
            }
        )
        self._invoice(100, payee=self.bob)
        statement = self._confirmed(self.bob)
        quota.amount = 100
        self.assertGreater(self._earned(self.bob, plan), 12)
        check = self._check(statement)
        self.assertEqual(check.state, "equal")
        self.assertEqual(check.line_ids.mapped("reason"), ["target_changed"])
        self.assertEqual(check.note_count, 1)

    def test_draft_again_breaks_no_seal(self):
        statement = self._confirmed()
        first = statement.checksum
        statement.action_draft()
        self.assertFalse(statement.checksum or statement.confirmed_on)
        with self._refused("draft is computed anew", UserError):
            self._check(statement)
        self._invoice(100)
        statement = self._confirmed()
        self.assertNotIn(statement.checksum, (False, first))
        statement.action_approve()
        statement.action_post()
        self.assertEqual(self._found(self._check(statement)), [])

    def test_before_checksums(self):
        statement = self._confirmed()
        self._sql("UPDATE sales_commission_statement SET checksum = NULL")
        check = self._check(statement)
        self.assertEqual(self._found(check), [("no_checksum", 0, 0)])
        self.assertEqual(check.state, "equal")

    def test_released_by_payment(self):
        """What was collected later, or undone, is a note."""
        plan = self._create_plan(
            name="Paid", payees=self.bob, payable_when="collected", steps=[(0, 10)]
        )
        invoice = self._invoice(1000, payee=self.bob)
        self._pay_invoice(invoice, 400)
        statement = self._confirmed(self.bob)
        self.assertEqual(self._held(self.bob), 110)
        self.assertEqual(self._found(self._check(statement)), [])
        self._pay_invoice(invoice, 600)
        check = self._check(statement)
        self.assertEqual(self._found(check), [("collected_changed", 40, 100)])
        self.assertEqual(check.state, "equal")
        self._sql(
            "UPDATE sales_commission_payable SET total = 90, amount = 90"
            " WHERE plan_id = %s",
            plan.id,
        )
        reasons = self._check(statement).line_ids.mapped("reason")
        self.assertEqual(sorted(reasons), ["checksum", "earnings", "line"])

    def _held(self, payee):
        rows = self.env["sales.commission.held"].search(
            [("employee_id", "=", payee.id)]
        )
        return sum(rows.mapped("amount"))

    def _pay_invoice(self, invoice, amount, date="2026-01-25"):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount, "payment_date": date})
        )
        wizard._create_payments()

    def test_adjustments_and_draws(self):
        plan = self._create_plan(
            name="Draw",
            payees=self.bob,
            draw_ids=[Command.create({"amount": 300})],
        )
        adjustment = self.env["sales.commission.adjustment"].create(
            {
                "employee_id": self.bob.id,
                "amount": 20,
                "reason": "Found money",
                "period_id": self._period().id,
            }
        )
        adjustment.with_user(self.accountant).action_approve()
        statement = self._confirmed(self.bob)
        self.assertEqual(
            sorted(statement.line_ids.mapped("kind")),
            ["adjustment", "draw", "earning", "earning"],
        )
        self.assertEqual(self._found(self._check(statement)), [])
        self._sql(
            """
            UPDATE sales_commission_adjustment SET amount = 30 WHERE id = %s;
            UPDATE sales_commission_statement_line SET draw_earned = 100
             WHERE draw_id IS NOT NULL
            """,
            adjustment.id,
        )
        found = self._found(self._check(statement))
        self.assertEqual(found[0], ("checksum", 0, 0))
        self.assertEqual(
            sorted(found[1:]), [("adjustment", 20, 30), ("draw", 275, 200)]
        )
        self.assertTrue(plan)

    def test_all_of_a_period(self):
        period = self._period()
        with self._refused("nothing to prove", UserError):
            period.with_user(self.officer).action_recompute_statements()
        self._confirmed()
        action = period.with_user(self.officer).action_recompute_statements()
        check = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((check.statement_count, check.period_id), (2, period))
        self.assertEqual(check.state, "equal")
        self.assertEqual(check.name, period.name)
        again = check.with_user(self.officer).action_recompute_again()
        again = self.env[again["res_model"]].browse(again["res_id"])
        self.assertNotEqual(again, check)
        self.assertEqual((again.statement_count, again.period_id), (2, period))

    def test_named_by_its_first_statements(self):
        for date in ("2026-02-10", "2026-03-10"):
            self._invoice(100, payee=self.bob, date=date)
        statements = self._confirmed(self.bob)
        for date in ("2026-02-28", "2026-03-31"):
            statements += self._confirmed(self.bob, date)
        check = self._check(statements)
        self.assertEqual(check.name, ", ".join(statements.mapped("name")))
        check = self._check(statements + self._confirmed())
        self.assertEqual(check.name.split(" and ")[1:], ["1 more"])
        found = check.with_user(self.officer).name_search(statements[0].name)
        self.assertIn(check.id, dict(found))

    def test_rights(self):
        statement = self._confirmed()
        check = self._check(statement)
        for user in (self.ann.user_id, self.max.user_id):
            with self.assertRaises(AccessError):
                statement.with_user(user).action_recompute()
            with self.assertRaises(AccessError):
                self._period().with_user(user).action_recompute_statements()
            with self.assertRaises(AccessError):
                check.with_user(user).read(["state"])
        for user in (self.officer, self.accountant):
            with self.assertRaises(AccessError):
                check.with_user(user).write({"name": "equal"})
            with self.assertRaises(UserError):
                statement.with_user(user).write({"checksum": "x"})

    def test_number_of_queries_does_not_grow_with_payees(self):
        one = self._confirmed()
        two = self._period().statement_ids
        self._check(one)
        counts = []
        for statements in (one, two):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._check(statements)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)
