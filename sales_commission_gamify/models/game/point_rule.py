from odoo import api, fields, models


class SalesCommissionPointRule(models.Model):
    """How many points a credited document brings. Points are never money."""

    _name = "sales.commission.point.rule"
    _description = "Commission Point Rule"
    _order = "component_id, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    name = fields.Char(required=True, default=lambda self: self.env._("Sale"))
    points_per_unit = fields.Float(
        string="Points per currency unit",
        min_display_digits=2,
        required=True,
        default=0,
        help="0.01 gives one point for every 100 credited. Fractions are dropped "
        "once per document.",
    )
    points_per_document = fields.Integer(
        required=True,
        default=0,
        help="Given once per sale, and taken back when the whole sale is refunded.",
    )

    _positive = models.Constraint(
        "CHECK (points_per_unit >= 0 AND points_per_document >= 0)",
        "A point rule cannot take points away: refunds do that by themselves.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.component_id.plan_id._check_draft()
        return rules

    def write(self, vals):
        self.component_id.plan_id._check_draft()
        result = super().write(vals)
        self.component_id.plan_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.component_id.plan_id._check_draft()
