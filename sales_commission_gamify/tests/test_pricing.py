from odoo.fields import Command
from odoo.tests import tagged

from .pricing_common import PricingCase


def accelerators(*rows):
    return [
        Command.create({"bound": bound, "percent": percent}) for bound, percent in rows
    ]


def gate(threshold, **vals):
    return [Command.create({"threshold": threshold, **vals})]


ATTAINED = {"lookup": "attainment"}
GRADES = (
    "0: 0% of target | 50: 50% of target | 100: 100% of target "
    "| 125: 125% of target | 150: 150% of target"
)
# name, rate table, policies, what is paid for what is sold
TABLES = (
    ("A01", "0: 10% | 100: 20%", {**ATTAINED, "quota": 33_000}, {40_000: 4_700}),
    (
        "A02",
        "0: 5% | 50: 10% whole | 100: 20% excess",
        {**ATTAINED, "quota": 33_000},
        {10_000: 500, 16_500: 1_650, 20_000: 2_000, 40_000: 4_700},
    ),
    (
        "A03",
        "0: 6%",
        {
            "quota": 100_000,
            "gate_ids": gate(60),
            "accelerator_ids": accelerators((100, 150)),
        },
        {59_000: 0, 60_000: 3_600, 120_000: 7_800},
    ),
    ("A05", "0: 2.5% | 100: 5%", {**ATTAINED, "quota": 198_000}, {220_000: 6_050}),
    (
        "A06",
        "0: 10%",
        {
            "quota": 100_000,
            "accelerator_ids": accelerators((100, 150), (150, 200)),
        },
        {160_000: 19_500},
    ),
    (
        "A12",
        GRADES,
        {
            **ATTAINED,
            "quota": 100,
            "target_incentive": 2000,
            "application": "retroactive",
        },
        {49: 0, 50: 1_000, 100: 2_000, 125: 2_500, 150: 3_000},
    ),
    (
        "A14",
        "0: 20%",
        {"lookup": "document", "cap_per_document": 500},
        {5_000: 500},
    ),
    (
        "T16",
        "0: 1.75% | 1500000: 2.5% | 3000000: 3.25% | 4500000: 4.25%",
        {"application": "retroactive", "edge": "lower"},
        {1_500_000: 26_250},
    ),
    (
        "T17",
        "0: 4% | 750000: 4.25% | 1500000: 4.5% | 2500000: 5%",
        {
            "application": "retroactive",
            "only_above_quota": True,
            "quota": 3_850_000,
        },
        {5_770_000: 86_400},
    ),
)


