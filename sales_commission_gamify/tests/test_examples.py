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
