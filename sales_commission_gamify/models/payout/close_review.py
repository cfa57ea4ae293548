from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MONTHS = 6  # looked back
ENOUGH = 3  # statements in them: fewer have no average to compare with


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_outlier_percent = fields.Float(
        "Unusual from (%)",
        default=50,
        help="A statement is unusual when it is off the payee's average of six months "
        "by more than this, and by more than the amount.",
    )
    sales_commission_outlier_amount = fields.Monetary(
        "Unusual from (amount)",
        default=500,
    )

    _sales_commission_outlier_positive = models.Constraint(
        "CHECK (COALESCE(sales_commission_outlier_percent, 0) >= 0"
        " AND COALESCE(sales_commission_outlier_amount, 0) >= 0)",
        "From which difference on a statement is unusual cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_outlier_percent = fields.Float(
        related="company_id.sales_commission_outlier_percent", readonly=False
    )
    sales_commission_outlier_amount = fields.Monetary(
        related="company_id.sales_commission_outlier_amount",
        readonly=False,
    )


class SalesCommissionStatement(models.Model):
    """A statement beside those that its payee got before."""

    _inherit = "sales.commission.statement"

    amount_previous = fields.Monetary(
        string="Last period",
        compute="_compute_review",
        help="What the payee's statement of the pay period before says.",
    )
    amount_difference = fields.Monetary(string="Difference", compute="_compute_review")
    difference_percent = fields.Float(
        string="Difference %",
        compute="_compute_review",
        digits=(16, 1),
        help="Of the last period's amount; 0 when there was none.",
    )
    amount_average = fields.Monetary(
        string="Average of six months",
        compute="_compute_review",
        help="Of the payee's statements in the six months before; 0 when they are "
        "fewer than three.",
    )
    is_outlier = fields.Boolean(
        string="Unusual amount", compute="_compute_review", search="_search_is_outlier"
    )

    @api.depends("amount_payable", "period_date", "employee_id")
    def _compute_review(self):
        self.env.flush_all()
        rows = {
            row.pop("id"): row
            for row in self.env.execute_query_dict(
                SQL("%s WHERE statement.id = ANY(%s)", self._get_review_sql(), self.ids)
            )
        }
        for statement in self:
            row = rows.get(statement._origin.id, {})
            before = row.get("previous") or 0.0
            difference = statement.amount_payable - before
            statement.amount_previous = before
            statement.amount_difference = difference
            statement.difference_percent = before and 100 * difference / abs(before)
            statement.amount_average = row.get("average") or 0.0
            statement.is_outlier = row.get("is_outlier") or False

    def _search_is_outlier(self, operator, value):
        if operator != "in":
            return NotImplemented
        if set(value) == {True, False}:
            return Domain.TRUE
        self.env.flush_all()
        found = Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(SELECT review.is_outlier FROM (%s) review WHERE review.id = %s)",
                self._get_review_sql(),
                SQL.identifier(alias, "id"),
            )
        )
        return found if True in value else ~found

    @api.model
    def _get_review_sql(self):
        """``SELECT`` of each statement with the payee's earlier ones; without
        ``WHERE``. Who may read a statement may read what the payee got before."""
        return SQL(
            """
            SELECT statement.id, earlier.previous, earlier.average,
                   earlier.average IS NOT NULL
                   AND ABS(statement.amount_payable - earlier.average)
                       > COALESCE(company.sales_commission_outlier_amount, 0)
                   AND ABS(statement.amount_payable - earlier.average) * 100
                       > COALESCE(company.sales_commission_outlier_percent, 0)
                         * ABS(earlier.average) AS is_outlier
              FROM sales_commission_statement statement
              JOIN res_company company ON company.id = statement.company_id
             CROSS JOIN LATERAL (
                SELECT SUM(before.amount_payable) FILTER (
                           WHERE before.period_date >= DATE_TRUNC(
                               'month', statement.period_date - INTERVAL '1 month')
                       ) AS previous,
                       CASE WHEN COUNT(*) >= %(enough)s
                            THEN AVG(before.amount_payable) END AS average
                  FROM sales_commission_statement before
                 WHERE before.employee_id = statement.employee_id
                   AND before.company_id = statement.company_id
                   AND before.period_date < DATE_TRUNC('month', statement.period_date)
                   AND before.period_date >= DATE_TRUNC('month', statement.period_date)
                       - MAKE_INTERVAL(months => %(months)s)
             ) earlier
            """,
            enough=ENOUGH,
            months=MONTHS,
        )
