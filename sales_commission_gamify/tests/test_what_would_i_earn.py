import random
from contextlib import closing

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .pricing_common import PricingCase, steps

TODAY = "2026-03-10"


class WhatWouldIEarnCase(PricingCase):
    """Today is a day in March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{TODAY} 12:00:00"))

    def _ask(self, more=None, curve=None, user=None):
        """As Ann, within a transaction that only reads; inputs by their names."""
        dashboard = self.env["sales.commission.dashboard"]
        dashboard = dashboard.with_user(user or self.ann.user_id)
        self.env.flush_all()
        with closing(self.env.cr.savepoint()):
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            ids = {}
            if more or curve:
                known = dashboard.get_what_would_i_earn()
                ids = {row["name"]: row["id"] for row in known["inputs"]}
            return dashboard.get_what_would_i_earn(
                {ids[name]: figures for name, figures in (more or {}).items()},
                ids.get(curve),
            )

    def _card(self, answer, name):
        return next(card for card in answer["components"] if card["name"] == name)

    def _input(self, answer, name):
        return next(row for row in answer["inputs"] if row["name"] == name)

    def _reached(self, card):
        return [row["kind"] for row in card["reached"]]


@tagged("post_install", "-at_install")
class TestWhatWouldIEarnEqualsSelling(WhatWouldIEarnCase):
    """What is told of x more is what an invoice of exactly x brings."""

    def _draw_rules(self, dice):
        """A rate table and what modifies it."""
        whole = dice.choice([" whole", ""])
        lookup = dice.choice(["amount", "amount", "attainment", "running", "document"])
        bounds = (60, 110) if lookup == "attainment" else (1500, 4000)
        rates = f"0: 3%{whole} | {bounds[0]}: 5%{whole} | {bounds[1]}: 8.25%{whole}"
        vals = {"lookup": lookup, "quota": 3000}
        if lookup in ("amount", "attainment") and dice.random() < 0.5:
            vals["accelerator_ids"] = [Command.create({"bound": 105, "percent": 150})]
        if dice.random() < 0.4:
            vals["cap_per_period"] = 190
        if dice.random() < 0.3:
            vals["floor"] = 35
        if dice.random() < 0.4:
            vals["gate_ids"] = [Command.create({"threshold": 55})]
        if dice.random() < 0.3:
            vals |= {"edge": "lower"}
        return rates, vals

    def _draw_plan(self, dice, payee):
        """One component on product A, and one on B that it looks at."""
        plan = self._draft(payee, name=f"Plan of {payee.name}")
        looked_at = self._component(plan, "B", "0: 2%", product="B", quota=2000)
        rates, vals = self._draw_rules(dice)
        if dice.random() < 0.5:
            by = {"source_component_id": looked_at.id, "by": "attainment"}
            marks = [Command.create({"bound": b, "percent": p}) for b, p in MARKS]
            vals["multiplier_ids"] = [Command.create({**by, "step_ids": marks})]
        self._component(plan, "A", rates, product="A", **vals)
        plan.action_publish()
        return plan

    def test_random_plans(self):
        dice = random.Random(20260310)
        changed = 0
        for number in range(14):
            payee = self._create_payee(f"Payee {number}")
            plan = self._draw_plan(dice, payee)
            if dice.random() < 0.7:
                self._sell(dice.choice([400, 1499.99, 2600]), "A", TODAY, payee)
            product = dice.choice("AAB")
            amount = dice.choice([0.01, 150, 1500, 2222.22, 5000])
            with self.subTest(number=number, product=product, amount=amount):
                told = self._ask({product: {"amount": amount}}, user=payee.user_id)
                before = self._earned(payee)
                self.assertEqual(told["totals"][0]["now"], before)
                self._sell(amount, product, TODAY, payee)
                earned = {
                    c.name: self._earned(payee, component_id=c.id)
                    for c in plan.component_ids
                }
                self.assertEqual(
                    {card["name"]: card["then"] for card in told["components"]}, earned
                )
                self.assertEqual(told["totals"][0]["then"], self._earned(payee))
                changed += told["totals"][0]["more"] != 0
        self.assertGreater(changed, 8)

    def test_several_sales_and_units(self):
        plan = self._draft()
        self._component(plan, "A", "0: 100 | 3: 500", product="A", lookup="count")
        self._component(plan, "B", "0: 7.5 each", product="B")
        plan.action_publish()
        told = self._ask(
            {
                "A": {"amount": "1000", "sales": "3"},
                "B": {"amount": "80", "units": "4"},
            }
        )
        for _sale in range(3):
            self._sell(333.33, "A", TODAY)
        self._sell(80, "B", TODAY, quantity=4)
        for component in plan.component_ids:
            self.assertEqual(
                self._card(told, component.name)["then"],
                self._earned(self.ann, component_id=component.id),
            )
        self.assertEqual(self._earned(self.ann), 630)

    def test_one_sale_for_all_that_count_it(self):
        """Two components that count the same sales are asked for once."""
        plan = self._draft()
        self._component(plan, "Base", "0: 5%")
        self._component(plan, "Bonus", "0: 0 | 1000: 75", quota=1000)
        plan.action_publish()
        name = self.measure.name
        told = self._ask({name: {"amount": 1000}})
        self.assertEqual(self._input(told, name)["names"], "Base, Bonus")
        self._sell(1000, date=TODAY)
        self.assertEqual(told["totals"][0]["then"], self._earned(self.ann))
        self.assertEqual(told["totals"][0]["then"], 125)


MARKS = ((0, 80), (60, 110), (100, 130))


@tagged("post_install", "-at_install")
class TestWhatWouldIEarn(WhatWouldIEarnCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls._create_plan(
            name="Promise",
            publish=False,
            component={
                "rate_ids": steps("0: 5% | 150: 10%"),
                "lookup": "attainment",
                "quota": 1000,
                "gate_ids": [Command.create({"threshold": 60})],
                "accelerator_ids": [Command.create({"bound": 120, "percent": 200})],
                "cap_per_period": 400,
            },
        )
        plan.action_publish()
        cls.plan = plan
        cls._invoice(500, date=TODAY)

    def _told(self, amount, **figures):
        return self._ask({"Invoiced": {"amount": amount, **figures}})

    def _invoiced(self, amount):
        return self._card(self._told(amount), "Invoiced")

    def test_what_is_reached(self):
        """The gate at 600, the quota at 1,000, the accelerator at 1,200, the step at
        1,500."""
        examples = [
            (99, ["closed"], 0),
            (100, ["gate"], 30),
            (500, ["quota", "gate"], 50),
            (900, ["quota", "gate", "accelerator"], 80),
            (1000, ["quota", "step", "gate", "accelerator"], 90),
            (9000, ["quota", "step", "gate", "accelerator", "cap"], 400),
        ]
        for amount, reached, then in examples:
            with self.subTest(amount):
                card = self._invoiced(amount)
                self.assertEqual((self._reached(card), card["then"]), (reached, then))

    def test_attainment_before_and_after(self):
        attainment = self._invoiced(250)["attainment"]
        self.assertEqual((attainment["before"], attainment["after"]), (50, 75))
        self.assertEqual(attainment["text"], "From 50 % to 75 % of the quota")
        self.assertEqual(self._invoiced("")["attainment"]["text"], "50 % of the quota")

    def test_nothing_is_asked(self):
        told = self._ask()
        self.assertEqual(
            [(row["now"], row["then"], row["more"]) for row in told["totals"]],
            [(0, 0, 0)],
        )
        self.assertFalse(told["curve"])

    def test_goals_lead_exactly_there(self):
        row = self._input(self._ask(), "Invoiced")
        self.assertEqual(
            [goal["amount"] for goal in row["goals"]], [100, 500, 700, 1000]
        )
        self.assertEqual(row["goals"][0]["text"], "The gate: $\xa0100.00 more")
        self.assertEqual(row["most"], 2000)

    def test_curve_is_what_each_amount_brings(self):
        curve = self._ask(curve="Invoiced")["curve"]
        self.assertLessEqual({0.0, 99.99, 100.0, 2000.0}, set(curve["x"]))
        for place, pay in list(zip(curve["x"], curve["y"], strict=True))[::4]:
            self.assertEqual(self._told(place)["totals"][0]["more"], pay)
        self.assertEqual(curve["y"], sorted(curve["y"]))
        self.assertGreater(curve["y"][-1], curve["y"][0])

    def test_what_is_no_amount_gets_a_sentence(self):
        examples = [
            ("-5", "0 or above"),
            ("many", "is not a number"),
            ("1e5", "is not a number"),
            ("nan", "is not a number"),
            ("१२", "is not a number"),
            ("9" * 25, "too much"),
            (10**13, "too much"),
            ([1], "is not a number"),
            (True, "is not a number"),
        ]
        for typed, sentence in examples:
            with self.subTest(typed):
                told = self._told(typed)
                self.assertIn(sentence, self._input(told, "Invoiced")["error"])
                self.assertEqual(told["totals"][0]["more"], 0)
        for empty in ("", " ", False, None, 0, "0.00"):
            with self.subTest(empty):
                told = self._told(empty)
                self.assertEqual(self._input(told, "Invoiced")["error"], "")
                self.assertEqual(told["totals"][0]["more"], 0)

    def test_as_the_reader_writes_numbers(self):
        self.env["res.lang"].sudo()._activate_lang("es_ES")
        for lang, texts in {
            "en_US": ("1,000", "1,000.00", "1000", "1 000", "1000.004"),
            "es_ES": ("1.000", "1.000,00", "1000", "1000.00", "1000,00"),
        }.items():
            dashboard = self.env["sales.commission.dashboard"]
            dashboard = dashboard.with_user(self.ann.user_id).with_context(lang=lang)
            [row] = dashboard.get_what_would_i_earn()["inputs"]
            for text in texts:
                with self.subTest(lang=lang, text=text):
                    told = dashboard.get_what_would_i_earn(
                        {row["id"]: {"amount": text}}
                    )
                    self.assertEqual(told["totals"][0]["more"], 90)

    def test_only_own_inputs(self):
        """Neither a colleague's nor a made-up one, whatever the reader may see."""
        self._create_plan(payees=self.bob, name="Of Bob")
        theirs = [row["id"] for row in self._ask(user=self.bob.user_id)["inputs"]]
        dashboard = self.env["sales.commission.dashboard"]
        for user in (self.ann.user_id, self.env.user):
            asking = dashboard.with_user(user)
            for id_ in (*theirs, "x", f"{self.plan.component_ids.id}-{self.bob.id}-0"):
                with self.subTest(user=user.name, id_=id_):
                    with self.assertRaises(AccessError):
                        asking.get_what_would_i_earn({id_: {"amount": 1}})
                    with self.assertRaises(AccessError):
                        asking.get_what_would_i_earn({}, id_)

    def test_portal_payee(self):
        """An agent who has no more than portal access, and reads no plan."""
        agent = self._create_payee("Agent", groups="base.group_portal")
        self.assertFalse(self._ask(user=agent.user_id))
        self._create_plan(payees=agent, name="Of the agent")
        told = self._ask({"Invoiced": {"amount": 200}}, user=agent.user_id)
        self.assertEqual(told["totals"][0]["then"], 10)

    def test_who_takes_part_in_nothing(self):
        visitor = new_test_user(self.env(su=True), login="what_if_visitor")
        self.assertFalse(self._ask(user=visitor))
        self.assertFalse(self._ask(user=self.max.user_id))

    def test_what_cannot_be_told_says_so(self):
        """A ratio has no amount to add."""
        percent = self.env["sales.commission.measure"].create(
            {"name": "Margin %", "source": "invoice_line", "value": "margin_percent"}
        )
        plan = self._draft(self.bob, name="Ratio")
        vals = {"measure_id": percent.id, "lookup": "attainment", "quota": 30}
        self._component(plan, "Ratio", "0: 100", **vals)
        plan.action_publish()
        [row] = self._ask(user=self.bob.user_id)["inputs"]
        self.assertIn("percent", row["obstacle"])
        with self.assertRaises(AccessError):
            self._ask({"Ratio": {"amount": 5}}, user=self.bob.user_id)

    def test_manager_by_what_the_team_sells(self):
        edge = {"employee_id": self.ann.id, "manager_id": self.max.id}
        hierarchy = self.env["sales.commission.hierarchy"].create(
            {"name": "Team", "edge_ids": [Command.create(edge)]}
        )
        self._create_plan(
            payees=self.max,
            name="Leading",
            component={
                "name": "Team",
                "credited_to": "hierarchy",
                "hierarchy_id": hierarchy.id,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 2})],
            },
        )
        told = self._ask({"Team": {"amount": 1000}}, user=self.max.user_id)
        self.assertTrue(self._input(told, "Team")["is_team"])
        self.assertEqual(told["totals"][0]["more"], 20)

    def test_number_of_queries(self):
        """Neither grows with what is booked already, nor is it many."""
        self._ask({"Invoiced": {"amount": 5}})
        dashboard = self.env["sales.commission.dashboard"].with_user(self.ann.user_id)
        id_ = dashboard.get_what_would_i_earn()["inputs"][0]["id"]

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            dashboard.get_what_would_i_earn({id_: {"amount": 5}})
            return self.cr.sql_log_count - before

        few = count()
        for number in range(5):
            self._invoice(10 + number, date=TODAY)
        self.assertEqual(count(), few)
        self.assertLess(few, 90)
