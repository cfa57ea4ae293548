from odoo import api, fields, models


class SalesCommissionStatementLine(models.Model):
    """What one component pays on a statement, for the period it belongs to, and
    what is added to or taken from it."""

    _name = "sales.commission.statement.line"
    _inherit = "sales.commission.dated"
    _description = "Commission Statement Line"
    # the kinds backwards: earned, draw, adjustment
    _order = "statement_id, kind desc, date_from desc, component_id, level, id"
    _rec_name = "component_id"

    statement_id = fields.Many2one(
        "sales.commission.statement",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    employee_id = fields.Many2one(related="statement_id.employee_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    kind = fields.Selection(
        [("earning", "Earned"), ("draw", "Draw"), ("adjustment", "Adjustment")],
        required=True,
        readonly=True,
        default="earning",
    )
    state = fields.Selection(related="statement_id.state")
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "sales.commission.component", readonly=True, ondelete="restrict"
    )
    level = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    earning_ids = fields.Many2many(
        "sales.commission.earning",
        "sales_commission_statement_line_earning_rel",
        "line_id",
        "earning_id",
        readonly=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late")
    title = fields.Char(compute="_compute_title", help="What the line is about.")
    explanation = fields.Text(compute="_compute_explanation")

    def init(self):
        # An earning is paid on one statement line only, whatever happens.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS
                sales_commission_statement_line_earning_rel_once
            ON sales_commission_statement_line_earning_rel (earning_id)
            """
        )

    @api.depends("date_to", "statement_id.period_id")
    def _compute_is_late(self):
        for line in self:
            line.is_late = line.date_to < line.statement_id.period_id.date_from

    @api.depends("component_id", "plan_id", "kind")
    def _compute_title(self):
        for line in self:
            line.title = line._get_title()

    def _get_title(self):
        return self.component_id.name or self.plan_id.name

    @api.depends("earning_ids", "is_late")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    def _explain(self):
        """How the period was priced last; for a late line also which period."""
        last = self._get_last()
        text = last._explain() if last else ""
        if self.is_late:
            text = self.env._(
                "Difference for %(period)s, now: %(trace)s",
                period=self.period_name,
                trace=text,
            )
        return text

    def _get_last(self):
        """What explains the line: the row that was booked last."""
        return self.earning_ids.sorted("id")[-1:]

    def action_view_earnings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_earning_action"
        )
        action["domain"] = [("id", "in", self.earning_ids.ids)]
        action["context"] = {}
        return action
