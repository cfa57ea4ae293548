from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CommissionCase

JANUARY = "2026-01-31"


class PayeePagesCase(CommissionCase):
    """Ann sells for a plan with two steps and points; Gil, an agent with portal
    access only, is paid for what the desk sells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls._create_payee("Desk", groups="sales_team.group_sale_salesman")
        cls.gil = new_test_user(
            cls.env(su=True),
            login="commission_gil",
            name="Gil",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.desk.work_contact_id = cls.gil.partner_id
        cls.plan = cls._create_plan(
            steps=((0, 5), (2000, 10)),
            payees=cls.ann + cls.desk,
            component={
                "point_rule_ids": [
                    Command.create({"name": "Sale", "points_per_document": 10})
                ]
            },
        )

    def _page(self, user=None, date=JANUARY, **context):
        dashboard = self.env["sales.commission.dashboard"].with_user(
            user or self.ann.user_id
        )
        return dashboard.with_context(**context).get_my_commissions(date)

    def _confirmed(self, date=JANUARY):
        statements = self._statements(date)
        statements.action_confirm()
        return statements

    def _posted(self, date=JANUARY):
        statements = self._confirmed(date)
        statements.action_approve()
        statements.action_post()
        return statements


@tagged("post_install", "-at_install")
class TestDashboard(PayeePagesCase):
    def test_figures_of_a_month(self):
        self._invoice([700, 300])
        self._invoice(400, date="2025-12-31")  # before the plan
        self._invoice(1600, date="2026-02-03")
        page = self._page(date="2026-02-28")
        self.assertEqual(page["status"], "ready")
        self.assertEqual(page["payee"], "Ann")
        self.assertEqual(page["currency_id"], self.company.currency_id.id)
        self.assertEqual(page["month"]["name"], "February 2026")
        self.assertEqual(page["current"]["earned"], 80)
        self.assertEqual(page["previous"]["earned"], 50)
        self.assertEqual(page["change"], {"amount": 30, "percent": 60})
        self.assertEqual(
            [(str(month["date"]), month["earned"]) for month in page["history"]],
            [
                ("2025-09-01", 0),
                ("2025-10-01", 0),
                ("2025-11-01", 0),
                ("2025-12-01", 0),
                ("2026-01-01", 50),
                ("2026-02-01", 80),
            ],
        )

    def test_no_percentage_without_a_month_before(self):
        self._invoice(1000)
        self.assertEqual(self._page()["change"], {"amount": 50, "percent": False})

    def test_earned_is_open_then_to_be_paid_then_paid(self):
        self._invoice(1000)

        def places():
            current = self._page()["current"]
            return current["open"], current["to_pay"], current["paid"]

        self.assertEqual(places(), (50, 0, 0))
        self._statements()
        self.assertEqual(places(), (50, 0, 0), "a draft is not shown to payees")
        statement = self._posted()
        self.assertEqual(places(), (0, 50, 0))
        self._invoice(200)
        self.assertEqual(places(), (10, 50, 0), "what came after waits")
        self._pay(statement)
        self.assertEqual(places(), (10, 0, 50))

    def test_payouts(self):
        self._invoice(1000)
        self._invoice(500, date="2026-02-10")
        self._pay(self._posted())
        self._confirmed("2026-02-28")
        payouts = self._page()["payouts"]
        self.assertEqual(payouts["year"], 2026)
        self.assertEqual(payouts["on_its_way"], {"amount": 25, "count": 1})
        self.assertEqual(payouts["paid"], {"amount": 50, "count": 1})
        next_year = self._page(date="2027-01-31")["payouts"]
        self.assertEqual(next_year["paid"], {"amount": 0, "count": 0})

    def test_component_says_why_and_what_comes_next(self):
        self._invoice(1000)
        self._invoice(500)
        [card] = self._page()["components"]
        self.assertEqual(card["name"], "Invoiced")
        self.assertEqual(card["plan"], "New business")
        self.assertEqual((card["credited"], card["earned"]), (1500, 75))
        self.assertEqual(
            card["explanation"].replace("\N{NO-BREAK SPACE}", " "),
            "$ 1,500.00 at 5 % = $ 75.00",
        )

    def test_plan_is_not_shown_before_joining_or_after_leaving(self):
        self.plan.assignment_ids.filtered(
            lambda assignment: assignment.employee_id == self.ann
        ).write({"date_from": "2026-03-01", "date_to": "2026-04-30"})
        shown = [
            bool(self._page(date=f"2026-0{month}-15")["components"])
            for month in (2, 3, 4, 5)
        ]
        self.assertEqual(shown, [False, True, True, False])

    def test_quarter_belongs_to_its_last_month(self):
        self._create_plan(name="Quarter", period_kind="quarter")
        self._invoice(1000, date="2026-02-10")
        february = self._page(date="2026-02-28")
        self.assertEqual(february["current"]["earned"], 50)
        self.assertEqual(february["running_longer"], 50)
        self.assertEqual(len(february["components"]), 2)
        march = self._page(date="2026-03-31")
        self.assertEqual(march["current"]["earned"], 50)
        self.assertEqual(march["running_longer"], 0)

    def test_deals_are_documents_that_count(self):
        first = self._invoice([100, 200], date="2026-01-05")
        self._invoice(50, date="2026-01-06").button_draft()
        second = self._invoice(900, date="2026-01-07")
        credit_note = self._refund(second, amount=400, date="2026-01-09")
        self._invoice(70, date="2026-02-01")
        deals = self._page()["deals"]
        self.assertEqual(
            {
                deal["name"]: (
                    deal["kind"],
                    [credit["amount"] for credit in deal["credits"]],
                )
                for deal in deals
            },
            {
                first.name: ("Invoice", [300]),
                second.name: ("Invoice", [900]),
                credit_note.name: ("Credit note", [-400]),
            },
        )
        self.assertEqual(deals[-1]["name"], first.name, "newest first")

    def test_deal_that_counts_twice_is_not_added_up(self):
        self._create_plan(name="Second plan", component={"name": "Also"})
        self._invoice(1000)
        [deal] = self._page()["deals"]
        self.assertCountEqual(
            [(row["component"], row["amount"]) for row in deal["credits"]],
            [("Invoiced", 1000), ("Also", 1000)],
        )

    def test_what_is_counted_is_not_shown_as_money(self):
        """Twelve meetings are not twelve euros."""
        measure = self.env.ref("sales_commission_gamify.measure_achievement")
        plan = self._create_plan(
            name="Meetings",
            component={
                "name": "Meetings",
                "measure_id": measure.id,
                "quota": 20,
                "rate_ids": [
                    Command.create({"bound": 0, "kind": "per_unit", "per_unit": 15})
                ],
            },
        )
        for value in (7, 5):
            self.env["sales.commission.achievement"].create(
                {
                    "measure_id": measure.id,
                    "employee_id": self.ann.id,
                    "date": "2026-01-12",
                    "value": value,
                    "name": "Meetings of a week",
                }
            )
        page = self._page()
        [card] = [card for card in page["components"] if card["plan"] == "Meetings"]
        self.assertEqual((card["unit"], card["credited"]), ("number", 12))
        self.assertEqual((card["quota"], card["attainment"]), (20, 60))
        self.assertEqual(card["earned"], 180)
        texts = [row["text"] for deal in page["deals"] for row in deal["credits"]]
        self.assertCountEqual(texts, ["7", "5"])
        own = [("plan_id", "=", plan.id)]
        as_ann = self.env(user=self.ann.user_id)
        [attainment] = as_ann["sales.commission.attainment"].search(own)
        self.assertEqual((attainment.value_text, attainment.quota_text), ("12", "20"))
        credits = as_ann["sales.commission.credit"].search(own)
        self.assertEqual(set(credits.mapped("amount_text")), {"7", "5"})
        earning = as_ann["sales.commission.earning"].search(own, limit=1)
        self.assertEqual(earning.credited_text, "12")

    def test_manager_has_no_empty_card_beside_what_the_team_sold(self):
        zoe = self._create_payee("Zoe")
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Desk",
                "company_id": self.company.id,
                "kind": "free",
                "edge_ids": [
                    Command.create({"employee_id": self.ann.id, "manager_id": zoe.id})
                ],
            }
        )
        self._create_plan(
            name="Team",
            payees=zoe,
            component={
                "name": "Team sales",
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 2})],
            },
        )
        self._invoice(1000)
        [card] = self._page(zoe.user_id)["components"]
        self.assertEqual((card["level"], card["credited"]), (1, 1000))
        self.assertEqual(card["earned"], 20)

    def test_quota_is_seen_before_the_first_sale(self):
        component = {"name": "Goal", "pays": "nothing", "quota": 3000}
        self._create_plan(name="Goals", component=component)
        cards = self._page()["components"]
        [card] = [card for card in cards if card["name"] == "Goal"]
        self.assertEqual((card["quota"], card["attainment"]), (3000, 0))
        self.assertFalse(card["pays"])

    def test_percentage_of_a_deal_is_one_of_its_own_amount(self):
        measure = self.env.ref("sales_commission_gamify.measure_margin_percent")
        self.product_a.with_company(self.company).standard_price = 250
        self._create_plan(
            name="Margins",
            component={
                "name": "Margin",
                "measure_id": measure.id,
                "pays": "nothing",
            },
        )
        self._invoice(1000)
        [deal] = self._page()["deals"]
        texts = {row["component"]: row["text"] for row in deal["credits"]}
        self.assertEqual(texts["Margin"], "75 %")

    def test_points_spent_make_no_month_smaller(self):
        for date in ("2026-01-15", "2026-02-07"):
            self._invoice(100, date=date)
        self.env["sales.commission.point"]._give(
            [
                {
                    "company_id": self.company.id,
                    "employee_id": self.ann.id,
                    "kind": "reward",
                    "date": "2026-02-20",
                    "points": -15,
                    "reason": "A book",
                    "document_model": "res.partner",
                    "origin_id": self.partner_a.id,
                }
            ]
        )
        points = self._page(date="2026-02-28")["points"]
        self.assertEqual((points["month"], points["total"]), (10, 5))

    def test_points_are_called_what_the_company_calls_them(self):
        self.company.sudo().sales_commission_point_name = "stars"
        self.company.sudo().sales_commission_point_icon = "fa-bolt"
        word = self._page(date="2026-02-28")["point_word"]
        self.assertEqual(word, {"name": "stars", "icon": "fa-bolt"})

    def test_points(self):
        self._invoice(100)
        self._refund(self._invoice(100, date="2026-02-02"), date="2026-02-05")
        self._invoice(100, date="2026-02-07")
        points = self._page(date="2026-02-28")["points"]
        self.assertEqual((points["month"], points["total"]), (10, 20))
        self.assertEqual([row["points"] for row in points["rows"]], [10, -10, 10, 10])

    def test_statements(self):
        self._invoice(1000)
        self._confirmed()
        self._invoice(500, date="2026-02-10")
        self._statements("2026-02-28")
        [statement] = self._page()["statements"]
        self.assertEqual(statement["period"], "January 2026")
        self.assertEqual(statement["state_label"], "Confirmed")
        self.assertEqual(statement["amount"], 50)

    def test_every_figure_leads_to_its_records(self):
        """The domains of the links, read as the payee, add up to the figures."""
        self._create_plan(name="Quarter", period_kind="quarter")
        self._invoice(1000)
        self._pay(self._posted())
        self._invoice(300, date="2026-02-10")
        self._posted("2026-02-28")
        self._invoice(500, date="2026-02-11")
        page = self._page(date="2026-02-28")
        env = self.env(user=self.ann.user_id)

        def records(link):
            action = env.ref(link["action"])
            return env[action.sudo().res_model].search(link["domain"])

        links = page["links"]
        earned = records(links["earned"])
        self.assertEqual(sum(earned.mapped("amount")), page["current"]["earned"])
        on_its_way = records(links["on_its_way"])
        self.assertEqual(
            sum(on_its_way.mapped("amount_payable")),
            page["payouts"]["on_its_way"]["amount"],
        )
        self.assertEqual(
            sum(records(links["paid_year"]).mapped("amount_payable")),
            page["payouts"]["paid"]["amount"],
        )
        self.assertEqual(records(links["to_pay"]), on_its_way)
        self.assertFalse(records(links["paid"]))
        self.assertEqual(len(records(links["statements"])), len(page["statements"]))
        self.assertEqual(
            sum(records(links["points"]).mapped("points")), page["points"]["total"]
        )
        for card in page["components"]:
            credit = records(card["link"])
            self.assertEqual(sum(credit.mapped("amount")), card["credited"])
        for deal in page["deals"]:
            self.assertEqual(
                sum(records(deal["link"]).mapped("amount")),
                sum(credit["amount"] for credit in deal["credits"]),
            )

    def test_months_go_up_to_the_current_one(self):
        with freeze_time("2026-03-10"):
            self.assertEqual(str(self._page(date=None)["month"]["date"]), "2026-03-01")
            self.assertFalse(self._page(date=None)["month"]["next"])
            self.assertEqual(
                str(self._page(date="2026-02-28")["month"]["next"]), "2026-03-01"
            )

    def test_is_readonly(self):
        method = self.env["sales.commission.dashboard"].get_my_commissions
        self.assertTrue(method._readonly)


@tagged("post_install", "-at_install")
class TestDashboardRights(PayeePagesCase):
    def setUp(self):
        super().setUp()
        self._invoice(1000)
        self._invoice(600, payee=self.desk)
        self._confirmed()

    def test_another_payee_sees_nothing(self):
        page = self._page(self.bob.user_id)
        self.assertEqual(page["current"]["earned"], 0)
        for key in ("components", "deals", "statements"):
            self.assertEqual(page[key], [], key)
        self.assertEqual(page["points"], {"month": 0, "total": 0, "rows": []})

    def test_officer_sees_only_his_own_here(self):
        officer = self._create_payee(
            "Olga", groups="sales_commission_gamify.group_administrator"
        )
        page = self._page(officer.user_id)
        self.assertEqual(page["current"]["earned"], 0)
        self.assertEqual(page["deals"], [])
        self.assertEqual(page["statements"], [])

    def test_user_who_is_no_payee(self):
        user = new_test_user(
            self.env(su=True), login="commission_nobody", groups="base.group_user"
        )
        page = self._page(user)
        self.assertEqual(page["status"], "no_payee")
        self.assertNotIn("current", page)

    def test_payee_without_a_plan(self):
        today = fields.Date.today()
        self.assertEqual(self._page(self.bob.user_id, date=today)["status"], "no_plan")
        # looking back must stay possible
        self.assertEqual(
            self._page(self.bob.user_id, date="2020-01-31")["status"], "ready"
        )

    def test_customer_on_the_portal_sees_nothing(self):
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        self.assertEqual(self._page(customer)["status"], "no_payee")

    def test_portal_payee_sees_his_own(self):
        page = self._page(self.gil)
        self.assertEqual(page["current"]["earned"], 30)
        self.assertEqual(page["current"]["to_pay"], 30)
        self.assertEqual(page["points"]["total"], 10)
        self.assertEqual(page["components"][0]["name"], "Invoiced")
        self.assertEqual([deal["kind"] for deal in page["deals"]], ["Invoice"])

    def test_archived_payee_still_sees_what_was_earned(self):
        self.ann.active = False
        self.assertEqual(self._page()["current"]["earned"], 50)

    def test_closed_plan_is_still_named(self):
        self.plan.action_close()
        [card] = self._page()["components"]
        self.assertEqual(card["plan"], "New business")

    def test_amounts_of_two_companies_are_not_added_up(self):
        other = self.setup_other_company()["company"]
        self.ann.user_id.company_ids += other
        self.env["hr.employee"].sudo().create(
            {"name": "Ann", "user_id": self.ann.user_id.id, "company_id": other.id}
        )
        both = self._page(allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(both["company"], self.company.name)
        self.assertEqual(both["current"]["earned"], 50)
        self.assertEqual(both["other_companies"], [other.name])
        there = self._page(allowed_company_ids=[other.id])
        self.assertEqual(there["company"], other.name)
        self.assertEqual(there["current"]["earned"], 0)
        self.assertEqual(there["deals"], [])


@tagged("post_install", "-at_install")
class TestDashboardQueries(PayeePagesCase):
    def test_number_of_queries_is_constant(self):
        """One invoice a month or a dozen: the page costs the same."""
        counts = []
        for invoices in (1, 10):
            for date in ("2026-03-10", "2026-04-10"):
                for _number in range(invoices):
                    self._invoice([10, 20, 30], date=date)
                self._statements(date).filtered(
                    lambda statement: statement.state == "draft"
                ).action_confirm()
            counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])
        self.assertLessEqual(counts[1], 33)

    def _count_queries(self):
        self._page(date="2026-04-30")  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page = self._page(date="2026-04-30")
        self.assertTrue(page["deals"])
        return self.cr.sql_log_count - before
