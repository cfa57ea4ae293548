from odoo.fields import Command
from odoo.tests import tagged

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestMargin(MeasureCase):
    """The cost of a margin is that of the day on which it was earned."""

    def setUp(self):
        super().setUp()
        self._cost(60)

    def _cost(self, cost):
        self.product_a.sudo().standard_price = cost

    def test_cost_changed_after_posting(self):
        plan = self._count("invoiced_margin", steps=[(0, 10)])
        invoice = self._invoice(100)
        self.assertEqual(self._earned(self.ann), 4)
        self._cost(80)
        plan.action_compute()
        invoice._sales_commission_compute()
        self.assertEqual(self._earned(self.ann), 4)
        self._refund(invoice)
        self.assertEqual(self._earned(self.ann), 0)
        self.assertEqual(sum(self._credits(plan).mapped("amount")), 0)

    def test_partial_refund_takes_the_cost_of_the_sale(self):
        plan = self._count("invoiced_margin")
        invoice = self._invoice([100, 200])
        self._cost(90)
        self._refund(invoice, amount=100)
        self.assertEqual(self._credited(self.ann, plan), (300 - 120) - (100 - 60))

    def test_refund_policy_does_not_matter_to_the_cost(self):
        plan = self._count("invoiced_margin", component={"refund_period": "own"})
        invoice = self._invoice(100)
        self._cost(80)
        self._refund(invoice, date="2026-02-10")
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-02-01"), -40)

    def test_dozen(self):
        """1 dozen at 840, unit cost 60: 120."""
        plan = self._count("invoiced_margin")
        invoice = self._invoice(840, post=False)
        invoice.invoice_line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
        invoice.invoice_line_ids.write(
            {"price_unit": 840, "tax_ids": [Command.clear()]}
        )
        invoice.action_post()
        self.assertEqual(self._credited(self.ann, plan), 120)

    def test_cost_on_the_order_goes_first(self):
        """Also for a dozen, whose cost on the order is that of a dozen."""
        dozen = self.env.ref("uom.product_uom_dozen")
        plan = self._count("invoiced_margin")
        for uom, price, cost, margin in (
            (self.env.ref("uom.product_uom_unit"), 100, 50, 50),
            (dozen, 840, 720, 120),
        ):
            with self.subTest(uom=uom.name):
                before = self._credited(self.ann, plan)
                order = self._order(
                    [{"price_unit": price, "product_uom_id": uom.id}], confirm=False
                )
                order.order_line.purchase_price = cost
                order.action_confirm()
                self.product_a.sudo().invoice_policy = "order"
                self._cost(99)
                invoice = order._create_invoices()
                invoice.invoice_date = "2026-01-20"
                invoice.invoice_user_id = self.ann.user_id
                invoice.action_post()
                self.assertEqual(self._credited(self.ann, plan) - before, margin)
                self._cost(60)

    def test_cost_is_known_from_the_first_plan_on(self):
        """An invoice that no margin plan counted yet takes the cost of that day."""
        self._invoice(100)
        plan = self._count("invoiced_margin")
        self.assertEqual(self._credited(self.ann, plan), 40)
        self._cost(80)
        later = self._count("invoiced_margin")
        self.assertEqual(self._credited(self.ann, later), 40)

    def test_refund_and_sale_first_counted_together(self):
        invoice = self._invoice(100)
        self._cost(70)
        self._refund(invoice)
        plan = self._count("invoiced_margin", component={"refund_period": "own"})
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_posted_again_keeps_its_cost(self):
        plan = self._count("invoiced_margin")
        invoice = self._invoice(100)
        self._cost(80)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 120
        invoice.action_post()
        self.assertEqual(self._credited(self.ann, plan), 60)

    def test_other_product_takes_its_own_cost(self):
        self.product_b.sudo().standard_price = 10
        plan = self._count("invoiced_margin")
        invoice = self._invoice(100)
        invoice.button_draft()
        invoice.invoice_line_ids.product_id = self.product_b
        invoice.invoice_line_ids.write(
            {"price_unit": 100, "tax_ids": [Command.clear()]}
        )
        invoice.action_post()
        self.assertEqual(self._credited(self.ann, plan), 90)

    def test_copy_takes_the_cost_of_its_own_day(self):
        plan = self._count("invoiced_margin")
        invoice = self._invoice(100)
        self._cost(80)
        copy = invoice.copy({"invoice_date": "2026-01-16"})
        copy.invoice_user_id = self.ann.user_id
        copy.action_post()
        self.assertEqual(self._credited(self.ann, plan), 40 + 20)

    def test_cost_of_zero_is_a_cost(self):
        plan = self._count("invoiced_margin")
        self._cost(0)
        invoice = self._invoice(100)
        self._cost(80)
        invoice._sales_commission_compute()
        self.assertEqual(self._credited(self.ann, plan), 100)

    def test_nothing_is_written_without_a_margin_plan(self):
        self._count("invoiced_amount")
        invoice = self._invoice(100)
        self.env.cr.execute(
            "SELECT count(*) FROM account_move_line WHERE move_id = %s"
            " AND sales_commission_unit_cost IS NOT NULL",
            invoice.ids,
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
