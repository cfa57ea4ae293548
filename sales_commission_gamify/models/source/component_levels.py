from odoo import models
from odoo.tools import SQL


class SalesCommissionComponent(models.Model):
    """Who is above those who sell."""

    _inherit = "sales.commission.component"

    def _get_payees_sql_hierarchy(self):
        """Who is above those who sell, on the levels that have a rate and as far as
        they take part. A sale reaches everybody once, on the nearest level; who sells
        a part himself has that on level 0, apart from what is below him."""
        tables = [self._get_known_table(), self._get_above_table()]
        differential = self.filtered(lambda c: c._is_differential())
        branches = []
        for components in (self - differential, differential):
            if components:
                branches.append(
                    SQL(
                        """
                        SELECT component_id, number, employee_id, MIN(level) AS level,
                               CASE WHEN sells THEN SUM(percent)
                                    ELSE LEAST(100, SUM(percent)) END AS percent,
                               MIN(before_percent) AS before_percent,
                               %s AS below_percent
                          FROM (%s) chain
                         GROUP BY component_id, number, employee_id, sells
                        """,
                        SQL("SUM(percent * LEAST(below, own)) / SUM(percent)")
                        if components == differential
                        else SQL("0::numeric"),
                        components._get_chain_sql(),
                    )
                )
        return tables, SQL(" UNION ALL ").join(branches)

    def _get_chain_sql(self):
        """Who is above each seller; with what the levels below get if that matters."""
        member = self._get_member_sql()
        if not self[:1]._is_differential():
            return member
        return SQL(
            """
            SELECT member.*,
                   COALESCE(MAX(rate) OVER below, 0) AS below,
                   FIRST_VALUE(rate) OVER (
                       PARTITION BY component_id, number, employee_id, level = 0
                       ORDER BY level) AS own
              FROM (%s) member
            WINDOW below AS (
                PARTITION BY component_id, number, seller_id ORDER BY level
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            """,
            member,
        )

    def _get_member_sql(self):
        """Each seller with each of those above. FULL, though only what is on both sides
        counts, because PostgreSQL expects one row on each: it would compare every sale
        with everybody who leads, which such a join cannot."""
        return SQL(
            """
            SELECT component_id, number, seller_id, percent, employee_id, level,
                   level = 0 AS sells, rate,
                   CASE level WHEN 0 THEN before_percent ELSE 0 END AS before_percent
              FROM (SELECT known.component_id, known.number, known.sold, known.percent,
                           known.before_percent, leader.seller_id,
                           leader.manager_id AS employee_id, leader.level, leader.rate,
                           leader.first, leader.last
                      FROM known
                      FULL JOIN (%s) leader
                        ON leader.component_id = known.component_id
                       AND leader.seller_id = known.employee_id
                    OFFSET 0) pair
             WHERE sold BETWEEN first AND last
            """,
            self._get_leader_sql(),
        )

    def _get_leader_sql(self):
        """Who is above each seller on a level that has a rate, on which days of a
        participation."""
        rates = [
            (component.id, level, percent)
            for component in self
            for level, percent in component._get_level_percents().items()
        ]
        return SQL(
            """
            SELECT promise.component_id, above.employee_id AS seller_id,
                   above.manager_id, above.level, rate.percent AS rate,
                   GREATEST(above.date_from, assignment.date_from) AS first,
                   LEAST(above.date_to, COALESCE(assignment.date_to, 'infinity'))
                       AS last
              FROM above
              JOIN promise ON promise.hierarchy_id = above.hierarchy_id
              JOIN unnest(%s::int[], %s::int[], %s::numeric[])
                AS rate(component_id, level, percent)
                ON rate.component_id = promise.component_id AND rate.level = above.level
              JOIN sales_commission_assignment assignment
                ON assignment.employee_id = above.manager_id
               AND assignment.plan_id = promise.plan_id
            """,
            *([row[at] for row in rates] for at in range(3)),
        )

    def _get_known_table(self):
        """The employees who sell, payees of the plan or not. A login that changed hands
        belongs to whom any plan knew it by on that day."""
        return SQL(
            """
            known AS MATERIALIZED (
                SELECT promise.component_id, promise.plan_id, promise.hierarchy_id,
                       seller.number, seller.sold, who.employee_id,
                       SUM(seller.percent) AS percent,
                       MIN(seller.before_percent) AS before_percent
                  FROM seller
                  JOIN promise ON promise.query = seller.query
                   AND promise.component_id = ANY(%s)
                   AND seller.sold BETWEEN promise.sold_from AND promise.sold_to
                 CROSS JOIN LATERAL (
                    SELECT CASE WHEN seller.who > 0 THEN seller.who ELSE COALESCE((
                        SELECT assignment.employee_id
                          FROM sales_commission_assignment assignment
                         WHERE assignment.user_id = -seller.who
                           AND assignment.company_id = promise.company_id
                           AND seller.sold >= assignment.date_from
                           AND seller.sold <= COALESCE(assignment.date_to, 'infinity')
                         ORDER BY assignment.plan_id = promise.plan_id DESC,
                                  assignment.id
                         LIMIT 1
                    ), (
                        SELECT employee.id FROM hr_employee employee
                         WHERE employee.user_id = -seller.who
                           AND employee.company_id = promise.company_id
                         ORDER BY employee.active DESC, employee.id LIMIT 1
                    )) END AS employee_id
                 ) who
                 GROUP BY 1, 2, 3, 4, 5, 6
            )
            """,
            self.ids,
        )

    def _get_above_table(self):
        """Who is how many levels above each seller, from when to when. The highest
        level with a rate ends it even if lines that close a circle found their way
        into the table."""
        highest = {}
        for component in self:
            hierarchy = component.hierarchy_id.id
            highest[hierarchy] = max(
                highest.get(hierarchy, 0), *component._get_level_percents(), 0
            )
        return SQL(
            """
            above AS (
                SELECT DISTINCT known.hierarchy_id, known.employee_id,
                       known.employee_id AS manager_id, 0 AS level,
                       '-infinity'::date AS date_from, 'infinity'::date AS date_to
                  FROM known WHERE known.employee_id IS NOT NULL
                 UNION ALL
                SELECT above.hierarchy_id, above.employee_id, edge.manager_id,
                       above.level + 1,
                       GREATEST(above.date_from,
                                COALESCE(edge.date_from, '-infinity')),
                       LEAST(above.date_to, COALESCE(edge.date_to, 'infinity'))
                  FROM above
                  JOIN unnest(%s::int[], %s::int[]) AS top(hierarchy_id, level)
                    ON top.hierarchy_id = above.hierarchy_id
                   AND top.level > above.level
                  JOIN sales_commission_hierarchy_edge edge
                    ON edge.employee_id = above.manager_id
                   AND edge.hierarchy_id = above.hierarchy_id
                   AND COALESCE(edge.date_from, '-infinity') <= above.date_to
                   AND COALESCE(edge.date_to, 'infinity') >= above.date_from
            )
            """,
            list(highest),
            list(highest.values()),
        )
