from odoo import api, models

# Documents printed for one statement; the workbook has them all.
MOST_DOCUMENTS = 400


class SalesCommissionStatementReport(models.AbstractModel):
    """Statements on paper, each in the language of its payee."""

    _name = "report.sales_commission_gamify.report_statement"
    _description = "Commission Statement Report"

    @api.model
    def _get_report_values(self, docids, data=None):
        statements = self.env["sales.commission.statement"].browse(docids)
        statements.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": statements._name,
            "docs": [
                # sudo: names of plans, periods and payees on a paper that may be
                # read, checked above
                statement.sudo().with_context(lang=statement._get_payee_lang())
                for statement in statements
            ],
            "documents": self._get_documents(statements),
        }

    def _get_documents(self, statements):
        """``{statement id: ([(line, its documents)], number left out)}``, the words
        in the payee's language."""
        languages = {statement: statement._get_payee_lang() for statement in statements}
        papers = {}
        for lang, group in statements.grouped(languages.get).items():
            documents = group.with_context(lang=lang)._get_documents()
            for statement in group:
                papers[statement.id] = self._cut(statement, documents)
        return papers

    def _cut(self, statement, documents):
        rows, room, left_out = [], MOST_DOCUMENTS, 0
        for line in statement.line_ids:
            found = documents.get(line.id, [])
            if shown := found[:room]:
                rows.append((line.id, shown))
            room -= len(shown)
            left_out += len(found) - len(shown)
        return rows, left_out
