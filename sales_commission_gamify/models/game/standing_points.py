from odoo import models
from odoo.tools import SQL


class SalesCommissionStanding(models.AbstractModel):
    """Who spends points, or lets them expire, falls no place back."""

    _inherit = "sales.commission.standing"

    def _get_brought_sql(self):
        return SQL("kind NOT IN ('reward', 'expiry')")
