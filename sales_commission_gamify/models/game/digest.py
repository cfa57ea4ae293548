import logging
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 50


class Week(NamedTuple):
    """Monday to Sunday, and the same in UTC from *start* to before *end*."""

    first: object
    last: object
    start: datetime
    end: datetime


class SalesCommissionDigest(models.Model):
    """That a payee was told of a week: whoever has this row is not told again, also
    where the job was interrupted. There is one too when there was nothing to tell."""

    _name = "sales.commission.digest"
    _inherit = "sales.commission.fact"
    _description = "Weekly E-mail"
    _order = "date_from desc, id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    date_from = fields.Date("Week of", required=True, readonly=True)
    is_sent = fields.Boolean(
        "Sent", readonly=True, help="Otherwise there was nothing to tell."
    )

    _once = models.Constraint(
        "UNIQUE (employee_id, date_from)", "This payee was told of the week already."
    )

    # --- the job --------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """In batches, until the time of the scheduled action is up."""
        crons = self.env["ir.cron"]
        companies = self.env["res.company"].search(
            [("sales_commission_digest", "=", True)]
        )
        weeks = {company: self._get_week(company) for company in companies}
        left = sum(len(self._get_waiting(*one)) for one in weeks.items())
        crons._commit_progress(remaining=left)
        for company, week in weeks.items():
            while payees := self._get_waiting(company, week)[:BATCH]:
                self._send_or_go_on(company, week, payees)
                if not crons._commit_progress(len(payees)):
                    return

    @api.model
    def _send_or_go_on(self, company, week, payees):
        """One by one where a batch fails, so that one payee does not stop the others;
        who cannot be written to is not tried again for this week."""
        try:
            with self.env.cr.savepoint():
                self._send(company, week, payees)
            return
        except Exception:
            _logger.warning("A batch of weekly e-mails failed", exc_info=True)
        for payee in payees:
            try:
                with self.env.cr.savepoint():
                    self._send(company, week, payee)
            except Exception:
                _logger.exception("No weekly e-mail to payee %s", payee.id)
                self._keep(company, week, payee, self.env["hr.employee"])

    @api.model
    def _send(self, company, week, payees):
        """Mails and what is remembered of them are committed together."""
        digests = self._get_digests(company, week, payees)
        told = payees.filtered(
            lambda payee: payee.id in digests and self._get_address(payee)
        )
        self._mail(company, week, told, digests)
        self._keep(company, week, payees, told)

    @api.model
    def _keep(self, company, week, payees, told):
        return self.create(
            [
                {
                    "company_id": company.id,
                    "employee_id": payee.id,
                    "date_from": week.first,
                    "is_sent": payee in told,
                }
                for payee in payees
            ]
        )

    # --- when and who ---------------------------------------------------------------

    @api.model
    def _get_week(self, company):
        """The last one that is over where the company is."""
        zone = pytz.timezone(company.resource_calendar_id.tz or "UTC")
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        monday = now.date() - timedelta(days=now.weekday())

        def in_utc(day):
            midnight = zone.localize(datetime.combine(day, time.min))
            return midnight.astimezone(pytz.utc).replace(tzinfo=None)

        first = monday - timedelta(days=7)
        return Week(first, monday - timedelta(days=1), in_utc(first), in_utc(monday))

    @api.model
    def _get_waiting(self, company, week):
        """Payees who took part in a plan that week, want the e-mail, and were not told
        of the week yet."""
        told = self._search(
            Domain("date_from", "=", week.first) & Domain("company_id", "=", company.id)
        )
        assigned = self.env["sales.commission.assignment"]._search(
            Domain("plan_id.state", "!=", "draft")
            & Domain("company_id", "=", company.id)
            & Domain("date_from", "<=", week.last)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", week.first))
        )
        return self.env["hr.employee"].search(
            Domain("company_id", "=", company.id)
            & Domain("sales_commission_digest", "=", True)
            & Domain("id", "in", assigned.subselect("employee_id"))
            & Domain("id", "not in", told.subselect("employee_id")),
            order="id",
        )

    @api.model
    def _get_address(self, payee):
        return payee.user_id.email_formatted or payee.work_contact_id.email_formatted

    @api.model
    def _get_lang(self, payee):
        reader = payee.user_id.partner_id or payee.work_contact_id
        return reader.lang or payee.company_id.partner_id.lang or self.env.lang

    @api.model
    def _get_sums(self, query, *args):
        return dict(self.env.execute_query(SQL(query, *args)))
