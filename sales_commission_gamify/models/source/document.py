from odoo import models


class SalesCommissionDocument(models.AbstractModel):
    """A document that plans may count. Every way in which it starts, stops or changes
    to count ends in ``_sales_commission_touch``."""

    _name = "sales.commission.document"
    _description = "Document Counted for Commissions"

    def _sales_commission_filter(self):
        """Only the documents that can be counted now or could before."""
        return self

    def _sales_commission_touch(self):
        documents = self._sales_commission_filter()
        if documents:
            documents._sales_commission_changed(documents.ids)

    def _sales_commission_changed(self, document_ids):
        """Hook: these documents may count differently than before. They may be
        deleted already, so their numbers are given.

        Must neither raise nor wait: the user is posting or confirming a document.
        """
