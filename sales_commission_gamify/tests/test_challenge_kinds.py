from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, ChallengeCase

OPTIONS = {
    "most": {},
    "target": {},
    "milestone": {"goal": 400},
    "race": {"goal": 400},
    "streak": {"lowest_day": 100},
    "lottery": {"tickets": 0.01},
    "duel": {},
    "bracket": {},
    "elimination": {"round_days": 7},
    "teams": {},
    "goal": {"goal": 1300},
    "league": {},
}
CLOSED = ("duel", "bracket", "elimination")
# Ann's target is 450 …; Ann and Cem are North, Bob and Dot South; Ann meets Bob and Cem
# meets Dot in the duel, Dot and Bob come to her in the bracket; Ann and Bob are the
# upper group of the league.
TARGETS = (450, 450, 200, 400)

# What is sold, ``(payee, day of March, amount)``.
SALES = "A 3 400, B 3 400, C 4 200, D 4 200, A 10 50, B 10 50"

# Who came to which place, and who won (*); a lottery says among whom it was drawn.
TIES = {
    "most": "A1* B1* C3 D3",
    "target": "A1* B1* C1* D4",
    "milestone": "A1* B1* C3 D3",
    "race": "A1* B1* C3 D3",
    "streak": "A1* B1* C1* D1*",
    "lottery": "one of ABCD",
    "duel": "A1* B1* C1* D1*",
    "bracket": "A1* B2 C3 D3",
    "elimination": "A1* B1* C3 D3",
    "teams": "A1* B1* C1* D1*",
    "goal": "A1* B1* C3* D3*",
    "league": "A1* B1* C1* D1*",
}
# Ann's sale of 400 is taken back on the 12th, and counts for nothing ever …
REFUND = {
    "most": "A4 B1* C2 D2",
    "target": "A4 B1* C1* D3",
    "milestone": "A4 B1* C2 D2",
    "race": "A4 B1* C2 D2",
    "streak": "A4 B1* C1* D1*",
    "lottery": "one of BCD",
    "duel": "A2 B1* C1* D1*",
    "bracket": "A3 B1* C3 D2",
    "elimination": "A4 B1* C2 D2",
    "teams": "A2 B1* C2 D1*",
    "goal": "A4 B1 C2 D2",
    "league": "A2v B1* C1* D1*",
}
# … or is taken off on its own day, where the plan says so: rounds that are over stay.
REFUND_ON_ITS_DAY = REFUND | {
    "bracket": "A2 B1* C3 D3",
    "elimination": "A2 B1* C3 D3",
}
# Dot comes in on the 9th and sells 300 on the 11th.
JOINING = {
    "most": "A1* B1* C4 D3",
    "target": "A1* B1* C1* D4",
    "milestone": "A1* B1* C4 D3",
    "race": "A1* B1* C4 D3",
    "streak": "A1* B1* C1* D1*",
    "lottery": "one of ABCD",
    "duel": "A1* B1* C1*",
    "bracket": "A1* B2 C3",
    "elimination": "A1* B1* C3",
    "teams": "A2 B1* C2 D1*",
    "goal": "A1* B1* C4* D3*",
    "league": "A1* B1* C2 D1*^",
}
# Ann leaves on the 5th.
LEAVING = {
    "most": "A- B1* C2 D2",
    "target": "A- B1* C1* D3",
    "milestone": "A- B1* C2 D2",
    "race": "A- B1* C2 D2",
    "streak": "A- B1* C1* D1*",
    "lottery": "one of BCD",
    "duel": "A2 B1* C1* D1*",
    "bracket": "A3 B1* C3 D2",
    "elimination": "A4 B1* C2 D2",
    "teams": "A2 B1* C2 D1*",
    "goal": "A2 B1 C3 D3",
    "league": "A- B1* C1* D1*",
}
# Ordered in the last half hour of the last day and in the first of the first one, by
# Ann and Cem; by Bob and Dot half an hour later and earlier.
EDGES = {
    "most": "A1* B3 C1* D3",
    "target": "A2 B3 C1* D3",
    "milestone": "A1* B3 C1* D3",
    "race": "A2 B3 C1* D3",
    "streak": "A1* B3 C1* D3",
    "lottery": "one of AC",
    "duel": "A1* B2 C1* D2",
    "bracket": "A1* B3 C2 D3",
    "elimination": "A2 B2 C1* D2",
    "teams": "A1* B2 C1* D2",
    "goal": "A1 B3 C1 D3",
    "league": "A1* B2v C1*^ D2",
}


