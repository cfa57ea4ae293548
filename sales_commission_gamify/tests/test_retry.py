from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestRetry(CommissionCase):
    def test_sweep_that_failed_is_made_up_for(self):
        """It names no documents: all of the company is swept again."""
        self._create_plan()
        runs = self.env["sales.commission.run"].sudo()
        name = "odoo.addons.sales_commission_gamify.models.ledger"
        with patch.object(type(runs), "_has_plans", return_value=False):
            self._invoice(1_000)
        with (
            patch.object(type(runs), "_sweep_company", side_effect=RuntimeError("no")),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            mute_logger(f"{name}.run"),
        ):
            runs._cron_sweep()
        failed = runs.search([("trigger", "=", "sweep"), ("state", "=", "failed")])
        failed = failed.filtered(lambda run: run.company_id == self.company)
        self.assertTrue(failed)
        self.assertEqual(self._earned(self.ann), 0)
        failed.with_env(self.env).action_retry()
        self.assertEqual(failed.mapped("state"), ["done"], failed.mapped("error"))
        self.assertEqual(self._earned(self.ann), 50)
