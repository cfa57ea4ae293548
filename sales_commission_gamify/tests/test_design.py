from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestDesign(CommissionCase):
    def assertRefused(self, words, error=ValidationError):
        return self.assertRaisesRegex(error, words)

    def test_published_plan_is_never_edited(self):
        plan = self._create_plan()
        component = plan.component_ids
        for record, values in (
            (plan, {"name": "Other"}),
            (plan, {"date_from": "2026-02-01"}),
            (plan.assignment_ids, {"employee_id": self.bob.id}),
            (component, {"application": "retroactive"}),
            (component.rate_ids, {"percent": 20}),
            (component, {"rate_ids": [Command.create({"bound": 9, "percent": 9})]}),
            (component, {"point_rule_ids": [Command.create({"name": "x"})]}),
            (component.measure_id, {"domain": "[('quantity', '>', 1)]"}),
            (plan, {"component_ids": [Command.delete(component.id)]}),
        ):
            with (
                self.subTest(model=record._name, values=values),
                self.assertRefused("published", UserError),
            ):
                record.write(values)
        with self.assertRefused("published", UserError):
            plan.unlink()

    def test_state_only_by_buttons(self):
        plan = self._create_plan(publish=False)
        with self.assertRefused("buttons", UserError):
            plan.state = "published"

    def test_duplicate_is_a_draft_with_the_same_rules(self):
        plan = self._create_plan(steps=[(0, 5), (1000, 8)])
        copy = plan.copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.component_ids.rate_ids.mapped("percent"), [5, 8])
        copy.component_ids.rate_ids[1].percent = 9

    def test_plan_without_component_is_refused(self):
        plan = self._create_plan(publish=False, component_ids=[])
        with self.assertRefused("pays nothing"):
            plan.action_publish()

    def test_component_without_rate_is_refused(self):
        plan = self._create_plan(publish=False, steps=())
        with self.assertRefused("no rate"):
            plan.action_publish()

    def test_table_must_start_at_zero(self):
        with self.assertRefused("pays nothing below"):
            self._create_plan(steps=[(1000, 5)])

    def test_duplicate_bound(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._create_plan(steps=[(0, 5), (0, 6)])

    def test_negative_bound(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._create_plan(steps=[(-5, 5), (0, 6)])

    def test_filter_that_does_not_compile(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[(",
            "[('id', 'is', 1)]",
            "[('quantity', '>', 'abc')]",
            "[('id', '=', 'abc')]",
        ):
            with self.subTest(domain=domain), self.assertRefused("filter of"):
                self._create_plan(component={"domain": domain})

    def test_plan_ends_before_it_starts(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._create_plan(date_to="2025-12-31")

    def test_overlapping_participation(self):
        plan = self._create_plan()
        with self.assertRefused("Ann is already in the plan"):
            self.env["sales.commission.assignment"].create(
                {
                    "plan_id": plan.id,
                    "employee_id": self.ann.id,
                    "date_from": "2026-06-01",
                }
            )

    def test_leaving_and_coming_back(self):
        plan = self._create_plan()
        plan.assignment_ids.date_to = "2026-01-31"
        self.env["sales.commission.assignment"].create(
            {"plan_id": plan.id, "employee_id": self.ann.id, "date_from": "2026-03-01"}
        )
        for month in ("01", "02", "03"):
            self._invoice(1000, date=f"2026-{month}-10")
        self.assertEqual(self._credited(self.ann), 2000)

    def test_closing_ends_the_plan(self):
        plan = self._create_plan(date_to="2026-01-31")
        plan.action_close()
        self._invoice(1000, date="2026-01-31")
        self._invoice(1000, date="2026-02-01")
        self.assertEqual(plan.state, "closed")
        self.assertEqual(self._credited(self.ann), 1000)

    def test_new_version_from_a_date(self):
        """The copy runs from February, the first plan ends the day before."""
        plan = self._create_plan()
        february = self._invoice(1000, date="2026-02-10")
        second = plan.copy({"date_from": "2026-02-01"})
        second.assignment_ids = [Command.create({"employee_id": self.ann.id})]
        plan.date_to = "2026-01-31"
        second.action_publish()
        self._invoice(500, date="2026-03-05")
        self.assertEqual(self._credited(self.ann, plan), 0)
        self.assertEqual(self._credited(self.ann, second), 1500)
        self.assertTrue(february.sales_commission_credited)

    def test_closing_ends_a_longer_plan_today(self):
        plan = self._create_plan(date_to="2099-12-31")
        plan.action_close()
        self.assertEqual(plan.date_to, fields.Date.today())

    def test_plan_that_pays_cannot_be_archived(self):
        plan = self._create_plan()
        with self.assertRefused("still pays", UserError):
            plan.action_archive()
        plan.action_close()
        plan.action_archive()
        self.assertFalse(plan.active)

    def test_step_at_zero_deleted_directly(self):
        plan = self._create_plan(publish=False, steps=[(0, 5), (1000, 8)])
        plan.component_ids.rate_ids[0].unlink()
        with self.assertRefused("pays nothing below"):
            plan.action_publish()

    def test_rates_that_are_no_rates(self):
        for percent in (-5, float("nan"), float("inf")):
            with (
                self.subTest(percent=percent),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self._create_plan(steps=[(0, percent)])

    def test_closing_a_draft_is_refused(self):
        plan = self._create_plan(publish=False)
        with self.assertRefused("Only a published plan", UserError):
            plan.action_close()
