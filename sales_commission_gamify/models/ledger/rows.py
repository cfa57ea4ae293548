import json
from decimal import Decimal
from functools import lru_cache

from odoo.tools import SQL, json_default


@lru_cache(maxsize=256)
def columns_sql(names, table=None):
    """The columns *names* (a tuple), of *table*: the same again and again."""
    return SQL(", ").join(
        SQL.identifier(table, name) if table else SQL.identifier(name) for name in names
    )


@lru_cache(maxsize=64)
def updates_sql(names):
    """``SET`` what is taken from the row that was refused."""
    return SQL(", ").join(
        SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
        for name in names
    )


@lru_cache(maxsize=64)
def _typed_sql(columns):
    return SQL(", ").join(
        SQL("%s %s", SQL.identifier(name), SQL(kind)) for name, kind in columns
    )


def rows_sql(model, vals_list, alias):
    """Many rows as a table of *alias*, in one parameter. ``Decimal`` travels as text:
    numbers are exact.

    :param vals_list: dicts with the same keys, columns of *model*
    """
    return SQL(
        "json_to_recordset(%s::json) AS %s(%s)",
        json.dumps(vals_list, default=_say),
        SQL.identifier(alias),
        _typed_sql(
            tuple((name, model._fields[name].column_type[1]) for name in vals_list[0])
        ),
    )


def _say(value):
    return str(value) if isinstance(value, Decimal) else json_default(value)
