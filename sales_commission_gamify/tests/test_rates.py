from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestRates(CommissionCase):
    """What rate tables pay on posted invoices, as rows a sales manager can read."""

    def _pays(self, steps, sales, **component):
        """What a fresh plan pays for *sales*: amounts, or (date, amount)."""
        self.env["account.move"].search(
            [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        ).button_draft()
        rates = []
        for bound, pay, *application in steps:
            kind = "fixed" if isinstance(pay, str) else "percent"
            rates.append(
                Command.create(
                    {
                        "bound": bound,
                        "kind": kind,
                        kind: float(pay),
                        "application": application[0] if application else False,
                    }
                )
            )
        plan = self._create_plan(component={**component, "rate_ids": rates})
        for sale in sales:
            date, amount = sale if isinstance(sale, tuple) else ("2026-01-15", sale)
            self._invoice(amount, date=date)
        return self._earned(self.ann, plan)

    def test_tables(self):
        ladder = [(0, 1.0), (1000, 2.0), (3000, 3.0), (8000, 5.0)]
        edge = [(0, 1.75), (1_500_000, 2.5)]
        both = [(0, 5.0), (16500, 10.0, "retroactive"), (33000, 20.0)]
        line = [(0, 4.0), (1000, 8.0)]
        deals = [200, 300, 1500, 1200, 2000, 4500]
        # table, sales, policies, pay
        for steps, sales, policies, pay in (
            (ladder, deals, {"lookup": "document"}, 164),
            (ladder, [9700], {}, 10 + 40 + 150 + 85),
            (ladder, deals, {}, 10 + 40 + 150 + 85),
            (edge, [1_500_000], {"application": "retroactive"}, 37_500),
            (
                edge,
                [1_500_000],
                {"application": "retroactive", "edge": "lower"},
                26_250,
            ),
            (both, [10_000], {}, 500),
            (both, [16_500], {}, 1_650),
            (both, [20_000], {}, 2_000),
            (both, [40_000], {}, 4_700),
            (
                line,
                [500],
                {"application": "retroactive", "between": "interpolated"},
                30,
            ),
            ([(0, 20.0)], [5000], {"lookup": "document", "cap_per_document": 500}, 500),
            ([(0, 20.0)], [5000, 1000], {"cap_per_period": 700}, 700),
            ([(0, 1.0)], [50_000], {"floor": 1000}, 1000),
            ([(0, 1.0)], [200_000], {"floor": 1000}, 2000),
            ([(0, 0.0), (2, "50"), (3, "75")], [10, 10], {"lookup": "count"}, 50),
            ([(0, 0.0), (2, "50"), (3, "75")], [10, 10, 10], {"lookup": "count"}, 125),
        ):
            with self.subTest(steps=steps, sales=sales, policies=policies):
                self.assertEqual(self._pays(steps, sales, **policies), pay)

    def test_running_total(self):
        """January fills the 5 % step up to 8,000 of 10,000; February goes on."""
        steps = [(0, 5.0), (10_000, 10.0)]
        sales = [("2026-01-10", 8000), ("2026-02-10", 5000), ("2027-01-10", 8000)]
        pay = self._pays(steps, sales, lookup="running")
        self.assertEqual(pay, 400 + (100 + 300) + 400)

    def test_running_total_by_quarter(self):
        steps = [(0, 5.0), (10_000, 10.0)]
        sales = [("2026-03-10", 8000), ("2026-04-10", 5000)]
        pay = self._pays(steps, sales, lookup="running", running_kind="quarter")
        self.assertEqual(pay, 400 + 250)

    def test_refund_of_an_earlier_month_reprices_the_later_ones(self):
        """3,000 less in January leave room in February's lower step."""
        steps = [(0, 5.0), (10_000, 10.0)]
        self._pays(steps, [("2026-02-10", 5000)], lookup="running")
        january = self._invoice(8000, date="2026-01-10")
        self.assertEqual(self._earned(self.ann, date_from="2026-02-01"), 400)
        self._refund(january, amount=3000)
        self.assertEqual(self._earned(self.ann, date_from="2026-01-01"), 250)
        self.assertEqual(self._earned(self.ann, date_from="2026-02-01"), 250)

    def test_refunded_sale_no_longer_counts(self):
        self._pays([(0, 0.0), (2, "50")], [100], lookup="count")
        second = self._invoice(100)
        self.assertEqual(self._earned(self.ann), 50)
        self._refund(second)
        self.assertEqual(self._earned(self.ann), 0)

    def test_floor_is_not_clawed_back(self):
        """5 % of 100 are 5, lifted to 10; the refund takes back the 5."""
        self._pays([(0, 5.0)], [], floor=10)
        invoice = self._invoice(100)
        self.assertEqual(self._earned(self.ann), 10)
        self._refund(invoice)
        self.assertEqual(self._earned(self.ann), 5)

    def test_partial_refund_of_a_capped_sale(self):
        self._pays([(0, 20.0)], [], lookup="document", cap_per_document=500)
        invoice = self._invoice(5000)
        self._refund(invoice, amount=4000)
        self.assertEqual(self._earned(self.ann), 200)

    def test_names_of_steps(self):
        plan = self._create_plan(steps=[(0, 5), (1000, 7.5)], publish=False)
        rates = plan.component_ids.rate_ids
        self.assertEqual(rates[0].display_name, "5 %")
        self.assertRegex(rates[1].display_name, r"^7\.5 % from .*1,000\.00")
        plan.component_ids.lookup = "count"
        rates.invalidate_recordset(["display_name"])
        self.assertEqual(rates[1].display_name, "7.5 % from 1000 sales")
        plan.component_ids.lookup = "attainment"
        rates.invalidate_recordset(["display_name"])
        self.assertEqual(rates[1].display_name, "7.5 % from 1000 % of the quota")

    def test_rules_that_cannot_be_priced(self):
        for words, policies in (
            ("floor is above the cap", {"floor": 10, "cap_per_period": 5}),
            ("cap per sale needs", {"cap_per_document": 5}),
            ("cannot be negative", {"cap_per_period": -5}),
            ("paid on the whole", {"between": "interpolated"}),
        ):
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self._create_plan(
                    steps=[(0, 5), (100, 6)], publish=False, component=policies
                )

    def test_running_total_of_the_period_itself(self):
        with self.assertRaisesRegex(ValidationError, "measured each year already"):
            self._create_plan(period_kind="year", component={"lookup": "running"})
