from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CommissionCase

PROGRAM = "sales.commission.program"


class ProgramCase(CommissionCase):
    """Olga is the officer. Ann and Bob have a target of 1,000 a month and earn 10 %;
    in January Ann sold 500 and Bob 1,200, in February Ann 1,500."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls._create_payee(
            "Olga",
            groups="sales_commission_gamify.group_officer,"
            "sales_team.group_sale_manager",
        )
        cls.north, cls.south = (
            cls.env["crm.team"]
            .sudo()
            .create([{"name": name} for name in ("North", "South")])
        )
        cls.plan = cls._create_plan(
            steps=((0, 10),),
            payees=(),
            publish=False,
            component={
                "quota": 1000,
                "point_rule_ids": [
                    Command.create({"name": "Sale", "points_per_document": 10})
                ],
            },
        )
        cls.plan.assignment_ids = [
            Command.create({"employee_id": cls.ann.id, "team_id": cls.north.id}),
            Command.create({"employee_id": cls.bob.id, "team_id": cls.south.id}),
        ]
        cls.plan.action_publish()
        cls._invoice(500, cls.ann, "2026-01-15")
        cls._invoice(1200, cls.bob, "2026-01-20")
        cls._invoice(1500, cls.ann, "2026-02-10")

    def _page(self, user=None, today="2026-04-10", **asked):
        program = self.env[PROGRAM].with_user(user or self.olga.user_id)
        with freeze_time(today):
            return program.get_program(asked)

    def _visit(self, payee, day):
        return self.env["sales.commission.visit"]._note(
            payee, date.fromisoformat(day), "leaderboard"
        )


@tagged("post_install", "-at_install")
class TestProgram(ProgramCase):
    def test_default_is_the_last_three_months_that_are_over(self):
        page = self._page()
        self.assertEqual(
            (str(page["period"]["first"]), str(page["period"]["last"])),
            ("2026-01-01", "2026-03-31"),
        )
        self.assertEqual(page["period"]["name"], "Jan 2026 to Mar 2026")
        self.assertEqual(str(page["period"]["previous"]), "2025-12-31")
        self.assertEqual(str(page["period"]["next"]), "2026-04-01")
        self.assertFalse(page["period"]["is_running"])
        self.assertEqual(page["filters"]["months"], 3)

    def test_months_go_up_to_the_current_one(self):
        for asked, first, last, following in (
            # date, months → first, last day, what comes after
            (("2026-02-03", 1), "2026-02-01", "2026-02-28", "2026-03-01"),
            (("2026-04-30", 1), "2026-04-01", "2026-04-30", False),
            (("2030-01-01", 1), "2026-04-01", "2026-04-30", False),
            (("2026-02-03", 12), "2025-03-01", "2026-02-28", "2026-04-01"),
            (("nonsense", 7), "2026-01-01", "2026-03-31", "2026-04-01"),
        ):
            with self.subTest(asked=asked):
                day, months = asked
                period = self._page(date=day, months=months)["period"]
                self.assertEqual(
                    (str(period["first"]), str(period["last"])), (first, last)
                )
                self.assertEqual(str(period["next"]), str(following))

    def test_adoption(self):
        self._visit(self.ann, "2026-01-05")
        self._visit(self.ann, "2026-02-05")
        self._visit(self.bob, "2025-12-31")  # before these months
        self._visit(self.max, "2026-02-05")  # takes part in no plan
        adoption = self._page()["adoption"]
        self.assertEqual((adoption["looked"], adoption["payees"]), (1, 2))
        self.assertEqual(adoption["percent"], 50)
        self.assertEqual(
            adoption["missing"], [{"id": self.bob.id, "name": self.bob.name}]
        )

    def test_points(self):
        points = self._page()["points"]
        self.assertEqual(points, {"given": 30, "a_month": 10, "growth": False})
        february = self._page(date="2026-02-28", months=1)["points"]
        self.assertEqual(february, {"given": 10, "a_month": 10, "growth": -50})

    def test_points_spent_are_not_taken_off(self):
        self.env["sales.commission.point"].sudo()._give(
            [
                {
                    "company_id": self.company.id,
                    "employee_id": self.ann.id,
                    "kind": "reward",
                    "date": "2026-02-11",
                    "points": -5,
                    "reason": "Mug",
                    "document_model": "res.partner",
                    "origin_id": 1,
                }
            ]
        )
        self.assertEqual(self._page()["points"]["given"], 30)

    def test_payouts_and_their_growth(self):
        january = self._page(date="2026-01-31", months=1)["payouts"]
        self.assertEqual((january["amount"], january["statements"]), (0, 0))
        statements = self._statements("2026-01-31")
        january = self._page(date="2026-01-31", months=1)["payouts"]
        self.assertEqual((january["amount"], january["draft"]), (170, 170))
        self.assertEqual((january["growth"], january["statements"]), (False, 2))
        statements.action_confirm()
        self._statements("2026-02-28").action_confirm()
        payouts = self._page(date="2026-02-28", months=1)["payouts"]
        self.assertEqual((payouts["amount"], payouts["before"]), (150, 170))
        self.assertEqual(payouts["growth"], -11.8)
        self.assertEqual((payouts["draft"], payouts["statements"]), (0, 1))
        year_later = self._page(date="2027-02-28", months=1, today="2027-03-01")
        self.assertEqual(year_later["payouts"]["year_before"], 150)
        self.assertEqual(year_later["payouts"]["growth_of_year"], -100)

    def test_commission_of_revenue(self):
        self._invoice(800, self.max, "2026-02-11")  # nobody is paid for it
        self._refund(self.env["account.move"].search([], limit=1), 300, "2026-02-20")
        cost = self._page(date="2026-02-28", months=1)["cost"]
        self.assertEqual(cost["revenue"], 2000)
        self.assertEqual(cost["earned"], self._earned(self.ann, date_to="2026-02-28"))
        self.assertEqual(cost["percent"], round(cost["earned"] / 20, 2))
        self.assertEqual(cost["percent_before"], 10)

    def test_distribution_and_performance(self):
        page = self._page(date="2026-02-28", months=1)
        bins = {row["from"]: row["payees"] for row in page["distribution"]}
        # no sale, so nobody knows of a target of Bob's
        self.assertEqual({low: who for low, who in bins.items() if who},
                         {150: [self.ann.id]})  # fmt: skip
        january = self._page(date="2026-01-31", months=1)
        bins = {row["from"]: row["payees"] for row in january["distribution"]}
        self.assertEqual(bins[50], [self.ann.id])
        self.assertEqual(bins[110], [self.bob.id])
        dots = {row["id"]: row for row in january["payees"]}
        self.assertEqual(set(dots), {self.ann.id, self.bob.id})
        bob = dots[self.bob.id]
        self.assertEqual(
            (bob["earned"], bob["attainment"], bob["revenue"]), (120, 120, 1200)
        )

    def test_plans_and_components(self):
        other = self._create_plan(name="Sprint", steps=((0, 1),), payees=self.ann)
        self.env["sales.commission.run"].sudo()._run_plans(other, "manual")
        [first, second] = self._page()["plans"]
        self.assertEqual((first["name"], first["earned"]), ("New business", 320))
        self.assertEqual((second["name"], second["earned"]), ("Sprint", 20))
        self.assertEqual(first["share"], 94.12)
        [part] = first["components"]
        self.assertEqual((part["name"], part["earned"]), ("Invoiced", 320))
        only = self._page(plan_id=other.id)
        self.assertEqual([plan["id"] for plan in only["plans"]], [other.id])
        self.assertEqual(only["cost"]["earned"], 20)
        self.assertEqual(only["points"]["given"], 0)
        self.assertEqual(only["adoption"]["payees"], 1)

    def test_trend_and_forecast(self):
        page = self._page()
        trend = {str(row["date"]): row for row in page["trend_months"]}
        self.assertEqual(list(trend)[0], "2025-10-01", "six months at least")
        self.assertEqual(trend["2026-01-01"]["earned"], 170)
        self.assertEqual(trend["2026-02-01"]["earned"], 150)
        self.assertFalse(trend["2025-12-01"]["is_shown"])
        forecast = page["forecast"]
        self.assertEqual((forecast["year"], forecast["so_far"]), (2026, 320))
        # 320 in three months, nine are to come
        self.assertEqual(forecast["months_left"], 9)
        self.assertEqual(forecast["a_month"], 106.67)
        self.assertEqual(forecast["amount"], 1280)

    def test_a_month_that_runs_is_told_and_not_run_on(self):
        page = self._page(date="2026-03-31", today="2026-03-10")
        self.assertTrue(page["period"]["is_running"])
        self.assertEqual(page["forecast"]["months_left"], 10)
        # of January and February, and of December in which nothing was earned
        self.assertEqual(page["forecast"]["a_month"], 106.67)

    def test_accrued(self):
        self.company.sales_commission_accrual = True
        self.assertEqual(self._page()["accrued"], 0)
        self._period("2026-01-31").with_env(self.env).action_accrue()
        self.assertEqual(self._page()["accrued"], 170)
        self.assertEqual(self._page(team_id=self.north.id)["accrued"], 50)
        self.assertEqual(self._page(date="2025-12-31", months=1)["accrued"], 0)

    def test_team(self):
        page = self._page(team_id=self.north.id)
        self.assertEqual([row["id"] for row in page["payees"]], [self.ann.id])
        self.assertEqual(page["cost"]["earned"], 200)
        self.assertEqual(page["cost"]["revenue"], 2000)
        self.assertEqual(page["points"]["given"], 20)
        self.assertEqual(
            [team["name"] for team in page["filters"]["teams"]], ["North", "South"]
        )

    def test_nobody_takes_part(self):
        page = self._page(date="2025-06-30")
        self.assertEqual(page["status"], "empty")
        self.assertEqual(page["adoption"]["percent"], 0)

    def test_links_list_the_records_behind_the_figures(self):
        self._visit(self.ann, "2026-01-05")
        self._statements("2026-01-31")
        page = self._page()
        sums = {
            "earned": ("earning", "amount", 320),
            "forecast": ("earning", "amount", 320),
            "points": ("point", "points", 30),
            "payouts": ("statement", "amount_total", 170),
            "revenue": ("account.move", "amount_untaxed_signed", 3200),
        }
        for name, (model, field, expected) in sums.items():
            with self.subTest(link=name):
                link = page["links"][name]
                model = model if "." in model else f"sales.commission.{model}"
                self.assertEqual(self.env.ref(link["action"]).res_model, model)
                rows = self.env[model].search(link["domain"])
                self.assertEqual(round(sum(rows.mapped(field)), 2), expected)
        for name, model in (
            ("adoption", "visit"),
            ("missing", "assignment"),
            ("attainment", "attainment"),
            ("accrued", "accrual"),
            ("exceptions", "exception"),
        ):
            with self.subTest(link=name):
                link = page["links"][name]
                model = f"sales.commission.{model}"
                self.assertEqual(self.env.ref(link["action"]).res_model, model)
                self.env[model].with_user(self.olga.user_id).search(link["domain"])

    def test_exceptions(self):
        ask = self.env[PROGRAM].with_user(self.olga.user_id).get_exceptions
        before = ask()
        self._invoice(100, self.max, "2026-02-11")
        self.assertEqual(ask(), before + 1)


@tagged("post_install", "-at_install")
class TestProgramRights(ProgramCase):
    def test_officers_only(self):
        for group in ("base.group_user", "sales_commission_gamify.group_manager",
                      "sales_commission_gamify.group_accountant",
                      "base.group_portal"):  # fmt: skip
            user = new_test_user(
                self.env(su=True), login=f"program {group}", groups=group
            )
            for method in ("get_program", "get_exceptions"):
                with self.subTest(group=group), self.assertRaises(AccessError):
                    getattr(self.env[PROGRAM].with_user(user), method)({})

    def test_of_companies_that_the_officer_works_in(self):
        other = self.setup_other_company()["company"]
        page = self._page(company_id=other.id)
        self.assertEqual(page["company"], self.company.name)
        self.olga.user_id.company_ids += other
        program = self.env[PROGRAM].with_user(self.olga.user_id)
        both = program.with_context(
            allowed_company_ids=[self.company.id, other.id]
        ).get_program({"company_id": other.id})
        self.assertEqual((both["company"], both["status"]), (other.name, "empty"))
        self.assertEqual(both["cost"]["earned"], 0)
        self.assertEqual(len(both["filters"]["companies"]), 2)

    def test_sums_are_no_rpc(self):
        """What adds up without asking who asks is private."""
        ours = [
            name
            for cls in type(self.env[PROGRAM]).mro()
            if "report.program" in cls.__module__
            for name, value in vars(cls).items()
            if callable(value) and not name.startswith("_")
        ]
        self.assertEqual(set(ours), {"get_program", "get_exceptions"})

    def test_invoices_are_linked_for_those_who_may_read_them(self):
        self.assertIn("revenue", self._page()["links"])
        self.olga.user_id.group_ids -= self.env.ref("sales_team.group_sale_manager")
        self.olga.user_id.group_ids -= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.olga.user_id.group_ids -= self.env.ref("sales_team.group_sale_salesman")
        page = self._page()
        self.assertNotIn("revenue", page["links"])
        self.assertEqual(page["cost"]["revenue"], 3200)


@tagged("post_install", "-at_install")
class TestProgramQueries(ProgramCase):
    def test_number_of_queries_is_constant(self):
        counts = []
        for numbers in (range(1), range(1, 9)):
            for number in numbers:
                payee = self._create_payee(f"New {number}", groups="base.group_user")
                self._create_plan(name=f"Plan {number}", payees=payee)
                self._invoice([10, 20], payee, "2026-02-10")
            self._statements("2026-01-31")
            counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])
        self.assertLessEqual(counts[1], 25)

    def _count_queries(self):
        self._page()  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertEqual(self._page()["status"], "ready")
        return self.cr.sql_log_count - before

    def test_is_readonly(self):
        for method in ("get_program", "get_exceptions"):
            self.assertTrue(getattr(self.env[PROGRAM], method)._readonly)


@tagged("post_install", "-at_install")
class TestVisits(ProgramCase):
    def _note(self, user, page="my_commissions", today="2026-03-02"):
        with freeze_time(today):
            return self.env["sales.commission.visit"].with_user(user).note(page)

    def _rows(self):
        return self.env["sales.commission.visit"].search([])

    def test_once_a_day(self):
        self.assertTrue(self._note(self.ann.user_id))
        self.assertFalse(self._note(self.ann.user_id, "leaderboard"))
        self.assertTrue(self._note(self.ann.user_id, "leaderboard", "2026-03-03"))
        self.assertEqual(
            [(str(row.date), row.page, row.employee_id) for row in self._rows()],
            [
                ("2026-03-03", "leaderboard", self.ann),
                ("2026-03-02", "my_commissions", self.ann),
            ],
        )

    def test_who_is_no_payee_leaves_no_row(self):
        user = new_test_user(
            self.env(su=True), login="nobody", groups="base.group_user"
        )
        self.assertFalse(self._note(user))
        self.assertFalse(self._rows())

    def test_unknown_page(self):
        self.assertTrue(self._note(self.ann.user_id, "'; DROP TABLE"))
        self.assertEqual(self._rows().page, "my_commissions")

    def test_portal_payee(self):
        gil = new_test_user(self.env(su=True), login="gil", groups="base.group_portal")
        self.bob.work_contact_id = gil.partner_id
        self.assertTrue(self._note(gil, "portal"))
        self.assertEqual(self._rows().employee_id, self.bob)
        with self.assertRaises(AccessError):
            self._rows().with_user(gil).read(["date"])

    def test_who_reads_them(self):
        self.ann.parent_id = self.max
        self.max.user_id.group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        self._visit(self.ann, "2026-03-01")
        self._visit(self.bob, "2026-03-01")
        for user, expected in (
            (self.ann.user_id, self.ann),
            (self.max.user_id, self.ann),
            (self.olga.user_id, self.ann | self.bob),
        ):
            rows = self.env["sales.commission.visit"].with_user(user).search([])
            self.assertEqual(rows.sudo().employee_id, expected, user.login)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(rows.has_access(operation))
