from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    sales_commission_statement_ids = fields.One2many(
        "sales.commission.statement", "move_id", string="Commission Statements"
    )
    sales_commission_statement_count = fields.Integer(
        compute="_compute_sales_commission_statement_count"
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
        posted = super()._post(soft=soft)
        # sudo: an accountant without commission rights may reverse an entry
        reversed_entries = posted.reversed_entry_id.sudo()
        reversed_entries.sales_commission_statement_ids._on_entry_reversed()
        return posted

    def button_draft(self):
        self._check_sales_commission_entry()
        return super().button_draft()

    def _check_sales_commission_entry(self):
        """:raise UserError: for an entry that pays statements, or takes one back"""
        statements = self.env["sales.commission.statement"].sudo()
        for move in self.filtered(lambda move: move.move_type == "entry"):
            paid = statements.search([("move_id", "=", move.id)], limit=1)
            undone = move.reversed_entry_id and statements.search(
                [("past_move_ids", "in", move.reversed_entry_id.ids)], limit=1
            )
            if paid or undone:
                raise UserError(
                    self.env._(
                        "%(entry)s belongs to commission statement %(statement)s and "
                        "cannot go back to draft. Reverse the entry instead: its "
                        "statements then wait to be posted again.",
                        entry=move.name,
                        statement=(paid or undone).name,
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
    )
