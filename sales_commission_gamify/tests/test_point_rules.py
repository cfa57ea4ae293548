from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CommissionCase


class RuleCase(CommissionCase):
    """Today is Monday, 16 March 2026."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-03-16 12:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.company.sudo().resource_calendar_id.tz = "UTC"

    def _alone(self, trigger, payees=None, **vals):
        """A rule that stands alone, on what is invoiced."""
        rule = self.env["sales.commission.point.rule"].create(
            {
                "name": "Rule",
                "company_id": self.company.id,
                "trigger": trigger,
                "date_from": "2026-01-01",
                "measure_id": self.measure.id,
                **vals,
            }
        )
        return rule

    def _of_plan(self, trigger, payees=None, component=None, **vals):
        """The same as a part of a plan."""
        rule = {"name": "Rule", "trigger": trigger, **vals}
        return self._create_plan(
            payees=self.ann + self.bob if payees is None else payees,
            component={"point_rule_ids": [Command.create(rule)], **(component or {})},
        ).component_ids.point_rule_ids

    def _judge(self):
        rules = self.env["sales.commission.point.rule"].sudo()
        return rules.search(rules._get_judged_domain())._judge()

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_commission_gamify.ir_cron_judge"
            ).sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _given(self, *payees):
        """Points of each payee after judging, and that once more changes nothing."""
        self._judge()
        self.assertFalse(self._judge(), "the second time gave something")
        return [self._points(payee) for payee in payees or (self.ann, self.bob)]

    def _days(self, payee=None):
        rows = self.env["sales.commission.point"].search(
            [("employee_id", "=", (payee or self.ann).id)]
        )
        sums = {}
        for row in rows:
            day = (row.date.month, row.date.day)
            sums[day] = sums.get(day, 0) + row.points
        return sorted(day for day, points in sums.items() if points)


@tagged("post_install", "-at_install")
class TestPointRules(RuleCase):
    def _both(self, trigger, **vals):
        """One rule of a plan, then the same alone: they give the same."""
        for make in (self._of_plan, self._alone):
            with self.subTest(make.__name__), self.env.cr.savepoint() as savepoint:
                yield make(trigger, **vals)
                savepoint.rollback()
                self.env.invalidate_all()
                self.registry.clear_cache()

    def test_first_deal_of_the_day_and_its_refund(self):
        for _rule in self._both("first", points=20):
            first = self._invoice(100, date="2026-02-02")
            self._invoice(900, date="2026-02-02")
            self._invoice(50, date="2026-02-03")
            self._invoice(70, payee=self.bob, date="2026-02-02")
            self.assertEqual(self._given(), [40, 20])
            self._refund(first, amount=30)
            self.assertEqual(self._given(), [40, 20])
            self._refund(first, amount=70)
            self.assertEqual(self._given(), [40, 20])  # the second one is the first
            rows = self.env["sales.commission.point"].search(
                [("employee_id", "=", self.ann.id), ("date", "=", "2026-02-02")]
            )
            self.assertEqual(sorted(rows.mapped("points")), [-20, 20, 20])
            self.assertEqual(len(set(rows.mapped("origin_id"))), 2)

    def test_first_deal_of_all(self):
        for _rule in self._both("first", points=20, among="all", period="month"):
            hers = self._invoice(100, date="2026-02-02")
            self._invoice(100, payee=self.bob, date="2026-02-03")
            self.assertEqual(self._given(), [20, 0])
            hers.button_draft()
            self.assertEqual(self._given(), [0, 20])
            hers.action_post()
            self.assertEqual(self._given(), [20, 0])

    def test_first_deal_ever_looks_before_the_rule(self):
        self._invoice(100, date="2025-02-02")
        self._alone("first", points=50, period="ever")
        self._invoice(100, date="2026-02-02")
        self._invoice(100, payee=self.bob, date="2026-02-02")
        self.assertEqual(self._given(), [0, 50])

    def test_biggest_deal_is_known_when_its_period_is_over(self):
        for _rule in self._both("biggest", points=30, period="month"):
            self._invoice(100, date="2026-02-02")
            big = self._invoice(300, date="2026-02-09")
            self._invoice(5000, date="2026-03-09")
            self._invoice(80, payee=self.bob, date="2026-02-09")
            self.assertEqual(self._given(), [30, 30])
            self.assertEqual(self._days(), [(2, 9)])
            self._refund(big, date="2026-03-10")
            self.assertEqual(self._given(), [30, 30])
            self.assertEqual(self._days(), [(2, 2)])
            with freeze_time("2026-04-01 12:00:00"):
                self.assertEqual(self._given(), [60, 30])

    def test_biggest_deal_of_all(self):
        for _rule in self._both("biggest", points=30, period="quarter", among="all"):
            self._invoice(100, date="2026-02-02")
            self._invoice(80, payee=self.bob, date="2026-02-09")
            self.assertEqual(self._given(), [0, 0])
            with freeze_time("2026-04-01 12:00:00"):
                self.assertEqual(self._given(), [30, 0])

    def test_streak_of_days(self):
        for _rule in self._both("streak", points=15, streak_length=3):
            for day in ("05", "06", "09", "10"):  # Thursday to Tuesday
                self._invoice(10, date=f"2026-02-{day}")
            middle = self._invoice(10, date="2026-02-11")
            self._invoice(10, date="2026-02-12")
            self.assertEqual(self._given(), [30, 0])
            self.assertEqual(self._days(), [(2, 9), (2, 12)])
            middle.button_draft()
            self.assertEqual(self._given(), [15, 0])
            self.assertEqual(self._days(), [(2, 9)])

    def test_leave_and_holidays_break_no_streak(self):
        leaves = self.env["resource.calendar.leaves"].sudo()
        for payee, day in ((self.ann, "2026-02-06"), (None, "2026-02-09")):
            leaves.create(
                {
                    "name": "Off",
                    "company_id": self.company.id,
                    "calendar_id": self.company.resource_calendar_id.id,
                    "resource_id": payee.resource_id.id if payee else False,
                    "date_from": f"{day} 08:00:00",
                    "date_to": f"{day} 17:00:00",
                }
            )
        self._of_plan("streak", points=15, streak_length=3)
        for payee in (self.ann, self.bob):
            for day in ("05", "10", "11"):
                self._invoice(10, payee=payee, date=f"2026-02-{day}")
        self.assertEqual(self._given(), [15, 0])  # Bob was there on the 6th

    def test_streak_of_weeks(self):
        self._of_plan("streak", points=40, streak_length=2, streak_unit="week")
        for day in ("03", "13", "26"):
            self._invoice(10, date=f"2026-02-{day}")
        self.assertEqual(self._given(), [40, 0])
        self.assertEqual(self._days(), [(2, 13)])

    def test_quota_reached(self):
        """Two steps of a plan; a refund takes the upper one back."""
        rules = [
            Command.create(
                {
                    "name": f"{threshold} %",
                    "trigger": "attainment",
                    "threshold": threshold,
                    "points": points,
                }
            )
            for threshold, points in ((80, 50), (100, 100))
        ]
        self._create_plan(
            payees=self.ann + self.bob,
            component={"quota": 1000, "point_rule_ids": rules},
        )
        self._invoice(500, date="2026-02-02")
        self._invoice(900, payee=self.bob, date="2026-02-02")
        self.assertEqual(self._given(), [0, 50])
        late = self._invoice(500, date="2026-02-20")
        self.assertEqual(self._given(), [150, 50])
        self._refund(late, amount=100, date="2026-03-10")
        self.assertEqual(self._given(), [50, 50])
        with freeze_time("2026-03-20 12:00:00"):
            self._invoice(100, date="2026-02-27")
            self.assertEqual(self._given(), [150, 50])

    def test_quota_of_this_month_is_given_today_once(self):
        self._of_plan("attainment", points=10, component={"quota": 100})
        self._invoice(100, date="2026-03-02")
        self.assertEqual(self._given(), [10, 0])
        with freeze_time("2026-03-18 12:00:00"):
            self._invoice(100, date="2026-03-17")
            self.assertEqual(self._given(), [10, 0])
        self.assertEqual(self._days(), [(3, 16)])

    def test_quota_rule_alone_holds_for_every_plan(self):
        self._create_plan(payees=self.ann + self.bob, component={"quota": 100})
        self._alone("attainment", points=10, measure_id=False)
        self._invoice(100, date="2026-02-02")
        self.assertEqual(self._given(), [10, 0])

    def test_everything_sold_needs_no_plan(self):
        self._alone("credited", points_per_document=5, points_per_unit=0.01)
        invoice = self._invoice([1000, 550], date="2026-02-02")
        self.assertEqual(self._given(), [20, 0])
        self._refund(invoice)
        self.assertEqual(self._given(), [0, 0])

    def test_shared_sale_is_first_for_both(self):
        self._alone("first", points=20, among="all", period="ever")
        invoice = self._invoice(100, date="2026-02-02", post=False)
        self.env["sales.commission.split"].create(
            [
                {"move_id": invoice.id, "employee_id": payee.id, "percent": 50}
                for payee in (self.ann, self.bob)
            ]
        )
        invoice.action_post()
        self.assertEqual(self._given(), [20, 20])

    def test_days_of_a_rule(self):
        self._alone(
            "credited",
            points_per_document=1,
            date_from="2026-02-02",
            date_to="2026-02-03",
        )
        for day in ("01", "02", "03", "04"):
            self._invoice(10, date=f"2026-02-{day}")
        self.assertEqual(self._given(), [2, 0])
        self.assertEqual(self._days(), [(2, 2), (2, 3)])

    def test_audiences(self):
        department = self.env["hr.department"].sudo().create({"name": "Sales"})
        self.bob.department_id = department
        team = (
            self.env["crm.team"]
            .sudo()
            .create(
                {
                    "name": "Bob's",
                    "company_id": self.company.id,
                    "member_ids": [Command.set(self.bob.user_id.ids)],
                }
            )
        )
        plan = self._create_plan(payees=self.bob)
        for payee in (self.ann, self.bob):
            self._invoice(10, payee=payee, date="2026-02-02")
        for vals in (
            {"audience": "department", "department_id": department.id},
            {"audience": "team", "team_id": team.id},
            {"audience": "plan", "plan_id": plan.id},
        ):
            with self.subTest(**vals), self.env.cr.savepoint() as savepoint:
                self._alone("credited", points_per_document=1, **vals)
                self.assertEqual(self._given(), [0, 1])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_leaves_the_audience_keeps_what_is_true(self):
        department = self.env["hr.department"].sudo().create({"name": "Sales"})
        self.ann.department_id = department
        vals = {"audience": "department", "department_id": department.id}
        self._alone("credited", points_per_document=1, **vals)
        self._alone("streak", points=10, streak_length=2, **vals)
        for day in ("02", "03"):
            invoice = self._invoice(10, date=f"2026-02-{day}")
        self.assertEqual(self._given(), [12, 0])
        self.ann.department_id = False
        for day in ("04", "05"):
            self._invoice(10, date=f"2026-02-{day}")
        self.assertEqual(self._given(), [12, 0])
        self._refund(invoice)
        self.assertEqual(self._given(), [1, 0])

    def test_activities_done(self):
        """Ten e-mails at 2, five calls at 3 and two appointments at 10 are 55."""
        self.env["sales.commission.measure"].action_load_library()
        activities = self.env["mail.activity"].with_user(self.ann.user_id)
        partner = self.partner_a.sudo()
        for key, points, number in (
            ("email", 2, 10),
            ("call", 3, 5),
            ("meeting", 10, 2),
        ):
            measure = self.env["sales.commission.measure"].search(
                [("library_key", "=", f"activity_{key}")]
            )
            self._alone(
                "credited", measure_id=measure.id, points_per_document=points, name=key
            )
            kind = self.env.ref(f"mail.mail_activity_data_{key}")
            rows = activities.sudo().create(
                [
                    {
                        "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                        "res_id": partner.id,
                        "activity_type_id": kind.id,
                        "user_id": self.ann.user_id.id,
                    }
                    for _number in range(number + 1)  # one is left to do
                ]
            )
            rows[1:]._action_done()
        self.assertEqual(self._given(), [55, 0])

    def test_rules_do_nothing_when_a_document_is_posted(self):
        self._alone("first", points=20)
        self._of_plan("first", points=20)
        self._invoice(100, date="2026-02-02")
        self.assertEqual(self._points(self.ann), 0)
        self._run_job()
        self.assertEqual(self._points(self.ann), 40)

    def test_job_judges_what_has_something_new(self):
        rule = self._of_plan("first", points=20)
        rules = self.env["sales.commission.point.rule"]
        now = fields.Datetime.now()
        self.assertEqual(rules._get_due(now), rule)
        self._run_job()
        self.assertFalse(rules._get_due(now))
        self._invoice(100, date="2026-02-02")
        self.assertEqual(rules._get_due(now), rule)
        self._run_job()
        self.assertFalse(rules._get_due(now))
        self.assertEqual(rules._get_due(fields.Datetime.add(now, days=1)), rule)

    def test_number_of_queries_is_constant(self):
        self._of_plan("first", points=20)
        self._of_plan("streak", points=20, streak_length=2)
        self._alone("streak", points=20, streak_length=2)
        self._alone("biggest", points=20, period="week")

        def count(payees, day):
            for payee in payees:
                for number in range(len(payees) * 2):
                    self._invoice(100, payee=payee, date=f"2026-02-{day + number:02}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._judge()
            return self.cr.sql_log_count - before

        count(self.ann, 2)  # warm
        few = count(self.ann, 5)
        self.assertLessEqual(count(self.ann + self.bob + self.max, 10), few)

    # --- refusals and rights ----------------------------------------------------------

    def test_refusals(self):
        cases = (
            ("choose a measure", {"measure_id": False}),
            ("first day", {"date_from": False}),
            ("for nobody", {"audience": "plan"}),
            ("for nobody", {"audience": "team"}),
            ("gives no points", {"points": 0}),
            ("end of time", {"trigger": "biggest", "period": "ever"}),
        )
        for sentence, vals in cases:
            with self.subTest(sentence, **vals), self._refused(sentence):
                self._alone(**{"trigger": "first", "points": 5, **vals})

    def test_what_a_used_rule_gives_cannot_change(self):
        rule = self._alone("first", points=20)
        rule.points = 25
        self._invoice(100, date="2026-02-02")
        self._judge()
        for vals in ({"points": 30}, {"date_from": "2026-02-03"}):
            with self._refused("cannot change", UserError):
                rule.write(vals)
        with self._refused("cannot change", UserError):
            rule.unlink()
        rule.write({"name": "First!", "date_to": "2026-03-31"})
        rule.active = False
        self.assertEqual(self._given(), [25, 0])

    def test_payees_read_rules_and_write_none(self):
        alone = self._alone("first", points=20)
        own = self._of_plan("first", payees=self.ann, points=20)
        other = self._of_plan("first", payees=self.bob, points=20)
        rules = self.env["sales.commission.point.rule"].with_user(self.ann.user_id)
        self.assertEqual(rules.search([]), alone + own)
        self.assertNotIn(other, rules.search([]))
        for operation in ("create", "write", "unlink"):
            self.assertFalse(rules.has_access(operation))
        with self.assertRaises(AccessError):
            alone.with_user(self.ann.user_id).action_judge()

    def test_rule_of_a_published_plan_cannot_change(self):
        rule = self._of_plan("first", points=20)
        with self._refused("is published", UserError):
            rule.points = 1

    def test_plan_says_its_rules(self):
        rule = self._of_plan("streak", points=20)
        self.assertIn("5 working days in a row", " ".join(rule._say()))
        for trigger, words in (
            ("first", "first deal (of each day)"),
            ("biggest", "biggest deal (of each day)"),
            ("attainment", "100 % of the quota"),
        ):
            alone = self._alone(trigger, points=3)
            self.assertIn(words, " ".join(alone._say()))

    def test_week_over_the_turn_of_the_year(self):
        """Last year's week ends in this one: its first deal is not given twice."""
        with freeze_time("2026-01-20 12:00:00"):
            self._alone("first", points=5, period="week", date_from=date(2025, 1, 1))
            self._invoice(10, date="2025-12-30")
            self._invoice(10, date="2026-01-02")
            self.assertEqual(self._given(), [5, 0])
