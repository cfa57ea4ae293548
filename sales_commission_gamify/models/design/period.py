from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine import periods


class SalesCommissionPeriod(models.Model):
    """A pay period of a company: what one statement pays for.

    Periods of a company tile the calendar: only ``_get_for`` makes them.
    """

    _name = "sales.commission.period"
    _description = "Commission Pay Period"
    _order = "date_from desc, company_id"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date(string="First day", required=True)
    date_to = fields.Date(string="Last day", required=True)
    state = fields.Selection(
        [("open", "Open"), ("closing", "Closing"), ("locked", "Locked")],
        required=True,
        default="open",
        readonly=True,
    )

    _company_date_uniq = models.Constraint(
        "UNIQUE (company_id, date_from)",
        "This company already has a pay period that starts on that day.",
    )

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_name(self):
        for period in self:
            period.name = self._get_name(period.date_from, period.date_to)

    @api.model
    def _get_name(self, first, last):
        """“October 2026”, “Q4 2026”, “2026”, or the two days."""
        if not first or not last:
            return False
        for kind, date_format in (
            ("month", "LLLL y"),
            ("quarter", "QQQ y"),
            ("year", "y"),
        ):
            if (first, last) == periods.period_of(first, kind):
                return format_date(self.env, first, date_format=date_format)
        return f"{format_date(self.env, first)} – {format_date(self.env, last)}"

    @api.model
    def _get_short_name(self, first, last):
        """“Oct 2026” for the head of a narrow column."""
        if (first, last) == periods.period_of(first, "month"):
            return format_date(self.env, first, date_format="LLL y")
        return self._get_name(first, last)

    @api.model
    def _search_display_name(self, operator, value):
        """Periods are few: by their name, or by a day in them, as in a workbook."""
        if operator not in ("in", "ilike", "="):
            return NotImplemented
        names = [value] if isinstance(value, str) else list(value or ())
        wanted = {str(name).strip().lower() for name in names if name}
        found = self.search([]).filtered(
            lambda period: any(
                period._is_called(name, exact=operator != "ilike") for name in wanted
            )
        )
        return Domain("id", "in", found.ids)

    def _is_called(self, text, exact):
        self.ensure_one()
        try:
            return self.date_from <= fields.Date.to_date(text) <= self.date_to
        except ValueError:
            name = self.name.lower()
            return name == text if exact else text in name

    @api.model
    def _get_first_open(self, company):
        """The first pay period of *company* that is not locked; when all are, the one
        after the last."""
        periods_of_company = Domain("company_id", "=", company.id)
        found = self.search(
            periods_of_company & Domain("state", "=", "open"),
            order="date_from",
            limit=1,
        )
        if found:
            return found
        last = self.search(periods_of_company, order="date_to desc", limit=1)
        today = fields.Date.context_today(self)
        return self._get_for(
            company, last and fields.Date.add(last.date_to, days=1) or today
        )

    @api.model
    def _get_for(self, company, date):
        """The pay period of *company* that holds *date*, made when missing."""
        period = self.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ]
        )
        if not period:
            first, last = periods.period_of(date, "month")
            period = self.create(
                {"company_id": company.id, "date_from": first, "date_to": last}
            )
        return period

    def _check_open(self):
        """:raise UserError: when a period is locked"""
        for period in self:
            if period.state == "locked":
                raise UserError(
                    self.env._(
                        "%(period)s is locked for commissions in %(company)s. What "
                        "comes in late is paid with the next open period. If it "
                        "must change, an administrator can reopen it.",
                        period=period.name,
                        company=period.company_id.name,
                    )
                )
