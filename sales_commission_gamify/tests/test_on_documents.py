from odoo import fields
from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestOnDocuments(CommissionCase):
    """What invoices and sales teams tell of commissions, and whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.max.user_id.group_ids += cls.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for payee in cls.ann + cls.bob + cls.max:
            payee.user_id.group_ids += cls.env.ref("account.group_account_invoice")

    def _look(self, move, payee):
        text = move.with_user(payee.user_id).sales_commission_credited_text or ""
        return text.replace("\xa0", " ").replace("\ufeff", "")

    def test_invoice_tells_payee_and_manager(self):
        self._create_plan(payees=self.ann + self.bob)
        move = self._invoice(1000)
        told = "Ann: $ 1,000.00 for Invoiced, which brings $ 50.00 so far."
        self.assertEqual(self._look(move, self.ann), told)
        self.assertEqual(self._look(move, self.max), told)
        self.assertEqual(self._look(move, self.bob), "")
        self.assertEqual(self._look(self._invoice(70, post=False), self.ann), "")

    def test_refund_tells_what_it_takes(self):
        self._create_plan()
        refund = self._refund(self._invoice(1000), amount=400)
        self.assertIn("$ -400.00 for Invoiced", self._look(refund, self.ann))

    def test_credits_are_the_own_ones(self):
        self._create_plan(payees=self.ann + self.bob)
        move = self._invoice(1000)
        for payee, count in ((self.ann, 1), (self.bob, 0), (self.max, 1)):
            action = move.with_user(
                payee.user_id
            ).action_view_sales_commission_credits()
            credits_ = self.env["sales.commission.credit"].with_user(payee.user_id)
            self.assertEqual(credits_.search_count(action["domain"]), count)

    def test_without_plans_nothing_is_asked(self):
        move = self._invoice(1000).with_user(self.ann.user_id)
        move.fetch(["state", "move_type"])
        self.env["sales.commission.run"]._has_plans("account.move")
        move.env.user.has_group("base.group_user")
        with self.assertQueryCount(0):
            self.assertFalse(move.sales_commission_credited_text)

    def test_attainment_of_a_team(self):
        team = self.env["crm.team"].sudo().create({"name": "North"})
        team.member_ids = self.ann.user_id + self.bob.user_id
        plan = self._create_plan(
            payees=self.ann + self.bob,
            component={"lookup": "attainment", "quota": 1000},
        )
        plan.assignment_ids.sudo().team_id = team
        today = fields.Date.today()
        self._invoice(900, date=today)
        self._invoice(300, payee=self.bob, date=today)
        team = self.env["crm.team"].browse(team.id)
        self.assertEqual(team.sales_commission_attainment, 60)
        # a manager adds up those below
        seen = team.with_user(self.max.user_id).sudo(False)
        self.assertEqual(seen.sales_commission_attainment, 90)
        action = seen.action_view_sales_commission_attainment()
        rows = self.env["sales.commission.attainment"]
        self.assertEqual(
            rows.with_user(self.max.user_id).search(action["domain"]).employee_id.ids,
            self.ann.ids,
        )
