from odoo import models


class AccountMove(models.Model):
    """The door for invoices and credit notes: every way in which a posted
    document starts, stops or changes to count ends in ``_sales_commission_touch``.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._sales_commission_touch()
        return posted

    def write(self, vals):
        touched = self.browse()
        if vals.get("state", "posted") != "posted" or "invoice_user_id" in vals:
            touched = self.filtered(lambda move: move.state == "posted")
        result = super().write(vals)
        touched._sales_commission_touch()
        return result

    def unlink(self):
        # Posted documents can only be deleted by force, drafts no longer count.
        touched = self.filtered(lambda move: move.state == "posted")
        touched = touched._sales_commission_filter()
        # The refunds lose their link to the sale that is deleted.
        refunds = self.sudo().search([("reversed_entry_id", "in", touched.ids)])
        touched_ids = (touched | refunds).ids
        result = super().unlink()
        self.browse()._sales_commission_changed(touched_ids)
        return result

    def _sales_commission_filter(self):
        """Only the documents that can be counted: sales and their refunds."""
        return self.filtered(lambda move: move.is_sale_document(include_receipts=True))

    def _sales_commission_touch(self):
        documents = self._sales_commission_filter()
        if documents:
            self._sales_commission_changed(documents.ids)

    def _sales_commission_changed(self, document_ids):
        """Hook: these customer documents may count differently than before.

        Must neither raise nor wait: the user is posting an invoice.
        """
