from odoo import api, fields, models

from ... import engine
from .exact import exact


class SalesCommissionGate(models.Model):
    """Below a threshold of attainment something is not paid."""

    _name = "sales.commission.gate"
    _inherit = ["sales.commission.draft.part"]
    _description = "Commission Gate"
    _order = "component_id, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="component_id.plan_id")
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    source_component_id = fields.Many2one(
        "sales.commission.component",
        string="Attainment of",
        ondelete="cascade",
        help="Empty: of this component itself.",
        domain="[('plan_id', '=', plan_id), ('id', '!=', component_id)]",
    )
    threshold = fields.Float(
        string="Opens at %",
        required=True,
        default=100.0,
        min_display_digits=2,
        help="Attainment in percent from which on the gate is open.",
    )
    closes = fields.Selection(
        [("pay", "The whole pay"), ("accelerators", "The accelerators")],
        string="Below it, not paid",
        required=True,
        default="pay",
    )

    @api.constrains("component_id", "source_component_id")
    def _check_looks(self):
        self.component_id._check_looks()

    def _get_gate(self):
        """The row as the engine's value."""
        self.ensure_one()
        source = self.source_component_id
        return engine.Gate(
            threshold=exact(self.threshold),
            closes=self.closes,
            component=source._get_source_key() if source else "",
        )
