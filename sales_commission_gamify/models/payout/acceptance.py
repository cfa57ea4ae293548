from odoo import models
from odoo.exceptions import UserError


class SalesCommissionStatement(models.Model):
    """A company may want plans to be accepted before they are paid."""

    _inherit = "sales.commission.statement"

    def action_confirm(self):
        self._check_group("group_officer")
        self._check_accepted()
        return super().action_confirm()

    def _check_accepted(self):
        """:raise UserError: for a payee who earned by a plan not accepted yet"""
        statements = self.sudo().filtered(
            "company_id.sales_commission_require_acceptance"
        )
        earned = statements.line_ids.filtered(lambda line: line.amount and line.plan_id)
        accepted = {
            (plan.id, payee.id)
            for plan, payee in self.env["sales.commission.acceptance"]
            .sudo()
            ._read_group(
                [
                    ("plan_id", "in", earned.plan_id.ids),
                    ("employee_id", "in", earned.employee_id.ids),
                ],
                ["plan_id", "employee_id"],
            )
        }
        for line in earned:
            payee = line.statement_id.employee_id
            if (line.plan_id.id, payee.id) not in accepted:
                raise UserError(
                    self.env._(
                        "%(payee)s has not accepted the plan “%(plan)s” yet, so "
                        "statement %(statement)s cannot be confirmed. Use Remind on "
                        "the plan; for a payee without a login, record the signed "
                        "paper there.",
                        payee=payee.name,
                        plan=line.plan_id.display_name,
                        statement=line.statement_id.name,
                    )
                )
