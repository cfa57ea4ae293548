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

    def test_credits_of_before_units_are_not_taken_for_changed(self):
        plan = self._create_plan()
        invoice = self._invoice([1000, 500])
        refund = self._refund(invoice, 200)
        again = self._invoice(300)
        again.button_draft()
        again.action_post()
        credit = self.env["sales.commission.credit"]
        domain = [("plan_id", "=", plan.id)]
        before = credit.search_read(domain, ["quantity", "below_percent"], order="id")
        self.assertTrue(any(row["quantity"] < 0 for row in before))
        self.env.execute_query(
            SQL(
                "UPDATE sales_commission_credit"
                " SET quantity = NULL, below_percent = NULL WHERE plan_id = %s",
                plan.id,
            )
        )
        _load("19.0.1.1.0", "post-migration").migrate(self.env.cr, "19.0.1.0.0")
        credit.invalidate_model()
        rows = credit.search_read(domain, ["quantity", "below_percent"], order="id")
        self.assertEqual(rows, before)
        (invoice | refund | again)._sales_commission_compute()
        self.assertEqual(credit.search_count(domain), len(rows))
