from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..models.design.access import check_group

MODULE = "sales_commission_gamify"
SELLING_MONTHS = 12  # who invoiced within them is a salesperson to begin with


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_first_steps_hidden = fields.Boolean(
        string="First steps dismissed",
        help="The first steps are no longer shown to the commission officers.",
    )


class SalesCommissionFirstSteps(models.AbstractModel):
    """The way from an empty company to the first commission.

    Whether a step is done is read from what there is; only that an officer no longer
    wants to see them is stored.
    """

    _name = "sales.commission.first.steps"
    _description = "First Steps"

    @api.model
    @api.readonly
    def get_first_steps(self):
        """The steps of the current company, False once they are dismissed, or from the
        day after the first commission on.

        :return: ``{"company", "steps": [{"key", "title", "text", "done", "buttons"}]}``
            where a button is ``{"method", "label", "main"}``
        """
        check_group(self.env, "group_officer")
        if self.env.company.sales_commission_first_steps_hidden:
            return False
        first_day = self._get_day_of_first_credit()
        if first_day and first_day < fields.Date.context_today(self):
            return False
        plan = self._get_plan()
        steps = [
            {"key": key, **getattr(self, f"_get_step_{key}")(plan)}
            for key in ("plan", "payees", "quotas", "publish", "commission")
        ]
        following = next((step["key"] for step in steps if not step["done"]), False)
        following = following or steps[-1]["key"]
        for step in steps:
            step["is_next"] = step["key"] == following
        return {"company": self.env.company.name, "steps": steps}

    @api.model
    def dismiss(self):
        check_group(self.env, "group_officer")
        # sudo: officers may not edit companies; checked above
        self.env.company.sudo().sales_commission_first_steps_hidden = True
        return True

    # --- the steps ----------------------------------------------------------------

    @api.model
    def _get_plan(self):
        """The plan that the steps are about: one that pays, else the latest draft."""
        plans = self.env["sales.commission.plan"].search(
            [("company_id", "=", self.env.company.id)], order="id desc"
        )
        paying = plans.filtered(lambda plan: plan.state != "draft")
        with_payees = paying.filtered("assignment_ids")
        return (with_payees or paying or plans)[:1]

    @api.model
    def _prepare_button(self, method, label, main=True):
        return {"method": method, "label": label, "main": main}

    @api.model
    def _get_step_plan(self, plan):
        return {
            "title": self.env._("Choose a plan"),
            "text": plan.name
            or self.env._(
                "Start from a template and change its figures, or design one."
            ),
            "done": bool(plan),
            "buttons": [
                self._prepare_button(
                    "action_choose_template", self.env._("Choose a template")
                ),
                self._prepare_button(
                    "action_design", self.env._("Design one"), main=False
                ),
            ],
        }

    @api.model
    def _get_step_payees(self, plan):
        done = bool(plan.assignment_ids)
        buttons = [
            self._prepare_button("action_choose_payees", self.env._("Choose payees"))
        ]
        sellers = self.env["hr.employee"]
        if plan and not done:
            sellers = self._get_sellers()
        if done:
            text = self.env._("Payees: %s", plan.payee_count)
        elif sellers:
            text = self.env._(
                "Who invoiced within a year: %s.", ", ".join(sellers.mapped("name")[:6])
            )
            buttons[0]["main"] = False
            buttons.insert(
                0,
                self._prepare_button(
                    "action_add_sellers",
                    self.env._("Add these salespeople (%s)", len(sellers)),
                ),
            )
        elif self._has_employees():
            text = self.env._("Payees are employees; agents, too.")
        else:
            text = self.env._(
                "Payees are employees, and this company has none yet. Create one for "
                "each salesperson, with its user."
            )
            buttons = [
                self._prepare_button(
                    "action_open_employees", self.env._("Create employees")
                )
            ]
        return {
            "title": self.env._("Say who takes part"),
            "text": text,
            "done": done,
            "buttons": buttons,
        }

    @api.model
    def _get_step_quotas(self, plan):
        asking = plan.component_ids.filtered(lambda c: c._asks_quota())
        missing = asking.filtered(lambda c: not c.quota and not c.quota_ids)
        if not plan:
            text = self.env._("Only plans that pay by attainment need them.")
        elif not asking:
            text = self.env._("This plan needs none.")
        elif missing:
            text = self.env._("Still missing: %s", ", ".join(missing.mapped("name")))
        else:
            text = self.env._("Each component that asks for one has it.")
        return {
            "title": self.env._("Set quotas"),
            "text": text,
            "done": bool(plan) and not missing,
            "buttons": [
                self._prepare_button("action_set_quotas", self.env._("Set quotas"))
            ],
        }

    @api.model
    def _get_step_publish(self, plan):
        done = bool(plan) and plan.state != "draft"
        if done:
            text = self.env._("From %s on.", format_date(self.env, plan.date_from))
        else:
            text = self.env._(
                "Documents since the plan's first day are credited at once."
            )
        return {
            "title": self.env._("Publish it"),
            "text": text,
            "done": done,
            "buttons": [
                self._prepare_button("action_open_plan", self.env._("Read and publish"))
            ],
        }

    @api.model
    def _get_step_commission(self, plan):
        day = self._get_day_of_first_credit()
        buttons = [
            self._prepare_button(
                "action_credit_month", self.env._("Credit this month's invoices")
            ),
            self._prepare_button(
                "action_open_exceptions", self.env._("Why not?"), main=False
            ),
        ]
        today = fields.Date.context_today(self)
        if day:
            text = self.env._("From now on they come by themselves.")
            buttons = [
                self._prepare_button("action_open_credits", self.env._("See them"))
            ]
        elif plan.state == "published" and plan.date_from > today:
            text = self.env._(
                "The plan starts on %s; what is posted from then on is credited.",
                format_date(self.env, plan.date_from),
            )
            buttons = []
        else:
            text = self.env._(
                "It appears with the first invoice of a payee. Those of this month "
                "count, too."
            )
        return {
            "title": self.env._("See the first commission"),
            "text": text,
            "done": bool(day),
            "buttons": buttons,
        }

    @api.model
    def _get_day_of_first_credit(self):
        """False while nothing is credited in the company."""
        first = self.env["sales.commission.credit"].search_fetch(
            [("company_id", "=", self.env.company.id)],
            ["create_date"],
            order="id",
            limit=1,
        )
        if not first:
            return False
        return fields.Datetime.context_timestamp(self, first.create_date).date()

    # --- what the buttons do ------------------------------------------------------

    @api.model
    def _get_required_plan(self):
        check_group(self.env, "group_officer")
        plan = self._get_plan()
        if not plan:
            raise UserError(self.env._("Choose a plan first."))
        return plan

    @api.model
    def _has_employees(self):
        # sudo: whether there are any; officers need no right on employees
        return bool(
            self.env["hr.employee"]
            .sudo()
            .search_count([("company_id", "=", self.env.company.id)], limit=1)
        )

    @api.model
    def _get_sellers(self):
        """Employees whose users stand on the company's invoices of the last year."""
        since = fields.Date.context_today(self) - relativedelta(months=SELLING_MONTHS)
        # sudo: whose names, no amounts; officers need no right on invoices
        users = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.env.company.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("invoice_date", ">=", since),
                    ("invoice_user_id", "!=", False),
                ],
                aggregates=["invoice_user_id:recordset"],
            )[0][0]
        )
        # sudo: officers need no right on employees
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("user_id", "in", users.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )

    @api.model
    def action_choose_template(self):
        action = self.env["ir.actions.client"]._for_xml_id(
            f"{MODULE}.sales_commission_plan_gallery_action"
        )
        return {**action, "params": {"starts_now": True}}

    @api.model
    def action_design(self):
        return self.env["ir.actions.client"]._for_xml_id(
            f"{MODULE}.sales_commission_designer_action"
        )

    @api.model
    def action_add_sellers(self):
        """All who sold within a year take part; with the officer's own rights."""
        plan = self._get_required_plan()
        present = plan.assignment_ids.employee_id
        plan.assignment_ids = [
            Command.create({"employee_id": payee.id})
            for payee in self._get_sellers() - present
        ]
        return False

    @api.model
    def action_choose_payees(self):
        return self._get_required_plan().action_view_payees()

    @api.model
    def action_open_employees(self):
        check_group(self.env, "group_officer")
        if not self.env["hr.employee"].has_access("create"):
            raise UserError(
                self.env._(
                    "Ask whoever manages employees to create one for each salesperson, "
                    "with its user."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Employees"),
            "res_model": "hr.employee",
            "views": [(False, "list"), (False, "form")],
        }

    @api.model
    def action_set_quotas(self):
        return self._get_required_plan().action_view_targets()

    @api.model
    def action_open_plan(self):
        return self._get_required_plan().action_open_designer()

    @api.model
    def action_credit_month(self):
        """What is posted since the plans' first day is credited, once."""
        check_group(self.env, "group_officer")
        plans = self.env["sales.commission.plan"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "published"),
            ]
        )
        if not plans:
            raise UserError(self.env._("Publish a plan first."))
        plans.action_compute()
        if not self._get_day_of_first_credit():
            raise UserError(
                self.env._(
                    "No invoice of a payee is posted since the plan's first day. Post "
                    "one: its commission appears at once."
                )
            )
        return self.action_open_credits()

    @api.model
    def action_open_credits(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.sales_commission_credit_action"
        )

    @api.model
    def action_open_exceptions(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.sales_commission_exception_action"
        )
