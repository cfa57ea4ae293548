from odoo import fields, models
from odoo.tools import SQL

from ..design.flushing import flush_models

# How long a measuring period is, for PostgreSQL.
LENGTHS = {"month": "1 month", "quarter": "3 months", "year": "1 year"}


class SalesCommissionComponent(models.Model):
    """Who is credited for the events that components count.

    One query for all of *self*: events that several components count are read once, and
    each way of crediting is one branch of it, whatever the number of plans, payees and
    levels. Its tables:

    ``promise``: a row for each component;
    ``event``: what is counted, with the number of the ``query`` it comes from;
    ``seller``: who sold it, and how much of it; ``who`` is an employee, or a
    login as a negative number;
    ``credited``: who gets how much of it, on which level.
    """

    _inherit = "sales.commission.component"

    def _get_target_query(self, document_ids=None, payee_ids=None):
        """What *self* should credit for the documents as they are now: the events that
        count, times who is credited for them.

        :param document_ids: only these documents; None for all
        :param payee_ids: only these employees; None for all
        :return: ``SQL`` with the columns of ``measure._get_target_columns``, or None
            when nothing can match
        """
        self.plan_id.mapped("state")  # read all at once
        queries = []
        grouped = self.grouped(lambda c: c.measure_id._get_event_key(c, document_ids))
        for components in grouped.values():
            events = components[0]._get_event_query(document_ids)
            if events:
                queries.append((components, events))
        return self._get_credit_query(queries, payee_ids) if queries else None

    def _get_event_query(self, document_ids=None):
        self.ensure_one()
        source = self.measure_id.source
        events = getattr(self.measure_id, f"_get_event_query_{source}")
        return events(self, document_ids)

    def _get_credit_query(self, queries, payee_ids=None):
        """The credits for events, each with its payee and measuring period.

        :param queries: ``[(components, SQL of the events that they count)]``
        """
        counting = self.browse().union(*(components for components, _sql in queries))
        ways = [
            (way, components)
            for way, components in sorted(counting.grouped("credited_to").items())
        ]
        tables = [counting._get_event_tables(queries)]
        if {"salesperson", "hierarchy"} & {way for way, _components in ways}:
            tables.append(counting._get_seller_table())
        branches = []
        for way, components in ways:
            more, branch = getattr(components, f"_get_payees_sql_{way}")()
            tables += more
            branches.append(branch)
        return SQL(
            """
            WITH RECURSIVE %(tables)s
            SELECT credited.component_id, credited.employee_id, credited.level,
                   event.source_id, event.document_id, event.origin_id,
                   event.document_name, event.sold, event.date,
                   date_trunc(promise.period_kind, event.date::timestamp)::date
                       AS date_from,
                   (date_trunc(promise.period_kind, event.date::timestamp)
                    + promise.period_length)::date - 1 AS date_to,
                   %(amount)s AS amount,
                   event.quantity * credited.percent / 100 AS quantity,
                   credited.below_percent, event.source_amount,
                   event.source_currency_id
              FROM (%(credited)s) credited
              JOIN event ON event.number = credited.number
              JOIN promise ON promise.component_id = credited.component_id
             WHERE event.date BETWEEN promise.first_day AND promise.last_day
               AND %(wanted)s
            """,
            tables=SQL(", ").join(tables),
            amount=self._get_share_sql(),
            credited=SQL(" UNION ALL ").join(branches),
            wanted=SQL("TRUE")
            if payee_ids is None
            else SQL("credited.employee_id = ANY(%s)", list(payee_ids)),
        )

    # --- what is counted ------------------------------------------------------------

    def _get_event_tables(self, queries):
        """What is sold on the days of the plans."""
        flush_models(self.env, "assignment", "split", "hierarchy.edge", "hr.employee")
        names = self.measure_id._get_event_columns()
        columns = SQL(", ").join(SQL.identifier("one", name) for name in names)
        events = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS query, %s FROM (%s) one WHERE %s",
                number,
                columns,
                events,
                components._get_days_sql(),
            )
            for number, (components, events) in enumerate(queries)
        )
        return SQL(
            """
            promise AS MATERIALIZED (%s),
            event AS MATERIALIZED (
                SELECT row_number() OVER () AS number, every.* FROM (%s) every)
            """,
            self._get_promise_sql(queries),
            events,
        )

    def _get_days_sql(self):
        """Within the days of any of the plans."""
        plans = self.plan_id
        first = min(plans.mapped("date_from"))
        if not all(plan.date_to for plan in plans):
            return SQL("one.sold >= %s", first)
        return SQL("one.sold BETWEEN %s AND %s", first, max(plans.mapped("date_to")))

    def _get_promise_sql(self, queries):
        """Measuring periods reach up to a year ahead: refunds may count in a period
        after the plan's end."""
        ahead = fields.Date.add(fields.Date.today(), years=1)
        rows = []
        for number, (components, _events) in enumerate(queries):
            for component in components:
                plan = component.plan_id
                last = max(plan.date_to or ahead, ahead, plan.date_from)
                [(first_day, _end)] = plan._get_periods(plan.date_from, plan.date_from)
                [(_start, last_day)] = plan._get_periods(last, last)
                digits = component.currency_id.decimal_places
                rows.append(
                    (
                        component.id,
                        number,
                        plan.id,
                        plan.company_id.id,
                        component.hierarchy_id.id or None,
                        plan.date_from,
                        plan.date_to or None,
                        first_day,
                        last_day,
                        plan.period_kind,
                        LENGTHS[plan.period_kind],
                        digits if component.unit == "money" else None,
                    )
                )
        return SQL(
            """
            SELECT component_id, query, plan_id, company_id, hierarchy_id,
                   sold_from, COALESCE(sold_to, 'infinity') AS sold_to,
                   first_day, last_day, period_kind, period_length, digits
              FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
                          %s::date[], %s::date[], %s::date[], %s::date[], %s::text[],
                          %s::interval[], %s::int[])
                AS p(component_id, query, plan_id, company_id, hierarchy_id, sold_from,
                     sold_to, first_day, last_day, period_kind, period_length, digits)
            """,
            *(list(column) for column in zip(*rows, strict=True)),
        )

    def _get_share_sql(self):
        """A payee's share of the event's amount. Shares of money end at rounded
        places of the amount, so that together they are the amount to the cent."""
        return SQL(
            """
            CASE WHEN promise.digits IS NULL
                 THEN event.amount::numeric * credited.percent / 100
                 ELSE %s - %s END
            """,
            self._get_place_sql(SQL("(credited.before_percent + credited.percent)")),
            self._get_place_sql(SQL("credited.before_percent")),
        )

    def _get_place_sql(self, percent):
        return SQL(
            """CASE %(percent)s WHEN 100 THEN event.amount::numeric WHEN 0 THEN 0 ELSE
                ROUND(event.amount::numeric * %(percent)s / 100, promise.digits) END""",
            percent=percent,
        )

    # --- who sells ------------------------------------------------------------------

    def _get_seller_table(self):
        """Those who share the sale and who is credited on top, by the splits of the
        document; without shares the salesperson, as an employee or a login."""
        whole = SQL(
            """
            SELECT number, query, sold, COALESCE(employee_id, -user_id) AS who,
                   100::numeric AS percent, 0::numeric AS before_percent
              FROM event
            """
        )
        links = {
            name for measure in self.measure_id for name in measure._get_split_links()
        }
        if not links:
            return SQL("seller AS MATERIALIZED (%s)", whole)
        return SQL(
            """
            split AS (
                SELECT found.number, found.query, found.sold, found.employee_id,
                       found.kind, found.percent,
                       SUM(found.percent) OVER kinds - found.percent AS before_percent,
                       LEAD(found.id) OVER kinds IS NULL AS is_last
                  FROM (%(found)s) found
                WINDOW kinds AS (PARTITION BY found.number, found.kind
                                 ORDER BY found.id)
            ),
            seller AS MATERIALIZED (
                SELECT number, query, sold, employee_id AS who,
                       CASE WHEN kind = 'share' AND is_last THEN 100 - before_percent
                            ELSE percent END AS percent,
                       CASE kind WHEN 'share' THEN before_percent ELSE 0 END
                           AS before_percent
                  FROM split
                 UNION ALL
                %(whole)s WHERE NOT EXISTS (
                    SELECT 1 FROM split
                     WHERE split.number = event.number AND split.kind = 'share')
            )
            """,
            found=SQL(" UNION ALL ").join(
                SQL(
                    """
                    SELECT event.number, event.query, event.sold, s.id, s.employee_id,
                           s.kind, s.percent::numeric AS percent
                      FROM event
                      JOIN sales_commission_split s ON s.%(link)s = event.%(link)s
                     WHERE %(first)s
                    """,
                    link=SQL.identifier(name),
                    first=SQL("event.move_id IS NULL")
                    if name == "order_id" and "move_id" in links
                    else SQL("TRUE"),
                )
                for name in sorted(links)
            ),
            whole=whole,
        )

    # --- who is credited --------------------------------------------------------------
    # Each answer is ``(more tables, query)``; the query's rows say which component
    # credits whom for which event: component_id, number, employee_id, level, percent,
    # before_percent (what the shares before this one come to) and below_percent (the
    # rate that the levels below get).

    def _get_payees_sql_salesperson(self):
        taker = SQL(
            """
            taker AS MATERIALIZED (
                SELECT promise.component_id, promise.query, assignment.employee_id,
                       identity.who,
                       GREATEST(assignment.date_from, promise.sold_from) AS first,
                       LEAST(COALESCE(assignment.date_to, 'infinity'), promise.sold_to)
                           AS last
                  FROM promise
                  JOIN sales_commission_assignment assignment
                    ON assignment.plan_id = promise.plan_id
                 CROSS JOIN LATERAL (
                    VALUES (assignment.employee_id), (-assignment.user_id)
                 ) AS identity(who)
                 WHERE promise.component_id = ANY(%s)
            )
            """,
            self.ids,
        )
        return [taker], SQL(
            """
            SELECT taker.component_id, seller.number, taker.employee_id, 0 AS level,
                   SUM(seller.percent) AS percent,
                   MIN(seller.before_percent) AS before_percent,
                   0::numeric AS below_percent
              FROM seller
              JOIN taker ON taker.query = seller.query AND taker.who = seller.who
               AND seller.sold BETWEEN taker.first AND taker.last
             GROUP BY 1, 2, 3
            """
        )

    def _get_payees_sql_team(self):
        return self._get_payees_sql_whole(SQL("assignment.team_id = event.team_id"))

    def _get_payees_sql_everybody(self):
        return self._get_payees_sql_whole(SQL("TRUE"))

    def _get_payees_sql_whole(self, condition):
        """Each payee who fulfils *condition* gets all of it."""
        return [], SQL(
            """
            SELECT promise.component_id, event.number, assignment.employee_id,
                   0 AS level, 100::numeric AS percent, 0::numeric AS before_percent,
                   0::numeric AS below_percent
              FROM promise
              JOIN event ON event.query = promise.query
               AND event.sold BETWEEN promise.sold_from AND promise.sold_to
              JOIN sales_commission_assignment assignment
                ON assignment.plan_id = promise.plan_id
               AND event.sold >= assignment.date_from
               AND event.sold <= COALESCE(assignment.date_to, 'infinity')
             WHERE promise.component_id = ANY(%s) AND %s
            """,
            self.ids,
            condition,
        )
