import contextlib
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..models.ledger.reach import SalesCommissionRun
from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestReach(MeasureCase):
    """A document asks the plans that it can count for, and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.of_ann = cls._create_plan(payees=cls.ann)
        cls.of_bob = cls._create_plan(payees=cls.bob)
        cls.over = cls._create_plan(
            payees=cls.ann, date_from="2025-01-01", date_to="2025-12-31"
        )
        cls.of_all = cls._create_plan(
            payees=cls.ann | cls.bob, component={"credited_to": "everybody"}
        )
        cls.of_orders = cls._count("ordered_amount", payees=cls.ann | cls.bob)
        cls.of_customers = cls._count("new_customers", payees=cls.bob)

    def _asked(self, documents):
        run = self.env["sales.commission.run"].sudo()
        return run._get_live_components(documents._name, documents.ids).plan_id

    def test_who_is_asked(self):
        invoice = self._invoice(1000)
        always = self.of_all | self.of_customers
        self.assertEqual(self._asked(invoice), self.of_ann | always)
        old = self._invoice(1000, date="2025-06-01")
        self.assertEqual(self._asked(old) & self.over, self.over)
        self.assertFalse(self._asked(old) & self.of_ann)
        order = self._order([1000])
        self.assertEqual(self._asked(order), self.of_orders)

    def test_who_was_credited_is_asked_again(self):
        invoice = self._invoice(1000)
        invoice.invoice_user_id = self.bob.user_id
        self.assertLessEqual(self.of_ann | self.of_bob, self._asked(invoice))
        self.assertEqual(self._earned(self.ann, self.of_ann), 0)
        self.assertEqual(self._earned(self.bob, self.of_bob), 50)

    def test_who_shares_is_asked(self):
        invoice = self._invoice(
            1000,
            post=False,
            sales_commission_split_ids=[
                Command.create({"employee_id": payee.id, "percent": 50})
                for payee in (self.ann, self.bob)
            ],
        )
        invoice.action_post()
        self.assertLessEqual(self.of_ann | self.of_bob, self._asked(invoice))
        self.assertEqual(self._earned(self.bob, self.of_bob), 25)

    def test_nothing_that_counts_is_left_out(self):
        """Asking every plan finds nothing more."""
        sale = self._invoice([1000, 500])
        self._refund(sale, 300)
        moved = self._invoice(700, payee=self.bob)
        moved.invoice_user_id = self.ann.user_id
        reset = self._invoice(400, payee=self.bob)
        reset.button_draft()
        late = self._refund(self._invoice(900, date="2025-12-31"), date="2026-02-01")
        order = self._order([600], payee=self.bob)
        cancelled = self._order([800])
        cancelled._action_cancel()
        moves = sale | moved | reset | late | late.reversed_entry_id
        credit = self.env["sales.commission.credit"]
        before = credit.search_count([])
        self.assertGreater(before, 10)
        with patch.object(
            SalesCommissionRun,
            "_get_reached",
            lambda _self, _model, _ids, live: [row.id for row in live],
        ):
            (moves | sale.reversal_move_ids)._sales_commission_compute()
            (order | cancelled)._sales_commission_compute()
        self.assertEqual(credit.search_count([]), before)

    def test_what_is_reset_asks_who_counts_its_sale(self):
        """A refund credited nothing; without it the sale counts again."""
        sales = self._count("invoices", payees=self.ann)
        sale = self._invoice(1000)
        self.assertEqual(self._quantity(sales), 1)
        refund = self._refund(sale)
        self.assertEqual(self._quantity(sales), 0)
        refund.button_draft()
        self.assertEqual(self._quantity(sales), 1)
        sale.button_draft()
        self.assertEqual(self._quantity(sales), 0)
        self.assertFalse(self._credited(self.ann, self.of_ann))

    def test_what_was_published_and_taken_back_counts_nothing(self):
        """The workers' memory of it outlives the savepoint that took it back."""
        draft = self._create_plan(payees=self.ann, publish=False)
        run = self.env["sales.commission.run"].sudo()
        with contextlib.closing(self.env.cr.savepoint()):
            draft.action_publish()
            self.assertIn(
                draft.id, [row.plan_id for row in run._get_live("account.move")]
            )
        self.assertIn(draft.id, [row.plan_id for row in run._get_live("account.move")])
        self.assertNotIn(draft, self._asked(self._invoice(1000)))
        self.assertEqual(self._earned(self.ann, draft), 0)
        draft.date_to = False
        draft.action_publish()
        self.assertEqual(self._earned(self.ann, draft), 50)

    def test_a_plan_that_is_ended_is_not_asked_after_its_end(self):
        self.assertIn(self.of_ann, self._asked(self._invoice(1000, date="2026-03-02")))
        self.of_ann.date_to = "2026-02-28"
        late = self._invoice(1000, date="2026-03-02")
        self.assertNotIn(self.of_ann, self._asked(late))
