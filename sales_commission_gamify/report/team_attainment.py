from odoo import api, fields, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    sales_commission_attainment = fields.Float(
        "Attainment %",
        compute="_compute_sales_commission_attainment",
        digits=(16, 1),
        groups="sales_commission_gamify.group_manager,"
        "sales_commission_gamify.group_accountant",
        help="What the payees of the team were credited in the periods of today, in "
        "percent of their quotas, as far as you may see them. Of components that count "
        "money and have a quota.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales_commission_attainment(self):
        # read with the user's rights: managers add up those below
        rows = self.env["sales.commission.attainment"].search_fetch(
            self._get_sales_commission_domain()
            & Domain("quota", ">", 0)
            & Domain("unit", "=", "money")
            & Domain("level", "=", 0),
            ["employee_id", "credited", "quota"],
        )
        for team in self:
            payees = team._get_sales_commission_payees()
            own = rows.filtered(lambda row, p=payees: row.employee_id.id in p)
            quota = sum(own.mapped("quota"))
            team.sales_commission_attainment = (
                100 * sum(own.mapped("credited")) / quota if quota else 0.0
            )

    def _get_sales_commission_payees(self):
        """Ids of who takes part in a plan for these teams today."""
        today = fields.Date.context_today(self)
        # sudo: who is in which team; the figures are read with the user's rights
        rows = self.env["sales.commission.assignment"].sudo()
        return set(
            rows.search(
                [
                    ("team_id", "in", self._origin.ids),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            ).employee_id._ids
        )

    def _get_sales_commission_domain(self):
        today = fields.Date.context_today(self)
        return (
            Domain("employee_id", "in", list(self._get_sales_commission_payees()))
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )

    def action_view_sales_commission_attainment(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_attainment_action"
        )
        action["domain"] = list(self._get_sales_commission_domain())
        action["context"] = {"search_default_group_payee": 1}
        return action
