from odoo.fields import Command
from odoo.tests import new_test_user

from .common import CommissionCase


class RewardsCase(CommissionCase):
    """Ann has 100 points and Bob 30; Max leads Ann and approves; Olga is an officer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("sales_commission_gamify.group_manager")
        cls.max.user_id.sudo().group_ids += group
        cls.officer = cls._create_user("officer")
        cls._give(cls.ann, 100)
        cls._give(cls.bob, 30)
        cls.reward = cls._create_reward()

    @classmethod
    def _create_user(cls, *groups, login=None):
        return new_test_user(
            cls.env(su=True),
            login or f"commission_{groups[0]}",
            groups=",".join(f"sales_commission_gamify.group_{g}" for g in groups),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _give(cls, payee, points, cause=1):
        cls.env["sales.commission.point"].sudo()._give(
            [
                {
                    "company_id": payee.company_id.id,
                    "employee_id": payee.id,
                    "kind": "grant",
                    "date": "2026-01-02",
                    "points": points,
                    "reason": "For a good start",
                    "document_model": "res.company",
                    "origin_id": cause,
                }
            ]
        )

    @classmethod
    def _create_reward(cls, **vals):
        return cls.env["sales.commission.reward"].create(
            {
                "name": "Coffee",
                "points": 40,
                "cost": 4,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def _redeem(self, payee=None, reward=None, **kwargs):
        payee = payee or self.ann
        redemptions = self.env["sales.commission.redemption"]
        redemption = redemptions.with_user(payee.user_id)._redeem(
            reward or self.reward, payee, **kwargs
        )
        return redemption.with_env(self.env)

    def _balance(self, payee):
        return self.env["sales.commission.point"]._get_balances(payee)[payee]

    def _approve(self, redemption, user=None):
        redemption.with_user(user or self.officer).action_approve()
        redemption.invalidate_recordset()
