import csv
import io
from datetime import date, datetime

import openpyxl
import xlsxwriter

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open, mute_logger

from .pricing_common import PricingCase

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
}


def workbook(rows):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return stream.getvalue(), XLSX


def text_file(rows):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(), "text/csv"


class ImportCase(PricingCase):
    """Files that go through the two calls of Odoo's own import dialog."""

    def setUp(self):
        super().setUp()
        self.officer = new_test_user(
            self.env(su=True),
            "commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _upload(self, model, file, kind, user=None, dryrun=False):
        """As the dialog: the columns are matched by their headers, then imported.

        :return: what Odoo answers to *Import*, its messages as texts
        """
        dialog = (
            self.env["base_import.import"]
            .with_user(user or self.officer)
            .create({"res_model": model, "file": file, "file_type": kind})
        )
        preview = dialog.parse_preview(dict(OPTIONS))
        self.assertNotIn("error", preview)
        columns = preview["headers"]
        fields = [
            "/".join(preview["matches"].get(number) or ()) or False
            for number in range(len(columns))
        ]
        self.assertNotIn(False, fields, columns)
        with mute_logger("odoo.sql_db"):
            result = dialog.execute_import(
                fields, columns, preview["options"], dryrun=dryrun
            )
        result["texts"] = [message["message"] for message in result["messages"]]
        return result


@tagged("post_install", "-at_install")
class TestAchievementImport(ImportCase):
    HEADERS = ("Payee", "Measure", "Date", "Value", "Reference")

    def setUp(self):
        super().setUp()
        self.by_hand = self.env.ref("sales_commission_gamify.measure_achievement")
        self.plan = self._create_plan(
            payees=self.ann + self.bob,
            component={"measure_id": self.by_hand.id, "pays": "nothing"},
        )

    def _row(self, payee="Ann", day=10, value=2, name="Workshop", **other):
        measure = other.get("measure", self.by_hand.name)
        return (payee, measure, date(2026, 1, day), value, name)

    def _import(self, *rows, headers=(), make=workbook, **options):
        file = make([(*headers, *self.HEADERS), *rows])
        return self._upload("sales.commission.achievement", *file, **options)

    def test_workbook_and_text_file(self):
        for number, make in enumerate((workbook, text_file), 1):
            with self.subTest(make=make.__name__):
                result = self._import(
                    self._row(value=2.5, name=f"Fair {number}"),
                    self._row(payee="Bob", value=-1, name=f"Fair {number}"),
                    make=make,
                )
                self.assertEqual(result["texts"], [])
                self.assertEqual(self._credited(self.ann, self.plan), 2.5 * number)
                self.assertEqual(self._credited(self.bob, self.plan), -number)

    def test_trying_imports_nothing(self):
        result = self._import(self._row(), dryrun=True)
        self.assertEqual(result["texts"], [])
        self.assertFalse(self.env["sales.commission.achievement"].search([]))
        self.assertEqual(self._credited(self.ann, self.plan), 0)

    def test_again_with_the_same_external_id_changes_the_rows(self):
        for value in (2, 5):
            result = self._import(
                ("jan-fair", *self._row(value=value)), headers=["External ID"]
            )
            self.assertEqual(result["texts"], [])
            self.assertEqual(self._credited(self.ann, self.plan), value)
        self.assertEqual(self.env["sales.commission.achievement"].search_count([]), 1)

    def test_again_without_is_refused(self):
        self.assertEqual(self._import(self._row())["texts"], [])
        result = self._import(self._row(day=11), self._row(value=7))
        self.assertFalse(result["ids"])
        message = result["messages"][-1]
        self.assertRegex(message["message"], "Ann already has “Workshop” of 01/10/2026")
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertEqual(self._credited(self.ann, self.plan), 2)
        # two alike without a reference are two
        alike = self._row(day=12, name="")
        self.assertEqual(self._import(alike, alike)["texts"], [])
        self.assertEqual(self._credited(self.ann, self.plan), 6)

    def test_twice_in_one_file_is_refused(self):
        result = self._import(self._row(), self._row(value=3))
        self.assertRegex(result["texts"][0], "counts once")
        self.assertFalse(self.env["sales.commission.achievement"].search([]))

    def test_one_bad_row_and_nothing_is_imported(self):
        invoiced = self.env.ref("sales_commission_gamify.measure_invoiced_amount").name
        for label, bad, words in (
            ("payee", self._row(payee="Zoe"), "“?'?Zoe.*Payee"),
            ("measure", self._row(measure="Luck"), "Luck.*Measure"),
            ("documents", self._row(measure=invoiced), f"“{invoiced}” counts doc"),
            ("value", self._row(value="much"), "much"),
        ):
            with self.subTest(label):
                result = self._import(self._row(), bad, self._row(day=11))
                self.assertFalse(result.get("ids"))
                self.assertRegex(" ".join(result["texts"]), words)
                self.assertFalse(self.env["sales.commission.achievement"].search([]))
                self.assertEqual(self._credited(self.ann, self.plan), 0)

    def test_only_officers(self):
        for user in (self.ann.user_id, self.max.user_id):
            result = self._import(self._row(), user=user)
            self.assertFalse(result["ids"])
            self.assertRegex(result["texts"][0], "not allowed|access")
        self.assertFalse(self.env["sales.commission.achievement"].search([]))


@tagged("post_install", "-at_install")
class TestTargetImport(ImportCase):
    HEADERS = ("Component", "Payee", "Period from", "Quota")

    def setUp(self):
        super().setUp()
        self.plan = self._plan(
            "0: 10% | 100: 20%", self.ann + self.bob, lookup="attainment", quota=100
        )
        self.component = self.plan.component_ids
        self.name = self.component.name

    def _row(self, payee="Ann", month=1, amount=2000, component=None):
        return (component or self.name, payee, date(2026, month, 20), amount)

    def _import(self, *rows, headers=(), make=workbook, **options):
        file = make([(*headers, *self.HEADERS), *rows])
        return self._upload("sales.commission.quota", *file, **options)

    def _targets(self):
        rows = self.component.quota_ids.sorted("date_from")
        return [(row.employee_id.name, row.date_from.month, row.amount) for row in rows]

    def test_workbook_and_text_file(self):
        self._invoice(1000)
        for month, make in enumerate((workbook, text_file), 1):
            with self.subTest(make=make.__name__):
                result = self._import(
                    self._row(month=month), self._row("Bob", month, 500), make=make
                )
                self.assertEqual(result["texts"], [])
        self.assertCountEqual(
            self._targets(),
            [("Ann", 1, 2000), ("Bob", 1, 500), ("Ann", 2, 2000), ("Bob", 2, 500)],
        )
        attained = self.env["sales.commission.attainment"].search(
            [("component_id", "=", self.component.id)]
        )
        self.assertEqual(attained.attainment, 50)

    def test_again_with_the_same_external_id_changes_the_rows(self):
        for amount in (2000, 4000):
            result = self._import(
                ("ann-jan", *self._row(amount=amount)), headers=["External ID"]
            )
            self.assertEqual(result["texts"], [])
            self.assertEqual(self._targets(), [("Ann", 1, amount)])

    def test_one_bad_row_and_nothing_is_imported(self):
        self.plan.assignment_ids.filtered(lambda a: a.employee_id == self.bob).unlink()
        self._quota(self.component, 100, "2026-03-01", employee_id=self.ann.id)
        whose = f"Ann for “{self.name}” of plan “{self.plan.name}”"
        for label, bad, words in (
            ("payee", self._row("Zoe"), "Zoe.*Payee"),
            ("not in the plan", self._row("Bob"), f"Bob.*“{self.plan.name}”"),
            ("below 0", self._row(month=2, amount=-1), f"{whose}.*is below 0"),
            ("twice", self._row(month=3), rf"{whose} \(March 2026\) is already set"),
            ("component", self._row(component="Luck"), "Luck.*Component"),
        ):
            with self.subTest(label):
                result = self._import(self._row(), bad, self._row(month=4))
                self.assertFalse(result.get("ids"))
                self.assertRegex(" ".join(result["texts"]), words)
                self.assertEqual(self._targets(), [("Ann", 3, 100)])

    def test_period_outside_the_plan(self):
        self.plan.date_to = "2026-03-31"
        result = self._import(self._row(), self._row(month=4))
        self.assertRegex(
            result["texts"][0], f"April 2026 is outside the plan “{self.plan.name}”"
        )
        self.assertFalse(self._targets())

    def test_component_of_several_plans(self):
        other = self._plan(
            "0: 10% | 100: 20%", self.ann, lookup="attainment", plan={"name": "Other"}
        )
        result = self._import(self._row())
        self.assertRegex(result["texts"][0], "Several plans.*Other")
        self.assertFalse(self._targets())
        named = f"{self.plan.name} / {self.name}"
        self.assertEqual(self._import(self._row(component=named))["texts"], [])
        self.assertEqual(self._targets(), [("Ann", 1, 2000)])
        self.assertFalse(other.component_ids.quota_ids)

    def test_only_officers(self):
        result = self._import(self._row(), user=self.ann.user_id)
        self.assertFalse(result["ids"])
        self.assertRegex(result["texts"][0], "not allowed|access")
        self.assertFalse(self._targets())


@tagged("post_install", "-at_install")
class TestImportTemplates(ImportCase, HttpCase):
    def test_templates_fit_the_import(self):
        """Each one can be downloaded and, with real names in it, imported."""
        plan = self._plan("0: 10% | 100: 20%", self.ann, lookup="attainment")
        achievement = self.env.ref("sales_commission_gamify.measure_achievement")
        names = {
            "Your Payee": "Ann",
            "Your Plan / Your Component": f"{plan.name} / {plan.component_ids.name}",
            "Achievements": achievement.name,
        }
        for model in (
            "sales.commission.achievement",
            "sales.commission.quota",
            "sales.commission.adjustment",
        ):
            with self.subTest(model=model):
                [template] = self.env[model].get_import_templates()
                self.assertTrue(template["label"])
                answer = self.url_open(template["template"])
                self.assertEqual(answer.status_code, 200)
                with file_open(template["template"].lstrip("/"), "rb") as stream:
                    self.assertEqual(answer.content, stream.read())
                sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
                rows = [
                    [
                        cell.date()
                        if isinstance(cell, datetime)
                        else names.get(cell, cell or "")
                        for cell in row
                    ]
                    for row in sheet.iter_rows(values_only=True)
                ]
                result = self._upload(model, *workbook(rows))
                self.assertEqual(result["texts"], [])
                self.assertEqual(len(result["ids"]), len(rows) - 1)
