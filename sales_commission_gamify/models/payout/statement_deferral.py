from itertools import chain

from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.deferral import AT_ONCE_MONTHS


class SalesCommissionStatement(models.Model):
    """What a plan defers is booked as an asset first."""

    _inherit = "sales.commission.statement"

    deferral_ids = fields.One2many(
        "sales.commission.deferral",
        "statement_id",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )

    def _get_expense_key(self, line, default_account, find):
        if line._is_deferred():
            company = self.company_id
            return company._get_sales_commission_account("deferred"), ()
        return super()._get_expense_key(line, default_account, find)

    def _link_entry(self, move, carried):
        result = super()._link_entry(move, carried)
        self.env["sales.commission.deferral"].create(
            [
                statement._prepare_deferral_vals(line)
                for statement in self
                for line in chain(statement.line_ids, carried[statement].line_ids)
                if line._is_deferred()
            ]
        )
        return result

    def _is_moving(self):
        """A deferred commission has its months also when a refund of another one is
        taken off the same payday."""
        lines = self.line_ids | self._get_carried()[self].line_ids
        return super()._is_moving() or any(line._is_deferred() for line in lines)

    def _prepare_deferral_vals(self, line):
        default = (
            self._get_bill_account()
            if self.has_bill
            else self.company_id._get_sales_commission_account("expense")
        )
        find = self._get_distribution_finder()
        account, distribution = super()._get_expense_key(line, default, find)
        return {
            "statement_id": self.id,
            "origin_move_id": self.move_id.id,
            "statement_line_id": line.id,
            "plan_id": line.plan_id.id,
            "date_from": line.date_from.replace(day=1),
            "months": line.plan_id.deferral_months,
            "amount": line._get_expense(),
            "deferred_account_id": self.company_id._get_sales_commission_account(
                "deferred"
            ).id,
            "expense_account_id": account.id,
            "analytic_distribution": dict(distribution) or False,
        }

    def _release_entry(self):
        self.deferral_ids.filtered(lambda row: row.state == "running")._take_back()
        return super()._release_entry()

    def action_view_deferrals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_deferral_action"
        )
        action["domain"] = [("statement_id", "=", self.id)]
        action["context"] = {}
        return action


class SalesCommissionStatementLine(models.Model):
    _inherit = "sales.commission.statement.line"

    def _is_deferred(self):
        """Up to a year is expensed when it is won (ASC 340-40-25-4); so is what no
        sale earned: draws and adjustments."""
        return bool(
            self.kind == "earning"
            and self._get_expense()
            and self.plan_id.deferral_months > AT_ONCE_MONTHS
        )


class AccountMove(models.Model):
    """What became expense is taken back with the statement's entry only."""

    _inherit = "account.move"

    def _check_sales_commission_reversals(self):
        result = super()._check_sales_commission_reversals()
        self.reversed_entry_id._check_no_deferral()
        return result

    def _check_sales_commission_entry(self):
        result = super()._check_sales_commission_entry()
        self.filtered(lambda move: move.state == "posted")._check_no_deferral()
        return result

    def _check_no_deferral(self):
        entries = self._filter_sales_commission_payers()
        if not entries:
            return
        # sudo: who works on an entry needs no right on commissions
        line = (
            self.env["sales.commission.deferral.line"]
            .sudo()
            .search(
                [
                    "|",
                    ("move_id", "in", entries.ids),
                    ("back_move_id", "in", entries.ids),
                ],
                limit=1,
            )
        )
        if line:
            raise UserError(
                self.env._(
                    "%(entry)s books deferred commissions, for example of statement "
                    "%(statement)s. Reverse the entry of the statement instead: what "
                    "became expense of it is then taken back.",
                    entry=(line.move_id | line.back_move_id)[:1].name,
                    statement=line.deferral_id.statement_id.name,
                )
            )
