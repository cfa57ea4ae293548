from odoo import api, models
from odoo.fields import Domain


class SalesCommissionDashboard(models.AbstractModel):
    """How a payee earns: a card for each component."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _get_components(self, payees, month):
        """One card per component, payee and override level that runs in *month*."""
        touching = (
            Domain("employee_id", "in", payees.ids)
            & Domain("date_from", "<=", month.last)
            & Domain("date_to", ">=", month.first)
        )
        attainments = self.env["sales.commission.attainment"].search_fetch(touching)
        latest = self._get_latest_earnings(touching)
        problems = dict(self.env["sales.commission.attainment"]._get_problems())
        rows = self._get_assigned(payees, month)
        for row in attainments:
            key = (row.component_id.id, row.employee_id.id, row.level, row.date_from)
            rows[key] = {
                "date_to": row.date_to,
                "credited": row.value if row.unit == "percent" else row.credited,
                "earned": row.earned,
                "quota": row.quota,
                "attainment": row.attainment,
                "problem": row.problem and problems[row.problem],
            }
            own = (*key[:2], 0, row.date_from)
            if row.level and own in rows and rows[own]["quota"] is None:
                # who earns by what others sell needs no empty card beside it
                del rows[own]
        # sudo: names and rates of a plan that the payee has meanwhile left
        components = self.env["sales.commission.component"].sudo()
        components = components.browse({key[0] for key in rows}).sorted()
        self._add_quotas(components, rows)
        cards = {
            key: self._get_card(component, key, rows[key], latest.get(key))
            for component in components
            for key in sorted(rows)
            if key[0] == component.id
        }
        self._add_ahead(components, cards)
        self._add_card_words(components, cards)
        return list(cards.values())

    @api.model
    def _get_latest_earnings(self, domain):
        """``{key: the earning booked last}``; it explains the whole period."""
        earnings = self.env["sales.commission.earning"]
        groups = earnings._read_group(
            domain,
            ["component_id", "employee_id", "level", "date_from:day"],
            ["id:max"],
        )
        earnings = earnings.browse(group[-1] for group in groups)
        return {
            (component.id, employee.id, level, date_from): earning
            for (component, employee, level, date_from, _id), earning in zip(
                groups, earnings, strict=True
            )
        }

    @api.model
    def _get_assigned(self, payees, month):
        """Components without any credit yet: ``{key: {period end, 0, 0}}``."""
        # sudo: a portal payee may read neither plans nor who takes part in them
        assignments = self.env["sales.commission.assignment"].sudo()
        open_end = Domain("date_to", "=", False) | Domain("date_to", ">=", month.first)
        assignments = assignments.search(
            Domain("employee_id", "in", payees.ids)
            & Domain("date_from", "<=", month.last)
            & open_end
            & Domain("plan_id.state", "!=", "draft")
            & Domain("plan_id", "any", Domain("date_from", "<=", month.last) & open_end)
        )
        rows = {}
        for assignment in assignments:
            plan = assignment.plan_id
            for first, last in plan._get_periods(*month):
                for component in plan.component_ids:
                    key = (component.id, assignment.employee_id.id, 0, first)
                    rows[key] = {
                        "date_to": last,
                        "credited": 0.0,
                        "earned": 0.0,
                        "quota": None,
                        "attainment": 0.0,
                        "problem": False,
                    }
        return rows

    @api.model
    def _add_quotas(self, components, rows):
        """The quotas of what has no credit yet: a payee wants to see them before."""
        missing = {key for key, row in rows.items() if row["quota"] is None}
        targets = components._get_targets(
            {(component, payee, first) for component, payee, _level, first in missing}
        )
        scores = components.filtered(lambda c: c.basis == "scorecard")
        for key in missing:
            component, payee, _level, first = key
            quota = targets[component, payee, first].quota
            is_score = component in scores.ids
            rows[key]["quota"] = 100.0 if is_score else float(quota or 0)

    @api.model
    def _get_card(self, component, key, row, earning):
        _component_id, employee_id, level, date_from = key
        return {
            **row,
            "key": "-".join(map(str, key)),
            "name": component.name,
            "plan": component.plan_id.name,
            "level": level,
            "date_from": date_from,
            "unit": component.unit,
            "is_score": component.basis == "scorecard",
            "pays": component.pays != "nothing",
            "explanation": earning._explain() if earning else "",
            "link": self._link(
                "credit",
                Domain("component_id", "=", component.id)
                & Domain("employee_id", "=", employee_id)
                & Domain("level", "=", level)
                & Domain("date_from", "=", date_from),
            ),
        }

    @api.model
    def _get_running_longer(self, components, month):
        """Earned so far in quarters and years that end after *month*."""
        return sum(
            card["earned"] for card in components if card["date_to"] > month.last
        )
