from odoo import fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionRedemption(models.Model):
    """Approved, refused, cancelled: each by who may, each once."""

    _inherit = "sales.commission.redemption"

    # --- approving --------------------------------------------------------------

    def action_approve(self):
        """By the payee's manager or an officer, who is not the payee."""
        for redemption in self._get_decided("requested"):
            redemption._decide("approved")
            redemption._prepare_hand_out()
            if redemption._hands_out_itself():
                redemption._hand_out()
            else:
                redemption._tell_payee(
                    self.env._("“%(reward)s” is approved.", **redemption._say_facts())
                )
        return True

    def action_refuse(self, reason=""):
        for redemption in self._get_decided("requested", "approved"):
            redemption._decide("refused")
            redemption.refusal = (reason or "").strip()[:200]
            redemption._end()
            redemption._tell_payee(
                self.env._(
                    "“%(reward)s” is refused. Your %(points)s %(unit)s are back.",
                    **redemption._say_facts(),
                ),
                redemption.refusal,
            )
        return True

    def action_ask_refusal(self):
        """The reason is asked for first."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": "sales.commission.redemption.refusal",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_redemption_ids": self.ids},
        }

    def action_cancel(self):
        """By the payee, as long as it is not handed out."""
        for redemption in self._get_locked("requested", "approved"):
            if not redemption.with_env(self.env).is_mine:
                raise UserError(
                    self.env._(
                        "Only %(payee)s can cancel the wish for “%(reward)s”; you can "
                        "refuse it.",
                        **redemption._say_facts(),
                    )
                )
            redemption.state = "cancelled"
            redemption._end()
        return True

    # --- how --------------------------------------------------------------------

    def _get_decided(self, *states):
        """What the current user may decide on, locked and in sudo."""
        check_group(self.env, "group_manager")
        redemptions = self._get_locked(*states)
        for redemption in redemptions:
            if redemption.employee_id._is_sales_commission_user(self.env.user):
                raise UserError(
                    self.env._(
                        "“%(reward)s” is your own wish: somebody else has to decide.",
                        **redemption._say_facts(),
                    )
                )
        return redemptions

    def _get_locked(self, *states):
        """:return: in sudo, locked: the next step is taken once"""
        self.check_access("read")
        redemptions = self.sudo()  # sudo: steps are taken by buttons alone
        redemptions.lock_for_update()
        redemptions.invalidate_recordset()
        for redemption in redemptions:
            if redemption.state not in states:
                raise UserError(
                    self.env._(
                        "“%(reward)s” for %(payee)s is %(state)s: this step is no "
                        "longer open.",
                        **redemption._say_facts(),
                    )
                )
        return redemptions

    def _decide(self, state):
        self.write(
            {
                "state": state,
                "decide_user_id": self.env.uid,
                "decide_date": fields.Datetime.now(),
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _end(self):
        """It comes to nothing: points and piece are free again."""
        self.end_date = fields.Date.context_today(self)
        self._give_back()
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _tell_payee(self, sentence, reason=""):
        """A message to the payee, by the way he chose for Odoo's messages."""
        partner = self.employee_id.work_contact_id
        if not partner:
            return
        self.message_notify(
            partner_ids=partner.ids,
            subject=sentence,
            body=f"{sentence} {reason}".strip(),
            email_layout_xmlid="mail.mail_notification_light",
        )
