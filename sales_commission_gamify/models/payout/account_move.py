from odoo import fields, models

READERS = (
    "sales_commission_gamify.group_officer,sales_commission_gamify.group_accountant"
)


class AccountMove(models.Model):
    """Entries and bills that pay commission statements.

    The rules which amounts may stand in them are in ``account_move_check.py``.
    """

    _inherit = "account.move"

    sales_commission_statement_ids = fields.One2many(
        "sales.commission.statement",
        "move_id",
        string="Commission Statements",
        groups=READERS,
    )
    sales_commission_statement_count = fields.Integer(
        compute="_compute_sales_commission_statement_count", groups=READERS
    )

    def _compute_sales_commission_statement_count(self):
        counts = dict(
            self.env["sales.commission.statement"]
            .sudo()  # a number only; opening the list asks for the right
            ._read_group([("move_id", "in", self.ids)], ["move_id"], ["__count"])
        )
        for move in self:
            move.sales_commission_statement_count = counts.get(move, 0)

    def _is_sales_commission_auto_posted(self):
        """Whether the company wants it posted at once."""
        company = self.company_id
        if self.is_purchase_document():
            return company.sales_commission_post_bill
        return company.sales_commission_post_entry

    def _get_sales_commission_statements(self):
        # sudo: who works on an entry needs no right on commissions
        statements = self.env["sales.commission.statement"].sudo()
        paying = self._filter_sales_commission_payers()
        if not paying:
            return statements
        return statements.search([("move_id", "in", paying.ids)])

    def _filter_sales_commission_payers(self):
        """Entries and bills. No document of a sale pays a statement, and customers'
        invoices are many: nothing is looked up for them."""
        return self.filtered(
            lambda move: not move.is_sale_document(include_receipts=True)
        )

    # --- what happens to it -----------------------------------------------------

    def _post(self, soft=True):
        self._check_sales_commission_reversals()
        statements = self._get_sales_commission_statements()
        statements._check_entry_amounts()
        posted = super()._post(soft=soft)
        taken_back = posted.reversed_entry_id._get_sales_commission_statements()
        taken_back._on_entry_reversed()
        statements.filtered(lambda row: row.move_id in posted)._on_entry_posted()
        return posted

    def write(self, vals):
        state = vals.get("state", "posted")
        if state == "posted":
            return super().write(vals)
        paying = self._filter_sales_commission_payers()
        if not paying:
            return super().write(vals)
        paying._check_sales_commission_entry()
        statements = paying._get_sales_commission_statements()
        result = super().write(vals)
        if state == "draft":
            statements._on_entry_opened()
        else:
            statements._on_entry_reversed()
        return result

    def unlink(self):
        paying = self._filter_sales_commission_payers()
        if not paying:
            return super().unlink()
        paying._check_sales_commission_entry()
        paying._get_sales_commission_statements()._on_entry_deleted()
        return super().unlink()

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
        groups=READERS,
    )
