from odoo import api, fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionStatement(models.Model):
    """What one payee is paid for one pay period. Frozen once confirmed."""

    _name = "sales.commission.statement"
    _description = "Commission Statement"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "period_date desc, number"
    _mail_post_access = "read"
    _check_company_auto = True

    name = fields.Char(string="Number", compute="_compute_name", store=True)
    number = fields.Integer(
        "Number in Period", required=True, readonly=True, aggregator=None
    )
    period_id = fields.Many2one(
        "sales.commission.period", required=True, readonly=True, ondelete="restrict"
    )
    period_date = fields.Date(
        related="period_id.date_to", store=True, string="Period end"
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    employee_active = fields.Boolean(
        string="Payee is active",
        related="employee_id.active",
        help="No: the payee was archived. What is due is still paid or recovered.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirmed", "Confirmed"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("paid", "Paid"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        "sales.commission.statement.line", "statement_id", readonly=True
    )
    amount_earned = fields.Monetary(
        string="Earned",
        compute="_compute_amount_total",
        store=True,
        help="What the components pay, before draws and adjustments.",
    )
    amount_draw = fields.Monetary(
        string="Draws",
        compute="_compute_amount_total",
        store=True,
        help="What draws advance, less what is taken back of them.",
    )
    amount_total = fields.Monetary(
        string="Total of the lines",
        compute="_compute_amount_total",
        store=True,
        help="Earned, draws and adjustments.",
    )
    amount_opening = fields.Monetary(
        string="Brought forward",
        readonly=True,
        help="What is left to recover from earlier statements, as a negative amount.",
    )
    amount_payable = fields.Monetary(
        string="To pay", compute="_compute_amount_payable", store=True, tracking=True
    )
    amount_closing = fields.Monetary(
        string="Carried forward",
        compute="_compute_amount_payable",
        store=True,
        help="A negative total is not paid but recovered from the next statement.",
    )
    confirm_user_id = fields.Many2one("res.users", "Confirmed by", readonly=True)
    approve_user_id = fields.Many2one("res.users", "Approved by", readonly=True)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, index="btree_not_null"
    )
    payable_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null"
    )
    past_move_ids = fields.Many2many(
        "account.move",
        "sales_commission_statement_past_move_rel",
        string="Reversed Entries",
        readonly=True,
    )

    _number_uniq = models.Constraint(
        "UNIQUE (period_id, number)", "This statement number is already taken."
    )
    _payee_period_uniq = models.Constraint(
        "UNIQUE (period_id, employee_id)",
        "This payee already has a statement for this period.",
    )

    @api.depends("number", "period_id")
    def _compute_name(self):
        for statement in self:
            first = statement.period_id.date_from
            statement.name = first and f"COM/{first:%Y/%m}/{statement.number:04}"

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_amount_total(self):
        for statement in self:
            lines = statement.line_ids.grouped("kind")
            for name, kind in self._get_kinds_of_amounts().items():
                statement[name] = (
                    sum(lines[kind].mapped("amount")) if kind in lines else 0
                )
            statement.amount_total = sum(statement.line_ids.mapped("amount"))

    @api.model
    def _get_kinds_of_amounts(self):
        """``{field: kind of lines that it sums}``"""
        return {"amount_earned": "earning", "amount_draw": "draw"}

    @api.depends("amount_total", "amount_opening")
    def _compute_amount_payable(self):
        """To pay is all lines, whatever their kind, and what is brought forward."""
        for statement in self:
            total = statement.amount_total + statement.amount_opening
            statement.amount_payable = max(total, 0.0)
            statement.amount_closing = min(total, 0.0)

    def _compute_access_url(self):
        for statement in self:
            statement.access_url = f"/my/commissions/{statement.id}"

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name

    # --- guards -----------------------------------------------------------------

    @api.model
    def _get_guarded_fields(self):
        """Hook: what follows from the ledger and the buttons."""
        return {
            "state",
            "line_ids",
            "amount_opening",
            "amount_earned",
            "amount_draw",
            "amount_total",
            "amount_payable",
            "amount_closing",
            "employee_id",
            "period_id",
            "currency_id",
            "move_id",
            "payable_line_id",
            "confirm_user_id",
            "approve_user_id",
            "number",
        }

    def write(self, vals):
        guarded = vals.keys() & self._get_guarded_fields()
        if guarded and not self.env.su:
            raise UserError(
                self.env._(
                    "The figures and the state of a statement follow from the ledger "
                    "and the buttons; they cannot be written by hand."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for statement in self:
            if statement.sudo().past_move_ids:
                raise UserError(
                    self.env._(
                        "Statement %(name)s of %(payee)s was posted once and must "
                        "stay to tell of it. Compute the period again: it then says "
                        "what is open now.",
                        name=statement.name,
                        payee=statement.employee_id.sudo().name,
                    )
                )
            if statement.state != "draft":
                raise UserError(
                    self.env._(
                        "Statement %(name)s of %(payee)s is %(state)s and cannot be "
                        "deleted. Set it back to draft first, if it is not posted.",
                        name=statement.name,
                        payee=statement.employee_id.sudo().name,
                        state=statement._get_state_label(),
                    )
                )

    def _get_state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state].lower()

    def _check_state(self, *states):
        for statement in self:
            if statement.state not in states:
                raise UserError(
                    self.env._(
                        "Statement %(name)s of %(payee)s is %(state)s: this step is "
                        "not open for it. Reload the page to see what is.",
                        name=statement.name,
                        payee=statement.employee_id.sudo().name,
                        state=statement._get_state_label(),
                    )
                )

    def _check_group(self, *groups):
        check_group(self.env, *groups)
        self.check_access("read")

    # --- buttons ----------------------------------------------------------------

    def action_confirm(self):
        self._check_group("group_officer")
        self._check_state("draft")
        self.period_id._check_open()
        for period in self.period_id.sorted("date_from"):
            statements = self.filtered(lambda s, p=period: s.period_id == p)
            statements._freeze_opening()
            statements._write_step(
                {"state": "confirmed", "confirm_user_id": self.env.uid}
            )

    def action_approve(self):
        self._check_group("group_accountant")
        self._check_state("confirmed")
        self._check_approver()
        self._write_step({"state": "approved", "approve_user_id": self.env.uid})

    def _check_approver(self):
        """:raise UserError: for statements that the user may not approve"""
        # sudo: an accountant may not read who the payee is as a user
        own = self.filtered(
            lambda statement: statement.employee_id.sudo()._is_sales_commission_user(
                self.env.user
            )
        )
        if own:
            raise UserError(
                self.env._(
                    "Statement %s is your own: somebody else has to approve it.",
                    own[0].name,
                )
            )

    def action_draft(self):
        self._check_group("group_officer", "group_accountant")
        self._check_state("confirmed", "approved")
        self.period_id._check_open()
        self._write_step(
            {"state": "draft", "confirm_user_id": False, "approve_user_id": False}
        )

    def _write_step(self, vals):
        # sudo: the step's own checks stand in for the right to write
        self.sudo().write(vals)

    def action_view_earnings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_earning_action"
        )
        action["domain"] = [("id", "in", self.line_ids.earning_ids.ids)]
        action["context"] = {}
        return action
