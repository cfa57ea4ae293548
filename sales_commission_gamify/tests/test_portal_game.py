from lxml import html

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.portal.controllers.portal import CustomerPortal

from .challenge_common import ChallengeCase

POINTS = "/my/commissions/points"
BADGES = "/my/commissions/badges"
THANKS = "/my/commissions/thanks"
THANKS_MODEL = "sales.commission.thanks"


@tagged("post_install", "-at_install")
class TestGamePortal(ChallengeCase, HttpCase):
    """Gil, an agent without a place in the back office, is Dot; Max leads her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dot.user_id = False
        cls.dot.parent_id = cls.max
        cls.customer = new_test_user(
            cls.env(su=True),
            "commission_customer",
            groups="base.group_portal",
            company_id=cls.company.id,
        )
        cls.today = fields.Date.today()
        for number in range(1, 6):
            cls._grant(cls.dot, number, number * 10, f"Dot's sale {number}")
        cls._grant(cls.bob, 9, 900, "Bob's secret")

    @classmethod
    def _grant(cls, payee, cause, points, reason):
        cls.env["sales.commission.point"].sudo()._give(
            [
                {
                    "company_id": cls.company.id,
                    "employee_id": payee.id,
                    "kind": "grant",
                    "date": fields.Date.subtract(cls.today, days=cause),
                    "points": points,
                    "reason": reason,
                    "document_model": "res.company",
                    "origin_id": cause,
                }
            ]
        )

    def _open(self, path, status=200, **values):
        """The page as ``(final path, text)``; posted when there are *values*."""
        data = None
        if values:
            data = {"csrf_token": http.Request.csrf_token(self), **values}
        with mute_logger("odoo.http"):
            response = self.url_open(path, data=data)
        self.assertEqual(response.status_code, status, path)
        self.page = html.fromstring(response.text)
        text = " ".join(self.page.text_content().split())
        return response.url.removeprefix(self.base_url()), text

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _thank(self, status=200, **values):
        """Through the form that is open, as somebody who changes what it says."""
        self._open(THANKS)
        [key] = self.page.xpath("//input[@name='key']/@value")
        values = {
            "giver": self.dot.id,
            "receiver": self.max.id,
            "points": 7,
            "message": "Well explained",
            "key": key,
            **values,
        }
        return self._open(f"{THANKS}/give", status, **values)

    def _given(self):
        return self.env[THANKS_MODEL].sudo().search([("giver_id", "=", self.dot.id)])

    # --- points and badges --------------------------------------------------------

    def test_points(self):
        self._login(self.gil)
        self.patch(CustomerPortal, "_items_per_page", 2)
        _path, text = self._open(POINTS)
        balance = self.page.xpath("//*[contains(@class, 'o_portal_point_balance')]")
        self.assertEqual(balance[0].text_content().strip(), "150")
        self.assertIn("Dot's sale 1", text)
        self.assertNotIn("Dot's sale 3", text)
        _path, text = self._open(f"{POINTS}/page/2")
        self.assertIn("Dot's sale 3", text)
        self.assertNotIn("Dot's sale 1", text)
        _path, text = self._open(f"{POINTS}?sortby=most")
        self.assertIn("Dot's sale 5", text)
        for way in ("date", "most", "kind", "employee_id desc"):
            for page in (1, 2, 3, 99):
                _path, text = self._open(f"{POINTS}/page/{page}?sortby={way}")
                self.assertNotIn("secret", text)

    def test_badges(self):
        badge = self.env.ref("sales_commission_gamify.badge_first_deal").sudo()
        badge.sales_commission_points = 0
        self._login(self.gil)
        _path, text = self._open(BADGES)
        self.assertIn("You have no badge yet", text)
        self._invoice(10, self.ann, date=self.today)
        self.env["gamification.badge"].sudo()._award(self.company)
        badge._award(self.company)
        _path, text = self._open(BADGES)
        self.assertIn("You have no badge yet", text, "Ann's")
        self.dot.sudo().user_id = self.gil
        self._invoice(10, self.dot, date=self.today)
        badge._award(self.company)
        self.dot.sudo().user_id = False
        _path, text = self._open(BADGES)
        self.assertIn(badge.name, text)
        self.assertNotIn("2×", text)

    # --- thanks -------------------------------------------------------------------

    def test_thanks_within_the_allowance(self):
        self.company.sudo().sales_commission_thanks_allowance = 20
        self._login(self.gil)
        path, text = self._thank()
        self.assertEqual(path, f"{THANKS}?sent=1")
        self.assertIn("You can give 13", text)
        self.assertIn("To Max", text)
        self.assertIn("Well explained", text)
        self.assertEqual(self._points(self.max), 7)
        path, text = self._thank(points=14, message="Once more")
        self.assertIn("You have 13 points left to give this month, not 14", text)
        self.assertIn("Once more", text, "what was entered is kept")
        self.assertEqual(self._points(self.max), 7)
        for points in ("-5", "0", "abc", "9" * 30):
            self._thank(points=points)
        self.assertEqual(self._points(self.max), 7)

    def test_sent_twice_gives_once(self):
        self._login(self.gil)
        self._open(THANKS)
        [key] = self.page.xpath("//input[@name='key']/@value")
        for _time in range(2):
            self._thank_with(key)
        self.assertEqual(self._given().mapped("points"), [7])

    def _thank_with(self, key):
        values = {
            "giver": self.dot.id,
            "receiver": self.max.id,
            "points": 7,
            "message": "Well explained",
            "key": key,
        }
        return self._open(f"{THANKS}/give", **values)

    def test_whom_one_can_thank(self):
        """The manager, who thanked, and who is shown in a challenge: no list of all."""
        self.env[THANKS_MODEL].with_user(self.ann.user_id).create(
            {"employee_id": self.dot.id, "points": 3, "message": "Nice lead"}
        )
        self._login(self.gil)
        _path, text = self._open(THANKS)
        self.assertEqual(self._receivers(), ["Ann", "Max"])
        self.assertIn("Nice lead", text)
        challenge = self._running(self.dot + self.bob + self.cem)
        self.cem.sudo().sales_commission_is_hidden = True
        self._open(THANKS)
        self.assertEqual(self._receivers(), ["Ann", "Bob", "Max"])
        challenge.sudo().visibility = "own"
        self._open(THANKS)
        self.assertEqual(self._receivers(), ["Ann", "Max"])

    def _receivers(self):
        names = self.page.xpath("//select[@name='receiver']/option/text()")
        return sorted(names[1:])

    def _running(self, payees, **vals):
        challenge = (
            self.env["sales.commission.challenge"]
            .with_user(self.olga.user_id)
            .create(
                {
                    "name": "Sprint",
                    "kind": "race",
                    "goal": 100,
                    "company_id": self.company.id,
                    "date_from": self.today,
                    "date_to": fields.Date.add(self.today, days=9),
                    "participant_ids": [
                        Command.create({"employee_id": payee.id}) for payee in payees
                    ],
                    **vals,
                }
            )
        )
        challenge.action_schedule()
        return challenge

    def test_tampered_forms(self):
        """Whoever is guessed gets nothing, and no name comes back."""
        self._login(self.gil)
        for values in (
            {"receiver": self.bob.id},
            {"receiver": self.dot.id},
            {"receiver": 999999},
            {"receiver": "9" * 40},
            {"receiver": "1; DROP"},
            {"giver": self.bob.id},
            {"giver": self.bob.id, "receiver": self.dot.id},
            {"giver": ""},
        ):
            with self.subTest(values=values):
                _path, text = self._thank(**values)
                self.assertIn("Choose whom you want to thank", text)
                self.assertNotIn("Bob", text)
        self.assertFalse(self.env[THANKS_MODEL].sudo().search([]))
        path, _text = self._thank(key="guessed")
        self.assertEqual(path, THANKS)
        self.assertFalse(self._given())

    def test_tampered_calls(self):
        self._thank_as(self.bob, self.ann)
        theirs = self.env[THANKS_MODEL].sudo().search([])
        vals = {"employee_id": self.max.id, "points": 5, "message": "By RPC"}
        for user in (self.gil, self.customer):
            thanks = self.env[THANKS_MODEL].with_user(user)
            self.assertFalse(call_kw(thanks, "search", [[]], {}))
            for method, args in (
                ("create", [[vals]]),
                ("read", [theirs.ids, ["message"]]),
                ("write", [theirs.ids, {"points": 99}]),
                ("unlink", [theirs.ids]),
                ("_give_from_portal", [self.dot.ids, self.max.id, 5, "By RPC"]),
                ("_get_known_colleagues", [self.dot.ids]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(UserError),  # an AccessError is one
                    mute_logger("odoo.addons.base.models.ir_rule"),
                ):
                    call_kw(thanks, method, args, {})
        self.assertEqual(self.env[THANKS_MODEL].sudo().search([]), theirs)

    def _thank_as(self, giver, receiver):
        self.env[THANKS_MODEL].with_user(giver.user_id).create(
            {"employee_id": receiver.id, "points": 3, "message": "Between us"}
        )

    # --- whose it is --------------------------------------------------------------

    def test_pages_are_the_payees(self):
        race = self._running(self.bob + self.cem)
        pages = (POINTS, BADGES, THANKS, "/my/commissions/rewards")
        for path in pages:
            self.assertTrue(self._open(path)[0].startswith("/web/login"), path)
        self._login(self.customer)
        for path in pages:
            self._open(path, status=404)
        self._open(f"{THANKS}/give", status=404, key="x")
        path, _text = self._open("/my/challenges")
        self.assertEqual(path, "/my")
        self._login(self.gil)
        for number in (race.id, 99999):
            path, text = self._open(f"/my/challenges/{number}")
            self.assertEqual(path, "/my/challenges")
            self.assertNotIn("Sprint", text)
            for what in ("join", "leave"):
                path, _text = self._open(f"/my/challenges/{number}/{what}", key="x")
                self.assertEqual(path, "/my/challenges")
        for path in (f"/my/challenges/{10**12}", f"{POINTS}/page/{10**12}"):
            self._open(path, status=404)
        self.assertEqual(set(race.sudo().participant_ids.mapped("state")), {"joined"})

    def test_one_challenge(self):
        """Standing, what is missing, the pairs; leaving; who is hidden has no name."""
        duel = self._running(
            self.dot + self.bob, kind="duel", goal=0, name="One against one"
        )
        race = self._running(self.dot + self.bob + self.cem)
        self.dot.sudo().user_id = self.gil
        self._invoice(60, self.dot, date=self.today)
        self._invoice(80, self.bob, date=self.today)
        self.dot.sudo().user_id = False
        self._login(self.gil)
        _path, text = self._open(f"/my/challenges/{race.id}")
        self.assertIn("40.00", text)
        self.assertIn("to the goal", text)
        _path, text = self._open(f"/my/challenges/{duel.id}")
        matches = self.page.xpath("//ul[contains(@class, 'o_portal_matches')]")
        self.assertIn("Bob", matches[0].text_content())
        self.bob.sudo().sales_commission_is_hidden = True
        for challenge in (duel, race):
            _path, text = self._open(f"/my/challenges/{challenge.id}")
            self.assertNotIn("Bob", text)
        self._open(f"/my/challenges/{race.id}/leave", key="x")
        self.env.invalidate_all()
        self.assertEqual(self._person(race, self.dot).state, "left")

    def test_tour(self):
        """An agent joins a challenge, gives thanks and redeems a reward."""
        race = self._running(self.dot + self.bob, join_mode="invited")
        self.env["sales.commission.reward"].create(
            {
                "name": "Coffee",
                "points": 40,
                "cost": 4,
                "company_id": self.company.id,
            }
        )
        self.start_tour(
            "/my/commissions",
            "sales_commission_portal_game",
            login=self.gil.login,
        )
        self.env.invalidate_all()
        self.assertEqual(self._person(race, self.dot).state, "joined")
        self.assertEqual(self._given().employee_id, self.max)
        redemption = self.env["sales.commission.redemption"].search([])
        self.assertEqual(redemption.employee_id, self.dot)
        balance = self.env["sales.commission.point"]._get_balances(self.dot)[self.dot]
        self.assertEqual(balance, 110)
