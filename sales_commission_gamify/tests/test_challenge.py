from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import FIRST, LAST, ChallengeCase


@tagged("post_install", "-at_install")
class TestChallengeKinds(ChallengeCase):
    """Each kind on real documents, with equal figures; the engine's tables say more."""

    def test_most(self):
        challenge = self._challenge("most")
        self._sell(self.ann, 500)
        self._sell(self.bob, 300)
        self._sell(self.bob, 200, day=10)
        self._sell(self.cem, 900, day=1)  # the day before
        self._sell(self.cem, 900, day=16)  # the day after
        self.assertEqual(
            self._places(challenge), [(1, "Ann"), (1, "Bob"), (3, "Cem"), (3, "Dot")]
        )
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann", "Bob"])
        self.assertEqual(challenge.state, "finished")

    def test_target(self):
        """G04, with targets of their own and from the quota."""
        self.plan = self._create_plan(
            payees=self.ann + self.bob,
            name="With quota",
            component={
                "measure_id": self.env.ref(
                    "sales_commission_gamify.measure_invoiced_amount"
                ).id,
                "quota": 310,
            },
        )
        challenge = self._challenge(
            "target",
            payees=self.ann + self.bob,
            metric="measure",
            component_id=self.plan.component_ids.id,
            start=False,
        )
        self._person(challenge, self.ann).target = 50
        with freeze_time(FIRST):
            challenge.action_schedule()
        self.assertEqual(self._person(challenge, self.bob).target, 140, "14 of 31 days")
        self._sell(self.ann, 45)
        self._sell(self.bob, 112)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann"])
        scores = challenge.sudo().result_ids.mapped("score")
        self.assertEqual(scores, [90, 80])

    def test_milestone(self):
        challenge = self._challenge("milestone", goal=400)
        self._sell(self.ann, 400)
        self._sell(self.bob, 399.99)
        self._sell(self.cem, 900)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann", "Cem"])

    def test_race(self):
        challenge = self._challenge("race", goal=400)
        self._sell(self.ann, 400, day=5)
        self._sell(self.bob, 900, day=6)
        self._sell(self.cem, 200, day=3)
        self._sell(self.cem, 200, day=5)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann", "Cem"])

    def test_deals_and_points(self):
        rule = Command.create({"name": "Sale", "points_per_document": 10})
        self._create_plan(
            name="Points",
            payees=self.ann + self.bob,
            component={"point_rule_ids": [rule]},
        )
        deals = self._challenge("most", metric="deals")
        points = self._challenge("most", metric="points")
        self._sell(self.ann, [100, 100])
        self._sell(self.bob, 10)
        self._sell(self.bob, 10, day=4)
        self.assertEqual(self._places(deals)[:2], [(1, "Bob"), (2, "Ann")])
        self.assertEqual(self._places(points)[:2], [(1, "Bob"), (2, "Ann")])

    def test_what_two_components_count_counts_once(self):
        self._create_plan(name="Again", payees=self.ann)
        challenge = self._challenge("most")
        self._sell(self.ann, 300)
        self._sell(self.bob, 301)
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._places(challenge)[:2], [(1, "Bob"), (2, "Ann")])

    def test_streak_over_weekend_holiday_and_leave(self):
        """Ann sells from Thursday to Tuesday; Monday is a holiday for all. Bob does
        not sell on the Friday on which he is away, Cem on one on which he is not."""
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].sudo().create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": calendar.id,
                    "company_id": self.company.id,
                    "date_from": "2026-03-09 00:00:00",
                    "date_to": "2026-03-09 23:00:00",
                },
                {
                    "name": "Bob away",
                    "calendar_id": calendar.id,
                    "company_id": self.company.id,
                    "resource_id": self.bob.resource_id.id,
                    "date_from": "2026-03-06 00:00:00",
                    "date_to": "2026-03-06 22:00:00",
                },
            ]
        )
        challenge = self._challenge("streak")
        for day in (5, 6, 10):
            self._sell(self.ann, 10, day=day)
        for payee in (self.bob, self.cem):
            for day in (4, 5, 10):
                self._sell(payee, 10, day=day)
        self._close(challenge)
        scores = {row.employee_id: row.score for row in challenge.sudo().result_ids}
        self.assertEqual([scores[payee] for payee in self.everybody], [3, 3, 2, 0])
        self.assertEqual(self._winners(challenge), ["Ann", "Bob"])

    def test_lottery(self):
        """G01, and a draw that anybody can repeat."""
        challenge = self._challenge("lottery", metric="deals", tickets=10)
        for payee, count in zip(self.everybody, (5, 3, 1, 1), strict=True):
            for _number in range(count):
                self._sell(payee, 100)
        with freeze_time("2026-03-10"):
            page = challenge.get_standings()
        self.assertEqual(
            [row["note"].split()[0] for row in page["rows"]], ["50", "30", "10", "10"]
        )
        self.assertFalse(page["seed"], "nobody can know the draw before")
        self._close(challenge)
        [winner] = challenge.sudo().result_ids.filtered("won")
        tickets = {
            row.id: 10 * count
            for row, count in zip(
                challenge.sudo().participant_ids.sorted("id"), (5, 3, 1, 1), strict=True
            )
        }
        from ..engine.lottery import draw

        drawn = draw(challenge.get_standings()["seed"], tickets, 1)
        person = self.env["sales.commission.challenge.participant"].browse(drawn)
        self.assertEqual(winner.employee_id, person.sudo().employee_id)

    def test_duel(self):
        challenge = self._challenge("duel", start=False)
        for number, payee in enumerate(self.everybody, 1):
            self._person(challenge, payee).number = number
        with freeze_time(FIRST):
            challenge.action_schedule()
        self._sell(self.ann, 10)
        self._sell(self.bob, 20)
        self._sell(self.cem, 5)
        self._sell(self.dot, 5)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Bob", "Cem", "Dot"])

    def test_bracket(self):
        """Two rounds of a week; the draw is made when it starts and can be read."""
        challenge = self._challenge("bracket")
        self.assertTrue(challenge.seed)
        order = challenge.sudo().participant_ids.sorted("number").employee_id
        self.assertEqual(len(order), 4)
        best, second = order[3], order[1]
        self._sell(best, 50, day=3)
        self._sell(second, 50, day=3)
        self._sell(second, 10, day=10)
        with freeze_time("2026-03-10"):
            matches = challenge.get_standings()["matches"]
        self.assertEqual(
            [(row["round"], row["first_won"] + row["second_won"]) for row in matches],
            [(1, 1), (1, 1), (2, 0)],
        )
        self._close(challenge)
        self.assertEqual(self._winners(challenge), [second.name])

    def test_elimination(self):
        challenge = self._challenge("elimination", round_days=5)
        for payee, amounts in zip(
            self.everybody, ((9, 9, 9), (8, 8, 1), (7, 1, 9), (1, 9, 9)), strict=True
        ):
            for day, amount in zip((2, 7, 12), amounts, strict=True):
                self._sell(payee, amount, day=day)
        self.assertEqual(self._places(challenge, "2026-03-08")[-1], (4, "Dot"))
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann"])
        states = {
            row.employee_id.name: row.state for row in challenge.sudo().result_ids
        }
        self.assertEqual(states, {"Ann": "in", "Bob": "in", "Cem": "out", "Dot": "out"})

    def test_teams(self):
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        challenge = self._challenge("teams", start=False)
        people = challenge.sudo().participant_ids
        people[:2].team_id = north
        people[2:].team_id = south
        with freeze_time(FIRST):
            challenge.action_schedule()
        self._sell(self.ann, 100)
        self._sell(self.cem, 60)
        self._sell(self.dot, 60)
        with freeze_time("2026-03-10"):
            teams = challenge.get_standings()["teams"]
        self.assertEqual([team["name"] for team in teams], ["South", "North"])
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Cem", "Dot"])

    def test_goal_of_all(self):
        challenge = self._challenge("goal", goal=100)
        self._sell(self.ann, 99)
        self._sell(self.bob, 1)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann", "Bob", "Cem", "Dot"])

    def test_league_of_two_seasons(self):
        """Eight payees in two groups by what they did before; the first of the lower
        group and the last of the upper one change places in the next season."""
        more = self.env["hr.employee"].sudo()
        for number in range(4):
            more |= self._create_payee(f"league{number}")
        everybody = self.everybody | more
        self.plan.assignment_ids = [
            Command.create({"employee_id": payee.id}) for payee in more
        ]
        for at, payee in enumerate(everybody):
            self._sell(payee, 800 - 100 * at, day=20, month=2)
        challenge = self._challenge("league", payees=everybody, repeat="month")
        groups = {
            row.employee_id: row.group_number
            for row in challenge.sudo().participant_ids
        }
        self.assertEqual([groups[payee] for payee in everybody], [1] * 4 + [2] * 4)
        for at, payee in enumerate(everybody):
            self._sell(payee, 80 - 10 * at)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), [everybody[0].name, more[0].name])
        season = challenge.search([("previous_id", "=", challenge.id)])
        self.assertEqual(
            (season.state, season.date_from), ("scheduled", date(2026, 4, 2))
        )
        groups = {
            row.employee_id: row.group_number for row in season.sudo().participant_ids
        }
        self.assertEqual(groups[everybody[3]], 2)
        self.assertEqual(groups[everybody[4]], 1)
        self.assertEqual(sorted(groups.values()), [1] * 4 + [2] * 4)


