import json
from decimal import Decimal

from odoo.tools import SQL, json_default


def rows_sql(model, vals_list, alias):
    """Many rows as a table of *alias*, in one parameter. ``Decimal`` travels as text:
    numbers are exact.

    :param vals_list: dicts with the same keys, columns of *model*
    """
    return SQL(
        "json_to_recordset(%s::json) AS %s(%s)",
        json.dumps(vals_list, default=_say),
        SQL.identifier(alias),
        SQL(", ").join(
            SQL("%s %s", SQL.identifier(name), SQL(model._fields[name].column_type[1]))
            for name in vals_list[0]
        ),
    )


def _say(value):
    return str(value) if isinstance(value, Decimal) else json_default(value)
