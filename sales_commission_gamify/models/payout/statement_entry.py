from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SalesCommissionStatement(models.Model):
    """What approved statements are booked as: a balanced journal entry, or the bill
    of an external agent."""

    _inherit = "sales.commission.statement"

    recovered_by_id = fields.Many2one(
        "sales.commission.statement",
        string="Recovered by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The later statement from whose pay this negative total was taken. What "
        "was earned and taken back here is in its entry.",
    )

    def action_post(self):
        """Book these statements: one balanced entry per company and period, or per
        payee, and a bill for each external agent."""
        self._check_group("group_accountant")
        # Somebody else may be posting the same statements this very moment.
        self.sudo().lock_for_update()
        self._check_state("approved")
        self._check_not_booked()
        for period in self.period_id.sorted("date_to"):
            statements = self.filtered(lambda row, p=period: row.period_id == p)
            due = statements.filtered("amount_payable")
            due |= (statements - due)._filter_moving()
            if due:
                due._post_entry(period)
            (statements - due)._close_without_entry()

    def _check_not_booked(self):
        """:raise UserError: for a statement that has a draft entry or bill already"""
        for statement in self.sudo().filtered("move_id"):
            raise UserError(
                self.env._(
                    "Statement %(name)s of %(payee)s has the draft %(entry)s already: "
                    "post that one, or delete it first.",
                    name=statement.name,
                    payee=statement.employee_id.name,
                    entry=statement.move_id.display_name,
                )
            )

    def _close_without_entry(self):
        """Nothing is left to pay; a balance brought forward may be even now."""
        if self:
            even = self.sudo().filtered(lambda row: not row.amount_closing)
            for statement, carried in even._get_carried().items():
                carried.recovered_by_id = statement
            self._write_step({"state": "paid"})

    def _post_entry(self, period):
        # sudo: the accountant's group is checked above; posting must not need
        # rights on employees, their contacts or sales
        self = self.sudo().with_company(period.company_id)
        agents = self.filtered("amount_payable")._filter_agents()
        groups = (self - agents)._get_entry_groups()
        vals_list = [group._prepare_move_vals(period) for group in groups]
        vals_list += agents._prepare_bill_vals_list()
        carried = self._get_carried()
        moves = self.env["account.move"].create(vals_list)
        for group, move in zip([*groups, *agents], moves, strict=True):
            group._link_entry(move, carried)
        moves.filtered(lambda move: move._is_sales_commission_auto_posted())._post(
            soft=False
        )
        return moves

    def _get_entry_groups(self):
        """The statements of each entry."""
        if self.company_id.sales_commission_entry_mode == "payee":
            return list(self)
        return [self] if self else []

    def _link_entry(self, move, carried):
        """From now on *move* pays these statements, and recovers what they carried."""
        self.move_id = move
        for line in move.line_ids.filtered("sales_commission_statement_id"):
            line.sales_commission_statement_id.payable_line_id = line
        for statement in self:
            carried[statement].recovered_by_id = statement

    def _prepare_move_vals(self, period):
        company = period.company_id
        settings = company._get_sales_commission_accounts()
        label = self.env._("Commissions %s", period.name)
        if company.sales_commission_entry_mode == "payee":
            label = f"{label} {self.employee_id.name}"
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": settings["journal"].id,
            "date": self._get_entry_date(),
            "ref": label,
            "line_ids": [
                *(
                    Command.create({"name": label, **vals})
                    for vals in self._prepare_expense_vals_list(settings["expense"])
                ),
                *(
                    Command.create(statement._prepare_payable_line_vals())
                    for statement in self.filtered("amount_payable")
                ),
            ],
        }

    def _get_entry_date(self):
        """The last day of the period; today as long as it runs."""
        return min(self.period_id.date_to, fields.Date.context_today(self))

    def _prepare_payable_line_vals(self):
        """What the payee is owed; for a negative total what the payee owes."""
        self.ensure_one()
        owed = self.amount_payable > 0
        account = self.company_id._get_sales_commission_account(
            "payable" if owed else "receivable"
        )
        return {
            "name": f"{self.name} {self.employee_id.name}",
            "account_id": account.id,
            "partner_id": self._get_contact().id,
            "balance": -self.amount_payable,
            "sales_commission_statement_id": self.id,
        }

    def _get_contact(self):
        """:raise UserError: for a payee whom nobody knows how to pay"""
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
        return contact
