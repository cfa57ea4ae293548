from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Every payment and un-payment of a payable line goes through here."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._get_sales_commission_statements()._sync_payment_state()
        return partials

    def unlink(self):
        statements = self._get_sales_commission_statements()
        result = super().unlink()
        statements._sync_payment_state()
        return result

    def _get_sales_commission_statements(self):
        if not self:  # Odoo deletes nothing a hundred times while it posts
            return self.env["sales.commission.statement"]
        # sudo: who reconciles a payment needs no right on commissions
        lines = (self.debit_move_id | self.credit_move_id).sudo()
        bills = lines.move_id.filtered(lambda move: move.is_purchase_document())
        return (
            lines.sales_commission_statement_id
            | bills._get_sales_commission_statements()
        )
