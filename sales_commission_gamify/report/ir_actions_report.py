from odoo import models

STATEMENT = "sales_commission_gamify.report_statement"


class IrActionsReport(models.Model):
    """Statements are printed one after the other: that bounds what a large batch
    takes, and works where wkhtmltopdf has no patched Qt and joins no documents."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        single = super()._render_qweb_pdf_prepare_streams
        if not res_ids or self._get_report(report_ref).report_name != STATEMENT:
            return single(report_ref, data, res_ids=res_ids)
        streams = {}
        for res_id in dict.fromkeys(res_ids):
            streams |= single(report_ref, dict(data or {}), res_ids=[res_id])
        return streams
