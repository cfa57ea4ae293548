from odoo import api, models


class SalesCommissionRun(models.Model):
    _inherit = "sales.commission.run"

    @api.model
    def _is_rewarded(self):
        return super()._is_rewarded() or self.env["sales.commission.point"]._is_given()

    def _after_credit(self, credit):
        result = super()._after_credit(credit)
        self.env["sales.commission.point"]._apply(credit)
        return result
