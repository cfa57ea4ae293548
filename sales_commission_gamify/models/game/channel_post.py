import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from .channel import READ

_logger = logging.getLogger(__name__)

MOST = 10  # lines under each heading


class SalesCommissionChannel(models.Model):
    """Posts what is new, in the language of the company, by OdooBot."""

    _inherit = "sales.commission.channel"

    # A fact gets its number before it is committed. What is younger than this may have
    # an elder brother that nobody can see yet, so it waits for the next post.
    _settle_seconds = 60

    @api.model
    def _cron_post(self):
        now = fields.Datetime.now()
        for channel in self.search([]):
            due = timedelta(minutes=channel.minutes)
            if channel.posted_at and channel.posted_at > now - due:
                continue
            try:
                with self.env.cr.savepoint():
                    channel._post_news()
            except Exception:
                # the other channels must not wait for this one
                _logger.exception("Nothing is posted in channel %s", channel.id)
            self.env["ir.cron"]._commit_progress(1)

    def _post_news(self):
        """:return: the message, empty when nothing happened"""
        self.ensure_one()
        if not self.try_lock_for_update():
            return self.env["mail.message"]
        company = self.company_id
        told = self.with_context(lang=company.partner_id.lang or self.env.lang)
        until = self._get_until()
        sections = [
            (title, lines) for title, lines in told._get_sections(until) if lines
        ]
        self.write(until)
        if not sections:
            return self.env["mail.message"]
        self.posted_at = fields.Datetime.now()
        return self.channel_id.message_post(
            author_id=self.env.ref("base.partner_root").id,
            body=told._make_body(sections),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _get_until(self):
        """``{marker: number}``: up to which the facts are all there to be read."""
        self.env.flush_all()
        numbers = SQL(", ").join(
            SQL(
                """(SELECT COALESCE(MIN(id) FILTER (WHERE create_date
                                        > now() AT TIME ZONE 'UTC'
                                          - make_interval(secs => %(settle)s)) - 1,
                                    MAX(id), %(last)s)
                      FROM %(table)s WHERE id > %(last)s)""",
                settle=self.env.context.get("settle_seconds", self._settle_seconds),
                last=self[marker],
                table=SQL.identifier(table),
            )
            for marker, table in READ.items()
        )
        [found] = self.env.execute_query(SQL("SELECT %s", numbers))
        return dict(zip(READ, found, strict=True))

    def _make_body(self, sections):
        body = Markup()
        for title, lines in sections:
            shown = lines[:MOST]
            if len(lines) > MOST:
                shown = [
                    *lines[: MOST - 1],
                    self.env._("and %s more", len(lines) - MOST + 1),
                ]
            items = Markup().join(Markup("<li>%s</li>") % line for line in shown)
            body += Markup("<p><strong>%s</strong></p><ul>%s</ul>") % (title, items)
        return body

    # --- who may be named -----------------------------------------------------------

    def _get_names(self, employee_ids):
        """``{payee id: name}`` of those who may be named here: not who is hidden in
        rankings, not who does not want it."""
        payees = self.env["hr.employee"].browse(employee_ids).exists()
        return {
            payee.id: payee.name
            for payee in payees
            if not payee.sales_commission_is_hidden
            and (not payee.user_id or payee.user_id.sales_commission_is_named)
        }

    def _join(self, names):
        """“Ann, Bob and 3 more”."""
        if len(names) > MOST:
            names = [*names[:MOST], self.env._("%s more", len(names) - MOST)]
        return ", ".join(names)
