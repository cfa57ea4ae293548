from odoo import api, fields, models
from odoo.tools import SQL


class SalesCommissionStatementLine(models.Model):
    """From a difference for an earlier period to the statement that paid it before."""

    _inherit = "sales.commission.statement.line"

    paid_before_id = fields.Many2one(
        "sales.commission.statement",
        string="Paid before on",
        compute="_compute_paid_before_id",
        help="The last statement with what this line changes.",
    )

    _key_idx = models.Index("(employee_id, component_id, date_from)")

    @api.depends("component_id", "level", "date_from", "is_late")
    def _compute_paid_before_id(self):
        late = self.filtered(lambda line: line.is_late and line.component_id)
        before = dict(self.env.execute_query(late._query_before())) if late else {}
        for line in self:
            line.paid_before_id = before.get(line._origin.id)

    def _query_before(self):
        """``(line id, statement id)``: of the same payee, so that who reads the line
        reads the statement; drafts are told to nobody here."""
        self.env.flush_all()
        return SQL(
            """
            SELECT DISTINCT ON (line.id) line.id, before.statement_id
              FROM sales_commission_statement_line line
              JOIN sales_commission_statement_line before
             USING (employee_id, component_id, date_from, level, kind)
              JOIN sales_commission_statement mine ON mine.id = line.statement_id
              JOIN sales_commission_statement other
                ON other.id = before.statement_id AND other.state != 'draft'
               AND other.period_date < mine.period_date
             WHERE line.id = ANY(%s) AND kind = 'earning'
             ORDER BY line.id, other.period_date DESC
            """,
            self._origin.ids,
        )

    def action_view_before(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.commission.statement",
            "res_id": self.paid_before_id.id,
            "views": [(False, "form")],
        }
