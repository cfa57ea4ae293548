from odoo import fields, models
from odoo.exceptions import UserError

CARD = "loyalty.card"


class SalesCommissionRedemption(models.Model):
    """What the payee gets, and who brings it."""

    _inherit = "sales.commission.redemption"

    card_id = fields.Many2oneReference(
        "Gift card", model_field="card_model", readonly=True, groups=fields.NO_ACCESS
    )
    card_model = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    def action_hand_out(self):
        """By who decides on it, or by who was chosen to bring it."""
        redemptions = self._get_locked("approved")
        for redemption in redemptions:
            redemption._check_hands_out(self.env.user)
            redemption._hand_out()
        return True

    def _check_hands_out(self, user):
        facts = self._say_facts()
        if self.employee_id._is_sales_commission_user(user):
            raise UserError(
                self.env._(
                    "“%(reward)s” is your own: somebody else has to hand it out.",
                    **facts,
                )
            )
        if user != self.hand_out_user_id and not user.has_group(
            "sales_commission_gamify.group_manager"
        ):
            raise UserError(
                self.env._(
                    "“%(reward)s” for %(payee)s is handed out by their manager, a "
                    "commission officer or who was chosen for it.",
                    **facts,
                )
            )

    def _hands_out_itself(self):
        return self.kind in ("code", "gift_card")

    def _prepare_hand_out(self):
        """Somebody is to bring what does not come by itself."""
        if self._hands_out_itself():
            return
        user = self._get_hand_out_user()
        if not self.hand_out_user_id:
            self.hand_out_user_id = user
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=self._say_hand_out(),
            note=self.note,
        )

    def _get_hand_out_user(self):
        payee = self.employee_id
        user = self.hand_out_user_id
        if not user and self.kind == "day_off":
            user = payee.hr_responsible_id or payee.parent_id.user_id
        if not user or user.share or payee._is_sales_commission_user(user):
            user = self.env.user
        return user

    def _say_hand_out(self):
        facts = self._say_facts()
        if self.kind == "day_off":
            return self.env._("Book a day off for %(payee)s: %(reward)s", **facts)
        return self.env._("Hand out to %(payee)s: %(reward)s", **facts)

    def _hand_out(self):
        getattr(self, f"_hand_out_{self.kind}", lambda: None)()
        self.write(
            {
                "state": "done",
                "done_date": fields.Datetime.now(),
                "end_date": fields.Date.context_today(self),
                "hand_out_user_id": self.env.uid,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self._tell_payee(
            self.env._(
                "“%(reward)s” is yours. You find it under My Redemptions.",
                **self._say_facts(),
            )
        )

    def _hand_out_code(self):
        code = self.env["sales.commission.reward.code"].sudo()._take(self.reward_id)
        if not code:
            raise UserError(
                self.env._(
                    "No voucher code of “%(reward)s” is left for %(payee)s: add codes "
                    "to the reward, or refuse.",
                    **self._say_facts(),
                )
            )
        code.redemption_id = self

    def _hand_out_gift_card(self):
        program = self.reward_id._get_card_program()
        value = self.reward_id.card_value or self.cost
        # Odoo's own e-mail would keep the code where others can read it
        cards = (
            self.env[CARD]
            .sudo()
            .with_context(action_no_send_mail=True, loyalty_no_mail=True)
        )
        card = cards.create(
            {
                "program_id": program.id,
                "partner_id": self.employee_id.work_contact_id.id,
                "points": value,
            }
        )
        self.env["loyalty.history"].sudo().create(
            {
                "card_id": card.id,
                "description": self.env._("Reward: %s", self.reward_name),
                "issued": value,
            }
        )
        self.write({"card_model": CARD, "card_id": card.id})

    def _get_code(self):
        if self.kind == "gift_card" and CARD in self.env:
            # sudo: the payee's own card, and its code alone
            redemption = self.sudo()
            return self.env[CARD].sudo().browse(redemption.card_id).exists().code
        return super()._get_code()