@tagged("post_install", "-at_install")
class TestEachKind(ChallengeCase):
    """Every kind goes through the same days; a table says what each comes to."""

    start = FIRST

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.letters = dict(zip("ABCD", cls.everybody, strict=True))
        cls.north, cls.south = (
            cls.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )

    # --- the scene ----------------------------------------------------------------

    def _start_all(self, payees=None, **vals):
        started = {
            kind: self._start(kind, payees or self.everybody, {**options, **vals})
            for kind, options in OPTIONS.items()
        }
        kinds = self.env["sales.commission.challenge"]._fields["kind"].selection
        self.assertEqual(set(started), {kind for kind, _label in kinds})
        return started

    def _start(self, kind, payees, options):
        challenge = self._challenge(kind, payees=payees, start=False, **options).sudo()
        for at, payee in enumerate(self.everybody):
            person = self._person(challenge, payee)
            person.target = TARGETS[at]
            person.team_id = self.south if at % 2 else self.north
            if kind == "duel":
                person.number = at + 1
        with freeze_time(self.start):
            challenge.action_schedule()
        if kind in ("bracket", "league"):  # instead of the draw, and of the past
            for at, payee in enumerate(self.everybody):
                person = self._person(challenge, payee)
                person.number, person.group_number = at + 1, 1 + at // 2
        return challenge

    def _sell_all(self, sales=SALES):
        found = []
        for sale in sales.split(", "):
            letter, day, amount = sale.split()
            found.append(self._sell(self.letters[letter], float(amount), int(day)))
        return found

    def _settle(self, started, expected):
        with freeze_time("2026-03-17"):
            self._run_cron()
        self.env.invalidate_all()
        self._compare(started, expected)

    def _compare(self, started, expected):
        self.assertEqual(set(expected), set(started))
        for kind, challenge in started.items():
            with self.subTest(kind=kind):
                rows = challenge.result_ids
                if kind == "lottery":
                    self.assertIn(self._letters(rows.filtered("won")), expected[kind])
                    self.assertEqual(len(rows.filtered("won")), 1)
                    continue
                self.assertEqual(self._say(rows), expected[kind])

    def _letters(self, rows):
        return "".join(
            letter
            for letter, payee in self.letters.items()
            if payee in rows.employee_id
        )

    def _say(self, rows):
        moves = {"up": "^", "down": "v"}
        return " ".join(
            f"{letter}{row.place or '-'}{'*' * row.won}{moves.get(row.state, '')}"
            for letter, payee in self.letters.items()
            for row in rows.filtered(lambda one, payee=payee: one.employee_id == payee)
        )

    # --- the situations -----------------------------------------------------------

    def test_ties(self):
        started = self._start_all()
        self._sell_all()
        self._settle(started, TIES)

    def test_refund_during(self):
        started = self._start_all()
        sale, *_others = self._sell_all()
        self._refund(sale, date="2026-03-12")
        self._settle(started, REFUND)

    def test_refund_on_its_own_day(self):
        self.plan.component_ids.sudo()._write({"refund_period": "own"})
        self.env.invalidate_all()
        started = self._start_all()
        sale, *_others = self._sell_all()
        self._refund(sale, date="2026-03-12")
        self._settle(started, REFUND_ON_ITS_DAY)

    def test_refund_after_the_end(self):
        """Neither what is kept nor what is shown."""
        started = self._start_all()
        sale, *_others = self._sell_all()
        self._settle(started, TIES)
        before = self._read_pages(started)
        self._refund(sale, date="2026-03-14")
        with freeze_time("2026-04-20"):
            self._run_cron()
        self.env.invalidate_all()
        self._compare(started, TIES)
        for kind, page in self._read_pages(started).items():
            with self.subTest(kind=kind):
                self.assertEqual(page, before[kind])
                self.assertTrue(page["rows"])

    def _read_pages(self, started):
        with freeze_time("2026-03-20"):
            return {kind: one.get_standings() for kind, one in started.items()}

    def test_joining_in_the_middle(self):
        """Counts from that day on; where rounds or pairs are made, it is too late."""
        started = self._start_all(self.ann + self.bob + self.cem)
        for kind, challenge in started.items():
            vals = {
                "challenge_id": challenge.id,
                "employee_id": self.dot.id,
                "target": 400,
                "team_id": self.south.id,
            }
            people = challenge.participant_ids.with_user(self.olga.user_id)
            with freeze_time("2026-03-09"):
                if kind not in CLOSED:
                    people.create(vals)
                    continue
                with self._refused("Dot comes too late", UserError):
                    people.create(vals)
        self._sell_all(f"{SALES}, D 11 300")
        self._settle(started, JOINING)

    def test_leaving_in_the_middle(self):
        started = self._start_all()
        for challenge in started.values():
            with freeze_time("2026-03-05 12:00:00"):
                own = self._person(challenge, self.ann).with_user(self.ann.user_id)
                own.action_leave()
        self._sell_all()
        self._settle(started, LEAVING)
        for challenge in started.values():
            self.assertEqual(self._say_states(challenge), "left")

    def _say_states(self, challenge):
        rows = challenge.result_ids
        return rows.filtered(lambda row: row.employee_id == self.ann).state

    def test_days_are_the_companys(self):
        """Noon of Honolulu is the next day of the payees, who sell from Auckland."""
        self.company.resource_calendar_id.sudo().tz = "Pacific/Honolulu"
        self.everybody.user_id.sudo().tz = "Pacific/Auckland"
        measure = self.env.ref("sales_commission_gamify.measure_ordered_amount")
        self._create_plan(
            name="Ordered",
            payees=self.everybody,
            component={"measure_id": measure.id},
        )
        self.start = "2026-03-02 20:00:00"
        started = self._start_all(metric="measure", measure_id=measure.id)
        for payee, moment in (
            (self.ann, "2026-03-16 09:30:00"),
            (self.bob, "2026-03-16 10:30:00"),
            (self.cem, "2026-03-02 10:30:00"),
            (self.dot, "2026-03-02 09:30:00"),
        ):
            with freeze_time(moment):
                self._order(payee, 450)
        for challenge in started.values():
            # in the company it is the last day yet
            with (
                freeze_time("2026-03-16 09:45:00"),
                self._refused("still runs", UserError),
            ):
                challenge.with_user(self.olga.user_id).action_close()
        with freeze_time("2026-03-17 09:00:00"):
            self._run_cron()
            self.assertEqual({one.state for one in started.values()}, {"running"})
        with freeze_time("2026-03-17 11:00:00"):
            self._run_cron()
        self.env.invalidate_all()
        self._compare(started, EDGES)

    def _order(self, payee, amount):
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "user_id": payee.user_id.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product_a.id,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        return order


