from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from .common import CommissionCase

# Fields that say where a row belongs or what it is called, not what it pays.
PLACES = {
    "plan_id",
    "component_id",
    "multiplier_id",
    "company_id",
    "root_id",
    "sequence",
    "quota_ids",
    "date_from",
    "date_to",
    "employee_id",
    "team_id",
}
TWO_STEPS = {
    "rate_ids": [
        Command.clear(),
        Command.create({"bound": 0, "percent": 5}),
        Command.create({"bound": 1000, "percent": 8}),
    ]
}
QUOTA = {"quota": 1000}
# The setting in which a field pays something, where that is not any.
SETTINGS = {
    "running_kind": {"lookup": "running"},
    "cap_per_document": {"lookup": "document"},
    "edge": TWO_STEPS,
    "between": {**TWO_STEPS, "application": "retroactive"},
    "application": TWO_STEPS,
    "formula": {"pays": "formula", "formula": "credited * 0.1"},
    "quota_proration": QUOTA,
    "ramp": QUOTA,
    "only_above_quota": QUOTA,
    "override_kind": {"credited_to": "hierarchy"},
    "hierarchy_id": {"credited_to": "hierarchy"},
    "weight_ids": {
        "basis": "scorecard",
        "rate_ids": [
            Command.create(
                {"bound": 0, "kind": "target_percent", "target_percent": 100}
            )
        ],
    },
}
# Values that cannot be made from the old one alone.
VALUES = {
    "domain": "[('quantity', '>', 3)]",
    "ramp": "25 %, 50 %",
    "formula": "credited * 0.2",
    "level": 1,
    "pays": "nothing",
    "application": "retroactive",
}
KINDS = ("percent", "fixed", "per_unit", "target_percent")


