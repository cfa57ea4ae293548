from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CommissionCase

TEAM = "sales.commission.team"


class TeamCase(CommissionCase):
    """Dora leads Max, who leads Ann; Eva leads nobody and works for Dora; Bob works for
    nobody of them. All have a target of 1,000 a month, and earn 10 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lead = "sales_commission_gamify.group_manager,sales_team.group_sale_salesman"
        cls.dora = cls._create_payee("Dora", groups=lead)
        cls.eva = cls._create_payee("Eva", parent_id=cls.dora.id)
        cls.max.parent_id = cls.dora
        cls.max.user_id.group_ids += cls.env.ref(
            "sales_commission_gamify.group_manager"
        )
        cls.olga = cls._create_payee(
            "Olga", groups="sales_commission_gamify.group_officer"
        )
        cls.plan = cls._create_plan(
            steps=((0, 10),),
            payees=cls.ann + cls.max + cls.eva + cls.bob,
            component={
                "quota": 1000,
                "point_rule_ids": [
                    Command.create({"name": "Sale", "points_per_document": 10})
                ],
            },
        )
        cls._invoice(500, cls.ann, "2026-02-10")
        cls._invoice(900, cls.ann, "2026-03-02")
        cls._invoice(300, cls.max, "2026-03-12")
        cls._invoice(5000, cls.bob, "2026-03-12")

    def _page(self, payee=None, today="2026-03-20", date=None):
        team = self.env[TEAM].with_user((payee or self.dora).user_id)
        with freeze_time(today):
            return team.get_my_team(date)

    def _rows(self, *args, **kwargs):
        return {row["name"]: row for row in self._page(*args, **kwargs)["rows"]}


@tagged("post_install", "-at_install")
class TestMyTeam(TeamCase):
    def test_a_lead_of_leads_sees_all_levels(self):
        page = self._page()
        self.assertEqual(page["status"], "ready")
        self.assertEqual(page["month"]["name"], "March 2026")
        self.assertEqual([row["name"] for row in page["rows"]], ["Ann", "Eva", "Max"])
        leads = {lead["name"]: set(lead["payees"]) for lead in page["leads"]}
        self.assertEqual(leads, {"Max": {self.ann.id}})
        self.assertEqual(list(self._rows(self.max)), ["Ann"])

    def test_figures_of_a_person(self):
        ann = self._rows()["Ann"]
        self.assertEqual((ann["earned"], ann["change"]), (90, 40))
        self.assertEqual(ann["attainment"], 90)
        # 20 of 31 days have passed
        self.assertEqual(ann["pace"], round(0.9 * 31 / 20, 2))
        self.assertEqual(ann["points"], 10)
        self.assertEqual(str(ann["deal_date"]), "2026-03-02")
        self.assertEqual((ann["days"], ann["lead"]), (18, "Max"))
        self.assertTrue(ann["is_stuck"])
        self.assertFalse(self._rows()["Max"]["is_stuck"])

    def test_who_has_a_target_and_sold_nothing_is_behind_and_stuck(self):
        eva = self._rows()["Eva"]
        self.assertEqual((eva["attainment"], eva["pace"], eva["days"]), (0, 0, False))
        self.assertTrue(eva["is_stuck"])
        totals = self._page()["totals"]
        self.assertEqual(
            (totals["ahead"], totals["behind"], totals["stuck"]), (1, 2, 2)
        )

    def test_a_month_that_is_over_asks_for_all_of_it(self):
        ann = self._rows(date="2026-02-28")["Ann"]
        self.assertEqual((ann["attainment"], ann["pace"]), (50, 0.5))
        self.assertEqual((ann["earned"], ann["days"]), (50, 18))

    def test_a_deal_that_was_withdrawn_is_none(self):
        self.env["account.move"].search(
            [("invoice_date", "=", "2026-03-02"), ("move_type", "=", "out_invoice")]
        ).button_draft()
        self.assertEqual(str(self._rows()["Ann"]["deal_date"]), "2026-02-10")

    def test_payable_is_on_statements_that_are_not_paid(self):
        self._statements("2026-02-28")
        self.assertEqual(self._rows()["Ann"]["payable"], 0, "drafts are not told")
        statement = (
            self._period("2026-02-28")
            .with_env(self.env)
            .statement_ids.filtered(lambda one: one.employee_id == self.ann)
        )
        statement.action_confirm()
        self.assertEqual(self._rows()["Ann"]["payable"], 50)
        statement.action_approve()
        statement.action_post()
        self._pay(statement)
        self.assertEqual(self._rows()["Ann"]["payable"], 0)

    def test_months(self):
        self.assertEqual(self._page(date="2025-06-01")["status"], "no_plan")
        self.assertEqual(self._page(date="2030-06-01")["month"]["name"], "March 2026")
        self.assertEqual(self._page(date="x")["month"]["name"], "March 2026")

    def test_nobody_below(self):
        self.assertEqual(self._page(self.olga)["status"], "no_people")

    def test_links_list_what_the_lead_may_read(self):
        page = self._page()
        for name, (model, field, expected) in {
            "earned": ("earning", "amount", 120),
            "points": ("point", "points", 20),
            "attainment": ("attainment", "credited", 1200),
        }.items():
            link = page["links"][name]
            self.assertEqual(
                self.env.ref(link["action"]).res_model, f"sales.commission.{model}"
            )
            rows = self.env[f"sales.commission.{model}"].with_user(self.dora.user_id)
            self.assertEqual(sum(rows.search(link["domain"]).mapped(field)), expected)

    def test_number_of_queries_is_constant(self):
        counts = [self._count_queries()]
        for number in range(6):
            payee = self._create_payee(f"New {number}", parent_id=self.max.id)
            self.plan.assignment_ids = [Command.create({"employee_id": payee.id})]
            self._invoice([10, 20], payee, "2026-03-10")
        counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])

    def _count_queries(self):
        self._page()  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertEqual(self._page()["status"], "ready")
        return self.cr.sql_log_count - before

    def test_is_readonly(self):
        self.assertTrue(self.env[TEAM].get_my_team._readonly)
        self.assertTrue(
            self.env["sales.commission.dashboard"].get_commissions_of._readonly
        )


@tagged("post_install", "-at_install")
class TestMyTeamRights(TeamCase):
    def _nudge(self, reader, payee, message="Hello"):
        return self.env[TEAM].with_user(reader.user_id).nudge(payee.id, message)

    def _of(self, reader, payee, **context):
        dashboard = self.env["sales.commission.dashboard"].with_user(reader.user_id)
        return dashboard.with_context(**context).get_commissions_of(
            payee.id, "2026-03-31"
        )

    def test_leads_only(self):
        portal = new_test_user(
            self.env(su=True), login="team portal", groups="base.group_portal"
        )
        for user in (self.ann.user_id, portal):
            with self.assertRaises(AccessError):
                self.env[TEAM].with_user(user).get_my_team()
            with self.assertRaises(AccessError):
                self.env[TEAM].with_user(user).nudge(self.eva.id, "Hello")

    def test_only_people_below(self):
        """At every level, and neither oneself, colleagues nor those above."""
        allowed = {
            self.dora: self.max | self.ann | self.eva,
            self.max: self.ann,
            self.olga: self.dora | self.max | self.ann | self.eva | self.bob,
        }
        everybody = self.dora | self.max | self.ann | self.eva | self.bob
        for reader, below in allowed.items():
            for payee in everybody:
                with self.subTest(reader=reader.name, payee=payee.name):
                    if payee in below:
                        page = self._of(reader, payee)
                        self.assertEqual(page["payee"], payee.name)
                        self.assertTrue(page["is_of_other"])
                        self.assertTrue(self._nudge(reader, payee))
                    else:
                        for call in (self._of, self._nudge):
                            with self.assertRaises(AccessError):
                                call(reader, payee)

    def test_payees_do_not_read_each_other(self):
        for payee in (self.bob, self.max, self.ann):
            with self.assertRaises(AccessError):
                self._of(self.ann, payee)

    def test_page_of_another_is_what_the_payee_sees(self):
        page = self._of(self.max, self.ann)
        own = self.env["sales.commission.dashboard"].with_user(self.ann.user_id)
        own = own.get_my_commissions("2026-03-31")
        for key in ("current", "previous", "components", "points", "statements"):
            self.assertEqual(page[key], own[key], key)
        self.assertEqual(page["current"]["earned"], 90)

    def test_of_another_company_nothing(self):
        other = self.setup_other_company()["company"]
        stranger = (
            self.env["hr.employee"]
            .sudo()
            .create(
                {"name": "Stranger", "company_id": other.id, "parent_id": self.max.id}
            )
        )
        self.assertNotIn("Stranger", self._rows(self.dora))
        for reader in (self.max, self.olga):
            with self.assertRaises(AccessError):
                self._of(reader, stranger)

    def test_context_opens_no_door(self):
        """One's own page goes by who asks, not by what is sent along."""
        dashboard = self.env["sales.commission.dashboard"].with_user(self.max.user_id)
        page = dashboard.with_context(
            active_id=self.ann.id, employee_id=self.ann.id
        ).get_my_commissions("2026-03-31")
        self.assertEqual(page["payee"], "Max")

    def test_nudge_is_a_message(self):
        self._nudge(self.max, self.ann, "How can I <b>help</b>?")
        message = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("partner_ids", "in", self.ann.user_id.partner_id.id),
                    ("message_type", "=", "user_notification"),
                ],
                order="id desc",
                limit=1,
            )
        )
        self.assertEqual(message.subject, "Max about your deals")
        self.assertIn("How can I &lt;b&gt;help&lt;/b&gt;?", message.body)
        self.assertEqual(message.author_id, self.max.user_id.partner_id)
        with self.assertRaisesRegex(UserError, "what you want to tell Ann"):
            self._nudge(self.max, self.ann, "  ")

    def test_nudge_without_contact(self):
        self.ann.user_id = False
        self.ann.work_contact_id = False
        with self.assertRaisesRegex(UserError, "neither a login nor a contact"):
            self._nudge(self.max, self.ann)

    def test_no_other_method_is_public(self):
        ours = [
            name
            for cls in type(self.env[TEAM]).mro()
            if "report.team" in cls.__module__
            for name, value in vars(cls).items()
            if callable(value) and not name.startswith("_")
        ]
        self.assertEqual(set(ours), {"get_my_team", "nudge"})
