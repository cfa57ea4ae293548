from odoo.tests import tagged

from .pricing_common import PricingCase


@tagged("post_install", "-at_install")
class TestFormula(PricingCase):
    """What no table says, said in one expression."""

    def _by_formula(self, formula, **vals):
        return self._plan(None, pays="formula", formula=formula, **vals)

    def test_formulas(self):
        for formula, vals, paid in (
            ("max(0, credited - quota) * 0.1", {"quota": 1_000}, 50),
            ("credited * 0.1 if attainment >= 150 else 0", {"quota": 1_000}, 150),
            ("min(credited * 0.1, 20 * quantity)", {}, 60),
            ("sales * 25 + abs(-5)", {}, 55),
            (
                "target_incentive * attainment / 100",
                {"quota": 500, "target_incentive": 70},
                210,
            ),
            ("round(credited / 7, 1)", {}, 214.3),
            ("1000", {"cap_per_period": 300}, 300),
            ("credited * 0.1", {"plan": {"period_kind": "quarter"}}, 150),
        ):
            with self.subTest(formula):
                self._unsell()
                plan = self._by_formula(formula, **vals)
                self._sell(1_000, quantity=2)
                self._sell(500, date="2026-01-20")
                self.assertEqual(self._earned(self.ann, plan), paid)

    def test_exact_decimals(self):
        """As binary fractions 3 × 0.35 are 1.0499…, a cent less."""
        plan = self._by_formula("credited * 0.35")
        self._sell(0.30)
        self.assertEqual(self._earned(self.ann, plan), 0.11)

    def test_running_total(self):
        plan = self._by_formula("10 if before + credited >= 1000 else 0")
        self._sell(600)
        self._sell(600, date="2026-02-10")
        self.assertEqual(self._earned(self.ann, plan), 10)

    def test_looks_at_others(self):
        plan = self._draft()
        self._component(plan, "Licences", product="B", pays="nothing", quota=200)
        self._component(
            plan,
            "Bonus",
            product="A",
            pays="formula",
            formula='credited_of("Licences") * 0.1 + attainment_of("Licences")',
        )
        plan.action_publish()
        # the bonus has no credit of its own
        self._sell(100, "B")
        self.assertEqual(self._earned(self.ann, plan), 10 + 50)

    def test_missing_figures(self):
        for formula in ("credited - quota", "attainment", "target_incentive"):
            with self.subTest(formula):
                plan = self._by_formula(formula)
                self._sell(100)
                self.assertEqual(self._earned(self.ann, plan), 0)
                self.assertTrue(self._attained(plan.component_ids).problem)

    def test_formula_that_fails_later_stops_nobody(self):
        """Nothing tells on save that a payee will sell exactly 777."""
        plan = self._by_formula(
            "1 / (credited - 777) * 1000", payees=self.ann + self.bob
        )
        self._sell(777)
        self._sell(787, payee=self.bob)
        self.assertEqual(self._earned(self.ann, plan), 0)
        self.assertEqual(self._earned(self.bob, plan), 100)
        self.assertEqual(self._attained(plan.component_ids).problem, "formula_failed")

    def test_refusals(self):
        for words, formula in (
            ("formula is empty", ""),
            ("cannot be read", "credited *"),
            ("cannot be read", "credited.real"),
            ("cannot be read", "(lambda: 1)()"),
            ("does not know “salary”", "salary * 2"),
            ("does not know “__import__”", "__import__('os')"),
            ("division by zero", "1000 / credited"),
            ("not a number", "'much'"),
            ("not a number", "credited > 5"),
            ("needs the name", "credited_of(credited)"),
            ("no other component", 'credited_of("Services")'),
            ("no other component", 'credited_of("Invoiced")'),
        ):
            with self._refusing(words):
                self._by_formula(formula, publish=False)

    def test_renamed_component_is_noticed_on_publishing(self):
        plan = self._draft()
        source = self._component(plan, "Licences", pays="nothing")
        self._component(
            plan, "Bonus", pays="formula", formula='credited_of("Licences")'
        )
        source.name = "Services"
        with self._refusing("no other component of that name"):
            plan.action_publish()
