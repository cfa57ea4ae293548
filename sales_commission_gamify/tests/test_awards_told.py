from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.game import after_commit
from .common import CommissionCase
from .telling_common import TellingMixin

AFTER = "odoo.addons.sales_commission_gamify.models.game.after_commit"


@tagged("post_install", "-at_install")
class TestAwardsTold(TellingMixin, CommissionCase):
    """Today is Monday, 16 March 2026; Ann and Bob are there."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-03-16 12:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        badges = cls.env["gamification.badge"].sudo()
        badges.search([("sales_commission_rule", "!=", False)]).active = False
        cls._create_plan(payees=cls.ann + cls.bob)
        cls._set_presence(cls.ann.user_id, cls.bob.user_id)
        cls.badges = badges.create(
            [
                {
                    "name": name,
                    "rule_auth": "nobody",
                    "sales_commission_rule": "deals",
                    "sales_commission_number": number,
                    "sales_commission_points": points,
                }
                for name, number, points in (("First", 1, 0), ("Second", 2, 20))
            ]
        )

    def setUp(self):
        super().setUp()
        case = self

        def in_this_transaction(_registry, name, method, ids):
            case.env.flush_all()
            queries = case.env.cr.sql_log_count
            getattr(case.env[name].sudo().browse(ids), method)()
            case.queries = case.env.cr.sql_log_count - queries

        self.patch(after_commit, "_call_in_registry", in_this_transaction)

    def _award(self):
        self.badges._award(self.company)
        self.assertFalse(self.told, "told before the commit")
        self._commit()
        return self._take()

    def _commit(self):
        waiting = [
            function
            for function in self.env.cr.postcommit._funcs
            if function.__module__ == AFTER
        ]
        self.env.cr.postcommit._funcs.clear()
        for function in waiting:
            function()

    def _sell(self, payee=None, date="2026-03-16"):
        return self._invoice(100, payee=payee, date=date)

    def test_one_message_for_all_badges(self):
        self._sell()
        self.assertEqual(self._award(), [("Ann", "A new badge is yours", "First")])
        self.assertEqual(self._award(), [])
        self._sell()
        self._sell(self.bob)
        self._sell(self.bob)
        told = self._award()
        self.assertEqual(
            told,
            [
                ("Ann", "A new badge is yours", "Second · + 20 points"),
                ("Bob", "2 new badges are yours", "First, Second · + 20 points"),
            ],
        )

    def test_who_is_not_told(self):
        """Not there; does not want it; a badge of a history that was brought in."""
        self._set_presence(self.ann.user_id, status="offline")
        self._sell()
        self.assertEqual(self._award(), [])
        call_kw(
            self.env["res.users"].with_user(self.bob.user_id),
            "write",
            [self.bob.user_id.ids, {"sales_commission_toast_badges": False}],
            {},
        )
        self._sell(self.bob)
        self.assertEqual(self._award(), [])
        self._set_presence(self.max.user_id)
        self._create_plan(name="Max", payees=self.max)
        self._sell(self.max, date="2026-03-08")
        self.assertEqual(self._award(), [])
        self.assertEqual(len(self.env["sales.commission.award"].search([])), 3)

    def test_own_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.ann.user_id.lang = "es_ES"
        self.badges.with_context(lang="es_ES")[0].name = "Primera"
        self._sell()
        [(_name, _title, message)] = self._award()
        self.assertEqual(message, "Primera")

    def test_queries_do_not_grow_with_payees(self):
        self._sell()
        self._award()
        few = self.queries
        payees = self.ann.browse()
        for number in range(5):
            payees += self._create_payee(f"More {number}")
        self._set_presence(*payees.user_id)
        self._create_plan(name="More", payees=payees)
        for payee in payees:
            self._sell(payee)
        self.env.invalidate_all()
        self.assertEqual(len(self._award()), 5)
        self.assertLessEqual(self.queries, few + 2)

    def test_what_fails_hurts_nobody(self):
        def fail(_awards):
            raise RuntimeError("nobody is told")

        self.patch(type(self.env["sales.commission.award"]), "_tell", fail)
        self._sell()
        self.badges._award(self.company)
        with self.assertRaises(RuntimeError):
            self._commit()
        self.assertEqual(len(self.env["sales.commission.award"].search([])), 1)

    def test_the_switch_is_the_users_own(self):
        for switch in ("badges", "leads"):
            with self.assertRaises(AccessError):
                call_kw(
                    self.env["res.users"].with_user(self.bob.user_id),
                    "write",
                    [
                        self.ann.user_id.ids,
                        {f"sales_commission_toast_{switch}": False},
                    ],
                    {},
                )


@tagged("post_install", "-at_install")
class TestAfterCommit(CommissionCase):
    def test_never_raises(self):
        def fail():
            raise RuntimeError("no connection")

        class Registry:
            cursor = staticmethod(fail)

        with mute_logger(AFTER):
            after_commit._call_in_registry(Registry(), "res.users", "write", [1])

    def test_once_for_all(self):
        calls = []
        self.env.cr.postcommit.clear()
        self.patch(
            after_commit, "_call_in_registry", lambda *call: calls.append(call[1:])
        )
        users = self.ann.user_id + self.bob.user_id
        for user in users:
            after_commit.call_after_commit(user, "_tell")
        self.assertEqual(calls, [])
        self.env.cr.postcommit.run()
        self.assertEqual(calls, [("res.users", "_tell", sorted(users.ids))])
