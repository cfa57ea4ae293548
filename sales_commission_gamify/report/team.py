from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import periods
from ..models.design.access import check_group

MODULE = "sales_commission_gamify"
# Days without a deal after which somebody is stuck.
STUCK_DAYS = 14
NUDGE_LENGTH = 2000


class SalesCommissionTeam(models.AbstractModel):
    """“My Team”: one row for each person below the current user, at every level."""

    _name = "sales.commission.team"
    _inherit = "sales.commission.team.sums"
    _description = "My Team"

    @api.model
    @api.readonly
    def get_my_team(self, date=None):
        """All that the page shows, in one call.

        :param date: any day of the month to show; None for the current month
        :return: dict of named figures; amounts in ``currency_id``. ``status`` is
            ``ready``, ``no_people`` (nobody is below the user) or ``no_plan`` (none of
            them takes part in a plan in the month)
        """
        check_group(self.env, "group_manager")
        # the last deals of 1,000 people take 10 ms, and ten times that when compiled
        self.env["sales.commission.run"]._without_compiling()
        dashboard = self.env["sales.commission.dashboard"]
        today = fields.Date.context_today(self)
        month = periods.period_of(self._parse_date(date) or today, "month")
        month = min(month, periods.period_of(today, "month"))
        below = dashboard._get_payees_below()
        company = below.company_id or self.env.company
        page = {
            "status": "no_people",
            "month": dashboard._get_month(month, today),
            "company": company.name,
            "currency_id": company.currency_id.id,
            "point_word": company.sales_commission_point_name,
            "stuck_days": STUCK_DAYS,
            "is_officer": self.env.user.has_group(f"{MODULE}.group_officer"),
            "rows": [],
            "leads": [],
        }
        if not below:
            return page
        people = self._get_taking_part(below, company, month)
        if not people:
            return page | {"status": "no_plan"}
        rows = self._get_rows(people, company, month, min(today, month.last))
        return page | {
            "status": "ready",
            "rows": rows,
            "leads": self._get_leads(below, rows),
            "totals": self._add_up(rows, company.currency_id),
            "links": self._get_links(people, company, month),
        }

    @api.model
    def nudge(self, employee_id, message):
        """Send somebody below a message, by Odoo's own ways (inbox or e-mail)."""
        check_group(self.env, "group_manager")
        payee = self.env["sales.commission.dashboard"]._get_payee_to_read(employee_id)
        text = (message or "").strip()[:NUDGE_LENGTH]
        if not text:
            raise UserError(self.env._("Write what you want to tell %s.", payee.name))
        partner = payee.user_id.partner_id or payee.work_contact_id
        if not partner:
            raise UserError(
                self.env._(
                    "%s has neither a login nor a contact, so no message can be sent. "
                    "Ask whoever manages employees to add one.",
                    payee.name,
                )
            )
        translated = self.with_context(lang=partner.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=partner.ids,
            author_id=self.env.user.partner_id.id,
            subject=translated.env._("%s about your deals", self.env.user.name),
            body=Markup("<p>%s</p>") % text,
        )
        return True

    # --- rows -----------------------------------------------------------------------

    @api.model
    def _parse_date(self, text):
        try:
            return fields.Date.to_date(text)
        except ValueError:
            return None

    @api.model
    def _get_rows(self, people, company, month, day):
        """*day*: up to which time has passed."""
        before = periods.period_of(fields.Date.subtract(month.first, days=1), "month")
        earned = self._get_earned(people, company, month, before)
        attained = self._get_attained(people, company, month, day)
        payable = self._get_payable(people, company)
        points = self._get_points(people, company, month)
        deals = self._get_last_deals(people, company, month)
        names = {person.id: person.name for person in people | people.parent_id}
        rounded = company.currency_id.round
        days_said = {
            deal_day: format_date(self.env, deal_day)
            for deal_day in {found for found, _name in deals.values() if found}
        }
        rows = []
        for person in people:
            now, previous = earned.get(person.id, (0.0, 0.0))
            percent, pace = attained.get(person.id, (False, False))
            deal_day, deal_name = deals.get(person.id, (None, False))
            days = (day - deal_day).days if deal_day else False
            rows.append(
                {
                    "id": person.id,
                    "name": person.name,
                    "job": person.job_title or "",
                    "lead_id": person.parent_id.id,
                    "lead": names.get(person.parent_id.id, ""),
                    "has_user": bool(person.user_id or person.work_contact_id),
                    "earned": rounded(now),
                    "change": rounded(now - previous),
                    "payable": rounded(payable.get(person.id, 0.0)),
                    "attainment": percent,
                    "pace": pace,
                    "points": points.get(person.id, 0),
                    "deal": deal_name,
                    "deal_date": deal_day or False,
                    "deal_text": days_said.get(deal_day, ""),
                    "days": days,
                    "is_stuck": days is False or days > STUCK_DAYS,
                }
            )
        return rows

    @api.model
    def _get_leads(self, below, rows):
        """Those who lead somebody of the rows, to look at one team alone: each with
        the people at every level below."""
        parents = {person.id: person.parent_id.id for person in below}
        led = {}
        for row in rows:
            lead = parents.get(row["id"])
            while lead in parents:
                if row["id"] in led.setdefault(lead, []):
                    break  # somebody leads in a circle
                led[lead].append(row["id"])
                lead = parents[lead]
        return [
            {"id": person.id, "name": person.name, "payees": led[person.id]}
            for person in below
            if person.id in led
        ]

    @api.model
    def _add_up(self, rows, currency):
        return {
            "earned": currency.round(sum(row["earned"] for row in rows)),
            "change": currency.round(sum(row["change"] for row in rows)),
            "payable": currency.round(sum(row["payable"] for row in rows)),
            "points": sum(row["points"] for row in rows),
            "ahead": sum(row["pace"] is not False and row["pace"] >= 1 for row in rows),
            "behind": sum(row["pace"] is not False and row["pace"] < 1 for row in rows),
            "stuck": sum(row["is_stuck"] for row in rows),
        }

    # --- from a figure to its records -----------------------------------------------

    @api.model
    def _get_links(self, people, company, month):
        own = Domain("company_id", "=", company.id) & Domain(
            "employee_id", "in", people.ids
        )

        def between(field):
            return Domain(field, ">=", month.first) & Domain(field, "<=", month.last)

        def link(model, domain):
            return {
                "action": f"{MODULE}.sales_commission_{model}_action",
                "domain": list(own & domain),
            }

        return {
            "earned": link("earning", between("date_to")),
            "payable": link(
                "statement", Domain("state", "in", ("confirmed", "approved", "posted"))
            ),
            "points": link(
                "point",
                between("date") & Domain("kind", "not in", ("reward", "expiry")),
            ),
            "attainment": link(
                "attainment",
                Domain("date_from", "<=", month.last)
                & Domain("date_to", ">=", month.first),
            ),
            "deals": link("credit", Domain("date", "<=", month.last)),
        }
