from odoo import fields, models


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    point_rule_ids = fields.One2many(
        "sales.commission.point.rule", "component_id", string="Points", copy=True
    )
