from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    """What other payees earn can be counted as well: a manager's part of the
    commissions of the team.

    Each earning is a fact that never changes, so a change of what somebody earns is
    an event of its own and is passed on with the difference.
    """

    _inherit = "sales.commission.measure"

    source = fields.Selection(
        selection_add=[("commission", "Commissions: what other payees earn")],
        ondelete={"commission": "cascade"},
    )

    @api.model
    def _get_source_models(self):
        return {
            **super()._get_source_models(),
            "commission": "sales.commission.earning",
        }

    @api.constrains("source", "value")
    def _check_commission_value(self):
        for measure in self:
            if measure.source == "commission" and measure.value != "amount":
                raise ValidationError(
                    self.env._(
                        "“%s” counts commissions, of which only the amount can be "
                        "added up. Choose “Amount”.",
                        measure.name,
                    )
                )

    def _get_document_models(self):
        if self.source == "commission":
            return "sales.commission.earning", "sales.commission.earning"
        return super()._get_document_models()

    def _get_event_key(self, component, document_ids=None):
        """What a component pays is no event of its own."""
        key = super()._get_event_key(component, document_ids)
        return (*key, component.id) if self.source == "commission" else key

    def _get_gone_sql(self, held):
        if self.source == "commission":
            return SQL("FALSE")  # earnings are facts
        return super()._get_gone_sql(held)

    def _get_event_query_commission(self, component, document_ids):
        """Earnings count on the last day of their period. Who is above the payee on
        that day, or on the last one of the plan, is credited. Commissions on
        commissions do not count, so that nothing runs in a circle."""
        plan = component.plan_id
        # sudo: what a plan counts must not depend on what its reader may see
        earnings = self.env["sales.commission.earning"].sudo()
        domain = (
            Domain("company_id", "=", plan.company_id.id)
            & Domain("component_id.measure_id.source", "!=", "commission")
            & Domain("component_id", "!=", component.id)
            & self._parse_domain(self.domain, self.name)
            & self._parse_domain(component.domain, component.name)
        )
        if document_ids is not None:
            domain &= Domain("id", "in", document_ids)
        query = earnings._search(domain, active_test=False)
        if query.is_empty():
            return None
        earnings.flush_model()
        return SQL(
            """
            SELECT earning.id AS source_id, earning.id AS document_id,
                   earning.id AS origin_id, source.name AS document_name,
                   LEAST(earning.date_to, promise.date_to) AS sold,
                   earning.date_to AS date,
                   NULL::int AS user_id, earning.employee_id,
                   NULL::int AS team_id, NULL::int AS order_id, NULL::int AS move_id,
                   earning.amount, 1::numeric AS quantity,
                   earning.amount AS source_amount,
                   earning.currency_id AS source_currency_id
              FROM sales_commission_earning earning
              JOIN sales_commission_component source
                ON source.id = earning.component_id
              JOIN sales_commission_plan promise ON promise.id = earning.plan_id
             WHERE earning.id IN %s
            """,
            query.subselect(),
        )


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def _on_terms_changed(self, payees=None):
        """Where a plan ends is the day on which somebody is above its payees."""
        result = super()._on_terms_changed(payees)
        if not self.env["sales.commission.run"]._pays_on_commissions():
            return result
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT earning.id
                  FROM sales_commission_earning earning
                  JOIN sales_commission_plan plan ON plan.id = earning.plan_id
                 WHERE plan.id = ANY(%s)
                   -- of the days after its end nobody may have been credited yet
                   AND (earning.date_to > plan.date_to OR EXISTS (
                       SELECT 1 FROM sales_commission_credit credit
                        WHERE credit.document_id = earning.id
                          AND credit.document_model = 'sales.commission.earning'
                          AND credit.sold != LEAST(earning.date_to, plan.date_to)))
                """,
                self.ids,
            )
        )
        if rows:
            # sudo: whoever may end a plan may have what depends on it computed
            runs = self.env["sales.commission.run"].sudo()
            runs._run_documents(
                "sales.commission.earning", [earning_id for (earning_id,) in rows]
            )
        return result


class SalesCommissionRun(models.Model):
    _inherit = "sales.commission.run"

    @api.model
    def _get_live_components(self, document_model, document_ids):
        """What counts commissions follows when there are some."""
        if document_model == "sales.commission.earning":
            earnings = self.env[document_model].browse(document_ids).exists()
            return self._get_commission_components(earnings.company_id)
        components = super()._get_live_components(document_model, document_ids)
        return components - components.filtered(self._counts_commissions)

    @api.model
    def _counts_commissions(self, component):
        return component.basis == "measure" and (
            component.measure_id.source == "commission"
        )

    @api.model
    def _run_components(self, components, document_ids=None, payee_ids=None):
        """Commissions are earned first, then those that are paid on them."""
        asked = components.filtered(self._counts_commissions)
        credit, earnings = super()._run_components(
            components - asked, document_ids, payee_ids
        )
        runs = [(asked, document_ids, payee_ids)]
        if earnings and self._pays_on_commissions():
            following = self._get_commission_components(earnings.sudo().company_id)
            runs.append((following - asked, earnings.ids, None))
        for wanted, ids, payees in runs:
            if wanted:
                more = super()._run_components(wanted, ids, payees)
                credit, earnings = credit | more[0], earnings | more[1]
        return credit, earnings

    @api.model
    def _after_pricing(self, earnings):
        added = super()._after_pricing(earnings)
        if earnings and self._pays_on_commissions():
            following = self._get_commission_components(earnings.sudo().company_id)
            if following:
                added |= self._run_components(following, earnings.ids)[1]
        return added

    @api.model
    def _pays_on_commissions(self):
        return self.env["sales.commission.measure"]._has_live(["commission"])

    @api.model
    def _get_commission_components(self, companies):
        return self.env["sales.commission.component"].search(
            [
                ("plan_id.state", "!=", "draft"),
                ("company_id", "in", companies.ids),
                ("basis", "=", "measure"),
                ("measure_id.source", "=", "commission"),
            ]
        )