@tagged("post_install", "-at_install")
class TestComingAndGoing(ChallengeCase):
    def test_invited_while_it_runs_counts_from_joining(self):
        challenge = self._challenge(payees=self.ann + self.cem, join_mode="invited")
        with freeze_time("2026-03-04 12:00:00"):
            challenge.with_user(self.olga.user_id).participant_ids = [
                Command.create({"employee_id": self.bob.id})
            ]
        self._sell(self.bob, 900, day=5)
        self._sell(self.bob, 10, day=9)
        with freeze_time("2026-03-09 12:00:00"):
            self._person(challenge, self.bob).with_user(self.bob.user_id).action_join()
        self.assertEqual(str(self._person(challenge, self.bob).date_from), "2026-03-09")
        self._close(challenge)
        self.assertEqual(challenge.sudo().result_ids.mapped("score"), [10])

    def test_who_is_invited_comes_too_late(self):
        challenge = self._challenge("duel", join_mode="invited", start=False)
        with freeze_time("2026-03-01"):
            challenge.action_schedule()
        own = self._person(challenge, self.ann).with_user(self.ann.user_id)
        with freeze_time("2026-03-01"):
            self.assertTrue(challenge.with_user(self.ann.user_id).can_join)
            own.action_join()
        with freeze_time(FIRST):
            self._run_cron()
            self.env.invalidate_all()
            self.assertFalse(challenge.with_user(self.bob.user_id).can_join)
            with self._refused("Bob comes too late", UserError):
                self._person(challenge, self.bob).with_user(
                    self.bob.user_id
                ).action_join()

    def test_an_opponent_who_does_not_come(self):
        """Nobody else is put in his place."""
        challenge = self._challenge("duel", join_mode="invited", start=False)
        for number, payee in enumerate(self.everybody, 1):
            self._person(challenge, payee).number = number
        with freeze_time("2026-03-01"):
            challenge.action_schedule()
            for payee in (self.ann, self.cem, self.dot):
                self._person(challenge, payee).with_user(
                    payee.user_id or self.gil
                ).action_join()
        with freeze_time(FIRST):
            self._run_cron()
        self._sell(self.ann, 5)
        self._sell(self.cem, 10)
        self._sell(self.dot, 9)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann", "Cem"])

    def test_half_of_the_pairs_are_entered(self):
        challenge = self._challenge("duel", start=False)
        self._person(challenge, self.cem).number = 1
        self._person(challenge, self.dot).number = 2
        with freeze_time(FIRST):
            challenge.action_schedule()
        numbers = {
            payee: self._person(challenge, payee).number for payee in self.everybody
        }
        self.assertEqual((numbers[self.cem], numbers[self.dot]), (1, 2))
        self.assertEqual({numbers[self.ann], numbers[self.bob]}, {3, 4})

    def test_who_is_out_and_gives_up_costs_nobody_his_place(self):
        challenge = self._challenge("elimination", round_days=5)
        for payee, amount in zip(self.everybody, (9, 8, 7, 1), strict=True):
            self._sell(payee, amount)
            self._sell(payee, amount, day=8)
        places = self._places(challenge, "2026-03-08")
        self.assertEqual(places[-1], (4, "Dot"))
        with freeze_time("2026-03-08 12:00:00"):
            self._person(challenge, self.dot).with_user(self.gil).action_leave()
        self.assertEqual(self._places(challenge, "2026-03-08"), places)
        self._close(challenge)
        states = {
            row.employee_id.name: row.state for row in challenge.sudo().result_ids
        }
        self.assertEqual(
            states, {"Ann": "in", "Bob": "in", "Cem": "out", "Dot": "left"}
        )

    def test_team_is_needed(self):
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        challenge = self._challenge("teams", payees=self.ann + self.bob, start=False)
        people = challenge.sudo().participant_ids
        people[0].team_id, people[1].team_id = north, south
        with freeze_time(FIRST):
            challenge.action_schedule()
            with self._refused("choose a team for Cem", UserError):
                people.with_user(self.olga.user_id).create(
                    {
                        "challenge_id": challenge.id,
                        "employee_id": self.cem.id,
                        "team_id": False,
                    }
                )

    def test_target_of_who_joins_late(self):
        """From the quota, by the days that are left."""
        plan = self._create_plan(
            payees=self.ann + self.bob, name="Quota", component={"quota": 310}
        )
        challenge = self._challenge(
            "target",
            payees=self.ann,
            metric="measure",
            component_id=plan.component_ids.id,
        )
        self.assertEqual(self._person(challenge, self.ann).target, 140)
        with freeze_time("2026-03-09 12:00:00"):
            challenge.with_user(self.olga.user_id).participant_ids = [
                Command.create({"employee_id": self.bob.id})
            ]
        self.assertEqual(self._person(challenge, self.bob).target, 70)

    def test_who_took_part_takes_part_in_the_next_one(self):
        """A league of invited people goes on with its groups."""
        league = self._challenge(
            "league", join_mode="invited", repeat="month", start=False
        )
        with freeze_time("2026-03-01"):
            league.action_schedule()
            for payee in (self.ann, self.bob, self.cem):
                self._person(league, payee).with_user(payee.user_id).action_join()
        with freeze_time(FIRST):
            self._run_cron()
        people = league.sudo().participant_ids
        for payee, group in ((self.ann, 1), (self.bob, 1), (self.cem, 2)):
            self._person(league, payee).group_number = group
        for payee, amount in ((self.ann, 5), (self.bob, 3), (self.cem, 9)):
            self._sell(payee, amount)
        self._close(league)
        self.assertEqual(
            people.filtered(lambda row: row.state == "joined").employee_id,
            self.ann | self.bob | self.cem,
        )
        season = league.search([("previous_id", "=", league.id)])
        found = {
            row.employee_id.name: (row.state, row.group_number)
            for row in season.sudo().participant_ids
        }
        self.assertEqual(
            found,
            {
                "Ann": ("joined", 1),
                "Bob": ("joined", 1),
                "Cem": ("joined", 1),
                "Dot": ("invited", 0),
            },
        )

    def test_leave_is_of_the_payees_own_zone(self):
        """Friday in Auckland begins on Thursday in UTC. Bob did not work that Thursday
        either, which breaks his streak."""
        self.bob.sudo().resource_id.tz = "Pacific/Auckland"
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Bob away",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "resource_id": self.bob.resource_id.id,
                "date_from": "2026-03-05 11:00:00",
                "date_to": "2026-03-06 10:59:59",
            }
        )
        challenge = self._challenge("streak", payees=self.ann + self.bob)
        for day in (4, 9):
            self._sell(self.bob, 10, day=day)
        for day in (5, 6):
            self._sell(self.ann, 10, day=day)
        self.assertEqual(self._places(challenge), [(1, "Ann"), (2, "Bob")])

    def test_bars_of_what_is_finished(self):
        """As long as those of what runs."""
        challenge = self._challenge("most")
        self._sell(self.ann, 100)
        self._sell(self.bob, 50)
        self._close(challenge)
        with freeze_time("2026-03-20"):
            rows = challenge.get_standings()["rows"]
        self.assertEqual([row["width"] for row in rows], [100, 50, 0, 0])

    def test_day_of_a_finished_race_is_kept(self):
        challenge = self._challenge("race", goal=100)
        self._sell(self.ann, 100, day=5)
        self._close(challenge)
        with freeze_time("2026-03-20"):
            rows = challenge.get_standings()["rows"]
        self.assertIn("03/05/2026", rows[0]["note"])
