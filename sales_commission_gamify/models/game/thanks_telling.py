from markupsafe import Markup

from odoo import models


class SalesCommissionThanks(models.Model):
    """Who is told of thanks: the receiver, and everybody if the giver says so."""

    _inherit = "sales.commission.thanks"

    def _tell(self):
        for thanks in self:
            thanks._tell_receiver()
            if thanks.is_shared:
                thanks._tell_everybody()

    def _tell_receiver(self):
        partner = (
            self.employee_id.user_id.partner_id or self.employee_id.work_contact_id
        )
        if not partner:
            return
        translated = self.with_context(lang=self._get_language())
        facts = {
            "points": abs(self.points),
            "name": self.company_id.with_context(
                lang=self._get_language()
            ).sales_commission_point_name,
            "giver": self.giver_id.name,
        }
        if self.reversal_of_id:
            subject = translated.env._("%(points)s %(name)s were taken back", **facts)
            author = self.env.user.partner_id
        else:
            subject = translated.env._(
                "%(giver)s thanks you with %(points)s %(name)s", **facts
            )
            author = self._get_author()
        self.env["mail.thread"].message_notify(
            partner_ids=partner.ids,
            author_id=author.id,
            subject=subject,
            body=Markup("<p>%s</p><blockquote>%s</blockquote>")
            % (subject, self.message),
        )

    def _tell_everybody(self):
        channel = self.company_id.sales_commission_thanks_channel_id
        if not channel:
            return
        body = self.env._(
            "%(giver)s gave %(points)s %(name)s to %(payee)s:",
            giver=self.giver_id.name,
            points=self.points,
            name=self.company_id.sales_commission_point_name,
            payee=self.employee_id.name,
        )
        channel.message_post(
            author_id=self._get_author().id,
            body=Markup("<p>%s</p><blockquote>%s</blockquote>") % (body, self.message),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _get_author(self):
        giver = self.giver_id
        return giver.user_id.partner_id or giver.work_contact_id
