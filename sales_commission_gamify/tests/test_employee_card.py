from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .test_my_team import TeamCase

PAGES = "sales.commission.dashboard"


@tagged("post_install", "-at_install")
class TestEmployeeCard(TeamCase):
    """Ann has sold 900 of 1,000 in March, and earns 10 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env(su=True),
            login="card_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=cls.company.id,
        )
        cls.hr = new_test_user(
            cls.env(su=True),
            login="card_hr",
            groups="hr.group_hr_manager",
            company_id=cls.company.id,
        )

    def _card(self, payee=None, user=None):
        with freeze_time("2026-03-20 12:00:00"):
            pages = self.env[PAGES].with_user(user or self.olga.user_id)
            return pages.get_employee_card((payee or self.ann).id)

    def test_what_it_shows(self):
        card = self._card()
        self.assertEqual((card["month"], card["points"]), ("March 2026", "20"))
        self.assertEqual(card["points_month"], "10")
        self.assertEqual(card["earned"], self.company.currency_id.format(90))
        [plan] = card["plans"]
        self.assertEqual((plan["name"], plan["role"]), ("New business", "Own sales"))
        self.assertEqual(plan["dates"], "Since 01/01/2026")
        self.assertTrue(plan["is_running"])
        [quota] = card["quotas"]
        self.assertEqual((quota["percent"], quota["dates"]), (90, "March 2026"))
        self.assertEqual(
            (quota["counted"], quota["quota"]),
            tuple(self.company.currency_id.format(amount) for amount in (900, 1000)),
        )
        self.assertEqual(card["badges"], [])

    def test_quota_of_who_has_sold_nothing_yet(self):
        [quota] = self._card(self.eva)["quotas"]
        self.assertEqual((quota["percent"], bool(quota["quota"])), (0, True))

    def test_who_takes_part_in_nothing(self):
        card = self._card(self.olga)
        self.assertEqual((card["plans"], card["quotas"]), ([], []))

    def test_left_and_draft_plans(self):
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.ann
        ).date_to = "2026-02-28"
        self._create_plan(name="Draft", publish=False)
        [plan] = self._card()["plans"]
        self.assertFalse(plan["is_running"])
        self.assertEqual(plan["dates"], "01/01/2026 to 02/28/2026")

    def test_role_of_who_leads(self):
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Desk",
                "company_id": self.company.id,
                "kind": "free",
                "edge_ids": [
                    Command.create(
                        {
                            "employee_id": self.ann.id,
                            "manager_id": self.max.id,
                            "date_from": "2026-01-01",
                        }
                    )
                ],
            }
        )
        self._create_plan(
            name="Team",
            payees=self.max + self.ann,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 2})],
            },
        )
        for payee, role in ((self.max, "Sales of those below"), (self.ann, "")):
            roles = {plan["name"]: plan["role"] for plan in self._card(payee)["plans"]}
            self.assertEqual(roles, {"New business": "Own sales", "Team": role})

    def test_badges_won(self):
        badge = self.env["gamification.badge"].sudo().create({"name": "Closer"})
        self.env["sales.commission.award"].sudo().create(
            {
                "badge_id": badge.id,
                "employee_id": self.ann.id,
                "company_id": self.company.id,
                "date": "2026-03-05",
                "slot": "2026-03-01",
            }
        )
        [won] = self._card()["badges"]
        self.assertEqual((won["name"], won["count"]), ("Closer", 1))

    def test_who_reads_it(self):
        for user, payees in (
            (self.olga.user_id, self.ann | self.bob),
            (self.accountant, self.ann | self.bob),
            (self.max.user_id, self.ann),
            (self.ann.user_id, self.env["hr.employee"]),
            (self.hr, self.env["hr.employee"]),
        ):
            for payee in (self.ann, self.bob):
                with self.subTest(user=user.login, payee=payee.name):
                    if payee in payees:
                        self.assertTrue(self._card(payee, user)["plans"])
                        page = self.env[PAGES].with_user(user)
                        self.assertTrue(page.get_commissions_of(payee.id)["payee"])
                    else:
                        with self.assertRaises(AccessError):
                            self._card(payee, user)

    def test_page_is_shown_to_who_reads_it(self):
        """By the model that the form of the user is made of."""
        both = self.ann | self.bob
        for user, model, shown in (
            (self.max.user_id, "hr.employee.public", self.ann),
            (self.olga.user_id, "hr.employee.public", both),
            (self.accountant, "hr.employee.public", both),
        ):
            rows = self.env[model].with_user(user).browse(both.ids)
            readable = rows.filtered("sales_commission_readable")
            self.assertEqual(readable.ids, shown.ids, user.login)
        self.hr.group_ids += self.env.ref("sales_commission_gamify.group_officer")
        rows = both.with_user(self.hr)
        self.assertEqual(rows.filtered("sales_commission_readable"), rows)

    def test_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        payee = self._create_payee("Zoe", company=other)
        with self.assertRaises(AccessError):
            self._card(payee)
        rows = self.env["hr.employee.public"].with_user(self.olga.user_id)
        self.assertFalse(rows.browse(payee.id).sales_commission_readable)

    def test_forms_of_who_has_none_of_our_groups(self):
        for user, model in (
            (self.hr, "hr.employee"),
            (self.ann.user_id, "hr.employee.public"),
        ):
            rows = self.env[model].with_user(user)
            view = rows.get_view(view_type="form")
            self.assertNotIn("sales_commission_readable", view["arch"])
            self.assertFalse(
                etree.fromstring(view["arch"]).xpath(
                    "//widget[@name='sales_commission_employee_card']"
                )
            )
            [row] = rows.browse(self.ann.id).read()
            self.assertNotIn("sales_commission_readable", row)
        for user in (self.max.user_id, self.olga.user_id):
            arch = (
                self.env["hr.employee.public"]
                .with_user(user)
                .get_view(view_type="form")["arch"]
            )
            self.assertIn("sales_commission_employee_card", arch)
        lists = self.env["hr.employee"].get_view(view_type="list")["arch"]
        self.assertNotIn("sales_commission_readable", lists)

    def test_queries_do_not_grow(self):
        rows = self.env["hr.employee.public"].with_user(self.dora.user_id)
        counts = []
        rows.browse(self.ann.id).read(["sales_commission_readable"])  # fills caches
        for payees in (self.ann, self.ann | self.max | self.eva | self.bob):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(
                rows.browse(payees.ids).filtered("sales_commission_readable").ids,
                (payees - self.bob).ids,
            )
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)
        cards = []
        for number in range(3):
            if number:
                self._invoice([10, 20, 30], self.ann, f"2026-03-1{number}")
                self._create_plan(name=f"Plan {number}", component={"quota": 10})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self._card()["plans"]), 1 + number)
            cards.append(self.cr.sql_log_count - before)
        self.assertLessEqual(cards[2], cards[1])
