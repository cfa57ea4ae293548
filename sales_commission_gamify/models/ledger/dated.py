from odoo import api, fields, models

from ..design.words import say_number, say_percent


class SalesCommissionDated(models.AbstractModel):
    """A row that belongs to a measuring period of a plan."""

    _name = "sales.commission.dated"
    _description = "Commission Row of a Period"

    date_from = fields.Date(string="Period from", required=True, readonly=True)
    date_to = fields.Date(string="Period to", required=True, readonly=True)
    period_name = fields.Char(string="Period", compute="_compute_period_name")

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_period_name(self):
        periods = self.env["sales.commission.period"]
        for row in self:
            row.period_name = periods._get_name(row.date_from, row.date_to)

    def _get_sum_keys(self):
        """What is priced as one: ``{(component id, employee id, level, date_from)}``"""
        return {
            (row.component_id.id, row.employee_id.id, row.level, row.date_from)
            for row in self
        }

    @api.model
    def _say_counted(self, number, unit, currency):
        """A number of what is counted: 12 meetings are not 12 euros."""
        if unit == "percent":
            return say_percent(self.env, number)
        if unit == "number":
            return say_number(self.env, number)
        return currency.format(number)
