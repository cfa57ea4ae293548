from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.payout import close_round, delivery
from .common import CommissionCase

GROUP = "sales_commission_gamify.group_"


class CloseCase(CommissionCase):
    """January of Ann and Bob, closed by an officer and accountants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._user("officer", f"{GROUP}officer")
        cls.luis = cls._user("luis", f"{GROUP}accountant")
        cls.lena = cls._user("lena", f"{GROUP}accountant")
        cls.both = cls._user("both", f"{GROUP}officer,{GROUP}accountant")
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob)
        cls.settings = cls.company.sudo()

    @classmethod
    def _user(cls, name, groups):
        return new_test_user(
            cls.env(su=True),
            f"close_{name}",
            name=name.title(),
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _january(self, user=None):
        period = self._period().with_user(user or self.both)
        return period.with_context(allowed_company_ids=self.company.ids)

    def _sell(self):
        self._invoice(1000)
        self._invoice(600, payee=self.bob)

    def _get_steps(self, period):
        period.invalidate_recordset()
        return {step["key"]: step for step in period.close_steps["steps"]}

    def _get_checks(self, period):
        period.invalidate_recordset()
        return {check["key"]: check for check in period.close_checks}

    def _count(self, key):
        return self._get_checks(self._january())[key]["count"]

    def _rounds(self):
        return self._period().round_ids.sorted("id")

    def _in_background(self, step=1):
        kinds = dict.fromkeys(delivery.AT_ONCE, 0)
        self.patch(delivery, "AT_ONCE", kinds)
        self.patch(close_round, "PAYEES_AT_ONCE", 0)
        self.patch(close_round, "STEP", step)

    def _run_cron(self, steps=100):
        """As the scheduled action does it, until it is out of time after *steps*."""
        left = [steps]

        def commit(_crons, processed=0, *, remaining=None):
            self.env.flush_all()
            if remaining is None:
                left[0] -= 1
            return max(left[0], 0)

        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", commit):
            self.env["sales.commission.delivery"].sudo()._cron_deliver()


@tagged("post_install", "-at_install")
class TestCloseSteps(CloseCase):
    def _assert_next(self, period, step):
        period.invalidate_recordset()
        self.assertEqual(period.next_step, step)

    def test_from_compute_to_lock(self):
        self._sell()
        period = self._january()
        self._assert_next(period, "compute")
        period.action_compute_statements()
        self._assert_next(period, "start")
        period.action_start_closing()
        self._assert_next(period, "confirm")
        self.assertEqual(self._get_steps(period)["review"]["text"], "0 of 2 confirmed")
        period.statement_ids[0].action_confirm()
        self.assertEqual(self._get_steps(period)["review"]["text"], "1 of 2 confirmed")
        period.action_confirm_all()
        self._assert_next(period, "approve")
        period.action_approve_all()
        self._assert_next(period, "post")
        period.action_post_all()
        self._assert_next(period, "lock")
        period.action_lock()
        self._assert_next(period, False)
        self.assertEqual(
            [step["state"] for step in period.close_steps["steps"]], ["done"] * 5
        )
        self.assertEqual(len(period.statement_ids.move_id), 1, "one entry for all")
        self.assertEqual(
            self._rounds().mapped(lambda row: (row.kind, row.total_count, row.user_id)),
            [("confirm", 1, self.both), ("approve", 2, self.both),
             ("post", 2, self.both)],
        )  # fmt: skip

    def test_confirmed_without_a_review(self):
        self._sell()
        period = self._january()
        period.action_compute_statements()
        period.statement_ids.action_confirm()
        self._assert_next(period, "approve")

    def test_nothing_earned(self):
        period = self._january()
        self._assert_next(period, "compute")
        period.action_start_closing()
        self._assert_next(period, "lock")
        with self._refused("No statement of January 2026 is ready", UserError):
            period.action_confirm_all()

    def test_entries_left_as_drafts(self):
        self.settings.sales_commission_post_entry = False
        self._sell()
        period = self._january()
        period.action_compute_statements()
        for button in ("confirm", "approve", "post"):
            getattr(period, f"action_{button}_all")()
        self._assert_next(period, "entries")
        self.assertIn("2 as draft", self._get_steps(period)["post"]["text"])
        move = period.statement_ids.move_id
        self.assertEqual(
            period.action_view_draft_entries()["domain"], [("id", "in", move.ids)]
        )
        move.sudo().action_post()
        self._assert_next(period, "lock")

    def test_who_the_step_waits_for(self):
        self._sell()
        self._january().action_compute_statements()
        self._january().action_start_closing()
        for user, step, waits in (
            (self.luis, "review", "waits for a commission officer"),
            (self.officer, "review", ""),
        ):
            self.assertEqual(self._get_steps(self._january(user))[step]["waits"], waits)
        self._january(self.officer).action_confirm_all()
        for user, waits in ((self.officer, "waits for an accountant"), (self.luis, "")):
            steps = self._get_steps(self._january(user))
            self.assertEqual(steps["approve"]["waits"], waits)

    def test_who_may(self):
        self._sell()
        self._january().action_compute_statements()
        payee = self.ann.user_id
        for button, refused in (
            ("confirm", (self.luis, payee)),
            ("approve", (self.officer, payee)),
            ("post", (self.officer, payee)),
        ):
            for user in refused:
                with (
                    self.subTest(button, user=user.name),
                    self.assertRaises(AccessError),
                ):
                    call_kw(
                        self._january(user), f"action_{button}_all",
                        [self._period().ids], {},
                    )  # fmt: skip
        for name in (
            "close_steps",
            "close_checks",
            "next_step",
            "round_ids",
            "budget_ids",
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                self._january(payee).read([name])
            self._january(self.luis).read([name])

    def test_who_cannot_take_the_step_is_left_out_and_named(self):
        self.settings.sales_commission_require_acceptance = True
        self._sell()
        self.plan._record_acceptance(self.bob)
        period = self._january()
        period.action_compute_statements()
        answer = period.action_confirm_all()
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertIn("1 of 2", answer["params"]["message"])
        self.assertIn("Ann has not accepted", answer["params"]["message"])
        self.assertEqual(
            {row.employee_id.name: row.state for row in period.statement_ids},
            {"Ann": "draft", "Bob": "confirmed"},
        )
        self.assertEqual(self._rounds().left_out_count, 1)

    def test_nobody_approves_his_own_in_bulk_either(self):
        self._sell()
        period = self._january()
        period.action_compute_statements()
        period.action_confirm_all()
        self.bob.sudo().user_id = self.luis
        answer = self._january(self.luis).action_approve_all()
        self.assertIn("is your own", answer["params"]["message"])
        self.assertEqual(
            {row.employee_id.name: row.state for row in period.statement_ids},
            {"Ann": "approved", "Bob": "confirmed"},
        )

    def test_without_a_contact_the_others_are_posted(self):
        self._sell()
        period = self._january()
        period.action_compute_statements()
        period.action_confirm_all()
        period.action_approve_all()
        self.ann.sudo().work_contact_id = False
        answer = period.action_post_all()
        self.assertIn("Ann has no work contact", answer["params"]["message"])
        self.assertEqual(
            {row.employee_id.name: row.state for row in period.statement_ids},
            {"Ann": "approved", "Bob": "posted"},
        )


@tagged("post_install", "-at_install")
class TestApproval(CloseCase):
    """Ann gets 50, Bob 30."""

    def setUp(self):
        super().setUp()
        self._sell()
        self._january().action_compute_statements()
        statements = self._january().statement_ids
        statements.with_user(self.both).action_confirm()
        by_payee = statements.grouped("employee_id")
        self.anns, self.bobs = by_payee[self.ann], by_payee[self.bob]

    def _approve(self, statement, user):
        call_kw(
            statement.with_user(user), "action_approve", [statement.ids], {}
        )  # as from outside

    def test_above_the_amount_two_approve(self):
        self.settings.sales_commission_second_above = 40
        self._approve(self.anns + self.bobs, self.luis)
        self.assertEqual(
            (self.anns.is_second_pending, self.bobs.is_second_pending), (True, False)
        )
        self.assertEqual(self.anns.state, "approved")
        with self._refused("waits for a second approval: another accountant than Luis",
                           UserError):  # fmt: skip
            self.anns.with_user(self.lena).action_post()
        with self._refused("You approved statement .* of Ann already", UserError):
            self._approve(self.anns, self.luis)
        self._approve(self.anns, self.lena)
        self.assertRecordValues(
            self.anns,
            [{"approve_user_id": self.luis.id, "second_approve_user_id": self.lena.id,
              "is_second_pending": False}],
        )  # fmt: skip
        with self._refused("this step is not open", UserError):
            self._approve(self.anns, self.both)
        (self.anns + self.bobs).with_user(self.luis).action_post()
        self.assertEqual(self.anns.state, "posted")

    def test_exactly_the_amount_one_is_enough(self):
        self.settings.sales_commission_second_above = 50
        self._approve(self.anns, self.luis)
        self.assertFalse(self.anns.needs_second_approval)

    def test_a_setting_changed_later_changes_nothing_approved(self):
        self._approve(self.anns, self.luis)
        self.settings.sales_commission_second_above = 1
        self.assertFalse(self.anns.is_second_pending)
        self.anns.with_user(self.luis).action_post()
        self.assertEqual(self.anns.state, "posted")

    def test_back_to_draft_it_is_approved_anew(self):
        self.settings.sales_commission_second_above = 40
        self._approve(self.anns, self.luis)
        self._approve(self.anns, self.lena)
        self.anns.with_user(self.both).action_draft()
        self.assertRecordValues(
            self.anns,
            [{"needs_second_approval": False, "second_approve_user_id": False}],
        )
        self.anns.with_user(self.both).action_confirm()
        self._approve(self.anns, self.lena)
        self.assertTrue(self.anns.is_second_pending)

    def test_in_bulk_the_second_approvals_come_along(self):
        self.settings.sales_commission_second_above = 40
        self._january(self.luis).action_approve_all()
        period = self._january()
        period.invalidate_recordset()
        self.assertEqual(period.next_step, "approve")
        self.assertIn(
            "second approval missing: 1", self._get_steps(period)["approve"]["text"]
        )
        answer = self._january(self.luis).action_approve_all()
        self.assertIn("You approved statement", answer["params"]["message"])
        self._january(self.lena).action_approve_all()
        self.assertEqual(self.anns.second_approve_user_id, self.lena)
        period.invalidate_recordset()
        self.assertEqual(period.next_step, "post")

    def test_payroll_waits_for_the_second(self):
        self.settings.sales_commission_second_above = 40
        self.settings.sales_commission_payroll_states = "approved"
        self._approve(self.anns + self.bobs, self.luis)
        self.assertEqual(self._january()._get_payroll_statements(), self.bobs)
        self._approve(self.anns, self.lena)
        self.assertEqual(
            self._january()._get_payroll_statements(), self.anns + self.bobs
        )

    def test_two_pairs_of_eyes(self):
        self.settings.sales_commission_four_eyes = True
        with self._refused("You confirmed statement .* of Ann", UserError):
            self._approve(self.anns, self.both)
        self._approve(self.anns, self.luis)
        self.assertEqual(self.anns.state, "approved")

    def test_the_second_one_did_not_confirm_either(self):
        self.settings.sales_commission_four_eyes = True
        self.settings.sales_commission_second_above = 40
        self._approve(self.anns, self.luis)
        with self._refused("You confirmed statement .* of Ann", UserError):
            self._approve(self.anns, self.both)

    def test_nobody_approves_his_own_the_second_time_either(self):
        self.settings.sales_commission_second_above = 40
        self._approve(self.anns, self.luis)
        self.ann.sudo().user_id = self.lena
        with self._refused("is your own", UserError):
            self._approve(self.anns, self.lena)

    def test_nobody_writes_it_by_hand(self):
        for vals in (
            {"needs_second_approval": False},
            {"second_approve_user_id": self.lena.id},
        ):
            with self.assertRaisesRegex(UserError, "may not|not allowed|by hand"):
                self.anns.with_user(self.luis).write(vals)

    def test_a_negative_limit_is_refused(self):
        with (
            mute_logger("odoo.sql_db"),
            self._refused("second_above_positive", CheckViolation),
        ):
            self.settings.sales_commission_second_above = -1
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestChecks(CloseCase):
    def test_all_is_well(self):
        self._sell()
        period = self._january()
        period.action_compute_statements()
        checks = self._get_checks(period)
        self.assertEqual({key: row["count"] for key, row in checks.items()},
                         dict.fromkeys(checks, 0))  # fmt: skip

    def test_each_check_and_its_list(self):
        period = self._january()
        for key, make, model in (
            ("documents", self._make_house_invoice, "sales.commission.exception"),
            ("runs", self._make_failed_run, "sales.commission.exception"),
            ("targets", self._make_missing_target, "sales.commission.exception"),
            ("adjustments", self._make_adjustment, "sales.commission.adjustment"),
            ("plans", self._make_draft_plan, "sales.commission.plan"),
            ("disputes", self._make_dispute, "sales.commission.dispute"),
            ("earlier", self._make_earlier, "sales.commission.statement"),
            ("contact", self._make_contactless, "sales.commission.statement"),
            ("acceptance", self._make_not_accepted, "sales.commission.statement"),
        ):
            with self.subTest(key):
                before = self._count(key)
                make()
                self.assertEqual(self._count(key), before + 1)
                action = call_kw(period, "action_view_check", [period.ids, key], {})
                self.assertEqual(action["res_model"], model)
                found = self.env[model].sudo().search_count(action["domain"])
                self.assertEqual(found, before + 1)

    def _make_house_invoice(self):
        self._invoice(700, invoice_user_id=False)

    def _make_failed_run(self):
        self.env["sales.commission.run"].sudo().create(
            {
                "company_id": self.company.id,
                "trigger": "manual",
                "state": "failed",
                "error": "No.",
            }
        )

    def _make_missing_target(self):
        self._create_plan(
            name="With a target",
            payees=self.max,
            component={"lookup": "attainment"},
        )
        self._invoice(100, payee=self.max)

    def _make_adjustment(self):
        self.env["sales.commission.adjustment"].with_user(self.officer).create(
            {
                "company_id": self.company.id,
                "employee_id": self.ann.id,
                "amount": 10,
                "reason": "Fair",
                "period_id": self._period().id,
            }
        )

    def _make_draft_plan(self):
        self._create_plan(name="Unfinished", publish=False)

    def _make_dispute(self):
        self._invoice(10)
        earning = self.env["sales.commission.earning"].search(
            [("employee_id", "=", self.ann.id)], limit=1
        )
        self.env["sales.commission.dispute"].with_user(self.ann.user_id).create(
            {"earning_id": earning.id, "description": "It should be more"}
        )

    def _make_earlier(self):
        self._period("2025-12-31")
        self._create_plan(name="Old", date_from="2025-12-01")
        self._invoice(100, date="2025-12-10")
        self._statements("2025-12-31")

    def _make_contactless(self):
        self._sell()
        self._statements()
        self.bob.sudo().work_contact_id = False

    def _make_not_accepted(self):
        self._statements()
        self.settings.sales_commission_require_acceptance = True
        self.plan._record_acceptance(self.ann)
        for plan in self.env["sales.commission.plan"].search([]) - self.plan:
            for payee in plan.assignment_ids.employee_id:
                plan._record_acceptance(payee)

    def test_what_stops_what(self):
        checks = self._get_checks(self._january())
        self.assertEqual(
            {key: row["stops"] for key, row in checks.items() if row["stops"]},
            {
                "acceptance": "Stops Confirm",
                "earlier": "Stops Confirm",
                "contact": "Stops Post",
                "second": "Stops Post",
            },
        )

    def test_who_opens_what(self):
        checks = self._get_checks(self._january(self.luis))
        self.assertFalse(checks["plans"]["can_open"])
        self.assertTrue(checks["documents"]["can_open"])
        with self.assertRaises(AccessError):
            self._january(self.ann.user_id).action_view_check("documents")

    def test_another_company_and_another_month_are_not_counted(self):
        self._invoice(700, date="2026-02-10", invoice_user_id=False)
        self._create_plan(name="Next", publish=False, date_from="2026-02-01")
        self.assertEqual((self._count("documents"), self._count("plans")), (0, 0))

    def test_a_locked_period_is_checked_no_more(self):
        period = self._january()
        period.action_lock()
        self.assertFalse(period.close_checks)

    def test_queries_do_not_grow(self):
        self._sell()
        period = self._january()
        period.action_compute_statements()
        names = ["close_steps", "close_checks", "next_step", "budget_ids"]

        def read():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            period.read(names)
            return self.cr.sql_log_count - before

        read()
        few = read()
        payees = self.env["hr.employee"]
        for number in range(8):
            payees |= self._create_payee(f"Payee{number}")
        self.plan.assignment_ids = [
            Command.create({"employee_id": payee.id}) for payee in payees
        ]
        for payee in payees:
            self._invoice(100, payee=payee)
        self._invoice([1, 2, 3], invoice_user_id=False)
        period.action_compute_statements()
        read()
        self.assertEqual(read(), few)


@tagged("post_install", "-at_install")
class TestReview(CloseCase):
    """What each payee gets beside what he got before."""

    def _pay_months(self, amounts, payee=None):
        """Statements of the months from January 2026 on; the last one is returned."""
        for month, sold in enumerate(amounts, 1):
            day = f"2026-{month:02}-15"
            if sold:
                self._invoice(sold, payee=payee, date=day)
            statements = self._statements(day)
        return statements.filtered(lambda row: row.employee_id == (payee or self.ann))

    def _review(self, statement):
        return (
            statement.amount_previous,
            statement.amount_difference,
            statement.difference_percent,
            round(statement.amount_average, 2),
            statement.is_outlier,
        )

    def _outliers(self):
        return self.env["sales.commission.statement"].search(
            [("is_outlier", "=", True), ("company_id", "=", self.company.id)]
        )

    def test_examples(self):
        """``{sales of the months: (last period, difference, %, average, unusual)}``,
        at 5 %; unusual above 50 % and 500."""
        tables = (
            ((20000,), (0, 1000, 0, 0, False)),  # nothing to compare with
            ((20000, 30000), (1000, 500, 50, 0, False)),
            ((20000, 20000, 40000), (1000, 1000, 100, 0, False)),  # two are too few
            ((20000, 20000, 20000, 40000), (1000, 1000, 100, 1000, True)),
            ((20000, 20000, 20000, 30000), (1000, 500, 50, 1000, False)),  # exactly
            ((20000, 20000, 20000, 30020), (1000, 501, 50.1, 1000, True)),
            ((1000, 1000, 1000, 5000), (50, 200, 400, 50, False)),  # small money
            ((40000, 40000, 40000, 10000), (2000, -1500, -75, 2000, True)),
            ((20000, 20000, 20000, 0, 40000), (0, 2000, 0, 1000, True)),
            ((90000, 20000, 20000, 20000, 20000, 20000, 20000, 20000),
             (1000, 0, 0, 1000, False)),  # January is longer ago than six months
        )  # fmt: skip
        for number, (sold, expected) in enumerate(tables):
            with self.subTest(sold=sold):
                payee = self._create_payee(f"Example{number}")
                self.plan.assignment_ids = [Command.create({"employee_id": payee.id})]
                statement = self._pay_months(sold, payee)
                self.assertEqual(self._review(statement), expected)
                self.assertEqual(statement in self._outliers(), expected[-1])
                not_so = self.env["sales.commission.statement"].search(
                    [("is_outlier", "=", False), ("id", "=", statement.id)]
                )
                self.assertEqual(bool(not_so), not expected[-1])

    def test_the_company_says_what_is_unusual(self):
        statement = self._pay_months((20000, 20000, 20000, 22000))
        self.assertFalse(statement.is_outlier)
        self.settings.sales_commission_outlier_percent = 5
        self.settings.sales_commission_outlier_amount = 99
        statement.invalidate_recordset()
        self.assertTrue(statement.is_outlier)
        period = self._period("2026-04-30").with_user(self.both)
        self.assertEqual(self._get_checks(period)["outliers"]["count"], 1)
        statements = self.env["sales.commission.statement"].search([])
        statements.action_confirm()
        self.assertEqual(self._get_checks(period)["outliers"]["count"], 1)
        statements.action_approve()
        self.assertEqual(self._get_checks(period)["outliers"]["count"], 0)

    def test_queries_do_not_grow(self):
        self._pay_months((20000, 20000, 20000, 40000))
        self._pay_months((20000, 20000, 20000, 40000), self.bob)
        statements = self.env["sales.commission.statement"].search([])
        counts = []
        for some in (statements, statements[:1], statements):  # the first one warms up
            self.env.invalidate_all()
            some.mapped("amount_payable")
            some.mapped("period_date")
            before = self.cr.sql_log_count
            some.mapped("is_outlier")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_the_list_of_a_period_compares(self):
        self._sell()
        action = self._statements().period_id.action_view_statements()
        view = self.env.ref(
            "sales_commission_gamify.sales_commission_statement_view_list_review"
        )
        self.assertEqual(action["views"][0], (view.id, "list"))


@tagged("post_install", "-at_install")
class TestBudget(CloseCase):
    def _rows(self, period=None):
        period = period or self._january()
        self.env.invalidate_all()
        rows = period.budget_ids
        return [(row.plan_id.name, row.budget, row.earned, row.remaining, row.is_over)
                for row in rows.sorted("id")]  # fmt: skip

    def test_earned_beside_the_budget(self):
        self.plan.with_user(self.officer).monthly_budget = 60
        self._create_plan(name="Without", steps=((0, 1),), payees=self.bob)
        self._create_plan(name="Idle", payees=self.max, monthly_budget=100)
        self._create_plan(name="Nothing", payees=self.max)
        self._create_plan(name="Draft", publish=False, monthly_budget=7)
        self._sell()
        self.assertEqual(
            self._rows(),
            [
                ("New business", 60, 80, -20, True),
                ("Without", 0, 6, 0, False),
                ("Idle", 100, 0, 100, False),
            ],
        )

    def test_outside_its_days_a_plan_has_no_budget(self):
        self._create_plan(name="Spring", date_from="2026-03-01", date_to="2026-04-30",
                          monthly_budget=50)  # fmt: skip
        for day, expected in (
            ("2026-02-15", []),
            ("2026-03-15", [("Spring", 50, 0, 50, False)]),
            ("2026-04-15", [("Spring", 50, 0, 50, False)]),
            ("2026-05-15", []),
        ):
            with self.subTest(day):
                period = self._period(day).with_user(self.both)
                self.assertEqual(self._rows(period), expected)

    def test_it_belongs_to_the_month_in_which_it_was_earned(self):
        self._invoice(1000)
        self._statements("2026-02-28")
        self.assertEqual(self._rows(), [("New business", 0, 50, 0, False)])
        self.assertEqual(self._rows(self._period("2026-02-15")), [])

    def _forecasts(self, day):
        period = self._period(day).with_user(self.both)
        self.env.invalidate_all()
        return {
            row.plan_id.name: (row.earned, row.forecast, row.is_forecast_over)
            for row in period.budget_ids
        }

    def test_forecast_by_the_days_that_have_passed(self):
        self.plan.with_user(self.officer).monthly_budget = 150
        self._invoice(1000, date="2026-01-05")
        for today, expected in (
            ("2026-01-05", (50, 310, True)),
            ("2026-01-10", (50, 155, True)),
            ("2026-01-11", (50, 140.91, False)),
            ("2026-01-31", (50, 50, False)),
            ("2026-02-05", (50, 50, False)),
        ):
            with self.subTest(today), freeze_time(today):
                self.assertEqual(
                    self._forecasts("2026-01-15"), {"New business": expected}
                )

    def test_forecast_of_a_quarter_by_its_own_days(self):
        self._create_plan(
            name="Quarter", payees=self.max, period_kind="quarter", steps=((0, 9),)
        )
        self._invoice(1000, payee=self.max, date="2026-02-05")
        with freeze_time("2026-02-14"):  # day 45 of 90
            self.assertEqual(
                self._forecasts("2026-03-15"), {"Quarter": (90, 180, False)}
            )

    def test_who_reads_and_who_writes_it(self):
        self.plan.with_user(self.officer).monthly_budget = 60
        self.assertEqual(self.plan.with_user(self.luis).monthly_budget, 60)
        with self.assertRaises(AccessError):
            self.plan.with_user(self.luis).monthly_budget = 70
        for user in (self.ann.user_id, self._user("manager", f"{GROUP}manager")):
            with self.assertRaises(AccessError):
                self.plan.with_user(user).read(["monthly_budget"])
            with self.assertRaises(AccessError):
                call_kw(
                    self.env["sales.commission.budget"].with_user(user),
                    "search_read", [[]], {},
                )  # fmt: skip


@tagged("post_install", "-at_install")
class TestBackground(CloseCase):
    """More payees than are worked at once, in steps of one."""

    def setUp(self):
        super().setUp()
        self._create_plan(name="Other", payees=self.max, steps=((0, 10),))
        self._sell()
        self._invoice(100, payee=self.max)
        self._in_background()

    def _paid(self, period=None):
        return {
            row.employee_id.name: (row.amount_payable, row.state, len(row.line_ids))
            for row in (period or self._period()).statement_ids
        }

    def test_from_compute_to_post(self):
        period = self._january()
        answer = period.action_compute_statements()
        self.assertIn("3 payees are worked", answer["params"]["message"])
        self.assertFalse(period.statement_ids)
        with self._refused("still being worked: 0 of 3 are done", UserError):
            period.action_compute_statements()
        self._run_cron(steps=2)  # out of time after two payees
        self.assertEqual(len(self._period().statement_ids), 2)
        period.invalidate_recordset()
        self.assertEqual(
            period.close_steps["round"],
            {
                "id": self._rounds().id,
                "name": "January 2026 computed",
                "failed": False,
                "note": "",
                "text": "2 of 3",
                "percent": 67,
            },
        )
        self._run_cron()
        drafts = {"Ann": (50, "draft", 1), "Bob": (30, "draft", 1),
                  "Max": (10, "draft", 1)}  # fmt: skip
        self.assertEqual(self._paid(), drafts)
        period.invalidate_recordset()
        self.assertFalse(period.close_steps["round"])
        for button, state in (
            ("confirm", "confirmed"),
            ("approve", "approved"),
            ("post", "posted"),
        ):
            getattr(period, f"action_{button}_all")()
            self._run_cron(steps=1)
            self._run_cron()
            self.assertEqual(
                {row.state for row in self._period().statement_ids}, {state}
            )
        self.assertEqual(len(self._period().statement_ids.move_id), 1)

    def test_the_same_as_at_once(self):
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        in_steps = self._paid()
        numbers = sorted(period.statement_ids.mapped("number"))
        self.assertEqual(numbers, [1, 2, 3])
        self.patch(close_round, "PAYEES_AT_ONCE", 100)
        period.action_compute_statements()
        self.assertEqual(self._paid(), in_steps)

    def test_computed_again_in_steps(self):
        """What is confirmed stays, what was earned since comes in, once."""
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        anns = period.statement_ids.filtered(lambda row: row.employee_id == self.ann)
        anns.action_confirm()
        self._invoice(200)
        self._invoice(200, payee=self.bob)
        period.action_compute_statements()
        self._run_cron()
        self.assertEqual(
            self._paid(),
            {"Ann": (50, "confirmed", 1), "Bob": (40, "draft", 1),
             "Max": (10, "draft", 1)},
        )  # fmt: skip

    def test_stopped_half_way_it_goes_on(self):
        """As after a crash: the step that failed has left nothing behind."""
        period = self._january()
        period.action_compute_statements()
        statements = type(self.env["sales.commission.statement"])
        compute = statements._compute_drafts
        calls = []

        def crash(model, *args):
            calls.append(args)
            compute(model, *args)
            if len(calls) == 2:
                raise RuntimeError("The power went off.")

        with patch.object(statements, "_compute_drafts", crash):
            self._run_cron()
        self.assertEqual(len(self._period().statement_ids), 1)
        self.assertEqual(self._rounds().state, "failed")
        period.invalidate_recordset()
        self.assertTrue(period.close_steps["round"]["failed"])
        self.assertEqual(period.close_steps["round"]["text"], "1 of 3")
        period.action_retry_round()
        self._run_cron()
        self.assertEqual(
            self._paid(),
            {"Ann": (50, "draft", 1), "Bob": (30, "draft", 1), "Max": (10, "draft", 1)},
        )
        earnings = self._period().statement_ids.line_ids.earning_ids
        self.assertEqual(sum(earnings.mapped("amount")), 90)

    def test_the_rest_is_left(self):
        period = self._january()
        period.action_compute_statements()
        self._run_cron(steps=1)
        with self.assertRaises(AccessError):
            self._january(self.ann.user_id).action_stop_round()
        period.action_stop_round()
        self._run_cron()
        self.assertEqual(len(self._period().statement_ids), 1)
        self.assertRecordValues(
            self._rounds(),
            [{"state": "done", "left_out_count": 2, "waiting_payee_ids": []}],
        )
        self.assertIn("Stopped by Both; 2 were left", self._rounds().note)
        with self._refused("No step of January 2026 waits", UserError):
            period.action_stop_round()
        with self._refused("No step of January 2026 waits", UserError):
            period.action_retry_round()
        period.action_compute_statements()
        self._run_cron()
        self.assertEqual(len(self._period().statement_ids), 3)

    def test_who_was_left_out_stays_named(self):
        """Also when the step fails later and goes on."""
        self.settings.sales_commission_require_acceptance = True
        for plan in self.env["sales.commission.plan"].search([]):
            for payee in plan.assignment_ids.employee_id - self.max:
                plan._record_acceptance(payee)
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        period.action_confirm_all()
        statements = type(self.env["sales.commission.statement"])
        confirm = statements.action_confirm

        def crash(records):
            if self.bob in records.employee_id:
                raise ValueError("disk full")
            return confirm(records)

        with (
            patch.object(statements, "action_confirm", crash),
            mute_logger(delivery.__name__),
        ):
            self._run_cron()
        last = self._rounds()[-1]
        self.assertEqual((last.state, last.left_out_count), ("failed", 1))
        self.assertIn("Max has not accepted", last.note)
        self.assertIn("disk full", last.note)
        period.action_retry_round()
        self._run_cron()
        self.assertEqual((last.state, last.left_out_count), ("done", 1))
        self.assertIn("Max has not accepted", last.note)
        states = {row.employee_id.name: row.state for row in period.statement_ids}
        self.assertEqual(
            states, {"Ann": "confirmed", "Bob": "confirmed", "Max": "draft"}
        )

    def test_confirmed_by_hand_meanwhile(self):
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        period.action_confirm_all()
        period.statement_ids[0].action_confirm()
        self._run_cron()
        self.assertEqual({row.state for row in period.statement_ids}, {"confirmed"})
        last = self._rounds()[-1]
        self.assertEqual((last.state, last.left_out_count), ("done", 0))

    def test_confirmed_anew_meanwhile_is_looked_at_again(self):
        """A waiting approval is of what was looked at, not of what came after."""
        self.settings.sales_commission_second_above = 40
        self._computed_and_confirmed()
        self._january(self.luis).action_approve_all()
        self._run_cron()
        anns = self._period().statement_ids.filtered(
            lambda row: row.employee_id == self.ann
        )
        self.assertTrue(anns.is_second_pending)
        self._january(self.lena).action_approve_all()
        anns.with_user(self.both).action_draft()
        self._invoice(2000)
        period = self._january()
        self.env["sales.commission.statement"]._compute_drafts(period, self.ann)
        anns.with_user(self.both).action_confirm()
        self._run_cron()
        self.assertRecordValues(anns, [{"state": "confirmed", "amount_payable": 150}])
        self.assertIn("confirmed anew meanwhile", self._rounds()[-1].note)

    def test_confirmed_anew_with_the_same_figures(self):
        """The second approval that was asked for is no first one."""
        self.settings.sales_commission_second_above = 40
        self._computed_and_confirmed()
        self._january(self.luis).action_approve_all()
        self._run_cron()
        self._january(self.lena).action_approve_all()
        anns = self._period().statement_ids.filtered("needs_second_approval")
        anns.with_user(self.both).action_draft()
        anns.with_user(self.both).action_confirm()
        self._run_cron()
        self.assertEqual(anns.state, "confirmed")

    def _computed_and_confirmed(self):
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        period.action_confirm_all()
        self._run_cron()

    def test_rights_lost_meanwhile(self):
        period = self._january(self.officer)
        period.action_compute_statements()
        self._run_cron()
        period.action_confirm_all()
        self.officer.sudo().group_ids -= self.env.ref(f"{GROUP}officer")
        self._run_cron()
        self.assertEqual(self._rounds()[-1].state, "failed")
        self.assertEqual({row.state for row in self._period().statement_ids}, {"draft"})

    def test_locked_meanwhile(self):
        period = self._january()
        period.action_compute_statements()
        period.action_lock()
        self._run_cron()
        self.assertEqual(self._rounds().state, "failed")
        self.assertIn("is locked", self._rounds().note)
        self.assertFalse(self._period().statement_ids)

    def test_of_the_review_nothing_later_comes_in(self):
        period = self._january()
        period.action_start_closing()
        self._invoice(500)
        period.action_compute_statements()
        self._run_cron()
        self.assertEqual(self._paid()["Ann"], (50, "draft", 1))

    def test_files_are_not_steps(self):
        period = self._january()
        period.action_compute_statements()
        self._run_cron()
        self.assertEqual(len(period.round_ids), 1)
        self.assertFalse(period.delivery_ids)


@tagged("post_install", "-at_install")
class TestCloseTour(CloseCase, HttpCase):
    def test_close_october(self):
        self._invoice(1000, date="2026-10-10")
        self._invoice(600, payee=self.bob, date="2026-10-10")
        self._invoice(50, date="2026-10-12", invoice_user_id=False)
        period = self._period("2026-10-31")
        self.start_tour("/odoo", "sales_commission_close_month", login=self.both.login)
        self.assertEqual(period.state, "locked")
        self.assertEqual(
            {row.employee_id: row.amount_payable for row in period.statement_ids},
            {self.ann: 50, self.bob: 30},
        )
        self.assertEqual(set(period.statement_ids.mapped("state")), {"posted"})
