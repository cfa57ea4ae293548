from odoo import fields, models


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    point_rule_ids = fields.One2many(
        "sales.commission.point.rule", "component_id", string="Points", copy=True
    )

    def _get_rule_names(self):
        return (*super()._get_rule_names(), "points")

    def _say_points(self, _payee):
        return [sentence for rule in self.point_rule_ids for sentence in rule._say()]
