from odoo import fields, models


class AccountAnalyticDistributionModel(models.Model):
    """Odoo's rules for analytic distributions, by plan and by where a payee works."""

    _inherit = "account.analytic.distribution.model"

    sales_commission_plan_id = fields.Many2one(
        "sales.commission.plan",
        string="Commission Plan",
        ondelete="cascade",
        check_company=True,
        help="Only for the expense of commissions that this plan pays.",
    )
    sales_commission_department_id = fields.Many2one(
        "hr.department",
        string="Payee's Department",
        ondelete="cascade",
        check_company=True,
        help="Only for the commission expense of payees of this department.",
    )
    sales_commission_team_id = fields.Many2one(
        "crm.team",
        string="Payee's Sales Team",
        ondelete="cascade",
        check_company=True,
        help="Only for the commission expense of payees of this sales team.",
    )

    def _get_default_search_domain_vals(self):
        """What is no commission finds none of our rules."""
        return super()._get_default_search_domain_vals() | {
            "sales_commission_plan_id": False,
            "sales_commission_department_id": False,
            "sales_commission_team_id": False,
        }
