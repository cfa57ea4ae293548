from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestDesigner(CommissionCase):
    """What the designer page is told, and what it asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(
            steps=((0, 3), (10000, 5), (25000, 8)), publish=False
        )
        cls.component = cls.plan.component_ids
        cls.officer = new_test_user(
            cls.env(su=True),
            login="designer_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _component(self, steps, publish=False, **vals):
        plan = self._create_plan(steps=steps, publish=publish, component=vals)
        return plan.component_ids

    def _read_curve(self, component, *positions):
        """What the curve says is paid at *positions*, all of which it must have."""
        curve = component.get_curve()
        self.assertNotIn("error", curve)
        pays = dict(zip(curve["x"], curve["y"], strict=True))
        return [pays[position] for position in positions]

    def _marks(self, component, kind):
        marks = component.get_curve()["marks"]
        return [mark for mark in marks if mark["kind"] == kind]

    # --- the curve --------------------------------------------------------------

    def test_flat_rate_is_a_straight_line(self):
        component = self._component(((0, 5),))
        curve = component.get_curve()
        self.assertEqual([curve["x"][0], curve["x"][-1]], [0, 10000])
        self.assertEqual([curve["y"][0], curve["y"][-1]], [0, 500])
        self.assertEqual((curve["unit"], curve["note"]), ("money", ""))

    def test_marginal_table_bends_at_its_bounds(self):
        """3 % of 10,000; 5 % of the next 15,000; 8 % of what is above."""
        self.assertEqual(
            self._read_curve(self.component, 0, 10000, 25000, 32500),
            [0, 300, 1050, 1650],
        )
        self.assertEqual(
            [
                (mark["x"], mark["label"])
                for mark in self._marks(self.component, "step")
            ],
            [(0, "3 %"), (10000, "5 %"), (25000, "8 %")],
        )

    def test_retroactive_table_jumps_on_its_bound(self):
        component = self._component(
            ((0, 4), (150000, 8), (250000, 12)), application="retroactive"
        )
        self.assertEqual(
            self._read_curve(component, 149999.99, 150000, 249999.99, 250000),
            [6000, 12000, 20000, 30000],
        )

    def test_lower_edge_jumps_after_its_bound(self):
        component = self._component(
            ((0, 4), (150000, 8)), application="retroactive", edge="lower"
        )
        self.assertEqual(self._read_curve(component, 150000, 150000.01), [6000, 12000])

    def test_cap_cuts_where_it_is_reached(self):
        """600 is reached by 300 + 5 % of 6,000."""
        self.component.cap_per_period = 600
        self.assertEqual(self._read_curve(self.component, 16000, 25000), [600, 600])
        [mark] = self._marks(self.component, "cap")
        self.assertEqual((mark["x"], mark["y"]), (16000, 600))

    def test_cap_beyond_the_last_step_is_still_shown(self):
        component = self._component(((0, 5),), cap_per_period=2000)
        self.assertEqual(self._read_curve(component, 40000), [2000])

    def test_floor_holds_until_the_rates_pay_more(self):
        component = self._component(((0, 1), (300000, 0.5)), floor=1000)
        self.assertEqual(
            self._read_curve(component, 0, 100000, 300000), [0, 1000, 3000]
        )
        [mark] = self._marks(component, "floor")
        self.assertEqual((mark["x"], mark["y"]), (100000, 1000))

    def test_attainment_is_drawn_in_percent_of_the_quota(self):
        component = self._component(
            ((0, 10), (100, 20)), lookup="attainment", quota=33000
        )
        self.assertEqual(self._read_curve(component, 100, 130), [3300, 5280])
        self.assertEqual(component.get_curve()["unit"], "percent")
        self.assertEqual([m["x"] for m in self._marks(component, "quota")], [100])

    def test_closed_gate_and_accelerator(self):
        """Base 6 % from 60 % of a quota of 100,000 on; one and a half times above."""
        component = self._component(((0, 6),), quota=100000)
        component.gate_ids = [Command.create({"threshold": 60})]
        component.accelerator_ids = [Command.create({"bound": 100, "percent": 150})]
        self.assertEqual(
            self._read_curve(component, 59999.99, 60000, 100000, 130000),
            [0, 3600, 6000, 8700],
        )
        self.assertEqual([m["x"] for m in self._marks(component, "gate")], [60000])

    def test_straight_line_between_steps_is_drawn_round(self):
        """Halfway between 4 % and 8 % of 10,000, 6 % are paid on 5,000."""
        component = self._component(
            ((0, 4), (10000, 8)), application="retroactive", between="interpolated"
        )
        self.assertEqual(self._read_curve(component, 5000, 10000), [300, 800])

    def test_each_level_has_its_own_curve(self):
        self.component.rate_ids = [
            Command.create({"bound": 0, "percent": 1, "level": 1})
        ]
        curve = self.component.get_curve(1)
        self.assertEqual((curve["x"][-1], curve["y"][-1]), (10000, 100))
        card = self.component.get_designer_card()
        self.assertEqual(card["levels"], [0, 1])
        self.assertEqual(card["curves"]["1"], curve)

    def test_incomplete_rules_say_what_is_missing(self):
        self.component.rate_ids.unlink()
        self.assertIn("Add a step", self.component.get_curve()["error"])
        component = self._component(((0, 5), (100, 8)), quota=100)
        component.write({"lookup": "attainment", "quota": 0})
        self.assertIn("quota", component.get_curve()["error"])
        component.write({"pays": "formula", "formula": "credited * 0.05"})
        self.assertIn("formula", component.get_curve()["error"])
        component.pays = "nothing"
        self.assertIn("only counted", component.get_curve()["error"])

    # --- the page ---------------------------------------------------------------

    def test_page_of_a_draft(self):
        self.component.cap_per_period = 900
        page = self.plan.with_user(self.officer).get_designer()
        self.assertTrue(page["can_edit"])
        self.assertEqual(page["plan"]["name"], "New business")
        self.assertEqual(page["plan"]["payee_count"], 1)
        [card] = page["components"]
        self.assertEqual(
            [(rate["bound"], rate["percent"]) for rate in card["rates"]],
            [(0, 3), (10000, 5), (25000, 8)],
        )
        [chip] = card["chips"]
        self.assertIn("900", chip["label"])
        self.assertEqual(chip["clear"], {"cap_per_period": False})
        kinds = dict(page["fields"]["rate"]["kind"]["selection"])
        self.assertIn(card["rates"][0]["kind"], kinds)

    def test_page_of_a_published_plan_is_read_only(self):
        self.plan.action_publish()
        page = self.plan.with_user(self.officer).get_designer()
        self.assertFalse(page["can_edit"])
        self.assertTrue(page["can_write"])
        with self.assertRaises(UserError):
            self.env["sales.commission.component"].with_user(
                self.officer
            ).create_in_designer(self.plan.id, "flat")

    def test_a_payee_reads_the_plan_and_changes_nothing(self):
        self.plan.action_publish()
        plan = self.plan.with_user(self.ann.user_id)
        page = plan.get_designer()
        self.assertFalse(page["can_edit"] or page["can_write"])
        figures = {str(self.component.id): {"credited": 30000}}
        self.assertEqual(plan.try_out(figures)["total"], 1450)
        with self.assertRaises(AccessError):
            plan.component_ids.duplicate_in_designer()
        self.assertFalse(
            self.env["sales.commission.plan"]
            .with_user(self.ann.user_id)
            .get_designer_start()["can_edit"]
        )

    def test_a_stranger_may_not_look(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.bob.user_id).get_designer()
        with self.assertRaises(AccessError):
            self.component.with_user(self.bob.user_id).get_curve()

    def test_starters_can_be_priced_and_published(self):
        components = self.env["sales.commission.component"].with_user(self.officer)
        plan = self._create_plan(publish=False)
        for starter in ("flat", "tiered", "quota"):
            component = components.browse(
                components.create_in_designer(plan.id, starter)
            )
            self.assertNotIn("error", component.get_curve(), starter)
        self.assertEqual(plan.component_ids[-1], component)
        plan.with_user(self.officer).action_publish()
        self.assertEqual(plan.state, "published")

    def test_a_scorecard_pays_a_part_of_the_target(self):
        """Half of 2,000 from a score of 50 on, after the rates were switched."""
        self.component.switch_basis_in_designer("scorecard")
        self.assertIn("target incentive", self.component.get_curve()["error"])
        self.component.write(
            {
                "target_incentive": 2000,
                "rate_ids": [
                    Command.create(
                        {"bound": 50, "kind": "target_percent", "target_percent": 50}
                    )
                ],
            }
        )
        self.assertEqual(
            self._read_curve(self.component, 49.99, 50, 100), [0, 1000, 2000]
        )
        self.component.switch_basis_in_designer("measure")
        self.assertEqual(self._read_curve(self.component, 10000), [500])
        self.assertEqual(self.component.measure_id, self.measure)

    def test_text_of_the_plan(self):
        self.plan.action_publish()
        text = self.plan.with_user(self.ann.user_id).get_document_html()
        self.assertIn("New business", text)
        with self.assertRaises(AccessError):
            self.plan.with_user(self.max.user_id).get_document_html()

    def test_duplicate_stands_right_below(self):
        components = self.env["sales.commission.component"]
        last = components.browse(components.create_in_designer(self.plan.id, "flat"))
        copy = components.browse(self.component.duplicate_in_designer())
        self.plan.invalidate_recordset(["component_ids"])
        self.assertEqual(self.plan.component_ids, self.component + copy + last)
        self.assertEqual(
            copy.rate_ids.mapped("percent"), self.component.rate_ids.mapped("percent")
        )

    def test_refusal_names_component_and_plan(self):
        """The page writes a step through its component, so that the whole table is
        judged."""
        lowest = self.component.rate_ids[0]
        with self.assertRaisesRegex(ValidationError, "Invoiced.*New business"):
            self.component.rate_ids = [Command.delete(lowest.id)]

    def test_queries_do_not_grow_with_the_rate_table(self):
        self.env.invalidate_all()
        few = self._count_queries(self.component)
        self.component.rate_ids = [
            Command.create({"bound": 30000 + step, "percent": 9}) for step in range(20)
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertLessEqual(self._count_queries(self.component), few)

    def _count_queries(self, component):
        before = self.env.cr.sql_log_count
        component.get_designer_card()
        return self.env.cr.sql_log_count - before
