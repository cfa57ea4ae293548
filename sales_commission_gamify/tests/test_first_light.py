from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestFirstLight(CommissionCase):
    """The whole way of one invoice, on Odoo's own documents and methods."""

    def test_invoice_to_paid_entry(self):
        plan = self._create_plan(
            component={
                "point_rule_ids": [
                    (0, 0, {"points_per_unit": 0.1, "points_per_document": 5})
                ]
            }
        )
        invoice = self._invoice([700, 300])

        credit = self.env["sales.commission.credit"].search([])
        self.assertRecordValues(
            credit.sorted("amount"),
            [
                {
                    "employee_id": self.ann.id,
                    "plan_id": plan.id,
                    "document_id": invoice.id,
                    "document_name": invoice.name,
                    "amount": amount,
                }
                for amount in (300, 700)
            ],
        )
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(self._points(self.ann), 105)

        statement = self._statements()
        self.assertRecordValues(
            statement,
            [{"employee_id": self.ann.id, "state": "draft", "amount_payable": 50}],
        )
        statement.action_confirm()
        statement.action_approve()
        statement.action_post()

        move = statement.move_id
        self.assertEqual(statement.state, "posted")
        self.assertEqual(move.state, "posted")
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.company.sales_commission_payable_account_id.id,
                    "partner_id": self.ann.work_contact_id.id,
                    "balance": -50,
                },
                {
                    "account_id": self.company.sales_commission_expense_account_id.id,
                    "partner_id": False,
                    "balance": 50,
                },
            ],
        )

        self._pay(statement)
        self.assertEqual(statement.state, "paid")

    def test_unpaid_again(self):
        self._create_plan()
        self._invoice(1000)
        statement = self._statements()
        statement.action_confirm()
        statement.action_approve()
        statement.action_post()
        lines = self._pay(statement)
        self.assertEqual(statement.state, "paid")
        lines.remove_move_reconcile()
        self.assertEqual(statement.state, "posted")
