"""How what a plan is made of is named in a spreadsheet that is imported."""

import re

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Date, Domain

BETWEEN = " / "


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """“All sales”, or with its plan, as several plans may have one of that name:
        “New business / All sales”."""
        found = super().name_search(name, domain, operator, limit)
        plan, between, own_name = (name or "").partition(BETWEEN)
        if between and not found:
            rows = self.search(
                Domain(domain or Domain.TRUE)
                & Domain("name", operator, own_name.strip())
            ).filtered(
                lambda row: row.plan_id.display_name.lower() == plan.strip().lower()
            )
            found = [(row.id, row.display_name) for row in rows[:limit]]
        if self.env.context.get("import_file") and operator == "=" and len(found) > 1:
            self._refuse_ambiguous(name, [component_id for component_id, _n in found])
        return found

    @api.model
    def _refuse_ambiguous(self, name, component_ids):
        """Odoo's import would take the first one.

        :raise ValueError: as the import expects it of a cell
        """
        plans = self.browse(component_ids).plan_id
        raise ValueError(
            self.env._(
                "Several plans have a component “%(component)s”. Write which one you "
                "mean, for example “%(example)s”: the plans are %(plans)s.",
                component=name,
                example=f"{plans[0].display_name}{BETWEEN}{name}",
                plans=", ".join(plans.mapped("display_name")),
            )
        )


class SalesCommissionQuota(models.Model):
    _inherit = "sales.commission.quota"

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for targets"),
                "template": "/sales_commission_gamify/static/xls/targets.xlsx",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_figures(vals)
        return super().create(vals_list)

    def write(self, vals):
        for quota in self if vals.keys() & {"amount", "target_incentive"} else ():
            names = ("component_id", "employee_id", "team_id", "date_from")
            quota._check_figures({**{n: quota[n] for n in names}, **vals})
        return super().write(vals)

    @api.model
    def _check_figures(self, vals):
        """Before the database refuses it without saying whose target it is."""
        if not any(
            (vals.get(name) or 0) < 0 for name in ("amount", "target_incentive")
        ):
            return
        raise ValidationError(
            self.env._(
                "The target of %(whose)s is below 0. Write 0 or more, or delete the "
                "target.",
                whose=self._say_whose(vals),
            )
        )

    @api.model
    def _say_whose(self, vals):
        """“Ann for Invoiced of New business in January 2026”, of values to write."""
        row = self.new(vals)
        return self.env._(
            "%(payee)s for “%(component)s” of plan “%(plan)s” (%(period)s)",
            payee=row.employee_id.sudo().name
            or row.team_id.name
            or self.env._("everybody"),
            component=row.component_id.name,
            plan=row.component_id.plan_id.display_name,
            period=row._say_period(),
        )

    @api.model
    def _say_twice(self, diag):
        """:param diag: of PostgreSQL, with the values of the key that is taken; None
        when Odoo only asks for the words"""
        detail = diag.message_detail if diag else ""
        values = re.search(r"=\((\d+), (\d+), (\d+), ([\d-]+)\)", detail or "")
        if not values:
            return ""
        component, employee, team, first = values.groups()
        vals = {
            "component_id": int(component),
            "employee_id": int(employee),
            "team_id": int(team),
            "date_from": Date.to_date(first),
        }
        return self.env._(
            "The target of %s is already set. Change it instead of adding a second "
            "one; in a spreadsheet, export the targets with their IDs and import "
            "those again.",
            self._say_whose(vals),
        )
