from odoo import api, models
from odoo.tools import SQL


class SalesCommissionQuota(models.Model):
    """A target that changes has what it was for priced again."""

    _inherit = "sales.commission.quota"

    @api.model
    def _on_targets_changed(self, scopes):
        result = super()._on_targets_changed(scopes)
        # sudo: who may set targets may have what depends on them computed
        earnings = self.env["sales.commission.earning"].sudo()
        earnings._price_again(self.sudo()._get_keys(scopes))
        return result

    def _is_counted(self):
        """What is paid or taken back after the plan's end asks for a target, too."""
        return super()._is_counted() or bool(
            # sudo: who may set targets need not read credits
            self.env["sales.commission.credit"]
            .sudo()
            .search_count(
                [
                    ("component_id", "=", self.component_id.id),
                    ("date_from", "<=", self.date_from),
                    ("date_to", ">=", self.date_from),
                ],
                limit=1,
            )
        )

    @api.model
    def _get_keys(self, scopes):
        """Keys of the ledger that have a target of *scopes*, and those of components
        that look at them: they may have been priced without any credit there."""
        components = self.env["sales.commission.component"]
        dependents = {
            component.id: component._get_dependents().ids
            for component in components.browse({scope[0] for scope in scopes}).exists()
        }
        scopes = {
            (component_id, *scope[1:])
            for scope in scopes
            for component_id in (scope[0], *dependents.get(scope[0], ()))
        }
        if not scopes:
            return set()
        self.env["sales.commission.assignment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH scope AS (
                    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[])
                        AS s(component_id, payee_id, team_id, date_from)),
                keys AS (
                    SELECT component_id, employee_id, level, date_from
                      FROM sales_commission_credit
                     WHERE component_id IN (SELECT component_id FROM scope)
                     UNION
                    SELECT component_id, employee_id, level, date_from
                      FROM sales_commission_attainment
                     WHERE component_id IN (SELECT component_id FROM scope))
                SELECT DISTINCT k.component_id, k.employee_id, k.level, k.date_from
                  FROM keys k JOIN scope s USING (component_id, date_from)
                 WHERE s.payee_id IN (0, k.employee_id)
                   AND (s.team_id = 0 OR EXISTS (
                        SELECT 1 FROM sales_commission_assignment a
                          JOIN sales_commission_component c ON c.plan_id = a.plan_id
                         WHERE c.id = k.component_id AND a.team_id = s.team_id
                           AND a.employee_id = k.employee_id))
                """,
                *(list(column) for column in zip(*sorted(scopes), strict=True)),
            )
        )
        return set(rows)
