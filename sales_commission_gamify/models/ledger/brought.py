from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...engine import Trace
from ...engine.deals import Deal, share_by_deal
from ..design.exact import exact


class SalesCommissionEarning(models.Model):
    """What each document brings: its share of what the period has earned."""

    _inherit = "sales.commission.earning"

    @api.model
    def _get_brought(self, keys):
        """``{key: {(model, document id): its share of what is earned so far}}``

        As a statement computed now would say it, to the cent. A document that was
        priced and changed nothing, since a cap was reached or nothing is paid yet,
        brings 0; one that is not priced yet is not in it.
        """
        if not keys:
            return {}
        self.env.flush_all()
        priced = {
            self._get_key(row): row
            for row in self.env.execute_query_dict(self._query_priced(keys))
        }
        documents = defaultdict(list)
        if priced:
            for row in self.env.execute_query_dict(self._query_credited(priced)):
                documents[self._get_key(row)].append(row)
        brought = {}
        for key, rows in documents.items():
            row = priced[key]
            # what was credited later changed nothing, if it was priced
            whole = row["credit_count"] == sum(found["count"] for found in rows)
            brought[key] = {
                (found["document_model"], found["document_id"]): 0.0
                for found in rows
                if whole and found["credited"]
            } | self._share_by_document(
                Decimal(row["total"]),
                row["trace"],
                [found for found in rows if found["amount"]],
                exact(row["rounding"]),
            )
        return brought

    @api.model
    def _share_by_document(self, total, trace, rows, rounding):
        """``{(model, document id): its share of *total*}``; empty where it cannot be
        told.

        :param rows: what each document was credited, with the ``origin_id`` of its
            sale and the day on which that was ``sold_on``
        """
        # in the order in which pricing takes the sales
        rows = sorted(rows, key=lambda row: (row["sold_on"], row["origin_id"]))
        if not rows:
            return {}
        shares = share_by_deal(
            total,
            Trace.from_json(trace or []),
            [
                Deal(
                    (row["document_model"], row["origin_id"]),
                    Decimal(str(row["amount"])),
                )
                for row in rows
            ],
            rounding,
        )
        return {
            (row["document_model"], row["document_id"]): float(share)
            for row, share in zip(rows, shares or (), strict=bool(shares))
        }

    @api.model
    def _query_priced(self, keys):
        """The last earning of each key; nothing has ever been earned: 0."""
        return SQL(
            """
            SELECT a.component_id, a.employee_id, a.level, a.date_from, a.credit_count,
                   COALESCE(e.total, 0)::text AS total, e.trace,
                   COALESCE(e.credit_mark, 0) AS mark, e.create_date AS priced_at,
                   c.rounding::float AS rounding
              FROM %s
              JOIN sales_commission_attainment a
             USING (component_id, employee_id, level, date_from)
              JOIN res_currency c ON c.id = a.currency_id
              LEFT JOIN LATERAL (
                SELECT e.total, e.trace, e.credit_mark, e.create_date
                  FROM sales_commission_earning e
                 WHERE e.component_id = a.component_id
                   AND e.employee_id = a.employee_id
                   AND e.level = a.level AND e.date_from = a.date_from
                 ORDER BY e.revision DESC LIMIT 1) e ON TRUE
            """,
            self._keys_sql(keys),
        )

    @api.model
    def _query_credited(self, priced):
        """What each document of these keys was credited: all in all, and up to when
        its key was priced."""
        marks = [row["mark"] for _key, row in sorted(priced.items())]
        moments = [row["priced_at"] for _key, row in sorted(priced.items())]
        in_time = SQL(
            "(CASE WHEN k.mark > 0 THEN c.id <= k.mark"
            " ELSE c.create_date <= k.moment END)"
        )
        return SQL(
            """
            SELECT k.component_id, k.employee_id, k.level, k.date_from,
                   c.document_model, c.document_id, MAX(c.origin_id) AS origin_id,
                   MIN(MIN(c.date) FILTER (WHERE %(in_time)s)) OVER (
                       PARTITION BY k.component_id, k.employee_id, k.level, k.date_from,
                                    c.document_model, MAX(c.origin_id)) AS sold_on,
                   COUNT(*) AS count, SUM(c.amount) AS credited,
                   COALESCE(SUM(c.amount) FILTER (WHERE %(in_time)s), 0) AS amount
              FROM unnest(%(components)s::int[], %(payees)s::int[], %(levels)s::int[],
                          %(days)s::date[], %(marks)s::int[], %(moments)s::timestamp[])
                AS k(component_id, employee_id, level, date_from, mark, moment)
              JOIN sales_commission_credit c
             USING (component_id, employee_id, level, date_from)
             GROUP BY 1, 2, 3, 4, 5, 6
            """,
            in_time=in_time,
            marks=marks,
            moments=moments,
            **dict(
                zip(
                    ("components", "payees", "levels", "days"),
                    map(list, zip(*sorted(priced), strict=True)),
                    strict=True,
                )
            ),
        )
