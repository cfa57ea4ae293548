from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import periods
from ..models.design.words import say_number

MODULE = "sales_commission_gamify"
READERS = f"{MODULE}.group_manager,{MODULE}.group_accountant"


def _get_readable(records):
    """Those of *records*, of employees in either of their models, whose commissions the
    current user reads."""
    pages = records.env["sales.commission.dashboard"]
    companies = records.env.companies
    # sudo: who leads may not read employees
    of_companies = records.sudo().filtered(lambda row: row.company_id in companies)
    if pages._reads_all_payees():
        return set(of_companies.ids)
    return set(of_companies.ids) & set(pages._get_payees_below().ids)


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    sales_commission_readable = fields.Boolean(
        "Commissions can be read",
        compute="_compute_sales_commission_readable",
        groups=READERS,
    )

    @api.depends("company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales_commission_readable(self):
        readable = _get_readable(self._origin)
        for employee in self:
            employee.sales_commission_readable = employee._origin.id in readable


class HrEmployeePublic(models.Model):
    """What those who manage no employees see of them."""

    _inherit = "hr.employee.public"

    sales_commission_readable = fields.Boolean(
        "Commissions can be read",
        compute="_compute_sales_commission_readable",
        groups=READERS,
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales_commission_readable(self):
        readable = _get_readable(self)
        for employee in self:
            employee.sales_commission_readable = employee.id in readable


class SalesCommissionDashboard(models.AbstractModel):
    """The page *Commissions* of an employee. It is asked for when somebody opens it, so
    that neither the form nor a list of employees waits for it."""

    _inherit = "sales.commission.dashboard"

    @api.model
    @api.readonly
    def get_employee_card(self, employee_id):
        """Plans, quotas of today's periods, points and badges of an employee, in words.

        :raise AccessError: as ``get_commissions_of``
        """
        payee = self._get_payee_to_read(employee_id)
        today = fields.Date.context_today(self)
        month = periods.period_of(today, "month")
        points = self._get_points(payee, month)
        company = payee.company_id
        currency = company.currency_id
        return {
            "month": self._get_month(month, today)["name"],
            "earned": currency.format(self._get_history(payee, month)[-1]["earned"]),
            "plans": self._get_card_plans(payee, today),
            "quotas": self._get_card_quotas(payee, month, today),
            "points": say_number(self.env, points["total"]),
            "points_month": points["month"] and say_number(self.env, points["month"]),
            "point_word": company.sales_commission_point_name,
            "badges": [row for row in self._get_badges(payee) if row["count"]],
            "can_design": self.env.user.has_group(f"{MODULE}.group_officer"),
        }

    # --- plans ------------------------------------------------------------------------

    @api.model
    def _get_card_plans(self, payee, today):
        """Participations, those that run first."""
        # sudo: accountants and leads may not read who takes part in which plan
        rows = self.env["sales.commission.assignment"].sudo()
        rows = rows.search(
            [("employee_id", "=", payee.id), ("plan_state", "!=", "draft")],
            order="date_from desc, id desc",
        )
        leads_in = self._get_card_hierarchies(payee, today)
        plans = [
            {
                "id": row.id,
                "plan_id": row.plan_id.id,
                "name": row.plan_id.name,
                "team": row.team_id.name or "",
                "role": self._get_card_role(row.plan_id.component_ids, leads_in),
                "dates": self._get_card_dates(row),
                "is_running": self._is_card_running(row, today),
            }
            for row in rows
        ]
        return sorted(plans, key=lambda plan: not plan["is_running"])

    @api.model
    def _get_card_end(self, row):
        ends = [day for day in (row.date_to, row.plan_id.date_to) if day]
        return min(ends, default=False)

    @api.model
    def _is_card_running(self, row, today):
        end = self._get_card_end(row)
        return row.date_from <= today and (not end or end >= today)

    @api.model
    def _get_card_dates(self, row):
        first, end = row.date_from, self._get_card_end(row)
        if not end:
            return self.env._("Since %s", format_date(self.env, first))
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first),
            last=format_date(self.env, end),
        )

    @api.model
    def _get_card_hierarchies(self, payee, today):
        """Those in which the payee leads somebody today."""
        # sudo: as the participations
        edges = self.env["sales.commission.hierarchy.edge"].sudo()
        running = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        domain = Domain("manager_id", "=", payee.id) & Domain("date_from", "<=", today)
        return edges.search(domain & running).hierarchy_id

    @api.model
    def _get_card_role(self, components, leads_in):
        """Whose sales the payee is credited with, in words."""
        names = {
            "salesperson": self.env._("Own sales"),
            "hierarchy": self.env._("Sales of those below"),
            "team": self.env._("Sales of the team"),
            "everybody": self.env._("All sales"),
        }
        ways = set()
        for component in components:
            if component.credited_to != "hierarchy":
                ways.add(component.credited_to)
                continue
            if component.hierarchy_id in leads_in:
                ways.add("hierarchy")
            if 0 in component.rate_ids.mapped("level"):
                ways.add("salesperson")
        return ", ".join(name for way, name in names.items() if way in ways)

    # --- quotas -----------------------------------------------------------------------

    @api.model
    def _get_card_quotas(self, payee, month, today):
        """Each component of a period that holds today, with its quota if any."""
        say = self.env["sales.commission.attainment"]._say_counted
        currency = payee.company_id.currency_id
        rows = []
        for card in self._get_components(payee, month):
            if not card["date_from"] <= today <= card["date_to"]:
                continue
            unit, quota = card["unit"], card["quota"]
            percent = round(card["attainment"]) if quota else 0
            rows.append(
                {
                    "key": card["key"],
                    "name": card["name"],
                    "plan": card["plan"],
                    "dates": self._get_card_period(card),
                    "counted": say(card["credited"], unit, currency),
                    "quota": say(quota, unit, currency) if quota else "",
                    "percent": percent,
                    "bar": min(max(percent, 0), 100),
                    "earned": currency.format(card["earned"]) if card["pays"] else "",
                    "problem": card["problem"] or "",
                }
            )
        return rows

    @api.model
    def _get_card_period(self, card):
        first, last = card["date_from"], card["date_to"]
        if (first.year, first.month) == (last.year, last.month):
            return format_date(self.env, first, date_format="LLLL y")
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first, date_format="LLL y"),
            last=format_date(self.env, last, date_format="LLL y"),
        )