@tagged("post_install", "-at_install")
class TestPricing(PricingCase):
    """What quotas, gates and modifiers make of posted invoices."""

    def test_tables(self):
        """Rows of the tables that sales managers know, on real invoices."""
        for name, rates, policies, pays in TABLES:
            plan = self._plan(rates, **policies)
            for sold, paid in pays.items():
                with self.subTest(name, sold=sold):
                    self._unsell()
                    self._sell(sold)
                    self.assertEqual(self._earned(self.ann, plan), paid)

    def test_hurdle_of_three_components(self):
        """A08: the rate above quota opens only when all three reach 95 %."""
        plan = self._draft()
        parts = {
            name: self._component(
                plan,
                name,
                f"0: {base}%",
                product=name,
                quota=100_000,
                accelerator_ids=accelerators((100, faster)),
            )
            for name, base, faster in (("A", 2, 200), ("B", 8, 150), ("C", 5, 140))
        }
        for part in parts.values():
            for source in parts.values():
                part.gate_ids = gate(
                    95,
                    closes="accelerators",
                    source_component_id=False if source == part else source.id,
                )
        plan.action_publish()
        self._sell(110_000, "A")
        self._sell(105_000, "B")
        self._sell(80_000, "C")
        self.assertEqual(self._earned(self.ann, plan), 14_600)
        # 15,000 more of C open the gates of A and B too
        self._sell(15_000, "C")
        for name, paid in (("A", 2_400), ("B", 8_600), ("C", 4_750)):
            self.assertEqual(
                self._earned(self.ann, plan, component_id=parts[name].id), paid
            )

    def _with_margin(self, by="value", quota=0):
        """2 % and, above 3,000, 3 % of A, times what was sold of B is worth."""
        plan = self._draft()
        factor = self._component(plan, "Licences", product="B", pays="nothing")
        factor.quota = quota
        component = self._component(plan, "Revenue", "0: 2% | 3000: 3%", product="A")
        component.multiplier_ids = [
            Command.create(
                {
                    "source_component_id": factor.id,
                    "by": by,
                    "step_ids": [
                        Command.create({"bound": bound, "percent": percent})
                        for bound, percent in ((0, 50), (5, 75), (10, 100), (20, 115))
                    ],
                }
            )
        ]
        plan.action_publish()
        return plan

    def test_multiplier(self):
        """A09 in small: base 90 times the factor that B has reached."""
        plan = self._with_margin()
        self._sell(4_000, "A")
        self.assertEqual(self._earned(self.ann, plan), 45)
        for more, paid in ((8, 67.5), (4, 90), (8, 103.5)):
            self._sell(more, "B")
            self.assertEqual(self._earned(self.ann, plan), paid)

    def test_multiplier_by_attainment(self):
        plan = self._with_margin(by="attainment", quota=200)
        self._sell(4_000, "A")
        self._sell(10, "B")
        self.assertEqual(self._earned(self.ann, plan), 67.5)

    def test_units(self):
        plan = self._plan("0: 10 each | 1000: 12 each")
        self._sell(1_000, quantity=4)
        self._sell(1_000, quantity=6)
        # half of the amount, so half of the units, lies above 1,000
        self.assertEqual(self._earned(self.ann, plan), 5 * 10 + 5 * 12)

    def test_units_taken_back(self):
        plan = self._plan("0: 10 each")
        invoice = self._sell(1_000, quantity=4)
        self._refund(invoice)
        self.assertEqual(self._earned(self.ann, plan), 0)

    def test_trace_names_the_other_component(self):
        plan = self._draft()
        source = self._component(plan, "Licences", product="B", pays="nothing")
        source.quota = 1_000
        component = self._component(plan, "Services", "0: 5%", product="A")
        component.gate_ids = gate(50, source_component_id=source.id)
        plan.action_publish()
        self._sell(400, "B")
        self._sell(1_000, "A")
        self.assertEqual(self._earned(self.ann, plan), 0)
        self._sell(100, "B")
        self.assertEqual(self._earned(self.ann, plan), 50)
        earning = self.env["sales.commission.earning"].search(
            [("component_id", "=", component.id)], limit=1
        )
        self.assertIn("1,000", earning.explanation)

    def test_refund_of_the_source_closes_the_gate(self):
        plan = self._draft()
        source = self._component(plan, "Licences", product="B", pays="nothing")
        source.quota = 1_000
        component = self._component(plan, "Services", "0: 5%", product="A")
        component.gate_ids = gate(50, source_component_id=source.id)
        plan.action_publish()
        licences = self._sell(500, "B")
        self._sell(1_000, "A")
        self.assertEqual(self._earned(self.ann, plan), 50)
        self._refund(licences)
        self.assertEqual(self._earned(self.ann, plan), 0)
        earning = self.env["sales.commission.earning"].search(
            [("component_id", "=", component.id)], limit=1
        )
        self.assertIn("Licences: 0 % is below 50 %", earning.explanation)

    def test_step_by_step_equals_a_rebuild(self):
        """The same documents before and after publishing give the same pay."""
        plans = []
        for publish_first in (True, False):
            self._unsell()
            plan = self._draft(name=f"Plan {publish_first}")
            source = self._component(plan, "Licences", product="B", pays="nothing")
            source.quota = 1_000
            component = self._component(plan, "Services", "0: 5%", product="A")
            component.gate_ids = gate(50, source_component_id=source.id)
            if publish_first:
                plan.action_publish()
            self._sell(1_000, "A")
            self._sell(500, "B")
            self._refund(self._sell(200, "A"))
            if not publish_first:
                plan.action_publish()
            plans.append(self._earned(self.ann, plan))
        self.assertEqual(plans, [50, 50])

    def test_copied_plan_looks_at_its_own_components(self):
        plan = self._with_margin()
        copied = plan.copy()
        multiplier = copied.component_ids.multiplier_ids
        self.assertEqual(multiplier.source_component_id.plan_id, copied)
        self.assertEqual(multiplier.source_component_id.name, "Licences")
        self.assertTrue(multiplier.step_ids)
        copied.action_publish()

    def test_running_total_goes_on_in_the_next_version(self):
        """8,000 of 10,000 before; the new version starts in the middle of March."""
        rates = "0: 5% | 10000: 10%"
        first = self._plan(rates, lookup="running", plan={"date_to": "2026-03-14"})
        following = self._plan(
            rates,
            lookup="running",
            root_id=first.component_ids.id,
            plan={"date_from": "2026-03-15", "root_id": first.id, "version": 2},
        )
        january = self._sell(5_000)
        self._sell(3_000, date="2026-03-10")
        self._sell(5_000, date="2026-03-20")
        self.assertEqual(self._earned(self.ann, first), 400)
        self.assertEqual(self._earned(self.ann, following), 100 + 300)
        # what is taken back in the first version leaves room in the second
        self._refund(january, amount=1_000)
        self.assertEqual(self._earned(self.ann, first), 350)
        self.assertEqual(self._earned(self.ann, following), 150 + 200)

    def test_number_of_queries_is_constant(self):
        """1 payee and 2 components take what 30 payees and 12 components take."""
        counts = []
        for payees, pairs in ((1, 1), (1, 1), (30, 6)):
            people = self.env["hr.employee"].union(
                *(
                    self._create_payee(f"q{len(counts)}_{number}")
                    for number in range(payees)
                )
            )
            plan = self._draft(people)
            for _pair in range(pairs):
                source = self._component(plan, "Licences", pays="nothing", quota=10)
                component = self._component(
                    plan, "Services", "0: 5% | 100: 6%", lookup="attainment", quota=10
                )
                component.gate_ids = gate(50, source_component_id=source.id)
            for payee in people:
                self._sell(100, payee=payee)
            plan.action_publish()
            earnings = self.env["sales.commission.earning"].sudo()
            keys = earnings._read_attained(plan.component_ids)
            self.assertEqual(len(keys), payees * pairs * 2)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            earnings._price_again(keys)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])


