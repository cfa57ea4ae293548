from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .test_dashboard import PayeePagesCase

TODAY = "2026-01-20"


def plain(text):
    """Formatted amounts have spaces that do not break."""
    return text and text.replace("\N{NO-BREAK SPACE}", " ")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDashboardAhead(PayeePagesCase):
    """The page on 20 January: 20 of 31 days are over."""

    def _card(self, plan=None, user=None, date=TODAY):
        cards = self._page(user, date)["components"]
        [card] = [card for card in cards if card["plan"] == (plan or self.plan).name]
        return card

    def _pace(self, card):
        pace = card["pace"]
        return pace and (
            pace["status"],
            plain(pace["text"]),
            plain(pace["projected_text"]),
        )

    def _next(self, card):
        return [plain(step["text"]) for step in card["next_steps"]]

    def _plan(self, name, payees=None, **component):
        return self._create_plan(name=name, payees=payees, component=component)

    def test_pace_against_the_time_that_has_passed(self):
        """A target of 3,100 asks for 2,000 by the 20th."""
        plan = self._plan("Goal", quota=3100)
        ends = ", which earns "
        examples = (
            (None, "behind", "$ 2,000.00 behind time", False),
            (1500, "behind", "$ 500.00 behind time", "$ 2,325.00"),
            (
                500,
                "ahead",
                "On time: as much as the days that have passed ask for",
                "$ 3,100.00",
            ),
            (100, "ahead", "$ 100.00 ahead of time", "$ 3,255.00"),
        )
        for amount, status, text, projected in examples:
            if amount:
                self._invoice(amount, date="2026-01-15")
            pace = self._pace(self._card(plan))
            self.assertEqual(pace[:2], (status, text))
            if projected:
                said = f"At this pace {projected} by 31 January{ends}"
                self.assertEqual(pace[2].partition("$ ")[0], "At this pace ")
                self.assertTrue(pace[2].startswith(said), pace[2])
            else:
                self.assertFalse(pace[2])
        card = self._card(plan)
        self.assertEqual(
            (card["pace"]["passed"], card["pace"]["days_left"]), (64.5, 11)
        )
        self.assertAlmostEqual(card["pace"]["by_now"], 2000)

    def test_what_it_comes_to_is_priced_by_the_table(self):
        """1,600 in 20 days are 2,480 in 31: 2,000 at 5 % and 480 at 10 %."""
        self._invoice(1600)
        pace = self._card()["pace"]
        self.assertIsNone(pace["status"], "there is no target to be behind of")
        self.assertEqual((pace["projected"], pace["projected_pay"]), (2480, 148))
        self.assertEqual(
            plain(pace["projected_text"]),
            "At this pace $ 2,480.00 by 31 January, which earns $ 148.00",
        )

    def test_first_days_and_periods_that_are_over_have_no_projection(self):
        self._invoice(900, date="2026-01-02")
        with freeze_time("2026-01-03"):
            self.assertIsNone(self._card(date="2026-01-03")["pace"])
        with freeze_time("2026-02-01"):
            card = self._card(date="2026-01-31")
            self.assertIsNone(card["pace"])
            self.assertEqual(card["next_steps"], [])

    def test_next_step(self):
        self._invoice(1000)
        self._invoice(500)
        [step] = self._card()["next_steps"]
        self.assertEqual(
            plain(step.pop("text")),
            "$ 500.00 more, and everything after that pays 10 %",
        )
        self.assertEqual(
            step,
            {
                "kind": "step",
                "at": 2000,
                "distance": 500,
                "progress": 75,
                "at_once": 0,
                "rate": 10,
                "is_whole": False,
            },
        )
        self._invoice(600)
        self.assertEqual(self._card()["next_steps"], [], "the last step is reached")

    def test_next_step_without_a_sale_and_after_a_refund(self):
        self.assertEqual(self._card()["next_steps"][0]["distance"], 2000)
        self._refund(self._invoice(1000), amount=1500)
        [step] = self._card()["next_steps"]
        self.assertEqual((step["distance"], step["progress"]), (2500, 0))

    def test_what_reaching_it_adds(self):
        def rates(*steps, kind="percent"):
            return [
                Command.create({"bound": at, kind: pays, "kind": kind})
                for at, pays in steps
            ]

        examples = {
            "Whole": (
                {"rate_ids": rates((0, 5), (3000, 8)), "application": "retroactive"},
                "$ 2,000.00 more, and all of it pays 8 %: that earns $ 90.00 at once",
            ),
            "Bonus": (
                {"rate_ids": rates((0, 0), (1500, 240), kind="fixed")},
                "$ 500.00 more earns $ 240.00 at once",
            ),
            "Gate": (
                {
                    "rate_ids": rates((0, 10)),
                    "quota": 2000,
                    "gate_ids": [Command.create({"threshold": 80})],
                },
                "$ 600.00 more opens the gate: that earns $ 160.00 at once, and "
                "everything after that pays 10 %",
            ),
            "Accelerator": (
                {
                    "rate_ids": rates((0, 10)),
                    "quota": 2000,
                    "accelerator_ids": [Command.create({"bound": 100, "percent": 150})],
                },
                "$ 1,000.00 more, and everything after that pays 15 %",
            ),
            "Target": (
                {"rate_ids": rates((0, 5)), "quota": 4000},
                "$ 3,000.00 more reaches the quota",
            ),
            "Deals": (
                {"rate_ids": rates((0, 5), (3, 7)), "lookup": "count"},
                "2 sales more, and everything after that pays 7 %",
            ),
        }
        plans = {
            name: self._plan(name, **values)
            for name, (values, _text) in examples.items()
        }
        self._invoice(1000)
        for name, (_values, text) in examples.items():
            with self.subTest(name):
                self.assertEqual(self._next(self._card(plans[name]))[0], text)

    def test_step_is_kept_when_it_is_reached(self):
        """What the sentence promised is what the statement then pays."""
        plan = self._plan(
            "Whole",
            rate_ids=[
                Command.create({"bound": 0, "percent": 5}),
                Command.create({"bound": 3000, "percent": 8}),
            ],
            application="retroactive",
        )
        self._invoice(1000)
        card = self._card(plan)
        [step] = card["next_steps"]
        self._invoice(step["distance"])
        on_the_way = step["distance"] * 0.05
        self.assertAlmostEqual(
            self._card(plan)["earned"], card["earned"] + on_the_way + step["at_once"]
        )

    def test_words_of_a_card(self):
        self._plan("Goal", quota=4000, pays="nothing")
        self._invoice(1000)
        card = self._card()
        self.assertEqual(plain(card["credited_text"]), "$ 1,000.00 credited")
        self.assertEqual(plain(card["earned_text"]), "$ 50.00")
        self.assertEqual(card["plan_text"], "New business · January 2026")
        self.assertFalse(card["attainment_text"])
        [goal] = [
            card for card in self._page(date=TODAY)["components"] if not card["pays"]
        ]
        self.assertEqual(
            plain(goal["attainment_text"]), "25 % of the quota of $ 4,000.00"
        )
        self.assertEqual(goal["attainment_width"], 25)
        self.assertIn("Pays nothing by itself", goal["empty_text"])

    def test_only_own_figures_and_also_on_the_portal(self):
        self._invoice(1500)
        self._invoice(200, payee=self.desk)
        self.assertEqual(self._card()["next_steps"][0]["distance"], 500)
        self.assertEqual(self._card(user=self.gil)["next_steps"][0]["distance"], 1800)
        self.assertEqual(self._page(self.bob.user_id, TODAY)["components"], [])

    def test_queries_grow_with_neither_components_nor_deals(self):
        counts = []
        for number in range(2):
            for part in range(1 + 3 * number):
                self._plan(f"More {number} {part}", quota=1000 + part)
                self._invoice(100)
            counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])

    def _count_queries(self):
        self._page(date=TODAY)  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page = self._page(date=TODAY)
        self.assertTrue(page["components"][0]["next_steps"])
        return self.cr.sql_log_count - before
