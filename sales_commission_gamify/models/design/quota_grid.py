from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import periods

SPANS = ("quarter", "year")


class SalesCommissionQuota(models.Model):
    """Many targets set at once, as in a spreadsheet."""

    _inherit = "sales.commission.quota"

    @api.model
    def _set_cells(self, component, cells):
        """Make the targets of *component* what the *cells* say, priced once.

        :param cells: dicts of ``employee_id``, ``team_id``, ``date_from`` and
            ``amount``; without an amount the target is deleted
        """
        later = []
        quotas = self.with_context(sales_commission_targets_later=later)
        held = {
            (quota.employee_id.id, quota.team_id.id, quota.date_from): quota
            for quota in quotas.search([("component_id", "=", component.id)])
        }
        gone, vals_list = quotas.browse(), []
        for cell in cells:
            key = (
                cell.get("employee_id") or False,
                cell.get("team_id") or False,
                fields.Date.to_date(cell["date_from"]),
            )
            quota = held.get(key)
            if not quota and cell["amount"]:
                vals_list.append(
                    {
                        "component_id": component.id,
                        "employee_id": key[0],
                        "team_id": key[1],
                        "date_from": key[2],
                        "amount": cell["amount"],
                    }
                )
            elif quota and cell["amount"]:
                if quota.amount != cell["amount"]:
                    quota.amount = cell["amount"]
            elif quota and quota.target_incentive:
                quota.amount = 0
            elif quota:
                gone |= quota
        gone.unlink()
        quotas.create(vals_list)
        lines, scopes = defaultdict(list), set()
        for some_lines, some_scopes in later:
            scopes |= some_scopes
            for plan, texts in some_lines.items():
                lines[plan] += texts
        self._tell(lines, scopes)


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    target_count = fields.Integer(
        compute="_compute_target_count", help="Targets set for this plan."
    )

    def _compute_target_count(self):
        counts = dict(
            self.env["sales.commission.quota"]._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.target_count = counts.get(plan, 0)

    def action_view_targets(self):
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id(
            "sales_commission_gamify.sales_commission_quota_grid_action"
        )
        action["context"] = {"active_id": self.id}
        action["params"] = {"plan_id": self.id}
        return action

    # --- the grid -----------------------------------------------------------------

    @api.readonly
    def get_target_grid(self, component_id=False, date=False, span="year"):
        """What the grid shows: rows of payees, teams and the plan, a column for each
        measuring period of a quarter or year."""
        self.ensure_one()
        self.check_access("read")
        components = self.component_ids.filtered(lambda c: c.basis == "measure")
        component = components.filtered(lambda c: c.id == component_id)
        component = component or components[:1]
        columns = self._get_grid_periods(date, span)
        grid = {
            "plan": self.display_name,
            "components": [
                {"id": each.id, "name": each.name, "unit": each.unit}
                for each in components
            ],
            "component_id": component.id,
            "currency_id": component.unit_currency_id.id,
            "can_write": self.env["sales.commission.quota"].has_access("write"),
            "span": span,
            "date": columns[0]["date"],
            "columns": columns,
            "rows": [],
        }
        if component:
            grid["rows"] = self._get_grid_rows(component, columns)
        return grid

    def _get_grid_periods(self, date, span):
        day = fields.Date.to_date(date) or max(
            fields.Date.context_today(self), self.date_from
        )
        kind = span if span in SPANS else "year"
        days = periods.period_of(day, kind)
        names = self.env["sales.commission.period"]
        return [
            {
                "date": fields.Date.to_string(period.first),
                "name": names._get_short_name(*period),
                "open": period.last >= self.date_from
                and (not self.date_to or period.first <= self.date_to),
            }
            for period in self._get_periods(*days)
        ]

    def _get_grid_rows(self, component, columns):
        first = fields.Date.to_date(columns[0]["date"])
        last = self._get_periods(
            fields.Date.to_date(columns[-1]["date"]),
            fields.Date.to_date(columns[-1]["date"]),
        )[-1].last
        # by a search: a payee sees the own row only, a manager those of the team
        taking_part = self.env["sales.commission.assignment"].search(
            [
                ("plan_id", "=", self.id),
                ("date_from", "<=", last),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", first),
            ]
        )
        # sudo: names only, of payees and teams of a plan that the user may read
        teams = taking_part.sudo().team_id.sorted("name")
        payees = taking_part.sudo().employee_id.sorted("name")
        rows = [self._make_row("plan", False, False, self.env._("Everybody"))]
        rows += [self._make_row("team", False, team.id, team.name) for team in teams]
        rows += [self._make_row("payee", one.id, False, one.name) for one in payees]
        dates = [fields.Date.to_date(column["date"]) for column in columns]
        held = self._get_held_targets(component, dates)
        otherwise = component.sudo()._get_targets(
            {
                (component.id, one.employee_id.id, day)
                for one in taking_part.sudo()
                for day in dates
                if one.date_from <= self._get_periods(day, day)[0].last
                and (not one.date_to or one.date_to >= day)
            }
        )
        for row in rows:
            for day in dates:
                text = fields.Date.to_string(day)
                row["cells"][text] = held.get((row["employee_id"], row["team_id"], day))
                target = otherwise.get((component.id, row["employee_id"], day))
                row["otherwise"][text] = float(target and target.quota or 0)
        return rows

    def _make_row(self, kind, employee_id, team_id, name):
        return {
            "key": f"{kind}-{employee_id or team_id or 0}",
            "kind": kind,
            "employee_id": employee_id,
            "team_id": team_id,
            "name": name,
            "cells": {},
            "otherwise": {},
        }

    def _get_held_targets(self, component, dates):
        quotas = self.env["sales.commission.quota"].search(
            [("component_id", "=", component.id), ("date_from", "in", dates)]
        )
        return {
            (quota.employee_id.id, quota.team_id.id, quota.date_from): quota.amount
            for quota in quotas
        }

    def set_target_cells(self, component_id, cells):
        """Save what was typed in the grid, all of it or nothing.

        :return: for each cell that cannot be saved ``employee_id``, ``team_id``,
            ``date_from`` and the ``message`` to show there; empty when all is saved
        """
        self.ensure_one()
        quotas = self.env["sales.commission.quota"]
        quotas.check_access("write")
        component = self.component_ids.filtered(lambda c: c.id == component_id)
        try:
            with self.env.cr.savepoint():
                quotas._set_cells(component, cells)
        except (UserError, ValidationError):
            self.env.invalidate_all(flush=False)
            return self._find_wrong_cells(component, cells)
        return []

    def _find_wrong_cells(self, component, cells):
        """Try each cell alone: which one is it?"""
        errors = []
        quotas = self.env["sales.commission.quota"]
        for cell in cells:
            try:
                with self.env.cr.savepoint() as savepoint:
                    # nothing is kept nor priced: it is only tried
                    quotas.with_context(sales_commission_targets_later=[])._set_cells(
                        component, [cell]
                    )
                    self.env.flush_all()
                    savepoint.rollback()
            except (UserError, ValidationError) as error:
                errors.append({**cell, "message": str(error)})
            self.env.invalidate_all(flush=False)
        return errors
