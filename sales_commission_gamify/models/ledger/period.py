from odoo import api, fields, models

from ...engine import periods
from ..design.access import check_group


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    @api.model
    def action_open(self):
        """The list of pay periods, up to the current one."""
        check_group(self.env, "group_officer", "group_accountant")
        for company in self.env.companies:
            # sudo: nobody may make periods that do not tile the calendar
            self.sudo()._create_missing(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_period_action"
        )

    @api.model
    def _create_missing(self, company):
        """Make the pay periods of *company* from its first earning until today."""
        [(first,)] = self.env["sales.commission.earning"]._read_group(
            [("company_id", "=", company.id)], aggregates=["date_from:min"]
        )
        if not first:
            return self.browse()
        known = set(
            self.search([("company_id", "=", company.id)]).mapped("date_from")
        )
        return self.create(
            [
                {"company_id": company.id, "date_from": start, "date_to": end}
                for start, end in periods.tile(
                    "month", first, max(first, fields.Date.context_today(self))
                )
                if start not in known
            ]
        )