@tagged("post_install", "-at_install")
class TestChallengeLife(ChallengeCase):
    def test_refund_during_and_after(self):
        """A refund before the close changes the standing, one after it changes
        nothing: the result stays."""
        challenge = self._challenge("most")
        sale = self._sell(self.ann, 500)
        late = self._sell(self.bob, 400)
        self.assertEqual(self._places(challenge)[0], (1, "Ann"))
        self._refund(sale, amount=200, date="2026-03-12")
        self.assertEqual(self._places(challenge)[0], (1, "Bob"))
        self._close(challenge)
        before = challenge.sudo().result_ids.read(["place", "score", "won"])
        self._refund(late, date="2026-03-20")
        self._close(challenge, day="2026-04-20")
        self.assertEqual(
            challenge.sudo().result_ids.read(["place", "score", "won"]), before
        )
        with freeze_time("2026-04-20"):
            [first, *_others] = challenge.get_standings()["rows"]
        self.assertEqual((first["name"], first["won"]), ("Bob", True))

    def test_refund_in_each_kind_before_the_close(self):
        """What is taken back counts for nobody, whatever the kind."""
        kinds = [
            kind
            for kind, _name in self.env["sales.commission.challenge"]
            ._fields["kind"]
            .selection
            if kind not in ("teams", "goal", "league")
        ]
        started = {
            kind: self._challenge(kind, payees=self.ann + self.bob, goal=100)
            for kind in kinds
        }
        for challenge in started.values():
            challenge.sudo().participant_ids.sorted("id")[0].sudo()
        gone = self._sell(self.ann, 900)
        self._sell(self.bob, 150)
        self._refund(gone, date="2026-03-14")
        for kind, challenge in started.items():
            with self.subTest(kind=kind):
                if kind == "target":
                    continue  # nobody has a target here
                self._close(challenge)
                expected = [] if kind == "streak" else ["Bob"]
                self.assertEqual(self._winners(challenge), expected)

    def test_documents_may_come_in_late_but_not_after_the_close(self):
        challenge = self._challenge("most", closing_delay=2)
        self._sell(self.ann, 100)
        self._close(challenge, day="2026-03-17")
        self.assertEqual(challenge.state, "running")
        self._sell(self.bob, 200, day=15)
        self._close(challenge, day="2026-03-18")
        self.assertEqual(self._winners(challenge), ["Bob"])

    def test_who_joins_counts_from_that_day(self):
        challenge = self._challenge("most", payees=self.ann + self.cem)
        self._sell(self.bob, 900)
        self._sell(self.ann, 100)
        with freeze_time("2026-03-05"):
            challenge.with_user(self.olga.user_id).participant_ids = [
                Command.create({"employee_id": self.bob.id})
            ]
        self.assertEqual(self._person(challenge, self.bob).date_from, date(2026, 3, 5))
        self._sell(self.bob, 50, day=6)
        self.assertEqual(self._places(challenge), [(1, "Ann"), (2, "Bob"), (3, "Cem")])

    def test_who_leaves_wins_nothing(self):
        challenge = self._challenge("most")
        self._sell(self.ann, 900)
        self._sell(self.bob, 100)
        with freeze_time("2026-03-05"):
            self._person(challenge, self.ann).with_user(self.ann.user_id).action_leave()
        self.assertEqual(self._places(challenge)[-1], (None, "Ann"))
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Bob"])
        result = challenge.sudo().result_ids.filtered(
            lambda row: row.employee_id == self.ann
        )
        self.assertEqual((result.place, result.state, result.score), (0, "left", 900))

    def test_invited_join_themselves(self):
        challenge = self._challenge("most", join_mode="invited")
        self.assertEqual(challenge.participant_count, 0)
        with freeze_time(FIRST):
            own = self._person(challenge, self.ann).with_user(self.ann.user_id)
            own.action_join()
            own.action_join()
        self._sell(self.ann, 10)
        self._sell(self.bob, 900)
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann"])
        self.assertEqual(len(challenge.sudo().result_ids), 1)

    def test_days_are_those_of_the_company(self):
        """It is still the day before in Honolulu."""
        self.company.resource_calendar_id.sudo().tz = "Pacific/Honolulu"
        with freeze_time("2026-03-02 05:00:00"):
            challenge = self._challenge("most", start=False)
        with freeze_time("2026-03-02 05:00:00"):
            challenge.action_schedule()
            self.assertEqual(challenge.state, "scheduled")
        with freeze_time("2026-03-02 11:00:00"):
            self._run_cron()
            self.assertEqual(challenge.state, "running")

    def test_test_mode_gives_nothing(self):
        challenge = self._challenge("most", is_test=True, prize_points=50)
        self._sell(self.ann, 100)
        mine = self.env["sales.commission.challenge"].with_user(self.ann.user_id)
        self.assertFalse(mine.search([]))
        self._close(challenge)
        self.assertEqual(self._winners(challenge), ["Ann"])
        self.assertEqual(self._points(self.ann), 0)
        self.assertFalse(mine.search([]))
        results = self.env["sales.commission.challenge.result"]
        self.assertFalse(results.with_user(self.ann.user_id).search([]))

    def test_repeats_until(self):
        challenge = self._challenge(
            "most", repeat="week", repeat_until="2026-03-10", prize_points=5
        )
        self._close(challenge)
        following = challenge.search([("previous_id", "=", challenge.id)])
        self.assertEqual(
            (following.date_from, following.date_to, following.prize_points),
            (date(2026, 3, 9), date(2026, 3, 22), 5),
        )
        self.assertEqual(following.participant_count, 4)
        self._close(following, day="2026-03-30")
        self.assertFalse(challenge.search([("previous_id", "=", following.id)]))

    def test_cancelled(self):
        challenge = self._challenge("most", prize_points=5)
        self._sell(self.ann, 100)
        challenge.action_cancel()
        self._close(challenge)
        self.assertEqual(challenge.state, "cancelled")
        self.assertFalse(challenge.sudo().result_ids)

    def test_rules_stay_once_scheduled(self):
        challenge = self._challenge("most").with_user(self.olga.user_id)
        for vals in ({"goal": 5}, {"date_to": "2026-12-31"}, {"prize_points": 9}):
            with self._refused("is no draft any more", UserError):
                challenge.write(vals)
        challenge.name = "A better name"

    def test_what_cannot_run(self):
        with self._refused("Enter the goal", UserError):
            self._challenge("race")
        with self._refused("needs at least 2 participants", UserError):
            self._challenge("duel", payees=self.ann)
        with self._refused("needs a team", UserError):
            self._challenge("teams")
        with self._refused("2 rounds", UserError):
            self._challenge("bracket", date_to=FIRST)
        with self._refused("Choose the measure"):
            self._challenge("most", metric="measure")
        margin = self.env["sales.commission.measure"].create(
            {"name": "Margin", "value": "margin_percent"}
        )
        with self._refused("is a percentage"):
            self._challenge("most", metric="measure", measure_id=margin.id)
        challenge = self._challenge("most", start=False)
        with freeze_time("2026-05-01"), self._refused("ended on", UserError):
            challenge.action_schedule()
        with freeze_time(LAST):
            challenge.action_schedule()
            with self._refused("still runs", UserError):
                challenge.action_close()

    def test_statements_of_standings_do_not_grow(self):
        def count(challenges):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            challenges._compute_rankings()
            return self.cr.sql_log_count - before

        first = self._challenge("most", payees=self.ann).sudo()
        count(first)
        few = count(first)
        others = self.env["sales.commission.challenge"].sudo()
        for _number in range(3):
            others |= self._challenge("most").sudo()
        self.assertEqual(count(first | others), few)


@tagged("post_install", "-at_install")
class TestChallengeResult(ChallengeCase):
    def test_results_are_facts(self):
        challenge = self._close(self._challenge("most"))
        result = challenge.sudo().result_ids[0]
        with self._refused("cannot be changed", UserError):
            result.won = True
        with self._refused("cannot be deleted", UserError):
            result.unlink()
        with self._refused("cannot be deleted", UserError):
            challenge.sudo().unlink()

    def test_constraint_numbers(self):
        with self.assertRaises(ValidationError):
            self._challenge("most", prize_amount=50, budget=20)
