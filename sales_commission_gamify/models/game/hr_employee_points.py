from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    sales_commission_points = fields.Integer(
        string="Points",
        compute="_compute_sales_commission_points",
        groups="sales_commission_gamify.group_manager,"
        "sales_commission_gamify.group_accountant",
    )

    @api.depends_context("uid")
    def _compute_sales_commission_points(self):
        # as the user: who may not read the rows gets no sum of them
        sums = dict(
            self.env["sales.commission.point"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["points:sum"]
            )
        )
        for employee in self:
            employee.sales_commission_points = sums.get(employee._origin, 0)

    def _get_sales_commission_allowance(self):
        """Points that the employee may give to others each month."""
        self.ensure_one()
        company = self.company_id
        user = self.user_id  # none for who only has portal access by the contact
        if user and user.has_group("sales_commission_gamify.group_manager"):
            return company.sales_commission_thanks_manager_allowance
        return company.sales_commission_thanks_allowance

    def _is_sales_commission_hidden(self):
        """Whether the payee is not to be named before others."""
        self.ensure_one()
        # sudo: a colleague may not ask, but must not be told either
        return self.sudo().sales_commission_is_hidden
