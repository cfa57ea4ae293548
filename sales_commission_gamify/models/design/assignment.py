from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date


class SalesCommissionAssignment(models.Model):
    """A payee takes part in a plan, from a day to a day."""

    _name = "sales.commission.assignment"
    _description = "Commission Plan Payee"
    _order = "plan_id, employee_id, date_from"
    _rec_name = "employee_id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    plan_state = fields.Selection(related="plan_id.state")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Sells as",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        index=True,
        help="The salesperson on the documents. Kept as it was, so that a login that "
        "is taken away or given to somebody else moves no commission.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Whose sales are credited by components that credit the document's team, "
        "and whose targets hold. Kept from the day of joining; a change of team is a "
        "new participation.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(string="To", help="Empty: until the plan ends.")

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A payee must leave a plan on or after the day of joining.",
    )

    @api.depends("plan_id")
    def _compute_date_from(self):
        for assignment in self:
            assignment.date_from = assignment.date_from or assignment.plan_id.date_from

    @api.depends("employee_id")
    def _compute_user_id(self):
        # sudo: officers need no right on employees
        for assignment in self:
            assignment.user_id = assignment.employee_id.sudo().user_id

    @api.depends("employee_id")
    def _compute_team_id(self):
        # sudo: officers need no right on employees nor on sales teams
        for assignment in self:
            user = assignment.employee_id.sudo().user_id
            assignment.team_id = assignment.team_id or user.sale_team_id

    @api.constrains("plan_id", "employee_id", "date_from", "date_to")
    def _check_overlap(self):
        self.flush_model()
        overlaps = self.env.execute_query(
            SQL(
                """
                SELECT a.id FROM sales_commission_assignment a
                  JOIN sales_commission_assignment b
                    ON b.plan_id = a.plan_id AND b.employee_id = a.employee_id
                   AND b.id != a.id
                   AND b.date_from <= COALESCE(a.date_to, 'infinity')
                   AND a.date_from <= COALESCE(b.date_to, 'infinity')
                 WHERE a.id = ANY(%s) LIMIT 1
                """,
                self.ids,
            )
        )
        for assignment in self.browse(overlaps[0] if overlaps else ()):
            raise ValidationError(
                self.env._(
                    "%(payee)s is already in the plan “%(plan)s” on "
                    "%(date)s. End the first participation before starting the "
                    "next.",
                    payee=assignment.employee_id.name,
                    plan=assignment.plan_id.name,
                    date=format_date(self.env, assignment.date_from),
                )
            )

    def _includes(self, day):
        """Whether the payee takes part in the plan on *day*."""
        self.ensure_one()
        plan = self.plan_id
        return (
            max(self.date_from, plan.date_from) <= day
            and (not self.date_to or day <= self.date_to)
            and (not plan.date_to or day <= plan.date_to)
        )

    @api.model_create_multi
    def create(self, vals_list):
        assignments = super().create(vals_list)
        assignments._on_change(assignments.plan_id, assignments.employee_id)
        return assignments

    def write(self, vals):
        if vals.keys() & {"plan_id", "employee_id"}:
            self._check_plan_draft()
        moved = self.browse()
        if "team_id" in vals:
            moved = self.filtered(lambda row: row.team_id.id != vals["team_id"])
        result = super().write(vals)
        moved._on_team_changed()
        self._on_change(self.plan_id, self.employee_id)
        return result

    def unlink(self):
        plans, payees = self.plan_id, self.employee_id
        result = super().unlink()
        self._on_change(plans.exists(), payees)
        return result

    def _on_change(self, plans, payees):
        plans.filtered(lambda plan: plan.state != "draft")._on_terms_changed(payees)

    def _on_team_changed(self):
        """Hook: the team was corrected, so the sales of another one are credited."""

    def _check_plan_draft(self):
        for assignment in self:
            if assignment.plan_state != "draft":
                raise UserError(
                    self.env._(
                        "%(payee)s takes part in the published plan “%(plan)s”. End "
                        "that participation and add another one instead of changing "
                        "who it is for.",
                        payee=assignment.employee_id.sudo().name,
                        plan=assignment.plan_id.name,
                    )
                )
