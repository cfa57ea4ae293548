from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .rows import columns_sql, rows_sql


class SalesCommissionFact(models.AbstractModel):
    """A row that is written once and never changes, for anybody.

    A mistake is corrected by a further row, so that what was shown, paid and
    booked can always be read again.
    """

    _name = "sales.commission.fact"
    _description = "Commission Fact"

    @api.model
    def _insert(self, vals_list):
        """Add rows in one statement, whatever their number. Facts have no recomputed
        field, no tracking and no right to create: all that ``create`` would do besides.
        Numbers that must be exact are given as ``Decimal``, rounded."""
        if not vals_list:
            return self.browse()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO %(table)s (%(columns)s,
                                       create_uid, create_date, write_uid, write_date)
                SELECT %(columns)s, %(uid)s, %(now)s, %(uid)s, %(now)s FROM %(rows)s
                RETURNING id
                """,
                table=SQL.identifier(self._table),
                columns=columns_sql(tuple(vals_list[0])),
                rows=rows_sql(self, vals_list, "fact"),
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
            )
        )
        return self.browse(fact_id for (fact_id,) in rows)

    def _get_frozen(self):
        """The rows that are facts already; all of them, as a rule."""
        return self

    def write(self, vals):
        if frozen := self._get_frozen():
            raise UserError(frozen._say_not_written())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if frozen := self._get_frozen():
            raise UserError(frozen._say_not_deleted())

    def _say_not_written(self):
        return self.env._(
            "%s rows are facts and cannot be changed. Correct the document or "
            "the plan: the difference is added as a new row.",
            self._description,
        )

    def _say_not_deleted(self):
        return self.env._(
            "%s rows are facts and cannot be deleted. Correct the document or "
            "the plan: the difference is added as a new row.",
            self._description,
        )
