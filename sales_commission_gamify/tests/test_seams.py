from odoo.fields import Command, Date
from odoo.tests import tagged

from .measures import MeasureCase
from .pricing_common import PricingCase


class SeamCase(MeasureCase, PricingCase):
    """Rules that were made apart meet on one document. Ann and Bob are below Max, Max
    is below Zoe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls._create_payee("Zoe")
        cls.everybody = cls.ann + cls.bob + cls.max + cls.zoe
        cls.tree = cls.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create({"employee_id": below.id, "manager_id": above.id})
                    for below, above in (
                        (cls.ann, cls.max),
                        (cls.bob, cls.max),
                        (cls.max, cls.zoe),
                    )
                ],
            }
        )

    @classmethod
    def _levels(cls, levels, payees=None, component=None, **vals):
        return cls._create_plan(
            payees=cls.everybody if payees is None else payees,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": cls.tree.id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": level, "percent": percent})
                    for level, percent in levels.items()
                ],
                **(component or {}),
            },
            **vals,
        )

    def _override(self, percent=5):
        """A part of what those below earn, for Max."""
        return self._create_plan(
            name="Override",
            payees=self.max,
            component={
                "name": "Team commissions",
                "measure_id": self.env.ref(
                    "sales_commission_gamify.measure_commissions"
                ).id,
                "credited_to": "hierarchy",
                "hierarchy_id": self.tree.id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": 1, "percent": percent})
                ],
            },
        )

    def _split(self, *rows):
        return {
            "sales_commission_split_ids": [
                Command.create({"employee_id": payee.id, "percent": percent})
                for payee, percent in rows
            ]
        }

    def _pay_in(self, invoice, amount, day="2026-02-10", **vals):
        return self._register_payment(invoice, amount=amount, payment_date=day, **vals)


@tagged("post_install", "-at_install")
class TestFloor(SeamCase):
    """What the sales would pay without refunds is priced like what they pay."""

    def test_floor_after_a_running_total(self):
        plan = self._plan("0: 4% | 150000: 6%", lookup="running", floor=1_000)
        self._sell(145_000, date="2026-01-10")
        self._sell(20_000, date="2026-02-10")
        # 5,000 at 4 % and 15,000 at 6 % are above the floor
        self.assertEqual(
            self._earned(self.ann, plan, date_from=Date.to_date("2026-02-01")), 1_100
        )

    def test_floor_of_units(self):
        plan = self._plan("0: 10 each", floor=100)
        self._sell(500, quantity=20)
        self.assertEqual(self._earned(self.ann, plan), 200)
        self._sell(500, quantity=4, date="2026-02-10")
        self.assertEqual(self._earned(self.ann, plan), 300)

    def test_floor_of_a_sale_with_a_discount(self):
        """A discount is a line of its own with a negative price, and no refund."""
        plan = self._plan("0: 5%", floor=50)
        invoice = self._invoice([1_000, -200])
        self.assertEqual(self._earned(self.ann, plan), 50)
        self._refund(invoice)
        self.assertEqual(self._earned(self.ann, plan), 10)

    def test_floor_of_a_differential(self):
        self._levels(
            {0: 8, 1: 10}, component={"override_kind": "differential", "floor": 50}
        )
        invoice = self._invoice(1_000)
        self.assertEqual(self._earned(self.max), 50)
        self._invoice(9_000, date="2026-02-15")
        self.assertEqual(self._earned(self.max), 50 + 180)
        self._refund(invoice)
        self.assertEqual(self._earned(self.max), 30 + 180)


@tagged("post_install", "-at_install")
class TestDifferential(SeamCase):
    def test_who_joins_afterwards_takes_from_above_only(self):
        """12 % in all, whoever of the three takes part, and whenever that is said."""
        plan = self._levels(
            {0: 8, 1: 10, 2: 12},
            payees=self.ann + self.zoe,
            component={"override_kind": "differential"},
        )
        self._invoice(1_000)
        self.assertEqual(self._earned(self.zoe), 40)
        plan.assignment_ids = [Command.create({"employee_id": self.max.id})]
        self.assertEqual(self._earned(self.max), 20)
        self.assertEqual(self._earned(self.zoe), 20)
        plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.max
        ).date_to = "2026-01-10"
        self.assertEqual(self._earned(self.max), 0)
        self.assertEqual(self._earned(self.zoe), 40)

    def test_move_in_the_month_and_published_afterwards(self):
        """Ann is directly below Zoe from the 15th on; the plan comes later."""
        line = self.tree.edge_ids[0]
        line.date_to = "2026-01-14"
        self.tree.edge_ids = [
            Command.create(
                {
                    "employee_id": self.ann.id,
                    "manager_id": self.zoe.id,
                    "date_from": "2026-01-15",
                }
            )
        ]
        self._invoice(1_000, date="2026-01-14")
        later = self._invoice(1_000, date="2026-01-15")
        self._refund(later, amount=100, date="2026-02-10")
        plan = self._levels(
            {0: 8, 1: 10, 2: 12}, component={"override_kind": "differential"}
        )
        self.assertEqual(self._earned(self.ann), 80 + 72)
        self.assertEqual(self._earned(self.max), 20)
        self.assertEqual(self._earned(self.zoe, level=2), 20)
        self.assertEqual(self._earned(self.zoe, level=1), 18)
        self._assert_rebuilt(plan)

    def test_each_level_climbs_its_own_steps(self):
        rates = [
            Command.create({"bound": bound, "level": level, "percent": percent})
            for level, bound, percent in (
                (0, 0, 5),
                (0, 1_000, 10),
                (1, 0, 1),
                (1, 1_500, 2),
            )
        ]
        plan = self._levels({}, component={"rate_ids": rates})
        first = self._invoice(1_200)
        self._invoice(800, payee=self.bob)
        self.assertEqual(self._earned(self.ann), 70)
        self.assertEqual(self._earned(self.bob), 40)
        self.assertEqual(self._earned(self.max), 15 + 10)
        self._refund(first, amount=700)
        self.assertEqual(self._earned(self.max), 13)
        self._assert_rebuilt(plan)

    def test_shares_refund_and_corrected_line(self):
        self._levels({0: 8, 1: 10, 2: 12}, component={"override_kind": "differential"})
        invoice = self._invoice(1_000, **self._split((self.ann, 60), (self.bob, 40)))

        def earned():
            return [self._earned(payee) for payee in self.everybody]

        self.assertEqual(earned(), [48, 32, 20, 20])
        self._refund(invoice, amount=500)
        self.assertEqual(earned(), [24, 16, 10, 10])
        # Bob was never below Max but directly below Zoe
        self.tree.edge_ids[1].manager_id = self.zoe
        self.assertEqual(self._credited(self.max), 300)
        # Zoe is level 1 for Bob's part, which is the nearest: 10 % of all, less
        # 10 % that Max got of Ann's and 8 % that Bob got
        self.assertEqual(earned(), [24, 16, 6, 4])
        self._refund(invoice, amount=500)
        self.assertEqual(earned(), [0, 0, 0, 0])


@tagged("post_install", "-at_install")
class TestVersionsPaid(SeamCase):
    def _following(self, first, day="2026-04-01", **component):
        version = first._create_version(Date.to_date(day))
        version.component_ids.write(component)
        version.action_publish()
        return version

    def test_running_total_that_begins_with_the_next_version(self):
        first = self._plan("0: 5% | 10000: 10%")
        january = self._sell(8_000)
        version = self._following(first, lookup="running")
        self._sell(5_000, date="2026-04-10")
        self.assertEqual(self._earned(self.ann, version), 100 + 300)
        self._refund(january, amount=1_000)
        self.assertEqual(self._earned(self.ann, version), 150 + 200)

    def test_quarter_that_becomes_a_year(self):
        first = self._plan(
            "0: 5% | 10000: 10%", lookup="running", running_kind="quarter"
        )
        january = self._sell(8_000)
        version = self._following(first, running_kind="year")
        self._sell(5_000, date="2026-04-10")
        self.assertEqual(self._earned(self.ann, version), 100 + 300)
        self._refund(january, amount=1_000)
        self.assertEqual(self._earned(self.ann, version), 150 + 200)

    def test_retroactive_on_the_day_of_the_change(self):
        first = self._plan("0: 5% | 10000: 10% whole")
        march = self._sell(6_000, date="2026-03-31")
        version = self._following(first)
        self._sell(6_000, date="2026-04-01")
        self.assertEqual(self._earned(self.ann, first), 300)
        self.assertEqual(self._earned(self.ann, version), 300)
        self._sell(6_000, date="2026-03-31")
        self.assertEqual(self._earned(self.ann, first), 1_200)
        self._refund(march, date="2026-05-05")
        self.assertEqual(self._earned(self.ann, first), 300)
        self.assertEqual(self._earned(self.ann, version), 300)

    def test_gate_of_the_version_before_is_its_own(self):
        first = self._draft()
        source = self._component(
            first, "Licences", product="A", pays="nothing", quota=1_000
        )
        pay = self._component(first, "Services", "0: 10%", product="B")
        pay.gate_ids = [
            Command.create({"source_component_id": source.id, "threshold": 100})
        ]
        first.action_publish()
        march = self._sell(1_000, "A", date="2026-03-10")
        self._sell(500, "B", date="2026-03-10")
        version = self._following(first)
        self._sell(700, "B", date="2026-04-10")
        self.assertEqual(self._earned(self.ann, first), 50)
        self.assertEqual(self._earned(self.ann, version), 0)
        self._sell(1_000, "A", date="2026-04-10")
        self.assertEqual(self._earned(self.ann, version), 70)
        self._refund(march, amount=1, date="2026-04-20")
        self.assertEqual(self._earned(self.ann, first), 0)
        self.assertEqual(self._earned(self.ann, version), 70)

    def test_own_targets_go_on(self):
        """Those of who takes part by then."""
        first = self._plan(
            "0: 5% | 100: 10%", self.ann + self.bob, lookup="attainment", quota=1_000
        )
        for payee in (self.ann, self.bob):
            self._quota(first.component_ids, 500, "2026-05-01", employee_id=payee.id)
        first.assignment_ids[1].date_to = "2026-03-31"
        version = self._following(first)
        self.assertEqual(version.component_ids.quota_ids.employee_id, self.ann)
        self._sell(1_000, date="2026-05-10")
        self.assertEqual(self._earned(self.ann, version), 75)

    def test_target_changed_after_the_statement(self):
        """What was confirmed stays; the difference comes with the next statement."""
        plan = self._plan("0: 5% | 100: 10%", lookup="attainment")
        quota = self._quota(plan.component_ids, 1_000)
        self._sell(1_000)
        statement = self._statements()
        statement.action_confirm()
        self.assertEqual(statement.amount_payable, 50)
        quota.amount = 500
        self.assertEqual(statement.amount_payable, 50)
        self.assertEqual(self._statements("2026-02-28").amount_payable, 25)
        self._sell(1_000, date="2026-01-20")
        self.assertEqual(self._earned(self.ann), 50 + 25 + 100)

    def test_paid_after_the_plan_ended(self):
        """The target of a month after the last one can be set: money still comes."""
        plan = self._plan(
            "0: 10%",
            lookup="attainment",
            measure_id=self._get_ready("collected_amount").id,
            plan={"date_to": "2026-01-31"},
        )
        self._quota(plan.component_ids, 1_000)
        invoice = self._sell(1_000)
        self._pay_in(invoice, 400, "2026-01-20")
        self._pay_in(invoice, 600, "2026-02-10")
        if self._attained(plan.component_ids, date="2026-02-01").problem:
            self._quota(plan.component_ids, 1_000, "2026-02-01")
        self.assertEqual(self._earned(self.ann), 100)


@tagged("post_install", "-at_install")
class TestCommissionsOnCommissions(SeamCase):
    def test_target_that_changes(self):
        component = self._plan("0: 10% | 100: 20%", lookup="attainment", quota=1_000)
        self._override()
        self._sell(1_000)
        self.assertEqual(self._earned(self.max), 5)
        self._quota(component.component_ids, 500)
        self.assertEqual(self._earned(self.ann), 150)
        self.assertEqual(self._earned(self.max), 7.5)

    def test_collected_after_the_plan_ended(self):
        """It counts in its month, and who is above on the plan's last day has it."""
        plan = self._plan("0: 10%", measure_id=self._get_ready("collected_amount").id)
        self._override()
        invoice = self._sell(1_000)
        self._pay_in(invoice, 400, "2026-05-10")
        self.tree.edge_ids[0].date_to = "2026-04-30"
        self.assertEqual(self._earned(self.max), 0)
        plan.date_to = "2026-03-31"
        self._pay_in(invoice, 600, "2026-05-12")
        self.assertEqual(
            self._earned(self.max, date_from=Date.to_date("2026-05-01")), 5
        )
        self.assertEqual(self._earned(self.max), 5)

    def test_payee_who_leaves(self):
        plan = self._plan("0: 10% | 100: 20%", lookup="attainment", quota=1_000)
        self._override()
        self._sell(1_000)
        plan.assignment_ids.date_to = "2026-01-15"
        self.assertGreater(self._earned(self.ann), 100)
        self.assertEqual(
            self._earned(self.max), round(self._earned(self.ann) * 0.05, 2)
        )

    def test_scorecard(self):
        plan = self._draft()
        part = self._component(plan, "Sales", pays="nothing", quota=1_000)
        self._component(
            plan,
            "Score",
            "0: 0% of target | 100: 100% of target",
            basis="scorecard",
            lookup="attainment",
            application="retroactive",
            target_incentive=2_000,
            weight_ids=[
                Command.create({"source_component_id": part.id, "weight": 100})
            ],
        )
        plan.action_publish()
        self._override()
        self._sell(1_000)
        self.assertEqual(self._earned(self.ann), 2_000)
        self.assertEqual(self._earned(self.max), 100)


