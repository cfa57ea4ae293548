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
            [*domain, ("sales_commission_credited", "=", False)]
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
