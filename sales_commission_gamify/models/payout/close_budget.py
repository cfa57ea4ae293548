from odoo import api, fields, models
from odoo.tools import SQL

OFFICER = "sales_commission_gamify.group_officer"
ACCOUNTANT = "sales_commission_gamify.group_accountant"

# Numbers of plans and periods share one number: it stays the same while others come.
PERIODS = 1_000_000


class SalesCommissionPlan(models.Model):
    """What a plan may cost is no part of what was promised."""

    _inherit = "sales.commission.plan"

    monthly_budget = fields.Monetary(
        "Budget a month",
        groups=f"{OFFICER},{ACCOUNTANT}",
        help="What the plan is meant to cost each month, for all payees together. Pay "
        "periods compare it with what was earned. 0: no budget.",
    )

    _monthly_budget_positive = models.Constraint(
        "CHECK (COALESCE(monthly_budget, 0) >= 0)",
        "The budget of a plan cannot be negative. 0 means that it has none.",
    )

    @api.model
    def _get_fields_always_editable(self):
        return super()._get_fields_always_editable() | {"monthly_budget"}


class SalesCommissionBudget(models.Model):
    """What each plan may cost in each pay period, and what was earned by it.

    Earned is what belongs to the period, whenever it is paid; what a quarter earns
    counts in the month in which the quarter ends.
    """

    _name = "sales.commission.budget"
    _description = "Commission Budget"
    _auto = False
    _order = "date desc, earned desc, id"
    _rec_name = "plan_id"

    plan_id = fields.Many2one("sales.commission.plan", readonly=True)
    period_id = fields.Many2one(
        "sales.commission.period", string="Pay period", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Period end", readonly=True)
    budget = fields.Monetary(readonly=True)
    earned = fields.Monetary(readonly=True)
    forecast = fields.Monetary(
        readonly=True,
        help="What the period comes to if the rest of its days earns as those so far: "
        "earned, divided by the days that have passed, times all days. What is not "
        "earned yet is not in it: a quotation, an order still to be invoiced where "
        "invoices count, a step still to be reached.",
    )
    is_forecast_over = fields.Boolean("Will be over budget", readonly=True)
    remaining = fields.Monetary(
        "Left",
        readonly=True,
        help="Of the budget, if there is one; negative: more was earned.",
    )
    is_over = fields.Boolean("Over budget", readonly=True)

    @property
    def _table_query(self):
        if self.pool.ready:  # Odoo asks for it while tables are made, too
            self.env.flush_all()
        return SQL(
            """
            SELECT plan.id::bigint * %(periods)s + period.id AS id,
                   plan.id AS plan_id, period.id AS period_id,
                   period.company_id, plan.currency_id, period.date_to AS date,
                   row.budget, row.earned, row.forecast,
                   row.budget > 0 AND row.forecast > row.budget AS is_forecast_over,
                   CASE WHEN row.budget > 0 THEN row.budget - row.earned
                        ELSE 0 END AS remaining,
                   row.budget > 0 AND row.earned > row.budget AS is_over
              FROM sales_commission_period period
              JOIN sales_commission_plan plan
                ON plan.company_id = period.company_id AND plan.state != 'draft'
              JOIN res_currency currency ON currency.id = plan.currency_id
              LEFT JOIN (
                SELECT plan_id, DATE_TRUNC('month', date_to)::date AS first,
                       SUM(amount) AS earned,
                       SUM(amount * CASE WHEN %(today)s BETWEEN date_from AND date_to
                           THEN (date_to - date_from + 1)::numeric
                                / (%(today)s::date - date_from + 1)
                           ELSE 1 END) AS forecast
                  FROM sales_commission_earning GROUP BY 1, 2) sums
                ON sums.plan_id = plan.id AND sums.first = period.date_from
             CROSS JOIN LATERAL (
                SELECT COALESCE(sums.earned, 0) AS earned,
                       ROUND(COALESCE(sums.forecast, 0),
                             currency.decimal_places) AS forecast,
                       CASE WHEN plan.date_from <= period.date_to
                             AND (plan.date_to IS NULL
                                  OR plan.date_to >= period.date_from)
                            THEN COALESCE(plan.monthly_budget, 0) ELSE 0 END AS budget
             ) row
             WHERE row.budget != 0 OR row.earned != 0
            """,
            periods=PERIODS,
            today=fields.Date.context_today(self),
        )


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    budget_ids = fields.One2many(
        "sales.commission.budget",
        "period_id",
        string="Budgets",
        readonly=True,
        groups=f"{OFFICER},{ACCOUNTANT}",
    )

    def action_view_budget(self):
        """Budget and earned over time, of the plans of this company."""
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_budget_action"
        )
        action["domain"] = [("company_id", "=", self.company_id.id)]
        return action