@tagged("post_install", "-at_install")
class TestWhoseItIs(SeamCase):
    def test_team_of_a_posted_invoice(self):
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        plan = self._create_plan(
            payees=self.ann + self.bob,
            component={"credited_to": "team"},
            publish=False,
        )
        plan.assignment_ids[0].team_id = north
        plan.assignment_ids[1].team_id = south
        plan.action_publish()
        invoice = self._invoice(1_000, team_id=north.id)
        self.assertEqual(self._credited(self.ann), 1_000)
        invoice.team_id = south
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._credited(self.bob), 1_000)

    def test_team_of_a_payee_that_is_corrected(self):
        """Nobody has the sales of two teams at once."""
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        plan = self._create_plan(
            payees=self.ann + self.bob,
            component={"credited_to": "team"},
            publish=False,
        )
        plan.assignment_ids.team_id = north
        plan.action_publish()
        self._invoice(1_000, team_id=north.id)
        self._invoice(300, team_id=south.id)
        self.assertEqual(self._credited(self.ann), 1_000)
        plan.assignment_ids[0].team_id = south
        self.assertEqual(self._credited(self.ann), 300)
        self.assertEqual(self._credited(self.bob), 1_000)

    def test_part_taken_back_later_is_no_sale_taken_back(self):
        plan = self._plan("0: 1% | 2: 10% whole", lookup="count", refund_period="own")
        january = self._sell(1_000)
        self._sell(1_000, date="2026-02-05")
        self._sell(1_000, date="2026-02-06")
        self._sell(1_000, date="2026-03-05")
        self._sell(1_000, date="2026-03-06")

        def earned():
            return [
                self._earned(self.ann, plan, date_from=Date.to_date(f"2026-{month}-01"))
                for month in ("01", "02", "03")
            ]

        self._refund(january, amount=100, date="2026-02-10")
        self.assertEqual(earned(), [10, 190, 200])
        self._refund(january, amount=800, date="2026-03-10")
        self.assertEqual(earned(), [10, 190, 120])
        # nothing is left of it then: one sale is not two
        self._refund(january, amount=100, date="2026-02-11")
        self.assertEqual(earned(), [10, 180, 12])


