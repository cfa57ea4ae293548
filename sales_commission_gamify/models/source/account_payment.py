from odoo import models

# What the bank gave back: Odoo keeps the entry, and its match with the invoice.
BOUNCED = ("rejected", "canceled")


class AccountPayment(models.Model):
    """The door for payments that bounce without their entry being touched."""

    _inherit = "account.payment"

    def write(self, vals):
        before = self.filtered(lambda payment: payment.state in BOUNCED)
        result = super().write(vals)
        if "state" in vals:
            after = self.filtered(lambda payment: payment.state in BOUNCED)
            changed = (before | after) - (before & after)
            changed.move_id._sales_commission_touch()
        return result
