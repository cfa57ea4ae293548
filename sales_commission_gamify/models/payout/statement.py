from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

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
        compute="_compute_amount_earned",
        store=True,
        help="Sum of the lines.",
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

    @api.depends("line_ids.amount")
    def _compute_amount_earned(self):
        for statement in self:
            statement.amount_earned = sum(statement.line_ids.mapped("amount"))

    @api.depends("amount_earned", "amount_opening")
    def _compute_amount_payable(self):
        for statement in self:
            total = statement.amount_earned + statement.amount_opening
            statement.amount_payable = max(total, 0.0)
            statement.amount_closing = min(total, 0.0)

    def _compute_access_url(self):
        for statement in self:
            statement.access_url = f"/my/commissions/{statement.id}"

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name

    # --- guards -----------------------------------------------------------------

    def write(self, vals):
        guarded = vals.keys() & {
            "state",
            "line_ids",
            "amount_opening",
            "amount_earned",
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

    # --- drafts -----------------------------------------------------------------

    @api.model
    def _compute_drafts(self, period):
        """Make the draft statements of *period* say what is open now.

        Collects the earnings of this and all earlier periods that are on no
        statement yet. Payees whose statement is already confirmed are left
        alone: what comes later is paid with their next one.
        """
        # sudo: officers compute, but nobody has the right to write statements
        self = self.sudo().with_context(tracking_disable=True)
        period.sudo().lock_for_update()  # two officers at once: the second is told
        statements = self.search([("period_id", "=", period.id)])
        drafts = statements.filtered(lambda statement: statement.state == "draft")
        drafts.line_ids.unlink()
        done = (statements - drafts).employee_id
        lines = self._prepare_lines(period, done)
        payees = {vals["employee_id"] for vals in lines}
        drafts.filtered(
            lambda draft: draft.employee_id.id not in payees and not draft.past_move_ids
        ).unlink()
        drafts = drafts.exists()
        missing = sorted(payees - set(drafts.employee_id.ids))
        first_number = max(statements.exists().mapped("number"), default=0) + 1
        drafts |= self.create(
            [
                {
                    "number": number,
                    "period_id": period.id,
                    "currency_id": period.company_id.currency_id.id,
                    "employee_id": payee,
                }
                for number, payee in enumerate(missing, first_number)
            ]
        )
        by_payee = {draft.employee_id.id: draft for draft in drafts}
        for vals in lines:
            vals["statement_id"] = by_payee[vals.pop("employee_id")].id
        self.env["sales.commission.statement.line"].create(lines)
        openings = self._get_open_balances(period.company_id, payees)
        for payee, draft in by_payee.items():
            draft.amount_opening = openings.get(payee, 0.0)

    @api.model
    def _prepare_lines(self, period, done_payees):
        """Values of the lines of what is open for *period*, each with the
        ``employee_id`` whose statement it belongs to."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT e.employee_id, e.plan_id, e.component_id, e.level,
                       e.date_from, e.date_to, SUM(e.amount) AS amount,
                       array_agg(e.id ORDER BY e.id) AS earning_ids
                  FROM sales_commission_earning e
                 WHERE e.company_id = %s AND e.date_to <= %s
                   AND NOT e.employee_id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_earning_rel r
                        WHERE r.earning_id = e.id)
                 GROUP BY 1, 2, 3, 4, 5, 6
                 ORDER BY e.employee_id, e.date_from, e.component_id, e.level
                """,
                period.company_id.id,
                period.date_to,
                done_payees.ids,
            )
        )
        for row in rows:
            row["earning_ids"] = [Command.set(row["earning_ids"])]
        return rows

    @api.model
    def _get_open_balances(self, company, payee_ids):
        """``{payee id: negative amount}`` that earlier statements did not recover:
        all they earned, less all they paid."""
        groups = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("employee_id", "in", list(payee_ids)),
                ("state", "!=", "draft"),
            ],
            ["employee_id"],
            ["amount_earned:sum", "amount_payable:sum"],
        )
        return {payee.id: earned - paid for payee, earned, paid in groups}

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

    def _freeze_opening(self):
        """What earlier statements left to recover, now that this one is final.

        :raise UserError: while an earlier statement of the payee is a draft, which
            could still change it
        """
        self = self.sudo()
        period = self.period_id
        earlier = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("company_id", "=", period.company_id.id),
                ("period_date", "<", period.date_to),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if earlier:
            raise UserError(
                self.env._(
                    "Confirm or delete statement %(name)s of %(payee)s first: it is "
                    "earlier and still a draft.",
                    name=earlier.name,
                    payee=earlier.employee_id.name,
                )
            )
        openings = self._get_open_balances(period.company_id, self.employee_id.ids)
        for statement in self:
            statement.amount_opening = openings.get(statement.employee_id.id, 0.0)

    def action_approve(self):
        self._check_group("group_accountant")
        self._check_state("confirmed")
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
        self._write_step({"state": "approved", "approve_user_id": self.env.uid})

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

    def action_view_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_view_earnings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_earning_action"
        )
        action["domain"] = [("id", "in", self.line_ids.earning_ids.ids)]
        action["context"] = {}
        return action

    def action_post(self):
        """Post one balanced entry per company and period for these statements."""
        self._check_group("group_accountant")
        # Somebody else may be posting the same statements this very moment.
        self.sudo().lock_for_update()
        self._check_state("approved")
        for period, statements in self.grouped("period_id").items():
            payable = statements.filtered("amount_payable")
            (statements - payable)._write_step({"state": "paid"})
            if payable:
                payable._post_entry(period)

    def _post_entry(self, period):
        # sudo: the accountant's group is checked above; posting must not need
        # rights on employees, their contacts or sales
        self = self.sudo()
        move = self.env["account.move"].create(self._prepare_move_vals(period))
        payable_lines = move.line_ids.filtered("sales_commission_statement_id")
        for line in payable_lines:
            line.sales_commission_statement_id.write(
                {"state": "posted", "move_id": move.id, "payable_line_id": line.id}
            )
        move._post(soft=False)
        return move

    def _prepare_move_vals(self, period):
        company = period.company_id
        settings = company._get_sales_commission_accounts()
        label = self.env._("Commissions %s", period.name)
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": settings["journal"].id,
            "date": min(period.date_to, fields.Date.context_today(self)),
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": settings["expense"].id,
                        "balance": sum(self.mapped("amount_payable")),
                    }
                ),
                *(
                    Command.create(
                        statement._prepare_payable_line_vals(settings["payable"])
                    )
                    for statement in self
                ),
            ],
        }

    def _prepare_payable_line_vals(self, account):
        self.ensure_one()
        contact = self.employee_id.work_contact_id
        if not contact:
            raise UserError(
                self.env._(
                    "%(payee)s has no work contact, so statement %(name)s has nobody "
                    "to pay. Set the work contact on the employee.",
                    payee=self.employee_id.name,
                    name=self.name,
                )
            )
        return {
            "name": f"{self.name} {self.employee_id.name}",
            "account_id": account.id,
            "partner_id": contact.id,
            "balance": -self.amount_payable,
            "sales_commission_statement_id": self.id,
        }

    # --- what happens to the entry afterwards -----------------------------------

    def _sync_payment_state(self):
        """Posted or paid, by the reconciliation of the payable line."""
        for statement in self:
            if statement.state in ("posted", "paid") and statement.move_id:
                paid = statement.payable_line_id.reconciled
                state = "paid" if paid else "posted"
                if state != statement.state:
                    statement.state = state

    def _on_entry_reversed(self):
        """The entry was taken back: the statements can be posted again, once."""
        for statement in self:
            statement.write(
                {
                    "state": "approved",
                    "past_move_ids": [Command.link(statement.move_id.id)],
                    "move_id": False,
                    "payable_line_id": False,
                }
            )
