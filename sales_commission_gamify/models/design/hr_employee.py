from contextlib import ExitStack
from datetime import timedelta

from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        hierarchies = self.env["sales.commission.hierarchy"]
        # who is new was never below anybody else: the line holds since ever
        with (
            hierarchies._following("manager", since_ever=True),
            hierarchies._following("team", since_ever=True),
        ):
            return super().create(vals_list)

    def write(self, vals):
        hierarchies = self.env["sales.commission.hierarchy"]
        with ExitStack() as stack:
            if vals.keys() & {"parent_id", "company_id", "active"}:
                stack.enter_context(hierarchies._following("manager"))
            if vals.keys() & {"user_id", "company_id", "active"}:
                stack.enter_context(hierarchies._following("team"))
            result = super().write(vals)
        if vals.get("user_id"):
            self._move_sales_commission_login(vals["user_id"])
        return result

    def _is_sales_commission_user(self, user):
        """Whether *user* is this payee, by the login or by the contact."""
        self.ensure_one()
        return self.user_id == user or self.work_contact_id == user.partner_id

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
