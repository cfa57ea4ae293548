from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import CommissionCase

NAMES = ("Amy", "Ben", "Cat", "Dan", "Eve", "Fay", "Gus", "Hal")


class LeaderboardCase(CommissionCase):
    """Eight sellers who sold 800, 700 … 100 in January. Max leads Dan and Eve, Olga
    is an officer; Gil, an agent with portal access, is Hal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sellers = cls.env["hr.employee"].sudo()
        for name in NAMES:
            cls.sellers |= cls._create_payee(
                name, groups="sales_team.group_sale_salesman"
            )
        (cls.sellers[3] | cls.sellers[4]).parent_id = cls.max.id
        cls.max.user_id.group_ids = [
            Command.link(cls.env.ref("sales_commission_gamify.group_manager").id)
        ]
        cls.olga = cls._create_payee(
            "Olga", groups="sales_commission_gamify.group_officer"
        )
        cls.plan = cls._create_plan(payees=cls.sellers)
        for number, seller in enumerate(cls.sellers):
            cls._invoice(800 - 100 * number, seller)
        cls.gil = new_test_user(
            cls.env(su=True),
            login="commission_gil",
            name="Gil",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.sellers[7].work_contact_id = cls.gil.partner_id
        cls.board = cls.env.ref("sales_commission_gamify.leaderboard_amount")

    def _page(self, payee, **asked):
        user = payee if payee._name == "res.users" else payee.user_id
        self.env.invalidate_all()
        pages = self.env["sales.commission.leaderboard.page"].with_user(user)
        return pages.get_page(
            asked.get("board", self.board).id,
            asked.get("kind", "month"),
            asked.get("date", "2026-01-10"),
            asked.get("by"),
        )

    def _names(self, page):
        return [row["name"] for row in page["rows"]]


@tagged("post_install", "-at_install")
@freeze_time("2026-02-20")
class TestLeaderboard(LeaderboardCase):
    def test_own_place_with_the_way_on_and_four_neighbours(self):
        page = self._page(self.sellers[5])
        self.assertEqual(page["own"]["place"], 6)
        self.assertIsNone(page["own"]["band"])
        band = page["own"]["next_band"]
        self.assertEqual((band["percent"], band["place"]), (50, 4))
        self.assertEqual(band["missing"].replace("\N{NO-BREAK SPACE}", " "), "$ 200.00")
        self.assertEqual(self._names(page), ["Dan", "Eve", "Fay", "Gus", "Hal"])
        page = self._page(self.sellers[0])
        self.assertEqual(self._names(page), ["Amy", "Ben", "Cat", "Dan", "Eve"])
        self.assertEqual(page["own"]["band"], 10)
        self.assertIsNone(page["own"]["next_band"])

    def test_everybody_sees_everybody(self):
        self.board.visibility = "everybody"
        self.assertEqual(self._names(self._page(self.sellers[7])), list(NAMES))

    def test_managers_only(self):
        self.board.visibility = "managers"
        page = self._page(self.sellers[0])
        self.assertNotIn(self.board.id, [board["id"] for board in page["boards"]])
        self.assertNotEqual(page["board"]["id"], self.board.id)
        self.assertEqual(self._names(self._page(self.max)), ["Dan", "Eve"])
        self.assertEqual(self._names(self._page(self.olga)), list(NAMES))

    def test_manager_sees_those_below_and_their_places(self):
        page = self._page(self.max)
        self.assertEqual(
            [(row["place"], row["name"]) for row in page["rows"]],
            [(4, "Dan"), (5, "Eve")],
        )
        self.assertIsNone(page["own"])

    def test_hidden_payee(self):
        """Nobody's neighbour; sees the own place only; leads and officers see him."""
        hidden = self.sellers[3]
        pages = self.env["sales.commission.leaderboard.page"]
        pages.with_user(hidden.user_id).set_hidden(True)
        self.assertTrue(hidden.sales_commission_is_hidden)
        self.assertEqual(
            self._names(self._page(self.sellers[4])),
            ["Ben", "Cat", "Eve", "Fay", "Gus"],
        )
        self.board.visibility = "everybody"
        self.assertNotIn("Dan", self._names(self._page(self.sellers[0])))
        own = self._page(hidden)
        self.assertEqual(self._names(own), ["Dan"])
        self.assertEqual(own["own"]["place"], 4)
        self.assertIn("Dan", self._names(self._page(self.max)))
        self.assertIn("Dan", self._names(self._page(self.olga)))
        pages.with_user(hidden.user_id).set_hidden(False)
        self.assertIn("Dan", self._names(self._page(self.sellers[0])))

    def test_portal_payee(self):
        page = self._page(self.gil)
        self.assertEqual(self._names(page), ["Dan", "Eve", "Fay", "Gus", "Hal"])
        self.assertEqual(page["own"]["place"], 8)

    def test_who_is_no_payee_sees_nobody(self):
        stranger = self._create_payee("Sid")
        page = self._page(stranger)
        self.assertEqual((page["rows"], page["own"]), ([], None))

    def test_periods_and_nonsense(self):
        self._invoice(50, self.sellers[7], date="2026-02-10")
        page = self._page(self.gil, date="2026-02-10")
        self.assertEqual(page["own"]["place"], 1)
        self.assertFalse(page["period"]["next"], "March has not begun")
        for kind in ("day", "week", "quarter", "year"):
            self.assertEqual(self._page(self.gil, kind=kind)["period"]["kind"], kind)
        page = self._page(self.gil, kind="decade", date="nonsense", by="planets")
        self.assertEqual((page["period"]["kind"], page["by"]), ("month", "payee"))

    def test_teams(self):
        team = self.env["crm.team"].sudo().create({"name": "North"})
        self.plan.assignment_ids[:2].team_id = team
        page = self._page(self.sellers[0], by="team")
        self.assertEqual(
            [(row["name"], row["is_own"]) for row in page["rows"]],
            [("No team", False), ("North", True)],
        )

    def test_statements_do_not_grow_with_payees(self):
        def count():
            self.env.flush_all()
            self._page(self.sellers[0])
            self.env.invalidate_all()
            pages = self.env["sales.commission.leaderboard.page"]
            before = self.cr.sql_log_count
            pages.with_user(self.sellers[0].user_id).get_page()
            return self.cr.sql_log_count - before

        few = count()
        for number in range(5):
            payee = self._create_payee(f"more{number}")
            self.plan.assignment_ids = [Command.create({"employee_id": payee.id})]
            self._invoice(10, payee)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 30)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-20")
