from lxml import html

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .rewards_common import RewardsCase

URL = "/my/commissions/rewards"
MINE = "/my/commissions/redemptions"


@tagged("post_install", "-at_install")
class TestRewardsPortal(RewardsCase, HttpCase):
    """Gil, an agent with portal access, gets points for what the desk sells."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gil, cls.customer = (
            new_test_user(
                cls.env(su=True),
                f"commission_{name}",
                groups="base.group_portal",
                company_id=cls.company.id,
            )
            for name in ("gil", "customer")
        )
        cls.desk = cls._create_payee("Desk")
        cls.desk.sudo().user_id = False
        cls.desk.sudo().work_contact_id = cls.gil.partner_id
        cls._give(cls.desk, 90)

    def _open(self, path, login=None, status=200, **values):
        """The page as ``(final path, text)``; posted when there are *values*."""
        if login:
            self.authenticate(login, login)
        data = None
        if values:
            data = {"csrf_token": http.Request.csrf_token(self), **values}
        with mute_logger("odoo.http"):
            response = self.url_open(path, data=data)
        self.assertEqual(response.status_code, status, path)
        text = " ".join(html.fromstring(response.text).text_content().split())
        return response.url.removeprefix(self.base_url()), text

    def _all(self):
        return self.env["sales.commission.redemption"].search([], order="id")

    def test_shop(self):
        self._create_reward(name="Trip", points=1_200, description="To the sea")
        _path, text = self._open(URL, self.gil.login)
        self.assertIn("You have 90 points", text)
        self.assertIn("Coffee", text)
        self.assertIn("1,110 points to go", text)
        _path, text = self._open(f"{URL}/{self.reward.id}")
        self.assertIn("Left afterwards 50", text)

    def test_redeem_once_however_often_it_is_sent(self):
        self.authenticate(self.gil.login, self.gil.login)
        for _number in range(2):
            path, text = self._open(
                f"{URL}/{self.reward.id}/redeem", key="abc", note="Black, please"
            )
            self.assertEqual(path, f"{MINE}/{self._all().id}?asked=1")
            self.assertIn("Black, please", text)
        self.assertRecordValues(
            self._all(),
            [{"employee_id": self.desk.id, "points": 40, "state": "requested"}],
        )
        self.assertEqual(self._balance(self.desk), 50)
        _path, text = self._open(f"{URL}/{self.reward.id}/redeem", key="def")
        self.assertIn("asked for “Coffee” already", text)
        self.assertEqual(self._balance(self.desk), 50)

    def test_key_of_somebody_else(self):
        """Who knows a key gets neither the other's redemption nor stuck."""
        self._redeem(key=f"{self.ann.id} abc")
        self.authenticate(self.gil.login, self.gil.login)
        self._open(f"{URL}/{self.reward.id}/redeem", key="abc")
        self.assertEqual(self._all().employee_id, self.ann + self.desk)

    def test_code_and_cancel(self):
        reward = self._create_reward(kind="code", points=10, new_codes="OPEN-SESAME")
        redemption = self._redeem_as_gil(reward)
        path, text = self._open(f"{MINE}/{redemption.id}", self.gil.login)
        self.assertNotIn("OPEN-SESAME", text)
        self._approve(redemption)
        _path, text = self._open(path)
        self.assertIn("OPEN-SESAME", text)
        self._open(f"{MINE}/{redemption.id}/cancel", sure="1")
        self.assertEqual(redemption.state, "done")
        other = self._redeem_as_gil(self.reward)
        self.assertEqual(self._balance(self.desk), 40)
        _path, text = self._open(f"{MINE}/{other.id}/cancel", sure="1")
        self.assertIn("Cancelled", text)
        self.assertEqual(self._balance(self.desk), 80)

    def _redeem_as_gil(self, reward):
        redemptions = self.env["sales.commission.redemption"].with_user(self.gil)
        return redemptions._redeem(reward, self.desk).with_env(self.env)

    def test_guessed_numbers_are_not_found(self):
        """Of others, of no one, and of a shop one is not let into."""
        theirs = self._redeem(self.bob, self._create_reward(name="Pen", points=1))
        hidden = self._create_reward(
            name="For Bob", audience="chosen", employee_ids=self.bob.ids
        )
        mine = self._redeem_as_gil(self.reward)
        paths = [
            f"{URL}/{hidden.id}",
            f"{URL}/{hidden.id}/picture",
            f"{URL}/999999",
            f"{MINE}/{theirs.id}",
            f"{MINE}/{theirs.id}/picture",
            f"{MINE}/999999",
        ]
        for login, tried in (
            (self.gil.login, paths),
            (self.customer.login, [URL, MINE, f"{URL}/{self.reward.id}", *paths]),
            (self.officer.login, [URL, MINE, f"{MINE}/{mine.id}"]),
        ):
            self.authenticate(login, login)
            for path in tried:
                with self.subTest(login=login, path=path):
                    self._open(path, status=404)
        self.authenticate(self.customer.login, self.customer.login)
        for path in (
            f"{MINE}/{mine.id}/cancel",
            f"{MINE}/{theirs.id}/cancel",
            f"{URL}/{self.reward.id}/redeem",
        ):
            with self.subTest(path=path):
                self._open(path, status=404, key="x")
        self.assertEqual((mine + theirs).mapped("state"), ["requested"] * 2)

    def test_visitor_has_to_sign_in(self):
        for path in (URL, MINE, f"{URL}/{self.reward.id}"):
            final, _text = self._open(path)
            self.assertTrue(final.startswith("/web/login"), final)

    def test_nothing_is_spent_without_a_token(self):
        self.authenticate(self.gil.login, self.gil.login)
        with mute_logger("odoo.http"):
            response = self.url_open(
                f"{URL}/{self.reward.id}/redeem", data={"key": "1"}
            )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._all())

    def test_tour_of_a_rep(self):
        self.start_tour(
            "/odoo", "sales_commission_redeem", login=self.ann.user_id.login
        )
        self.assertRecordValues(
            self._all(), [{"employee_id": self.ann.id, "state": "requested"}]
        )
        self.assertEqual(self._balance(self.ann), 60)

    def test_tour_of_a_manager(self):
        redemption = self._redeem()
        self.start_tour(
            f"/odoo/commission-redemptions/{redemption.id}",
            "sales_commission_approve_redemption",
            login=self.max.user_id.login,
        )
        self.assertEqual(redemption.state, "done")
        other = self._redeem()
        self.start_tour(
            f"/odoo/commission-redemptions/{other.id}",
            "sales_commission_refuse_redemption",
            login=self.max.user_id.login,
        )
        self.assertEqual(other.refusal, "Sold out")
        self.assertEqual(self._balance(self.ann), 60)
