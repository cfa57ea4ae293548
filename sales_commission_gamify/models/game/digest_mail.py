from urllib.parse import urlencode

from markupsafe import Markup

from odoo import api, models
from odoo.tools import consteq, format_date, hmac

TEMPLATE = "sales_commission_gamify.digest_mail"


class SalesCommissionDigest(models.Model):
    """The e-mail, and the link in it that ends it, which needs no login."""

    _inherit = "sales.commission.digest"

    @api.model
    def _mail(self, company, week, payees, digests):
        """Into the outbox, which sends what is there whatever happens here."""
        sender = (
            company.partner_id.email_formatted
            or self.env.ref("base.user_root").email_formatted
        )
        return self.env["mail.mail"].create(
            [
                self._prepare_mail(company, week, payee, digests[payee.id])
                | {"email_from": sender}
                for payee in payees
            ]
        )

    @api.model
    def _prepare_mail(self, company, week, payee, digest):
        lang = self._get_lang(payee)
        told = self.with_context(lang=lang)
        facts = {
            "first": format_date(self.env, week.first, lang_code=lang),
            "last": format_date(self.env, week.last, lang_code=lang),
        }
        body = told.env["ir.qweb"]._render(
            TEMPLATE,
            {
                **digest,
                **facts,
                "lang": lang,
                "company": company,
                "url": self._get_url(payee),
                "unsubscribe_url": self._get_unsubscribe_url(payee, "unsubscribe"),
            },
        )
        one_click = self._get_unsubscribe_url(payee, "one_click")
        return {
            "subject": told.env._("Your week, %(first)s – %(last)s", **facts),
            "body_html": Markup("<!DOCTYPE html>%s") % body,
            "email_to": self._get_address(payee),
            "headers": {
                "List-Unsubscribe": f"<{one_click}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "X-Auto-Response-Suppress": "OOF",
            },
            "auto_delete": True,
            "state": "outgoing",
        }

    @api.model
    def _get_url(self, payee):
        """My Commissions, in the back office or in the portal."""
        base = payee.get_base_url()
        if payee.user_id and not payee.user_id.share:
            return f"{base}/odoo/my-commissions"
        return f"{base}/my/commissions"

    @api.model
    def _get_unsubscribe_url(self, payee, path):
        token = urlencode({"token": self._get_token(payee)})
        return f"{payee.get_base_url()}/commissions/digest/{payee.id}/{path}?{token}"

    @api.model
    def _get_token(self, payee):
        return hmac(self.env(su=True), "sales-commission-digest", payee.id)

    @api.model
    def _find_payee(self, employee_id, token):
        """The payee of a link, in sudo; empty for others."""
        # sudo: who has the link may switch the e-mail off and on, and nothing else
        payee = self.env["hr.employee"].sudo().browse(employee_id).exists()
        if payee and consteq(self._get_token(payee), token or ""):
            return payee
        return payee.browse()
