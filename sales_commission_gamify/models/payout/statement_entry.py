from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SalesCommissionStatement(models.Model):
    """The journal entry of approved statements, and what happens to it."""

    _inherit = "sales.commission.statement"

    def action_view_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

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
