from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestTemplates(CommissionCase):
    def _create(self, key):
        action = self.env["sales.commission.plan"].create_from_template(key)
        return self.env["sales.commission.plan"].browse(action["res_id"])

    def _keys(self):
        templates = self.env["sales.commission.plan"].get_templates()
        return [template["key"] for template in templates]

    def test_each_can_be_published_once_its_payees_are_set(self):
        for key in self._keys():
            with self.subTest(template=key):
                plan = self._create(key)
                self.assertEqual(plan.state, "draft")
                plan.assignment_ids = [Command.create({"employee_id": self.ann.id})]
                plan.action_publish()
                self.assertEqual(plan.state, "published")

    def test_each_tells_what_it_is_for(self):
        templates = self.env["sales.commission.plan"].get_templates()
        self.assertGreaterEqual(len(templates), 8)
        for template in templates:
            with self.subTest(template=template["key"]):
                self.assertTrue(template["name"] and template["summary"])
                plan = self._create(template["key"])
                self.assertEqual(plan.name, template["name"])
                text = plan._get_document()
                self.assertTrue(all(part["rules"] for part in text["sections"]))

    def test_examples_are_right(self):
        for key in self._keys():
            with self.subTest(template=key):
                for example in self._create(key).example_ids:
                    self.assertTrue(example.is_right, example.explanation)

    @freeze_time("2026-03-10")
    def test_dates(self):
        self.assertEqual(str(self._create("flat").date_from), "2026-04-01")
        sprint = self._create("spiff")
        self.assertEqual(str(sprint.date_from), "2026-03-10")
        self.assertEqual(str(sprint.date_to), "2026-03-23")

    def test_hierarchy_is_there_once(self):
        for key in ("override", "levels", "override"):
            plan = self._create(key)
            self.assertEqual(plan.component_ids.hierarchy_id.kind, "manager")
        self.assertEqual(
            self.env["sales.commission.hierarchy"].search_count(
                [("kind", "=", "manager")]
            ),
            1,
        )

    def test_unknown_template(self):
        with self.assertRaisesRegex(UserError, "no template"):
            self._create("no_such")

    def test_payee_makes_no_plan(self):
        plans = self.env["sales.commission.plan"].with_user(self.ann.user_id)
        with self.assertRaises(AccessError):
            plans.create_from_template("flat")


@tagged("post_install", "-at_install")
class TestLifeCycleTour(CommissionCase, HttpCase):
    def test_template_to_next_version(self):
        officer = self._create_payee(
            "Officer", groups="sales_commission_gamify.group_officer,hr.group_hr_user"
        )
        self.start_tour(
            "/odoo/commission-plan-templates",
            "sales_commission_plan_life_cycle",
            login=officer.user_id.login,
        )
        plans = self.env["sales.commission.plan"].search([], order="version")
        self.assertEqual(plans.mapped("state"), ["published", "draft"])
        self.assertEqual(plans[1].previous_id, plans[0])
        self.assertEqual(plans[1].assignment_ids.employee_id, self.ann)