@tagged("post_install", "-at_install")
class TestSourcesOfOtherKinds(SeamCase):
    """What is looked at comes from other documents than what is paid."""

    def _gated(self, measure, quota=1_000, **vals):
        plan = self._draft()
        source = self._component(
            plan,
            "Source",
            measure_id=self._get_ready(measure).id,
            pays="nothing",
            quota=quota,
            **vals,
        )
        pay = self._component(plan, "Pay", "0: 10%")
        pay.gate_ids = [
            Command.create({"source_component_id": source.id, "threshold": 100})
        ]
        plan.action_publish()
        self.pay = pay
        return plan

    def _paid(self):
        return self._earned(self.ann, component_id=self.pay.id)

    def test_collected(self):
        plan = self._gated("collected_amount")
        invoice = self._invoice(1_000)
        self.assertEqual(self._paid(), 0)
        payment = self._pay_in(invoice, 1_000, "2026-01-20")
        self.assertEqual(self._paid(), 100)
        payment.action_draft()
        self.assertEqual(self._paid(), 0)
        payment.action_post()
        invoice.button_draft()
        self.assertEqual(self._paid(), 0)
        self._assert_rebuilt(plan)

    def test_ordered(self):
        plan = self._gated("ordered_amount")
        self._invoice(1_000)
        order = self._order([600])
        self.assertEqual(self._paid(), 0)
        order.order_line.price_unit = 1_000
        self.assertEqual(self._paid(), 100)
        order._action_cancel()
        self.assertEqual(self._paid(), 0)
        self._assert_rebuilt(plan)

    def test_manager_by_what_is_collected(self):
        """Max is paid on his level for orders, if the team collected enough; a formula
        and a score look there, too."""
        plan = self._draft(self.everybody)
        source = self._component(
            plan,
            "Collected",
            measure_id=self._get_ready("collected_amount").id,
            pays="nothing",
            quota=1_000,
            credited_to="hierarchy",
            hierarchy_id=self.tree.id,
            rate_ids=[Command.create({"bound": 0, "level": 1, "percent": 0})],
        )
        pay = self._component(
            plan,
            "Ordered",
            measure_id=self._get_ready("ordered_amount").id,
            credited_to="hierarchy",
            hierarchy_id=self.tree.id,
            rate_ids=[Command.create({"bound": 0, "level": 1, "percent": 10})],
        )
        pay.gate_ids = [
            Command.create({"source_component_id": source.id, "threshold": 100})
        ]
        formula = self._component(
            plan,
            "Formula",
            measure_id=self._get_ready("achievement").id,
            pays="formula",
            formula="credited_of('Collected') * 0.01",
        )
        card = self._component(
            plan,
            "Score",
            "0: 0% of target | 100: 100% of target",
            basis="scorecard",
            lookup="attainment",
            application="retroactive",
            target_incentive=500,
            weight_ids=[
                Command.create({"source_component_id": source.id, "weight": 100})
            ],
        )
        plan.action_publish()
        self._order([2_000])

        def paid():
            return [
                self._earned(self.max, component_id=component.id)
                for component in (pay, formula, card)
            ]

        invoice = self._invoice(1_000)
        self.assertEqual(paid(), [0, 0, 0])
        payment = self._pay_in(invoice, 1_000, "2026-01-20")
        self.assertEqual(paid(), [200, 10, 500])
        self._quota(source, 1_001)
        self.assertEqual(paid(), [0, 10, 0])
        payment.action_draft()
        self.assertEqual(paid(), [0, 0, 0])
        self._assert_rebuilt(plan)

    def test_achieved(self):
        measure = self.env["sales.commission.measure"].search(
            [("source", "=", "achievement")], limit=1
        ) or self.env["sales.commission.measure"].create(
            {"name": "Trainings", "source": "achievement", "value": "amount"}
        )
        plan = self._draft()
        source = self._component(
            plan, "Source", measure_id=measure.id, pays="nothing", quota=2
        )
        pay = self._component(plan, "Pay", "0: 10%")
        pay.gate_ids = [
            Command.create({"source_component_id": source.id, "threshold": 100})
        ]
        plan.action_publish()
        self.pay = pay
        self._invoice(1_000)
        achievement = self.env["sales.commission.achievement"].create(
            {
                "measure_id": measure.id,
                "employee_id": self.ann.id,
                "date": "2026-01-20",
                "value": 2,
            }
        )
        self.assertEqual(self._paid(), 100)
        achievement.value = 1
        self.assertEqual(self._paid(), 0)
        achievement.value = 3
        self.assertEqual(self._paid(), 100)
        # behind our back
        self.env.flush_all()
        self.cr.execute(
            "UPDATE sales_commission_achievement SET value = 1 WHERE id = %s",
            (achievement.id,),
        )
        self.env.invalidate_all()
        self._sweep(plan)
        self.assertEqual(self._paid(), 0)


