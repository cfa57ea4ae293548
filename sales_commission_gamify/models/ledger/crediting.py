from odoo import api, models
from odoo.tools import SQL

from ..design.flushing import flush_models
from .rows import columns_sql

# What credits are added up by.
SUM_KEY = ("component_id", "employee_id", "level", "date_from")


class SalesCommissionCredit(models.Model):
    """How credits follow the documents.

    ``_apply`` compares what counts with what the documents say now: equal changes
    nothing, otherwise the old row is reversed and a new one added. So running it twice
    adds nothing, and the order of documents does not matter.
    """

    _inherit = "sales.commission.credit"

    # What identifies a credit, and what must be equal for it to stay.
    _KEY = ("component_id", "employee_id", "level", "source_id")
    _VALUES = (
        "origin_id",
        "sold",
        "date",
        "date_from",
        "date_to",
        "amount",
        "quantity",
        "below_percent",
        "source_amount",
        "source_currency_id",
    )

    def _get_sum_keys(self):
        """Without reading the rows, for they may be many: what was just added is known,
        all else is asked in one query."""
        known = [self._fields[name]._get_cache(self.env) for name in SUM_KEY]
        if all(id_ in cache for cache in known for id_ in self._ids):
            return {tuple(cache[id_] for cache in known) for id_ in self._ids}
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT DISTINCT component_id, employee_id, level, date_from
                         FROM sales_commission_credit WHERE id = ANY(%s)""",
                    self.ids,
                )
            )
        )

    @api.model
    def _browse_added(self, rows):
        """The credits of ``(id,)`` or ``(id, *SUM_KEY)``, whose keys are known then."""
        added = self.browse(row[0] for row in rows)
        names = SUM_KEY if rows and len(rows[0]) > 1 else ()
        for at, name in enumerate(names, start=1):
            self._fields[name]._insert_cache(added, [row[at] for row in rows])
        return added

    @api.model
    def _apply(self, components, document_ids=None, payee_ids=None):
        """Bring the credits of *components* in line with the documents.

        One statement per kind of source, whatever the number of components,
        payees and documents.

        Documents that were touched are judged anew. When none is named, because a
        plan or its payees changed or for the sweep, what is credited stays as long
        as its document is posted and its payee takes part: a product's category
        that is edited today must not rewrite what was earned in spring. So it is for
        documents that are only gone through, as the context says.

        :param document_ids: only these documents; None for all
        :param payee_ids: only these employees; None for all
        :return: the credits added
        """
        added = self.browse()
        for measures, counting in self._get_source_groups(components):
            judged_ids = measures._get_judged_ids(document_ids)
            measures._freeze_costs(counting, judged_ids)
            # what a level gets depends on who else takes part
            chained = counting.filtered(lambda c: payee_ids and c._is_differential())
            for some, payees in ((counting - chained, payee_ids), (chained, None)):
                if some:
                    added |= self._apply_source(some, judged_ids, payees)
        return added

    @api.model
    def _get_source_groups(self, components):
        """``[(measures, the components that count them)]``, of one kind of source and
        scope each. A scorecard counts no documents of its own."""
        components = components.filtered(
            lambda c: c.basis == "measure" and c.measure_id
        )
        grouped = components.measure_id.grouped(
            lambda m: (
                m.source,
                m._get_document_models(),
                m._get_judged_scope(),
                m._is_judged_fully(),
            )
        )
        return [
            (measures, components.filtered(lambda c, m=measures: c.measure_id in m))
            for measures in grouped.values()
        ]

    @api.model
    def _apply_source(self, components, document_ids, payee_ids):
        # all documents of a plan may be millions
        names = SUM_KEY if document_ids is not None else ()
        tables, changes = self._get_changes_sql(components, document_ids, payee_ids)
        rows = self.env.execute_query(
            SQL(
                """
                %s INSERT INTO sales_commission_credit (%s) %s
                ON CONFLICT DO NOTHING RETURNING %s
                """,
                tables,
                self._columns_sql(self._get_columns()),
                changes,
                self._columns_sql(("id", *names)),
            )
        )
        return self._browse_added(rows)

    def _get_changes_sql(self, components, document_ids, payee_ids):
        """What brings the credits in line with the documents, of one kind of source.

        :return: ``(tables, query of the rows to add)``
        """
        measure = components.measure_id[:1]
        source_model, document_model = measure._get_document_models()
        named = document_ids is not None and not self.env.context.get(
            "sales_commission_missing"
        )
        judged = named or measure._is_judged_fully()
        flush_models(self.env, "plan", "component", "credit")
        target = components._get_target_query(document_ids, payee_ids)
        held = self._get_held_sql(components, document_model, document_ids, payee_ids)
        gone = SQL("TRUE") if judged else self._get_gone_sql(measure)
        if not target:
            return self._get_withdrawn_sql(held, gone)
        tables = SQL(
            """
            WITH target AS (%(target)s),
            held AS (%(held)s),
            changed AS MATERIALIZED (
                SELECT held.*, target.source_id IS NOT NULL AS corrected,
                       %(moved)s AS moved
                  FROM held LEFT JOIN target
                    ON (%(target_key)s) = (%(held_key)s)
                 WHERE target.source_id IS NULL OR NOT %(same)s
            ),
            stale AS (SELECT held.* FROM changed held WHERE %(may_go)s),
            fresh AS (
                SELECT target.* FROM target LEFT JOIN held
                    ON (%(target_key)s) = (%(held_key)s) AND %(same)s
                 WHERE held.id IS NULL AND %(may_come)s
            )
            """,
            target=target,
            held=held,
            may_go=SQL("(held.moved OR %s)", gone),
            may_come=SQL("TRUE")
            if judged
            else SQL(
                "%s AND %s",
                self._get_new_sql(),
                self._get_recent_sql(source_model, document_model),
            ),
            target_key=self._columns_sql(self._KEY, "target"),
            held_key=self._columns_sql(self._KEY, "held"),
            same=self._get_same_sql(),
            moved=self._get_moved_sql(),
        )
        return tables, SQL(
            """
            SELECT * FROM (%s UNION ALL %s) AS added (%s)
             ORDER BY document_id, source_id, revision
            """,
            self._get_reversals_sql(),
            self._get_credits_sql(components, source_model, document_model),
            self._columns_sql(self._get_columns()),
        )

    def _get_withdrawn_sql(self, held, gone):
        """Nothing counts of these documents any more, as when an invoice is reset:
        what they credited is reversed, and nothing has to be compared."""
        stale = SQL("SELECT held.*, FALSE AS corrected FROM (%s) held", held)
        tables = SQL("WITH stale AS (%s WHERE %s)", stale, gone)
        return tables, self._get_reversals_sql()

    def _columns_sql(self, names, table=None):
        return columns_sql(tuple(names), table)

    def _get_same_sql(self, names=_VALUES):
        return SQL(
            "ROW(%s) IS NOT DISTINCT FROM ROW(%s)",
            self._columns_sql(names, "target"),
            self._columns_sql(names, "held"),
        )

    def _get_moved_sql(self):
        """Only what the levels below got is different, because somebody among them
        joined or left: two would be paid for the same part, or none."""
        names = [name for name in self._VALUES if name != "below_percent"]
        same = self._get_same_sql(names=names)
        return SQL("target.source_id IS NOT NULL AND %s", same)

    def _get_gone_sql(self, measure):
        """The document is gone, or its payee does not take part on its day."""
        return SQL("(%s OR %s)", measure._get_gone_sql("held"), self._get_left_sql())

    def _get_left_sql(self):
        return SQL(
            """
            NOT EXISTS (
                SELECT 1 FROM sales_commission_assignment a
                  JOIN sales_commission_plan p ON p.id = a.plan_id
                 WHERE a.plan_id = held.plan_id AND a.employee_id = held.employee_id
                   AND held.sold >= GREATEST(a.date_from, p.date_from)
                   AND held.sold <= LEAST(COALESCE(a.date_to, 'infinity'),
                                        COALESCE(p.date_to, 'infinity')))
            """
        )

    def _get_new_sql(self):
        """Nobody is credited for this source at this level in the payee's place: what
        others have and should have, as shares or for the whole team, takes nobody's
        place. What the payee has himself, though worth something else by now, stays."""
        key = ("component_id", "level", "source_id")
        return SQL(
            """
            NOT EXISTS (SELECT 1 FROM held other
                         WHERE (%s) = (%s)
                           AND other.id NOT IN (SELECT id FROM stale)
                           AND ((%s) = (%s)
                                OR NOT EXISTS (SELECT 1 FROM target still
                                                WHERE (%s) = (%s))))
            """,
            self._columns_sql(key, "other"),
            self._columns_sql(key, "target"),
            self._columns_sql(self._KEY, "other"),
            self._columns_sql(self._KEY, "target"),
            self._columns_sql(self._KEY, "still"),
            self._columns_sql(self._KEY, "other"),
        )

    def _get_recent_sql(self, source_model, document_model):
        """The event was written since its plan was swept last, or somebody loses its
        credit now: what an earlier sweep did not count stays uncounted, though a filter
        would let it in today."""
        if not self.env.context.get("sales_commission_sweep"):
            return SQL("TRUE")
        recent = SQL(" OR ").join(
            SQL(
                """EXISTS (SELECT 1 FROM %s written WHERE written.id = target.%s
                            AND written.write_date >= plan.swept_on
                                                      - INTERVAL '1 day')""",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(column),
            )
            for model, column in (
                (document_model, "document_id"),
                (source_model, "source_id"),
            )
            if model in self.env  # its app may be gone
        ) or SQL("FALSE")
        return SQL(
            """
            (EXISTS (SELECT 1 FROM sales_commission_component component
                       JOIN sales_commission_plan plan ON plan.id = component.plan_id
                      WHERE component.id = target.component_id
                        AND (plan.swept_on IS NULL OR %s))
             OR (target.component_id, target.source_id) IN (
                    SELECT component_id, source_id FROM stale))
            """,
            recent,
        )

    def _get_held_sql(self, components, document_model, document_ids, payee_ids):
        """Credits that count now: not a reversal and not reversed."""
        payees = (
            SQL("TRUE")
            if payee_ids is None
            else SQL("c.employee_id = ANY(%s)", list(payee_ids))
        )
        documents = (
            SQL("TRUE")
            if document_ids is None
            else SQL(
                "c.document_model = %s AND c.document_id = ANY(%s)",
                document_model,
                list(document_ids),
            )
        )
        return SQL(
            """
            SELECT c.* FROM sales_commission_credit c
             WHERE c.component_id = ANY(%s) AND %s AND %s
               AND c.reversal_of_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM sales_commission_credit r
                                WHERE r.reversal_of_id = c.id)
            """,
            components.ids,
            documents,
            payees,
        )

    def _get_columns(self):
        return [
            *self._KEY,
            *self._VALUES,
            "company_id",
            "plan_id",
            "currency_id",
            "unit",
            "source_model",
            "document_model",
            "document_id",
            "document_name",
            "revision",
            "reversal_of_id",
            "reason",
            "create_uid",
            "create_date",
            "write_uid",
            "write_date",
        ]

    def _get_log_sql(self):
        now = SQL("now() AT TIME ZONE 'UTC'")
        return SQL("%s, %s, %s, %s", self.env.uid, now, self.env.uid, now)

    def _get_reversals_sql(self):
        return SQL(
            """
            SELECT component_id, employee_id, level, source_id, origin_id, sold, date,
                   date_from, date_to, -amount, -quantity, below_percent,
                   -source_amount, source_currency_id, company_id, plan_id,
                   currency_id, unit, source_model, document_model, document_id,
                   document_name, revision + 1, id,
                   CASE WHEN corrected THEN 'corrected' ELSE 'withdrawn' END,
                   %s
              FROM stale
            """,
            self._get_log_sql(),
        )

    def _get_credits_sql(self, components, source_model, document_model):
        """What is new gets the next revision of its key. The subquery for it runs only
        when the components have credited anything before."""
        return SQL(
            """
            SELECT %(fresh_key)s, fresh.origin_id, fresh.sold, fresh.date,
                   fresh.date_from, fresh.date_to, fresh.amount, fresh.quantity,
                   fresh.below_percent, fresh.source_amount,
                   fresh.source_currency_id, kind.company_id, kind.plan_id,
                   kind.currency_id, kind.unit, %(source_model)s, %(document_model)s,
                   fresh.document_id, fresh.document_name,
                   1 + COALESCE(gone.rows, 0) + CASE WHEN EXISTS (
                       SELECT 1 FROM sales_commission_credit
                        WHERE component_id = ANY(%(components)s))
                   THEN COALESCE((
                       SELECT MAX(past.revision) FROM sales_commission_credit past
                        WHERE past.source_model = %(source_model)s
                          AND (%(past_key)s) = (%(fresh_key)s)), 0)
                   ELSE 0 END,
                   NULL, 'credited', %(log)s
              FROM fresh
              JOIN unnest(%(components)s::int[], %(companies)s::int[], %(plans)s::int[],
                          %(currencies)s::int[], %(units)s::text[])
                AS kind(component_id, company_id, plan_id, currency_id, unit)
                ON kind.component_id = fresh.component_id
              LEFT JOIN (SELECT %(key)s, COUNT(*) AS rows FROM stale GROUP BY %(key)s)
                gone ON (%(gone_key)s) = (%(fresh_key)s)
            """,
            components=components.ids,
            companies=[component.company_id.id for component in components],
            plans=[component.plan_id.id for component in components],
            currencies=[component.plan_id.currency_id.id for component in components],
            units=components.mapped("unit"),
            source_model=source_model,
            document_model=document_model,
            key=self._columns_sql(self._KEY),
            past_key=self._columns_sql(self._KEY, "past"),
            fresh_key=self._columns_sql(self._KEY, "fresh"),
            gone_key=self._columns_sql(self._KEY, "gone"),
            log=self._get_log_sql(),
        )
