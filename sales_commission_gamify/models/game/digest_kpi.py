from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .point_budget import GIVING


class DigestDigest(models.Model):
    """For managers, in Odoo's own digest: of the payees whose figures they may read."""

    _inherit = "digest.digest"

    kpi_sales_commission_earned = fields.Boolean("Commissions Earned")
    kpi_sales_commission_earned_value = fields.Monetary(
        compute="_compute_kpi_sales_commission_earned_value"
    )
    kpi_sales_commission_points = fields.Boolean("Points Given")
    kpi_sales_commission_points_value = fields.Integer(
        compute="_compute_kpi_sales_commission_points_value"
    )
    kpi_sales_commission_players = fields.Boolean("Payees Who Got Points")
    kpi_sales_commission_players_value = fields.Integer(
        compute="_compute_kpi_sales_commission_players_value"
    )

    def _compute_kpi_sales_commission_earned_value(self):
        self._check_sales_commission_reader()
        self._calculate_company_based_kpi(
            "sales.commission.earning",
            "kpi_sales_commission_earned_value",
            sum_field="amount",
        )

    def _compute_kpi_sales_commission_points_value(self):
        self._check_sales_commission_reader()
        self._calculate_company_based_kpi(
            "sales.commission.point",
            "kpi_sales_commission_points_value",
            additional_domain=[("kind", "in", GIVING)],
            sum_field="points",
        )

    def _compute_kpi_sales_commission_players_value(self):
        self._check_sales_commission_reader()
        start, end, companies = self._get_kpi_compute_parameters()
        counts = dict(
            self.env["sales.commission.point"]._read_group(
                Domain("company_id", "in", companies.ids)
                & Domain("create_date", ">=", start)
                & Domain("create_date", "<", end)
                & Domain("kind", "in", GIVING),
                ["company_id"],
                ["employee_id:count_distinct"],
            )
        )
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_sales_commission_players_value = counts.get(company, 0)

    def _check_sales_commission_reader(self):
        if not self.env.user.has_group("sales_commission_gamify.group_manager"):
            raise AccessError(
                self.env._("Figures of commissions are for their managers.")
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("sales_commission_gamify.menu_root").id
        earnings = (
            f"sales_commission_gamify.sales_commission_earning_action?menu_id={menu}"
        )
        points = f"sales_commission_gamify.sales_commission_point_action?menu_id={menu}"
        return actions | {
            "kpi_sales_commission_earned": earnings,
            "kpi_sales_commission_points": points,
            "kpi_sales_commission_players": points,
        }
