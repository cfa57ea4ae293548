from odoo import api, models


class AccountPartialReconcile(models.Model):
    """The door for payments: everything that pays or un-pays an invoice makes or
    deletes one of these rows."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._sales_commission_touch_paid()
        return partials

    def unlink(self):
        if not self:
            return super().unlink()
        paid = self._sales_commission_get_paid()
        result = super().unlink()
        paid.exists()._sales_commission_touch()
        return result

    def _sales_commission_get_paid(self):
        """The invoices and credit notes that these rows pay; none while no plan
        counts what is collected."""
        # sudo: who reconciles a payment may not read the invoice
        moves = self.env["account.move"].sudo()
        if self and self.env["sales.commission.measure"]._has_live(["payment"]):
            partials = self.sudo()
            moves = partials.debit_move_id.move_id | partials.credit_move_id.move_id
            moves = moves._sales_commission_filter()
        return moves.with_context(sales_commission_sources=("payment",))

    def _sales_commission_touch_paid(self):
        self._sales_commission_get_paid()._sales_commission_touch()
