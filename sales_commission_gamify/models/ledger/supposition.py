"""Tables as a plan that is only tried would have them.

Like ``WhatIf``, and asked in its place; but what stands for a table is a query, because
a year of a large company is too much to be said row by row.
"""

from odoo import models
from odoo.tools import SQL

from ..source.what_if import ask

# What is known of a sum of credits. Only what pricing reads is kept apart.
SUMMED = {
    "component_id": "int",
    "employee_id": "int",
    "level": "int",
    "date_from": "date",
    "date_to": "date",
    "below_percent": "float8",
    "document_model": "text",
    "document_id": "int",
    "origin_id": "int",
    "date": "date",
    "amount": "numeric",
    "quantity": "float8",
}
MEMBER = {
    "plan_id": "int",
    "company_id": "int",
    "employee_id": "int",
    "user_id": "int",
    "team_id": "int",
    "date_from": "date",
    "date_to": "date",
}
PLAN_DAYS = {"id": "int", "date_from": "date", "date_to": "date"}
TARGET = {
    "component_id": "int",
    "employee_id": "int",
    "team_id": "int",
    "date_from": "date",
    "amount": "float8",
    "target_incentive": "numeric",
}


class Supposition:
    """Queries in the place of tables. Never changes; ``with_table`` makes another."""

    __slots__ = ("_tables",)

    def __init__(self, tables=None):
        self._tables = tables or {}

    def with_table(self, table, query):
        """:param query: SQL with the columns that are read, or None to leave it"""
        return Supposition({**self._tables, table: query}) if query else self

    def apply(self, query):
        """*query* as it reads these tables."""
        shown = [
            SQL("%s AS (%s)", SQL.identifier(table), rows)
            for table, rows in self._tables.items()
            if table in query.code
        ]
        if not shown:
            return query
        return SQL("WITH %s SELECT * FROM (%s) asked", SQL(", ").join(shown), query)


def arrays_sql(columns, rows):
    """*rows* (in the order of *columns*, ``{name: type}``) as a query. Each column is
    one literal, so that PostgreSQL knows how many rows there are."""
    names = SQL(", ").join(map(SQL.identifier, columns))
    values = zip(*rows, strict=True) if rows else ([] for _name in columns)
    return SQL(
        "SELECT %s FROM unnest(%s) AS supposed(%s)",
        names,
        SQL(", ").join(
            SQL("%s::%s[]", "{%s}" % ",".join(map(_say, column)), SQL(kind))
            for column, kind in zip(values, columns.values(), strict=True)
        ),
        names,
    )


def _say(value):
    """Numbers, days and names of models: nothing that has to be quoted."""
    return "NULL" if value is None else str(value)


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _ask_targets(self, query):
        return ask(self.env, query)
