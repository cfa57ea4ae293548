from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ... import engine
from ...engine import periods
from ..source.what_if import ask


class SalesCommissionEarning(models.Model):
    """What the engine needs to know of a key besides its credited sum.

    A key is ``(component id, employee id, level, date_from)``. Each question is
    one query for all keys whose component asks it. Sums travel as text: Odoo reads
    numbers as floats, and the engine is exact.
    """

    _inherit = "sales.commission.earning"

    @api.model
    def _get_facts(self, components, rows):
        """``{key: PeriodFacts}`` for the *rows* of ``_get_priceable``."""
        keys = {self._get_key(row) for row in rows}
        sales = self._get_sales(
            self._asking(components, keys, "_asks_sales"),
            self._asking(components, keys, "_counts_sales"),
        )
        before = self._get_before(
            self._asking(components, keys, "_asks_before"), components
        )
        chains = self._asking(components, keys, "_asks_below")
        below = self._get_below(chains, SQL("TRUE"))
        gross = self._get_gross(
            self._asking(components, keys, "_asks_gross"), chains, components
        )
        looks = self._get_looks(components, rows)
        facts = {}
        by_id = {component.id: component for component in components}
        for row in rows:
            key = self._get_key(row)
            component = by_id[row["component_id"]]
            same = {"before": before.get(key, Decimal(0)), **looks[key]}
            facts[key] = engine.PeriodFacts(
                amount=self._get_value(component, row["credited"], row["quantity"]),
                documents=tuple(sales[key]),
                quantity=self._get_quantity(component, row, sales[key]),
                below=tuple(below[key]),
                gross=engine.PeriodFacts(**gross[key], **same)
                if key in gross
                else None,
                **same,
            )
        return facts

    @api.model
    def _get_value(self, component, amount, quantity):
        """What is compared with the quota: the sum, or the ratio of two sums."""
        if component.unit != "percent" or component.basis == "scorecard":
            return Decimal(amount)
        divisor = Decimal(quantity)
        return Decimal(amount) * 100 / divisor if divisor else Decimal(0)

    @api.model
    def _get_quantity(self, component, row, sales):
        if component.lookup == "count" and component.pays == "rates":
            return self._count_sales(sales)
        if component.unit == "number":
            return Decimal(row["credited"])  # a unit is what is counted
        return Decimal(row["quantity"])

    @api.model
    def _get_key(self, row):
        return row["component_id"], row["employee_id"], row["level"], row["date_from"]

    @api.model
    def _asking(self, components, keys, question):
        asking = components.filtered(lambda component: getattr(component, question)())
        return {key for key in keys if key[0] in asking._ids}

    @api.model
    def _count_sales(self, amounts):
        """Sales, less those that were taken back in a later period."""
        return Decimal(
            sum(1 for amount in amounts if amount > 0)
            - sum(1 for amount in amounts if amount < 0)
        )

    @api.model
    def _keys_sql(self, keys):
        columns = zip(*sorted(keys), strict=True)
        return SQL(
            "unnest(%s::int[], %s::int[], %s::int[], %s::date[])"
            " AS k(component_id, employee_id, level, date_from)",
            *map(list, columns),
        )

    @api.model
    def _query_sales(self, keys, condition):
        """``{key: [amount of each sale that is not 0]}``, in the sales' order."""
        sales = defaultdict(list)
        if not keys:
            return sales
        rows = ask(
            self.env,
            SQL(
                """
                SELECT component_id, employee_id, level, date_from,
                       SUM(c.amount)::text
                  FROM %s JOIN sales_commission_credit c
                 USING (component_id, employee_id, level, date_from)
                 WHERE %s
                 GROUP BY 1, 2, 3, 4, c.document_model, c.origin_id
                HAVING SUM(c.amount) != 0
                 ORDER BY 1, 2, 3, 4, MIN(c.date), c.origin_id
                """,
                self._keys_sql(keys),
                condition,
            ),
        )
        for *key, amount in rows:
            sales[tuple(key)].append(Decimal(amount))
        return sales

    @api.model
    def _get_sales(self, keys, counting):
        sales = self._query_sales(keys - counting, SQL("TRUE"))
        sales.update(self._query_counted(counting))
        return sales

    @api.model
    def _query_counted(self, keys):
        """As ``_query_sales``, without what takes back a part of an earlier period's
        sale and leaves the rest: the sale still counts."""
        counted = defaultdict(list)
        if not keys:
            return counted
        rows = ask(
            self.env,
            SQL(
                """
                SELECT component_id, employee_id, level, date_from, amount::text
                  FROM (SELECT component_id, employee_id, level, k.date_from,
                               c.document_model, c.origin_id,
                               COALESCE(SUM(c.amount) FILTER (
                                   WHERE c.date_from = k.date_from), 0) AS amount,
                               COALESCE(SUM(c.amount) FILTER (
                                   WHERE c.date_from < k.date_from), 0) AS before
                          FROM %s JOIN sales_commission_credit c
                         USING (component_id, employee_id, level)
                         WHERE c.date_from <= k.date_from
                         GROUP BY 1, 2, 3, 4, 5, 6) sale
                 WHERE amount > 0
                    OR amount < 0 AND before >= 0 AND amount + before <= 0
                 ORDER BY 1, 2, 3, 4, origin_id
                """,
                self._keys_sql(keys),
            ),
        )
        for *key, amount in rows:
            counted[tuple(key)].append(Decimal(amount))
        return counted

    @api.model
    def _get_gross(self, keys, chains, components):
        """``{key: what PeriodFacts says}`` of the sales without what was taken back:
        the documents that come to more than 0. A discount is a line of its sale."""
        held = SQL(
            """0 < (SELECT SUM(line.amount) FROM sales_commission_credit line
                     WHERE line.document_id = c.document_id
                       AND line.document_model = c.document_model
                       AND line.component_id = c.component_id
                       AND line.employee_id = c.employee_id
                       AND line.level = c.level AND line.date_from = c.date_from)"""
        )
        by_id = {component.id: component for component in components}
        units = self._get_units(keys, held)
        below = self._get_below(keys & chains, held)
        gross = {}
        for key, sales in self._query_sales(keys, held).items():
            row = {"credited": sum(sales, Decimal(0)), "quantity": units[key]}
            gross[key] = {
                "amount": row["credited"],
                "documents": tuple(sales),
                "quantity": self._get_quantity(by_id[key[0]], row, sales),
                "below": tuple(below[key]),
            }
        return gross

    @api.model
    def _get_units(self, keys, condition):
        """``{key: the sum of the units credited}``"""
        if not keys:
            return {}
        rows = ask(
            self.env,
            SQL(
                """
                SELECT component_id, employee_id, level, date_from,
                       ROUND(SUM(c.quantity)::numeric, 9)::text
                  FROM %s JOIN sales_commission_credit c
                 USING (component_id, employee_id, level, date_from)
                 WHERE %s
                 GROUP BY 1, 2, 3, 4
                """,
                self._keys_sql(keys),
                condition,
            ),
        )
        return {tuple(key): units for *key, units in rows}

    @api.model
    def _get_before(self, keys, components):
        """Credited in the same quarter or year before the key's period."""
        if not keys:
            return {}
        kinds = {component.id: component.running_kind for component in components}
        since = [periods.period_of(key[3], kinds[key[0]]).first for key in sorted(keys)]
        rows = ask(
            self.env,
            SQL(
                """
                SELECT k.component_id, k.employee_id, k.level, k.date_from,
                       SUM(c.amount)::text
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[], %s::date[])
                    AS k(component_id, employee_id, level, date_from, since)
                  %s
                   AND c.date_from >= k.since
                   AND (c.date_from < k.date_from OR c.date_from = k.date_from
                        AND other_plan.version < own_plan.version)
                 GROUP BY 1, 2, 3, 4
                """,
                *(list(column) for column in zip(*sorted(keys), strict=True)),
                since,
                self._join_family(),
            ),
        )
        return {tuple(key): Decimal(amount) for *key, amount in rows}

    @api.model
    def _with_later_keys(self, keys, components):
        """*keys* and the later periods whose running total they are part of, in
        every version of the plan: each says itself what it adds up. Whether a later
        refund leaves anything of a sale depends on it, too."""
        running = components._get_running_versions()
        reached = [
            (*key, version_id, periods.period_of(key[3], kind).last)
            for key in sorted(keys)
            for version_id, kind in running[key[0]]
        ]
        for key in sorted(self._asking(components, keys, "_counts_sales_back")):
            reached.append((*key, key[0], date.max))
        if not reached:
            return keys
        rows = ask(
            self.env,
            SQL(
                """
                SELECT DISTINCT c.component_id, c.employee_id, c.level, c.date_from
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[], %s::int[],
                              %s::date[])
                    AS k(component_id, employee_id, level, date_from, version_id,
                         until)
                  %s
                   AND c.component_id = k.version_id AND c.date_from <= k.until
                   AND (c.date_from > k.date_from OR c.date_from = k.date_from
                        AND other_plan.version > own_plan.version)
                """,
                *(list(column) for column in zip(*reached, strict=True)),
                self._join_family(),
            ),
        )
        return keys | set(rows)

    @api.model
    def _join_family(self):
        """Credits of the same component in every version of the plan, as ``c``."""
        return SQL(
            """
            JOIN sales_commission_component own ON own.id = k.component_id
            JOIN sales_commission_plan own_plan ON own_plan.id = own.plan_id
            JOIN sales_commission_component other
              ON COALESCE(other.root_id, other.id) = COALESCE(own.root_id, own.id)
            JOIN sales_commission_plan other_plan ON other_plan.id = other.plan_id
            JOIN sales_commission_credit c
              ON c.component_id = other.id
             AND c.employee_id = k.employee_id AND c.level = k.level
            """
        )

    @api.model
    def _get_below(self, keys, condition):
        """``{key: [(credited, percent that the levels below got)]}``"""
        below = defaultdict(list)
        if not keys:
            return below
        rows = ask(
            self.env,
            SQL(
                """
                SELECT component_id, employee_id, level, date_from,
                       SUM(c.amount)::text, COALESCE(c.below_percent, 0)
                  FROM %s JOIN sales_commission_credit c
                 USING (component_id, employee_id, level, date_from)
                 WHERE %s
                 GROUP BY 1, 2, 3, 4, 6
                 ORDER BY 1, 2, 3, 4, 6
                """,
                self._keys_sql(keys),
                condition,
            ),
        )
        for *key, amount, percent in rows:
            below[tuple(key)].append((Decimal(amount), Decimal(str(percent))))
        return below
