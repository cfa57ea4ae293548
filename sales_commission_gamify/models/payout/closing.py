from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

# What statements pay: earnings, or what was made payable of them.
PAID = ("earning", "payable")


class SalesCommissionPeriod(models.Model):
    """A period that is closing is looked at while sales go on coming in.

    Its statements pay what was booked by then, and nothing else, however often they
    are computed. That is kept as the very rows, not as a day or the highest number: a
    transaction that began earlier may commit later, with lower numbers.
    """

    _inherit = "sales.commission.period"

    closing_since = fields.Datetime("Closing since", readonly=True)
    closing_earning_ids = fields.Many2many(
        "sales.commission.earning",
        "sales_commission_period_earning_rel",
        "period_id",
        "earning_id",
        readonly=True,
        groups=fields.NO_ACCESS,
    )
    closing_payable_ids = fields.Many2many(
        "sales.commission.payable",
        "sales_commission_period_payable_rel",
        "period_id",
        "payable_id",
        readonly=True,
        groups=fields.NO_ACCESS,
    )

    closing_assignment_ids = fields.Many2many(
        "sales.commission.assignment",
        "sales_commission_period_assignment_rel",
        "period_id",
        "assignment_id",
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Who takes part in plans with draws: who joins later has none in it.",
    )

    def action_start_closing(self):
        """Compute the statements once more and let nothing further into them."""
        self._check_group("group_officer", "group_accountant")
        for period in self:
            if period.state != "open":
                raise UserError(
                    self.env._(
                        "%s is being closed already. Reload the page to see how far "
                        "it is.",
                        period.name,
                    )
                )
            # locks the period: who computes it at the same moment is told
            self.env["sales.commission.statement"]._compute_drafts(period)
            for kind in PAID:
                period._keep_what_is_booked(kind)
            period._keep_participations()
        # sudo: only buttons may, checked above
        self.sudo().write({"state": "closing", "closing_since": fields.Datetime.now()})

    def _keep_what_is_booked(self, kind):
        """The rows that this period's statements may hold: all that this transaction
        sees and that no other period pays for good.

        :param kind: one of ``PAID``
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(kept)s (period_id, %(number)s)
                SELECT %(period)s, row.id
                  FROM %(table)s row
                 WHERE row.company_id = %(company)s AND row.date_to <= %(last)s
                   AND NOT EXISTS (
                       SELECT 1 FROM %(paid)s r
                         JOIN sales_commission_statement_line line
                           ON line.id = r.line_id
                         JOIN sales_commission_statement statement
                           ON statement.id = line.statement_id
                        WHERE r.%(number)s = row.id AND statement.state != 'draft'
                          AND statement.period_id != %(period)s)
                """,
                kept=SQL.identifier(f"sales_commission_period_{kind}_rel"),
                number=SQL.identifier(f"{kind}_id"),
                table=SQL.identifier(f"sales_commission_{kind}"),
                paid=SQL.identifier(f"sales_commission_statement_line_{kind}_rel"),
                period=self.id,
                company=self.company_id.id,
                last=self.date_to,
            )
        )
        self.invalidate_recordset([f"closing_{kind}_ids"])

    def _keep_participations(self):
        draws = self.env["sales.commission.draw"].sudo()  # sudo: as the statements
        # sudo: only buttons may, checked by them
        self.sudo().closing_assignment_ids = draws._search_participations(self)

    def _get_in_time_sql(self, kind, alias):
        """Whether the row *alias* may enter statements of this period.

        :param kind: one of ``PAID``
        """
        self.ensure_one()
        if self.state != "closing":
            return SQL("TRUE")
        return SQL(
            "EXISTS (SELECT 1 FROM %s kept WHERE kept.period_id = %s AND kept.%s = %s)",
            SQL.identifier(f"sales_commission_period_{kind}_rel"),
            self.id,
            SQL.identifier(f"{kind}_id"),
            SQL.identifier(alias, "id"),
        )

    def action_lock(self):
        result = super().action_lock()
        self._forget_closing()
        return result

    def action_reopen(self):
        self._check_group("group_administrator")
        self.sudo().state = "open"  # sudo: only buttons may, checked above
        self._forget_closing()

    def _forget_closing(self):
        # sudo: after the check of the button that ended the closing
        self.sudo().write(
            {
                "closing_since": False,
                "closing_earning_ids": [Command.clear()],
                "closing_payable_ids": [Command.clear()],
                "closing_assignment_ids": [Command.clear()],
            }
        )


class SalesCommissionDraw(models.Model):
    _inherit = "sales.commission.draw"

    def _filter_participations(self, rows, period):
        """In a review, of those who took part when it began; a new version of the plan
        goes on for them."""
        rows = super()._filter_participations(rows, period)
        if period.state != "closing":
            return rows
        kept = {
            (row.plan_id._get_root(), row.employee_id)
            # sudo: as the statements, which nobody may write by hand
            for row in period.sudo().closing_assignment_ids
        }
        return rows.filtered(
            lambda row: (row.plan_id._get_root(), row.employee_id) in kept
        )
