from lxml import html
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, RecordCapturer, new_test_user, tagged
from odoo.tools import mute_logger

from .test_dashboard import PayeePagesCase


class AcceptanceCase(PayeePagesCase):
    """Ann has a login, the desk is paid to Gil by the portal, Olga has no login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = (
            cls.env["hr.employee"]
            .sudo()
            .create({"name": "Olga", "company_id": cls.company.id})
        )
        cls.plan.assignment_ids = [Command.create({"employee_id": cls.olga.id})]
        cls.officer = cls._create_payee(
            "Officer", groups="sales_commission_gamify.group_officer"
        ).user_id

    def _accepted(self):
        return self.plan.sudo().acceptance_ids.employee_id

    def _paper(self, payee, user=None, **vals):
        return (
            self.env["sales.commission.acceptance.paper"]
            .with_user(user or self.officer)
            .create({"plan_id": self.plan.id, "employee_id": payee.id, **vals})
        )


@tagged("post_install", "-at_install")
class TestAcceptance(AcceptanceCase):
    def test_payee_accepts_what_he_read(self):
        plan = self.plan.with_user(self.ann.user_id)
        self.assertEqual(plan.my_acceptance, "to_accept")
        plan.action_accept()
        self.assertEqual(plan.my_acceptance, "accepted")
        row = self.plan.acceptance_ids
        self.assertEqual(row.employee_id, self.ann)
        self.assertEqual(row.user_id, self.ann.user_id)
        self.assertEqual(row.version, 1)
        self.assertIn("5 % of what is credited up to", row.document)
        self.assertTrue(row._is_intact())
        plan.action_accept()
        self.assertEqual(self.plan.acceptance_ids, row)
        self.assertEqual(self.plan.acceptance_text, "1 of 3 accepted")

    def test_nobody_accepts_for_somebody_else(self):
        for user in (self.officer, self.bob.user_id, self.env.user):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.plan.with_user(user).action_accept()
        self.assertFalse(self._accepted())

    def test_nobody_writes_acceptances(self):
        self.plan.with_user(self.ann.user_id).action_accept()
        row = self.plan.acceptance_ids
        for user in (self.ann.user_id, self.gil, self.officer, self.env.user):
            model = row.with_user(user)
            for operation in ("create", "write", "unlink"):
                with self.subTest(user=user.name, operation=operation):
                    self.assertFalse(model.browse().has_access(operation))
        for change in (
            lambda: row.sudo().write({"reason": "x"}),
            lambda: row.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_once_per_plan_and_payee(self):
        self.plan.with_user(self.ann.user_id).action_accept()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.plan.acceptance_ids.sudo().copy()

    def test_who_reads_acceptances(self):
        self.plan.with_user(self.ann.user_id).action_accept()
        model = self.env["sales.commission.acceptance"]
        self.assertEqual(
            model.with_user(self.ann.user_id).search([]).sudo().employee_id, self.ann
        )
        for user in (self.gil, self.bob.user_id):
            self.assertFalse(model.with_user(user).search([]))
        self.assertTrue(model.with_user(self.officer).search([]))

    def test_draft_cannot_be_accepted(self):
        draft = self._create_plan(publish=False)
        with self.assertRaises(AccessError):
            draft.with_user(self.ann.user_id).action_accept()

    def test_my_plans(self):
        self._create_plan(name="Bob's", payees=self.bob)
        domain = self.env.ref(
            "sales_commission_gamify.sales_commission_plan_action_mine"
        ).domain
        self.assertEqual(domain, "[('my_acceptance', '!=', False)]")
        for user, plans in (
            (self.ann.user_id, self.plan),
            (self.officer, self.plan.browse()),
        ):
            found = self.env["sales.commission.plan"].with_user(user)
            self.assertEqual(found.search([("my_acceptance", "!=", False)]), plans)
        plan = self.plan.with_user(self.ann.user_id)
        self.assertIn("5 % of what is credited", plan.my_document_html)
        waiting = [("my_acceptance", "=", "to_accept")]
        self.assertTrue(plan.search(waiting))
        plan.action_accept()
        self.assertFalse(plan.search(waiting))

    def test_paper_is_for_who_has_no_login(self):
        for payee in (self.ann, self.desk):
            with self.assertRaisesRegex(UserError, "has a login"):
                self._paper(payee, reason="Folder 3").action_record()
        wizard = self._paper(self.olga)
        self.assertEqual(wizard.payee_ids.sudo(), self.olga)
        with self.assertRaisesRegex(UserError, "Attach the paper that Olga signed"):
            wizard.action_record()
        wizard.reason = "Folder 3"
        wizard.action_record()
        row = self.plan.acceptance_ids
        self.assertEqual(row.employee_id, self.olga)
        self.assertTrue(row.is_paper)
        self.assertEqual(row.user_id, self.officer)

    def test_paper_of_a_stranger(self):
        stranger = (
            self.env["hr.employee"]
            .sudo()
            .create({"name": "Zoe", "company_id": self.company.id})
        )
        with self.assertRaisesRegex(UserError, "takes no part"):
            self._paper(stranger, reason="x").action_record()

    def test_payee_records_no_paper(self):
        with self.assertRaises(AccessError):
            self._paper(self.olga, self.ann.user_id, reason="x")

    def test_document_that_changed_meanwhile(self):
        plan = self.plan.with_user(self.ann.user_id)
        seal = plan._get_seal(self.ann)
        self.env["sales.commission.quota"].create(
            {
                "component_id": self.plan.component_ids.id,
                "date_from": "2026-01-01",
                "amount": 5,
            }
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "changed while you read it"):
            plan.action_accept(seal)
        plan.action_accept(plan._get_seal(self.ann))
        self.assertEqual(self._accepted(), self.ann)

    def test_new_version_is_accepted_anew(self):
        plan = self.plan.with_user(self.ann.user_id)
        plan.action_accept()
        version = self.plan._create_version(self.plan._get_next_start())
        version.action_publish()
        mine = version.with_user(self.ann.user_id)
        self.assertEqual(mine.my_acceptance, "to_accept")
        self.assertIn("No rule differs", mine.my_difference_html)
        mine.action_accept()
        self.assertEqual(version.acceptance_ids.version, 2)


@tagged("post_install", "-at_install")
class TestPayoutNeedsAcceptance(AcceptanceCase):
    def setUp(self):
        super().setUp()
        self.company.sales_commission_require_acceptance = True
        self._invoice(1000)
        self._invoice(500, payee=self.desk)

    def test_statement_waits_for_the_payee(self):
        statements = self._statements()
        mine = statements.filtered(lambda row: row.employee_id == self.ann)
        words = "Ann has not accepted the plan “New business” yet.*Remind"
        with self.assertRaisesRegex(UserError, words):
            mine.with_user(self.officer).action_confirm()
        self.plan.with_user(self.ann.user_id).action_accept()
        mine.with_user(self.officer).action_confirm()
        self.assertEqual(mine.state, "confirmed")
        with self.assertRaisesRegex(UserError, "Desk has not accepted"):
            (statements - mine).action_confirm()

    def test_company_that_does_not_require_it(self):
        self.company.sales_commission_require_acceptance = False
        statements = self._statements()
        statements.action_confirm()
        self.assertEqual(set(statements.mapped("state")), {"confirmed"})


@tagged("post_install", "-at_install")
class TestNotification(AcceptanceCase):
    def setUp(self):
        super().setUp()
        for payee in (self.ann, self.desk):
            payee.work_contact_id.email = f"{payee.name}@example.com".lower()

    def _sent(self, action):
        with RecordCapturer(self.env["mail.mail"].sudo(), []) as mails:
            action()
        return mails.records

    def test_publishing_tells_the_payees(self):
        plan = self._create_plan(
            name="Fresh", payees=self.ann + self.desk + self.olga, publish=False
        ).with_context(tracking_disable=False)
        mails = self._sent(plan.action_publish)
        self.assertEqual(mails.recipient_ids, (self.ann + self.desk).work_contact_id)
        self.assertIn(f"/my/commissions/plans/{plan.id}", mails[0].body_html)
        self.assertIn("Fresh", mails[0].subject)

    def test_remind_those_who_have_not_accepted(self):
        self.plan.with_user(self.ann.user_id).action_accept()
        plan = self.plan.with_user(self.officer).with_context(tracking_disable=False)
        mails = self._sent(plan.action_remind)
        self.assertEqual(mails.recipient_ids, self.desk.work_contact_id)

    def test_who_joins_later_is_told(self):
        self.bob.work_contact_id.email = "bob@example.com"
        plan = self.plan.with_context(tracking_disable=False)
        mails = self._sent(
            lambda: plan.write(
                {"assignment_ids": [Command.create({"employee_id": self.bob.id})]}
            )
        )
        self.assertEqual(mails.recipient_ids, self.bob.work_contact_id)

    def test_payee_reminds_nobody(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.ann.user_id).action_remind()


@tagged("post_install", "-at_install")
class TestPortalAcceptance(AcceptanceCase, HttpCase):
    def _open(self, url, login):
        self.authenticate(login, login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return response.url.removeprefix(self.base_url()), html.fromstring(
            response.text
        )

    def _words(self, page):
        return " ".join(page.text_content().split())

    def _form(self, page):
        return {
            field.get("name"): field.get("value")
            for field in page.xpath("//form[contains(@action, '/accept')]//input")
        }

    def test_portal_payee_reads_and_accepts(self):
        url = f"/my/commissions/plans/{self.plan.id}"
        _url, page = self._open("/my/commissions/plans", self.gil.login)
        self.assertIn("To accept", self._words(page))
        self.assertIn(url, page.xpath("//a/@href"))
        _url, page = self._open(url, self.gil.login)
        self.assertIn("5 % of what is credited up to $ 2,000.00", self._words(page))
        response = self.url_open(f"{url}/accept", data=self._form(page))
        self.assertEqual(response.status_code, 200)
        self.assertIn("You accepted this plan on", response.text)
        self.assertEqual(self._accepted(), self.desk)
        self.assertEqual(self.plan.acceptance_ids.user_id, self.gil)

    def test_without_token_nothing_is_accepted(self):
        url = f"/my/commissions/plans/{self.plan.id}"
        _url, page = self._open(url, self.gil.login)
        form = self._form(page)
        form.pop("csrf_token")
        with mute_logger("odoo.http"):
            response = self.url_open(f"{url}/accept", data=form)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._accepted())

    def test_other_peoples_plans_are_closed(self):
        url = f"/my/commissions/plans/{self.plan.id}"
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        for login in (customer.login, self.bob.user_id.login, self.officer.login):
            with self.subTest(login=login):
                final, page = self._open(url, login)
                self.assertNotIn("plans", final)
                self.assertNotIn("credited", self._words(page))
                _url, page = self._open("/my/commissions/plans", login)
                self.assertIn("No plan is yours yet", self._words(page))

    def test_token_of_somebody_else(self):
        """A payee posts the form for a plan in which he takes no part."""
        other = self._create_plan(name="Bob's", payees=self.bob)
        _url, page = self._open(f"/my/commissions/plans/{self.plan.id}", self.gil.login)
        self.url_open(f"/my/commissions/plans/{other.id}/accept", data=self._form(page))
        self.assertFalse(other.acceptance_ids)

    def test_portal_payee_accepts_by_rpc(self):
        self.authenticate(self.gil.login, self.gil.login)
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "sales.commission.plan",
                "method": "action_accept",
                "args": [self.plan.ids],
                "kwargs": {},
            },
        )
        self.assertEqual(self._accepted(), self.desk)
