from odoo import api, fields, models


class SalesCommissionDated(models.AbstractModel):
    """A row that belongs to a measuring period of a plan."""

    _name = "sales.commission.dated"
    _description = "Commission Row of a Period"

    date_from = fields.Date(string="Period from", required=True, readonly=True)
    date_to = fields.Date(string="Period to", required=True, readonly=True)
    period_name = fields.Char(string="Period", compute="_compute_period_name")

    @api.depends("date_from", "date_to")
    def _compute_period_name(self):
        periods = self.env["sales.commission.period"]
        for row in self:
            row.period_name = periods._get_name(row.date_from, row.date_to)
