from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    """What is entered by hand or imported."""

    _inherit = "sales.commission.measure"

    @api.model
    def _get_source_models(self):
        return {
            **super()._get_source_models(),
            "achievement": "sales.commission.achievement",
        }

    def _check_takes_achievements(self):
        for measure in self:
            if measure.source != "achievement":
                raise ValidationError(
                    self.env._(
                        "The measure “%s” counts documents of Odoo, so nothing can be "
                        "entered for it. Choose a measure of achievements.",
                        measure.name,
                    )
                )

    def _get_event_query_achievement(self, component, document_ids):
        plan = component.plan_id
        # sudo: what a plan counts must not depend on what its reader may see
        achievements = self.env["sales.commission.achievement"].sudo()
        domain = (
            Domain("company_id", "=", plan.company_id.id)
            & Domain("measure_id", "=", self.id)
            & self._get_filter(component)
        )
        if document_ids is not None:
            domain &= Domain("id", "in", document_ids)
        query = achievements.with_company(plan.company_id)._search(
            domain, active_test=False
        )
        if query.is_empty():
            return None
        achievements.flush_model()
        return SQL(
            """
            SELECT id AS source_id, id AS document_id, id AS origin_id,
                   name AS document_name, date AS sold, date, NULL::int AS user_id,
                   employee_id, NULL::int AS team_id, NULL::int AS order_id,
                   NULL::int AS move_id, value::numeric AS amount,
                   value::numeric AS quantity, NULL::numeric AS source_amount,
                   NULL::int AS source_currency_id
              FROM sales_commission_achievement
             WHERE id IN %s AND value != 0
            """,
            query.subselect(),
        )

    def _get_gone_sql_achievement(self, held):
        # judged fully: whatever is not what the achievements say now may go
        return SQL("TRUE")
