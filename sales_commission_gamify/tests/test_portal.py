from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.portal.controllers.portal import CustomerPortal

from .test_dashboard import PayeePagesCase

HOME = "/my/commissions"
STATEMENTS = "/my/commissions/statements"


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
        self.page = html.fromstring(response.text)
        text = " ".join(self.page.text_content().split())
        return response.url.removeprefix(self.base_url()), text


@tagged("post_install", "-at_install")
class TestPortal(PortalCase):
    def test_home(self):
        """The same figures as on My Commissions, each with the way on."""
        url, text = self._open("/my/commissions?date=2026-01-15", self.gil.login)
        self.assertEqual(url, "/my/commissions?date=2026-01-15")
        for words in (
            "Earned in January 2026 $ 75.00",
            "To be paid $ 75.00",
            "On its way to you $ 75.00",
            "$ 1,500.00 credited",
            "$ 1,500.00 at 5 % = $ 75.00",
            "Brings $ 25.00",
            "points 20",
            self.statement.name,
            "Confirmed",
            "Read and accept: New business",
        ):
            self.assertIn(words, text)
        self.assertNotIn(self.ann_statement.name, text)
        links = self.page.xpath("//main//a/@href")
        for link in (self.statement.access_url, f"{HOME}/plans/{self.plan.id}"):
            self.assertIn(link, links)
        history = "//ol[contains(@class, 'o_portal_commission_history')]//@aria-label"
        self.assertIn(
            "January 2026: $\N{NO-BREAK SPACE}75.00", self.page.xpath(history)
        )
        self.assertEqual(len(self.page.xpath(history)), 6)

    def test_months(self):
        """Wrong days and companies show the current month, in a company of his."""
        _url, text = self._open(f"{HOME}?date=2026-02-15", self.gil.login)
        self.assertIn("$ 75.00 less than January", text)
        now = fields.Date.today().strftime("%B %Y")
        self._invoice(1500, payee=self.desk, date=fields.Date.today())
        for wrong in ("date=now", "date=0001-01-01", "date=9999-12-31", "company=1"):
            _url, text = self._open(f"{HOME}?{wrong}&x=1")
            self.assertIn(f"Earned in {now} $ 75.00", text, wrong)
            self.assertIn("$ 500.00 more, and everything after that pays 10 %", text)

    def test_deals(self):
        _url, text = self._open(f"{HOME}/deals", self.gil.login)
        for invoice, brings in zip(self.invoices, ("50.00", "25.00"), strict=True):
            self.assertIn(f"{invoice.name} Invoice · {self._day(invoice)}", text)
            self.assertIn(f"Brings $ {brings}", text)
        self._refund(self.invoices[1], amount=500)
        self.patch(CustomerPortal, "_items_per_page", 1)
        for way in ("date", "amount", "nonsense"):
            found = [
                self._open(f"{HOME}/deals/page/{page}?sortby={way}")[1]
                for page in (1, 2, 3)
            ]
            self.assertEqual(sum("Brings" in text for text in found), 3)
        _url, text = self._open(f"{HOME}/deals?filterby=last_year")
        self.assertIn("Choose another filter", text)

    def test_list(self):
        url, text = self._open(STATEMENTS, self.gil.login)
        self.assertEqual(url, STATEMENTS)
        self.assertIn("January 2026", text)
        self.assertIn(self.statement.name, text)
        self.assertIn("$ 75.00", text)
        self.assertIn("Confirmed", text)
        self.assertNotIn(self.ann_statement.name, text)
        for chosen, is_there in (("paid", False), ("on_its_way", True)):
            _url, text = self._open(f"{STATEMENTS}?filterby={chosen}")
            self.assertEqual(self.statement.name in text, is_there, chosen)

    def test_files(self):
        self.authenticate(self.gil.login, self.gil.login)
        page = html.fromstring(self.url_open(self.statement.access_url).text)
        [pdf] = page.xpath("//a[contains(@class, 'o_portal_commission_pdf')]/@href")
        [xlsx] = page.xpath("//a[contains(@class, 'o_portal_commission_xlsx')]/@href")
        self.assertIn("report_type=pdf", pdf)
        self.assertEqual(self.url_open(xlsx).content[:2], b"PK")

    def test_internal_payee_has_the_same_pages(self):
        _url, text = self._open(STATEMENTS, self.ann.user_id.login)
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
        _url, text = self._open(STATEMENTS)
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
        _url, newest = self._open(STATEMENTS, self.gil.login)
        self.assertLess(newest.index("April 2026"), newest.index("January 2026"))
        _url, amount = self._open(f"{STATEMENTS}?sortby=amount")
        self.assertLess(amount.index("January 2026"), amount.index("April 2026"))
        for url in ("?sortby=nonsense", "/page/7"):
            _url, text = self._open(f"{STATEMENTS}{url}")
            self.assertIn("January 2026", text)

    def test_neighbours(self):
        self._invoice(300, payee=self.desk, date="2026-02-10")
        [later] = self._confirmed("2026-02-28")
        self._open(STATEMENTS, self.gil.login)
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


@tagged("post_install", "-at_install")
class TestPortalOnAPhone(PortalCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_portal_payee(self):
        """Reads, accepts, asks, redeems and takes it back, leaves the rankings."""
        self.env["sales.commission.reward"].create(
            {"name": "Coffee", "points": 40, "company_id": self.company.id}
        )
        self.env["sales.commission.point"].sudo()._give(
            [
                {
                    "company_id": self.company.id,
                    "employee_id": self.desk.id,
                    "kind": "grant",
                    "date": "2026-01-02",
                    "points": 50,
                    "reason": "For a good start",
                    "document_model": "res.company",
                    "origin_id": 1,
                }
            ]
        )
        self.start_tour("/my", "sales_commission_portal", login=self.gil.login)
        self.env.invalidate_all()
        desk = self.desk.sudo()
        self.assertEqual(self.plan.acceptance_ids.employee_id, desk)
        self.assertTrue(desk.sales_commission_is_hidden)
        own = [("employee_id", "=", desk.id)]
        dispute = self.env["sales.commission.dispute"].sudo().search(own)
        self.assertRecordValues(
            dispute, [{"state": "new", "description": "It should be 80"}]
        )
        redemption = self.env["sales.commission.redemption"].sudo().search(own)
        self.assertRecordValues(redemption, [{"state": "cancelled", "note": "Large"}])

    def test_number_of_queries_is_constant(self):
        """However many deals, statements and components: the page costs the same."""
        self.authenticate(self.gil.login, self.gil.login)
        counts = [self._count_queries()]
        for month in (2, 3, 4):
            for amount in range(100, 500, 100):
                self._invoice(amount, payee=self.desk, date=f"2026-0{month}-10")
            self._confirmed(f"2026-0{month}-28")
        counts.append(self._count_queries())
        self._create_plan(name="A second one", payees=self.desk)
        counts.append(self._count_queries())
        self.assertEqual(counts[1], counts[0])
        self.assertLessEqual(counts[2] - counts[1], 2, "of the plan to accept")
        self.assertLessEqual(counts[1], 120)

    def _count_queries(self):
        self.url_open(HOME)  # fills Odoo's own caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        response = self.url_open(f"{HOME}?date=2026-01-15")
        self.assertIn("INV/", response.text)
        return self.cr.sql_log_count - before
