from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL


class SalesCommissionPeriod(models.Model):
    """A period that is closing is looked at while sales go on coming in.

    Its statements pay what was booked by then, and nothing else, however often they
    are computed. That is kept as the very earnings, not as a day or the highest
    number: a transaction that began earlier may commit later, with lower numbers.
    """

    _inherit = "sales.commission.period"

    closing_since = fields.Datetime("Closing since", readonly=True)
    closing_earning_ids = fields.Many2many(
        "sales.commission.earning",
        "sales_commission_period_closing_rel",
        "period_id",
        "earning_id",
        readonly=True,
        groups=fields.NO_ACCESS,
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
            period._keep_what_is_booked()
        # sudo: only buttons may, checked above
        self.sudo().write({"state": "closing", "closing_since": fields.Datetime.now()})

    def _keep_what_is_booked(self):
        """The earnings that this period's statements may hold: all that this
        transaction sees and that no other period pays for good."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sales_commission_period_closing_rel (period_id, earning_id)
                SELECT %(period)s, e.id
                  FROM sales_commission_earning e
                 WHERE e.company_id = %(company)s AND e.date_to <= %(last)s
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_earning_rel r
                         JOIN sales_commission_statement_line line
                           ON line.id = r.line_id
                         JOIN sales_commission_statement statement
                           ON statement.id = line.statement_id
                        WHERE r.earning_id = e.id AND statement.state != 'draft'
                          AND statement.period_id != %(period)s)
                """,
                period=self.id,
                company=self.company_id.id,
                last=self.date_to,
            )
        )
        self.invalidate_recordset(["closing_earning_ids"])

    def _get_in_time_sql(self, earning):
        """Whether the *earning* (its number) may enter statements of this period."""
        self.ensure_one()
        if self.state != "closing":
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT 1 FROM sales_commission_period_closing_rel closing
                        WHERE closing.period_id = %s AND closing.earning_id = %s)""",
            self.id,
            earning,
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
            {"closing_since": False, "closing_earning_ids": [Command.clear()]}
        )
