from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine import periods
from ..design.flushing import flush_models
from ..source.invoice_measure import SALES

MOST_SCENARIOS = 5


class SalesCommissionScenario(models.Model):
    _inherit = "sales.commission.scenario"

    @api.readonly
    def simulate(self):
        """What the scenarios *self* (one or several, of one company and the same
        months) would cost, beside what is paid as it is. Writes nothing.

        Amounts are floats, rounded to the currency. Lists “per month” are in the order
        of ``months``, lists “per scenario” in the order of ``scenarios``.

        :return: ``{
            "currency": {"id", "name", "symbol", "position", "decimals"},
            "company": name,
            "months": [{"date": "2026-01-01", "name": "Jan 2026"}],
            "is_forecast": bool,
            "revenue": [invoiced, untaxed, per month], "revenue_total",
            "baseline": {
                "name": "As it is", "costs": [per month], "total",
                "percent": of the revenue, or False},
            "scenarios": [{
                "id", "name", "plan_id", "plan_name", "replaced_id" or False,
                "replaced_name" or "", "description",
                "costs": [per month], "total", "percent",
                "difference": total less the baseline's,
                "difference_percent": of the baseline's total, or False,
                "winners", "losers", "unchanged": numbers of payees,
                "warnings": [sentence of what these figures leave out or suppose]}],
            "payees": [{
                "id", "name", "team": name or "",
                "baseline": amount, "baseline_attainment": percent or False,
                "amounts": [per scenario], "differences": [per scenario],
                "attainments": [percent or False, per scenario]}],
            }``; payees by name; an attainment is that of the first component with a
            quota of the plan that is tried (of the plan that it replaces, for the
            baseline): all that was counted in these months in percent of all quotas
        :raise UserError: with one sentence, for what cannot be tried or compared
        """
        self._check_may_simulate()
        self._check_comparable()
        # sudo: the group and the records are checked; what a plan pays does not depend
        # on who asks
        return self.sudo()._get_result()

    @api.model
    @api.readonly
    def compare(self, scenario_ids):
        """As ``simulate``, by the ids of scenarios."""
        return self.browse(scenario_ids).exists().simulate()

    def _check_comparable(self):
        if not self:
            raise UserError(self.env._("Choose at least one scenario."))
        if len(self) > MOST_SCENARIOS:
            raise UserError(
                self.env._(
                    "%(number)s scenarios are chosen. Compare %(most)s at most.",
                    number=len(self),
                    most=MOST_SCENARIOS,
                )
            )
        first = self[0]
        for scenario in self:
            scenario._check_possible()
            if scenario._get_basis() != first._get_basis():
                raise UserError(
                    self.env._(
                        "“%(first)s” and “%(other)s” cannot be compared: choose "
                        "scenarios of the same company, the same months and the same "
                        "sales.",
                        first=first.name,
                        other=scenario.name,
                    )
                )

    def _get_basis(self):
        """What all scenarios that are compared have in common."""
        return self.company_id, self._get_window(), *self._get_volume().values()

    # --- the answer -------------------------------------------------------------------

    def _get_result(self):
        months = self[0]._get_months()
        baseline = self[0]._get_baseline()
        tried = [scenario._get_tried(baseline) for scenario in self]
        revenue = self[0]._get_revenue()
        currency = self[0].currency_id
        people = {
            key[1] for books in (baseline, *(t[0] for t in tried)) for key in books
        }
        base = self._sum_books(baseline, months)
        sums = [self._sum_books(books, months) for books, _found in tried]
        payees = self._say_payees(people, base, sums, tried)
        return {
            "currency": {
                "id": currency.id,
                "name": currency.name,
                "symbol": currency.symbol,
                "position": currency.position,
                "decimals": currency.decimal_places,
            },
            "company": self[0].company_id.name,
            "months": [
                {
                    "date": str(month.first),
                    "name": self.env["sales.commission.period"]._get_short_name(*month),
                }
                for month in months
            ],
            "is_forecast": self[0].volumes != "past",
            "revenue": revenue,
            "revenue_total": currency.round(sum(revenue)),
            "baseline": {
                "name": self.env._("As it is"),
                **self._say_costs(base, revenue),
            },
            "scenarios": [
                scenario._say_scenario(at, base, one, revenue, payees, found)
                for at, (scenario, one, (_books, found)) in enumerate(
                    zip(self, sums, tried, strict=True)
                )
            ],
            "payees": payees,
        }

    def _get_baseline(self):
        """``{key: (amount, date_to)}`` of what is paid as it is: what is earned, and of
        months to come what would be."""
        if self.volumes != "past":
            found, _components = self.env["sales.commission.simulation"]._simulate(
                self._get_baseline_trials()
            )
            return {key: (one.amount, one.date_to) for key, one in found.items()}
        flush_models(self.env, "earning")
        first, last = self._get_window()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT component_id, employee_id, level, date_from, date_to,
                       SUM(amount)::text
                  FROM sales_commission_earning
                 WHERE company_id = %s AND date_to BETWEEN %s AND %s
                 GROUP BY 1, 2, 3, 4, 5
                """,
                self.company_id.id,
                first,
                last,
            )
        )
        return {
            tuple(key): (Decimal(amount), date_to) for *key, date_to, amount in rows
        }

    def _get_tried(self, baseline):
        """``(as of _get_baseline, what was simulated)``"""
        found, components = self.env["sales.commission.simulation"]._simulate(
            self._get_trials()
        )
        books = {key: (one.amount, one.date_to) for key, one in found.items()}
        if self.volumes == "past":  # what is not tried stays as it was earned
            tried = set(components.ids)
            books |= {key: one for key, one in baseline.items() if key[0] not in tried}
        return books, found

    def _sum_books(self, books, months):
        """``{payee: [amount per month]}``"""
        at = {month.last: number for number, month in enumerate(months)}
        sums = defaultdict(lambda: [Decimal(0)] * len(months))
        for key, (amount, date_to) in books.items():
            sums[key[1]][at[periods.period_of(date_to, "month").last]] += amount
        return sums

    def _say_costs(self, sums, revenue):
        costs = [float(sum(column)) for column in zip(*sums.values(), strict=True)]
        costs = costs or [0.0] * len(revenue)
        total = self.currency_id[:1].round(sum(costs))
        invoiced = sum(revenue)
        return {
            "costs": [self.currency_id[:1].round(cost) for cost in costs],
            "total": total,
            "percent": round(total / invoiced * 100, 2) if invoiced > 0 else False,
        }

    def _say_scenario(self, at, base, sums, revenue, payees, found):
        self.ensure_one()
        before = self._say_costs(base, revenue)["total"]
        costs = self._say_costs(sums, revenue)
        difference = self.currency_id.round(costs["total"] - before)
        changes = [payee["differences"][at] for payee in payees]
        return {
            "id": self.id,
            "name": self.name,
            "plan_id": self.plan_id.id,
            "plan_name": self.plan_id.display_name,
            "replaced_id": self.replaced_id.id,
            "replaced_name": self.replaced_id.display_name or "",
            "description": self.description or "",
            **costs,
            "difference": difference,
            "difference_percent": round(difference / before * 100, 2)
            if before > 0
            else False,
            "winners": sum(change > 0 for change in changes),
            "losers": sum(change < 0 for change in changes),
            "unchanged": sum(not change for change in changes),
            "warnings": self._get_warnings(found),
        }

    def _say_payees(self, people, base, sums, tried):
        currency = self.currency_id[:1]

        def total(books, payee_id):
            months = books.get(payee_id)
            return currency.round(float(sum(months))) if months else 0.0

        attained = [
            scenario._get_attained(found)
            for scenario, (_books, found) in zip(self, tried, strict=True)
        ]
        before = self[0]._get_attained_before()
        teams = self[0]._get_teams(people)
        payees = []
        for payee in self.env["hr.employee"].browse(people).sorted("name"):
            paid = total(base, payee.id)
            amounts = [total(one, payee.id) for one in sums]
            payees.append(
                {
                    "id": payee.id,
                    "name": payee.name,
                    "team": teams.get(payee.id, ""),
                    "baseline": paid,
                    "baseline_attainment": before.get(payee.id, False),
                    "amounts": amounts,
                    "differences": [currency.round(one - paid) for one in amounts],
                    "attainments": [one.get(payee.id, False) for one in attained],
                }
            )
        return payees

    # --- beside the money -----------------------------------------------------------

    def _get_attained(self, found):
        """``{payee id: percent}``"""
        component = self._get_shown_component(
            self.plan_id.component_ids,
            {key[0] for key, one in found.items() if one.standing["quota"]},
        )
        rows = [
            (key[1], one.standing["value"], one.standing["quota"])
            for key, one in found.items()
            if key[0] == component.id and one.standing["quota"]
        ]
        return self._sum_attained(rows)

    def _get_attained_before(self):
        plans = self._get_ended() or self.plan_id
        first, last = self._get_window()
        rows = self.env["sales.commission.attainment"].search_fetch(
            [
                ("plan_id", "in", plans.ids),
                ("date_to", ">=", first),
                ("date_to", "<=", last),
                ("quota", ">", 0),
            ],
            ["component_id", "employee_id", "value", "quota"],
        )
        component = self._get_shown_component(
            plans.component_ids, set(rows.component_id.ids)
        )
        root = component.root_id or component
        return self._sum_attained(
            [
                (row.employee_id.id, row.value, row.quota)
                for row in rows
                if (row.component_id.root_id or row.component_id) == root
            ]
        )

    def _get_shown_component(self, components, known):
        return components.sorted(lambda c: (c.sequence, c.id)).filtered(
            lambda c: c.id in known
        )[:1]

    @api.model
    def _sum_attained(self, rows):
        sums = defaultdict(lambda: [0.0, 0.0])
        for payee_id, value, quota in rows:
            sums[payee_id][0] += float(value)
            sums[payee_id][1] += float(quota)
        return {
            payee_id: round(value / quota * 100, 2)
            for payee_id, (value, quota) in sums.items()
        }

    def _get_teams(self, people):
        """``{payee id: name of the sales team of the last participation}``"""
        rows = self.env["sales.commission.assignment"].search_fetch(
            [("employee_id", "in", list(people)), ("team_id", "!=", False)],
            ["employee_id", "team_id"],
            order="date_from, id",
        )
        return {row.employee_id.id: row.team_id.name for row in rows}

    def _get_revenue(self):
        """What is invoiced per month, untaxed and less credit notes; of months to come,
        what is supposed."""
        self.env["account.move"].flush_model()
        volume = self._get_volume()
        first, last = self._get_sold_window()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT (date_trunc('month', invoice_date)
                        + make_interval(months => %s))::date,
                       (SUM(amount_untaxed_signed) * %s)::float8
                  FROM account_move
                 WHERE company_id = %s AND state = 'posted' AND move_type IN %s
                   AND invoice_date BETWEEN %s AND %s
                 GROUP BY 1
                """,
                volume["back"],
                volume["factor"],
                self.company_id.id,
                SALES,
                first,
                last,
            )
        )
        invoiced = dict(rows)
        return [
            self.currency_id.round(invoiced.get(month.first, 0.0))
            for month in self._get_months()
        ]
