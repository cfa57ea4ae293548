from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

OPEN = ("new", "review")
# What somebody who asks may say; everything else follows, or is an officer's.
ASKED = (
    "employee_id",
    "reason",
    "description",
    "amount_expected",
    "statement_line_id",
    "earning_id",
    "credit_id",
    "order_id",
    "document_reference",
)
# Only the buttons write these.
BUTTONS_ONLY = {
    *ASKED,
    "company_id",
    "subject",
    "state",
    "answer",
    "answer_user_id",
    "answer_date",
    "days_to_answer",
    "adjustment_ids",
    "statement_id",
    "period_id",
    "reopen_count",
}


class SalesCommissionDispute(models.Model):
    """What a payee asks about his pay, and what he was answered."""

    _name = "sales.commission.dispute"
    _description = "Commission Dispute"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "subject"
    _rec_names_search = ["subject", "document_reference", "employee_id.name"]
    _mail_post_access = "read"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        default=lambda self: self._get_own_payees(self.env.company)[:1],
        help="Who asks.",
    )
    reason = fields.Selection(
        [
            ("missing", "A deal is missing"),
            ("amount", "The amount is wrong"),
            ("rate", "The rate or the target is wrong"),
            ("share", "The share is wrong"),
            ("other", "Something else"),
        ],
        required=True,
        default="amount",
        tracking=True,
    )
    description = fields.Text(
        string="Question", required=True, help="What is wrong, in the payee's words."
    )
    amount_expected = fields.Monetary(
        string="Expected difference",
        aggregator=None,
        help="By how much the pay should differ, as far as the payee knows.",
    )
    subject = fields.Char(
        string="About",
        readonly=True,
        help="What was asked about, as it was when it was asked.",
    )
    statement_line_id = fields.Many2one(
        "sales.commission.statement.line",
        ondelete="set null",
        index="btree_not_null",
    )
    earning_id = fields.Many2one(
        "sales.commission.earning", ondelete="restrict", index="btree_not_null"
    )
    credit_id = fields.Many2one(
        "sales.commission.credit", ondelete="restrict", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "sale.order",
        ondelete="set null",
        groups="sales_team.group_sale_salesman",
        help="The order that is missing, when you can choose it.",
    )
    document_reference = fields.Char(
        string="Document",
        help="Number of the order or invoice, or whatever tells the deal.",
    )
    statement_id = fields.Many2one(
        "sales.commission.statement",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    period_id = fields.Many2one(
        "sales.commission.period",
        string="Pay period",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("review", "In Review"),
            ("answered", "Answered"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
        tracking=True,
        group_expand=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain=lambda self: self._get_owner_domain(),
        index="btree_not_null",
        tracking=True,
        help="The officer who sees to it.",
    )
    deadline = fields.Date(
        tracking=True, help="By when the payee is to have an answer."
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    age = fields.Integer(
        string="Age (days)",
        compute="_compute_age",
        help="Days since it was asked; once it is answered, until it was.",
    )
    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="Whether you are who asks.",
    )
    answer = fields.Selection(
        [
            ("explained", "Explained"),
            ("adjusted", "Adjusted"),
            ("rejected", "Rejected"),
        ],
        string="Outcome",
        readonly=True,
        tracking=True,
    )
    answer_text = fields.Text(
        string="Answer", help="What the payee reads. Sent by the buttons."
    )
    answer_user_id = fields.Many2one("res.users", "Answered by", readonly=True)
    answer_date = fields.Datetime("Answered on", readonly=True)
    days_to_answer = fields.Integer("Days to answer", readonly=True, aggregator="avg")
    reopen_count = fields.Integer("Times reopened", readonly=True)
    adjustment_ids = fields.One2many(
        "sales.commission.adjustment", "dispute_id", readonly=True
    )

    # --- what follows -----------------------------------------------------------

    @api.depends("deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            dispute.is_overdue = bool(
                dispute.state in OPEN and dispute.deadline and dispute.deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("state", "in", OPEN) & Domain("deadline", "<", today)

    @api.depends("create_date", "answer_date", "state")
    def _compute_age(self):
        for dispute in self:
            dispute.age = dispute._get_age()

    def _get_age(self):
        now = fields.Datetime.now()
        start = self.create_date or now
        end = now if self.state in OPEN else self.answer_date or now
        return max((end - start).days, 0)

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        own = self._get_own_payees()
        for dispute in self:
            dispute.is_mine = dispute.sudo().employee_id in own

    def _search_is_mine(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("employee_id", "in", self._get_own_payees().ids)

    def _compute_access_url(self):
        for dispute in self:
            dispute.access_url = f"/my/commissions/disputes/{dispute.id}"

    @api.model
    def _get_owner_domain(self):
        return [
            ("share", "=", False),
            (
                "all_group_ids",
                "in",
                [
                    self.env.ref(f"sales_commission_gamify.group_{group}").id
                    for group in ("officer", "accountant")
                ],
            ),
        ]

    @api.model
    def _get_own_payees(self, companies=None):
        """The employees that the current user is, in sudo."""
        user = self.env.user
        own = self.env["sales.commission.plan"]._get_own_domain()
        company_ids = companies.ids if companies else user._get_company_ids()
        # sudo: payees may not read employees, not even their own
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        return employees.search(
            own & Domain("company_id", "in", company_ids), order="company_id, id"
        )

    @api.model
    def _is_officer(self):
        return any(
            self.env.user.has_group(f"sales_commission_gamify.group_{group}")
            for group in ("officer", "accountant")
        )

    # --- guards -----------------------------------------------------------------

    @api.constrains("user_id")
    def _check_owner(self):
        for dispute in self.sudo():
            user = dispute.user_id
            if user and dispute.employee_id._is_sales_commission_user(user):
                raise ValidationError(
                    self.env._(
                        "%s asks: somebody else has to answer.",
                        dispute.employee_id.name,
                    )
                )

    @api.constrains("description")
    def _check_description(self):
        for dispute in self:
            if not (dispute.description or "").strip():
                raise ValidationError(
                    self.env._("Say what is wrong, so that somebody can look at it.")
                )

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & BUTTONS_ONLY:
                raise UserError(
                    self.env._(
                        "What was asked stays as it was asked, and the state follows "
                        "from the buttons. Write a message for what is to be added."
                    )
                )
            self._check_not_own()
        result = super().write(vals)
        if vals.keys() & {"user_id", "deadline"}:
            # sudo: activities of the owner before, who may be somebody else
            self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            self._tell_owner()
        return result

    def _check_not_own(self):
        """:raise UserError: nobody answers his own dispute, not even an officer"""
        # sudo: an officer may not read who the payee is as a user
        if any(
            dispute.employee_id._is_sales_commission_user(self.env.user)
            for dispute in self.sudo()
        ):
            raise UserError(
                self.env._("This dispute is your own: somebody else has to answer it.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "What was asked and answered is kept. Close the dispute instead."
            )
        )
