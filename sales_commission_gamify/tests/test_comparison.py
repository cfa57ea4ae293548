from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .test_exceptions import ExceptionCase


@tagged("post_install", "-at_install")
class TestComparison(ExceptionCase):
    """What is stored for a period beside a rebuild from the documents."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(payees=self.ann + self.bob)
        self.invoice = self._invoice([600, 400])
        self.other = self._invoice(500, payee=self.bob)
        self._refund(self.other, amount=100)
        self._invoice(3000, date="2026-02-10")

    def _compare(self, user=None, period=None):
        self.env.invalidate_all()
        period = period or self._period()
        action = period.with_user(user or self.accountant).action_compare()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _sql(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(SQL(query, *args))
        self.env.invalidate_all()

    def _facts(self):
        """All that a comparison must leave as it is."""
        self.env.flush_all()
        tables = ("credit", "earning", "attainment", "run", "point")
        return [
            self.env.execute_query(
                SQL(
                    "SELECT * FROM %s ORDER BY id",
                    SQL.identifier(f"sales_commission_{table}"),
                )
            )
            for table in tables
        ]

    def _differences(self, comparison):
        return [
            (line.kind, line.employee_id.name, line.stored, line.rebuilt, line.reason)
            for line in comparison.line_ids
            if not line.is_intended
        ]

    def test_equal(self):
        for user in (self.officer, self.accountant):
            before = self._facts()
            comparison = self._compare(user)
            self.assertRecordValues(
                comparison,
                [
                    {
                        "state": "equal",
                        "credit_count": 4,
                        "key_count": 2,
                        "difference_count": 0,
                        "intended_count": 0,
                        "user_id": user.id,
                    }
                ],
            )
            self.assertEqual(self._facts(), before)

    def test_altered_earning(self):
        self._sql(
            "UPDATE sales_commission_earning SET amount = amount + 7"
            " WHERE employee_id = %s AND date_from = '2026-01-01'",
            self.ann.id,
        )
        comparison = self._compare()
        self.assertEqual(
            self._differences(comparison),
            [("earning", "Ann", 57, 50, "row_altered")],
        )
        self.assertEqual(comparison.state, "different")
        again = self.env["sales.commission.comparison"].browse(
            comparison.with_user(self.accountant).action_compute()["res_id"]
        )
        self.assertEqual(again.state, "equal")
        self.assertEqual(self._earned(self.ann, date_from="2026-01-01"), 50)

    def test_deleted_credit(self):
        credit = self.env["sales.commission.credit"].search([("amount", "=", 400)])
        self._sql("DELETE FROM sales_commission_credit WHERE id = %s", credit.id)
        before = self._facts()
        comparison = self._compare()
        self.assertEqual(
            self._differences(comparison),
            [("credit", "Ann", 0, 400, "row_missing")],
        )
        self.assertEqual(comparison.line_ids.document_name, self.invoice.name)
        self.assertEqual(self._facts(), before, "nothing is written")
        action = comparison.line_ids.with_user(self.accountant).action_open_document()
        self.assertEqual(action["res_id"], self.invoice.id)
        told = comparison.line_ids.with_user(self.officer).action_open_document()
        self.assertIn("may not open", told["params"]["message"])
        again = comparison.line_ids.with_user(self.officer).action_compute()
        again = self.env["sales.commission.comparison"].browse(again["res_id"])
        self.assertEqual(again.state, "equal")

    def test_altered_credit(self):
        self._sql("UPDATE sales_commission_credit SET amount = 450 WHERE amount = 400")
        self.assertEqual(
            self._differences(self._compare()),
            [
                ("credit", "Ann", 450, 400, "row_altered"),
                ("earning", "Ann", 50, 52.5, "row_altered"),
                ("attainment", "Ann", 1000, 1050, "row_altered"),
            ],
        )

    def test_sweep_credits_nothing_twice(self):
        """A source that is worth something else by now, as its unit was redefined, is
        not credited on top of what is held."""
        units = self.env.ref("sales_commission_gamify.measure_invoiced_units")
        plan = self._create_plan(
            payees=self.max,
            component={
                "measure_id": units.id,
                "rate_ids": [
                    Command.create({"bound": 0, "kind": "per_unit", "per_unit": 5})
                ],
            },
        )
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self._invoice(1000, payee=self.max, post=False)
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.action_post()
        self.assertEqual(self._credited(self.max, plan), 12)
        self._sql("UPDATE uom_uom SET factor = 10 WHERE id = %s", dozen.id)
        self._sweep()
        self.assertEqual(self._credited(self.max, plan), 12)
        self.assertRecordValues(
            self._compare().line_ids,
            [{"reason": "edited", "stored": 12, "rebuilt": 10, "is_intended": True}],
        )

    def test_altered_reversal(self):
        self.invoice.button_draft()
        self.assertEqual(self._compare().state, "equal")
        self._sql(
            "UPDATE sales_commission_credit SET amount = -350 WHERE amount = -400"
        )
        self.assertIn(
            ("credit", "Ann", -350, -400, "row_altered"),
            self._differences(self._compare()),
        )

    def test_lost_sum_and_lost_earning(self):
        self._sql(
            "DELETE FROM sales_commission_attainment WHERE employee_id = %s"
            " AND date_from = '2026-01-01'",
            self.ann.id,
        )
        self.assertEqual(
            self._differences(self._compare()),
            [("attainment", "Ann", 0, 1000, "sum_missing")],
        )
        self._sql(
            "DELETE FROM sales_commission_earning WHERE employee_id = %s"
            " AND date_from = '2026-01-01' AND revision = 1",
            self.bob.id,
        )
        comparison = self._compare()
        self.assertIn(
            ("earning", "Bob", -5, 20, "row_missing"), self._differences(comparison)
        )

    def test_altered_sum(self):
        self._sql("UPDATE sales_commission_attainment SET value = 1 WHERE credited > 0")
        self.assertEqual(
            self._differences(self._compare()),
            [
                ("attainment", "Ann", 1, 1000, "outdated"),
                ("attainment", "Bob", 1, 400, "outdated"),
            ],
        )

    def test_never_computed_and_no_longer(self):
        """By SQL, which no door of ours sees."""
        self._sql(
            "UPDATE account_move SET state = 'cancel' WHERE id = %s", self.invoice.id
        )
        self._sql(
            "UPDATE account_move_line SET parent_state = 'cancel' WHERE move_id = %s",
            self.invoice.id,
        )
        comparison = self._compare()
        self.assertEqual(
            self._differences(comparison),
            [
                ("credit", "Ann", 600, 0, "no_longer"),
                ("credit", "Ann", 400, 0, "no_longer"),
                ("earning", "Ann", 50, 0, "credits"),
            ],
        )
        again = comparison.with_user(self.officer).action_compute()
        self.assertEqual(
            self.env["sales.commission.comparison"].browse(again["res_id"]).state,
            "equal",
        )
        self.assertEqual(self._earned(self.ann, date_from="2026-01-01"), 0)

    def test_master_data_edited_later_is_intended(self):
        """What was earned stays; who wants it judged anew asks for it."""
        plan = self._create_plan(
            payees=self.max,
            component={"domain": "[('product_id.default_code', '=', 'A')]"},
        )
        self.product_a.default_code = "A"
        invoice = self._invoice(1000, payee=self.max)
        self.assertEqual(self._earned(self.max, plan), 50)
        self.product_a.default_code = "B"
        comparison = self._compare()
        self.assertRecordValues(
            comparison,
            [{"state": "equal", "difference_count": 0, "intended_count": 1}],
        )
        self.assertRecordValues(
            comparison.line_ids,
            [
                {
                    "reason": "edited",
                    "is_intended": True,
                    "document_id": invoice.id,
                    "stored": 1000,
                    "rebuilt": 0,
                }
            ],
        )
        comparison.with_user(self.officer).action_compute()
        self.assertEqual(self._earned(self.max, plan), 50, "it is left alone")
        comparison.line_ids.with_user(self.officer).action_compute()
        self.assertEqual(self._earned(self.max, plan), 0)

    def test_closed_plan_and_locked_period(self):
        self.plan.action_close()
        period = self._period()
        period.state = "locked"
        self.assertEqual(self._compare(period=period).state, "equal")
        self._sql("UPDATE sales_commission_earning SET amount = amount + 1")
        self.assertEqual(self._compare(period=period).difference_count, 2)

    def test_only_the_period_and_plans_asked_for(self):
        self._sql(
            "UPDATE sales_commission_earning SET amount = 1"
            " WHERE date_from = '2026-02-01'"
        )
        self.assertEqual(self._compare().state, "equal")
        february = self._period("2026-02-28")
        self.assertEqual(self._compare(period=february).difference_count, 1)
        other = self._create_plan(payees=self.max)
        with Form(
            self.env["sales.commission.comparison.ask"].with_user(self.accountant)
        ) as form:
            form.period_id = february
            form.plan_ids = other
        action = form.record.action_compare()
        comparison = self.env[action["res_model"]].browse(action["res_id"])
        self.assertRecordValues(
            comparison, [{"state": "equal", "plan_ids": other.ids, "key_count": 0}]
        )

    def test_scorecards_and_missing_targets_compare_equal(self):
        plan = self._create_plan(payees=self.max, component={"lookup": "attainment"})
        self._invoice(1000, payee=self.max)
        attained = self.env["sales.commission.attainment"].search(
            [("plan_id", "=", plan.id)]
        )
        self.assertEqual(attained.problem, "quota_missing")
        self.assertEqual(self._compare().state, "equal")
        self._sql(
            "UPDATE sales_commission_attainment SET problem = NULL WHERE id = %s",
            attained.id,
        )
        self.assertEqual(self._compare().line_ids.kind, "attainment")

    def test_queries_are_constant(self):
        counts = []
        for more in (1, 12):
            for _number in range(more):
                self._invoice(100)
                self._invoice(100, payee=self.bob)
            self._compare()
            before = self.cr.sql_log_count
            self.assertEqual(self._compare().state, "equal")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_rights(self):
        comparison = self._compare()
        stranger = self._create_user(
            "officer", self.setup_other_company(name="Other")["company"]
        )
        for user in (self.ann.user_id, self._create_user("manager"), stranger):
            row = comparison.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.read(["state"])
            for button in ("action_compare_again", "action_compute"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(row, button)()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._period().with_user(user).action_compare()
        for user in (self.officer, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                comparison.with_user(user).write({"state": "equal"})
