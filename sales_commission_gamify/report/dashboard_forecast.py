from odoo import api, fields, models

from ..engine import periods


class SalesCommissionDashboard(models.AbstractModel):
    """What the current month comes to, beside what it has earned."""

    _inherit = "sales.commission.dashboard"

    @api.model
    @api.readonly
    def get_my_forecast(self):
        """Asked after the page is shown, for it looks through all open orders.

        :return: ``{"month", "total_text", "rows": [{"name", "amount", "text"}]}``, or
            False where nothing is on its way
        """
        payees, _elsewhere = self._get_payees_of_one_company()
        if not payees:
            return False
        month = periods.period_of(fields.Date.context_today(self), "month")
        # sudo: open orders of the user's own payees, of which sums are shown
        runs = self.env["sales.commission.run"].sudo()
        forecasts = runs._get_forecast(payees, month).values()
        currency = payees.company_id.currency_id
        names = {
            "earned": self.env._("Earned so far"),
            "orders": self.env._("Orders still to be invoiced"),
            "quotations": self.env._("Quotations, by how likely they are won"),
            "opportunities": self.env._("Opportunities, by how likely they are won"),
        }
        sums = {name: sum(row.get(name, 0) for row in forecasts) for name in names}
        if not (sums["orders"] or sums["quotations"] or sums["opportunities"]):
            return False
        if not sums["opportunities"]:  # the app may not even be there
            del names["opportunities"]
        return {
            "month": self._get_month(month, month.last)["name"],
            "total_text": currency.format(sum(sums.values())),
            "rows": [
                {
                    "key": name,
                    "name": label,
                    "amount": sums[name],
                    "text": currency.format(sums[name]),
                }
                for name, label in names.items()
            ],
        }
