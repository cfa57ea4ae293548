from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine import periods


class SalesCommissionPlan(models.Model):
    """What is promised, to whom, from when to when.

    A published plan is never edited: what was promised can be read again.
    Assignments are not part of the promise, people join and leave.
    """

    _name = "sales.commission.plan"
    _description = "Commission Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    description = fields.Text(help="What a payee reads above the rules.")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    date_from = fields.Date(
        string="From",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="First day whose documents count.",
    )
    date_to = fields.Date(
        string="To",
        tracking=True,
        help="Last day whose documents count. Empty: until the plan is closed.",
    )
    period_kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        string="Measured each",
        required=True,
        default="month",
        help="Steps of the rate table are reached anew in each of these periods.",
    )
    component_ids = fields.One2many(
        "sales.commission.component", "plan_id", copy=True, string="Components"
    )
    assignment_ids = fields.One2many(
        "sales.commission.assignment", "plan_id", string="Payees"
    )
    payee_count = fields.Integer(compute="_compute_payee_count")
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    root_id = fields.Many2one(
        "sales.commission.plan",
        string="First version",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,  # read-only on screen, not over RPC
    )
    previous_id = fields.Many2one(
        "sales.commission.plan",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="The version before this one.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A plan must end on or after the day on which it starts.",
    )

    @api.depends("assignment_ids")
    def _compute_payee_count(self):
        counts = dict(
            self.env["sales.commission.assignment"]._read_group(
                [("plan_id", "in", self.ids)],
                ["plan_id"],
                ["employee_id:count_distinct"],
            )
        )
        for plan in self:
            plan.payee_count = counts.get(plan, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for plan, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", plan.name)
        return vals_list

    @api.model
    def _get_fields_always_editable(self):
        """Fields that are not part of what was promised."""
        return {
            "active",
            "assignment_ids",
            "date_to",
            "state",
            "message_follower_ids",
            "activity_ids",
            "message_ids",
        }

    @api.model
    def _forget_remembered(self):
        """What is remembered of published plans is asked anew: now, and once more when
        others can see the change, who may have remembered the old state meanwhile, or
        when the change is taken back."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
        self.env.cr.postrollback.add(self.env.registry.clear_cache)

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if any(plan.state != "draft" for plan in plans):
            self._forget_remembered()
        if not self.env.su:
            plans._check_created_draft()
        return plans

    def _check_created_draft(self):
        """What is published has gone through the checks of publishing."""
        if any(plan.state != "draft" for plan in self):
            raise UserError(
                self.env._("Use the plan's buttons to publish or close it.")
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """The notes tell the targets of everybody, which a payee must not read."""
        if message_operation == "read":
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def write(self, vals):
        if vals.keys() - self._get_fields_always_editable():
            self._check_draft()
        if not vals.get("active", True):
            self._check_archivable()
        if "state" in vals and not self.env.su:
            raise UserError(
                self.env._("Use the plan's buttons to publish or close it.")
            )
        published = self.filtered(lambda plan: plan.state == "published")
        result = super().write(vals)
        if vals.keys() & {"state", "date_to"}:
            self._forget_remembered()
        if "date_to" in vals:
            published._on_terms_changed()
        return result

    def _check_archivable(self):
        """:raise UserError: for a plan that still pays, unseen"""
        for plan in self:
            if plan.state == "published":
                raise UserError(
                    self.env._(
                        "The plan “%s” still pays. Close it before archiving it.",
                        plan.name,
                    )
                )

    def _check_draft(self):
        """:raise UserError: when a plan is no longer a draft"""
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "The plan “%s” is published: payees rely on its rules, so "
                        "they cannot change. Use New Version to replace it from a "
                        "later day on.",
                        plan.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def action_publish(self):
        self.check_access("write")
        for plan in self:
            plan._check_draft()
            plan._check_publishable()
        # sudo: the state is only reachable through the checked buttons
        self.sudo().state = "published"
        self._on_terms_changed()

    def _check_publishable(self):
        """:raise ValidationError: when the plan promises nothing to anybody"""
        self.ensure_one()
        if not self.component_ids:
            raise ValidationError(
                self.env._(
                    "The plan “%s” pays nothing yet: add a component with a rate "
                    "before publishing it.",
                    self.name,
                )
            )
        self.component_ids._check_publishable()

    def action_close(self):
        """End the plan: documents after its last day no longer count."""
        self.check_access("write")
        for plan in self:
            if plan.state != "published":
                raise UserError(
                    self.env._("Only a published plan can be closed: “%s”.", plan.name)
                )
            last = max(fields.Date.context_today(plan), plan.date_from)
            if plan.date_to:
                last = min(last, plan.date_to)
            # sudo: checked above; super() skips the guard on published plans
            super(SalesCommissionPlan, plan.sudo()).write(
                {"state": "closed", "date_to": last}
            )
        return self._on_terms_changed()

    def action_view_payees(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_assignment_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"default_plan_id": self.id}
        return action

    def _on_terms_changed(self, payees=None):
        """Hook: the plan was published, ended, or who takes part changed.

        :param payees: only these employees; None for all
        """
        return True

    def _get_label(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels[self[name]].lower()

    def _get_periods(self, date_from, date_to):
        """Measuring periods ``(first day, last day)`` that touch the dates."""
        self.ensure_one()
        return periods.tile(self.period_kind, date_from, date_to)
