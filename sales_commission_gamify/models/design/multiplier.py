from odoo import api, fields, models

from ... import engine
from .exact import exact


class SalesCommissionMultiplier(models.Model):
    """A factor on the whole pay, looked up by another component."""

    _name = "sales.commission.multiplier"
    _inherit = ["sales.commission.draft.part"]
    _description = "Commission Multiplier"
    _order = "component_id, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="component_id.plan_id")
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    source_component_id = fields.Many2one(
        "sales.commission.component",
        string="By",
        required=True,
        ondelete="cascade",
        domain="[('plan_id', '=', plan_id), ('id', '!=', component_id)]",
    )
    by = fields.Selection(
        [("value", "What is counted"), ("attainment", "Attainment: % of the quota")],
        string="Looked up by",
        required=True,
        default="value",
    )
    edge = fields.Selection(
        [("upper", "Reaches the step"), ("lower", "Stays in the step below")],
        string="Exactly on a bound",
        required=True,
        default="upper",
    )
    step_ids = fields.One2many(
        "sales.commission.multiplier.step", "multiplier_id", copy=True, string="Steps"
    )

    @api.constrains("component_id", "source_component_id")
    def _check_looks(self):
        self.component_id._check_looks()

    def _get_multiplier(self):
        """The row as the engine's value."""
        self.ensure_one()
        key = self.source_component_id._get_source_key()
        return engine.Multiplier(
            measure=f"{key}:{self.by}",
            steps=tuple(
                (exact(step.bound), exact(step.percent)) for step in self.step_ids
            ),
            edge=self.edge,
        )


class SalesCommissionMultiplierStep(models.Model):
    """From a bound on, the pay is multiplied by a percentage."""

    _name = "sales.commission.multiplier.step"
    _inherit = ["sales.commission.draft.part"]
    _description = "Step of a Commission Multiplier"
    _order = "multiplier_id, bound, id"

    multiplier_id = fields.Many2one(
        "sales.commission.multiplier", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="multiplier_id.company_id", store=True)
    bound = fields.Float(string="From", required=True, min_display_digits=2)
    percent = fields.Float(
        string="Pay times %", required=True, default=100.0, min_display_digits=2
    )

    _percent_positive = models.Constraint(
        "CHECK (bound >= 0 AND bound < 'Infinity' AND percent >= 0"
        " AND percent < 'Infinity')",
        "A step of a multiplier starts at 0 or above and multiplies by 0 % or more.",
    )

    @api.depends("bound", "percent")
    def _compute_display_name(self):
        for step in self:
            step.display_name = self.env._(
                "%(percent)s %% from %(bound)s",
                percent=f"{step.percent:g}",
                bound=f"{step.bound:g}",
            )

    def _get_plans(self):
        return self.multiplier_id.component_id.plan_id
