import importlib.util
from pathlib import Path

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CommissionCase

BOOKS = ("credit", "earning", "attainment")
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def _load(version, name):
    path = MIGRATIONS / version / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"migration_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@tagged("post_install", "-at_install")
class TestReviewsOfBefore(CommissionCase):
    """A period that was in review when the version came."""

    def test_draws_stay(self):
        self._create_plan(draw_ids=[(0, 0, {"amount": 300})])
        period = self._period().with_env(self.env)
        period.action_start_closing()
        period.sudo().closing_assignment_ids = False
        self.env.flush_all()
        _load("19.0.1.4.0", "post-reviews").migrate(self.env.cr, "19.0.1.3.0")
        self.env.invalidate_all()
        self.assertEqual(period.state, "closing")
        self.assertEqual(self._statements().amount_payable, 300)


@tagged("post_install", "-at_install")
class TestMigration(CommissionCase):
    """Rows as the version before wrote them, then the script, then business."""

    FIELDS = ("sold", "quantity", "below_percent")

    def _read_credits(self, plan):
        self.env["sales.commission.credit"].invalidate_model()
        return self.env["sales.commission.credit"].search_read(
            [("plan_id", "=", plan.id)], self.FIELDS, order="id"
        )

    def test_credits_of_before_units_are_not_taken_for_changed(self):
        plan = self._create_plan()
        invoice = self._invoice([1000, 500])
        dozens = self._invoice(
            600,
            invoice_line_ids=[
                (
                    0,
                    0,
                    {
                        "product_id": self.product_a.id,
                        "quantity": 2,
                        "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                        "price_unit": 300,
                        "tax_ids": [(5, 0, 0)],
                    },
                )
            ],
        )
        refund = self._refund(invoice, 200)
        again = self._invoice(300)
        again.button_draft()
        again.action_post()
        before = self._read_credits(plan)
        self.assertIn(24, [row["quantity"] for row in before])
        self.assertTrue(any(row["quantity"] < 0 for row in before))

        # the table as it was, until the test is rolled back
        for name in self.FIELDS:
            self.env.execute_query(
                SQL(
                    "ALTER TABLE sales_commission_credit DROP COLUMN %s",
                    SQL.identifier(name),
                )
            )
        _load("19.0.1.1.0", "pre-migration").migrate(self.env.cr, "19.0.1.0.0")

        self.assertEqual(self._read_credits(plan), before)
        (invoice | dozens | refund | again)._sales_commission_compute()
        self.assertEqual(self._read_credits(plan), before)

    def test_attainments_of_before_are_added_up_by_the_sweep(self):
        plan = self._create_plan(component={"quota": 2000})
        self._invoice(1000)
        domain = [("plan_id", "=", plan.id)]
        self.env.execute_query(
            SQL(
                "UPDATE sales_commission_attainment SET quota = NULL, attainment = NULL"
                " WHERE plan_id = %s",
                plan.id,
            )
        )
        _load("19.0.1.1.0", "pre-migration").migrate(self.env.cr, "19.0.1.0.0")
        earnings = self.env["sales.commission.earning"].search_count(domain)
        self.env["sales.commission.run"].sudo()._sweep_company(plan)
        row = self.env["sales.commission.attainment"].search(domain)
        row.invalidate_recordset()
        self.assertEqual((row.quota, row.attainment), (2000, 50))
        self.assertEqual(
            self.env["sales.commission.earning"].search_count(domain), earnings
        )

    def _get_foreign_keys(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
                 WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)
                 ORDER BY 1
                """,
                [f"sales_commission_{name}" for name in BOOKS],
            )
        )
        return dict(rows)

    def test_what_facts_rest_on_cannot_be_deleted(self):
        """Also past Odoo: the foreign keys that are left protect the others."""
        plan = self._create_plan()
        self._invoice(1000)
        self.env.flush_all()
        for record in (
            plan.component_ids,
            plan,
            self.company,
            self.company.currency_id,
            self.ann,
            plan.component_ids.measure_id,
        ):
            with (
                self.subTest(record=record),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(flush=False),
            ):
                self.env.execute_query(
                    SQL(
                        "DELETE FROM %s WHERE id = %s RETURNING id",
                        SQL.identifier(record._table),
                        record.id,
                    )
                )

    def test_an_upgrade_leaves_the_foreign_keys_of_an_installation(self):
        installed = self._get_foreign_keys()
        self.assertEqual(
            {name for name in installed if "_credit_" in name},
            {
                f"sales_commission_credit_{column}_fkey"
                for column in (
                    "component_id",
                    "employee_id",
                    "reversal_of_id",
                    "source_currency_id",
                )
            },
        )
        # as they were before, until the test is rolled back
        for table, column, target in (
            ("credit", "plan_id", "sales_commission_plan"),
            ("credit", "create_uid", "res_users"),
            ("earning", "currency_id", "res_currency"),
            ("attainment", "company_id", "res_company"),
        ):
            self.env.execute_query(
                SQL(
                    "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s",
                    SQL.identifier(f"sales_commission_{table}"),
                    SQL.identifier(f"sales_commission_{table}_{column}_fkey"),
                    SQL.identifier(column),
                    SQL.identifier(target),
                )
            )
        self.assertEqual(len(self._get_foreign_keys()), len(installed) + 4)
        _load("19.0.1.3.0", "pre-foreign-keys").migrate(self.env.cr, "19.0.1.2.0")
        self.assertEqual(self._get_foreign_keys(), installed)
