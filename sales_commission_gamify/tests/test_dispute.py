from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .test_adjustment import AdjustmentCase


class DisputeCase(AdjustmentCase):
    """Ann has a confirmed statement over 50 and does not believe it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().sales_commission_dispute_user_id = cls.officer
        period = cls.env["sales.commission.period"].sudo()
        period = period._get_for(cls.company, fields.Date.to_date("2026-01-31"))
        cls.env["sales.commission.statement"]._compute_drafts(period)
        cls.statement = cls.env["sales.commission.statement"].search([])
        cls.statement.action_confirm()
        cls.line = cls.statement.line_ids
        cls.earning = cls.line.earning_ids
        cls.credit = cls.env["sales.commission.credit"].search([], limit=1)

    def _ask(self, user=None, **vals):
        disputes = self.env["sales.commission.dispute"].with_user(
            user or self.ann.user_id
        )
        if not vals.keys() & {"earning_id", "credit_id", "document_reference"}:
            vals = {"statement_line_id": self.line.id, **vals}
        return disputes.create({"description": "It should be 60", **vals})

    def _officers(self, dispute):
        return dispute.with_user(self.officer)

    def _answered(self, how="explain", text="The rate is 5 %", **vals):
        dispute = self._ask(**vals)
        officers = self._officers(dispute)
        officers.answer_text = text
        getattr(officers, f"action_{how}")()
        return dispute


@tagged("post_install", "-at_install")
class TestDispute(DisputeCase):
    def test_ask_about(self):
        january = self.statement.period_id
        for vals, subject, facts in (
            (
                {"statement_line_id": self.line.id},
                "Invoiced, January 2026: $ 50.00",
                {"statement_id": self.statement.id, "period_id": january.id},
            ),
            (
                {"earning_id": self.earning.id},
                "Invoiced, January 2026: $ 50.00",
                {"statement_id": False, "period_id": january.id},
            ),
            (
                {"credit_id": self.credit.id},
                f"{self.credit.document_name}: $ 1,000.00",
                {"statement_id": False, "period_id": january.id},
            ),
            (
                {"document_reference": "S00042", "reason": "missing"},
                "Missing deal: S00042",
                {"statement_id": False},
            ),
        ):
            with self.subTest(vals):
                dispute = self._ask(**vals)
                self.assertEqual(
                    dispute.subject.replace("\N{NO-BREAK SPACE}", " "), subject
                )
                self.assertRecordValues(
                    dispute.sudo(),
                    [
                        {
                            **facts,
                            "employee_id": self.ann.id,
                            "company_id": self.company.id,
                            "state": "new",
                            "user_id": self.officer.id,
                            "is_overdue": False,
                            "deadline": fields.Date.today() + timedelta(days=5),
                        }
                    ],
                )

    def test_buttons_of_what_is_asked_about(self):
        for row, field in (
            (self.line, "statement_line_id"),
            (self.earning, "earning_id"),
            (self.credit, "credit_id"),
        ):
            action = row.with_user(self.ann.user_id).action_ask()
            self.assertEqual(
                action["context"],
                {f"default_{field}": row.id, "default_employee_id": self.ann.id},
            )
        action = self.env["sales.commission.dispute"].action_ask_missing()
        self.assertEqual(action["context"], {"default_reason": "missing"})

    def test_own_order_can_be_chosen(self):
        order = (
            self.env["sale.order"]
            .sudo()
            .create({"partner_id": self.partner_a.id, "user_id": self.ann.user_id.id})
        )
        dispute = self._ask(order_id=order.id, document_reference="", reason="missing")
        self.assertEqual(dispute.document_reference, order.name)
        self.assertEqual(dispute.subject, f"Missing deal: {order.name}")
        others = order.copy({"user_id": self.bob.user_id.id})
        with self.assertRaises(AccessError):
            self._ask(order_id=others.id, document_reference="", reason="missing")

    def test_owner(self):
        company = self.company.sudo()
        lead = self._create_user("officer", "commission_lead")
        self.assertEqual(self._ask().user_id, self.officer, "set by the company")
        company.sales_commission_dispute_user_id = False
        team = (
            self.env["crm.team"]
            .sudo()
            .create(
                {
                    "name": "North",
                    "user_id": lead.id,
                    "company_id": self.company.id,
                    "member_ids": [Command.set(self.ann.user_id.ids)],
                }
            )
        )
        self.assertEqual(self.ann.user_id.sudo().sale_team_id, team)
        self.assertEqual(self._ask().user_id, lead, "the team's leader")
        team.user_id = self.max.user_id
        owner = self._ask().user_id
        self.assertTrue(owner.has_group("sales_commission_gamify.group_officer"))
        self.assertNotIn(owner, self.max.user_id | self.ann.user_id)
        company.sales_commission_dispute_user_id = self.officer
        self.ann.sudo().work_contact_id = self.officer.partner_id
        dispute = self._ask(user=self.env.user)
        self.assertNotEqual(dispute.user_id, self.officer, "it is his own")
        with self._refused("somebody else has to answer"):
            dispute.user_id = self.officer

    def test_owner_is_told_until_it_is_answered(self):
        dispute = self._ask()
        activity = dispute.sudo().activity_ids
        self.assertRecordValues(
            activity,
            [{"user_id": self.officer.id, "date_deadline": dispute.sudo().deadline}],
        )
        second = self._create_user("officer", "commission_second")
        self._officers(dispute).user_id = second
        self.assertEqual(dispute.sudo().activity_ids.user_id, second)
        officers = dispute.with_user(second)
        officers.answer_text = "So it is"
        officers.action_explain()
        self.assertFalse(dispute.sudo().activity_ids)
        dispute.action_reopen()
        self.assertEqual(dispute.sudo().activity_ids.user_id, second)
        dispute.action_close()
        self.assertFalse(dispute.sudo().activity_ids)

    def test_overdue_and_age(self):
        self.company.sudo().sales_commission_dispute_days = 2
        dispute = self._ask()
        overdue = dispute.search_count([("is_overdue", "=", True)])
        self.assertFalse(overdue)
        later = fields.Datetime.now() + timedelta(days=3, minutes=5)
        with freeze_time(later):
            dispute.invalidate_recordset()
            self.assertTrue(dispute.is_overdue)
            self.assertEqual(dispute.age, 3)
            self.assertEqual(dispute.search([("is_overdue", "=", True)]), dispute)
            officers = self._officers(dispute)
            officers.answer_text = "So it is"
            officers.action_explain()
            self.assertEqual(officers.days_to_answer, 3)
            self.assertFalse(dispute.search([("is_overdue", "=", True)]))
        with freeze_time(later + timedelta(days=9)):
            dispute.invalidate_recordset()
            self.assertFalse(dispute.is_overdue)
            self.assertEqual(dispute.age, 3, "until it was answered")

    def test_explain_and_reject(self):
        for how, answer in (("explain", "explained"), ("reject", "rejected")):
            with self.subTest(how):
                dispute = self._ask()
                officers = self._officers(dispute)
                officers.action_review()
                self.assertEqual(dispute.state, "review")
                with self._refused("Write the answer that Ann is to read", UserError):
                    getattr(officers, f"action_{how}")()
                officers.answer_text = "The rate is 5 %"
                getattr(officers, f"action_{how}")()
                self.assertRecordValues(
                    dispute.sudo(),
                    [
                        {
                            "state": "answered",
                            "answer": answer,
                            "answer_user_id": self.officer.id,
                        }
                    ],
                )
                with self._refused("is “Answered”", UserError):
                    getattr(officers, f"action_{how}")()
                dispute.action_close()
                self.assertEqual(dispute.state, "closed")

    def test_payee_reads_the_answer_in_his_language(self):
        self.env["res.lang"].sudo()._activate_lang("fr_FR")
        contact = self.ann.sudo().work_contact_id
        contact.write({"lang": "fr_FR", "email": "ann@example.com"})
        template = self.env.ref("sales_commission_gamify.mail_template_dispute_answer")
        template = template.sudo().with_context(lang="fr_FR")
        template.subject = "Votre question : {{ object.subject }}"
        dispute = self._ask()
        officers = self._officers(dispute).with_context(tracking_disable=False)
        officers.answer_text = "Le taux est de 5 % <b>"
        officers.action_explain()
        message = dispute.sudo().message_ids.filtered(
            lambda row: row.message_type == "comment"
        )
        self.assertEqual(message.subject, f"Votre question : {dispute.subject}")
        self.assertIn("Le taux est de 5 % &lt;b&gt;", message.body)
        self.assertIn(contact, message.notified_partner_ids)

    def test_adjust(self):
        dispute = self._ask(amount_expected=10)
        officers = self._officers(dispute)
        action = officers.action_adjust()
        adjustment = (
            self.env["sales.commission.adjustment"]
            .with_user(self.officer)
            .with_context(**action["context"])
            .create({})
        )
        self.assertRecordValues(
            adjustment,
            [
                {
                    "dispute_id": dispute.id,
                    "employee_id": self.ann.id,
                    "kind": "dispute",
                    "amount": 10,
                    "plan_id": self.plan.id,
                    "component_id": self.plan.component_ids.id,
                    "reason": dispute.subject,
                    "state": "draft",
                }
            ],
        )
        self.assertEqual(dispute.state, "review", "nothing is promised yet")
        adjustment.with_user(self.accountant).action_approve()
        self.assertRecordValues(
            dispute.sudo(),
            [
                {
                    "state": "answered",
                    "answer": "adjusted",
                    "answer_user_id": self.officer.id,
                    "answer_text": adjustment.reason,
                    "adjustment_ids": adjustment.ids,
                }
            ],
        )
        statement = self._statement(date="2026-02-28")
        self.assertEqual(statement.line_ids.adjustment_id, adjustment)
        self.assertEqual(statement.amount_payable, 10)

    def test_adjustment_is_for_who_asked(self):
        dispute = self._ask()
        with self._refused("is of Ann: its adjustment is paid to nobody", UserError):
            self._enter(payee=self.bob, dispute_id=dispute.id)

    def test_reopen(self):
        dispute = self._answered()
        dispute.action_reopen("The rate is 6 %")
        self.assertRecordValues(
            dispute.sudo(),
            [{"state": "review", "answer": False, "reopen_count": 1}],
        )
        self.assertIn("The rate is 6 %", dispute.message_ids[:1].body)
        with self._refused("is “In Review”", UserError):
            dispute.action_reopen()

    def test_counts(self):
        self._ask()
        self._answered(how="reject")
        self._ask(document_reference="S7")
        page = (
            self.env["sales.commission.dashboard"]
            .with_user(self.ann.user_id)
            .get_my_commissions("2026-01-15")
        )
        self.assertEqual(page["disputes"], {"open": 2, "answered": 1})
        self.assertEqual(self.statement.dispute_count, 2)
        period = self.statement.period_id
        self.assertEqual(period.dispute_count, 1)
        found = self.env["sales.commission.dispute"].search(
            period.action_view_disputes()["domain"]
        )
        self.assertEqual(len(found.filtered(lambda row: row.state == "new")), 1)
        self.statement.action_approve()
        self.statement.action_post()
        period.action_lock()
        self.assertEqual(period.state, "locked", "a question holds nobody's pay up")

    def test_what_was_asked_stays(self):
        """Also when the line that it was about is computed again."""
        dispute = self._ask()
        self.statement.action_draft()
        self._statements()
        dispute.invalidate_recordset()
        self.assertFalse(dispute.sudo().statement_line_id)
        self.assertIn("50.00", dispute.subject)
        self.assertEqual(dispute.sudo().statement_id, self.statement.sudo())
        with self._refused("is kept", UserError):
            dispute.sudo().unlink()

    def test_nothing_is_asked(self):
        with self._refused("Say what is wrong"):
            self._ask(description=" ")


@tagged("post_install", "-at_install")
class TestDisputeSecurity(DisputeCase):
    def test_payee_asks_about_own_rows_only(self):
        self._invoice(500, payee=self.bob)
        self._create_plan(name="Bob's", payees=self.bob)
        earning = self.env["sales.commission.earning"].search(
            [("employee_id", "=", self.bob.id)]
        )
        self.assertTrue(earning)
        for vals in (
            {"earning_id": earning[0].id},
            {"earning_id": earning[0].id, "employee_id": self.bob.id},
            {"document_reference": "S1", "employee_id": self.bob.id},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                self._ask(**vals)
        with self.assertRaises(AccessError):
            self._ask(user=self.max.user_id)
        outsider = new_test_user(
            self.env(su=True), "outsider", company_id=self.company.id
        )
        with self._refused("You are no payee of", UserError):
            self._ask(user=outsider, document_reference="S1")

    def test_draft_lines_are_hidden(self):
        self.statement.action_draft()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self._ask()

    def test_payee_forges_nothing(self):
        """By RPC he may send any value, and any default."""
        adjustment = self._approved(payee=self.bob)
        forged = {
            "state": "answered",
            "answer": "adjusted",
            "answer_text": "All yours",
            "answer_user_id": self.officer.id,
            "user_id": self.ann.user_id.id,
            "deadline": "2030-01-01",
            "days_to_answer": 99,
            "reopen_count": 9,
            "subject": "x",
            "adjustment_ids": [Command.link(adjustment.id)],
            "message_ids": [Command.create({"body": "x"})],
        }
        context = {f"default_{name}": value for name, value in forged.items()}
        disputes = self.env["sales.commission.dispute"].with_user(self.ann.user_id)
        question = {"description": "x", "statement_line_id": self.line.id}
        for dispute in (
            disputes.create({**question, **forged}),
            disputes.with_context(**context).create(question),
        ):
            self.assertRecordValues(
                dispute.sudo(),
                [
                    {
                        "state": "new",
                        "answer": False,
                        "answer_text": False,
                        "answer_user_id": False,
                        "user_id": self.officer.id,
                        "days_to_answer": 0,
                        "reopen_count": 0,
                        "adjustment_ids": [],
                    }
                ],
            )
            self.assertIn("50.00", dispute.subject)
            for name, value in forged.items():
                with self.subTest(name), self.assertRaises(UserError):
                    dispute.write({name: value})
            with self.assertRaises(AccessError):
                dispute.unlink()
        self.assertFalse(adjustment.sudo().dispute_id)

    def test_payee_has_no_buttons_of_officers(self):
        dispute = self._ask()
        for user in (self.ann.user_id, self.max.user_id, self.bob.user_id):
            for button in ("review", "explain", "reject", "adjust"):
                with self.subTest(button=button), self.assertRaises(AccessError):
                    getattr(dispute.with_user(user), f"action_{button}")()
        for user in (self.max.user_id, self.bob.user_id):
            for button in ("close", "reopen"):
                with self.subTest(button=button), self.assertRaises(AccessError):
                    getattr(dispute.with_user(user), f"action_{button}")()
        with self.assertRaises(AccessError):
            self._officers(dispute).action_reopen()
        with self._refused("is “New”", UserError):
            self._officers(dispute).action_close()

    def test_officers_write_no_state(self):
        dispute = self._officers(self._ask())
        for vals in (
            {"state": "answered"},
            {"answer": "explained"},
            {"description": "x"},
            {"employee_id": self.bob.id},
            {"answer_user_id": self.accountant.id},
            {"amount_expected": 5},
        ):
            with self.subTest(vals), self._refused("stays as it was asked", UserError):
                dispute.write(vals)

    def test_nobody_answers_his_own(self):
        for group in ("officer", "accountant"):
            self.ann.user_id.sudo().group_ids += self.env.ref(
                f"sales_commission_gamify.group_{group}"
            )
        dispute = self._ask()
        for button in ("review", "explain", "reject", "adjust"):
            with self.subTest(button), self._refused("is your own", UserError):
                getattr(dispute, f"action_{button}")()
        with self._refused("is your own", UserError):
            dispute.answer_text = "You are right"
        with self._refused("is your own", UserError):
            self._enter(user=self.ann.user_id, dispute_id=dispute.id)
        adjustment = self._enter(5, dispute_id=dispute.id)
        with self._refused("is your own", UserError):
            adjustment.with_user(self.ann.user_id).amount = 5000
        with self._refused("is your own", UserError):
            adjustment.with_user(self.ann.user_id).action_approve()

    def test_who_reads(self):
        own = self._ask()
        others = self._ask(
            user=self.bob.user_id, document_reference="S1", reason="missing"
        )
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        outsider = new_test_user(
            self.env(su=True), "outsider", groups="base.group_user"
        )
        for user, readable in (
            (self.ann.user_id, own),
            (self.bob.user_id, others),
            (self.max.user_id, own),
            (outsider, own.browse()),
            (self.officer, own + others),
            (self.accountant, own + others),
        ):
            with self.subTest(user=user.login):
                rows = own.with_user(user)
                self.assertEqual(rows.search([], order="id"), readable)
                if hidden := (own + others) - readable:
                    with self.assertRaises(AccessError):
                        hidden.with_user(user).mapped("subject")
                    with self.assertRaises(AccessError):
                        hidden[0].with_user(user).message_post(body="x")

    def test_only_who_may_ask_is_offered_to(self):
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for user, may_ask in (
            (self.ann.user_id, True),
            (self.max.user_id, False),
            (self.officer, True),
            (self.accountant, True),
        ):
            for row in (self.line, self.earning, self.credit):
                with self.subTest(user=user.login, model=row._name):
                    self.assertEqual(row.with_user(user).may_ask, may_ask)

    def test_another_company(self):
        other = self.setup_other_company(name="Abroad")["company"]
        abroad = self._create_payee("Amy", company=other)
        with self.assertRaises(AccessError):
            self._ask(user=self.officer, document_reference="S1", employee_id=abroad.id)
        dispute = self._ask(user=abroad.user_id, document_reference="S1")
        self.assertEqual(dispute.sudo().company_id, other)
        self.assertFalse(self._officers(dispute).search([]))

    def test_officer_asks_for_a_payee_who_calls(self):
        dispute = self._ask(user=self.officer)
        self.assertEqual(dispute.employee_id.sudo(), self.ann.sudo())
        self.assertEqual(dispute.with_user(self.ann.user_id).state, "new")


@tagged("post_install", "-at_install")
class TestDisputeTour(DisputeCase, HttpCase):
    def test_payee_asks_in_the_back_office(self):
        self.start_tour(
            f"/odoo/commission-statements/{self.statement.id}",
            "sales_commission_dispute",
            login=self.ann.user_id.login,
        )
        disputes = self.env["sales.commission.dispute"].search([], order="id")
        self.assertEqual(disputes.mapped("state"), ["new", "closed"])
        self.assertEqual(disputes.employee_id.sudo(), self.ann.sudo())
        self.assertEqual(disputes[1].document_reference, "S00042")
