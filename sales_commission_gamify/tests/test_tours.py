from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestTours(CommissionCase, HttpCase):
    def test_plan_to_posted_entry(self):
        """From making a plan in the browser to the posted journal entry."""
        lead = self._create_payee(
            "Lea",
            groups="sales_team.group_sale_manager,account.group_account_manager,"
            "hr.group_hr_user,sales_commission_gamify.group_administrator,"
            "sales_commission_gamify.group_accountant",
        )
        self._invoice(1000, date=fields.Date.today(), post=False)
        self.start_tour(
            "/odoo", "sales_commission_plan_to_entry", login=lead.user_id.login
        )
        statement = self.env["sales.commission.statement"].search([])
        self.assertRecordValues(
            statement,
            [
                {
                    "employee_id": self.ann.id,
                    "amount_payable": 50,
                    "state": "posted",
                    "approve_user_id": lead.user_id.id,
                }
            ],
        )
        self.assertEqual(statement.move_id.state, "posted")
        self.assertEqual(sum(statement.move_id.line_ids.mapped("balance")), 0)
