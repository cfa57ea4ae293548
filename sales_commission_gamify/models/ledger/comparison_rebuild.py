from contextlib import closing, contextmanager

from odoo import api, models
from odoo.tools import SQL

from .comparison import MOST_LINES
from .crediting import SUM_KEY


class SalesCommissionComparison(models.Model):
    """How the rebuild is made and compared.

    Credits are compared by reading: the target that the documents give now against
    the credits held, both ways. Where they differ, the credits that a sweep would add
    or withdraw are put in their place and taken back again, so that what they earn
    can be compared, too. Earnings and attainments are priced anew and not written.
    """

    _inherit = "sales.commission.comparison"

    @api.model
    def _find_differences(self, components, first, last):
        """:return: the lines, how many there are of each kind, how many of them are
        intended, and how much was compared"""
        self.env.flush_all()
        bounds = SQL("date_from <= %s AND date_to >= %s", last, first)
        rows, credit_total = self._get_credit_rows(components, bounds)
        checks = self._get_checks(components, bounds)
        with self._rebuilt(components if rows else None) as real:
            touched = {
                self._get_sum_key(row) for row in rows if self._get_event(row) in real
            }
            sums = self._get_sum_lines(components, bounds, checks, touched)
        credits_ = [self._prepare_credit_vals(row, real, checks) for row in rows]
        credits_ += self._get_reversal_lines(components, bounds)
        intended = sum(1 for vals in credits_ if vals["is_intended"])
        counts = {"credit": max(credit_total, len(credits_)), **sums["counts"]}
        return {
            "lines": credits_ + sums["lines"],
            "counts": counts,
            "intended": intended,
            "credit_count": sum(check["credit_rows"] for check in checks.values()),
            "key_count": sums["key_count"],
        }

    @contextmanager
    def _rebuilt(self, components):
        """Within it the ledger holds what a sweep makes of it; then it is as before.
        Nothing is priced, told to anybody, or rewarded meanwhile.

        :return: the events ``(component, employee, level, source)`` that a sweep
            touches; None of them for want of *components*
        """
        if not components:
            yield set()
            return
        credit = self.env["sales.commission.credit"]
        last = SQL("SELECT COALESCE(MAX(id), 0) FROM sales_commission_credit")
        [(last_id,)] = self.env.execute_query(last)
        added = SQL(
            "SELECT %s FROM sales_commission_credit WHERE id > %s",
            credit._columns_sql(credit._KEY),
            last_id,
        )
        with closing(self.env.cr.savepoint()):
            credit._apply(components)
            yield set(self.env.execute_query(added))
        self.env.invalidate_all(flush=False)

    # --- credits -------------------------------------------------------------------

    @api.model
    def _get_credit_rows(self, components, bounds):
        """What the documents give beside what is held, where they differ; and how many
        such rows there are, of which the most are left out."""
        counting = components.filtered(lambda c: c.basis == "measure" and c.measure_id)
        grouped = counting.grouped(
            lambda c: (c.measure_id.source, c.measure_id._get_document_models())
        )
        rows, total = [], 0
        for (_source, (_model, document_model)), some in grouped.items():
            found = self.env.execute_query_dict(
                self._get_credit_sql(some, document_model, bounds)
            )
            total += found[0]["total"] if found else 0
            rows += [{**row, "document_model": document_model} for row in found]
        return rows, total

    @api.model
    def _get_credit_sql(self, components, document_model, bounds):
        credit = self.env["sales.commission.credit"]
        shown = (*SUM_KEY[:3], "source_id", "date_from", "date_to", "document_id")
        return SQL(
            """
            WITH target AS (SELECT * FROM (%(target)s) t WHERE %(bounds)s),
            held AS (SELECT * FROM (%(held)s) h WHERE %(bounds)s)
            SELECT %(shown)s,
                   COALESCE(held.document_name, target.document_name) AS document_name,
                   held.amount::float8 AS stored, target.amount::float8 AS rebuilt,
                   held.id IS NOT NULL AS is_held,
                   target.source_id IS NOT NULL AS is_given,
                   COUNT(*) OVER () AS total
              FROM target FULL JOIN held ON (%(target_key)s) = (%(held_key)s)
             WHERE target.source_id IS NULL OR held.id IS NULL
                OR ROW(%(target_values)s) IS DISTINCT FROM ROW(%(held_values)s)
             ORDER BY ABS(COALESCE(target.amount, 0) - COALESCE(held.amount, 0)) DESC,
                      1, 2, 3, 4
             LIMIT %(most)s
            """,
            target=components._get_target_query()
            or credit._get_held_sql(components.browse(), document_model, None, None),
            held=credit._get_held_sql(components, document_model, None, None),
            bounds=bounds,
            shown=SQL(", ").join(
                SQL(
                    "COALESCE(%s, %s) AS %s",
                    SQL.identifier("held", name),
                    SQL.identifier("target", name),
                    SQL.identifier(name),
                )
                for name in shown
            ),
            target_key=credit._columns_sql(credit._KEY, "target"),
            held_key=credit._columns_sql(credit._KEY, "held"),
            target_values=credit._columns_sql(credit._VALUES, "target"),
            held_values=credit._columns_sql(credit._VALUES, "held"),
            most=MOST_LINES,
        )

    @api.model
    def _get_event(self, row):
        return tuple(row[name] for name in self.env["sales.commission.credit"]._KEY)

    @api.model
    def _get_sum_key(self, row):
        return tuple(row[name] for name in SUM_KEY)

    @api.model
    def _prepare_credit_vals(self, row, real, checks):
        check = checks.get(self._get_sum_key(row))
        reason = self._get_credit_reason(row, self._get_event(row) in real, check)
        return self._prepare_line_vals(
            "credit",
            row,
            row["stored"],
            row["rebuilt"],
            reason,
            document_model=row["document_model"],
            document_id=row["document_id"],
            document_name=row["document_name"],
            is_intended=reason == "edited",
        )

    @api.model
    def _get_credit_reason(self, row, is_real, check):
        if check and check["counted_rows"] > check["credit_rows"]:
            return "row_missing"
        if not is_real:
            # the sum remembers what was credited when it was priced
            return "row_altered" if self._is_altered(check) else "edited"
        if row["is_held"]:
            return "changed" if row["is_given"] else "no_longer"
        return "never_computed"

    @api.model
    def _is_altered(self, check):
        """Whether the credits come to something else than when they were priced, though
        none was added since."""
        return bool(
            check
            and check["counted_rows"] == check["credit_rows"]
            and round(check["counted"] - check["credited"], 6)
        )

    @api.model
    def _get_reversal_lines(self, components, bounds):
        """Rows that should take back another one and do not."""
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT r.component_id, r.employee_id, r.level, r.date_from, r.date_to,
                       r.document_model, r.document_id, r.document_name,
                       r.amount::float8 AS stored, -c.amount::float8 AS rebuilt
                  FROM (SELECT * FROM sales_commission_credit
                         WHERE reversal_of_id IS NOT NULL AND component_id = ANY(%s)
                           AND %s) r
                  JOIN sales_commission_credit c ON c.id = r.reversal_of_id
                 WHERE ROW(c.component_id, c.employee_id, c.level, c.source_id,
                           c.date_from, -c.amount, -c.quantity)
                    IS DISTINCT FROM
                       ROW(r.component_id, r.employee_id, r.level, r.source_id,
                           r.date_from, r.amount, r.quantity)
                 LIMIT %s
                """,
                components.ids,
                bounds,
                MOST_LINES,
            )
        )
        return [
            self._prepare_line_vals(
                "credit",
                row,
                row["stored"],
                row["rebuilt"],
                "row_altered",
                document_model=row["document_model"],
                document_id=row["document_id"],
                document_name=row["document_name"],
                is_intended=False,
            )
            for row in rows
        ]

    @api.model
    def _prepare_line_vals(self, kind, row, stored, rebuilt, reason, **vals):
        component = self.env["sales.commission.component"].browse(row["component_id"])
        stored, rebuilt = float(stored or 0), float(rebuilt or 0)
        return {
            "kind": kind,
            "employee_id": row["employee_id"],
            "plan_id": component.plan_id.id,
            "component_id": component.id,
            "level": row["level"],
            "date_from": row["date_from"],
            "date_to": row["date_to"],
            "stored": stored,
            "rebuilt": rebuilt,
            "difference": round(rebuilt - stored, 6),
            "reason": reason,
            **vals,
        }
