from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_digest = fields.Boolean(
        "Weekly E-mail to Payees",
        help="What each payee earned in the week, points, badges, the way to the next "
        "better place and running challenges.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_digest = fields.Boolean(
        related="company_id.sales_commission_digest", readonly=False
    )


class HrEmployee(models.Model):
    """The switch is the payee's own: by the preferences or by a link in the e-mail,
    since not every payee has a login."""

    _inherit = "hr.employee"

    sales_commission_digest = fields.Boolean(
        "Weekly E-mail of Commissions",
        default=True,
        groups="hr.group_hr_user",
    )


class ResUsers(models.Model):
    _inherit = "res.users"

    sales_commission_digest = fields.Boolean(
        "My Week by E-mail",
        compute="_compute_sales_commission_digest",
        inverse="_inverse_sales_commission_digest",
        help="What you earned in the week, points, badges and challenges, where your "
        "company sends it.",
    )

    def _compute_sales_commission_digest(self):
        for user in self:
            payees = user._get_sales_commission_payees()
            user.sales_commission_digest = not payees or any(
                payees.mapped("sales_commission_digest")
            )

    def _inverse_sales_commission_digest(self):
        for user in self:
            payees = user._get_sales_commission_payees()
            payees.sales_commission_digest = user.sales_commission_digest

    def _get_sales_commission_payees(self):
        """In sudo: users may not read employees; only the own ones are found."""
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                Domain("user_id", "in", self.ids)
                | Domain("work_contact_id", "in", self.partner_id.ids)
            )
        )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "sales_commission_digest"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "sales_commission_digest"]
