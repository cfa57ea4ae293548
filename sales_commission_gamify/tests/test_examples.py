from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CommissionCase

# inputs of the only component, what it pays, how it says so
PRICED = (
    ({"credited": 120000}, 6600, ["$ 100,000.00 at 5 % = $ 5,000.00",
                                  "$ 20,000.00 at 8 % = $ 1,600.00"]),
    ({"credited": "500.50"}, 25.03, ["$ 500.50 at 5 % = $ 25.03"]),
    ({"sales": "200; 300; 1500"}, 100, ["$ 2,000.00 at 5 % = $ 100.00"]),
    ({"sales": [200, 300]}, 25, ["$ 500.00 at 5 % = $ 25.00"]),
    ({}, 0, ["$ 0.00 at 5 % = $ 0.00"]),
)  # fmt: skip


class ExampleCase(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(steps=[(0, 5), (100000, 8)], publish=False)

    def _add_example(self, expected, plan=None, **figures):
        plan = plan or self.plan
        return self.env["sales.commission.example"].create(
            {
                "plan_id": plan.id,
                "name": "A good month",
                "expected": expected,
                "line_ids": [
                    Command.create({"component_id": plan.component_ids.id, **figures})
                ],
            }
        )

    def _try(self, figures, plan=None):
        plan = plan or self.plan
        result = plan.try_out({plan.component_ids.id: figures})
        [row] = result["components"]
        row["lines"] = [line.replace("\u00a0", " ") for line in row["lines"]]
        return result, row


@tagged("post_install", "-at_install")
class TestTryOut(ExampleCase):
    def test_typed_in_figures_are_priced(self):
        for figures, amount, lines in PRICED:
            with self.subTest(figures=figures):
                result, row = self._try(figures)
                self.assertEqual(row["amount"], amount)
                self.assertEqual(row["lines"], lines)
                self.assertFalse(row["error"])
                self.assertEqual(result["total"], amount)

    def test_what_cannot_be_priced_is_said(self):
        for figures, vals, words in (
            ({"credited": "much"}, {}, "“much” is not a number for “Invoiced”"),
            ({"sales": "200; x"}, {}, "“x” is not a number"),
            ({"credited": 5}, {"lookup": "attainment"}, "needs a quota"),
            ({"credited": 5, "quota": -1}, {"lookup": "attainment"}, "above 0"),
            (
                {"credited": 5, "sales": "1; 2"},
                {"lookup": "document"},
                "add up to $ 3.00, not to the $ 5.00",
            ),
        ):
            with self.subTest(figures=figures, vals=vals):
                plan = self._create_plan(publish=False, component=vals)
                result, row = self._try(figures, plan)
                self.assertIn(words, row["error"].replace("\u00a0", " "))
                self.assertEqual(result["total"], 0)
                self.assertFalse(row["lines"])

    def test_attainment_uses_the_standing_quota_unless_typed_in(self):
        plan = self._create_plan(
            steps=[(0, 5), (100, 10)],
            publish=False,
            component={"lookup": "attainment", "quota": 1000},
        )
        self.assertEqual(self._try({"credited": 1500}, plan)[1]["amount"], 100)
        _result, row = self._try({"credited": 1500, "quota": 2000}, plan)
        self.assertEqual(row["amount"], 75)
        self.assertEqual(row["lines"][0], "$ 1,500.00 of $ 2,000.00 = 75 %")

    def test_running_total(self):
        self.plan.component_ids.lookup = "running"
        _result, row = self._try({"credited": 20000, "before": 90000})
        self.assertEqual(row["amount"], 1300)

    def test_it_is_the_price_of_the_ledger(self):
        """The same figures through an invoice pay the same, in the same words."""
        self.plan.action_publish()
        self._invoice(120000)
        earning = self.env["sales.commission.earning"].search(
            [("plan_id", "=", self.plan.id)]
        )
        _result, row = self._try({"credited": 120000})
        self.assertEqual(earning.amount, row["amount"])
        explanation = earning.explanation.replace("\u00a0", " ")
        self.assertEqual(explanation, "; ".join(row["lines"]))

    def _looking_plan(self, **vals):
        """A component that looks at the second one, of which half is reached."""
        plan = self._create_plan(
            publish=False, component={"quota": 1000, "sequence": 1}
        )
        plan.component_ids = [
            Command.create({"name": "Other", "quota": 100, "sequence": 2})
        ]
        main, other = plan.component_ids
        main.write(
            {
                name: [Command.create({"source_component_id": other.id, **row})]
                for name, row in vals.items()
            }
        )
        return plan, main, other

    def _try_two(self, credited, other_credited, **vals):
        plan, main, other = self._looking_plan(**vals)
        result = plan.try_out(
            {main.id: {"credited": credited}, other.id: {"credited": other_credited}}
        )
        return result["components"][0]

    def test_gate_looks_at_the_figures_of_the_other_component(self):
        gate = {"gate_ids": {"threshold": 80}}
        row = self._try_two(1000, 50, **gate)
        self.assertEqual(row["amount"], 0)
        self.assertEqual(row["lines"], ["Other: 50 % is below 80 %: no pay"])
        self.assertEqual(self._try_two(1000, 80, **gate)["amount"], 50)

    def test_multiplier_looks_at_the_figures_of_the_other_component(self):
        steps = [Command.create({"bound": 0}), Command.create(
            {"bound": 50, "percent": 120})]  # fmt: skip
        for by, amount in (("value", 60), ("attainment", 60)):
            with self.subTest(by=by):
                row = self._try_two(
                    1000, 50, multiplier_ids={"by": by, "step_ids": steps}
                )
                self.assertEqual(row["amount"], amount)
                self.assertIn("for Other 50", row["lines"][-1])

    def test_what_is_looked_at_has_no_quota(self):
        plan, main, other = self._looking_plan(gate_ids={"threshold": 80})
        other.quota = 0
        result = plan.try_out({main.id: {"credited": 1000}, other.id: {"credited": 5}})
        self.assertIn("attainment of “Other”", result["components"][0]["error"])

    def test_scorecard(self):
        action = self.env["sales.commission.plan"].create_from_template("mbo")
        plan = self.plan.browse(action["res_id"])
        revenue, personal, card = plan.component_ids
        result = plan.try_out(
            {
                revenue.id: {"credited": 30000},
                personal.id: {"credited": 0},
                card.id: {},
            }
        )
        row = result["components"][2]
        self.assertEqual(row["amount"], 1000)
        self.assertEqual(row["lines"][0], "Revenue goal: 100 % weighs 70 %")

    def test_formula(self):
        plan = self._create_plan(
            publish=False,
            steps=(),
            component={"pays": "formula", "formula": "max(0, credited - quota) * 0.1"},
        )
        _result, row = self._try({"credited": 1500, "quota": 1000}, plan)
        self.assertEqual(row["amount"], 50)
        self.assertIn("max(0, credited - quota) * 0.1", row["lines"][0])

    def test_level(self):
        action = self.env["sales.commission.plan"].create_from_template("override")
        plan = self.plan.browse(action["res_id"])
        for level, amount in ((1, 200), (2, 100)):
            _result, row = self._try({"credited": 10000, "level": level}, plan)
            self.assertEqual(row["amount"], amount)
        _result, row = self._try({"credited": 10000}, plan)
        self.assertIn("no rate for the salesperson", row["error"])

    def test_words_of_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        plan = self.plan.with_context(lang="de_DE")
        [row] = plan.try_out({plan.component_ids.id: {"credited": 120000}})[
            "components"
        ]
        self.assertIn("100.000,00", row["lines"][0])

    def test_stranger_tries_nothing(self):
        stranger = self._create_payee("Stranger").user_id
        with self.assertRaises(AccessError):
            self.plan.with_user(stranger).try_out({})


@tagged("post_install", "-at_install")
class TestExamples(ExampleCase):
    def test_right_example_lets_publish(self):
        example = self._add_example(6600, credited=120000)
        self.assertEqual(example.computed, 6600)
        self.assertTrue(example.is_right)
        self.plan.action_publish()
        self.assertEqual(self.plan.state, "published")

    def test_wrong_example_stops_publishing(self):
        self._add_example(7000, credited=120000)
        with self.assertRaises(ValidationError) as refusal:
            self.plan.action_publish()
        sentence = str(refusal.exception).replace("\u00a0", " ")
        for words in (
            "“A good month” should pay $ 7,000.00",
            "pays $ 6,600.00",
            "$ 100,000.00 at 5 % = $ 5,000.00; $ 20,000.00 at 8 % = $ 1,600.00",
        ):
            self.assertIn(words, sentence)
        self.assertEqual(self.plan.state, "draft")

    def test_example_follows_the_rules(self):
        example = self._add_example(6600, credited=120000)
        self.plan.component_ids.rate_ids[1].percent = 10
        example.invalidate_recordset()
        self.assertEqual(example.computed, 7000)
        self.assertFalse(example.is_right)

    def test_example_that_cannot_be_priced(self):
        self.plan.component_ids.lookup = "attainment"
        self._add_example(0, credited=5)
        with self.assertRaisesRegex(ValidationError, "cannot be priced.*needs a quota"):
            self.plan.action_publish()

    def test_example_without_figures(self):
        self._add_example(0).line_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "has no figures"):
            self.plan.action_publish()

    def test_sales_that_are_no_numbers(self):
        with self.assertRaisesRegex(UserError, "not a number"):
            self._add_example(0, sales="100, 200")

    def test_component_of_another_plan(self):
        other = self._create_plan(publish=False)
        with self.assertRaisesRegex(ValidationError, "no component"):
            self._add_example(0).line_ids.component_id = other.component_ids

    def test_published_examples_stay(self):
        example = self._add_example(5, credited=100)
        self.plan.action_publish()
        for row, values in (
            (example, {"expected": 6}),
            (example.line_ids, {"credited": 6}),
        ):
            with self.assertRaisesRegex(UserError, "published"):
                row.write(values)

    def test_payee_reads_examples_of_own_plans_only(self):
        self._add_example(5, credited=100)
        self.plan.action_publish()
        for name in ("example", "example.line"):
            model = self.env[f"sales.commission.{name}"]
            self.assertTrue(model.with_user(self.ann.user_id).search([]))
            self.assertTrue(model.with_user(self.ann.user_id).has_access("read"))
            self.assertFalse(model.with_user(self.bob.user_id).search([]))
            self.assertFalse(model.with_user(self.ann.user_id).has_access("write"))
