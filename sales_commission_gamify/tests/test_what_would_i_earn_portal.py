from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .test_dashboard import PayeePagesCase


@tagged("post_install", "-at_install")
class TestWhatWouldIEarnPortal(PayeePagesCase, HttpCase):
    """With no more than portal access, in the browser and by RPC."""

    def test_in_the_portal(self):
        self.start_tour(
            "/my/commissions",
            "sales_commission_what_would_i_earn",
            login=self.gil.login,
        )

    def _ask(self, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "sales.commission.dashboard",
                "method": "get_what_would_i_earn",
                "args": args,
                "kwargs": {},
            },
        )

    @mute_logger("odoo.http")
    def test_somebody_elses_is_refused(self):
        self.authenticate(self.ann.user_id.login, self.ann.user_id.login)
        [theirs] = [row["id"] for row in self._ask()["inputs"]]
        self.authenticate(self.gil.login, self.gil.login)
        [own] = [row["id"] for row in self._ask()["inputs"]]
        self.assertEqual(self._ask({own: {"amount": 200}})["totals"][0]["more"], 10)
        for args in (({theirs: {"amount": 200}},), ({}, theirs)):
            with self.assertRaises(JsonRpcException) as refused:
                self._ask(*args)
            self.assertEqual(str(refused.exception), "odoo.exceptions.AccessError")