@tagged("post_install", "-at_install")
class TestRefusals(PricingCase):
    """What cannot be priced is refused where it is typed, with the way out."""

    def _refused(self, words, rates="0: 5%", **component):
        with self._refusing(words):
            self._plan(rates, publish=False, **component)

    def test_rules(self):
        faster = accelerators((100, 150))
        self._refused("speed up percentages only", "0: 250", accelerator_ids=faster)
        self._refused(
            "pay from the first sale", accelerator_ids=faster, lookup="document"
        )
        self._refused("there are none", gate_ids=gate(95, closes="accelerators"))
        self._refused("cannot be paid when the steps", "0: 5 each", lookup="document")
        self._refused(
            "only what is above the quota can be paid",
            only_above_quota=True,
            lookup="attainment",
        )
        self._refused(
            "which units are above a quota", "0: 5 each", only_above_quota=True
        )
        self._refused("two steps start", accelerator_ids=faster + faster)
        self._refused("ramp of new payees cannot be read", ramp="a quarter")
        self._refused("ramp of new payees cannot be read", ramp="10,000 20,000")

    def test_percentage_of_a_count(self):
        measure = self.env["sales.commission.measure"].create(
            {"name": "Units", "value": "quantity"}
        )
        self._refused("amount per unit or a fixed amount", measure_id=measure.id)
        plan = self._plan("0: 3 each", measure_id=measure.id, publish=False)
        self.assertEqual(plan.component_ids.unit, "number")

    def test_share_of_a_percentage(self):
        measure = self.env["sales.commission.measure"].create(
            {"name": "Discount", "value": "discount"}
        )
        for rates in ("0: 5%", "0: 5 each"):
            self._refused("target incentive", rates, measure_id=measure.id)
        self._refused(
            "known for the whole period only",
            "0: 5",
            measure_id=measure.id,
            lookup="document",
        )

    def test_names_the_component_and_the_plan(self):
        with self._refusing("“Invoiced” in plan “New business”"):
            self._plan("0: 250", publish=False, accelerator_ids=accelerators((1, 2)))

    def test_what_is_looked_at(self):
        plan, other = self._draft(), self._draft()
        first = self._component(plan, "First")
        foreign = self._component(other, "Foreign")
        for words, source in (
            ("cannot look at itself", first),
            ("components of its own plan", foreign),
        ):
            with self._refusing(words):
                first.gate_ids = gate(50, source_component_id=source.id)

    def test_component_without_rates(self):
        component = self._plan(None, publish=False, pays="nothing").component_ids
        self.assertFalse(component.rate_ids)
        plan = component.plan_id
        plan.action_publish()
        self._sell(1_000)
        self.assertEqual(self._credited(self.ann, plan), 1_000)
        self.assertEqual(self._earned(self.ann, plan), 0)

    def test_levels_have_tables_of_their_own(self):
        plan = self._plan("0: 5%", publish=False)
        component = plan.component_ids
        with self._refusing("starts at 0"):
            component.rate_ids = [
                Command.create({"level": 1, "bound": 100, "percent": 1})
            ]
        component.rate_ids = [Command.create({"level": 1, "bound": 0, "percent": 1})]
        for level, percent in ((0, 5), (1, 1)):
            [step] = component._get_terms(level).rates.steps
            self.assertEqual(step.value, percent)
