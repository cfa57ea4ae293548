from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionAdjustment(models.Model):
    """Where it is paid."""

    _inherit = "sales.commission.adjustment"

    statement_line_ids = fields.One2many(
        "sales.commission.statement.line", "adjustment_id", readonly=True
    )
    statement_id = fields.Many2one(
        "sales.commission.statement",
        compute="_compute_statement_id",
        search="_search_statement_id",
        help="Where it is paid; none as long as no statement was computed since.",
    )
    stage = fields.Selection(
        [
            ("draft", "To approve"),
            ("approved", "Approved"),
            ("stated", "On a statement"),
        ],
        string="Status",
        compute="_compute_statement_id",
    )

    @api.depends("state", "statement_line_ids.statement_id")
    def _compute_statement_id(self):
        for adjustment in self:
            # who may not read a draft statement is not told of it
            statement = adjustment.statement_line_ids.statement_id[:1]
            adjustment.statement_id = statement
            adjustment.stage = "stated" if statement else adjustment.state

    def _search_statement_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain(
            "statement_line_ids.statement_id", "in", list(set(value) - {False})
        )
        if False in value:
            found |= Domain("statement_line_ids", "=", False)
        return found

    def _get_first_period(self):
        """Not one whose statement for the payee is final already."""
        payee = self.employee_id._origin
        if not payee:
            return super()._get_first_period()
        # sudo: an officer enters it, the statement of any payee may be in the way
        done = (
            self.env["sales.commission.statement"]
            .sudo()
            ._search([("employee_id", "=", payee.id), ("state", "!=", "draft")])
        )
        found = (
            self.env["sales.commission.period"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "open"),
                    ("statement_ids", "not any", [("id", "in", done)]),
                ],
                order="date_from",
                limit=1,
            )
        )
        return found or super()._get_first_period()

    @api.model
    def _get_first_periods(self, company, employee_ids):
        """None whose statement for the payee is final already."""
        found = super()._get_first_periods(company, employee_ids)
        self.env["sales.commission.statement"].flush_model()
        self.env["sales.commission.period"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (payee.id) payee.id, period.id
                  FROM unnest(%(payees)s) payee(id)
                  JOIN sales_commission_period period
                    ON period.company_id = %(company)s AND period.state = 'open'
                  LEFT JOIN sales_commission_statement final
                    ON final.period_id = period.id AND final.employee_id = payee.id
                   AND final.state != 'draft'
                 WHERE final.id IS NULL
                 ORDER BY payee.id, period.date_from
                """,
                payees=sorted(employee_ids),
                company=company.id,
            )
        )
        return found | dict(rows)

    def action_view_statement(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.commission.statement",
            "res_id": self.statement_id.id,
            "views": [(False, "form")],
        }


class SalesCommissionStatementLine(models.Model):
    """A line that a human's adjustment put on the statement."""

    _inherit = "sales.commission.statement.line"

    # an adjustment may belong to no plan
    plan_id = fields.Many2one(required=False)
    adjustment_id = fields.Many2one(
        "sales.commission.adjustment", readonly=True, ondelete="restrict"
    )

    _plan_needed = models.Constraint(
        "CHECK (kind != 'earning' OR plan_id IS NOT NULL)",
        "What is earned belongs to a plan.",
    )
    _adjustment_kind = models.Constraint(
        "CHECK ((kind = 'adjustment') = (adjustment_id IS NOT NULL))",
        "A line of the kind “Adjustment” pays one adjustment, other lines none.",
    )
    _adjustment_once = models.UniqueIndex(
        "(adjustment_id) WHERE adjustment_id IS NOT NULL",
        "This adjustment is on a statement already: it is paid once.",
    )

    @api.depends("adjustment_id")
    def _compute_display_name(self):
        adjusted = self.filtered("adjustment_id")
        for line in adjusted:
            line.display_name = line.adjustment_id.display_name
        others = super(SalesCommissionStatementLine, self - adjusted)
        return others._compute_display_name()

    def _get_title(self):
        if self.adjustment_id:
            return self.adjustment_id._get_kind_label()
        return super()._get_title()

    def _explain(self):
        if self.adjustment_id:
            return self.adjustment_id._explain()
        return super()._explain()

    def action_view_earnings(self):
        """What is behind the line: of an adjustment, who entered it and why."""
        self.ensure_one()
        if self.adjustment_id:
            return self.adjustment_id._get_form_action()
        return super().action_view_earnings()
