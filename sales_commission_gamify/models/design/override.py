from odoo import api, models
from odoo.exceptions import ValidationError


class SalesCommissionComponent(models.Model):
    """Credits by the levels of a hierarchy."""

    _inherit = "sales.commission.component"

    @api.onchange("credited_to")
    def _onchange_credited_to(self):
        if self.credited_to == "hierarchy" and not self.hierarchy_id:
            self.hierarchy_id = self.env["sales.commission.hierarchy"].search(
                [], limit=1
            )

    @api.constrains("credited_to", "hierarchy_id")
    def _check_hierarchy(self):
        for component in self:
            if component.credited_to == "hierarchy" and not component.hierarchy_id:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” credits the levels above "
                        "the salesperson: choose the hierarchy that says who that is.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )

    @api.constrains("credited_to", "override_kind", "rate_ids")
    def _check_differential(self):
        """What the levels below got is known beforehand only with one percentage per
        level."""
        for component in self:
            if not component._is_differential():
                continue
            rates = component.rate_ids
            if len(set(rates.mapped("level"))) < len(rates) or any(
                rate.kind != "percent" or rate.bound for rate in rates
            ):
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” pays a level only what is "
                        "above the rate of the levels below, so each level has one "
                        "step, a percentage that starts at 0. Remove the other steps, "
                        "or let each level get its own rate.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )

    def _check_publishable(self):
        result = super()._check_publishable()
        self._check_hierarchy()
        self._check_differential()
        self._check_levels()
        return result

    def _check_levels(self):
        """:raise ValidationError: for a level that nobody can be on, or none at all"""
        for component in self:
            above = component.rate_ids.filtered("level")
            if component.credited_to == "hierarchy" and not above:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” credits the levels above "
                        "the salesperson, but its rate table has a step for level 0 "
                        "only. Give the steps the level that they pay: 1 is directly "
                        "above the salesperson.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )
            if component.credited_to != "hierarchy" and above:
                raise ValidationError(
                    self.env._(
                        "The rate table of “%(component)s” in plan “%(plan)s” has a "
                        "step for level %(level)s, but only the salesperson's level 0 "
                        "is credited. Set the level to 0, or credit the levels above.",
                        component=component.name,
                        plan=component.plan_id.name,
                        level=above[0].level,
                    )
                )

    def _is_differential(self):
        return self.credited_to == "hierarchy" and self.override_kind == "differential"

    def _get_level_percents(self):
        """``{level: its percentage}`` of the levels that are credited; the percentage
        is that of the lowest step, 0 for any other kind of step."""
        levels = {}
        for rate in self.rate_ids.sorted(lambda rate: -rate.bound):
            levels[rate.level] = rate.percent if rate.kind == "percent" else 0
        return levels