@tagged("post_install", "-at_install")
class TestPercentages(SeamCase):
    def _margins(self, plan):
        """A component that counts the margin in percent, for others to look at."""
        return self._component(
            plan,
            "Margin",
            measure_id=self._get_ready("margin_percent").id,
            pays="nothing",
            quota=30,
        )

    def test_multiplied_by_the_margin(self):
        """A09: 4,000,000 sold at margins of 32, 20, 12, 8 and 3 %."""
        plan = self._draft()
        margin = self._margins(plan)
        pay = self._component(plan, "Pay", "0: 2% | 3000000: 3%")
        pay.multiplier_ids = [
            Command.create(
                {
                    "source_component_id": margin.id,
                    "by": "value",
                    "step_ids": [
                        Command.create({"bound": bound, "percent": percent})
                        for bound, percent in (
                            (0, 50),
                            (5, 75),
                            (10, 100),
                            (20, 115),
                            (30, 125),
                        )
                    ],
                }
            )
        ]
        plan.action_publish()
        for month, (percent, paid) in enumerate(
            (
                (32, 112_500),
                (20, 103_500),
                (12, 90_000),
                (8, 67_500),
                (3, 45_000),
            ),
            1,
        ):
            with self.subTest(percent=percent):
                self.product_a.sudo().standard_price = 10_000 * (100 - percent)
                day = f"2026-{month:02}-10"
                self._sell(4_000_000, date=day, quantity=4)
                first = Date.to_date(f"2026-{month:02}-01")
                # one unit costs a hundredth of that part of a million
                self.assertEqual(
                    self._earned(self.ann, component_id=pay.id, date_from=first), paid
                )

    def test_multiplied_by_the_discount(self):
        """More than 10 % given away halves the pay."""
        plan = self._draft()
        discount = self._component(
            plan,
            "Discount",
            measure_id=self._get_ready("discount").id,
            pays="nothing",
        )
        pay = self._component(plan, "Pay", "0: 10%")
        pay.multiplier_ids = [
            Command.create(
                {
                    "source_component_id": discount.id,
                    "by": "value",
                    "step_ids": [
                        Command.create({"bound": 0, "percent": 100}),
                        Command.create({"bound": 10, "percent": 50}),
                    ],
                }
            )
        ]
        plan.action_publish()
        self._invoice(1_000)
        self.assertEqual(self._earned(self.ann), 100)
        move = self._invoice(1_000, post=False)
        move.invoice_line_ids.discount = 30
        move.action_post()
        self.assertEqual(self._attained(discount).value, 15)
        self.assertEqual(self._earned(self.ann), 85)
        self._refund(move)
        self.assertEqual(self._earned(self.ann), 100)
        move.button_draft()
        self.assertEqual(self._attained(discount).value, 0)

    def test_weighed_by_the_margin_and_taken_back(self):
        plan = self._draft()
        margin = self._margins(plan)
        revenue = self._component(plan, "Revenue", pays="nothing", quota=1_000)
        card = self._component(
            plan,
            "Score",
            "0: 0% of target | 100: 100% of target",
            basis="scorecard",
            lookup="attainment",
            application="retroactive",
            target_incentive=2_000,
            weight_ids=[
                Command.create({"source_component_id": part.id, "weight": 50})
                for part in (margin, revenue)
            ],
        )
        plan.action_publish()
        self.product_a.sudo().standard_price = 350
        self._sell(500, "A")  # 30 % margin
        self.assertEqual(self._attained(card).value, 75)
        self.product_b.sudo().standard_price = 500
        bad = self._sell(500, "B")  # none
        self.assertEqual(self._attained(margin).value, 15)
        self.assertEqual(self._attained(card).value, 75)
        self._sell(500, "A")
        self.assertEqual(self._attained(margin).value, 20)
        self._refund(bad)
        self.assertEqual(self._attained(margin).value, 30)
        self.assertEqual(self._attained(card).value, 100)
        self.assertEqual(self._earned(self.ann), 2_000)


