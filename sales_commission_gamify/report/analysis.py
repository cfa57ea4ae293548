from odoo import fields, models
from odoo.tools import SQL

# Rows of different tables share one number space.
SLOTS = 4


class SalesCommissionAnalysis(models.Model):
    """What payees were credited, earned, got on statements and got points for, by
    payee, plan, component and month: for Odoo's own pivot, graph and list.

    A measuring period belongs to the month in which it ends, a statement to that of its
    pay period, points to that of their day.
    """

    _name = "sales.commission.analysis"
    _description = "Commission Analysis"
    _auto = False
    _order = "date desc, employee_id, id"
    _rec_name = "employee_id"

    company_id = fields.Many2one("res.company", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Payee", readonly=True)
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        help="That of the payee's participation in the plan in that month.",
    )
    plan_id = fields.Many2one("sales.commission.plan", readonly=True)
    component_id = fields.Many2one("sales.commission.component", readonly=True)
    level = fields.Integer(
        readonly=True,
        aggregator=None,
        help="0: own sale. 1, 2, …: override on the sales of those below.",
    )
    date = fields.Date(string="Month", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    credited = fields.Monetary(
        readonly=True,
        help="What was credited by components that count money. A sale that two "
        "components credit is in it twice.",
    )
    earned = fields.Monetary(readonly=True)
    stated = fields.Monetary(
        string="On Statements",
        readonly=True,
        help="Lines of statements, of drafts too: earned, draws and adjustments.",
    )
    points = fields.Integer(
        string="Points Given", readonly=True, help="What was spent is not taken off."
    )

    @property
    def _table_query(self):
        if self.pool.ready:  # Odoo asks for it while tables are made, too
            self.env.flush_all()
        return SQL(
            """
            SELECT item.*, plan_team.team_id
              FROM (%s UNION ALL %s UNION ALL %s) item
              LEFT JOIN LATERAL (
                SELECT a.team_id FROM sales_commission_assignment a
                 WHERE a.employee_id = item.employee_id
                   AND (item.plan_id IS NULL OR a.plan_id = item.plan_id)
                   AND a.date_from < item.date + interval '1 month'
                 ORDER BY a.date_from DESC, a.id DESC LIMIT 1) plan_team ON TRUE
            """,
            self._get_attainment_sql(),
            self._get_statement_sql(),
            self._get_point_sql(),
        )

    def _get_attainment_sql(self):
        return SQL(
            """
            SELECT a.id::bigint * %s AS id, a.company_id, a.employee_id, a.plan_id,
                   a.component_id, a.level,
                   DATE_TRUNC('month', a.date_to)::date AS date, a.currency_id,
                   CASE a.unit WHEN 'money' THEN a.credited ELSE 0 END AS credited,
                   a.earned, 0::numeric AS stated, 0 AS points
              FROM sales_commission_attainment a
            """,
            SLOTS,
        )

    def _get_statement_sql(self):
        return SQL(
            """
            SELECT line.id::bigint * %s + 1, s.company_id, s.employee_id, line.plan_id,
                   line.component_id, line.level,
                   DATE_TRUNC('month', s.period_date)::date, s.currency_id,
                   0, 0, line.amount, 0
              FROM sales_commission_statement_line line
              JOIN sales_commission_statement s ON s.id = line.statement_id
            """,
            SLOTS,
        )

    def _get_point_sql(self):
        """Months of a payee and component; what no component gives has none."""
        return SQL(
            """
            SELECT MIN(p.id)::bigint * %s + 2, p.company_id, p.employee_id,
                   component.plan_id, component.id, 0,
                   DATE_TRUNC('month', p.date)::date, company.currency_id,
                   0, 0, 0, SUM(p.points)::int
              FROM sales_commission_point p
              JOIN res_company company ON company.id = p.company_id
              LEFT JOIN sales_commission_point_rule rule ON rule.id = p.rule_id
              LEFT JOIN sales_commission_component component
                ON component.id = rule.component_id
             WHERE p.%s
             GROUP BY p.company_id, p.employee_id, component.plan_id, component.id,
                      DATE_TRUNC('month', p.date)::date, company.currency_id
            """,
            SLOTS,
            self.env["sales.commission.standing"]._get_brought_sql(),
        )
