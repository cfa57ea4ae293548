from odoo import models


class SalesCommissionRun(models.Model):
    _inherit = "sales.commission.run"

    def _after_credit(self, credit):
        result = super()._after_credit(credit)
        self.env["sales.commission.point"]._apply(credit)
        return result
