from odoo import api, models
from odoo.tools import SQL

from .comparison import MOST_LINES

# Columns of an attainment that pages read, beside what was priced.
NUMBERS = ("credited", "quantity", "value", "quota", "attainment", "earned")


class SalesCommissionComparison(models.Model):
    """Earnings and attainments beside what pricing gives now."""

    _inherit = "sales.commission.comparison"

    @api.model
    def _get_checks(self, components, bounds):
        """``{key: what is stored of it}``: the attainment, and how many rows there are
        of credits and earnings and what they come to. Attainments remember how many
        credits they were made of, and earnings are numbered: a row that is gone or
        altered shows."""
        scope = SQL("component_id = ANY(%s) AND %s", components.ids, bounds)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT component_id, employee_id, level, date_from,
                       COALESCE(c.date_to, e.date_to, a.date_to) AS date_to,
                       a.id, a.credited::float8 AS counted,
                       COALESCE(a.credit_count, 0) AS counted_rows,
                       a.quantity, a.value, a.quota, a.attainment,
                       a.earned::float8 AS earned, a.problem,
                       COALESCE(c.number, 0) AS credit_rows,
                       COALESCE(c.amount, 0)::float8 AS credited,
                       COALESCE(e.number, 0) AS earning_rows,
                       COALESCE(e.last, 0) AS earning_last
                  FROM (SELECT * FROM sales_commission_attainment WHERE %(scope)s) a
                  FULL JOIN (
                    SELECT component_id, employee_id, level, date_from,
                           MAX(date_to) AS date_to, COUNT(*) AS number,
                           SUM(amount) AS amount
                      FROM sales_commission_credit WHERE %(scope)s
                     GROUP BY 1, 2, 3, 4) c
                 USING (component_id, employee_id, level, date_from)
                  FULL JOIN (
                    SELECT component_id, employee_id, level, date_from,
                           MAX(date_to) AS date_to, COUNT(*) AS number,
                           MAX(revision) AS last
                      FROM sales_commission_earning WHERE %(scope)s
                     GROUP BY 1, 2, 3, 4) e
                 USING (component_id, employee_id, level, date_from)
                """,
                scope=scope,
            )
        )
        return {self._get_sum_key(row): row for row in rows}

    @api.model
    def _get_sum_lines(self, components, bounds, checks, touched):
        """:param touched: keys whose credits a sweep would change"""
        earnings = self.env["sales.commission.earning"]
        keys = set(checks) | touched
        keys = earnings._with_dependent_keys(keys) if keys else keys
        keys = {key for key in keys if key[0] in components._ids}
        rows = earnings._get_priceable(keys, components) if keys else []
        by_id = {component.id: component for component in components}
        lines, counts = [], {"earning": 0, "attainment": 0}
        for row, priced, standing in earnings._price(components, rows):
            component = by_id[row["component_id"]]
            vals, attained = earnings._prepare_change(component, row, priced)
            key = self._get_sum_key(row)
            check = checks.get(key)
            found = []
            if vals:
                found.append(
                    self._prepare_line_vals(
                        "earning",
                        row,
                        row["booked"],
                        priced.amount,
                        self._get_earning_reason(key in touched, check, row, priced),
                    )
                )
            # what the credits change needs no second line
            name = key not in touched and self._get_unequal(
                check, {**attained, **standing}
            )
            if name:
                found.append(
                    self._prepare_line_vals(
                        "attainment",
                        row,
                        check and self._get_stored(check, name),
                        name != "problem" and {**attained, **standing}[name],
                        self._get_attainment_reason(check),
                    )
                )
            for line in found:
                counts[line["kind"]] += 1
                if counts[line["kind"]] <= MOST_LINES:
                    lines.append({**line, "is_intended": False})
        return {"lines": lines, "counts": counts, "key_count": len(rows)}

    @api.model
    def _get_earning_reason(self, is_touched, check, row, priced):
        if check and check["earning_rows"] != check["earning_last"]:
            return "row_missing"
        if check and check["counted_rows"] > check["credit_rows"]:
            return "row_missing"
        if is_touched:
            return "credits"
        if not check or check["counted_rows"] != row["credit_count"]:
            return "not_priced"
        if check["id"] and not round(check["earned"] - float(priced.amount), 6):
            return "row_altered"
        if self._is_altered(check):
            return "row_altered"
        return "outdated"

    @api.model
    def _get_attainment_reason(self, check):
        if not check or not check["id"]:
            return "sum_missing"
        if check["counted_rows"] > check["credit_rows"]:
            return "row_missing"
        if check["counted_rows"] != check["credit_rows"]:
            return "not_priced"
        return "row_altered" if self._is_altered(check) else "outdated"

    @api.model
    def _get_unequal(self, check, attained):
        """The first column of the attainment that is stored differently."""
        if not check or not check["id"]:
            return "credited"
        for name in NUMBERS:
            stored, now = self._get_stored(check, name), attained[name]
            if round(float(stored or 0) - float(now or 0), 6):
                return name
        if check["counted_rows"] != attained["credit_count"]:
            return "credit_count"
        problems = dict(self.env["sales.commission.attainment"]._get_problems())
        problem = attained["problem"]
        problem = problem if not problem or problem in problems else "other"
        return "problem" if (check["problem"] or None) != problem else None

    @api.model
    def _get_stored(self, check, name):
        own = {"credited": "counted", "credit_count": "counted_rows"}
        return check[own.get(name, name)] if name != "problem" else 0
