from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_four_eyes = fields.Boolean(
        "Confirmed and Approved by Two People",
        help="Who confirmed a statement may then not approve it.",
    )
    sales_commission_second_above = fields.Monetary(
        "Second Approval above",
        help="A statement that pays more is approved by two accountants before it is "
        "posted. 0: one approval is always enough.",
    )

    _sales_commission_second_above_positive = models.Constraint(
        "CHECK (COALESCE(sales_commission_second_above, 0) >= 0)",
        "The amount above which a commission statement needs a second approval "
        "cannot be negative. 0 turns the second approval off.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_four_eyes = fields.Boolean(
        related="company_id.sales_commission_four_eyes", readonly=False
    )
    sales_commission_second_above = fields.Monetary(
        related="company_id.sales_commission_second_above",
        readonly=False,
    )


class SalesCommissionStatement(models.Model):
    """Who may approve whose statement, and which ones twice."""

    _inherit = "sales.commission.statement"

    needs_second_approval = fields.Boolean(
        readonly=True,
        copy=False,
        help="It pays more than one approval is enough for, by the settings on the "
        "day of the first one.",
    )
    second_approve_user_id = fields.Many2one(
        "res.users", "Second approval by", readonly=True, copy=False
    )
    is_second_pending = fields.Boolean(
        "Waits for a second approval",
        compute="_compute_is_second_pending",
        search="_search_is_second_pending",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "needs_second_approval",
            "second_approve_user_id",
        }

    @api.depends("state", "needs_second_approval", "second_approve_user_id")
    def _compute_is_second_pending(self):
        for statement in self:
            statement.is_second_pending = (
                statement.state == "approved"
                and statement.needs_second_approval
                and not statement.second_approve_user_id
            )

    def _search_is_second_pending(self, operator, value):
        if operator != "in":
            return NotImplemented
        pending = (
            Domain("state", "=", "approved")
            & Domain("needs_second_approval", "=", True)
            & Domain("second_approve_user_id", "=", False)
        )
        if set(value) == {True, False}:
            return Domain.TRUE
        return pending if True in value else ~pending

    def action_approve(self):
        """The first time, or the second where that is needed."""
        self._check_group("group_accountant")
        second = self.filtered("is_second_pending")
        second._check_approver()
        second._check_second_approver()
        first = self - second
        result = super(SalesCommissionStatement, first).action_approve()
        # sudo: which follows from the step, checked above
        first.filtered(lambda row: row._is_above_one_approval()).sudo().write(
            {"needs_second_approval": True}
        )
        second.sudo().write({"second_approve_user_id": self.env.uid})
        return result

    def _is_above_one_approval(self):
        # sudo: an accountant may not read all settings
        limit = self.company_id.sudo().sales_commission_second_above
        above = self.currency_id.compare_amounts(self.amount_payable, limit) > 0
        return bool(limit) and above

    def _check_approver(self):
        result = super()._check_approver()
        confirmed = self.filtered(
            lambda row: (
                row.company_id.sudo().sales_commission_four_eyes  # sudo: as above
                and row.confirm_user_id == self.env.user
            )
        )
        if confirmed:
            raise UserError(
                self.env._(
                    "You confirmed statement %(name)s of %(payee)s: in %(company)s "
                    "somebody else has to approve it.",
                    name=confirmed[0].name,
                    payee=confirmed[0].employee_id.sudo().name,
                    company=confirmed[0].company_id.name,
                )
            )
        return result

    def _check_second_approver(self):
        own = self.filtered(lambda row: row.approve_user_id == self.env.user)
        if own:
            raise UserError(
                self.env._(
                    "You approved statement %(name)s of %(payee)s already. It pays "
                    "%(amount)s: another accountant has to approve it, too.",
                    name=own[0].name,
                    payee=own[0].employee_id.sudo().name,
                    amount=own[0].currency_id.format(own[0].amount_payable),
                )
            )

    def action_post(self):
        self._check_group("group_accountant")
        pending = self.filtered("is_second_pending")
        if pending:
            raise UserError(
                self.env._(
                    "Statement %(name)s of %(payee)s pays %(amount)s and waits for a "
                    "second approval: another accountant than %(first)s has to "
                    "approve it before it is posted.",
                    name=pending[0].name,
                    payee=pending[0].employee_id.sudo().name,
                    amount=pending[0].currency_id.format(pending[0].amount_payable),
                    first=pending[0].approve_user_id.sudo().name,
                )
            )
        return super().action_post()

    def action_draft(self):
        result = super().action_draft()
        # sudo: by the step, checked there
        self.sudo().write(
            {"needs_second_approval": False, "second_approve_user_id": False}
        )
        return result


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    def _get_payroll_statements(self):
        """None that still waits to be approved."""
        found = super()._get_payroll_statements()
        return found.filtered(lambda row: not row.is_second_pending)
