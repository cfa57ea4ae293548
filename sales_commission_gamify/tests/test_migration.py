import importlib.util
from pathlib import Path

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CommissionCase

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def _load(version, name):
    path = MIGRATIONS / version / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"migration_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
