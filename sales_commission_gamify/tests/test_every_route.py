import json
import re
import threading

from lxml import html

from odoo import fields, http
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .challenge_common import ChallengeCase

ADDON = "odoo.addons.sales_commission_gamify."
MISSING = 999_999
SECRETS = (
    "Gil's secret question",
    "Gil's secret wish",
    "Gil's secret points",
)


def get_routes(env):
    """``[(rule, its routing)]`` of the add-on, so that none can be forgotten."""
    return [
        (rule.rule, rule.endpoint.routing)
        for rule in env["ir.http"].routing_map().iter_rules()
        if rule.endpoint.original_endpoint.__module__.startswith(ADDON)
    ]


@tagged("post_install", "-at_install")
class TestEveryRoute(ChallengeCase, HttpCase):
    """Gil, an agent, has one of everything. Whoever guesses his numbers and brings an
    access token gets none of it, moves none of it, and meets no error."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls._give_points()
        cls._set_up_statement()
        cls._set_up_reward_and_dispute()
        cls._set_up_challenge()
        cls.plan_of_gil = cls._create_plan(name="For Gil", payees=cls.dot)
        cls.customer = new_test_user(
            cls.env(su=True), "commission_customer", groups="base.group_portal"
        )
        cls.env.flush_all()

    @classmethod
    def _give_points(cls):
        names = {cls.dot: "Gil", cls.ann: "Ann"}
        for payee, cause in ((cls.dot, 1), (cls.ann, 2)):
            cls.env["sales.commission.point"].sudo()._give(
                [
                    {
                        "company_id": cls.company.id,
                        "employee_id": payee.id,
                        "kind": "grant",
                        "date": cls.today,
                        "points": 90,
                        "reason": f"{names[payee]}'s secret points",
                        "document_model": "res.company",
                        "origin_id": cause,
                    }
                ]
            )

    @classmethod
    def _set_up_statement(cls):
        cls._invoice(26_262.60, payee=cls.dot, date=cls.today)
        cls._invoice(100, payee=cls.ann, date=cls.today)
        periods = cls.env["sales.commission.period"].sudo()
        period = periods._get_for(cls.company, cls.today).with_env(cls.env)
        period.action_compute_statements()
        statements = period.statement_ids
        statements.action_confirm()
        cls.statement = statements.filtered(lambda row: row.employee_id == cls.dot)
        # how much he sold may be on a leaderboard, what it earned is his alone
        cls.secrets = (
            *SECRETS,
            cls.statement.name,
            f"{cls.statement.amount_earned:,.2f}",
        )
        cls.dot.user_id = False

    @classmethod
    def _set_up_reward_and_dispute(cls):
        cls.reward = cls.env["sales.commission.reward"].create(
            {
                "name": "Coffee",
                "points": 40,
                "company_id": cls.company.id,
                "audience": "chosen",
                "employee_ids": [Command.set(cls.dot.ids)],
            }
        )
        cls.redemption = (
            cls.env["sales.commission.redemption"]
            .with_user(cls.gil)
            ._redeem(cls.reward, cls.dot, note="Gil's secret wish")
        )
        cls.dispute = (
            cls.env["sales.commission.dispute"]
            .with_user(cls.gil)
            ._ask_from_portal(
                {
                    "employee_id": cls.dot.id,
                    "statement_line_id": cls.statement.line_ids[:1].id,
                    "description": "Gil's secret question",
                    "reason": "amount",
                }
            )
        )

    @classmethod
    def _set_up_challenge(cls):
        cls.challenge = cls.env["sales.commission.challenge"].create(
            {
                "name": "Gil's sprint",
                "kind": "most",
                "company_id": cls.company.id,
                "date_from": fields.Date.subtract(cls.today, days=1),
                "date_to": fields.Date.add(cls.today, days=5),
                "participant_ids": [
                    Command.create({"employee_id": cls.dot.id}),
                    Command.create({"employee_id": cls.bob.id}),
                ],
            }
        )
        cls.challenge.action_schedule()

    def setUp(self):
        super().setUp()
        # the routing map is built by whoever serves the database
        threading.current_thread().dbname = self.env.cr.dbname
        self.addCleanup(delattr, threading.current_thread(), "dbname")

    def _get_arguments(self):
        """What somebody would guess for each argument of a route. A new argument is to
        be added: with a number of Gil's that says something about him."""
        return {
            "statement_id": self.statement.id,
            "dispute_id": self.dispute.id,
            "plan_id": self.plan_of_gil.id,
            "challenge_id": self.challenge.id,
            "reward_id": self.reward.id,
            "redemption_id": self.redemption.id,
            "employee_id": self.dot.id,
            "ids": self.statement.id,
            "page": 1,
            "token": "guessed",
            "step": "close",
            "what": "leave",
        }

    def _fill(self, rule, **guesses):
        """*rule* with a value for each of its arguments."""
        return re.sub(
            r"<(?:[^<>]*:)?(\w+)>", lambda match: str(guesses[match[1]]), rule
        )

    def _get_guesses(self, rule):
        """The addresses to try: Gil's number, and one that is nobody's."""
        gils = self._get_arguments()
        nobodys = {
            name: MISSING if isinstance(value, int) and name != "page" else value
            for name, value in gils.items()
        }
        return dict.fromkeys([self._fill(rule, **gils), self._fill(rule, **nobodys)])

    def _ask(self, url, routing):
        """The answers of *url*, by each method that it takes."""
        token = self.statement.sudo()._portal_ensure_token()
        guessed = {
            "access_token": token,
            "token": self.env["sales.commission.digest"]._get_token(self.ann),
            "line": self.statement.line_ids[:1].id,
            "giver": self.dot.id,
            "receiver": self.ann.id,
            "points": 5,
            "message": "x",
            "description": "x",
            "hidden": 1,
            "key": "1",
            "sure": 1,
        }
        if routing["type"] == "jsonrpc":
            body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": {}})
            headers = {"Content-Type": "application/json"}
            yield self.url_open(url, data=body, headers=headers)
            return
        methods = routing.get("methods") or ["GET"]
        if "GET" in methods:
            query = "&".join(f"{name}={value}" for name, value in guessed.items())
            for way in (f"{url}?{query}", f"{url}?{query}&report_type=html"):
                yield self.url_open(way, allow_redirects=False)
                if "statement_id" not in str(routing["routes"]):
                    break
        if "POST" in methods:
            data = {"csrf_token": http.Request.csrf_token(self), **guessed}
            yield self.url_open(url, data=data, allow_redirects=False)

    def _walk(self, user, routes):
        """All that *user* gets to read, as one text; nothing of it is an error."""
        self.authenticate(user and user.login, user and user.login)
        texts = []
        for rule, routing in routes:
            for url in self._get_guesses(rule):
                with self.subTest(user=user and user.name, url=url):
                    for answer in self._ask(url, routing):
                        self.assertLess(answer.status_code, 500)
                        texts.append(answer.text)
        return " ".join(texts)

    def _get_state_of_gil(self):
        self.env.invalidate_all()
        dot = self.dot.sudo()
        person = self._person(self.challenge, self.dot)
        return [
            self.dispute.sudo().state,
            self.redemption.sudo().state,
            person.state,
            dot.sales_commission_is_hidden,
            dot.sales_commission_digest,
            self.plan_of_gil.sudo().acceptance_ids.ids,
            self.env["sales.commission.dispute"]
            .sudo()
            .search_count([("employee_id", "=", dot.id)]),
            self.env["sales.commission.point"].sudo()._get_balances(dot)[dot],
            self.env["sales.commission.thanks"]
            .sudo()
            .search_count([("giver_id", "=", dot.id)]),
        ]

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_nothing_of_anybody_else(self):
        routes = get_routes(self.env)
        self.assertGreater(len(routes), 40)
        before = self._get_state_of_gil()
        for user in (False, self.customer, self.ann.user_id, self.olga.user_id):
            text = self._walk(user, routes)
            for secret in self.secrets:
                found = secret in text
                self.assertFalse(found, f"{user and user.name} reads {secret}")
            self.assertEqual(self._get_state_of_gil(), before, user and user.name)

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_the_owner_gets_it_all(self):
        """Else the test above would prove nothing."""
        routes = [
            (rule, routing)
            for rule, routing in get_routes(self.env)
            if "POST" not in (routing.get("methods") or [])
        ]
        text = html.fromstring(f"<p>{self._walk(self.gil, routes)}</p>").text_content()
        for secret in self.secrets:
            self.assertIn(secret, text)

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_pages_can_be_read_by_machine(self):
        """One title, headings in order; fields, buttons, links and pictures that say
        what they are."""
        self.authenticate(self.gil.login, self.gil.login)
        pages = 0
        for rule, routing in get_routes(self.env):
            if not rule.startswith("/my/") or "POST" in (routing.get("methods") or []):
                continue
            answer = self.url_open(self._fill(rule, **self._get_arguments()))
            is_page = "text/html" in answer.headers["Content-Type"]
            if not is_page or not answer.text.strip():
                continue
            wrap = html.fromstring(answer.text).xpath("//*[@id='wrap']")
            if wrap:
                pages += 1
                with self.subTest(rule=rule):
                    self._check_page(wrap[0])
        self.assertGreater(pages, 15)

    def _check_page(self, page):
        levels = [int(node.tag[1]) for node in page.xpath(".//h1|.//h2|.//h3|.//h4")]
        self.assertEqual(levels.count(1), 1, "one title")
        self.assertEqual(levels[0], 1, "the title first")
        for level, following in zip(levels, levels[1:], strict=False):
            self.assertLessEqual(following, level + 1, levels)
        for node in page.xpath(
            ".//input[not(@type='hidden')]|.//select|.//textarea|.//button|.//a[@href]"
        ):
            named = node.get("aria-label") or node.get("title")
            if node.tag in ("input", "select", "textarea"):
                named = named or page.xpath(f".//label[@for='{node.get('id')}']")
            else:
                named = named or node.text_content().strip()
            self.assertTrue(named, html.tostring(node))
        for picture in page.xpath(".//img"):
            self.assertIsNotNone(picture.get("alt"), picture.get("src"))
        for block in page.xpath(".//p//div|.//p//ul|.//span//div|.//button//a|.//a//a"):
            self.fail(html.tostring(block))

    def test_what_only_reads_is_read_only(self):
        """Pages can be served by a replica; those that write say so by their method."""
        writing = {
            # keep the key of a form in the session, or are one click in a mail
            "/commissions/digest/<int(max=2147483647):employee_id>/unsubscribe",
        }
        for rule, routing in get_routes(self.env):
            if "POST" in (routing.get("methods") or []) or routing["type"] != "http":
                continue
            with self.subTest(rule=rule):
                self.assertEqual(bool(routing.get("readonly")), rule not in writing)
