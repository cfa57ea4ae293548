from lxml import html

from odoo import http
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .test_portal import PortalCase

URL = "/my/commissions/disputes"


@tagged("post_install", "-at_install")
class TestDisputePortal(PortalCase):
    """Gil, an agent with portal access, is paid for what the desk sells."""

    def setUp(self):
        super().setUp()
        self.line = self.statement.line_ids
        self.officer = new_test_user(
            self.env(su=True),
            "commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        self.company.sudo().sales_commission_dispute_user_id = self.officer

    def _post(self, path, **values):
        data = {"csrf_token": http.Request.csrf_token(self), **values}
        response = self.url_open(f"{URL}{path}", data=data)
        self.assertEqual(response.status_code, 200)
        text = " ".join(html.fromstring(response.text).text_content().split())
        return response.url.removeprefix(self.base_url()), text

    def _all(self):
        return self.env["sales.commission.dispute"].search([], order="id")

    def _asked(self, login=None):
        self.authenticate(login or self.gil.login, login or self.gil.login)
        self._post("/new", line=self.line.id, reason="rate", description="Why 5 %?")
        return self._all()[-1:]

    def test_ask_about_a_line(self):
        _url, text = self._open(self.statement.access_url, self.gil.login)
        self.assertIn("Ask about this", text)
        _url, text = self._open(f"{URL}/new?line={self.line.id}")
        self.assertIn("Ask about this line", text)
        self.assertIn("$ 1,500.00 at 5 % = $ 75.00", text)
        url, text = self._post(
            "/new", line=self.line.id, reason="rate", description="Why 5 %?"
        )
        dispute = self._all()
        self.assertEqual(url, f"{URL}/{dispute.id}?sent=1")
        self.assertIn("Why 5 %?", text)
        self.assertRecordValues(
            dispute,
            [
                {
                    "employee_id": self.desk.id,
                    "statement_line_id": self.line.id,
                    "reason": "rate",
                    "state": "new",
                    "user_id": self.officer.id,
                    "create_uid": self.gil.id,
                }
            ],
        )
        _url, text = self._open("/my/commissions")
        self.assertIn("Disputes 1", text)
        _url, text = self._open(URL)
        self.assertIn(dispute.subject.split(":")[0], text)

    def test_missing_deal(self):
        self.authenticate(self.gil.login, self.gil.login)
        self._post(
            "/new",
            reason="missing",
            description="I closed it",
            document_reference="S00042",
            state="answered",
            employee_id=self.ann.id,
        )
        self.assertRecordValues(
            self._all(),
            [
                {
                    "employee_id": self.desk.id,
                    "document_reference": "S00042",
                    "reason": "missing",
                    "state": "new",
                }
            ],
        )

    def test_what_was_typed_stays_when_it_is_refused(self):
        self.authenticate(self.gil.login, self.gil.login)
        _url, text = self._post(
            "/new", line=self.line.id, description="  ", document_reference="S1"
        )
        self.assertIn("Say what is wrong", text)
        self.assertFalse(self._all())

    def test_answer_close_and_reopen(self):
        dispute = self._asked()
        answering = dispute.with_user(self.officer)
        answering.answer_text = "It is the first step"
        answering.action_explain()
        _url, text = self._open(dispute.access_url)
        self.assertIn("It is the first step", text)
        self._post(f"/{dispute.id}/reopen", message="But I passed 2,000")
        self.assertEqual(dispute.state, "review")
        message = dispute.message_ids.filtered(
            lambda row: row.message_type == "comment"
        )[:1]
        self.assertIn("But I passed 2,000", message.body)
        self.assertEqual(message.author_id, self.gil.partner_id)
        self._post(f"/{dispute.id}/close")
        self.assertEqual(dispute.state, "closed")
        url, _text = self._post(f"/{dispute.id}/close")
        self.assertEqual(url, f"{URL}/{dispute.id}")

    def test_messages(self):
        dispute = self._asked()
        params = {
            "thread_model": "sales.commission.dispute",
            "thread_id": dispute.id,
            "post_data": {
                "body": "One more thing",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
        }
        self.make_jsonrpc_request("/mail/message/post", params)
        self.assertIn("One more thing", dispute.message_ids[:1].body)
        self.authenticate(self.ann.user_id.login, self.ann.user_id.login)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request("/mail/message/post", params)
        self.assertEqual(
            len(dispute.message_ids.filtered(lambda m: "One more" in m.body)), 1
        )

    def test_nobody_sees_or_moves_somebody_elses(self):
        dispute = self._asked()
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        boss = self._create_payee(
            "Olga", groups="sales_commission_gamify.group_administrator"
        ).user_id
        for user in (customer, self.ann.user_id, boss):
            with self.subTest(user=user.name):
                url, _text = self._open(dispute.access_url, user.login)
                self.assertEqual(url, "/my")
                url, _text = self._post(f"/{dispute.id}/close")
                self.assertEqual(url, "/my")
                self.assertEqual(dispute.state, "new")
                _url, text = self._open(f"{URL}/new?line={self.line.id}")
                self.assertNotIn("75.00", text)
                self._post("/new", line=self.line.id, description="Mine?")
                asked = self._all() - dispute
                self.assertFalse(asked.statement_line_id)
                self.assertNotIn(self.desk, asked.employee_id)
        token = dispute._portal_ensure_token()
        self.authenticate(customer.login, customer.login)
        url, _text = self._open(f"{dispute.access_url}?access_token={token}")
        self.assertEqual(url, "/my")

    def test_portal_payee_writes_nothing_by_rpc(self):
        dispute = self._asked()
        mine = dispute.with_user(self.gil)
        self.assertTrue(mine.has_access("read"))
        for operation in ("create", "write", "unlink"):
            self.assertFalse(mine.has_access(operation), operation)

    def test_visitor_has_to_sign_in(self):
        url, _text = self._open(URL)
        self.assertTrue(url.startswith("/web/login"), url)

    def test_adjustment_on_the_statement(self):
        accountant = new_test_user(
            self.env(su=True),
            "commission_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        adjustment = (
            self.env["sales.commission.adjustment"]
            .with_user(self.officer)
            .create(
                {
                    "employee_id": self.desk.id,
                    "amount": 30,
                    "period_id": self._period("2026-02-28").id,
                    "kind": "bonus",
                    "reason": "Fair in Ghent",
                }
            )
        )
        adjustment.with_user(accountant).action_approve()
        [later] = self._confirmed("2026-02-28")
        _url, text = self._open(later.access_url, self.gil.login)
        self.assertIn("Bonus", text)
        self.assertIn(f"Fair in Ghent (approved by {accountant.name})", text)
        self.assertIn("Adjustments $ 30.00", text)

    def test_tour(self):
        self.start_tour(
            self.statement.access_url,
            "sales_commission_portal_dispute",
            login=self.gil.login,
        )
        self.assertEqual(self._all().mapped("state"), ["new", "closed"])
