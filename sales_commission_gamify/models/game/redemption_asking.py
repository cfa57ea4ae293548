from odoo import api, fields, models
from odoo.exceptions import AccessError


class SalesCommissionRedemption(models.Model):
    """From the wish to the reserved points."""

    _inherit = "sales.commission.redemption"

    @api.model
    def _redeem(self, reward, payee, note="", key=None):
        """Reserve *payee*'s points and a piece of *reward*.

        The payee and the reward are locked before anything is counted: a session that
        comes at the same moment is told to start again and counts what this one took.

        :param key: of the form that asks; the same form sent twice asks once
        :return: the redemption, in sudo
        """
        self._check_payee(payee)
        # sudo: checked above whose points they are; everything else is checked below
        redemptions, reward, payee = self.sudo(), reward.sudo(), payee.sudo()
        self.env["sales.commission.point"]._lock_balances(payee)
        if key and (
            sent := redemptions.search(
                [("request_key", "=", key), ("employee_id", "=", payee.id)]
            )
        ):
            return sent
        reward._lock_stock()
        reward._check_redeemable(payee)
        redemption = redemptions.create(
            self._prepare_redemption_vals(reward, payee, note, key)
        )
        redemption._reserve()
        redemption._tell_approvers()
        return redemption

    @api.model
    def _check_payee(self, payee):
        if not payee or payee not in self._get_own_payees():
            raise AccessError(
                self.env._("You can only spend what you earned yourself.")
            )

    @api.model
    def _prepare_redemption_vals(self, reward, payee, note, key):
        return {
            "company_id": reward.company_id.id,
            "employee_id": payee.id,
            "reward_id": reward.id,
            "reward_name": reward.name,
            "kind": reward.kind,
            "points": reward.points,
            "cost": reward.cost,
            "note": (note or "").strip()[:200],
            "date": fields.Date.context_today(payee),
            "hand_out_user_id": reward.hand_out_user_id.id,
            "request_key": key,
        }

    # --- points -----------------------------------------------------------------

    def _reserve(self):
        self._move_points(-1)

    def _give_back(self):
        self._move_points(1)

    def _move_points(self, sign):
        # sudo: points have no right to be made; the callers check who may
        self.env["sales.commission.point"].sudo()._give(
            [redemption._prepare_point_vals(sign) for redemption in self]
        )

    def _prepare_point_vals(self, sign):
        reward = self.reward_name
        return {
            "company_id": self.company_id.id,
            "employee_id": self.employee_id.id,
            "kind": "reward",
            "date": fields.Date.context_today(self) if sign > 0 else self.date,
            "points": sign * self.points,
            "reason": (
                self.env._("Redeemed: %s", reward)
                if sign < 0
                else self.env._("Given back: %s", reward)
            ),
            "document_model": self._name,
            "origin_id": self.id,
        }

    # --- who is told ------------------------------------------------------------

    def _tell_approvers(self):
        """The payee's manager, when he may approve, else nobody: officers have the
        list."""
        for redemption in self:
            manager = redemption.employee_id.parent_id.user_id
            if manager and manager.has_group("sales_commission_gamify.group_manager"):
                redemption.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=manager.id,
                    summary=self.env._(
                        "%(payee)s asks for “%(reward)s”", **redemption._say_facts()
                    ),
                )
