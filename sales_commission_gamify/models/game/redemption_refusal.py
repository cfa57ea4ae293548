from odoo import fields, models
from odoo.exceptions import UserError


class SalesCommissionRedemptionRefusal(models.TransientModel):
    """Why a reward is refused, before it is."""

    _name = "sales.commission.redemption.refusal"
    _description = "Refuse Redemptions"

    redemption_ids = fields.Many2many(
        "sales.commission.redemption",
        "sales_commission_redemption_refusal_rel",
        required=True,
    )
    reason = fields.Char(required=True, help="The payee reads it.")

    def action_refuse(self):
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why: the payee reads it."))
        self.redemption_ids.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
