from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import periods

HISTORY_MONTHS = 6
STATEMENTS = 6

MODULE = "sales_commission_gamify"


class SalesCommissionDashboard(models.AbstractModel):
    """What a payee sees of his own commissions.

    Read with the rights of the current user, so that the record rules decide.
    The figures of a month are those of the measuring periods that end in it:
    a quarter belongs to its last month, as on the statement that pays it.
    """

    _name = "sales.commission.dashboard"
    _description = "My Commissions"

    @api.model
    @api.readonly
    def get_my_commissions(self, date=None):
        """All that the page “My Commissions” shows, in one call.

        :param date: any day of the month to show; None for the current month
        :return: dict of named figures; amounts in ``currency_id``. ``status`` is
            ``ready``, ``no_payee`` or ``no_plan``; ``links`` says which action
            with which domain lists the records behind a figure
        """
        payees, elsewhere = self._get_payees_of_one_company()
        page = self._get_page(payees, elsewhere, date)
        return page | self._get_own_parts(payees, page) if payees else page

    @api.model
    def _get_own_parts(self, _payees, _page):
        """What only the payee himself sees on the page."""
        return {}

    @api.model
    def _get_page(self, payees, elsewhere, date):
        """The page of *payees* of one company, who also earn in *elsewhere*."""
        today = fields.Date.context_today(self)
        month = periods.period_of(fields.Date.to_date(date) or today, "month")
        page = {
            "status": "no_payee",
            "month": self._get_month(month, today),
            "can_design": self.env.user.has_group(f"{MODULE}.group_officer"),
            "other_companies": elsewhere.mapped("name"),
        }
        if not payees:
            return page
        history = self._get_history(payees, month)
        components = self._get_components(payees, month)
        statements = self._get_statements(payees)
        page |= {
            "payee": ", ".join(dict.fromkeys(payees.mapped("name"))),
            "company": payees.company_id.name,
            "currency_id": payees.company_id.currency_id.id,
            "current": history[-1],
            "previous": history[-2],
            "change": self._get_change(history[-1], history[-2], payees),
            "history": history,
            "payouts": self._get_payouts(payees, month),
            "components": components,
            "running_longer": self._get_running_longer(components, month),
            "deals": self._get_deals(payees, month),
            "points": self._get_points(payees, month),
            "point_word": {
                "name": payees.company_id.sales_commission_point_name,
                "icon": payees.company_id.sales_commission_point_icon,
            },
            "badges": self._get_badges(payees),
            "statements": statements,
            "disputes": self._get_disputes(payees),
            "draw_balance": self._get_draw_balance(payees),
            "links": self._get_links(payees, month),
        }
        nothing_yet = not (components or statements or page["deals"])
        is_past = bool(page["month"]["next"])
        page["status"] = "no_plan" if nothing_yet and not is_past else "ready"
        return page

    # --- who is asking ----------------------------------------------------------

    @api.model
    def _get_own_payees(self):
        """The employees that the current user is, in all of his companies: by his
        user, or by his contact when he only has portal access."""
        return self.env["sales.commission.dispute"]._get_own_payees()

    @api.model
    def _get_payees_of_one_company(self):
        """Amounts of two companies are not added up: those of the current company
        are shown, or those of the first in which the user is a payee.

        :return: ``(payees, the other companies in which the user is a payee)``
        """
        payees = self._get_own_payees()
        active = payees.filtered(lambda payee: payee.company_id in self.env.companies)
        companies = active.company_id
        company = self.env.company if self.env.company in companies else companies[:1]
        shown = payees.filtered(lambda payee: payee.company_id == company)
        return shown, payees.company_id - company

    @api.model
    def _get_month(self, month, today):
        return {
            "date": month.first,
            "name": format_date(self.env, month.first, date_format="LLLL y"),
            "previous": fields.Date.subtract(month.first, months=1),
            # what lies ahead has no figures yet
            "next": month.last < today and month.last + timedelta(days=1),
        }

    # --- money ------------------------------------------------------------------

    @api.model
    def _get_history(self, payees, month):
        """Figures of the months up to *month*, the oldest first."""
        first = fields.Date.subtract(month.first, months=HISTORY_MONTHS - 1)
        between = Domain("employee_id", "in", payees.ids) & self._within(
            first, month.last
        )
        earned = dict(
            self.env["sales.commission.earning"]._read_group(
                between, ["date_to:month"], ["amount:sum"]
            )
        )
        stated = defaultdict(float)
        for start, state, amount in self.env[
            "sales.commission.statement.line"
        ]._read_group(
            between
            & Domain("kind", "=", "earning")
            & Domain("statement_id.state", "!=", "draft"),
            ["date_to:month", "statement_id.state"],
            ["amount:sum"],
        ):
            stated[start, "paid" if state == "paid" else "to_pay"] += amount
        held = dict(
            self.env["sales.commission.held"]._read_group(
                between, ["date_to:month"], ["amount:sum"]
            )
        )
        currency = payees.company_id.currency_id
        return [
            self._get_figures(
                period.first,
                currency,
                earned=earned.get(period.first, 0.0),
                held=held.get(period.first, 0.0),
                to_pay=stated[period.first, "to_pay"],
                paid=stated[period.first, "paid"],
            )
            for period in periods.tile("month", first, month.last)
        ]

    @api.model
    def _within(self, first, last):
        return Domain("date_to", ">=", first) & Domain("date_to", "<=", last)

    @api.model
    def _get_figures(self, first, currency, earned, held, to_pay, paid):
        """``earned`` is ``held`` (not payable yet) + ``open`` (on no statement yet)
        + ``to_pay`` + ``paid``."""
        return {
            "date": first,
            "earned": currency.round(earned),
            "held": currency.round(held),
            "open": currency.round(earned - held - to_pay - paid),
            "to_pay": currency.round(to_pay),
            "paid": currency.round(paid),
        }

    @api.model
    def _get_change(self, current, previous, payees):
        amount = current["earned"] - previous["earned"]
        return {
            "amount": payees.company_id.currency_id.round(amount),
            "percent": previous["earned"] > 0
            and round(100 * amount / previous["earned"]),
        }

    @api.model
    def _get_payouts(self, payees, month):
        """What is on its way on statements, and what was paid this year."""
        found = defaultdict(lambda: {"amount": 0.0, "count": 0})
        year = month.first.replace(month=1)
        for state, start, amount, count in self.env[
            "sales.commission.statement"
        ]._read_group(
            self._get_statement_domain(payees),
            ["state", "period_date:year"],
            ["amount_payable:sum", "__count"],
        ):
            if state != "paid" or start == year:
                total = found["paid" if state == "paid" else "on_its_way"]
                total["amount"] += amount
                total["count"] += count
        currency = payees.company_id.currency_id
        return {
            "year": year.year,
            **{
                kind: {**found[kind], "amount": currency.round(found[kind]["amount"])}
                for kind in ("on_its_way", "paid")
            },
        }

    @api.model
    def _get_disputes(self, payees):
        """How many wait for an answer, and how many were answered last."""
        counts = dict(
            self.env["sales.commission.dispute"]._read_group(
                Domain("employee_id", "in", payees.ids), ["state"], ["__count"]
            )
        )
        return {
            "open": counts.get("new", 0) + counts.get("review", 0),
            "answered": counts.get("answered", 0),
        }

    @api.model
    def _get_draw_balance(self, payees):
        """What is owed of draws, and taken back from later earnings."""
        movements = self.env["sales.commission.draw.movement"]
        [[owed]] = movements._read_group(
            Domain("employee_id", "in", payees.ids), [], ["amount:sum"]
        )
        return payees.company_id.currency_id.round(owed or 0.0)

    @api.model
    def _get_statement_domain(self, payees):
        return Domain("employee_id", "in", payees.ids) & Domain("state", "!=", "draft")

    @api.model
    def _get_statements(self, payees):
        statements = self.env["sales.commission.statement"].search_fetch(
            self._get_statement_domain(payees),
            ["name", "period_id", "state", "amount_payable", "amount_closing"],
            order="period_date desc, id desc",
            limit=STATEMENTS,
        )
        labels = dict(statements._fields["state"]._description_selection(self.env))
        return [
            {
                "id": statement.id,
                "name": statement.name,
                # sudo: a portal payee may not read pay periods
                "period": statement.sudo().period_id.name,
                "state": statement.state,
                "state_label": labels[statement.state],
                "amount": statement.amount_payable,
                "carried": statement.amount_closing,
            }
            for statement in statements
        ]

    # --- from a figure to its records -------------------------------------------

    @api.model
    def _link(self, model, domain):
        return {
            "action": f"{MODULE}.sales_commission_{model}_action",
            "domain": list(domain),
        }

    @api.model
    def _get_open(self):
        """Earnings on no statement that the payee can see. What waits for something
        is on none; it is listed apart."""
        payables = self.env["sales.commission.payable"]
        waiting = payables._get_plans(self.env.companies)
        return Domain("plan_id", "not in", waiting.ids) & Domain(
            "statement_line_ids", "not any", [("statement_id.state", "!=", "draft")]
        )

    @api.model
    def _get_links(self, payees, month):
        own = Domain("employee_id", "in", payees.ids)
        year = periods.period_of(month.first, "year")
        in_month = self._within(*month)
        lines = Domain("line_ids", "any", in_month)
        waiting = Domain("state", "in", ("confirmed", "approved", "posted"))
        paid = Domain("state", "=", "paid")
        in_year = Domain("period_date", ">=", year.first) & Domain(
            "period_date", "<=", year.last
        )
        return {
            "earned": self._link("earning", own & in_month),
            "held": self._link("held", own & in_month),
            "open": self._link("earning", own & in_month & self._get_open()),
            "to_pay": self._link("statement", own & waiting & lines),
            "paid": self._link("statement", own & paid & lines),
            "on_its_way": self._link("statement", own & waiting),
            "paid_year": self._link("statement", own & paid & in_year),
            "deals": self._link("credit", own & Domain("date", "<=", month.last)),
            "points": self._link("point", own),
            "statements": self._link("statement", self._get_statement_domain(payees)),
        }