@tagged("post_install", "-at_install")
class TestPlanText(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hierarchies = cls.env["sales.commission.hierarchy"].create(
            [
                {"name": "By manager", "kind": "manager"},
                {"name": "By team", "kind": "team"},
            ]
        )
        cls.other_measure = cls.measure.copy({"name": "Other measure"})

    def _create(self, **vals):
        """A draft with the component under test and another one to look at."""
        plan = self._create_plan(
            publish=False, component={"hierarchy_id": self.hierarchies[0].id, **vals}
        )
        plan.component_ids = [
            Command.create({"name": name, "sequence": 50, "quota": 500})
            for name in ("Other", "Third", "Fourth")
        ]
        return plan.component_ids[0]

    def _text(self, component, payee=None, lang=None):
        [section] = [
            section
            for section in component.plan_id._get_document(payee, lang)["sections"]
            if section["component"] == component.id
        ]
        sentences = [s for rule in section["rules"] for s in rule["sentences"]]
        return "\n".join(sentences).replace("\u00a0", " ")

    def _walk(self, record):
        """The names of the fields that a human sets on *record*."""
        for name, field in record._fields.items():
            if (
                field.store
                and name not in (*MAGIC_COLUMNS, *PLACES, "name")
                and not field.related
                and not (field.compute and field.readonly)
            ):
                yield name

    def _change(self, record, name):
        field = record._fields[name]
        if name in VALUES:
            record[name] = VALUES[name]
        elif field.type == "selection":
            keys = field.get_values(self.env)
            record[name] = next(key for key in keys if key != record[name])
        elif field.type == "boolean":
            record[name] = not record[name]
        elif field.type in ("float", "monetary", "integer"):
            record[name] += 7
        elif field.type == "many2one":
            others = record[name].search([("id", "!=", record[name].id)])
            if field.comodel_name == "sales.commission.component":
                others = record.plan_id.component_ids[1:] - record[name]
            if field.comodel_name == "sales.commission.measure":
                others = self.other_measure
            record[name] = others[-1]
        else:
            record[name] = "Something else"

    def test_each_field_of_a_component_is_said(self):
        """A field that somebody adds and nobody says is red here."""
        component = self.env["sales.commission.component"]
        for name in self._walk(component):
            if component._fields[name].type == "one2many":
                continue
            with self.subTest(field=name):
                component = self._create(**SETTINGS.get(name, {}))
                before = self._text(component)
                self._change(component, name)
                self.assertNotEqual(self._text(component), before)

    def test_each_field_of_its_parts_is_said(self):
        parts = {
            "gate_ids": {"threshold": 90},
            "accelerator_ids": {"bound": 100, "percent": 150},
            "multiplier_ids": {
                "step_ids": [
                    Command.create({"bound": 0}),
                    Command.create({"bound": 20, "percent": 120}),
                ]
            },
            "weight_ids": {"weight": 40},
        }
        for lines, vals in parts.items():
            model = self.env[
                self.env["sales.commission.component"]._fields[lines].comodel_name
            ]
            for name in self._walk(model):
                with self.subTest(part=lines, field=name):
                    row = self._create_part(lines, vals)
                    if row._fields[name].type == "one2many":
                        self._check_rows(row.component_id, row[name])
                    else:
                        self._check_change(row.component_id, row, name)

    def _create_part(self, lines, vals):
        component = self._create(quota=1000, **SETTINGS.get(lines, {}))
        other = component.plan_id.component_ids[1]
        if lines != "accelerator_ids":
            vals = {"source_component_id": other.id, **vals}
        rows = [Command.create(vals)]
        if lines == "weight_ids":
            third = component.plan_id.component_ids[2]
            rest = {"source_component_id": third.id, "weight": 60}
            rows.append(Command.create(rest))
        component[lines] = rows
        return component[lines][0]

    def _check_rows(self, component, rows):
        for name in self._walk(rows):
            self._check_change(component, rows[-1], name)

    def _check_change(self, component, row, name):
        before = self._text(component)
        self._change(row, name)
        component.invalidate_recordset()
        self.assertNotEqual(self._text(component), before, name)

    def test_each_field_of_a_rate_is_said(self):
        for name in self._walk(self.env["sales.commission.rate"]):
            with self.subTest(field=name):
                kind = name if name in KINDS else "percent"
                component = self._create(
                    rate_ids=[
                        Command.create({"bound": 0, "kind": kind, kind: 5}),
                        Command.create({"bound": 1000, "kind": kind, kind: 8}),
                    ],
                    target_incentive=100,
                )
                before = self._text(component)
                self._change(component.rate_ids[1], name)
                self.assertNotEqual(self._text(component), before)

    def test_sentences_of_rate_tables(self):
        steps = ((0, 5), (10000, 8))
        for vals, words in (
            (
                {},
                "5 % of what is credited up to $ 10,000.00.\n"
                "8 % of what is above $ 10,000.00.",
            ),
            (
                {"application": "retroactive"},
                "5 % of everything below $ 10,000.00.\n"
                "8 % of everything from $ 10,000.00 on.",
            ),
            (
                {"lookup": "attainment", "quota": 50},
                "5 % of what is credited up to 10,000 % of the quota.\n",
            ),
            (
                {"lookup": "count"},
                "5 % of what is credited up to 10,000 sales.\n",
            ),
            ({"floor": 10}, "At least $ 10.00 is paid per month with sales."),
            ({"cap_per_period": 900}, "At most $ 900.00 is paid per month."),
        ):
            with self.subTest(vals=vals):
                plan = self._create_plan(steps=steps, publish=False, component=vals)
                self.assertIn(words, self._text(plan.component_ids))

    def test_one_sale_is_no_plural(self):
        plan = self._create_plan(
            steps=((0, 5), (1, 8)), publish=False, component={"lookup": "count"}
        )
        self.assertIn("up to 1 sale.", self._text(plan.component_ids))
        self.assertIn("above 1 sale.", self._text(plan.component_ids))
        self.assertEqual(plan.component_ids.rate_ids[1].display_name, "8 % from 1 sale")

    def test_levels(self):
        component = self._create(
            credited_to="hierarchy",
            rate_ids=[Command.create({"bound": 0, "percent": 2, "level": 1})],
        )
        self.assertIn(
            "Level 1, directly above the salesperson: 2 % of all that is credited.",
            self._text(component),
        )

    def test_filter_in_words(self):
        category = self.env["product.category"].create({"name": "Courses"})
        for domain, words in (
            (
                [("product_id.categ_id", "in", category.ids)],
                "Only when: Product › Product Category is Courses.",
            ),
            (
                [("quantity", ">", 3), ("name", "ilike", "x")],
                "Only when: Quantity is above 3 and Label contains “x”.",
            ),
            (
                ["|", ("quantity", ">", 3), ("product_id", "=", False)],
                "Only when: Quantity is above 3 or Product is not set.",
            ),
            ([], ""),
        ):
            with self.subTest(domain=domain):
                text = self._text(self._create(domain=repr(domain)))
                self.assertIn(words, text)
                self.assertEqual("Only when" in text, bool(words))

    def test_targets_of_the_payee(self):
        component = self._create(quota=1000)
        self.env["sales.commission.quota"].create(
            [
                {"component_id": component.id, "date_from": "2026-01-01", **vals}
                for vals in (
                    {"amount": 2000},
                    {"amount": 3000, "employee_id": self.ann.id},
                )
            ]
        )
        self.assertIn(
            "Target for January 2026: $ 3,000.00.", self._text(component, self.ann)
        )
        for reader in (None, self.bob):
            text = self._text(component, reader)
            self.assertIn("Target for January 2026: $ 2,000.00.", text)
            self.assertNotIn("3,000", text)

    def test_language_of_the_payee(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ann.user_id.sudo().lang = "de_DE"
        self.measure.with_context(lang="de_DE").name = "Umsatz"
        component = self._create(floor=1234.5)
        text = self._text(component, self.ann)
        self.assertIn("Umsatz", text)
        self.assertIn("1.234,50", text)
        self.assertNotIn("Umsatz", self._text(component, self.bob))

    def test_points_are_said(self):
        component = self._create(
            point_rule_ids=[
                Command.create({"points_per_unit": 0.01, "points_per_document": 20})
            ]
        )
        text = self._text(component)
        self.assertIn("0.01 points for each one credited", text)
        self.assertIn("20 points per sale", text)

    def test_payee_reads_the_text_of_the_own_plan(self):
        """Though he may read neither products nor employees."""
        category = self.env["product.category"].create({"name": "Courses"})
        plan = self._create_plan(
            component={"domain": repr([("product_id.categ_id", "=", category.id)])}
        )
        html = plan.with_user(self.ann.user_id).document_html
        self.assertIn("Courses", html)
        self.assertIn("5 % of all that is credited", html)
        self.assertIn("Invoiced", html)
