from odoo import fields, models

from ..design.words import say_number


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    point_rule_ids = fields.One2many(
        "sales.commission.point.rule", "component_id", string="Points", copy=True
    )

    def _get_rule_names(self):
        return (*super()._get_rule_names(), "points")

    def _say_points(self, _payee):
        sentences = []
        for rule in self.point_rule_ids:
            facts = {
                "name": rule.name,
                "each": say_number(self.env, rule.points_per_unit),
                "sale": say_number(self.env, rule.points_per_document),
            }
            if rule.points_per_unit:
                sentences.append(
                    self.env._(
                        "%(name)s: %(each)s points for each one credited.", **facts
                    )
                )
            if rule.points_per_document:
                sentences.append(
                    self.env._("%(name)s: %(sale)s points per sale.", **facts)
                )
        return sentences
