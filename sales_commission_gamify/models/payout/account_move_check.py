from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """What pays a statement is taken back by reversal, as a whole, once."""

    _inherit = "account.move"

    def _check_sales_commission_reversals(self):
        """:raise UserError: for taking back a part of an entry that pays
        statements, or taking back what took one back"""
        # sudo: an accountant without commission rights may reverse an entry
        for move in self.sudo():
            entry = move.reversed_entry_id
            if not entry:
                continue
            undone = entry.reversed_entry_id._get_past_sales_commission_statement()
            if undone:
                raise UserError(
                    self.env._(
                        "%(entry)s took back the entry of commission statement "
                        "%(statement)s and cannot be reversed itself. Post the "
                        "statement again instead.",
                        entry=entry.name,
                        statement=undone.name,
                    )
                )
            statements = entry._get_sales_commission_statements()
            if statements and not entry._is_taken_back_by(move):
                raise UserError(
                    self.env._(
                        "%(entry)s pays %(count)s commission statements and can only "
                        "be taken back as a whole, with the same amounts.",
                        entry=entry.name,
                        count=len(statements),
                    )
                )

    def _is_taken_back_by(self, move):
        """Whether *move* gives back every amount; of a bill what is before taxes."""
        if self.is_invoice() and move.is_invoice():
            same = move.currency_id == self.currency_id
            return same and move.amount_untaxed == self.amount_untaxed
        taken = {key: -sum_ for key, sum_ in move._get_sales_commission_sums().items()}
        return self._get_sales_commission_sums() == taken

    def _get_sales_commission_sums(self):
        """``{(account, partner): balance}`` of an entry."""
        sums = defaultdict(float)
        for line in self.sudo().line_ids:
            sums[line.account_id, line.partner_id] += line.balance
        currency = self.company_id.currency_id
        return {key: currency.round(amount) for key, amount in sums.items()}

    def _get_past_sales_commission_statement(self):
        """A statement that one of these entries paid once."""
        statements = self.env["sales.commission.statement"].sudo()
        paying = self._filter_sales_commission_payers()
        if not paying:
            return statements
        return statements.search([("past_move_ids", "in", paying.ids)], limit=1)

    def _check_sales_commission_entry(self):
        """:raise UserError: for leaving the state in which it pays statements, paid
        one once, or took one back

        A posted bill may go back to draft: its amount is looked at when it is posted
        again.
        """
        entries = self.filtered(
            lambda move: move.state == "posted" and move.move_type == "entry"
        )
        paid = entries._get_sales_commission_statements()[:1]
        posted = self.filtered(lambda move: move.state == "posted")
        undone = posted.sudo().reversed_entry_id._get_past_sales_commission_statement()
        statement = paid or undone or self._get_past_sales_commission_statement()
        if not statement:
            return
        past = statement.past_move_ids
        move = self.filtered(
            lambda move: (
                move == statement.move_id
                or move in past
                or move.sudo().reversed_entry_id in past
            )
        )[:1]
        raise UserError(
            self.env._(
                "%(entry)s belongs to commission statement %(statement)s and "
                "can be neither changed nor deleted. Reverse the entry "
                "instead: its statements then wait to be posted again.",
                entry=move.name or move.display_name,
                statement=statement.name,
            )
        )
