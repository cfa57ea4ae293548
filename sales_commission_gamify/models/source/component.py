from odoo import fields, models
from odoo.tools import SQL


class SalesCommissionComponent(models.Model):
    """Who is credited for the events that a component counts."""

    _inherit = "sales.commission.component"

    def _get_credit_query(self, events, payee_ids=None):
        """The credits for *events*, each with its payee and measuring period.

        :param events: ``SQL`` with the columns of ``measure._get_event_columns``
        :param payee_ids: only these employees; None for all
        :return: ``SQL`` with the columns of ``measure._get_target_columns``
        """
        self.ensure_one()
        plan = self.plan_id
        self.env["hr.employee"].flush_model(["user_id", "company_id"])
        for model in ("assignment", "split", "hierarchy.edge"):
            self.env[f"sales.commission.{model}"].flush_model()
        return SQL(
            """
            SELECT * FROM (
              WITH event AS (
                SELECT row_number() OVER () AS number, e.* FROM (%(events)s) e
                 WHERE e.sold >= %(plan_from)s
                   AND e.sold <= COALESCE(%(plan_to)s::date, 'infinity')
              )
              SELECT %(component)s AS component_id, credited.employee_id,
                     credited.level, event.source_id, event.document_id,
                     event.origin_id, event.document_name, event.sold, event.date,
                     period.date_from, period.date_to,
                     %(amount)s AS amount,
                     event.quantity * credited.percent / 100 AS quantity,
                     credited.below_percent, event.source_amount,
                     event.source_currency_id
                FROM event
                JOIN (%(periods)s) period
                  ON event.date BETWEEN period.date_from AND period.date_to
                %(payees)s
               WHERE %(wanted)s
            ) credit
            """,
            component=self.id,
            events=events,
            amount=self._get_share_sql(),
            periods=self._get_periods_sql(plan),
            payees=getattr(self, f"_get_payees_sql_{self.credited_to}")(),
            plan_from=plan.date_from,
            plan_to=plan.date_to or None,
            wanted=SQL("TRUE")
            if payee_ids is None
            else SQL("credited.employee_id = ANY(%s)", list(payee_ids)),
        )

    def _get_share_sql(self):
        """A payee's share of the event's amount. Shares of money end at rounded
        places of the amount, so that together they are the amount to the cent."""
        if self.unit != "money":
            return SQL("event.amount::numeric * credited.percent / 100")
        return SQL(
            "%s - %s",
            self._get_place_sql(SQL("(credited.before_percent + credited.percent)")),
            self._get_place_sql(SQL("credited.before_percent")),
        )

    def _get_place_sql(self, percent):
        return SQL(
            """CASE %(percent)s WHEN 100 THEN event.amount::numeric WHEN 0 THEN 0 ELSE
                ROUND(event.amount::numeric * %(percent)s / 100, %(digits)s) END""",
            percent=percent,
            digits=self.currency_id.decimal_places,
        )

    # --- who is credited ---------------------------------------------------------
    # Each answer is a join that adds to each row of ``event`` its ``credited``:
    # employee_id, level, percent, before_percent (what the shares before this one come
    # to) and below_percent (the rate that the levels below get).

    def _get_payees_sql_salesperson(self):
        return SQL(
            """
            JOIN LATERAL (
                SELECT assignment.employee_id, 0 AS level,
                       SUM(seller.percent) AS percent,
                       MIN(seller.before_percent) AS before_percent,
                       0::numeric AS below_percent
                  FROM %(sellers)s seller
                  JOIN sales_commission_assignment assignment
                    ON assignment.employee_id = seller.employee_id
                    OR assignment.user_id = seller.user_id
                 WHERE %(taking_part)s
                 GROUP BY 1
            ) credited ON TRUE
            """,
            sellers=self._get_sellers_sql(),
            taking_part=self._get_taking_part_sql(),
        )

    def _get_payees_sql_team(self):
        return self._get_payees_sql_whole(SQL("assignment.team_id = event.team_id"))

    def _get_payees_sql_everybody(self):
        return self._get_payees_sql_whole(SQL("TRUE"))

    def _get_payees_sql_whole(self, condition):
        """Each payee who fulfils *condition* gets all of it."""
        return SQL(
            """
            JOIN LATERAL (
                SELECT assignment.employee_id, 0 AS level, 100::numeric AS percent,
                       0::numeric AS before_percent, 0::numeric AS below_percent
                  FROM sales_commission_assignment assignment
                 WHERE %s AND %s
            ) credited ON TRUE
            """,
            condition,
            self._get_taking_part_sql(),
        )

    def _get_payees_sql_hierarchy(self):
        """Who is above those who sell, on the levels that have a rate and as far as
        they take part. A sale reaches everybody once, on the nearest level; who sells
        a part himself has that on level 0, apart from what is below him."""
        levels = self._get_level_percents()
        return SQL(
            """
            JOIN (
                WITH RECURSIVE %(sellers)s,
                above AS (%(above)s),
                member AS (
                    SELECT seller.number, seller.employee_id AS seller_id,
                           seller.percent, above.manager_id AS employee_id,
                           above.level, rate.percent AS rate,
                           CASE above.level WHEN 0 THEN seller.before_percent ELSE 0 END
                               AS before_percent
                      FROM seller
                      JOIN above ON above.employee_id = seller.employee_id
                       AND seller.sold BETWEEN above.date_from AND above.date_to
                      JOIN unnest(%(levels)s::int[], %(rates)s::numeric[])
                        AS rate(level, percent) ON rate.level = above.level
                      JOIN sales_commission_assignment assignment
                        ON assignment.employee_id = above.manager_id
                       AND assignment.plan_id = %(plan)s
                       AND seller.sold >= assignment.date_from
                       AND seller.sold <= COALESCE(assignment.date_to, 'infinity')
                ),
                chain AS (
                    SELECT member.*, level = 0 AS sells,
                           COALESCE(MAX(rate) OVER below, 0) AS below,
                           FIRST_VALUE(rate) OVER (
                               PARTITION BY number, employee_id, level = 0
                               ORDER BY level) AS own
                      FROM member
                    WINDOW below AS (
                        PARTITION BY number, seller_id ORDER BY level
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                )
                SELECT number, employee_id, MIN(level) AS level,
                       CASE WHEN sells THEN SUM(percent)
                            ELSE LEAST(100, SUM(percent)) END AS percent,
                       MIN(before_percent) AS before_percent,
                       %(below)s AS below_percent
                  FROM chain GROUP BY number, employee_id, sells
            ) credited ON credited.number = event.number
            """,
            sellers=self._get_resolved_sellers_sql(),
            above=self._get_above_sql(max(levels, default=0)),
            levels=list(levels),
            rates=list(levels.values()),
            plan=self.plan_id.id,
            below=SQL("SUM(percent * LEAST(below, own)) / SUM(percent)")
            if self._is_differential()
            else SQL("0::numeric"),
        )

    def _get_resolved_sellers_sql(self):
        """``seller``: the employees who sell, payees of this plan or not. A login that
        changed hands belongs to whom any plan knew it by on that day."""
        return SQL(
            """
            seller AS (
                SELECT event.number, event.sold, who.employee_id,
                       SUM(shared.percent) AS percent,
                       MIN(shared.before_percent) AS before_percent
                  FROM event
                 CROSS JOIN LATERAL %(sellers)s shared
                 CROSS JOIN LATERAL (
                    SELECT COALESCE(shared.employee_id, (
                        SELECT assignment.employee_id
                          FROM sales_commission_assignment assignment
                         WHERE assignment.user_id = shared.user_id
                           AND assignment.company_id = %(company)s
                           AND event.sold >= assignment.date_from
                           AND event.sold <= COALESCE(assignment.date_to, 'infinity')
                         ORDER BY assignment.plan_id = %(plan)s DESC, assignment.id
                         LIMIT 1
                    ), (
                        SELECT employee.id FROM hr_employee employee
                         WHERE employee.user_id = shared.user_id
                           AND employee.company_id = %(company)s
                         ORDER BY employee.active DESC, employee.id LIMIT 1
                    )) AS employee_id
                 ) who
                 GROUP BY 1, 2, 3
            )
            """,
            sellers=self._get_sellers_sql(),
            company=self.company_id.id,
            plan=self.plan_id.id,
        )

    def _get_above_sql(self, highest):
        """Who is how many levels above each seller, from when to when. *highest* ends
        it even if lines that close a circle found their way into the table."""
        return SQL(
            """
            SELECT DISTINCT employee_id, employee_id AS manager_id, 0 AS level,
                   '-infinity'::date AS date_from, 'infinity'::date AS date_to
              FROM seller WHERE employee_id IS NOT NULL
             UNION ALL
            SELECT above.employee_id, edge.manager_id, above.level + 1,
                   GREATEST(above.date_from, COALESCE(edge.date_from, '-infinity')),
                   LEAST(above.date_to, COALESCE(edge.date_to, 'infinity'))
              FROM above JOIN sales_commission_hierarchy_edge edge
                ON edge.employee_id = above.manager_id AND edge.hierarchy_id = %s
               AND COALESCE(edge.date_from, '-infinity') <= above.date_to
               AND COALESCE(edge.date_to, 'infinity') >= above.date_from
             WHERE above.level < %s
            """,
            self.hierarchy_id.id,
            highest,
        )

    def _get_taking_part_sql(self):
        return SQL(
            """assignment.plan_id = %s AND event.sold >= assignment.date_from
               AND event.sold <= COALESCE(assignment.date_to, 'infinity')""",
            self.plan_id.id,
        )

    def _get_sellers_sql(self):
        """Those who share the sale and who is credited on top, by the splits of the
        document; without shares the salesperson, as an employee or a login."""
        return SQL(
            """
            (WITH split AS (
                SELECT s.employee_id, s.kind, s.percent::numeric AS percent,
                       SUM(s.percent::numeric) OVER kinds - s.percent::numeric
                           AS before_percent,
                       LEAD(s.id) OVER kinds IS NULL AS is_last
                  FROM sales_commission_split s
                 WHERE s.move_id = event.move_id
                    OR (event.move_id IS NULL AND s.order_id = event.order_id)
                WINDOW kinds AS (PARTITION BY s.kind ORDER BY s.id)
             )
             SELECT employee_id, NULL::int AS user_id,
                    CASE WHEN kind = 'share' AND is_last THEN 100 - before_percent
                         ELSE percent END AS percent,
                    CASE kind WHEN 'share' THEN before_percent ELSE 0 END
                        AS before_percent
               FROM split
              UNION ALL
             SELECT event.employee_id, event.user_id, 100, 0
              WHERE NOT EXISTS (SELECT 1 FROM split WHERE kind = 'share'))
            """
        )

    def _get_periods_sql(self, plan):
        """The plan's measuring periods up to a year ahead, as a table. Refunds may
        count in a period after the plan's end."""
        ahead = fields.Date.add(fields.Date.today(), years=1)
        last = max(plan.date_to or ahead, ahead)
        return SQL(
            "SELECT * FROM unnest(%s::date[], %s::date[]) AS p(date_from, date_to)",
            *(
                list(bounds)
                for bounds in zip(
                    *plan._get_periods(plan.date_from, max(last, plan.date_from)),
                    strict=True,
                )
            ),
        )
