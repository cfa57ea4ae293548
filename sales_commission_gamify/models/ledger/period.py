from odoo import api, fields, models

from ...engine import periods


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    @api.model
    def _create_missing(self, company):
        """Make the pay periods of *company* from its first earning until today."""
        today = fields.Date.context_today(self)
        [(first,)] = self.env["sales.commission.earning"]._read_group(
            [("company_id", "=", company.id)], aggregates=["date_to:min"]
        )
        known = set(self.search([("company_id", "=", company.id)]).mapped("date_from"))
        return self.create(
            [
                {"company_id": company.id, "date_from": start, "date_to": end}
                for start, end in periods.tile(
                    "month", min(first or today, today), today
                )
                if start not in known
            ]
        )
