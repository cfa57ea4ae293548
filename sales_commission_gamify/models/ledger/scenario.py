from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...engine import periods
from ..design.access import check_group

MOST_MONTHS = 12


class SalesCommissionScenario(models.Model):
    """What if a plan were to hold, instead of another one or beside all: what it would
    cost, and what each payee would earn. Keeps the question only; the answer is
    computed each time (``simulate``).
    """

    _name = "sales.commission.scenario"
    _description = "Commission Scenario"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", string="Owner", default=lambda self: self.env.user
    )
    description = fields.Text(help="What this scenario is to tell, and for whom.")
    plan_id = fields.Many2one(
        "sales.commission.plan",
        string="Try",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="A draft, changed in the designer as you like; or a plan that pays "
        "already, computed anew from the documents.",
    )
    replaced_id = fields.Many2one(
        "sales.commission.plan",
        string="Instead of",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        compute="_compute_replaced_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'draft'),"
        " ('id', '!=', plan_id)]",
        help="The plan that no longer pays while this one is tried. Empty: it is paid "
        "on top of all plans.",
    )
    volumes = fields.Selection(
        [
            ("past", "As sold in these months"),
            ("before", "Months to come, as sold in the months before"),
            ("year", "Months to come, as sold in the same months a year ago"),
        ],
        string="Sales",
        required=True,
        default="past",
        help="Which sales the plan is tried on.",
    )
    volume_change = fields.Float(
        string="Change of sales %",
        min_display_digits=2,
        help="For months to come: 10 is a tenth more than was sold, −20 a fifth less.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Any day of the first month.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Any day of the last month; 12 months at most.",
    )

    _volume_not_below = models.Constraint(
        "CHECK (volume_change > -100 AND volume_change <= 1000)",
        "Sales can change by more than -100 % and by 1000 % at most.",
    )

    @api.depends("plan_id")
    def _compute_name(self):
        for scenario in self:
            plan = scenario.plan_id
            if scenario.name or not plan:
                scenario.name = scenario.name
            else:
                scenario.name = plan.display_name

    @api.depends("plan_id")
    def _compute_replaced_id(self):
        for scenario in self:
            scenario.replaced_id = scenario.plan_id.previous_id

    @api.depends("volumes")
    def _compute_dates(self):
        """The last months that are over; those to come, from this one on."""
        for scenario in self:
            today = fields.Date.context_today(scenario)
            first = today.replace(day=1)
            if scenario.volumes == "past":
                scenario.date_from = fields.Date.subtract(first, months=MOST_MONTHS)
                scenario.date_to = fields.Date.subtract(first, days=1)
            else:
                scenario.date_from = first
                scenario.date_to = fields.Date.add(first, months=MOST_MONTHS, days=-1)

    @api.constrains("date_from", "date_to", "volumes")
    def _check_dates(self):
        for scenario in self:
            first, last = scenario._get_window()
            if last < first:
                raise ValidationError(
                    self.env._("“%s” ends before it starts.", scenario.name)
                )
            if len(scenario._get_months()) > MOST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "“%(scenario)s” is about %(months)s months. Choose %(most)s at "
                        "most.",
                        scenario=scenario.name,
                        months=len(scenario._get_months()),
                        most=MOST_MONTHS,
                    )
                )
            this_month = periods.period_of(fields.Date.context_today(self), "month")
            scenario._check_volumes(last, this_month)
            if scenario.volumes == "past" and first > this_month.last:
                raise ValidationError(
                    self.env._(
                        "Nothing is sold yet in %(month)s. Choose months that have "
                        "begun, or let “%(scenario)s” suppose the sales.",
                        month=format_date(self.env, first, date_format="LLLL y"),
                        scenario=scenario.name,
                    )
                )

    def _check_volumes(self, last, this_month):
        """:raise ValidationError: when the months are not to come, or nothing is known
        of those whose sales are supposed"""
        if self.volumes != "past" and last < this_month.last:
            raise ValidationError(
                self.env._(
                    "%(month)s is over: choose the sales of these months, or let "
                    "“%(scenario)s” end later.",
                    month=format_date(self.env, last, date_format="LLLL y"),
                    scenario=self.name,
                )
            )
        known = fields.Date.add(this_month.first, months=MOST_MONTHS, days=-1)
        if self.volumes == "year" and last > known:
            raise ValidationError(
                self.env._(
                    "A year before %(month)s nothing is sold yet. Let “%(scenario)s” "
                    "end in %(known)s at the latest.",
                    month=format_date(self.env, last, date_format="LLLL y"),
                    known=format_date(self.env, known, date_format="LLLL y"),
                    scenario=self.name,
                )
            )

    @api.constrains("plan_id", "replaced_id")
    def _check_replaced(self):
        for scenario in self:
            if scenario.replaced_id.state == "draft":
                raise ValidationError(
                    self.env._(
                        "“%s” is a draft, so nobody is paid by it: there is nothing to "
                        "replace. Choose a published plan.",
                        scenario.replaced_id.display_name,
                    )
                )
            if scenario.replaced_id == scenario.plan_id:
                raise ValidationError(
                    self.env._(
                        "“%s” cannot replace itself. Leave “Instead of” empty.",
                        scenario.plan_id.display_name,
                    )
                )

    def _get_window(self):
        """First day of the first month, last day of the last one."""
        self.ensure_one()
        return (
            periods.period_of(self.date_from, "month").first,
            periods.period_of(self.date_to, "month").last,
        )

    def _get_months(self):
        return periods.tile("month", *self._get_window())

    def _check_may_simulate(self):
        check_group(self.env, "group_officer")
        self.check_access("read")
        # a plan of another company is nobody's here
        (self.plan_id | self.replaced_id).check_access("read")

    # --- what cannot be tried -------------------------------------------------------

    def _check_possible(self):
        """:raise UserError: when the plan says too little to be tried"""
        self.ensure_one()
        plan = self.plan_id
        if not plan.component_ids:
            raise UserError(
                self.env._(
                    "“%s” pays nothing yet: add a component with a rate before you try "
                    "it.",
                    plan.display_name,
                )
            )
        if not (plan.assignment_ids or self.replaced_id.assignment_ids):
            raise UserError(
                self.env._(
                    "Nobody takes part in “%s”: add its payees, or choose the plan "
                    "that it replaces, whose payees are taken then.",
                    plan.display_name,
                )
            )
        if plan.state == "draft":
            plan.component_ids._check_publishable()


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def action_what_if(self):
        """A new scenario about this plan; a version in place of the one before it."""
        self.ensure_one()
        check_group(self.env, "group_officer")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What If"),
            "res_model": "sales.commission.scenario",
            "views": [(False, "form")],
            "context": {
                "default_plan_id": self.id,
                "default_company_id": self.company_id.id,
            },
        }
