from odoo import api, models
from odoo.tools import SQL

from ..ledger.rows import rows_sql

COLUMNS = (
    "company_id",
    "employee_id",
    "rule_id",
    "kind",
    "date",
    "points",
    "reason",
    "document_model",
    "origin_id",
)


class SalesCommissionPoint(models.Model):
    """The one door for points that follow from something else than a credit."""

    _inherit = "sales.commission.point"

    @api.model
    def _give(self, vals_list):
        """Add points, or with a negative number take them, each for a cause.

        A cause is a kind, payee, record and day (and rule, if any). Without a
        ``revision`` its next one is used, unless its last row has the same points:
        the same call twice gives once, and a cause can be undone and done again.
        With a ``revision`` the row is added unless that one is there.

        Who may give is the caller's matter; so is the balance, see
        :meth:`_lock_balances`.

        :param vals_list: dicts with ``company_id, employee_id, kind, date, points,
            reason, document_model, origin_id`` and, if wanted, ``rule_id, revision``
        :return: the rows added
        """
        wanted = [self._prepare_given(vals) for vals in vals_list if vals["points"]]
        if not wanted:
            return self.browse()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH change AS (
                    SELECT fact.*, held.points AS held_points,
                           COALESCE(held.revision, 0) AS held_revision
                      FROM %(rows)s LEFT JOIN LATERAL (
                        SELECT p.points, p.revision FROM sales_commission_point p
                         WHERE p.employee_id = fact.employee_id
                           AND p.rule_id IS NOT DISTINCT FROM fact.rule_id
                           AND p.kind = fact.kind AND p.date = fact.date
                           AND p.document_model = fact.document_model
                           AND p.origin_id = fact.origin_id
                         ORDER BY p.revision DESC LIMIT 1) held ON TRUE
                )
                INSERT INTO sales_commission_point (
                    %(columns)s, revision,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(columns)s, COALESCE(revision, held_revision + 1),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM change
                 WHERE revision IS NOT NULL OR points IS DISTINCT FROM held_points
                ON CONFLICT DO NOTHING RETURNING id
                """,
                rows=rows_sql(self, wanted, "fact"),
                columns=SQL(", ").join(map(SQL.identifier, COLUMNS)),
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
            )
        )
        return self.browse(point_id for (point_id,) in rows)

    @api.model
    def _prepare_given(self, vals):
        row = {name: vals.get(name) or None for name in (*COLUMNS, "revision")}
        missing = [name for name in COLUMNS if row[name] is None and name != "rule_id"]
        if missing:
            raise ValueError(f"Points need {', '.join(missing)}: {vals}")
        return row

    @api.model
    def _get_balances(self, employees):
        """``{payee: points}`` of each of *employees*, whoever asks: the caller checks
        whose balance it shows."""
        # sudo: a balance that leaves out rows would be a wrong one
        sums = dict(
            self.sudo()._read_group(
                [("employee_id", "in", employees.ids)],
                ["employee_id"],
                ["points:sum"],
            )
        )
        return {employee: sums.get(employee, 0) for employee in employees}

    @api.model
    def _lock_balances(self, employees):
        """Make sure that nobody else spends the points of *employees* until the end
        of this transaction; to be called before their balance is read.

        A lock alone would not do: a session that waited for it would go on with the
        balance it saw before. Its row has changed, so it is told to start again.
        Rows that only refer to the payee, such as credits, do not wait.
        """
        self.env.execute_query(
            SQL(
                """
                UPDATE hr_employee payee SET write_date = payee.write_date
                  FROM (SELECT id FROM hr_employee WHERE id = ANY(%s)
                         ORDER BY id FOR NO KEY UPDATE) locked
                 WHERE payee.id = locked.id RETURNING payee.id
                """,
                employees.ids,
            )
        )
