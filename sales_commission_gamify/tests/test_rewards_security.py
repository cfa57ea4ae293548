from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .rewards_common import RewardsCase

MODELS = ("reward", "reward.code", "redemption", "redemption.refusal")


@tagged("post_install", "-at_install")
class TestRewardsSecurity(RewardsCase):
    """What somebody could try with nothing but a login and RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gil = new_test_user(
            cls.env(su=True),
            "commission_gil",
            groups="base.group_portal",
            company_id=cls.company.id,
        )
        cls.desk = cls._create_payee("Desk")
        cls.desk.sudo().user_id = False
        cls.desk.sudo().work_contact_id = cls.gil.partner_id
        cls._give(cls.desk, 50)
        cls.customer = new_test_user(
            cls.env(su=True),
            "commission_customer",
            groups="base.group_portal",
            company_id=cls.company.id,
        )

    def _rpc(self, user, model, method, *args, **kwargs):
        records = self.env[f"sales.commission.{model}"].with_user(user)
        return call_kw(records, method, args, kwargs)

    def test_nobody_writes_redemptions(self):
        redemption = self._redeem()
        for user in (self.ann.user_id, self.gil, self.max.user_id, self.env.user):
            for method, args in (
                ("create", [[{"employee_id": self.ann.id}]]),
                ("write", [redemption.ids, {"state": "done"}]),
                ("write", [redemption.ids, {"points": 1}]),
                ("unlink", [redemption.ids]),
            ):
                with (
                    self.subTest(user=user.name, method=method),
                    self.assertRaises(AccessError),
                ):
                    self._rpc(user, "redemption", method, *args)
        with self._refused("stays in the books", UserError):
            redemption.sudo().unlink()

    def test_payees_write_no_rewards(self):
        for user in (self.ann.user_id, self.gil, self.customer, self.max.user_id):
            for model in ("reward", "reward.code"):
                records = self.env[f"sales.commission.{model}"].with_user(user)
                for operation in ("create", "write", "unlink"):
                    with self.subTest(user=user.name, model=model):
                        self.assertFalse(records.has_access(operation), operation)

    def test_private_steps_are_no_rpc(self):
        redemption = self._redeem()
        for model, method, ids in (
            ("redemption", "_redeem", []),
            ("redemption", "_hand_out", redemption.ids),
            ("redemption", "_get_code", redemption.ids),
            ("redemption", "_give_back", redemption.ids),
            ("reward.code", "_take", []),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self._rpc(self.ann.user_id, model, method, ids)

    def test_own_points_only(self):
        redemptions = self.env["sales.commission.redemption"].with_user(
            self.ann.user_id
        )
        for payee in (self.bob, self.desk, self.bob.browse()):
            with self.assertRaises(AccessError):
                redemptions._redeem(self.reward, payee)
        self.assertEqual(self._balance(self.bob), 30)

    def test_redeeming_by_rpc_spends_ones_own(self):
        reward = self._create_reward(points=20)
        self._rpc(self.ann.user_id, "reward", "action_redeem", reward.ids)
        redemption = reward.sudo().redemption_ids
        self.assertEqual(redemption.employee_id, self.ann)
        self.assertEqual(self._balance(self.ann), 80)
        with self._refused("no payee", UserError):
            self._rpc(self.customer, "reward", "action_redeem", reward.ids)
        self._rpc(self.gil, "reward", "action_redeem", reward.ids)
        self.assertEqual(self._balance(self.desk), 30)

    def test_not_ones_own_to_decide(self):
        """Neither by the manager's own right nor by the officer's."""
        self._give(self.max, 100)
        olga = self._create_payee(
            "Olga", groups="sales_commission_gamify.group_administrator"
        )
        self._give(olga, 100)
        for payee in (self.max, olga):
            redemption = self._redeem(payee)
            with self.subTest(payee=payee.name):
                own = redemption.with_user(payee.user_id)
                for step in ("action_approve", "action_refuse"):
                    with self._refused("is your own", UserError):
                        getattr(own, step)()
                self._approve(redemption)
                with self._refused("is your own", UserError):
                    own.action_hand_out()

    def test_who_decides(self):
        redemption = self._redeem()
        theirs = self._redeem(self.bob, self._create_reward(points=1))
        for step in ("action_approve", "action_refuse", "action_hand_out"):
            for user in (self.bob.user_id, self.gil, self.customer):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    getattr(redemption.with_user(user), step)()
            with self.subTest(step=step), self.assertRaises(AccessError):
                getattr(theirs.with_user(self.max.user_id), step)()
        self.assertEqual((redemption + theirs).mapped("state"), ["requested"] * 2)
        for user in (self.bob.user_id, self.gil):
            with self.assertRaises(AccessError):
                redemption.with_user(user).action_cancel()
        with self._refused("Only Ann can cancel", UserError):
            redemption.with_user(self.officer).action_cancel()
        with self.assertRaises(UserError):
            redemption.with_user(self.ann.user_id).action_hand_out()

    def test_accountant_reads_and_decides_nothing(self):
        accountant = self._create_user("accountant")
        redemption = self._redeem()
        self.assertEqual(redemption.with_user(accountant).points, 40)
        with self.assertRaises(AccessError):
            redemption.with_user(accountant).action_approve()

    def test_refusal_by_rpc(self):
        redemption = self._redeem(self.bob, self._create_reward(points=1))
        vals = {"redemption_ids": redemption.ids, "reason": "I do not like Bob"}
        wizards = self.env["sales.commission.redemption.refusal"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.max.user_id).create(vals).action_refuse()
        with self.assertRaises(AccessError):
            wizards.create(vals).with_user(self.max.user_id).action_refuse()
        self.assertEqual(redemption.state, "requested")

    def test_who_reads_what(self):
        mine = self._redeem()
        self._redeem(self.bob, self._create_reward(name="Pen", points=1))
        self._create_reward(
            name="Secret", audience="chosen", employee_ids=[Command.set(self.bob.ids)]
        )
        for user, redemptions, rewards in (
            (self.ann.user_id, ["Coffee"], ["Coffee", "Pen"]),
            (self.max.user_id, ["Coffee"], ["Coffee", "Pen"]),
            (self.bob.user_id, ["Pen"], ["Coffee", "Pen", "Secret"]),
            (self.officer, ["Coffee", "Pen"], ["Coffee", "Pen", "Secret"]),
        ):
            with self.subTest(user=user.name):
                for model, name, expected in (
                    ("redemption", "reward_name", redemptions),
                    ("reward", "name", rewards),
                ):
                    rows = self._rpc(
                        user, model, "search_read", [("id", ">", 0)], [name]
                    )
                    self.assertEqual(sorted(row[name] for row in rows), expected)
        for user in (self.gil, self.customer):
            rows = self._rpc(user, "redemption", "search_read", [], ["reward_name"])
            self.assertFalse(rows)
            with self.assertRaises(AccessError):
                self._rpc(user, "reward", "search_read", [], ["name"])
            with self.assertRaises(AccessError):
                self._rpc(user, "redemption", "read", mine.ids, ["reward_name"])

    def test_hidden_fields(self):
        redemption = self._redeem()
        for user, model, ids, name in (
            (self.ann.user_id, "redemption", redemption.ids, "cost"),
            (self.ann.user_id, "redemption", redemption.ids, "request_key"),
            (self.officer, "redemption", redemption.ids, "card_id"),
            (self.ann.user_id, "reward", self.reward.ids, "employee_ids"),
            (self.ann.user_id, "reward", self.reward.ids, "new_codes"),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self._rpc(user, model, "read", ids, [name])

    def test_other_company(self):
        other = self.setup_other_company(name="Other")["company"]
        redemption = self._redeem()
        stranger = new_test_user(
            self.env(su=True),
            "c_other_company",
            groups="sales_commission_gamify.group_administrator",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in ("reward", "redemption", "reward.code"):
            rows = self.env[f"sales.commission.{model}"].with_user(stranger)
            self.assertFalse(rows.search([]), model)
        with self.assertRaises(AccessError):
            redemption.with_user(stranger).action_approve()
