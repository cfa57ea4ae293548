from odoo import fields, models
from odoo.tools import format_date


class SalesCommissionPeriod(models.Model):
    """Where a period's statements stand in the books."""

    _inherit = "sales.commission.period"

    booked_note = fields.Char(compute="_compute_booked_note")

    def _compute_booked_note(self):
        moved = self.env["sales.commission.statement"].search(
            [("period_id", "in", self.ids), ("move_id", "!=", False)]
        )
        moved = moved.filtered("is_date_moved").grouped("period_id")
        for period in self:
            dates = moved[period].mapped("move_date") if period in moved else []
            days = ", ".join(format_date(self.env, day) for day in sorted(set(dates)))
            period.booked_note = bool(days) and self.env._(
                "Booked on %s: the books of this period are locked.", days
            )
