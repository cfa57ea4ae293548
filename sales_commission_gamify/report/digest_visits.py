from odoo import fields, models
from odoo.fields import Domain


class DigestDigest(models.Model):
    """How many payees looked at their figures, in Odoo's own digest."""

    _inherit = "digest.digest"

    kpi_sales_commission_looked = fields.Boolean("Payees Who Looked")
    kpi_sales_commission_looked_value = fields.Integer(
        compute="_compute_kpi_sales_commission_looked_value"
    )

    def _compute_kpi_sales_commission_looked_value(self):
        self._check_sales_commission_reader()
        start, end, companies = self._get_kpi_compute_parameters()
        counts = dict(
            self.env["sales.commission.visit"]._read_group(
                Domain("company_id", "in", companies.ids)
                & Domain("create_date", ">=", start)
                & Domain("create_date", "<", end),
                ["company_id"],
                ["employee_id:count_distinct"],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_sales_commission_looked_value = counts.get(company, 0)

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("sales_commission_gamify.menu_root").id
        return super()._compute_kpis_actions(company, user) | {
            "kpi_sales_commission_looked": "sales_commission_gamify."
            f"sales_commission_visit_action?menu_id={menu}"
        }
