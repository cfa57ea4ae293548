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
