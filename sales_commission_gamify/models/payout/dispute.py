from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
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
ABOUT = ("statement_line_id", "earning_id", "credit_id")


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
        own = Domain("user_id", "=", user.id) | Domain(
            "work_contact_id", "=", user.partner_id.id
        )
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

    # --- asking -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Who asks says what is asked; everything else starts as it has to, also
        against what an RPC or a context's defaults would have it be."""
        may_ask_for_others = self.env.su or self._is_officer()
        own = self._get_own_payees()
        prepared = []
        for vals in vals_list:
            asked = {name: vals[name] for name in ASKED if name in vals}
            self._check_reads(asked)
            asked |= self._get_payee_vals(asked)
            if not may_ask_for_others and asked["employee_id"] not in own.ids:
                raise AccessError(
                    self.env._("You can only ask about your own commissions.")
                )
            prepared.append(self._prepare_vals(asked))
        # sudo: checked above; a payee has the right to ask, not to fill all fields
        disputes = super(SalesCommissionDispute, self.sudo()).create(prepared)
        disputes._tell_owner()
        disputes = disputes.sudo(self.env.su)
        disputes.check_access("read")  # of a company that who asks works for
        return disputes

    @api.model
    def _ask_from_portal(self, vals):
        """For who has no right to make records. ``create`` checks whose it is."""
        self._check_reads(vals)
        if vals["employee_id"] not in self._get_own_payees().ids:
            raise AccessError(
                self.env._("You can only ask about your own commissions.")
            )
        # sudo: checked above, portal users make no records themselves
        return self.sudo().create(vals).sudo(False)

    @api.model
    def _check_reads(self, asked):
        """:raise AccessError: what is asked about has to be known to who asks"""
        for name in (*ABOUT, "order_id"):
            if asked.get(name):
                comodel = self._fields[name].comodel_name
                self.env[comodel].browse(asked[name]).check_access("read")

    @api.model
    def _get_payee_vals(self, asked):
        """The payee of what is asked about, else who asks."""
        about = [self[name].browse(asked[name]) for name in ABOUT if asked.get(name)]
        payee = asked.get("employee_id") or (about and about[0].employee_id.id)
        payee = payee or self._get_own_payees(self.env.company)[:1].id
        if not payee:
            raise UserError(
                self.env._(
                    "You are no payee of %s, so there is no commission to ask about. "
                    "Ask whoever manages employees to choose you as the related user "
                    "of your employee.",
                    self.env.company.name,
                )
            )
        if any(row.employee_id.id != payee for row in about):
            raise AccessError(
                self.env._("You can only ask about what was credited or paid to you.")
            )
        return {"employee_id": payee}

    @api.model
    def _prepare_vals(self, asked):
        # sudo: the row is the payee's own, or who asks is an officer (create)
        draft = self.sudo().new(asked)
        payee = draft.employee_id._origin
        company = payee.company_id
        line = draft.statement_line_id._origin
        reference = asked.get("document_reference") or draft.order_id.name
        return {
            "reason": "amount",
            **asked,
            "company_id": company.id,
            "document_reference": reference,
            "statement_id": line.statement_id.id,
            "period_id": draft._get_period(company).id,
            "subject": draft._get_subject(reference),
            "state": "new",
            "user_id": self._get_owner(payee).id,
            "deadline": fields.Date.add(
                fields.Date.context_today(self),
                days=company.sales_commission_dispute_days,
            ),
            "answer": False,
            "answer_text": False,
            "answer_user_id": False,
            "answer_date": False,
            "days_to_answer": 0,
            "reopen_count": 0,
        }

    def _get_period(self, company):
        """The pay period it is about; of a missing deal the one that runs."""
        if line := self.statement_line_id:
            return line.statement_id.period_id._origin
        row = self.earning_id or self.credit_id
        date = row.date_to if row else fields.Date.context_today(self)
        return self.env["sales.commission.period"].search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ],
            limit=1,
        )

    def _get_subject(self, reference):
        """What is asked about, in the words of who asks."""
        if line := self.statement_line_id:
            return f"{line.title}, {line.period_name}: {self._say(line)}"
        if earning := self.earning_id:
            name = earning.component_id.name
            return f"{name}, {earning.period_name}: {self._say(earning)}"
        if credit := self.credit_id:
            return f"{credit.document_name}: {credit.amount_text}"
        if reference:
            return self.env._("Missing deal: %s", reference)
        labels = dict(self._fields["reason"]._description_selection(self.env))
        return labels[self.reason or "amount"]

    def _say(self, row):
        return row.currency_id.format(row.amount)

    @api.model
    def _get_owner(self, payee):
        """Whom the company set, else the leader of the payee's sales team when an
        officer, else the first officer of the company; never the payee."""
        # sudo: who asks may not read users
        users = self.env["res.users"].sudo()
        officers = users.search(
            [
                ("all_group_ids", "in", self._get_officer_group().ids),
                ("company_ids", "in", payee.company_id.ids),
                ("share", "=", False),
            ],
            order="id",
        ).filtered(lambda user: not payee._is_sales_commission_user(user))
        preferred = (
            payee.company_id.sales_commission_dispute_user_id
            | payee.user_id.sale_team_id.user_id
        )
        able = [user for user in preferred if user in officers]
        return able[0] if able else officers[:1]

    @api.model
    def _get_officer_group(self):
        return self.env.ref("sales_commission_gamify.group_officer")

    def _tell_owner(self):
        """An activity, until it is answered."""
        # sudo: who asks may not plan the work of officers
        for dispute in self.sudo():
            if dispute.user_id and dispute.state in OPEN:
                dispute.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=dispute.deadline,
                    summary=self.env._("Answer %s", dispute.employee_id.name),
                    user_id=dispute.user_id.id,
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
