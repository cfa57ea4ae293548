from datetime import date

from odoo.tests import tagged

from ...engine import periods
from ..test_preview import TODAY, PreviewCase


@tagged("post_install", "-at_install")
class TestForecastOpportunities(PreviewCase):
    """5 % of what is invoiced, in March 2026."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "sales_team.group_sale_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_plan(payees=cls.ann + cls.bob)
        cls.month = periods.period_of(date(2026, 3, 10), "month")

    def _lead(self, revenue=1000, probability=40, payee=None, **vals):
        lead = self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": (payee or self.ann).user_id.id,
                "date_deadline": "2026-03-25",
                "expected_revenue": revenue,
                **vals,
            }
        )
        lead.probability = probability
        return lead

    def _forecast(self, *payees):
        payees = self.env["hr.employee"].union(*payees or (self.ann,))
        found = self.runs._get_forecast(payees, self.month)
        return {payee.name: row.get("opportunities") for payee, row in found.items()}

    def test_expected_revenue_by_probability(self):
        self._lead()
        self._lead(3000, 10, partner_id=self.partner_a.id)
        self._lead(500, 100 / 3, payee=self.bob)
        self.assertEqual(self._forecast(self.ann, self.bob), {"Ann": 35, "Bob": 8.33})

    def test_total_and_line_of_the_page(self):
        self._order([1000], date=TODAY)
        self._lead()
        pages = self.env["sales.commission.dashboard"].with_user(self.ann.user_id)
        found = pages.get_my_forecast()
        self.assertEqual(
            {row["key"]: row["amount"] for row in found["rows"]},
            {"earned": 0, "orders": 50, "quotations": 0, "opportunities": 20},
        )
        self.assertEqual(found["total_text"], self.company.currency_id.format(70))
        self.assertFalse(pages.with_user(self.bob.user_id).get_my_forecast())

    def test_left_out(self):
        """Won, lost, closing later or no one knows when, of no revenue, a lead."""
        self._lead().action_set_won()
        self._lead().action_set_lost()
        self._lead(date_deadline="2026-04-01")
        self._lead(date_deadline=False)
        self._lead(revenue=0)
        self._lead(type="lead")
        self.assertEqual(self._forecast(), {"Ann": 0})

    def test_overdue_counts(self):
        self._lead(date_deadline="2026-02-01")
        self.assertEqual(self._forecast(), {"Ann": 20})

    def test_switched_off(self):
        self._lead()
        self.company.sudo().sales_commission_forecast_opportunities = False
        self.assertEqual(self._forecast(), {"Ann": None})

    def test_its_quotation_counts_instead(self):
        lead = self._lead()
        order = self._order([800], confirm=False, opportunity_id=lead.id)
        row = self.runs._get_forecast(self.ann, self.month)[self.ann]
        self.assertEqual((row["quotations"], row["opportunities"]), (4, 0))
        order._action_cancel()
        row = self.runs._get_forecast(self.ann, self.month)[self.ann]
        self.assertEqual((row["quotations"], row["opportunities"]), (0, 20))

    def test_on_top_of_what_is_ordered(self):
        """At the rate of the step that the orders reach."""
        self._create_plan(
            payees=self.max, steps=[(0, 1), (1000, 10)], name="Steps for Max"
        )
        self._order([1000], payee=self.max, date=TODAY)
        self._lead(payee=self.max)
        row = self.runs._get_forecast(self.max, self.month)[self.max]
        self.assertEqual((row["orders"], row["opportunities"]), (10, 40))

    def test_orders_and_payments_too_but_no_numbers(self):
        for measure, value in (
            ("ordered_amount", 20),
            ("collected_amount", 20),
            ("invoiced_margin", 0),
        ):
            with self.subTest(measure=measure):
                ready = self.env.ref(
                    f"sales_commission_gamify.measure_{measure}", False
                )
                self.assertTrue(ready)
                payee = self._create_payee(
                    measure.title(), groups="sales_team.group_sale_salesman"
                )
                self._create_plan(
                    name=measure, payees=payee, component={"measure_id": ready.id}
                )
                self._lead(payee=payee)
                [found] = self._forecast(payee).values()
                self.assertEqual(found, value)

    def test_queries_do_not_grow(self):
        counts = []
        for number in (2, 10, 20):
            for payee in [self.ann, self.bob] * (number // 2):
                self._lead(payee=payee)
            self.env.flush_all()
            self._forecast(self.ann, self.bob)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._forecast(self.ann, self.bob)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)