@tagged("post_install", "-at_install")
class TestConservation(SeamCase):
    def test_refund_in_euros_takes_all_back(self):
        """Odoo books 243.30 and 243.31 for two lines of 333.33 at 1.37."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1.37), ("2026-02-01", 1.11)]
        )
        self._create_plan()
        invoice = self._invoice([333.33, 333.33, 100.01], currency_id=euro.id)
        balances = invoice.invoice_line_ids.mapped("balance")
        self.assertNotEqual(balances[0], balances[1])
        refund = self._refund(invoice, date="2026-02-20")
        self.assertEqual(self._credited(self.ann), 0)
        again = self._refund(refund, date="2026-02-20")
        self.assertEqual(again.move_type, "out_invoice")
        self.assertEqual(self._credited(self.ann), -sum(balances))

    def test_collected_in_euros_shared_and_led(self):
        """To the cent what was paid in, and the manager once."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1.37), ("2026-02-01", 1.11)]
        )
        plan = self._levels(
            {0: 10, 1: 2, 2: 1},
            component={"measure_id": self._get_ready("collected_amount").id},
        )
        invoice = self._invoice(
            [333.33, 333.33, 100.01],
            currency_id=euro.id,
            **self._split((self.ann, 33.33), (self.bob, 33.33), (self.max, 33.34)),
        )
        for day, amount in (("2026-01-20", 100.07), ("2026-02-10", 333.33)):
            self._pay_in(invoice, amount, day, currency_id=euro.id)
        self._pay_in(
            invoice, invoice.amount_residual, "2026-03-10", currency_id=euro.id
        )
        self.assertEqual(invoice.payment_state, "paid")
        total = round(-sum(invoice.invoice_line_ids.mapped("balance")), 2)
        own = sum(self._credited(payee, level=0) for payee in self.everybody)
        self.assertEqual(round(own, 2), total)
        self.assertAlmostEqual(self._credited(self.max, level=1), total * 0.6666, 1)
        self.assertEqual(self._credited(self.zoe), total)
        self._assert_rebuilt(plan)
        refund = self._refund(invoice, date="2026-03-20")
        self._pay_in(refund, refund.amount_residual, "2026-03-21", currency_id=euro.id)
        self.assertEqual(refund.payment_state, "paid")
        left = [self._credited(payee, level=0) for payee in self.everybody]
        self.assertEqual(round(sum(left), 2), 0)
        self.assertEqual(self._credited(self.zoe), 0)
