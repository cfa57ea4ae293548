from odoo import models
from odoo.tools import SQL

# The link from a source to its document.
DOCUMENTS = {"account.move.line": "move_id", "sale.order.line": "order_id"}


class SalesCommissionMeasure(models.Model):
    """Which documents may have been missed: those that were written lately, they or a
    source of theirs."""

    _inherit = "sales.commission.measure"

    def _get_written_sql(self, company, since):
        """``SQL`` with the ids of documents of *company*, and perhaps some more."""
        source_model, document_model = self._get_document_models()
        written = [self._get_written_documents_sql(document_model, company, since)]
        if source_model in DOCUMENTS:
            written.append(self._get_written_lines_sql(source_model, company, since))
        elif source_model == "account.partial.reconcile":
            written.append(self._get_written_payments_sql(since))
        return SQL(" UNION ").join(written)

    def _get_written_documents_sql(self, document_model, company, since):
        self.env[document_model].flush_model()
        return SQL(
            "SELECT id FROM %s WHERE company_id = %s AND write_date >= %s",
            SQL.identifier(self.env[document_model]._table),
            company.id,
            since,
        )

    def _get_written_lines_sql(self, source_model, company, since):
        self.env[source_model].flush_model()
        return SQL(
            "SELECT %s FROM %s WHERE company_id = %s AND write_date >= %s",
            SQL.identifier(DOCUMENTS[source_model]),
            SQL.identifier(self.env[source_model]._table),
            company.id,
            since,
        )

    def _get_written_payments_sql(self, since):
        """The documents on both sides of what was reconciled."""
        self._flush_payments()
        return SQL(
            """
            SELECT line.move_id FROM account_partial_reconcile partial
              JOIN account_move_line line
                ON line.id IN (partial.debit_move_id, partial.credit_move_id)
             WHERE partial.write_date >= %s
            """,
            since,
        )
