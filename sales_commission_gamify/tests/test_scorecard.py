from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .pricing_common import PricingCase, steps

GRADES = (
    "0: 0% of target | 90: 50% of target | 100: 100% of target | 120: 150% of target"
)


@tagged("post_install", "-at_install")
class TestScorecard(PricingCase):
    """Revenue of A weighs 70, of B 30; the score pays on the target incentive."""

    def setUp(self):
        super().setUp()
        self.plan = self._draft()
        self.parts = {
            name: self._component(
                self.plan, f"Sales {name}", product=name, pays="nothing", quota=1_000
            )
            for name in "AB"
        }
        self.card = self._card("Score", {"A": 70, "B": 30})

    def _card(self, name, weights, rates=GRADES, **vals):
        return self._component(
            self.plan,
            name,
            rates,
            basis="scorecard",
            lookup="attainment",
            application="retroactive",
            target_incentive=2_000,
            weight_ids=[
                Command.create(
                    {"source_component_id": self.parts[part].id, "weight": weight}
                )
                for part, weight in weights.items()
            ],
            **vals,
        )

    def test_score_pays(self):
        self.plan.action_publish()
        self._sell(1_100, "A")
        self.assertEqual(self._earned(self.ann), 0)  # 77 %
        self._sell(800, "B")
        self.assertEqual(self._earned(self.ann), 2_000)  # 77 + 24 = 101 %
        attained = self._attained(self.card)
        self.assertRecordValues(
            attained,
            [
                {
                    "value": 101,
                    "quota": 100,
                    "attainment": 101,
                    "unit": "percent",
                    "earned": 2_000,
                    "problem": False,
                }
            ],
        )
        earning = self.env["sales.commission.earning"].search([], limit=1)
        self.assertIn("Sales A: 110 % weighs 70 %", earning.explanation)
        self.assertEqual(str(earning.date_to), "2026-01-31")

    def test_scorecard_credits_no_documents(self):
        self.plan.action_publish()
        self._sell(1_100, "A")
        credits = self.env["sales.commission.credit"].search([])
        self.assertEqual(credits.component_id, self.parts["A"])

    def test_refund_lowers_the_score(self):
        self.plan.action_publish()
        self._sell(1_000, "A")
        invoice = self._sell(1_000, "B")
        self.assertEqual(self._earned(self.ann), 2_000)
        self._refund(invoice, amount=200)
        self.assertEqual(self._earned(self.ann), 1_000)  # 94 %

    def test_target_of_a_part_moves_the_score(self):
        self.plan.action_publish()
        self._sell(1_000, "A")
        self._sell(1_000, "B")
        self._quota(self.parts["B"], 500)
        self.assertEqual(self._earned(self.ann), 3_000)  # 70 + 60 = 130 %

    def test_part_without_target(self):
        self.parts["B"].quota = 0
        self.plan.action_publish()
        self._sell(1_000, "A")
        self.assertEqual(self._attained(self.card).problem, "attainment_missing")
        self._quota(self.parts["B"], 500)
        self.assertFalse(self._attained(self.card).problem)
        self._sell(500, "B")
        self.assertEqual(self._earned(self.ann), 2_000)

    def test_scorecard_of_scorecards(self):
        """70 % of the score, itself 101, and 30 % of B, 80: 94.7."""
        self.parts["Score"] = self.card
        self._card("Overall", {"Score": 70, "B": 30}, "0: 0 | 94: 40 | 95: 70")
        self.plan.action_publish()
        self._sell(1_100, "A")
        self._sell(800, "B")
        self.assertEqual(self._earned(self.ann), 2_000 + 40)

    def test_sweep_finds_scorecards_with_what_they_weigh(self):
        self.plan.action_publish()
        with self._without_pricing():
            self._sell(1_100, "A")
            self._sell(800, "B")
        self.assertEqual(self._earned(self.ann), 0)
        self.env["sales.commission.run"].sudo()._sweep_company(self.plan)
        self.assertEqual(self._earned(self.ann), 2_000)

    def _without_pricing(self):
        earning = type(self.env["sales.commission.earning"])
        nobody = SQL("SELECT 0 AS id WHERE FALSE")
        return patch.object(earning, "_get_locked_sql", lambda model, keys: nobody)

    def test_refusals(self):
        for words, weights, rates in (
            ("do not add up to 100 %", {"A": 70, "B": 20}, GRADES),
            ("neither money nor units", {"A": 70, "B": 30}, "0: 5%"),
            ("neither money nor units", {"A": 70, "B": 30}, "0: 5 each"),
        ):
            with self._refusing(words):
                self._card("Other", weights, rates)
        self.parts["Score"] = self.card
        other = self._card("Overall", {"Score": 100})
        with self._refusing("weighs it in turn"):
            self.card.weight_ids[0].source_component_id = other
        self.card.weight_ids.unlink()
        with self._refusing("counts nothing"):
            self.plan.action_publish()

    def test_weights_typed_together(self):
        """70 and 30 become 60 and 40 in one go, though 60 and 30 are not whole."""
        first, second = self.card.weight_ids
        self.card.weight_ids = [
            Command.update(first.id, {"weight": 60}),
            Command.update(second.id, {"weight": 40}),
        ]
        self.assertEqual(self.card.weight_ids.mapped("weight"), [60, 40])

    def test_typed_in_the_form(self):
        form = Form(
            self.env["sales.commission.component"].with_context(
                default_plan_id=self.plan.id
            )
        )
        form.name = "Typed"
        form.basis = "scorecard"
        for name, weight in (("A", 70), ("B", 30)):
            with form.weight_ids.new() as line:
                line.source_component_id = self.parts[name]
                line.weight = weight
        card = form.save()
        self.assertFalse(card.measure_id)
        self.assertEqual(set(card.rate_ids.mapped("kind")), {"target_percent"})
        card.rate_ids = [Command.clear(), *steps("0: 0 | 100: 10")]
