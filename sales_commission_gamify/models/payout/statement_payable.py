from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL


class SalesCommissionStatement(models.Model):
    """Of plans that say when it is payable, statements pay what became so."""

    _inherit = "sales.commission.statement"

    amount_held = fields.Monetary(
        string="Held back",
        compute="_compute_amount_held",
        help="What the payee has earned up to this period that is not payable yet, as "
        "of now.",
    )

    @api.depends("employee_id", "period_id")
    def _compute_amount_held(self):
        # a search: the record rules decide
        rows = self.env["sales.commission.held"].search_fetch(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["employee_id", "company_id", "date_to", "amount"],
        )
        for statement in self:
            statement.amount_held = sum(
                row.amount
                for row in rows
                if (row.employee_id, row.company_id)
                == (statement.employee_id, statement.company_id)
                and row.date_to <= statement.period_date
            )

    def action_view_held(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_held_action"
        )
        action["domain"] = [
            ("employee_id", "=", self.employee_id.id),
            ("company_id", "=", self.company_id.id),
            ("date_to", "<=", self.period_date),
        ]
        action["context"] = {}
        return action

    def action_view_earnings(self):
        """Also those of which only a part may be paid."""
        action = super().action_view_earnings()
        keys = [
            Domain("component_id", "=", line.component_id.id)
            & Domain("level", "=", line.level)
            & Domain("date_from", "=", line.date_from)
            for line in self.line_ids.filtered("payable_ids")
        ]
        own = Domain("employee_id", "=", self.employee_id.id) & Domain.OR(keys)
        action["domain"] = list(Domain(action["domain"]) | own)
        return action

    @api.model
    def _prepare_payable_lines(self, period, done_payees):
        """Like ``_prepare_earning_lines``, of what was made payable."""
        payables = self.env["sales.commission.payable"]
        if period.state != "closing":  # what comes later is late
            payables._apply(period, done_payees)
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT p.employee_id, p.plan_id, p.component_id, p.level,
                       p.date_from, p.date_to, SUM(p.amount) AS amount,
                       array_agg(p.id ORDER BY p.id) AS payable_ids
                  FROM sales_commission_payable p
                 WHERE p.company_id = %s AND p.date_to <= %s AND %s
                   AND NOT p.employee_id = ANY(%s) AND NOT %s
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_payable_rel r
                        WHERE r.payable_id = p.id)
                 GROUP BY 1, 2, 3, 4, 5, 6
                 ORDER BY p.employee_id, p.date_from, p.component_id, p.level
                """,
                period.company_id.id,
                period.date_to,
                period._get_in_time_sql("payable", "p"),
                done_payees.ids,
                payables._get_settled_later_sql("p", period),
            )
        )
        for row in rows:
            row["payable_ids"] = [Command.set(row["payable_ids"])]
        return rows


class SalesCommissionStatementLine(models.Model):
    _inherit = "sales.commission.statement.line"

    payable_ids = fields.Many2many(
        "sales.commission.payable",
        "sales_commission_statement_line_payable_rel",
        "line_id",
        "payable_id",
        readonly=True,
    )

    def init(self):
        result = super().init()
        # What was made payable is paid on one statement line only, whatever happens.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS
                sales_commission_statement_line_payable_rel_once
            ON sales_commission_statement_line_payable_rel (payable_id)
            """
        )
        return result

    @api.depends("payable_ids")
    def _compute_explanation(self):
        return super()._compute_explanation()

    def _get_last(self):
        return super()._get_last() or self.payable_ids.sorted("id")[-1:]

    def action_view_earnings(self):
        if not self.payable_ids:
            return super().action_view_earnings()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_payable_action"
        )
        action["domain"] = [("id", "in", self.payable_ids.ids)]
        action["context"] = {}
        return action
