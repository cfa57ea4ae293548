import json

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import format_date, mute_logger

from .common import CommissionCase


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

    def test_who_opted_out_is_nowhere(self):
        badge = self.env["gamification.badge"].sudo().create({"name": "Star"})
        for payee in (self.ann, self.bob):
            self.env["gamification.badge.user"].sudo().create(
                {
                    "user_id": payee.user_id.id,
                    "badge_id": badge.id,
                    "employee_id": payee.id,
                }
            )
        self._sell(1000)
        self._sell(400, payee=self.bob)
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
                    row.keys(), {"place", "name", "text", "width", "id"}
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
        self.assertEqual(self._pages()["challenges"], [("Sprint", f"until {day}")])

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
