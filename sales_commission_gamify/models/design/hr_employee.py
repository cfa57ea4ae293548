from datetime import timedelta

from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            self._move_sales_commission_login(vals["user_id"])
        return result

    def _move_sales_commission_login(self, user_id):
        """From today on *user_id* sells for this employee and for nobody else.

        What was sold before stays with whom it was sold for.
        """
        today = fields.Date.context_today(self)
        # sudo: who manages employees needs no right on commissions
        assignments = self.env["sales.commission.assignment"].sudo()
        running = assignments.search(
            ["|", ("date_to", "=", False), ("date_to", ">=", today)]
        )
        own = running.filtered(lambda row: row.employee_id in self)
        others = (running - own).filtered(
            lambda row: row.user_id.id == user_id and row.company_id in self.company_id
        )
        for assignment in others | own.filtered(lambda row: row.user_id.id != user_id):
            if not assignment.user_id or assignment.date_from >= today:
                assignment.user_id = user_id if assignment in own else False
                continue
            end = assignment.date_to
            assignment.date_to = today - timedelta(days=1)
            if assignment in own:
                assignment.copy({"date_from": today, "date_to": end})
