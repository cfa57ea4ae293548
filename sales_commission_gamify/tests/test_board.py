import json

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import format_date, mute_logger

from .common import CommissionCase

# What the screen does while the server does this and that, see the last test.
DAYS = """
(async () => {
    const later = window.setTimeout.bind(window);
    window.setTimeout = (what, ms, ...more) => later(what, ms / 100, ...more);
    const sleep = (ms) => new Promise((done) => later(done, ms));
    const until = async (what, says) => {
        for (let tries = 0; tries < 800 && !says(); tries++) await sleep(25);
        if (!says()) throw new Error(what);
    };
    const screen = JSON.parse(document.getElementById("screen").textContent);
    const title = () => document.querySelector("h1")?.firstChild.textContent;
    const isOffline = () => document.body.classList.contains("offline");
    const nodes = () => document.querySelectorAll("*").length;
    let asked = 0;
    const serve = (answers) => {
        window.fetch = async (url) => {
            asked++;
            const [status, content] = answers(String(url));
            if (!status) throw new TypeError("no server");
            return new Response(JSON.stringify(content), {status});
        };
    };
    const news = {last: screen.last, deals: []};
    const fresh = (url) => [200, url.includes("news") ? news : screen];

    serve(() => [0]);
    await until("says that there is no connection", isOffline);
    const before = title();
    await until("goes on turning", () => title() !== before);
    serve(() => [502, {}]);
    await sleep(500);
    if (!isOffline()) throw new Error("takes an error for an answer");
    serve(fresh);
    await until("connects again", () => !isOffline());

    news.deals = [{id: 1, name: "Zoe", text: "9"}];
    const shown = () => document.querySelector("#deal.shown .who")?.textContent;
    await until("celebrates", () => shown() === "Zoe");
    news.deals = [];
    await until("stops", () => !shown());
    const few = nodes();
    asked = 0;
    await until("asks on and on", () => asked > 100);
    if (nodes() > few + 20) throw new Error("grows");

    screen.pages = [{kind: "amount", title: "Odd", rows: [null]}, ...screen.pages];
    await until("survives a page that is broken", () => title() === "Odd");
    await until("shows the next", () => title() !== "Odd");

    serve(() => [404, {}]);
    await until("shows nothing any more", () => !document.body.children.length);
    let page = 0;
    serve((url) => {
        page += !/news|screen/.test(url);
        return /news|screen/.test(url) ? fresh(url) : [503, {}];
    });
    await until("looks whether the page is there again", () => page > 1);
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestBoard(CommissionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.plan = cls._create_plan(
            payees=cls.ann + cls.bob,
            date_from=cls.today.replace(day=1),
            component={"point_rule_ids": [Command.create({"points_per_document": 7})]},
        )
        cls.board = cls._create_board()

    @classmethod
    def _create_board(cls, **vals):
        return cls.env["sales.commission.board"].create(
            {"name": "Sales floor", "company_id": cls.company.id, **vals}
        )

    def _sell(self, amount, payee=None):
        return self._invoice(amount, payee=payee, date=self.today)

    def _screen(self, board=None):
        board = board or self.board
        return self.env["sales.commission.board"]._find(board.token)._get_screen()

    def _pages(self, board=None):
        return {
            page["kind"]: [(row["name"], row["text"]) for row in page["rows"]]
            for page in self._screen(board)["pages"]
        }

    def _get(self, path="", board=None, status=200):
        token = (board or self.board).token
        with mute_logger("odoo.http"):
            answer = self.url_open(f"/commissions/board/{token}{path}")
        self.assertEqual(answer.status_code, status)
        return answer

    def test_pages(self):
        self._sell(1000)
        self._sell(400, payee=self.bob)
        self.assertEqual(
            self._pages(),
            {
                "points": [("Ann", "7"), ("Bob", "7")],
                "amount": [("Ann", "$\xa01,000.00"), ("Bob", "$\xa0400.00")],
                "deals": [("Bob", "$\xa0400.00"), ("Ann", "$\xa01,000.00")],
                "teams": [("No team", "$\xa01,400.00")],
            },
        )

    def test_without_amounts(self):
        invoice = self._sell(1000)
        self.board.shows_money = False
        text = json.dumps(self._screen())
        self.assertNotIn("000", text.replace(invoice.name, ""))
        self.assertIn(("Ann", invoice.name), self._pages()["deals"])

    def _award(self, name):
        badges = self.env["gamification.badge"].sudo()
        badges.search([("sales_commission_rule", "!=", False)]).active = False
        badge = badges.create(
            {"name": name, "rule_auth": "nobody", "sales_commission_rule": "deals"}
        )
        badge._award(self.company)
        return badge

    def test_badges_that_count(self):
        """Rows of Odoo's list, which users may write, are not shown."""
        self._sell(1000)
        badge = self._award("Star")
        self.assertEqual(self._pages()["badges"], [("Ann", "Star")])
        forged = self.env["gamification.badge"].sudo().create({"name": "Forged"})
        self.env["gamification.badge.user"].sudo().create(
            {
                "user_id": self.bob.user_id.id,
                "badge_id": forged.id,
                "employee_id": self.bob.id,
            }
        )
        self.assertEqual(self._pages()["badges"], [("Ann", "Star")])
        challenge = self._challenge(prize_badge_id=badge.id)
        challenge.sudo()._close()
        self.assertEqual(self._pages()["badges"], [("Ann", "Star")] * 2)

    def test_who_opted_out_is_nowhere(self):
        self._sell(1000)
        self._sell(400, payee=self.bob)
        self._award("Star")
        self.assertEqual(len(self._pages()["badges"]), 2)
        self.ann.sudo().sales_commission_is_hidden = True
        text = json.dumps(self._screen())
        self.assertNotIn("Ann", text)
        self.assertIn("Bob", text)
        news = self.env["sales.commission.board"]._get_news(self.board.token, 0)
        self.assertNotIn("Ann", json.dumps(news))
        self.assertIn("Bob", json.dumps(news))

    def test_nothing_but_what_is_shown(self):
        """No commission, no ids of people, no contact data."""
        self._sell(1234)
        text = json.dumps(self._screen())
        for secret in ("61.7", self.ann.user_id.login, self.partner_a.name):
            self.assertNotIn(secret, text)
        for page in self._screen()["pages"]:
            for row in page["rows"]:
                self.assertLessEqual(
                    row.keys(), {"place", "name", "text", "width", "id", "note"}
                )

    def test_teams(self):
        team = (
            self.env["crm.team"]
            .sudo()
            .create({"name": "South", "company_id": self.company.id})
        )
        team.member_ids = self.bob.user_id
        self.plan.sudo().assignment_ids.invalidate_recordset()
        self._sell(1000)
        self._sell(400, payee=self.bob)
        board = self._create_board(team_ids=[Command.set(team.ids)])
        self.assertEqual(self._pages(board)["deals"], [("Bob", "$\xa0400.00")])

    def test_news(self):
        last = self._get("/news").json()["last"]
        self.assertEqual(self._get(f"/news?since={last}").json()["deals"], [])
        self._sell(1000)
        self._refund(self._sell(50))
        news = self._get(f"/news?since={last}").json()
        self.assertEqual(
            [(deal["name"], deal["text"]) for deal in news["deals"]],
            [("Ann", "$\xa050.00"), ("Ann", "$\xa01,000.00")],
        )
        self.assertEqual(self._get(f"/news?since={news['last']}").json()["deals"], [])

    def test_old_deals_are_no_news(self):
        """A history that is brought in does not fill the screen with confetti."""
        last = self._get("/news").json()["last"]
        with freeze_time(self.today):
            old = fields.Date.subtract(self.today, months=2)
            self._create_plan(name="History", date_from=old.replace(day=1))
            self._invoice(700, date=old)
        self.assertEqual(self._get(f"/news?since={last}").json()["deals"], [])

    def test_bad_numbers(self):
        for since in ("x", "-1", "1e9", "9" * 30, "1;DROP"):
            self.assertIn("last", self._get(f"/news?since={since}").json())

    def test_page_without_login(self):
        self._sell(1000)
        answer = self._get()
        self.assertIn('id="screen"', answer.text)
        self.assertIn("Ann", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", answer.headers["X-Robots-Tag"])

    def test_names_cannot_break_the_page(self):
        self.ann.sudo().name = "</script><script>alert(1)</script>"
        self._sell(1000)
        self.assertNotIn("</script><script>alert", self._get().text)
        self.assertIn("alert(1)", json.dumps(self._get("/screen").json()))

    def _challenge(self, kind="most", **vals):
        challenge = self.env["sales.commission.challenge"].create(
            {
                "name": kind.capitalize(),
                "kind": kind,
                "company_id": self.company.id,
                "date_from": self.today,
                "date_to": self.today,
                "participant_ids": [
                    Command.create({"employee_id": payee.id})
                    for payee in self.ann + self.bob
                ],
                **vals,
            }
        )
        challenge.action_schedule()
        return challenge

    def test_who_leads_a_challenge(self):
        """As everybody sees it there; nobody who is not to be seen, no test."""
        self._challenge()
        self._challenge("goal", goal=2000)
        self._challenge("lottery")
        self._challenge(name="Try", is_test=True)

        def shown():
            return dict(self._pages()["challenges"])

        self.assertEqual(shown(), {"Most": "", "Goal": "", "Lottery": ""})
        self._sell(1000)
        self._sell(400, payee=self.bob)
        self.assertEqual(
            shown(),
            {
                "Most": "Ann · $\xa01,000.00",
                "Goal": "$\xa01,400.00 of $\xa02,000.00",
                "Lottery": "",
            },
        )
        self.board.shows_money = False
        self.assertEqual(shown(), {"Most": "Ann", "Goal": "", "Lottery": ""})
        self.ann.sudo().sales_commission_is_hidden = True
        self.assertEqual(shown()["Most"], "")

    def test_team_that_leads(self):
        teams = self.env["crm.team"].sudo().create([{"name": "A"}, {"name": "B"}])
        self._challenge(
            "teams",
            participant_ids=[
                Command.create({"employee_id": payee.id, "team_id": team.id})
                for payee, team in zip(self.ann + self.bob, teams, strict=True)
            ],
        )
        self._sell(1000, payee=self.bob)
        self.assertEqual(self._pages()["challenges"], [("Teams", "B · $\xa01,000.00")])
        self.bob.sudo().sales_commission_is_hidden = True
        self.assertEqual(self._pages()["challenges"], [("Teams", "")])

    def test_latest_deals_by_their_day(self):
        """A document that is credited anew does not jump to the top, and is no news."""
        first = self.today.replace(day=1)
        old = self._invoice(100, date=first)
        self._invoice(300, date=self.today)
        self._invoice(200, payee=self.bob, date=first)
        last = self.env["sales.commission.board"]._get_news(self.board.token)["last"]
        old.button_draft()
        old.invoice_line_ids.price_unit = 150
        old.action_post()
        deals = [text for _name, text in self._pages()["deals"]]
        if first != self.today:
            self.assertEqual(deals[0], "$\xa0300.00")
        self.assertIn("$\xa0150.00", deals)
        news = self.env["sales.commission.board"]._get_news(self.board.token, last)
        self.assertEqual(news["deals"], [])

    def test_own_language(self):
        """Titles, numbers and what the page itself says, whatever the company's."""
        self.env["res.lang"]._activate_lang("es_ES")
        self._sell(1500)
        self.assertEqual(self._pages()["amount"], [("Ann", "$\xa01,500.00")])
        self.board.lang = "es_ES"
        screen = self._screen()
        self.assertEqual(screen["lang"], "es-ES")
        self.assertIn(("Ann", "$\xa01.500,00"), self._pages()["amount"])
        self.assertIn('lang="es-ES"', self._get().text)
        self.company.sudo().partner_id.lang = "es_ES"
        self.board.lang = "en_US"
        self.assertEqual(self._pages()["amount"], [("Ann", "$\xa01,500.00")])

    def test_challenges_that_everybody_may_see(self):
        for name, state, visibility in (
            ("Sprint", "running", "everybody"),
            ("Duel", "running", "own"),
            ("Later", "draft", "everybody"),
        ):
            challenge = self.env["sales.commission.challenge"].create(
                {
                    "name": name,
                    "company_id": self.company.id,
                    "visibility": visibility,
                    "date_from": self.today,
                    "date_to": self.today,
                }
            )
            challenge.sudo().with_context(tracking_disable=True).state = state
        day = format_date(self.env, self.today)
        pages = {page["kind"]: page["rows"] for page in self._screen()["pages"]}
        periods = {page["kind"]: page["period"] for page in self._screen()["pages"]}
        self.assertEqual(periods["challenges"], "", "they have days of their own")
        self.assertEqual(
            pages["challenges"],
            [{"name": "Sprint", "text": "", "note": f"until {day}"}],
        )

    def test_page_that_fails_is_left_out(self):
        self._sell(1000)

        def fail(_board):
            raise RuntimeError("no badges")

        boards = type(self.env["sales.commission.board"])
        self.patch(boards, "_get_page_points", fail)
        with mute_logger("odoo.addons.sales_commission_gamify.models.game.board_page"):
            self.assertEqual(list(self._pages()), ["amount", "deals", "teams"])

    def test_links_that_show_nothing(self):
        token = self.board.token
        paths = ("", "/screen", "/news")
        for path in paths:
            self.assertEqual(
                self.url_open(f"/commissions/board/{token[:-1]}{path}").status_code, 404
            )
        self.board.action_new_link()
        self.assertNotEqual(self.board.token, token)
        for path in paths:
            self.assertEqual(
                self.url_open(f"/commissions/board/{token}{path}").status_code, 404
            )
        self._get()
        self.board.active = False
        for path in paths:
            self._get(path, status=404)

    def test_links_are_long_and_differ(self):
        copy = self.board.copy()
        self.assertNotEqual(copy.token, self.board.token)
        self.assertGreaterEqual(len(copy.token), 40)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            copy.sudo().write({"token": self.board.token})
            copy.flush_recordset()

    def test_queries(self):
        """One as long as nothing happened; for a whole screen the same for many
        payees."""
        for number in range(3):
            self._sell(100 + number)
        boards = self.env["sales.commission.board"]

        def count(what):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            what()
            return self.env.cr.sql_log_count - before

        token = self.board.token
        last = boards._get_news(token)["last"]

        def read_news():
            self.assertFalse(boards._get_news(token, last)["deals"])

        def read_screen():
            boards._find(token)._get_screen()

        read_news()
        read_screen()
        self.assertEqual(count(read_news), 1)
        few = count(read_screen)
        self.assertLessEqual(few, 40)
        payees = self.ann.browse()
        for number in range(6):
            payees += self._create_payee(f"Payee {number}")
        self._create_plan(
            name="Many", payees=payees, date_from=self.today.replace(day=1)
        )
        for payee in payees:
            self._sell(100, payee=payee)
        read_screen()
        self.assertLessEqual(count(read_screen), few + 2)

    def test_bad_boards(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._create_board(seconds=1)
        with self.assertRaises(ValidationError):
            self._create_board(
                **{
                    f"shows_{page}": False
                    for page in (
                        "points",
                        "amount",
                        "attainment",
                        "deals",
                        "teams",
                        "badges",
                        "challenges",
                    )
                }
            )

    def test_officers_alone(self):
        officer = new_test_user(
            self.env(su=True),
            "board_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        self.assertTrue(self.board.with_user(officer).url)
        manager = new_test_user(
            self.env(su=True),
            "board_manager",
            groups="sales_commission_gamify.group_manager",
            company_id=self.company.id,
        )
        portal = new_test_user(
            self.env(su=True), "board_portal", groups="base.group_portal"
        )
        for user in (manager, self.ann.user_id, portal):
            board = self.board.with_user(user)
            for operation in ("read", "create", "write", "unlink"):
                self.assertFalse(board.has_access(operation), operation)
            with self.assertRaises(AccessError):
                board.action_new_link()
            with self.assertRaises(AccessError):
                board.action_open()

    def test_other_company(self):
        other = self.setup_other_company(name="Other")["company"]
        stranger = new_test_user(
            self.env(su=True),
            "board_stranger",
            groups="sales_commission_gamify.group_officer",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(
            self.env["sales.commission.board"].with_user(stranger).search([])
        )
        self._sell(1000)
        theirs = (
            self.env["sales.commission.board"]
            .with_user(stranger)
            .create({"name": "Theirs", "company_id": other.id})
        )
        self.assertEqual(self._pages(theirs), {})

    def test_screen_that_runs_for_days(self):
        """In a browser whose clock runs a hundred times as fast, before a server that
        is gone, comes back, has news, and takes the link back."""
        self._sell(1000)
        self._sell(400, payee=self.bob)
        self.board.seconds = 5
        self.browser_js(
            f"/commissions/board/{self.board.token}", DAYS, "true", timeout=60
        )
