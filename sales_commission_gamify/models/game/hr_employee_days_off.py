from datetime import timedelta

import pytz

from odoo import models
from odoo.fields import Domain

WORKDAYS = frozenset(range(5))


class HrEmployee(models.Model):
    """Days on which nothing is expected of a payee, so that they break no streak."""

    _inherit = "hr.employee"

    def _get_sales_commission_days_off(self, since):
        """``{employee id: function of a day, whether nothing is expected on it}``.

        By the employee's working hours, the public holidays of the company and the
        leave that is approved. A day with any leave on it is off. The number of
        queries does not grow with the employees.
        """
        leaves = self.env["resource.calendar.leaves"].search(
            Domain("date_to", ">=", since)
            & Domain("time_type", "=", "leave")
            & (
                Domain("resource_id", "in", self.resource_id.ids)
                | Domain("resource_id", "=", False)
                & Domain("company_id", "in", [*self.company_id.ids, False])
            )
        )
        spans = [
            (leave, *self._get_sales_commission_leave_days(leave)) for leave in leaves
        ]
        answers = {}
        for employee in self:
            company = employee.company_id
            calendar = employee.resource_calendar_id or company.resource_calendar_id
            off = set()
            for leave, first, last in spans:
                if self._is_sales_commission_leave_of(leave, employee, calendar):
                    off |= {
                        first + timedelta(n) for n in range((last - first).days + 1)
                    }
            answers[employee.id] = self._build_sales_commission_off(calendar, off)
        return answers

    def _is_sales_commission_leave_of(self, leave, employee, calendar):
        if leave.resource_id:
            return leave.resource_id == employee.resource_id
        return leave.company_id in (
            employee.company_id,
            leave.browse().company_id,
        ) and (not leave.calendar_id or leave.calendar_id == calendar)

    def _get_sales_commission_leave_days(self, leave):
        calendar = leave.calendar_id or leave.company_id.resource_calendar_id
        zone = pytz.timezone(leave.resource_id.tz or calendar.tz or "UTC")
        return tuple(
            pytz.utc.localize(moment).astimezone(zone).date()
            for moment in (leave.date_from, leave.date_to)
        )

    def _build_sales_commission_off(self, calendar, off):
        attendances = calendar.attendance_ids.filtered(
            lambda row: row.day_period != "lunch" and not row.display_type
        )
        weeks = {
            parity: {
                int(row.dayofweek)
                for row in attendances
                if row.week_type in (False, parity)
            }
            or WORKDAYS
            for parity in ("0", "1")
        }
        week_type = self.env["resource.calendar.attendance"].get_week_type

        def is_off(day):
            return day in off or day.weekday() not in weeks[str(week_type(day))]

        return is_off
