from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import CommissionCase

RUN = "sales.commission.run"
NEWS = "sales_commission/changed"


@tagged("post_install", "-at_install")
class TestGains(CommissionCase):
    """Ann, who is there, gets 5 % and 7 points for each invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(
            payees=cls.ann + cls.bob,
            component={"point_rule_ids": [Command.create({"points_per_document": 7})]},
        )
        cls._set_presence(cls.ann.user_id, "online")

    @classmethod
    def _set_presence(cls, user, status):
        presences = cls.env["mail.presence"].sudo()
        presences.search([("user_id", "=", user.id)]).unlink()
        presences.create({"user_id": user.id, "status": status})

    def setUp(self):
        super().setUp()
        self.told = []
        self.env.cr.postcommit.clear()
        case = self

        self.changed = []

        def send(users, channel, message, **_kwargs):
            if channel == NEWS:
                case.changed += [(user.name, message) for user in users]
                return
            case.told += [(user.name, channel, message) for user in users]

        def in_this_transaction(runs, _registry, credit_ids, earning_ids):
            case.env.flush_all()
            queries = case.env.cr.sql_log_count
            runs.sudo()._tell_gains(list(credit_ids), list(earning_ids))
            case.queries = case.env.cr.sql_log_count - queries

        self.patch(type(self.env["res.users"]), "_bus_send", send)
        self.patch(type(self.env[RUN]), "_tell_in_registry", in_this_transaction)

    def _commit(self):
        waiting = [
            function
            for function in self.env.cr.postcommit._funcs
            if function.__module__.endswith(".run_telling")
        ]
        self.env.cr.postcommit._funcs.clear()
        for function in waiting:
            function()
        told, self.told = self.told, []
        return told

    def _messages(self):
        return [
            (name, message["message"]) for name, _channel, message in self._commit()
        ]

    def test_deal(self):
        invoice = self._invoice(1000)
        self.assertFalse(self.told)
        [(name, channel, message)] = self._commit()
        self.assertEqual((name, channel), ("Ann", "sales_commission/gained"))
        self.assertEqual(
            message,
            {
                "title": invoice.name,
                "message": "+ $\xa050.00 of commission, 7 points",
                "is_big": True,
            },
        )
        self.assertFalse(self._commit())

    def test_one_message_for_all_of_a_transaction(self):
        self._invoice(1000)
        self._invoice(600)
        [(_name, _channel, message)] = self._commit()
        self.assertEqual(message["title"], "2 deals")
        self.assertIn("80.00 of commission, 14 points", message["message"])

    def test_who_is_not_told(self):
        """Not there; does not want it; lost something; many documents at once."""
        self._set_presence(self.bob.user_id, "offline")
        self._invoice(1000, payee=self.bob)
        self.assertEqual(self._messages(), [])
        self._set_presence(self.bob.user_id, "away")
        self._invoice(1000, payee=self.bob)
        self.assertEqual(len(self._messages()), 1)
        call_kw(
            self.env["res.users"].with_user(self.bob.user_id),
            "write",
            [self.bob.user_id.ids, {"sales_commission_toasts": False}],
            {},
        )
        invoice = self._invoice(1000, payee=self.bob)
        self.assertEqual(self._messages(), [])
        refunded = self._invoice(1000)
        self._commit()
        self._refund(refunded)
        self.assertEqual(self._messages(), [])
        self.assertEqual(invoice.state, "posted")

    def test_open_pages_are_told_of_every_change(self):
        """Also of what is taken back, and who wants no congratulations; never who is
        not there, and no figures."""
        self.ann.user_id.sudo().sales_commission_toasts = False
        self._set_presence(self.bob.user_id, "offline")
        invoice = self._invoice(1000)
        self._invoice(1000, payee=self.bob)
        self.assertFalse(self.changed, "not before the commit")
        self._commit()
        self.assertEqual(self.changed, [("Ann", {})])
        self._refund(invoice)
        self._commit()
        self.assertEqual(self.changed, [("Ann", {})] * 2)

    def test_bulk_tells_nothing(self):
        moves = self.env["account.move"]
        for _number in range(21):
            moves += self._invoice(10, post=False)
        moves.action_post()
        self.assertEqual(self._messages(), [])
        self.assertGreater(self._earned(self.ann), 0)

    def test_sweep_and_plans_tell_nothing(self):
        with patch.object(
            type(self.env[RUN]), "_run_documents", side_effect=RuntimeError
        ):
            self._invoice(1000)
        self._commit()
        self.env[RUN].sudo()._sweep_company(self.plan)
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(self._messages(), [])
        self._create_plan(name="Another")
        self.assertEqual(self._messages(), [])

    def test_posting_asks_nothing(self):
        """In the transaction itself there is no query for it, after it two: who gained,
        whose open page is to be drawn again."""

        def post():
            invoice = self._invoice([10] * 3, post=False)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            invoice.action_post()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self._set_presence(self.ann.user_id, "offline")
        for _number in range(2):
            post()
        with patch.object(type(self.env[RUN]), "_tell_later"):
            silent = post()
        self.assertEqual(post(), silent)
        self._commit()
        self.assertEqual(self.queries, 2)

    def test_what_fails_hurts_nobody(self):
        def fail(*_args):
            raise RuntimeError("nobody is told")

        self.patch(type(self.env[RUN]), "_get_gains", fail)
        self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 50)
        with self.assertRaises(RuntimeError):
            self._commit()

    def test_nobody_else_changes_the_switch(self):
        with self.assertRaises(AccessError):
            call_kw(
                self.env["res.users"].with_user(self.bob.user_id),
                "write",
                [self.ann.user_id.ids, {"sales_commission_toasts": False}],
                {},
            )
