from odoo import api, fields, models
from odoo.tools import SQL


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_point_valuation = fields.Selection(
        [
            ("catalogue", "Average cost of the rewards"),
            ("fixed", "A fixed value"),
        ],
        string="Value of a Point",
        required=True,
        default="catalogue",
        help="What an unspent point is expected to cost. Average: the cost of all "
        "rewards that are offered, divided by their prices.",
    )
    sales_commission_point_value = fields.Float(
        string="Fixed Value of a Point",
        digits=(16, 6),
        help="In the company's currency.",
    )
    sales_commission_points_account_id = fields.Many2one(
        "account.account",
        string="Unspent Points Account",
        check_company=True,
        domain="[('internal_group', '=', 'liability'), ('reconcile', '=', False)]",
        help="The liability of what points will cost once they are spent.",
    )

    _point_value_positive = models.Constraint(
        "CHECK (sales_commission_point_value >= 0)",
        "A point cannot be worth less than nothing.",
    )

    def _get_sales_commission_account_kinds(self):
        return {
            **super()._get_sales_commission_account_kinds(),
            "points": (
                self.env._("Unspent Sales Points"),
                "liability_current",
                "218000",
            ),
        }


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_point_valuation = fields.Selection(
        related="company_id.sales_commission_point_valuation", readonly=False
    )
    sales_commission_point_value = fields.Float(
        related="company_id.sales_commission_point_value", readonly=False
    )
    sales_commission_points_account_id = fields.Many2one(
        related="company_id.sales_commission_points_account_id", readonly=False
    )


class SalesCommissionPointLiability(models.Model):
    """What each payee could still spend, in points and in money, as it stands."""

    _name = "sales.commission.point.liability"
    _description = "Unspent Points"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "employee_id"

    company_id = fields.Many2one("res.company", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Payee", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    points_open = fields.Integer("To spend", readonly=True)
    points_reserved = fields.Integer(
        "Reserved",
        readonly=True,
        help="For rewards that are asked for or approved and not handed out yet.",
    )
    points = fields.Integer("Unspent", readonly=True)
    value = fields.Float(
        "Value of a point", digits=(16, 6), readonly=True, aggregator="avg"
    )
    amount = fields.Monetary("In money", readonly=True)

    @property
    def _table_query(self):
        if self.pool.ready:  # Odoo asks for it while tables are made, too
            self.env.flush_all()
        return self._get_liability_sql(SQL("CURRENT_DATE"))

    @api.model
    def _get_liability_sql(self, day):
        """By payee, as of the end of *day*. Who owes points owes no money; what is
        reserved is not spent before it is handed out."""
        return SQL(
            """
            SELECT payee.id, payee.id AS employee_id, payee.company_id,
                   company.currency_id, held.points_open, held.points_reserved,
                   held.points_open + held.points_reserved AS points, worth.value,
                   ROUND((held.points_open + held.points_reserved) * worth.value, 6)
                   AS amount
              FROM (
                SELECT employee_id,
                       GREATEST(SUM(points_open), 0) AS points_open,
                       SUM(points_reserved) AS points_reserved
                  FROM (SELECT employee_id, points AS points_open,
                               0 AS points_reserved
                          FROM sales_commission_point WHERE date <= %(day)s
                         UNION ALL
                        SELECT employee_id, 0, points
                          FROM sales_commission_redemption
                         WHERE date <= %(day)s
                           AND COALESCE(end_date > %(day)s, TRUE)) row
                 GROUP BY employee_id) held
              JOIN hr_employee payee ON payee.id = held.employee_id
              JOIN res_company company ON company.id = payee.company_id
              JOIN LATERAL (%(value)s) worth ON TRUE
             WHERE held.points_open + held.points_reserved > 0
            """,
            day=day,
            value=self._get_value_sql(),
        )

    @api.model
    def _get_value_sql(self):
        """``value`` of a point of ``company``, an alias."""
        return SQL(
            """
            SELECT CASE WHEN company.sales_commission_point_valuation = 'fixed'
                        THEN COALESCE(company.sales_commission_point_value, 0)::numeric
                        ELSE COALESCE(SUM(reward.cost) / NULLIF(SUM(reward.points), 0),
                                      0) END AS value
              FROM sales_commission_reward reward
             WHERE reward.company_id = company.id AND reward.active
            """
        )

    @api.model
    def _get_liability(self, company, day):
        """``(points, value of a point, amount rounded)`` of *company* as of *day*."""
        self.env.flush_all()
        [(points, amount)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(points), 0), COALESCE(SUM(amount), 0)
                  FROM (%s) liability WHERE company_id = %s
                """,
                self._get_liability_sql(SQL("%s::date", day)),
                company.id,
            )
        )
        [(value,)] = self.env.execute_query(
            SQL(
                """
                SELECT worth.value FROM res_company company
                  JOIN LATERAL (%s) worth ON TRUE WHERE company.id = %s
                """,
                self._get_value_sql(),
                company.id,
            )
        )
        return int(points), float(value), company.currency_id.round(float(amount))

    def action_book(self):
        """The date is asked for first."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book Unspent Points"),
            "res_model": "sales.commission.point.accrual.ask",
            "views": [(False, "form")],
            "target": "new",
        }
