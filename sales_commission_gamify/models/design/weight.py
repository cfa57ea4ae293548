from odoo import api, fields, models


class SalesCommissionWeight(models.Model):
    """How much another component weighs in a scorecard."""

    _name = "sales.commission.weight"
    _inherit = ["sales.commission.draft.part"]
    _description = "Weight in a Commission Scorecard"
    _order = "component_id, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="component_id.plan_id")
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    source_component_id = fields.Many2one(
        "sales.commission.component",
        string="Attainment of",
        required=True,
        ondelete="cascade",
        domain="[('plan_id', '=', plan_id), ('id', '!=', component_id)]",
    )
    weight = fields.Float(
        string="Weight %", required=True, default=50.0, min_display_digits=2
    )

    _source_uniq = models.Constraint(
        "UNIQUE (component_id, source_component_id)",
        "A component stands twice in a scorecard: add its two weights.",
    )

    @api.constrains("component_id", "source_component_id")
    def _check_looks(self):
        self.component_id._check_looks()
