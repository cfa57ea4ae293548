from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CommissionCase

APRIL = fields.Date.to_date("2026-04-01")


class VersionCase(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(
            steps=[(0, 5), (10000, 8)],
            publish=False,
            component={
                "quota": 1000,
                "point_rule_ids": [Command.create({"points_per_document": 5})],
            },
        )
        cls.plan.component_ids = [Command.create({"name": "Other", "quota": 10})]
        cls.main, cls.other = cls.plan.component_ids

    def _look(self):
        """Parts of the first component that look at the second one."""
        self.main.gate_ids = [
            Command.create({"source_component_id": self.other.id, "threshold": 80})
        ]
        self.main.multiplier_ids = [
            Command.create(
                {
                    "source_component_id": self.other.id,
                    "step_ids": [Command.create({"bound": 0, "percent": 100})],
                }
            )
        ]
        self.main.weight_ids = [
            Command.create({"source_component_id": self.other.id, "weight": 100})
        ]
        self.env["sales.commission.example"].create(
            {
                "plan_id": self.plan.id,
                "name": "One",
                "expected": 5,
                "line_ids": [
                    Command.create({"component_id": self.main.id, "credited": 100})
                ],
            }
        )

    def _assert_looks_at_itself(self, copy):
        first, second = copy.component_ids
        for lines in ("gate_ids", "multiplier_ids", "weight_ids"):
            self.assertEqual(first[lines].source_component_id, second, lines)
        self.assertEqual(first.multiplier_ids.step_ids.percent, 100)
        self.assertEqual(copy.example_ids.line_ids.component_id, first)
        self.assertEqual(first.point_rule_ids.points_per_document, 5)


@tagged("post_install", "-at_install")
class TestVersions(VersionCase):
    def test_copy_looks_at_its_own_components(self):
        self._look()
        self._assert_looks_at_itself(self.plan.copy())

    def test_version_takes_all_over(self):
        self._look()
        self.main.gate_ids.threshold = 0
        self.plan.action_publish()
        quotas = self.env["sales.commission.quota"].create(
            [
                {"component_id": self.main.id, "date_from": day, "amount": 7}
                for day in ("2026-03-01", "2026-04-01", "2026-05-01")
            ]
        )
        version = self.plan._create_version(APRIL)
        self._assert_looks_at_itself(version)
        self.assertEqual(version.state, "draft")
        self.assertEqual(version.name, self.plan.name)
        self.assertEqual(version.version, 2)
        self.assertEqual(version.previous_id, self.plan)
        self.assertEqual(version.root_id, self.plan)
        self.assertEqual(version.component_ids.root_id, self.plan.component_ids)
        self.assertEqual(
            version.component_ids.quota_ids.mapped("date_from"),
            quotas[1:].mapped("date_from"),
        )
        self.assertFalse(self.plan.date_to)

    def test_family_has_one_root(self):
        self.plan.action_publish()
        second = self.plan._create_version(APRIL)
        second.action_publish()
        third = second._create_version(fields.Date.to_date("2026-05-01"))
        self.assertEqual(third.version, 3)
        self.assertEqual(third.root_id, self.plan)
        self.assertEqual(third.component_ids.root_id, self.plan.component_ids)
        self.assertEqual(self.plan.version_count, 3)
        action = second.action_view_versions()
        plans = self.plan.search(action["domain"])
        self.assertEqual(plans, self.plan + second + third)
        self.assertIn("version 3", third.display_name)

    def test_payees_of_that_day(self):
        for employee, first, last in (
            (self.bob, "2026-01-01", "2026-03-31"),
            (self.max, "2026-06-01", False),
        ):
            self.plan.assignment_ids = [
                Command.create(
                    {"employee_id": employee.id, "date_from": first, "date_to": last}
                )
            ]
        self.plan.action_publish()
        rows = self.plan._create_version(APRIL).assignment_ids
        self.assertEqual(
            [(row.employee_id, str(row.date_from)) for row in rows],
            [(self.ann, "2026-04-01"), (self.max, "2026-06-01")],
        )
        self.assertEqual(rows[0].user_id, self.ann.user_id)

    def test_publishing_ends_the_version_before(self):
        """Before the day the old rate, from the day on the new one, for documents
        posted before and after publishing."""
        self.plan.action_publish()
        self._invoice(1000, date="2026-03-31")
        self._invoice(2000, date="2026-04-01")
        earned = self._earned(self.ann, self.plan)
        version = self.plan._create_version(APRIL)
        version.component_ids[0].rate_ids[0].percent = 10
        version.component_ids[1].unlink()
        self.assertEqual(self._earned(self.ann, self.plan), earned)
        version.action_publish()
        self._invoice(4000, date="2026-04-02")
        self._invoice(500, date="2026-03-30")
        self.assertEqual(str(self.plan.date_to), "2026-03-31")
        self.assertEqual(self.plan.state, "published")
        main = self.plan.component_ids[0]
        self.assertEqual(self._earned(self.ann, component_id=main.id), 75)
        self.assertEqual(self._earned(self.ann, version), 600)

    def test_refused_version_changes_nothing(self):
        self.plan.action_publish()
        version = self.plan._create_version(APRIL)
        version.component_ids.rate_ids.unlink()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            version.action_publish()
        self.assertFalse(self.plan.date_to)
        self.assertEqual(version.state, "draft")

    def test_days_that_are_refused(self):
        self.plan.action_publish()
        self.env["sales.commission.period"].sudo().create(
            {
                "company_id": self.company.id,
                "date_from": "2026-02-01",
                "date_to": "2026-02-28",
                "state": "locked",
            }
        )
        for day, words in (
            ("2026-04-15", "middle of one. Let the version start on 05/01/2026"),
            ("2026-01-01", "itself starts on"),
            ("2026-02-01", "February 2026 is locked.*Choose a day after 02/28/2026"),
        ):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, words):
                self.plan._create_version(fields.Date.to_date(day))
        self.plan.date_to = "2026-06-30"
        with self.assertRaisesRegex(UserError, "ends on 06/30/2026"):
            self.plan._create_version(fields.Date.to_date("2026-08-01"))

    def test_day_that_was_changed_in_the_draft(self):
        self.plan.action_publish()
        version = self.plan._create_version(APRIL)
        version.date_from = "2026-04-15"
        with self.assertRaisesRegex(UserError, "middle of one"):
            version.action_publish()

    def test_one_draft_at_a_time(self):
        with self.assertRaisesRegex(UserError, "Only a published plan"):
            self.plan.action_new_version()
        self.plan.action_publish()
        version = self.plan._create_version(APRIL)
        with self.assertRaisesRegex(UserError, "still a draft"):
            self.plan.action_new_version()
        version.action_publish()
        with self.assertRaisesRegex(UserError, "has replaced"):
            self.plan.action_new_version()

    def test_replaced_version_does_not_run_on(self):
        self.plan.action_publish()
        self.plan._create_version(APRIL).action_publish()
        for day in ("2026-04-01", False):
            with (
                self.subTest(day=day),
                self.assertRaisesRegex(ValidationError, "has to end before"),
            ):
                self.plan.date_to = day

    @freeze_time("2026-03-10")
    def test_wizard_proposes_the_next_period(self):
        self.plan.action_publish()
        action = self.plan.action_new_version()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        action = wizard.create({}).action_create()
        self.assertEqual(self.plan.browse(action["res_id"]).date_from, APRIL)

    def test_payee_makes_no_version(self):
        self.plan.action_publish()
        with self.assertRaises(AccessError):
            self.plan.with_user(self.ann.user_id).action_new_version()


