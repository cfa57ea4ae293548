from odoo import fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """The door for invoices, credit notes, and what pays them."""

    _name = "account.move"
    _inherit = ["account.move", "sales.commission.document"]

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._sales_commission_touch()
        return posted

    def button_draft(self):
        """What is reset is touched at the end of it: what Odoo has to write meanwhile,
        it would write twice."""
        touched = self.filtered(lambda move: move.state == "posted")
        later = self.with_context(sales_commission_resetting=frozenset(touched._ids))
        result = super(AccountMove, later).button_draft()
        touched._sales_commission_touch()
        return result

    def write(self, vals):
        touched = self.browse()
        if vals.get("state", "posted") != "posted":
            later = self.env.context.get("sales_commission_resetting", ())
            touched = self.filtered(
                lambda move: move.state == "posted" and move.id not in later
            )
        elif vals.keys() & {"invoice_user_id", "team_id"}:
            touched = self.filtered(lambda move: move.state == "posted")
        result = super().write(vals)
        touched._sales_commission_touch()
        return result

    def unlink(self):
        # Posted documents can only be deleted by force. A draft counts nothing, but a
        # credit note of it that is posted stands on its own then.
        if not self:
            return super().unlink()
        # sudo: who deletes the sale may not see its credit notes
        touched = self.filtered(
            lambda move: move.state == "posted" or move.sudo().reversal_move_ids
        )
        touched = touched._sales_commission_filter()
        if not touched:
            return super().unlink()
        # Links are lost with the rows: those of the refunds to the sale, of a sale to
        # its refunds, and what else the customer bought.
        measures = self.env["sales.commission.measure"]
        related = {
            scope: getattr(measures, f"_get_judged_ids_{scope}")(touched.ids)
            for scope in ("refunds", "family", "customer_invoices")
        }
        result = super().unlink()
        self.browse().with_context(
            sales_commission_related=related
        )._sales_commission_changed(related["refunds"])
        return result

    def _sales_commission_filter(self):
        """Only the documents that can be counted: sales and their refunds."""
        return self.filtered(lambda move: move.is_sale_document(include_receipts=True))

    def _sales_commission_touch(self):
        result = super()._sales_commission_touch()
        entries = self - self._sales_commission_filter()
        if entries and self.env["sales.commission.measure"]._has_live(["payment"]):
            # sudo: who posts a payment may not read the invoice
            lines = entries.sudo().line_ids
            partials = lines.matched_debit_ids | lines.matched_credit_ids
            partials._sales_commission_touch_paid()
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    sales_commission_unit_cost = fields.Float(
        string="Cost for Commissions",
        readonly=True,
        copy=False,
        aggregator=None,
        min_display_digits="Product Price",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
        help="Cost of one unit of the product, in the company's currency, as it was "
        "when the margin was earned.",
    )

    def write(self, vals):
        changed = self.browse()
        if "product_id" in vals:
            changed = self.filtered(lambda row: row.product_id.id != vals["product_id"])
        result = super().write(vals)
        changed._forget_sales_commission_cost()
        return result

    def _forget_sales_commission_cost(self):
        """The cost was that of another product. The column is set to NULL, which the
        ORM cannot: a cost of 0 is known, too."""
        if not self.ids:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE account_move_line SET sales_commission_unit_cost = NULL
                 WHERE id = ANY(%s) AND sales_commission_unit_cost IS NOT NULL
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["sales_commission_unit_cost"], flush=False)
