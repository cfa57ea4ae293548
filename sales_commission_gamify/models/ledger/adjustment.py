from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..design.access import check_group

# Only the buttons write these.
BUTTONS_ONLY = {"state", "approve_user_id", "approve_date", "enter_user_id"}


class SalesCommissionAdjustment(models.Model):
    """What a human adds to a payee's pay, or takes from it, and why.

    An officer enters it, an accountant approves it: then it is a fact, paid once,
    on the next statement of the payee.
    """

    _name = "sales.commission.adjustment"
    _inherit = "sales.commission.fact"
    _description = "Commission Adjustment"
    _order = "id desc"
    _rec_name = "reason"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        help="Who is paid more, or less.",
    )
    period_id = fields.Many2one(
        "sales.commission.period",
        string="Pay period",
        compute="_compute_period_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('state', '!=', 'locked')]",
        help="Paid with this period, or with the next one for which the payee gets "
        "a statement.",
    )
    kind = fields.Selection(
        [
            ("bonus", "Bonus"),
            ("correction", "Correction"),
            ("dispute", "Dispute"),
            ("other", "Other"),
        ],
        required=True,
        default="bonus",
    )
    amount = fields.Monetary(
        required=True, help="Added to the statement; negative takes from it."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, precompute=True
    )
    reason = fields.Text(
        required=True, help="Why. The payee reads it on the statement."
    )
    plan_id = fields.Many2one(
        "sales.commission.plan",
        compute="_compute_plan_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
        help="The plan that it belongs to, if any.",
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        ondelete="restrict",
        check_company=True,
        domain="[('plan_id', '=?', plan_id)]",
        help="The component that it belongs to, if any.",
    )
    state = fields.Selection(
        [("draft", "To approve"), ("approved", "Approved")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
    )
    enter_user_id = fields.Many2one(
        "res.users",
        "Entered by",
        readonly=True,
        copy=False,
        help="Who gave it the figures that it has. Somebody else approves it.",
    )
    approve_user_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False
    )
    approve_date = fields.Datetime("Approved on", readonly=True, copy=False)
    counter_of_id = fields.Many2one(
        "sales.commission.adjustment",
        string="Takes back",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The adjustment that this one takes back.",
    )
    counter_ids = fields.One2many(
        "sales.commission.adjustment",
        "counter_of_id",
        string="Taken back by",
        readonly=True,
    )

    _amount_not_zero = models.Constraint(
        "CHECK (amount != 0)",
        "An adjustment of 0 changes nothing: enter the amount, negative to take back.",
    )

    @api.depends("company_id", "employee_id")
    def _compute_period_id(self):
        for adjustment in self:
            if not adjustment.state or adjustment.state == "draft":
                adjustment.period_id = adjustment._get_first_period()

    def _get_first_period(self):
        """The first open pay period that can still pay it."""
        self.ensure_one()
        # sudo: pay periods are made by what happens, nobody has the right
        return (
            self.env["sales.commission.period"].sudo()._get_first_open(self.company_id)
        )

    @api.depends("component_id")
    def _compute_plan_id(self):
        for adjustment in self:
            if adjustment.component_id:
                adjustment.plan_id = adjustment.component_id.plan_id

    # --- what cannot be entered -------------------------------------------------

    @api.constrains("reason")
    def _check_reason(self):
        for adjustment in self:
            if not (adjustment.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why %s is paid more or less: the payee reads it on the "
                        "statement.",
                        adjustment.employee_id.sudo().name,
                    )
                )

    @api.constrains("plan_id", "component_id")
    def _check_component(self):
        for adjustment in self:
            component = adjustment.component_id
            if component and component.plan_id != adjustment.plan_id:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” is no component of the plan “%(plan)s”: "
                        "choose one of its own, or none.",
                        component=component.name,
                        plan=adjustment.plan_id.name or "",
                    )
                )

    @api.constrains("period_id", "company_id")
    def _check_period(self):
        self.period_id._check_open()

    @api.constrains("employee_id", "company_id", "period_id", "amount", "reason")
    def _check_counts_once(self):
        """A file that is imported twice pays once. Who types a row means it."""
        if not self.env.context.get("import_file"):
            return
        groups = self._read_group(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("period_id", "in", self.period_id.ids),
            ],
            ["company_id", "employee_id", "period_id", "amount", "reason"],
            ["id:recordset"],
            having=[("__count", ">", 1)],
        )
        for *_key, rows in groups:
            if rows & self:
                raise ValidationError(
                    self.env._(
                        "%(payee)s already has an adjustment of %(amount)s for "
                        "%(period)s with the reason “%(reason)s”: it is paid once. "
                        "Give this one another reason.",
                        payee=rows[0].employee_id.sudo().name,
                        amount=rows[0]._say_amount(),
                        period=rows[0].period_id.name,
                        reason=rows[0].reason,
                    )
                )

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for adjustments"),
                "template": "/sales_commission_gamify/static/xls/adjustments.xlsx",
            }
        ]

    # --- approved elsewhere -------------------------------------------------------

    @api.model
    def _add_approved(self, vals_list, approver, enterer):
        """Rows that follow from what was approved as a whole, such as the budget of a
        challenge: facts at once, in a number of statements that does not grow.

        :param vals_list: dicts with the same keys, without period, state and approver
        """
        if not vals_list:
            return self.browse()
        company_id = vals_list[0]["company_id"]
        periods = self._get_first_periods(
            self.env["res.company"].browse(company_id),
            {vals["employee_id"] for vals in vals_list},
        )
        self.flush_model()
        return self._insert(
            [
                {
                    **vals,
                    "period_id": periods[vals["employee_id"]],
                    "state": "approved",
                    "enter_user_id": enterer.id,
                    "approve_user_id": approver.id,
                    "approve_date": fields.Datetime.now(),
                }
                for vals in vals_list
            ]
        )

    @api.model
    def _get_first_periods(self, company, employee_ids):
        """``{employee id: id of the first pay period that can still pay it}``"""
        # sudo: pay periods are made by what happens, nobody has the right
        period = self.env["sales.commission.period"].sudo()._get_first_open(company)
        return dict.fromkeys(employee_ids, period.id)

    # --- guards -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # over a context's defaults, too: everything starts as a draft
            vals.update(
                state="draft",
                enter_user_id=self.env.uid,
                approve_user_id=False,
                approve_date=False,
            )
            if not self.env.su:
                vals["counter_of_id"] = False
            for name in ("period_id", "kind"):
                if not vals.get(name):  # an empty cell of an import
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() & (BUTTONS_ONLY | {"counter_of_id"}):
            raise UserError(
                self.env._(
                    "Who entered and who approved an adjustment is written by the "
                    "buttons alone."
                )
            )
        if not vals.keys() & BUTTONS_ONLY:
            vals = {**vals, "enter_user_id": self.env.uid}
        return super().write(vals)

    def _get_frozen(self):
        return self.filtered(lambda adjustment: adjustment.state == "approved")

    def _say_not_written(self):
        return self.env._(
            "The adjustment of %(amount)s for %(payee)s is approved and cannot be "
            "changed. Take it back, which adds a counter-adjustment, and enter a new "
            "one.",
            **self[:1]._get_facts(),
        )

    def _say_not_deleted(self):
        return self.env._(
            "The adjustment of %(amount)s for %(payee)s is approved and cannot be "
            "deleted. Take it back instead: a counter-adjustment is added.",
            **self[:1]._get_facts(),
        )

    def _get_facts(self):
        return {"amount": self._say_amount(), "payee": self.employee_id.sudo().name}

    def _say_amount(self):
        return self.currency_id.format(self.amount)

    @api.depends("reason", "amount", "currency_id")
    def _compute_display_name(self):
        for adjustment in self:
            first = next(iter((adjustment.reason or "").splitlines()), "")
            adjustment.display_name = (
                f"{first} ({adjustment._say_amount()})"
                if first
                else adjustment.env._("New adjustment")
            )

    # --- buttons ----------------------------------------------------------------

    def action_approve(self):
        """By an accountant who neither entered it nor is paid by it."""
        check_group(self.env, "group_accountant")
        self.check_access("read")
        # Somebody else may be changing the figures this very moment.
        self.sudo().lock_for_update()
        for adjustment in self:
            adjustment._check_approver()
        # sudo: accountants approve what they have no right to enter
        self.sudo().write(
            {
                "state": "approved",
                "approve_user_id": self.env.uid,
                "approve_date": fields.Datetime.now(),
            }
        )
        return True

    def _check_approver(self):
        facts = self._get_facts()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "The adjustment of %(amount)s for %(payee)s is approved already.",
                    **facts,
                )
            )
        # sudo: an accountant may not read who the payee is as a user
        if self.employee_id.sudo()._is_sales_commission_user(self.env.user):
            raise UserError(
                self.env._(
                    "The adjustment of %(amount)s is your own: somebody else has to "
                    "approve it.",
                    **facts,
                )
            )
        if self.env.user in self.enter_user_id | self.create_uid:
            raise UserError(
                self.env._(
                    "You entered the adjustment of %(amount)s for %(payee)s: somebody "
                    "else has to approve it.",
                    **facts,
                )
            )

    def action_take_back(self):
        """A draft over what is left of it, to be approved like any other."""
        self.ensure_one()
        check_group(self.env, "group_officer")
        self.check_access("read")
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "The adjustment of %(amount)s for %(payee)s is not approved yet: "
                    "change or delete it.",
                    **self._get_facts(),
                )
            )
        if left := self.counter_ids.filtered(lambda row: row.state == "draft"):
            return left[:1]._get_form_action()
        if self.currency_id.is_zero(self._get_amount_left()):
            raise UserError(
                self.env._(
                    "The adjustment of %(amount)s for %(payee)s is taken back already.",
                    **self._get_facts(),
                )
            )
        # sudo: the link to what is taken back is made here alone, group checked above
        return self.sudo().create(self._prepare_counter_vals())._get_form_action()

    def _get_amount_left(self):
        """What its approved counter-adjustments have not taken back."""
        approved = self.counter_ids.filtered(lambda row: row.state == "approved")
        return self.currency_id.round(self.amount + sum(approved.mapped("amount")))

    def _prepare_counter_vals(self):
        return {
            "company_id": self.company_id.id,
            "employee_id": self.employee_id.id,
            "kind": "correction",
            "amount": -self._get_amount_left(),
            "plan_id": self.plan_id.id,
            "component_id": self.component_id.id,
            "reason": self.env._("Takes back: %s", self.reason),
            "counter_of_id": self.id,
        }

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _get_kind_label(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return labels[self.kind]

    def _explain(self):
        """Kind, reason and approver in one line, for the payee."""
        self.ensure_one()
        # sudo: a portal payee may not read who works here, only who approved it
        approver = self.approve_user_id.sudo().name or ""
        return self.env._(
            "%(kind)s: %(reason)s (approved by %(approver)s)",
            kind=self._get_kind_label(),
            reason=self.reason,
            approver=approver,
        )
