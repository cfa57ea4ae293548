from odoo import api, fields, models
from odoo.tools import format_date

from .dispute import OPEN


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_dispute_remind_days = fields.Integer(
        string="Remind of Disputes before (days)",
        default=1,
        help="The owner of a dispute is reminded so many days before its deadline, and "
        "once more when it has passed.",
    )

    _dispute_remind_days_positive = models.Constraint(
        "CHECK (COALESCE(sales_commission_dispute_remind_days, 0) >= 0)",
        "The days before the deadline of a dispute cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_dispute_remind_days = fields.Integer(
        related="company_id.sales_commission_dispute_remind_days", readonly=False
    )


class SalesCommissionDispute(models.Model):
    """The owner is told before the deadline, and when it has passed: once each, for
    each owner and deadline."""

    _inherit = "sales.commission.dispute"

    reminded_on = fields.Date(readonly=True, copy=False)
    overdue_told_on = fields.Date(readonly=True, copy=False)

    def write(self, vals):
        if vals.keys() & {"user_id", "deadline"}:
            vals = {**vals, "reminded_on": False, "overdue_told_on": False}
        return super().write(vals)

    @api.model
    def _cron_remind(self):
        today = fields.Date.context_today(self)
        waiting = self.search(
            [
                ("state", "in", OPEN),
                ("user_id", "!=", False),
                ("deadline", "!=", False),
                ("overdue_told_on", "=", False),
            ]
        )
        for dispute in waiting:
            days = dispute.company_id.sales_commission_dispute_remind_days
            if dispute.deadline < today:
                dispute._remind(overdue=True)
            elif not dispute.reminded_on and dispute.deadline <= fields.Date.add(
                today, days=days
            ):
                dispute._remind(overdue=False)

    def _remind(self, overdue):
        """To the owner's inbox or by e-mail, as the owner prefers; the payee does not
        read it. An activity that was ticked off too early comes back."""
        owner = self.user_id
        if not owner.active:
            return
        in_words = self.with_context(lang=owner.lang or self.env.lang)
        if not self.activity_search(["mail.mail_activity_data_todo"]):
            in_words._tell_owner()
        subject, body = in_words._say_reminder(overdue)
        self.message_notify(
            partner_ids=owner.partner_id.ids, subject=subject, body=body
        )
        field = "overdue_told_on" if overdue else "reminded_on"
        self[field] = fields.Date.context_today(self)

    def _say_reminder(self, overdue):
        """``(subject, body)``"""
        values = {
            "payee": self.employee_id.name,
            "subject": self.subject,
            "day": format_date(self.env, self.deadline),
        }
        if overdue:
            return (
                self.env._("Overdue: answer %s", self.employee_id.name),
                self.env._(
                    "%(payee)s asked about “%(subject)s” and was to have an answer by "
                    "%(day)s. Explain, adjust or reject it, or set another deadline.",
                    **values,
                ),
            )
        return (
            self.env._("Answer %(payee)s by %(day)s", **values),
            self.env._(
                "%(payee)s asked about “%(subject)s” and is to have an answer by "
                "%(day)s.",
                **values,
            ),
        )
