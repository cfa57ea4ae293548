from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine import periods
from ..models.design.access import check_group
from ..models.source.invoice_measure import SALES
from .program_sums import RUN_RATE_MONTHS, Scope, make_span

MODULE = "sales_commission_gamify"
LENGTHS = (1, 3, 6, 12)
DEFAULT_LENGTH = 3
# Lower bounds, in percent of the target; the last one is open.
BINS = (0, 25, 50, 75, 90, 100, 110, 125, 150)
# Months of the trend, also when there was nothing in the first of them.
LEAST_TREND = 6
NOT_BROUGHT = ("reward", "expiry")


class SalesCommissionProgram(models.AbstractModel):
    """“The Program”: does it reach its people, and what does it cost and bring.

    For officers: it adds up what all payees of a company earn, in one read-only call
    with a number of queries that grows with nothing.
    """

    _name = "sales.commission.program"
    _inherit = "sales.commission.program.sums"
    _description = "Commission Program"

    @api.model
    @api.readonly
    def get_program(self, asked=None):
        """All that the page shows.

        :param asked: dict with any of ``date`` (a day of the last month shown; by
            default the last month that is over), ``months`` (1, 3, 6 or 12),
            ``company_id``, ``team_id``, ``plan_id``
        :return: dict of named figures; amounts in ``currency_id``; ``links`` say which
            action with which domain lists the records behind a figure
        """
        check_group(self.env, "group_officer")
        scope = self._get_scope(asked or {})
        people = self._get_people(scope)
        page = {
            "status": "ready" if people else "empty",
            "filters": self._get_filters(scope),
            "period": self._say_period(scope.span),
            "company": scope.company.name,
            "currency_id": scope.company.currency_id.id,
            "point_word": scope.company.sales_commission_point_name,
        }
        earned = self._get_earned(scope, people)
        payouts = self._get_payouts(scope, people)
        revenue = self._get_revenue(scope)
        attained = self._get_attained(scope, people)
        return page | {
            "adoption": self._say_adoption(people),
            "points": self._say_points(scope, *self._get_points(scope, people)),
            "payouts": self._say_payouts(scope, payouts),
            "cost": self._say_cost(scope, people, earned, revenue),
            "trend_months": self._say_trend(scope, earned, payouts),
            "forecast": self._say_forecast(scope, earned),
            "accrued": scope.company.currency_id.round(
                self._get_accrued(scope, people)
            ),
            "distribution": self._say_distribution(attained),
            "payees": self._say_payees(people, earned, attained, revenue),
            "plans": self._say_plans(scope, earned),
            "links": self._get_links(scope, people),
        }

    @api.model
    @api.readonly
    def get_exceptions(self, asked=None):
        """How many exceptions wait for somebody. Asked for apart: finding them reads
        documents, where the page reads sums."""
        check_group(self.env, "group_officer")
        scope = self._get_scope(asked or {})
        return self.env["sales.commission.exception"].search_count(
            self._get_exception_domain(scope)
        )

    # --- what is asked for ----------------------------------------------------------

    @api.model
    def _get_scope(self, asked):
        companies = self.env.companies
        company = companies.filtered(lambda one: one.id == asked.get("company_id"))
        company = company or self.env.company
        # sudo: officers need no right on sales teams; only names of the company's
        teams = self.env["crm.team"].sudo()
        team = teams.search(
            [
                ("id", "=", asked.get("team_id") or 0),
                ("company_id", "in", [company.id, False]),
            ]
        )
        plans = self.env["sales.commission.plan"].with_context(active_test=False)
        plan_id = asked.get("plan_id") or 0
        plans = plans.search(
            Domain("company_id", "=", company.id)
            & (Domain("id", "=", plan_id) | Domain("root_id", "=", plan_id))
        )
        today = fields.Date.context_today(self)
        this_month = periods.period_of(today, "month")
        day = self._parse_date(asked.get("date")) or fields.Date.subtract(
            this_month.first, days=1
        )
        months = asked.get("months")
        span = make_span(
            min(periods.period_of(day, "month"), this_month),
            months if months in LENGTHS else DEFAULT_LENGTH,
        )
        return Scope(company, span, team, plans)

    @api.model
    def _parse_date(self, text):
        try:
            return fields.Date.to_date(text)
        except ValueError:
            return None

    @api.model
    def _get_filters(self, scope):
        """What can be chosen; of a plan with versions the first one stands for all."""
        plans = self.env["sales.commission.plan"].search_fetch(
            [
                ("company_id", "=", scope.company.id),
                ("state", "!=", "draft"),
                ("root_id", "=", False),
            ],
            ["name"],
            order="name, id",
        )
        assignments = self.env["sales.commission.assignment"]
        # sudo: names of sales teams, which officers need not be able to read
        teams = assignments.sudo()._read_group(
            [("company_id", "=", scope.company.id), ("team_id", "!=", False)],
            ["team_id"],
        )
        return {
            "company_id": scope.company.id,
            "companies": self._list_names(self.env.companies),
            "team_id": scope.team.id,
            "teams": self._list_names([team for (team,) in teams]),
            "plan_id": (scope.plans[:1].root_id or scope.plans[:1]).id,
            "plans": self._list_names(plans),
            "months": scope.span.months,
            "lengths": LENGTHS,
        }

    @api.model
    def _list_names(self, records):
        return [{"id": record.id, "name": record.name} for record in records]

    @api.model
    def _say_period(self, span):
        first, last = span.now
        today = fields.Date.context_today(self)
        following = fields.Date.add(last, days=1)
        if span.months == 1:
            name = format_date(self.env, first, date_format="LLLL y")
        else:
            name = self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, first, date_format="LLL y"),
                last=format_date(self.env, last, date_format="LLL y"),
            )
        return {
            "date": last,
            "name": name,
            "first": first,
            "last": last,
            "is_running": last >= today,
            "previous": fields.Date.subtract(first, days=1),
            # what lies ahead has no figures yet
            "next": following <= today
            and min(
                fields.Date.add(following, months=span.months - 1),
                periods.period_of(today, "month").first,
            ),
        }

    # --- figures --------------------------------------------------------------------

    @api.model
    def _say_adoption(self, people):
        looked = sum(person["looked"] for person in people)
        return {
            "looked": looked,
            "payees": len(people),
            "percent": round(100 * looked / len(people)) if people else 0,
            "missing": [
                {"id": person["id"], "name": person["name"]}
                for person in people
                if not person["looked"]
            ],
        }

    @api.model
    def _say_points(self, scope, now, before):
        return {
            "given": now,
            "a_month": round(now / scope.span.months),
            "growth": self._get_growth(now, before),
        }

    @api.model
    def _say_payouts(self, scope, payouts):
        def sum_up(period, which=0):
            return sum(
                sums[which]
                for month, sums in payouts.items()
                if period.first <= month <= period.last
            )

        span, rounded = scope.span, scope.company.currency_id.round
        now = sum_up(span.now)
        before, year_before = sum_up(span.before), sum_up(span.year_before)
        return {
            "amount": rounded(now),
            "draft": rounded(sum_up(span.now, 1)),
            "statements": sum_up(span.now, 2),
            "before": rounded(before),
            "growth": self._get_growth(now, before),
            "year_before": rounded(year_before),
            "growth_of_year": self._get_growth(now, year_before),
        }

    @api.model
    def _get_growth(self, now, before):
        """In percent; False where there is nothing to compare with."""
        return before > 0 and round(100 * (now - before) / before, 1)

    @api.model
    def _say_cost(self, scope, people, earned, revenue):
        """What is earned, in percent of what was invoiced in the same months."""
        if scope.team or scope.plans:
            users = {user for person in people for user in person["user_ids"]}
            revenue = {user: sums for user, sums in revenue.items() if user in users}
        rounded = scope.company.currency_id.round
        sums = [row for row in earned if row["month"]]
        cost = sum(float(row["now"] or 0) for row in sums)
        cost_before = sum(float(row["before"] or 0) for row in sums)
        invoiced = sum(now for now, _before in revenue.values())
        invoiced_before = sum(before for _now, before in revenue.values())
        return {
            "earned": rounded(cost),
            "growth": self._get_growth(cost, cost_before),
            "revenue": rounded(invoiced),
            "percent": self._get_share(cost, invoiced),
            "percent_before": self._get_share(cost_before, invoiced_before),
        }

    @api.model
    def _get_share(self, part, whole):
        return whole > 0 and round(100 * part / whole, 2)

    @api.model
    def _say_trend(self, scope, earned, payouts):
        by_month = {row["month"]: row["earned"] for row in earned if row["month"]}
        rounded = scope.company.currency_id.round
        trend = [
            {
                "date": month.first,
                "earned": rounded(float(by_month.get(month.first) or 0)),
                "paid_out": rounded(payouts.get(month.first, (0.0,))[0]),
                "is_shown": month.first >= scope.span.now.first,
            }
            for month in periods.tile("month", *scope.span.trend)
        ]
        # months before there was anything tell nothing
        while len(trend) > LEAST_TREND and not (
            trend[0]["earned"] or trend[0]["paid_out"] or trend[0]["is_shown"]
        ):
            trend.pop(0)
        return trend

    @api.model
    def _say_forecast(self, scope, earned):
        """Run rate: what the months of the year that are over earned, and for each one
        to come the average of the last ones."""
        today = fields.Date.context_today(self)
        year, rounded = scope.span.year, scope.company.currency_id.round
        by_month = {
            row["month"]: float(row["earned"] or 0) for row in earned if row["month"]
        }
        over = [
            month
            for month in periods.tile(
                "month", min(year.first, scope.span.trend.first), scope.span.now.last
            )
            if month.last < today
        ]
        recent = [by_month.get(month.first, 0.0) for month in over[-RUN_RATE_MONTHS:]]
        a_month = sum(recent) / len(recent) if recent else 0.0
        of_year = [month for month in over if month.first >= year.first]
        so_far = sum(by_month.get(month.first, 0.0) for month in of_year)
        return {
            "year": year.first.year,
            "so_far": rounded(so_far),
            "a_month": rounded(a_month),
            "months_left": 12 - len(of_year),
            "amount": rounded(so_far + a_month * (12 - len(of_year))),
        }

    @api.model
    def _say_distribution(self, attained):
        payees = defaultdict(list)
        for payee, percent in attained.items():
            payees[max((low for low in BINS if low <= percent), default=0)].append(
                payee
            )
        return [
            {"from": low, "to": high, "payees": payees[low]}
            for low, high in zip(BINS, (*BINS[1:], False), strict=True)
        ]

    @api.model
    def _say_payees(self, people, earned, attained, revenue):
        """One dot each: what was sold and reached, and what that paid."""
        paid = {
            row["employee_id"]: float(row["now"] or 0)
            for row in earned
            if row["employee_id"]
        }
        return [
            {
                "id": person["id"],
                "name": person["name"],
                "earned": round(paid.get(person["id"], 0.0), 2),
                "attainment": attained.get(person["id"], False),
                "revenue": round(
                    sum(revenue.get(user, (0.0,))[0] for user in person["user_ids"]), 2
                ),
            }
            for person in people
        ]

    @api.model
    def _say_plans(self, scope, earned):
        """What each plan cost, the dearest first, with its components."""
        rows = {row["component_id"]: row for row in earned if row["component_id"]}
        # sudo: whoever may see the program may see what it is made of
        components = self.env["sales.commission.component"].sudo().browse(rows)
        total = sum(float(row["now"] or 0) for row in rows.values())
        plans = []
        for plan, own in components.grouped("plan_id").items():
            parts = [
                {
                    "id": component.id,
                    "name": component.name,
                    **self._say_part(rows[component.id], total),
                }
                for component in own
                if rows[component.id]["now"] or rows[component.id]["before"]
            ]
            if parts:
                parts.sort(key=lambda part: -part["earned"])
                sums = {
                    key: sum(float(rows[part["id"]][key] or 0) for part in parts)
                    for key in ("now", "before")
                }
                plans.append(
                    {
                        "id": plan.id,
                        "name": plan.display_name,
                        **self._say_part(sums, total),
                        "components": parts,
                    }
                )
        return sorted(plans, key=lambda plan: -plan["earned"])

    @api.model
    def _say_part(self, sums, total):
        now, before = float(sums["now"] or 0), float(sums["before"] or 0)
        return {
            "earned": round(now, 2),
            "share": self._get_share(now, total) or 0,
            "growth": self._get_growth(now, before),
        }

    # --- from a figure to its records -----------------------------------------------

    @api.model
    def _get_exception_domain(self, scope):
        domain = Domain("company_id", "=", scope.company.id)
        domain &= Domain("is_dismissed", "=", False)
        if scope.plans:
            domain &= Domain("plan_id", "in", scope.plans.ids)
        return domain

    @api.model
    def _get_links(self, scope, people):
        """What the page adds to: a bar or row names its payees or component."""
        first, last = scope.span.now
        company = Domain("company_id", "=", scope.company.id)
        own = company
        if scope.team:
            own &= Domain("employee_id", "in", [person["id"] for person in people])
        plans = Domain("plan_id", "in", scope.plans.ids) if scope.plans else Domain.TRUE

        def between(field, start=first):
            return Domain(field, ">=", start) & Domain(field, "<=", last)

        links = {
            "adoption": self._link("visit", own & between("date")),
            "missing": self._link("assignment", own & plans),
            "points": self._link(
                "point", own & between("date") & Domain("kind", "not in", NOT_BROUGHT)
            ),
            "payouts": self._link("statement", own & between("period_date")),
            "earned": self._link("earning", own & plans & between("date_to")),
            "attainment": self._link(
                "attainment",
                own
                & plans
                & Domain("date_from", "<=", last)
                & Domain("date_to", ">=", first)
                & Domain("quota", ">", 0),
            ),
            "accrued": self._link("accrual", own & plans & Domain("date", "<=", last)),
            "forecast": self._link(
                "earning", own & plans & between("date_to", scope.span.year.first)
            ),
            "exceptions": self._link("exception", self._get_exception_domain(scope)),
        }
        if self.env["account.move"].has_access("read"):
            users = [user for person in people for user in person["user_ids"]]
            narrow = Domain("invoice_user_id", "in", users)
            links["revenue"] = {
                "action": "account.action_move_out_invoice",
                "domain": list(
                    company
                    & Domain("state", "=", "posted")
                    & Domain("move_type", "in", SALES)
                    & between("invoice_date")
                    & (narrow if scope.team or scope.plans else Domain.TRUE)
                ),
            }
        return links

    @api.model
    def _link(self, model, domain):
        return {
            "action": f"{MODULE}.sales_commission_{model}_action",
            "domain": list(domain),
        }
