from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CommissionCase
from .entry_common import EntryCase


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


@tagged("post_install", "-at_install")
class TestPayoutTours(EntryCase, HttpCase):
    """An accountant with that one group, in the browser."""

    def _approved_for(self, payee):
        self._invoice(1000, payee=payee)
        statement = self._approved()
        accountant = new_test_user(
            self.env(su=True),
            "tour_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        return statement, accountant.login

    def test_post_and_pay(self):
        statement, login = self._approved_for(self.ann)
        self.start_tour("/odoo", "sales_commission_post_and_pay", login=login)
        self.assertRecordValues(statement, [{"state": "paid", "amount_residual": 0}])

    def test_agents_bill(self):
        self.ann.sales_commission_agent = True
        statement, login = self._approved_for(self.ann)
        self.start_tour("/odoo", "sales_commission_agents_bill", login=login)
        self.assertEqual(statement.move_id.move_type, "in_invoice")
        self.assertEqual(statement.state, "posted")

    def test_from_an_amount_to_its_invoice(self):
        """Four clicks: the statement, why, its credits, the document."""
        self._invoice(1000)
        self._approved()
        user = new_test_user(
            self.env(su=True),
            login="tour_auditor",
            groups="sales_commission_gamify.group_accountant,"
            "account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.start_tour("/odoo", "sales_commission_amount_to_invoice", login=user.login)
