from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_dashboard import PayeePagesCase


class PortalCase(PayeePagesCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.invoices = self._invoice([600, 400], payee=self.desk)
        self.invoices += self._invoice(500, payee=self.desk, date="2026-01-16")
        self._invoice(1000)
        statements = self._confirmed()
        self.statement = statements.filtered(
            lambda statement: statement.employee_id == self.desk
        )
        self.ann_statement = statements - self.statement

    def _open(self, url, login=None):
        """The page at *url* as ``(final url, text without runs of spaces)``."""
        if login:
            self.authenticate(login, login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        text = " ".join(html.fromstring(response.text).text_content().split())
        return response.url.removeprefix(self.base_url()), text


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    def test_list(self):
        url, text = self._open("/my/commissions", self.gil.login)
        self.assertEqual(url, "/my/commissions")
        self.assertIn("January 2026", text)
        self.assertIn(self.statement.name, text)
        self.assertIn("$ 75.00", text)
        self.assertIn("Confirmed", text)
        self.assertIn("Points 20", text)
        self.assertNotIn(self.ann_statement.name, text)

    def test_internal_payee_has_the_same_pages(self):
        _url, text = self._open("/my/commissions", self.ann.user_id.login)
        self.assertIn(self.ann_statement.name, text)
        self.assertNotIn(self.statement.name, text)
        url, text = self._open(self.ann_statement.access_url)
        self.assertEqual(url, self.ann_statement.access_url)
        self.assertIn("$ 1,000.00 at 5 % = $ 50.00", text)

    def test_statement(self):
        url, text = self._open(self.statement.access_url, self.gil.login)
        self.assertEqual(url, f"/my/commissions/{self.statement.id}")
        self.assertIn("Commissions January 2026", text)
        self.assertIn("$ 1,500.00 at 5 % = $ 75.00", text)
        self.assertIn("Documents behind it (2)", text)
        for invoice, amount in zip(self.invoices, ("1,000.00", "500.00"), strict=True):
            self.assertIn(f"{invoice.name} {self._day(invoice)} $ {amount}", text)
        self.assertIn("Earned $ 75.00", text)
        self.assertIn("To pay $ 75.00", text)

    def _day(self, invoice):
        return invoice.invoice_date.strftime("%m/%d/%Y")

    def test_documents_are_those_that_were_priced(self):
        """A later credit note is on the next statement, not on the old one."""
        self._refund(self.invoices[1], date="2026-01-25")
        # In a test everything happens in one transaction, at one time.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_commission_credit SET create_date = create_date "
            "+ interval '1 hour' WHERE amount < 0"
        )
        _url, text = self._open(self.statement.access_url, self.gil.login)
        self.assertIn("Documents behind it (2)", text)
        [late] = self._confirmed("2026-02-28")
        self.env.cr.execute(
            "UPDATE sales_commission_earning SET create_date = create_date "
            "+ interval '1 hour' WHERE amount < 0"
        )
        self.env.invalidate_all()
        _url, text = self._open(late.access_url)
        self.assertIn("Difference for January 2026", text)
        self.assertIn("Documents behind it (3)", text)
        self.assertIn("Carried forward", text)

    def test_paid_statement_says_so(self):
        statement = self.statement
        statement.action_approve()
        statement.action_post()
        _url, text = self._open(statement.access_url, self.gil.login)
        self.assertIn("The payment is on its way to you.", text)
        self._pay(statement)
        _url, text = self._open(statement.access_url)
        self.assertIn("Paid to you.", text)

    def test_draft_is_hidden(self):
        self.statement.action_draft()
        url, _text = self._open(self.statement.access_url, self.gil.login)
        self.assertEqual(url, "/my")
        _url, text = self._open("/my/commissions")
        self.assertIn("You have no statement yet", text)
        self.assertNotIn(self.statement.name, text)

    def test_nobody_opens_somebody_elses_statement(self):
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        officer = self._create_payee(
            "Olga", groups="sales_commission_gamify.group_administrator"
        ).user_id
        readers = customer + self.bob.user_id + self.ann.user_id + officer
        for user in readers:
            with self.subTest(user=user.name):
                url, text = self._open(self.statement.access_url, user.login)
                self.assertEqual(url, "/my")
                self.assertNotIn(self.statement.name, text)

    def test_a_link_with_a_token_is_no_way_in(self):
        token = self.statement._portal_ensure_token()
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        url, _text = self._open(
            f"{self.statement.access_url}?access_token={token}", customer.login
        )
        self.assertEqual(url, "/my")

    def test_visitor_has_to_sign_in(self):
        url, _text = self._open(self.statement.access_url)
        self.assertTrue(url.startswith("/web/login"), url)

    def test_missing_statement(self):
        url, _text = self._open("/my/commissions/999999", self.gil.login)
        self.assertEqual(url, "/my")

    def test_customer_is_sent_home(self):
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        url, _text = self._open("/my/commissions", customer.login)
        self.assertEqual(url, "/my")

    def test_card_is_for_payees_only(self):
        def count(login):
            self.authenticate(login, login)
            values = self.make_jsonrpc_request(
                "/my/counters", {"counters": ["commission_count"]}
            )
            return values["commission_count"]

        self.assertTrue(count(self.gil.login))
        self.assertTrue(count(self.ann.user_id.login))
        self.assertFalse(count(self.bob.user_id.login), "in no plan")
        customer = new_test_user(
            self.env(su=True), login="commission_customer", groups="base.group_portal"
        )
        self.assertFalse(count(customer.login))
        self._create_plan(name="For Bob", payees=self.bob)
        self.assertTrue(count(self.bob.user_id.login), "about to earn")

    def test_sort_and_pages(self):
        for month in range(2, 5):
            self._invoice(100 * month, payee=self.desk, date=f"2026-0{month}-10")
            self._confirmed(f"2026-0{month}-28")
        self.patch(
            self.env.registry["sales.commission.statement"], "_order", "id"
        )  # the page must not lean on the model's order
        _url, newest = self._open("/my/commissions", self.gil.login)
        self.assertLess(newest.index("April 2026"), newest.index("January 2026"))
        _url, amount = self._open("/my/commissions?sortby=amount")
        self.assertLess(amount.index("January 2026"), amount.index("April 2026"))
        for url in ("?sortby=nonsense", "/page/7"):
            _url, text = self._open(f"/my/commissions{url}")
            self.assertIn("January 2026", text)

    def test_neighbours(self):
        self._invoice(300, payee=self.desk, date="2026-02-10")
        [later] = self._confirmed("2026-02-28")
        self._open("/my/commissions", self.gil.login)
        page = html.fromstring(self.url_open(self.statement.access_url).text)
        self.assertIn(later.access_url, page.xpath("//a/@href"))


@tagged("post_install", "-at_install")
class TestPayeeTours(PortalCase):
    def test_rep(self):
        """The page shows the current month, so that is when Bob sells."""
        today = fields.Date.today()
        self._create_plan(
            name="For Bob",
            steps=((0, 5), (2000, 10)),
            payees=self.bob,
            date_from=today.replace(day=1),
            component={"point_rule_ids": [Command.create({"points_per_document": 10})]},
        )
        self._invoice(1000, payee=self.bob, date=today)
        self._statements(today).filtered(
            lambda statement: statement.employee_id == self.bob
        ).action_confirm()
        self.start_tour(
            "/odoo/my-commissions",
            "sales_commission_my_commissions",
            login=self.bob.user_id.login,
        )

    def test_portal_payee(self):
        self.start_tour("/my", "sales_commission_portal", login=self.gil.login)
