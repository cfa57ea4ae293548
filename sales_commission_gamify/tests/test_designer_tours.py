from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestDesignerTours(CommissionCase, HttpCase):
    def test_design_try_and_publish(self):
        """From the menu to a published plan, without leaving the page."""
        lead = self._create_payee(
            "Lea",
            groups="sales_team.group_sale_manager,"
            "sales_commission_gamify.group_administrator",
        )
        self.start_tour(
            "/odoo", "sales_commission_plan_designer", login=lead.user_id.login
        )
        plan = self.env["sales.commission.plan"].search(
            [("name", "=", "Field sales, tiered")]
        )
        self.assertEqual(plan.state, "published")
        self.assertRecordValues(
            plan.component_ids.rate_ids,
            [
                {"bound": 0, "percent": 3, "kind": "percent"},
                {"bound": 10000, "percent": 6, "kind": "percent"},
                {"bound": 25000, "percent": 8, "kind": "percent"},
                {"bound": 50000, "percent": 10, "kind": "percent"},
            ],
        )

    def test_two_levels_and_a_version(self):
        """Designed, tried, published and replaced by a better version, by hand."""
        lead = self._create_payee(
            "Lea",
            groups="sales_team.group_sale_manager,"
            "sales_commission_gamify.group_administrator",
        )
        self.start_tour(
            "/odoo", "sales_commission_plan_levels", login=lead.user_id.login
        )
        first, second = self.env["sales.commission.plan"].search(
            [("name", "=", "Sellers and two levels")], order="version"
        )
        self.assertEqual(second.previous_id, first)
        self.assertEqual({first.state, second.state}, {"published"})
        self.assertEqual(first.date_to, second.date_from - timedelta(days=1))
        for plan, percents in ((first, [2, 1]), (second, [2.5, 1])):
            sellers, levels = plan.component_ids
            self.assertEqual(sellers.rate_ids.mapped("percent"), [3, 5, 8])
            self.assertEqual(levels.credited_to, "hierarchy")
            self.assertRecordValues(
                levels.rate_ids.sorted("level"),
                [
                    {"level": level, "bound": 0, "percent": percent}
                    for level, percent in enumerate(percents, 1)
                ],
            )
