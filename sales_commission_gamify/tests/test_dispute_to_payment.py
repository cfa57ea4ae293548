from typing import NamedTuple

from odoo.fields import Command
from odoo.tests import tagged

from .entry_common import EntryCase
from .story.audit import Audit
from .test_dispute import DisputeCase

FEBRUARY = "2026-02-28"


class Books(NamedTuple):
    """What stands where after a step."""

    state: str  # of February's statement
    to_pay: float
    residual: float  # of it, what no payment is set against
    owed: float  # to Ann, in the accounts
    expense: float  # of both months, in the accounts


@tagged("post_install", "-at_install")
class TestDisputeToPayment(DisputeCase):
    """January paid Ann 50. She asks for 10 more, is given them with February's 100, and
    is paid 110; then the payment, the entry and the 10 are taken back one after the
    other, and what is left is booked and paid anew."""

    _pay_part = EntryCase._pay_part

    def test_by_an_entry_of_each_payee(self):
        self.company.sudo().sales_commission_entry_mode = "payee"
        self._go()

    def test_by_one_entry_of_the_period(self):
        self.company.sudo().sales_commission_entry_mode = "run"
        self._go()

    def test_by_the_bill_of_an_agent(self):
        self.ann.sudo().sales_commission_agent = True
        self.company.sudo().sales_commission_post_bill = True
        self.company.sudo().sales_commission_product_id.supplier_taxes_id = [
            Command.clear()
        ]
        self._go()

    def _go(self):
        self._pay_january()
        dispute = self._ask(amount_expected=10)
        adjustment = self._answer(dispute)
        self._invoice(2000, date="2026-02-10")
        self.february = self._statement(date=FEBRUARY)
        self._expect("draft", 110, 110, 0, 50)
        self.assertRecordValues(
            self.february.line_ids.sorted("amount"),
            [
                {"kind": "adjustment", "amount": 10, "adjustment_id": adjustment.id},
                {"kind": "earning", "amount": 100, "adjustment_id": False},
            ],
        )
        self._book(110)
        self._expect("posted", 110, 110, 110, 160)
        first = self.february.move_id
        lines = self._pay_part(self.february, 110)
        self._expect("paid", 110, 0, 0, 160)
        lines.remove_move_reconcile()
        self._expect("posted", 110, 110, 0, 160)
        self._undo(first)
        self._take_back(adjustment)
        self._book(100)
        self._expect("posted", 100, 100, -10, 150)
        self.assertNotEqual(self.february.move_id, first)
        payment = lines.filtered(lambda line: line.move_id != first)
        (payment + self.february._get_payable_lines()).reconcile()
        # she was paid 10 too much, which stays open on the payment
        self._expect("paid", 100, 0, -10, 150)
        self.assertEqual(payment.amount_residual, 10)
        self.assertEqual((dispute.state, dispute.answer), ("answered", "adjusted"))
        self._check_proved()

    def _pay_january(self):
        self.february = self.statement.browse()
        self.statement.action_approve()
        self.statement.action_post()
        self._pay_part(self.statement, 50)
        self.assertEqual(self.statement.state, "paid")

    def _answer(self, dispute):
        """What the officer enters is the answer once the accountant approves it."""
        action = self._officers(dispute).action_adjust()
        rows = self.env["sales.commission.adjustment"].with_user(self.officer)
        adjustment = rows.with_context(**action["context"]).create({})
        self.assertEqual((adjustment.amount, dispute.state), (10, "review"))
        self.assertFalse(self._open_adjustments(), "not approved yet")
        adjustment.with_user(self.accountant).action_approve()
        self.assertEqual((dispute.state, dispute.answer), ("answered", "adjusted"))
        self.assertEqual(self._open_adjustments(), adjustment.with_env(self.env))
        # what January paid stays what it was
        self.assertEqual(self.statement.amount_payable, 50)
        return adjustment.with_env(self.env)

    def _open_adjustments(self):
        return self.env["sales.commission.adjustment"].search(
            [("state", "=", "approved"), ("statement_id", "=", False)]
        )

    def _book(self, amount):
        self.february.action_confirm()
        self.assertEqual(self.february.state, "confirmed")
        self.february.action_approve()
        self.february.action_post()
        self.assertEqual(self.february._get_booked_amount(), amount)

    def _undo(self, entry):
        self.february.action_reverse_entry()
        self._expect("approved", 110, 110, -110, 50)
        self.assertFalse(self.february.move_id)
        self.assertEqual(self.february.past_move_ids, entry)
        self.february.action_draft()
        self._expect("draft", 110, 110, -110, 50)

    def _take_back(self, adjustment):
        action = adjustment.with_user(self.officer).action_take_back()
        counter = adjustment.browse(action["res_id"])
        counter.with_user(self.accountant).action_approve()
        self.assertEqual(self._statement(date=FEBRUARY), self.february)
        self.assertEqual(
            sorted(self.february.line_ids.mapped("amount")), [-10, 10, 100]
        )
        self._expect("draft", 100, 100, -110, 50)

    # --- what must be so after each step ----------------------------------------------

    def _expect(self, *books):
        self.env.flush_all()
        statement = self.february
        self.assertEqual(
            Books(
                statement.state,
                statement.amount_payable,
                statement.amount_residual,
                -self._balance("liability_payable"),
                self._balance("expense"),
            ),
            Books(*books),
        )
        self.assertEqual(list(Audit(self.env, self.company).ask_payout()), [])
        stated = self.env["sales.commission.statement.line"].search(
            [("employee_id", "=", self.ann.id), ("kind", "=", "earning")]
        )
        self.assertEqual(sum(stated.mapped("amount")), self._earned(self.ann))

    def _balance(self, kind):
        """Of what is posted, with Ann or of expenses."""
        domain = [
            ("company_id", "=", self.company.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", kind),
        ]
        if kind == "liability_payable":
            domain += [("partner_id", "=", self.ann.work_contact_id.id)]
        lines = self.env["account.move.line"].search(domain)
        return round(sum(lines.mapped("balance")), 2)

    def _check_proved(self):
        """Both statements follow from what they were made of."""
        statements = self.statement + self.february
        action = statements.with_user(self.accountant).action_recompute()
        check = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(check.line_ids.mapped("title"), [])
