from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    sales_commission_statement_ids = fields.One2many(
        "sales.commission.statement",
        "move_id",
        string="Commission Statements",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )
    sales_commission_statement_count = fields.Integer(
        compute="_compute_sales_commission_statement_count",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )

    def _compute_sales_commission_statement_count(self):
        counts = dict(
            self.env["sales.commission.statement"]
            .sudo()  # a number only; opening the list asks for the right
            ._read_group([("move_id", "in", self.ids)], ["move_id"], ["__count"])
        )
        for move in self:
            move.sales_commission_statement_count = counts.get(move, 0)

    def _post(self, soft=True):
        for move in self:
            move._check_sales_commission_reversal()
        posted = super()._post(soft=soft)
        # sudo: an accountant without commission rights may reverse an entry
        reversed_entries = posted.reversed_entry_id.sudo()
        reversed_entries.sales_commission_statement_ids._on_entry_reversed()
        return posted

    def write(self, vals):
        if vals.get("state", "posted") != "posted":
            self._check_sales_commission_entry()
        return super().write(vals)

    def unlink(self):
        self._check_sales_commission_entry()
        return super().unlink()

    def _check_sales_commission_reversal(self):
        """:raise UserError: for taking back a part of an entry that pays
        statements, or taking back what took one back"""
        # sudo: an accountant without commission rights may reverse an entry
        entry = self.reversed_entry_id.sudo()
        if not entry or entry.move_type != "entry":
            return
        undone = entry.reversed_entry_id and self._get_past_statement(
            entry.reversed_entry_id
        )
        if undone:
            raise UserError(
                self.env._(
                    "%(entry)s took back the entry of commission statement "
                    "%(statement)s and cannot be reversed itself. Post the statement "
                    "again instead.",
                    entry=entry.name,
                    statement=undone.name,
                )
            )
        if entry.sales_commission_statement_ids and (
            entry._get_sales_commission_sums()
            != {key: -sum_ for key, sum_ in self._get_sales_commission_sums().items()}
        ):
            raise UserError(
                self.env._(
                    "%(entry)s pays %(count)s commission statements and can only be "
                    "taken back as a whole, with the same amounts.",
                    entry=entry.name,
                    count=len(entry.sales_commission_statement_ids),
                )
            )

    def _get_sales_commission_sums(self):
        """``{(account, partner): balance}`` of an entry."""
        sums = defaultdict(float)
        for line in self.sudo().line_ids:
            sums[line.account_id, line.partner_id] += line.balance
        currency = self.company_id.currency_id
        return {key: currency.round(amount) for key, amount in sums.items()}

    def _get_past_statement(self, entry):
        statements = self.env["sales.commission.statement"].sudo()
        return statements.search([("past_move_ids", "in", entry.ids)], limit=1)

    def _check_sales_commission_entry(self):
        """:raise UserError: for a posted entry that pays statements, or takes one
        back"""
        statements = self.env["sales.commission.statement"].sudo()
        entries = self.filtered(
            lambda move: move.move_type == "entry" and move.state == "posted"
        )
        for move in entries:
            paid = statements.search([("move_id", "=", move.id)], limit=1)
            undone = move.reversed_entry_id and self._get_past_statement(
                move.reversed_entry_id
            )
            past = self._get_past_statement(move)
            if paid or undone or past:
                raise UserError(
                    self.env._(
                        "%(entry)s belongs to commission statement %(statement)s and "
                        "can be neither changed nor deleted. Reverse the entry "
                        "instead: its statements then wait to be posted again.",
                        entry=move.name,
                        statement=(paid or undone or past).name,
                    )
                )

    def action_view_sales_commission_statements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_statement_action"
        )
        action["domain"] = [("move_id", "=", self.id)]
        action["context"] = {}
        return action


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    sales_commission_statement_id = fields.Many2one(
        "sales.commission.statement",
        string="Commission Statement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )
