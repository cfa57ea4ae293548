from odoo import models


class SalesCommissionStatement(models.Model):
    """What a statement comes to: its lines, and what was brought forward."""

    _inherit = "sales.commission.statement"

    def _check_sums(self):
        """To pay and carried forward are what the lines and what was brought forward
        come to, whether a negative total is carried or asked back."""
        money = self.currency_id
        total = money.round(sum(self.line_ids.mapped("amount")))
        whole = money.round(total + self.amount_opening)
        told = money.round(self.amount_payable + self.amount_closing)
        rows = []
        for title, then, now in (
            ("amount_total", self.amount_total, total),
            ("amount_payable", told, whole),
        ):
            if money.compare_amounts(then, now):
                name = self._fields[title]._description_string(self.env)
                rows.append(self._get_check_row("total", then, now, name))
        # what is more than 0 is paid, what is less is carried or asked back as a whole
        pair = money.round(self.amount_payable), money.round(self.amount_closing)
        if not rows and pair not in ((max(whole, 0), min(whole, 0)), (whole, 0)):
            name = self._fields["amount_closing"]._description_string(self.env)
            now = min(whole, 0)
            rows.append(self._get_check_row("total", self.amount_closing, now, name))
        return rows
