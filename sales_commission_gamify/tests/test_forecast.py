from datetime import date

from odoo.tests import tagged

from odoo.addons.sales_commission_gamify.engine import periods

from .test_preview import TODAY, PreviewCase


@tagged("post_install", "-at_install")
class TestForecast(PreviewCase):
    """5 % of what is invoiced; quotations count for 10 %, sent ones for 30 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_plan(payees=cls.ann + cls.bob)
        cls.month = periods.period_of(date(2026, 3, 10), "month")

    def _forecast(self, *payees):
        payees = self.env["hr.employee"].union(*payees or (self.ann,))
        found = self.runs._get_forecast(payees, self.month)
        return {payee.name: tuple(row.values()) for payee, row in found.items()}

    def _sent(self, *lines, **vals):
        order = self._order(lines, confirm=False, **vals)
        order.action_quotation_sent()
        return order

    def test_what_it_is_made_of(self):
        self._invoice(100, date=TODAY)
        self._order([1000], date=TODAY)
        self._order([2000], confirm=False)
        self._sent(4000)
        self.assertEqual(self._forecast(), {"Ann": (5, 50, 10 + 60, 125)})

    def test_each_payee_has_his_own(self):
        self._order([1000], date=TODAY)
        self._order([2000], date=TODAY, payee=self.bob)
        self.assertEqual(
            self._forecast(self.ann, self.bob),
            {"Ann": (0, 50, 0, 50), "Bob": (0, 100, 0, 100)},
        )

    def test_only_what_is_not_invoiced(self):
        order = self._order([1000], date=TODAY)
        invoice = order._create_invoices()
        self.assertEqual(self._forecast(), {"Ann": (0, 50, 0, 50)})
        invoice.invoice_date = TODAY
        invoice.action_post()
        self.assertEqual(self._forecast(), {"Ann": (50, 0, 0, 50)})

    def test_left_out(self):
        """Expired, cancelled, delivered in another month, of no weight."""
        self._sent(1000, validity_date="2026-03-09")
        self._sent(1000).action_cancel()
        self._order([1000], date=TODAY, commitment_date="2026-04-02 10:00:00")
        self.company.sudo().sales_commission_draft_weight = 0
        self._order([1000], confirm=False)
        self.assertEqual(self._forecast(), {"Ann": (0, 0, 0, 0)})

    def test_a_step_that_the_orders_reach(self):
        """Quotations are weighed on top of what is ordered: at the rate of the step
        that the orders reach."""
        self._create_plan(
            payees=self.max, steps=[(0, 1), (1000, 10)], name="Steps for Max"
        )
        self._order([1000], payee=self.max, date=TODAY)
        self._sent(100, payee=self.max)
        self.assertEqual(self._forecast(self.max), {"Max": (0, 10, 3, 13)})

    def test_manager_gets_the_orders_of_those_below(self):
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    (0, 0, {"employee_id": self.ann.id, "manager_id": self.max.id})
                ],
            }
        )
        self._create_plan(
            payees=self.max,
            name="Team",
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [(0, 0, {"bound": 0, "level": 1, "percent": 2})],
            },
        )
        self._order([1000], date=TODAY)
        self.assertEqual(self._forecast(self.max), {"Max": (0, 20, 0, 20)})

    def test_queries_do_not_grow(self):
        counts = []
        for number in (2, 10):
            for payee in [self.ann, self.bob] * (number // 2):
                self._order([100], payee=payee, date=TODAY)
                self._sent(200, payee=payee)
            self.env.flush_all()
            self._forecast(self.ann, self.bob)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._forecast(*(self.ann, self.bob)[: 1 if number == 2 else 2])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4, counts)

    def test_page_of_a_payee(self):
        pages = self.env["sales.commission.dashboard"]
        mine = pages.with_user(self.ann.user_id)
        self.assertFalse(mine.get_my_forecast())
        self._order([1000], date=TODAY)
        found = mine.get_my_forecast()
        self.assertEqual(found["month"], "March 2026")
        self.assertEqual([row["amount"] for row in found["rows"]], [0, 50, 0])
        self.assertFalse(pages.with_user(self.bob.user_id).get_my_forecast())
        self.assertTrue(pages.get_my_forecast._readonly)
