from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.audit import compute_checksum
from .access import check_group


class SalesCommissionAcceptance(models.Model):
    """A payee accepted a plan, as it was worded then. Written once, never changed."""

    _name = "sales.commission.acceptance"
    _description = "Accepted Commission Plan"
    _order = "date desc, id desc"
    _rec_name = "plan_id"

    plan_id = fields.Many2one(
        "sales.commission.plan",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    version = fields.Integer(required=True, readonly=True, aggregator=None)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The payee himself, or who recorded the signed paper.",
    )
    date = fields.Datetime(string="Accepted on", required=True, readonly=True)
    is_paper = fields.Boolean(
        string="On paper", readonly=True, help="The payee signed it on paper."
    )
    reason = fields.Char(readonly=True, help="Where the signed paper is, or why.")
    paper = fields.Binary(string="Signed paper", readonly=True, attachment=True)
    document = fields.Html(
        readonly=True, sanitize=False, help="The plan as the payee read it."
    )
    checksum = fields.Char(
        string="Seal",
        readonly=True,
        help="Changes with every letter of the document, its plan, payee and date.",
    )

    _once = models.Constraint(
        "UNIQUE (plan_id, employee_id)", "This payee has already accepted the plan."
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["date"] = fields.Datetime.now()
            vals["checksum"] = self._compute_checksum(vals)
        return super().create(vals_list)

    @api.model
    def _compute_checksum(self, vals):
        return compute_checksum(
            {
                "plan": vals["plan_id"],
                "version": vals["version"],
                "payee": vals["employee_id"],
                "date": fields.Datetime.to_string(vals["date"]),
                "document": str(vals["document"]),
            }
        )

    def _is_intact(self):
        """Whether the row still is what was sealed."""
        self.ensure_one()
        vals = self.read(
            ["plan_id", "version", "employee_id", "date", "document"], load=None
        )
        return self.checksum == self._compute_checksum(vals[0])

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "What a payee accepted cannot be changed. Make a new version of the "
                "plan: it is accepted anew."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a payee accepted cannot be deleted."))


class SalesCommissionAssignment(models.Model):
    _inherit = "sales.commission.assignment"

    accepted_on = fields.Datetime(
        string="Accepted",
        compute="_compute_accepted_on",
        search="_search_accepted_on",
        help="When the payee accepted the plan.",
    )

    @api.depends("plan_id", "employee_id")
    def _compute_accepted_on(self):
        # sudo: whether he accepted is no secret to who sees that he takes part
        rows = (
            self.env["sales.commission.acceptance"]
            .sudo()
            .search_fetch(
                [("plan_id", "in", self.plan_id.ids)],
                ["plan_id", "employee_id", "date"],
            )
        )
        dates = {(row.plan_id.id, row.employee_id.id): row.date for row in rows}
        for row in self:
            row.accepted_on = dates.get((row.plan_id.id, row.employee_id.id))

    def _search_accepted_on(self, operator, value):
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: model._get_not_accepted_sql(alias)
        )

    def _get_not_accepted_sql(self, alias):
        return SQL(
            """NOT EXISTS (SELECT 1 FROM sales_commission_acceptance accepted
                WHERE accepted.plan_id = %s AND accepted.employee_id = %s)""",
            SQL.identifier(alias, "plan_id"),
            SQL.identifier(alias, "employee_id"),
        )

    def _notify_plan(self):
        """Tell the payees what they take part in, each in his language."""
        template = self.env.ref(
            "sales_commission_gamify.mail_template_plan", raise_if_not_found=False
        )
        today = fields.Date.context_today(self)
        # sudo: payees' contacts and the mail itself are beyond an officer's rights
        rows = self.sudo().filtered(
            lambda row: (
                row.employee_id.work_contact_id.email
                and (not row.date_to or row.date_to >= today)
                and (not row.plan_id.date_to or row.plan_id.date_to >= today)
            )
        )
        if template and rows and not self.env.context.get("tracking_disable"):
            template.sudo().send_mail_batch(rows.ids)
        return rows

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.filtered(lambda row: row.plan_state == "published")._notify_plan()
        return rows


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    acceptance_ids = fields.One2many(
        "sales.commission.acceptance", "plan_id", string="Acceptances", readonly=True
    )
    acceptance_text = fields.Char(
        string="Acceptance", compute="_compute_acceptance_text"
    )
    my_acceptance = fields.Selection(
        [("to_accept", "To accept"), ("accepted", "Accepted")],
        string="My acceptance",
        compute="_compute_my_acceptance",
        search="_search_my_acceptance",
        help="Whether you have accepted this plan. Empty: it is not yours.",
    )
    my_document_html = fields.Html(
        string="My plan",
        compute="_compute_my_document_html",
        sanitize=False,
        help="The plan in words, with your own targets.",
    )

    my_difference_html = fields.Html(
        string="What changed for you",
        compute="_compute_my_document_html",
        sanitize=False,
        help="This version beside the one before it.",
    )

    @api.depends("assignment_ids.employee_id")
    def _compute_acceptance_text(self):
        for plan in self:
            # sudo: only numbers of people are shown
            payees = plan.sudo().assignment_ids.employee_id
            accepted = plan.sudo().acceptance_ids.employee_id & payees
            plan.acceptance_text = self.env._(
                "%(accepted)s of %(payees)s accepted",
                accepted=len(accepted),
                payees=len(payees),
            )

    # --- the payee's side -------------------------------------------------------

    @api.model
    def _get_own_domain(self):
        """Employees that the current user is, by his login or by his contact: the one
        place that says so."""
        user = self.env.user
        return Domain("user_id", "=", user.id) | Domain(
            "work_contact_id", "=", user.partner_id.id
        )

    @api.model
    def _search_own(self):
        """The promised plans of the current user, in sudo: portal payees have no
        right on plans. The one place that says whose a plan is."""
        # sudo: payees may not read employees; the domain is about the user himself
        plans = self.env["sales.commission.plan"].sudo()
        companies = self.env.user._get_company_ids()
        return plans.with_context(active_test=False).search(
            Domain("state", "!=", "draft")
            & Domain("company_id", "in", companies)
            & Domain("assignment_ids.employee_id", "any", self._get_own_domain())
        )

    def _get_own_payees(self):
        """The employees of the plan that the current user is."""
        self.ensure_one()
        payees = self.sudo().assignment_ids.employee_id
        return payees.filtered_domain(self._get_own_domain())

    @api.depends_context("uid")
    def _compute_my_acceptance(self):
        own = self._search_own()
        for plan in self:
            plan.my_acceptance = False
            if plan._origin.sudo() in own:
                plan.my_acceptance = plan._origin._get_acceptance_state()

    def _get_acceptance_state(self):
        payees = self._get_own_payees()
        return "to_accept" if self._get_missing(payees) else "accepted"

    def _get_missing(self, payees):
        return payees - self.sudo().acceptance_ids.employee_id

    def _search_my_acceptance(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = self._search_own()
        found = own.filtered(lambda plan: plan._get_acceptance_state() in value)
        domain = Domain("id", "in", found.ids)
        return domain | ~Domain("id", "in", own.ids) if False in value else domain

    @api.depends_context("uid", "lang")
    def _compute_my_document_html(self):
        for plan in self:
            payee = plan._origin and plan._origin._get_own_payees()[:1]
            plan.my_document_html = plan.my_difference_html = False
            if payee:
                lang = self.env.lang
                plan.my_document_html = plan._origin._render_document(payee, lang)
                plan.my_difference_html = plan._origin._render_difference(payee, lang)

    def _get_seal(self, payee):
        """Of what a payee is shown: he accepts what he has read, nothing newer."""
        return compute_checksum(self._get_document(payee, self.env.lang))

    def action_accept(self, seal=None):
        """The payee himself accepts; nobody can for him.

        :param seal: of the document that was shown, when the page knows it
        """
        for plan in self:
            payees = plan._get_own_payees()
            if not payees or plan.sudo().state == "draft":
                raise AccessError(
                    self.env._("Only who takes part in a published plan can accept it.")
                )
            for payee in plan._get_missing(payees):
                if seal and seal != plan._get_seal(payee):
                    raise UserError(
                        self.env._(
                            "The plan “%s” was changed while you read it. Read it "
                            "again, then accept it.",
                            plan.sudo().name,
                        )
                    )
                plan._record_acceptance(payee)
        return True

    def _record_acceptance(self, payee, **vals):
        # sudo: rows are made by the checked buttons alone, nobody has the right
        plan = self.sudo()
        lang = self.env.lang if payee in self._get_own_payees() else None
        plan.env["sales.commission.acceptance"].create(
            {
                "plan_id": plan.id,
                "version": plan.version,
                "employee_id": payee.id,
                "user_id": self.env.uid,
                "document": plan._render_document(payee, lang),
                **vals,
            }
        )
        self.invalidate_recordset(["my_acceptance", "acceptance_text"])

    # --- the officer's side -----------------------------------------------------

    def action_publish(self):
        result = super().action_publish()
        self.assignment_ids._notify_plan()
        return result

    def action_view_acceptances(self):
        self.ensure_one()
        action = self.action_view_payees()
        action["name"] = self.env._("Acceptance")
        return action

    def action_remind(self):
        """Write to those who have not accepted yet."""
        self.ensure_one()
        check_group(self.env, "group_officer")
        self.check_access("write")
        if self.state == "draft":
            raise UserError(self.env._("“%s” is a draft: publish it first.", self.name))
        waiting = self.assignment_ids.filtered(lambda row: not row.accepted_on)
        told = waiting._notify_plan()
        names = ", ".join(told.employee_id.mapped("name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if told else "warning",
                "message": self.env._("Reminded: %s", names)
                if told
                else self.env._("There is nobody to remind by mail."),
            },
        }

    def action_accept_on_paper(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accepted on Paper"),
            "res_model": "sales.commission.acceptance.paper",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }


class SalesCommissionAcceptancePaper(models.TransientModel):
    """An officer records the signed paper of a payee who has no login."""

    _name = "sales.commission.acceptance.paper"
    _description = "Plan Accepted on Paper"

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="cascade"
    )
    # sudo: officers need no right on employees
    payee_ids = fields.Many2many(
        "hr.employee",
        string="Payees to choose from",
        compute="_compute_payee_ids",
        compute_sudo=True,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="cascade",
        domain="[('id', 'in', payee_ids)]",
        help="A payee without a login who has not accepted yet.",
    )
    reason = fields.Char(help="Where the signed paper is kept.")
    paper = fields.Binary(string="Signed paper", attachment=False)

    @api.depends("plan_id")
    def _compute_payee_ids(self):
        for wizard in self:
            payees = wizard.plan_id.sudo().assignment_ids.employee_id
            missing = wizard.plan_id._get_missing(payees)
            wizard.payee_ids = missing.filtered(
                lambda payee: not self._has_login(payee)
            )

    @api.model
    def _has_login(self, payee):
        # sudo: officers need no right on employees nor on users
        payee = payee.sudo()
        return bool(payee.user_id or payee.work_contact_id.user_ids)

    def action_record(self):
        self.ensure_one()
        check_group(self.env, "group_officer")
        plan, payee = self.plan_id, self.employee_id.sudo()
        plan.check_access("write")
        facts = {"payee": payee.name, "plan": plan.name}
        if plan.state == "draft" or payee not in plan.sudo().assignment_ids.employee_id:
            raise UserError(
                self.env._(
                    "%(payee)s takes no part in the published plan “%(plan)s”.", **facts
                )
            )
        if self._has_login(payee):
            raise UserError(
                self.env._(
                    "%(payee)s has a login and accepts “%(plan)s” there. Remind "
                    "%(payee)s instead.",
                    **facts,
                )
            )
        if not (self.reason or self.paper):
            raise UserError(
                self.env._(
                    "Attach the paper that %(payee)s signed, or say where it is.",
                    **facts,
                )
            )
        if plan._get_missing(payee):
            plan._record_acceptance(
                payee, is_paper=True, reason=self.reason, paper=self.paper
            )
        return {"type": "ir.actions.act_window_close"}
