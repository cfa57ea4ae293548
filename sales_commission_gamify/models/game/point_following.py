from odoo import api, models
from odoo.tools import SQL

# What a rule should have given: one row for each payee, cause and slot.
TARGET = SQL(
    """rule_id, company_id, employee_id, document_model, origin_id, day, slot, points,
       reason"""
)


class SalesCommissionPoint(models.Model):
    """Points follow what rules should have given: target against held."""

    _inherit = "sales.commission.point"

    @api.model
    def _follow(self, rules, targets, since):
        """Add what is missing of *targets* and take back what is not among them.

        :param rules: those whose points are compared
        :param targets: queries with the columns of ``TARGET``; ``slot`` is the day, or
            the first day of the measuring period for what is given once in it
        :param since: rows before this day are left alone
        :return: the rows added
        """
        if not rules:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS (%(target)s),
                both_sides AS (
                    SELECT rule_id, employee_id, document_model, origin_id, slot,
                           company_id, points, day AS target_day,
                           NULL::date AS held_day,
                           reason AS target_reason, NULL::varchar AS held_reason,
                           0 AS revision
                      FROM target WHERE day >= %(since)s
                     UNION ALL
                    SELECT rule_id, employee_id, document_model, origin_id, slot,
                           company_id, -points, NULL, date, NULL, reason, revision
                      FROM (%(held)s) held
                ),
                change AS (
                    SELECT rule_id, employee_id, document_model, origin_id, slot,
                           MAX(company_id) AS company_id, SUM(points) AS points,
                           COALESCE(MAX(held_day), MIN(target_day)) AS date,
                           COALESCE(MAX(target_reason), MAX(held_reason)) AS reason,
                           MAX(revision) + 1 AS revision
                      FROM both_sides GROUP BY 1, 2, 3, 4, 5 HAVING SUM(points) != 0
                )
                INSERT INTO sales_commission_point (
                    company_id, employee_id, rule_id, kind, date, points, reason,
                    document_model, origin_id, revision,
                    create_uid, create_date, write_uid, write_date)
                SELECT company_id, employee_id, rule_id, 'rule', date, points, reason,
                       document_model, origin_id, revision,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM change
                ON CONFLICT DO NOTHING RETURNING id
                """,
                target=SQL(" UNION ALL ").join(
                    SQL("SELECT %s FROM (%s) part", TARGET, part) for part in targets
                )
                if targets
                else SQL("SELECT %s FROM (%s) part WHERE FALSE", TARGET, NOTHING),
                held=self._get_held_sql(rules, since),
                since=since,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
            )
        )
        return self.browse(point_id for (point_id,) in rows)

    @api.model
    def _get_held_sql(self, rules, since):
        """What was given for each cause and slot. Points for a quota belong to its
        period, those for all else to their day."""
        return SQL(
            """
            SELECT p.rule_id, p.company_id, p.employee_id, p.document_model,
                   p.origin_id, p.date, %(slot)s AS slot, p.points, p.revision, p.reason
              FROM sales_commission_point p
              JOIN sales_commission_point_rule rule ON rule.id = p.rule_id
             WHERE p.rule_id = ANY(%(rules)s) AND p.date >= %(since)s
            """,
            slot=SQL(
                """CASE rule.trigger WHEN 'attainment' THEN (
                    SELECT date_trunc(plan.period_kind, p.date::timestamp)::date
                      FROM sales_commission_component component
                      JOIN sales_commission_plan plan ON plan.id = component.plan_id
                     WHERE component.id = p.origin_id) ELSE p.date END"""
            ),
            rules=rules.ids,
            since=since,
        )


NOTHING = SQL(
    """SELECT NULL::int AS rule_id, NULL::int AS company_id, NULL::int AS employee_id,
              NULL::varchar AS document_model, NULL::int AS origin_id,
              NULL::date AS day, NULL::date AS slot, NULL::int AS points,
              NULL::varchar AS reason"""
)
