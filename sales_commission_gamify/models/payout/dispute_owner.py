from odoo import api, models

from .dispute import OPEN


class SalesCommissionDispute(models.Model):
    """Who sees to a dispute, and how that user gets to know."""

    _inherit = "sales.commission.dispute"

    @api.model
    def _get_owner(self, payee):
        """Whom the company set, else the leader of the payee's sales team when an
        officer, else the first officer of the company; never the payee."""
        # sudo: who asks may not read users
        users = self.env["res.users"].sudo()
        officers = users.search(
            [
                ("all_group_ids", "in", self._get_officer_group().ids),
                ("company_ids", "in", payee.company_id.ids),
                ("share", "=", False),
            ],
            order="id",
        ).filtered(lambda user: not payee._is_sales_commission_user(user))
        preferred = (
            payee.company_id.sales_commission_dispute_user_id
            | payee.user_id.sale_team_id.user_id
        )
        able = [user for user in preferred if user in officers]
        return able[0] if able else officers[:1]

    @api.model
    def _get_officer_group(self):
        return self.env.ref("sales_commission_gamify.group_officer")

    def _tell_owner(self):
        """An activity, until it is answered."""
        # sudo: who asks may not plan the work of officers
        for dispute in self.sudo():
            if dispute.user_id and dispute.state in OPEN:
                dispute.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=dispute.deadline,
                    summary=self.env._("Answer %s", dispute.employee_id.name),
                    user_id=dispute.user_id.id,
                )
