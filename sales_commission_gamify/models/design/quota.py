from odoo import fields, models


class SalesCommissionQuota(models.Model):
    """The target of a payee, a team or the whole plan for one measuring period.

    A payee's own target goes before that of the team, the team's before that of the
    plan, the plan's before the component's standing quota. Targets are not part of
    what a plan promises: they are set period by period while it runs.
    """

    _name = "sales.commission.quota"
    _description = "Commission Target"
    _order = "component_id, date_from, employee_id, team_id, id"
    _check_company_auto = True

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="component_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    currency_id = fields.Many2one(related="component_id.currency_id")
    unit_currency_id = fields.Many2one(related="component_id.unit_currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        ondelete="cascade",
        check_company=True,
        index="btree_not_null",
        help="Empty: for everybody in the team or plan who has no target of his own.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", ondelete="cascade", check_company=True
    )
    date_from = fields.Date(
        string="Period from",
        required=True,
        help="Any day of the measuring period; its first day is kept.",
    )
    date_to = fields.Date(string="Period to", compute="_compute_date_to", store=True)
    amount = fields.Float(string="Quota", required=True, min_display_digits=2)
    target_incentive = fields.Monetary(
        help="What is earned at 100 %. 0: as the component says."
    )

    def _compute_date_to(self):
        for quota in self:
            quota.date_to = quota.date_from