@tagged("post_install", "-at_install")
class TestDifference(VersionCase):
    def setUp(self):
        super().setUp()
        self.plan.action_publish()
        self.version = self.plan._create_version(APRIL)

    def _sections(self, payee=None):
        difference = self.version._get_difference(payee)
        return {
            section["title"]: (
                section["state"],
                [
                    tuple(
                        " ".join(row[side]).replace("\u00a0", " ")
                        for side in ("before", "after")
                    )
                    for row in section["rows"]
                ],
            )
            for section in difference["sections"]
        }

    def test_first_version_has_none(self):
        self.assertFalse(self.plan._get_difference())
        self.assertFalse(self.plan.difference_html)

    def test_same_rules(self):
        self.assertEqual(self._sections(), {})
        self.assertIn("No rule differs", self.version.difference_html)

    def test_changed_added_and_removed(self):
        self.version.component_ids[0].rate_ids[1].percent = 9
        self.version.component_ids[0].floor = 100
        self.version.component_ids[1].unlink()
        self.version.component_ids = [Command.create({"name": "Brand new"})]
        sections = self._sections()
        state, rows = sections["Invoiced"]
        self.assertEqual(state, "changed")
        self.assertEqual(
            rows,
            [
                (
                    "5 % of what is credited up to $ 10,000.00. "
                    "8 % of what is above $ 10,000.00.",
                    "5 % of what is credited up to $ 10,000.00. "
                    "9 % of what is above $ 10,000.00.",
                ),
                ("", "At least $ 100.00 is paid per month with sales."),
            ],
        )
        self.assertEqual(sections["Other"][0], "removed")
        self.assertTrue(all(not after for _before, after in sections["Other"][1]))
        self.assertEqual(sections["Brand new"][0], "added")
        self.assertIn("9 % of what is above", self.version.difference_html)

    def test_renamed_component_is_a_change(self):
        self.version.component_ids[0].name = "Renamed"
        self.assertEqual(
            self._sections(), {"Renamed": ("changed", [("Invoiced", "Renamed")])}
        )

    def test_who_joins_and_leaves(self):
        self.version.assignment_ids.employee_id = self.bob
        difference = self.version._get_difference()
        self.assertEqual(difference["joined"], ["Bob"])
        self.assertEqual(difference["left"], ["Ann"])
        difference = self.version._get_difference(self.bob)
        self.assertFalse(difference["joined"] or difference["left"])

    def test_officer_opens_it(self):
        action = self.version.action_view_difference()
        self.assertEqual(action["res_id"], self.version.id)