class TestLeaderboardSecurity(LeaderboardCase):
    def test_manager_changes_own_boards_only(self):
        boards = self.env["sales.commission.leaderboard"].with_user(self.max.user_id)
        own = boards.create(
            {"name": "Mine", "user_id": self.olga.user_id.id, "metric": "deals"}
        )
        self.assertEqual(own.user_id, self.max.user_id, "nobody makes others' boards")
        own.visibility = "managers"
        own.write({"user_id": self.olga.user_id.id, "name": "Still mine"})
        self.assertEqual(own.user_id, self.max.user_id)
        with self.assertRaises(AccessError):
            self.board.with_user(self.max.user_id).visibility = "everybody"
        with self.assertRaises(AccessError):
            self.board.with_user(self.max.user_id).unlink()

    def test_payees_change_no_board(self):
        for user in (self.sellers[0].user_id, self.gil):
            board = self.board.with_user(user)
            with self.assertRaises(AccessError):
                board.visibility = "everybody"
            with self.assertRaises(AccessError):
                board.unlink()
            with self.assertRaises(AccessError):
                board.create({"name": "Everybody", "visibility": "everybody"})

    def test_payee_hides_nobody_else(self):
        with self.assertRaises(AccessError):
            self.sellers[1].with_user(
                self.sellers[0].user_id
            ).sales_commission_is_hidden = True
        pages = self.env["sales.commission.leaderboard.page"]
        pages.with_user(self.gil).set_hidden(True)
        hidden = self.sellers.filtered("sales_commission_is_hidden")
        self.assertEqual(hidden, self.sellers[7])

    def test_another_company_is_not_ranked(self):
        other = self.setup_other_company()["company"]
        payee = self._create_payee("Zed", company=other)
        page = self._page(payee)
        self.assertEqual(page["rows"], [])


@tagged("post_install", "-at_install")
class TestLeaderboardPages(LeaderboardCase, HttpCase):
    def test_portal_page(self):
        for number, seller in enumerate(self.sellers):
            self._invoice(80 - 10 * number, seller, date=fields.Date.today())
        self.authenticate(self.gil.login, self.gil.login)
        page = self.url_open("/my/leaderboard")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Hal", page.text)
        self.assertIn("Gus", page.text)
        self.assertNotIn("Amy", page.text)
        self.assertIn("among", page.text)
        self.assertEqual(
            self.url_open("/my/leaderboard?board=x&kind=y&date=z").status_code, 200
        )

    def test_portal_page_is_for_payees(self):
        stranger = new_test_user(self.env(su=True), "stranger", "base.group_portal")
        self.authenticate(stranger.login, stranger.login)
        self.assertTrue(self.url_open("/my/leaderboard").url.endswith("/my"))
