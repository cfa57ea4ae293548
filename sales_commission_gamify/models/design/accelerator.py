from odoo import fields, models

from ... import engine
from .exact import exact


class SalesCommissionAccelerator(models.Model):
    """Above a percentage of the quota the rates are multiplied."""

    _name = "sales.commission.accelerator"
    _inherit = ["sales.commission.draft.part"]
    _description = "Commission Accelerator"
    _order = "component_id, bound, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="component_id.plan_id")
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    bound = fields.Float(
        string="From % of quota", required=True, default=100.0, min_display_digits=2
    )
    percent = fields.Float(
        string="Rates times %",
        required=True,
        default=150.0,
        min_display_digits=2,
        help="150: what is above the bound pays one and a half times the rate.",
    )

    _percent_positive = models.Constraint(
        "CHECK (bound >= 0 AND percent >= 0 AND percent < 'Infinity')",
        "An accelerator starts at 0 % of the quota or above and multiplies by 0 % or "
        "more.",
    )

    def _get_accelerator(self):
        """The row as the engine's value."""
        self.ensure_one()
        return engine.Accelerator(exact(self.bound), exact(self.percent))
