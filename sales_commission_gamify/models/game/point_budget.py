from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.points import compute_forecast

# What is given, with what was taken back of it; not what is spent or expires.
GIVING = ("rule", "thanks", "badge", "challenge", "grant")


class SalesCommissionPointBudget(models.Model):
    """What should be given in a month at most, and what it comes to."""

    _name = "sales.commission.point.budget"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Points Budget"
    _order = "month desc, company_id"

    name = fields.Char(string="Month in Words", compute="_compute_name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    budget = fields.Integer(required=True, tracking=True)
    given = fields.Integer(compute="_compute_given")
    forecast = fields.Integer(
        compute="_compute_given",
        help="What the month comes to when as much is given on its other days as on "
        "those that are over.",
    )
    left = fields.Integer(compute="_compute_given")
    used_percent = fields.Float(string="Used", compute="_compute_given")
    is_exceeded = fields.Boolean(string="Too Much", compute="_compute_given")
    warned_at = fields.Datetime(readonly=True, copy=False)

    _month_uniq = models.Constraint(
        "UNIQUE (company_id, month)", "This month already has a budget."
    )
    _budget_positive = models.Constraint(
        "CHECK (budget > 0)", "A budget is more than 0 points."
    )
    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "A month is its first day."
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_name(self):
        for budget in self:
            budget.name = budget.month and format_date(
                self.env, budget.month, date_format="LLLL y"
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = fields.Date.to_date(vals["month"]).replace(day=1)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("month"):
            month = fields.Date.to_date(vals["month"]).replace(day=1)
            vals = {**vals, "month": month}
        return super().write(vals)

    @api.depends("budget", "month", "company_id")
    def _compute_given(self):
        sums = self._get_sums()
        today = fields.Date.context_today(self)
        for budget in self:
            given = sums.get((budget.company_id, budget.month), 0)
            budget.given = given
            budget.forecast = budget._get_forecast(given, today)
            budget.left = budget.budget - given
            budget.used_percent = given / budget.budget if budget.budget else 0.0
            budget.is_exceeded = budget.forecast > budget.budget

    def _get_sums(self):
        """``{(company, first day of a month): points given}``"""
        months = [month for month in self.mapped("month") if month]
        if not months:
            return {}
        # sudo: a budget is of all payees, also of those that the reader may not see
        groups = (
            self.env["sales.commission.point"]
            .sudo()
            ._read_group(
                Domain("company_id", "in", self.company_id.ids)
                & Domain("kind", "in", GIVING)
                & Domain("date", ">=", min(months))
                & Domain("date", "<", fields.Date.add(max(months), months=1)),
                ["company_id", "date:month"],
                ["points:sum"],
            )
        )
        return {(company, month): points for company, month, points in groups}

    def _get_forecast(self, given, today):
        if not self.month or self.month > today:
            return given
        after = fields.Date.add(self.month, months=1)
        days = (after - self.month).days
        return compute_forecast(given, min((today - self.month).days + 1, days), days)

    @api.model
    def _cron_watch(self):
        """The budget of this month from the company's, and a warning, once."""
        today = fields.Date.context_today(self)
        month = today.replace(day=1)
        self._create_missing(month)
        for budget in self.search([("month", "=", month), ("warned_at", "=", False)]):
            if budget.is_exceeded and (today.day > 3 or budget.left < 0):
                budget._warn()

    @api.model
    def _create_missing(self, month):
        companies = self.env["res.company"].search(
            [("sales_commission_point_budget", ">", 0)]
        )
        companies -= self.search([("month", "=", month)]).company_id
        return self.create(
            [
                {
                    "company_id": company.id,
                    "month": month,
                    "budget": company.sales_commission_point_budget,
                }
                for company in companies
            ]
        )

    def _warn(self):
        """Each officer of the company gets an activity."""
        self.ensure_one()
        self.warned_at = fields.Datetime.now()
        officers = self.env["res.users"].search(
            [
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("sales_commission_gamify.group_officer").ids,
                ),
                ("company_ids", "in", self.company_id.ids),
                ("share", "=", False),
            ]
        )
        for officer in officers:
            self.with_context(lang=officer.lang).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=officer.lang).env._(
                    "Points of this month come to %(forecast)s, the budget is "
                    "%(budget)s",
                    forecast=self.forecast,
                    budget=self.budget,
                ),
                user_id=officer.id,
            )
