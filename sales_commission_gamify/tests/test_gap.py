from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestGap(CommissionCase):
    """Documents nobody is credited for are listed with the reason."""

    def setUp(self):
        super().setUp()
        self._create_plan(
            component={"domain": f"[('product_id', '=', {self.product_a.id})]"}
        )

    def _gaps(self):
        domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        return self.env["account.move"].search(
            [*domain, ("sales_commission_missing", "=", True)]
        )

    def _count_only(self, measure, payee, **component):
        measure = self.env.ref(f"sales_commission_gamify.measure_{measure}")
        return self._create_plan(
            payees=payee, component={"measure_id": measure.id, **component}
        )

    def test_credited_document_is_not_listed(self):
        invoice = self._invoice(1000)
        self.assertTrue(invoice.sales_commission_credited)
        self.assertFalse(invoice.sales_commission_gap)
        self.assertFalse(self._gaps())

    def test_reasons(self):
        no_payee = self._invoice(1000)
        no_payee.invoice_user_id = self.env.user
        no_salesperson = self._invoice(1000)
        no_salesperson.invoice_user_id = False
        no_plan = self._invoice(1000, payee=self.bob)
        too_early = self._invoice(1000, date="2025-12-31")
        other_product = self._invoice(1000, post=False)
        other_product.invoice_line_ids.product_id = self.product_b
        other_product.action_post()
        for move, words in (
            (no_payee, "no employee"),
            (no_salesperson, "no salesperson"),
            (no_plan, "Bob takes part in no published plan"),
            (too_early, "Ann takes part in no published plan on 2025-12-31"),
            (other_product, "filters"),
        ):
            with self.subTest(words=words):
                self.assertIn(words, move.sales_commission_gap)
                self.assertIn(move, self._gaps())
                self.assertTrue(move.sales_commission_missing)

    def test_nothing_is_missing_when_the_plans_count_no_invoices(self):
        self._count_only("ordered_amount", self.bob)
        invoice = self._invoice(1000, payee=self.bob)
        self.assertIn("count no invoices", invoice.sales_commission_gap)
        self.assertFalse(invoice.sales_commission_missing)
        self.assertNotIn(invoice, self._gaps())
        before = self._invoice(1000, payee=self.bob, date="2025-12-31")
        self.assertIn(before, self._gaps())

    def test_unpaid_invoice_is_not_missing_where_payments_count(self):
        self._count_only("collected_amount", self.bob)
        invoice = self._invoice(1000, payee=self.bob)
        self.assertIn("once it is paid", invoice.sales_commission_gap)
        self.assertNotIn(invoice, self._gaps())
        self._register_payment(invoice)
        self.assertFalse(invoice.sales_commission_gap)
        self.assertTrue(invoice.sales_commission_credited)
        only_b = f"[('product_id', '=', {self.product_b.id})]"
        self._count_only("collected_amount", self.max, domain=only_b)
        other = self._invoice(1000, payee=self.max)
        self.assertNotIn(other, self._gaps())
        self._register_payment(other)
        self.assertIn("filters", other.sales_commission_gap)
        self.assertIn(other, self._gaps())
