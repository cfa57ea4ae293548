from odoo import fields, models


class SalesCommissionThanksReversal(models.TransientModel):
    """Why thanks are taken back."""

    _name = "sales.commission.thanks.reversal"
    _description = "Take Back Thanks"

    thanks_ids = fields.Many2many("sales.commission.thanks", required=True)
    reason = fields.Text(required=True)

    def action_take_back(self):
        self.ensure_one()
        self.thanks_ids._take_back(self.reason)
        return {"type": "ir.actions.act_window_close"}
