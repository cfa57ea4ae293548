"""What queries would find if some rows were other than they are.

A common table expression by the name of a table goes before it, so the very queries
that credit and price documents can be asked of documents that nobody has saved. Nothing
is written, not even a temporary table: it works in a transaction that only reads.
"""

import json

from odoo.tools import SQL, json_default

# The key in the context.
KEY = "sales_commission_what_if"


class WhatIf:
    """Rows in the place of others, by table. Never changes; ``with_rows`` makes
    another one."""

    __slots__ = ("_tables",)

    def __init__(self, tables=None):
        self._tables = tables or {}

    def with_rows(self, table, rows, hidden=()):
        """:param rows: dicts of columns; those that are left out are NULL
        :param hidden: ids of rows that are not found any more
        """
        if not rows and not hidden:
            return self
        more, gone = self._tables.get(table, ((), ()))
        return WhatIf({**self._tables, table: ((*more, *rows), (*gone, *hidden))})

    def replacing(self, table, rows):
        """These rows instead of those that were given before."""
        if table not in self._tables:
            return self
        hidden = self._tables[table][1]
        return WhatIf({**self._tables, table: (tuple(rows), hidden)})

    def apply(self, query):
        """*query* as it reads these rows."""
        shown = [
            self._get_table_sql(table, rows, hidden)
            for table, (rows, hidden) in self._tables.items()
            if table in query.code
        ]
        if not shown:
            return query
        return SQL("WITH %s SELECT * FROM (%s) asked", SQL(", ").join(shown), query)

    def _get_table_sql(self, table, rows, hidden):
        name = SQL.identifier(table)
        return SQL(
            """
            %(name)s AS NOT MATERIALIZED (
                SELECT * FROM %(name)s WHERE %(shown)s
                 UNION ALL
                SELECT * FROM jsonb_populate_recordset(NULL::%(name)s, %(rows)s::jsonb))
            """,
            name=name,
            shown=SQL("id != ALL(%s)", list(hidden)) if hidden else SQL("TRUE"),
            rows=json.dumps(rows, default=json_default),
        )


def ask(env, query):
    """The rows of *query*, of the tables as they are or as the context supposes."""
    supposed = env.context.get(KEY)
    return env.execute_query(supposed.apply(query) if supposed else query)


def ask_dict(env, query):
    supposed = env.context.get(KEY)
    return env.execute_query_dict(supposed.apply(query) if supposed else query)
