import base64

from odoo import api, models
from odoo.fields import Command
from odoo.tools import file_open

MODULE = "sales_commission_gamify"
NAME = f"{MODULE}.spreadsheet_dashboard_commissions"
FILE = f"{MODULE}/data/files/commissions_dashboard.json"


class SalesCommissionAnalysis(models.Model):
    """The same figures in Odoo's app Dashboards, where it is installed."""

    _inherit = "sales.commission.analysis"

    def _register_hook(self):
        """Either may be installed first, so it is looked for once all apps are loaded;
        and only then when one of the two was installed or updated."""
        result = super()._register_hook()
        if {"spreadsheet_dashboard", MODULE} & set(self.pool.updated_modules):
            self._load_spreadsheet_dashboard()
        return result

    @api.model
    def _load_spreadsheet_dashboard(self):
        """Make the dashboard, or bring its sheets up to this version."""
        if "spreadsheet.dashboard" not in self.env:
            return None
        with file_open(FILE, "rb") as file:
            sheets = base64.b64encode(file.read())
        dashboard = self.env.ref(NAME, raise_if_not_found=False)
        if dashboard:
            dashboard.spreadsheet_binary_data = sheets
            return dashboard
        return self.env["spreadsheet.dashboard"]._load_records(
            [
                {
                    "xml_id": NAME,
                    "noupdate": True,
                    "values": self._prepare_spreadsheet_dashboard(sheets),
                }
            ]
        )

    @api.model
    def _prepare_spreadsheet_dashboard(self, sheets):
        group = "spreadsheet_dashboard.spreadsheet_dashboard_group_sales"
        return {
            "name": "Commissions",
            "spreadsheet_binary_data": sheets,
            "dashboard_group_id": self.env.ref(group).id,
            "group_ids": [Command.set(self.env.ref(f"{MODULE}.group_officer").ids)],
            "sequence": 300,
            "is_published": True,
        }
