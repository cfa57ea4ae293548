from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CommissionCase

STEPS = ("plan", "payees", "quotas", "publish", "commission")
OFFICER = "sales_commission_gamify.group_officer"


class FirstStepsCase(CommissionCase):
    """A company that invoices and has no plan; an officer without an employee."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._create_user("steps_officer", OFFICER)

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(
            cls.env(su=True),
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _steps(self, user=None):
        return self.env["sales.commission.first.steps"].with_user(user or self.officer)

    def _shown(self):
        answer = self._steps().get_first_steps()
        return {step["key"]: step for step in answer["steps"]} if answer else {}

    def _done(self):
        return [key for key, step in self._shown().items() if step["done"]]


@tagged("post_install", "-at_install")
class TestFirstSteps(FirstStepsCase):
    def test_done_is_what_is_there(self):
        """Each step is done when its records are, and open again without them."""
        self.assertEqual(list(self._shown()), list(STEPS))
        self.assertEqual(self._done(), [])
        plan = self._create_plan(payees=self.env["hr.employee"], publish=False)
        self.assertEqual(self._done(), ["plan", "quotas"])
        plan.assignment_ids = [Command.create({"employee_id": self.ann.id})]
        self.assertEqual(self._done(), ["plan", "payees", "quotas"])
        plan.component_ids.lookup = "attainment"
        self.assertEqual(self._done(), ["plan", "payees"])
        self.assertIn("Invoiced", self._shown()["quotas"]["text"])
        plan.component_ids.quota = 1000
        self.assertEqual(self._done(), ["plan", "payees", "quotas"])
        plan.action_publish()
        self.assertEqual(self._done(), list(STEPS[:-1]))
        self._invoice(1000)
        self.assertEqual(self._done(), list(STEPS))

    def test_gone_the_day_after_the_first_credit(self):
        self._create_plan()
        self._invoice(1000)
        button = self._shown()["commission"]["buttons"][0]
        self.assertEqual(button["method"], "action_open_credits")
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.assertFalse(self._steps().get_first_steps())

    def test_dismissed_for_the_company_alone(self):
        other = self._create_user("steps_officer_2", OFFICER)
        self._steps().dismiss()
        self.assertFalse(self._steps().get_first_steps())
        self.assertFalse(self._steps(other).get_first_steps())
        company = self.env["res.company"].sudo().create({"name": "Another"})
        elsewhere = self._steps().with_user(self.env.ref("base.user_root"))
        elsewhere = elsewhere.with_company(company)
        self.assertTrue(elsewhere.get_first_steps())

    def test_officers_only(self):
        for groups in (
            "base.group_user",
            "sales_commission_gamify.group_manager",
            "base.group_portal",
        ):
            user = self._create_user(f"steps_{groups}", groups)
            for method in (
                "get_first_steps",
                "dismiss",
                "action_add_sellers",
                "action_open_plan",
                "action_credit_month",
                "action_open_employees",
            ):
                with (
                    self.subTest(groups=groups, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(self._steps(user), method)()

    def test_first_plan_starts_this_month(self):
        """And pays what who sold invoiced; bringing it up to date adds nothing."""
        self._invoice(1000, date=fields.Date.today())
        plans = self.env["sales.commission.plan"].with_user(self.officer)
        action = self._steps().action_choose_template()
        plan = plans.browse(
            plans.create_from_template("flat", action["params"]["starts_now"])["res_id"]
        )
        self.assertEqual(plan.date_from, fields.Date.today().replace(day=1))
        payees = self._shown()["payees"]
        self.assertIn("Ann", payees["text"])
        self.assertNotIn("Bob", payees["text"])
        self._steps().action_add_sellers()
        self._steps().action_add_sellers()
        self.assertEqual(plan.assignment_ids.employee_id, self.ann)
        plan.action_publish()
        self.assertEqual(self._earned(self.ann), 50)
        self._steps().action_credit_month()
        self.assertEqual(self._earned(self.ann), 50)

    def test_buttons_say_what_is_missing(self):
        with self._refused("Choose a plan first", UserError):
            self._steps().action_choose_payees()
        with self._refused("Publish a plan first", UserError):
            self._steps().action_credit_month()
        self._create_plan()
        with self._refused("No invoice of a payee is posted", UserError):
            self._steps().action_credit_month()
        with self._refused("Ask whoever manages employees", UserError):
            self._steps().action_open_employees()

    def test_plan_that_starts_later(self):
        plan = self._create_plan(
            date_from=fields.Date.today() + timedelta(days=40), publish=True
        )
        step = self._shown()["commission"]
        self.assertIn("starts on", step["text"])
        self.assertEqual(step["buttons"], [])
        self.assertEqual(plan.state, "published")

    def test_company_without_employees(self):
        company = self.env["res.company"].sudo().create({"name": "Nobody Yet"})
        self.officer.sudo().company_ids = [Command.link(company.id)]
        steps = self._steps().with_context(allowed_company_ids=company.ids)
        payees = steps.get_first_steps()["steps"][1]
        self.assertIn("none yet", payees["text"])
        self.assertEqual(payees["buttons"][0]["method"], "action_open_employees")


@tagged("post_install", "-at_install")
class TestFirstStepsTour(FirstStepsCase, HttpCase):
    def test_from_nothing_to_the_first_commission(self):
        """Nine clicks from the app to the first commission, and later ones by
        themselves."""
        self._invoice(1000, date=fields.Date.today())
        self.start_tour(
            "/odoo", "sales_commission_first_steps", login=self.officer.login
        )
        plan = self.env["sales.commission.plan"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(plan.state, "published")
        self.assertEqual(self._earned(self.ann), 50)
        self._invoice(200, date=fields.Date.today())
        self.assertEqual(self._earned(self.ann), 60)
