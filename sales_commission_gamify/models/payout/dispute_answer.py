from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..design.access import check_group
from .dispute import OPEN


class SalesCommissionDispute(models.Model):
    """The buttons: those of who answers, and those of who asked."""

    _inherit = "sales.commission.dispute"

    def _check_answerer(self, *groups):
        check_group(self.env, *(groups or ("group_officer", "group_accountant")))
        self.check_access("read")
        self._check_not_own()

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for dispute in self:
            if dispute.state not in states:
                raise UserError(
                    self.env._(
                        "The dispute “%(subject)s” of %(payee)s is “%(state)s”: this "
                        "step is not open for it. Reload the page to see what is.",
                        subject=dispute.subject,
                        payee=dispute.employee_id.sudo().name,
                        state=labels[dispute.state],
                    )
                )

    # --- who answers ------------------------------------------------------------

    def action_review(self):
        """Somebody has seen it; nobody's becomes who looks at it."""
        self._check_answerer()
        self._check_state("new")
        # sudo: the group is checked above, the state has no writer
        for dispute in self.sudo():
            dispute.write(
                {"state": "review", "user_id": (dispute.user_id or self.env.user).id}
            )

    def action_explain(self):
        self._check_answerer()
        self._answer("explained")

    def action_reject(self):
        self._check_answerer()
        self._answer("rejected")

    def action_adjust(self):
        """An adjustment, filled in; once approved it is the answer."""
        self.ensure_one()
        self._check_answerer("group_officer")
        self._check_state(*OPEN)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjustment"),
            "res_model": "sales.commission.adjustment",
            "views": [(False, "form")],
            "context": self._get_adjustment_defaults(),
        }

    def _get_adjustment_defaults(self):
        line = self.statement_line_id or self.earning_id or self.credit_id
        return {
            "default_dispute_id": self.id,
            "default_company_id": self.company_id.id,
            "default_employee_id": self.employee_id.id,
            "default_kind": "dispute",
            "default_amount": self.amount_expected,
            "default_plan_id": line.plan_id.id,
            "default_component_id": line.component_id.id,
            "default_reason": self.answer_text or self.subject,
        }

    def _answer(self, answer):
        self._check_state(*OPEN)
        for dispute in self:
            if not (dispute.answer_text or "").strip():
                raise UserError(
                    self.env._(
                        "Write the answer that %s is to read, then send it.",
                        dispute.employee_id.sudo().name,
                    )
                )
        self._write_answer(answer, self.env.user)

    def _write_answer(self, answer, user):
        now = fields.Datetime.now()
        # sudo: checked by the button, or by the approval of the adjustment
        for dispute in self.sudo():
            dispute.write(
                {
                    "state": "answered",
                    "answer": answer,
                    "answer_user_id": user.id,
                    "answer_date": now,
                    "days_to_answer": max((now - dispute.create_date).days, 0),
                }
            )
            dispute.activity_feedback(["mail.mail_activity_data_todo"])
        self._tell_payee()

    def _take_adjustment(self, adjustment):
        """The answer is what was approved, by who entered it."""
        self.ensure_one()
        if not (self.answer_text or "").strip():
            # sudo: the accountant who approves answers what the officer prepared
            self.sudo().answer_text = adjustment.reason
        self._write_answer("adjusted", adjustment.enter_user_id)

    def _say_adjusted(self):
        approved = self.adjustment_ids.filtered(lambda row: row.state == "approved")
        return self.currency_id.format(sum(approved.mapped("amount")))

    def _tell_payee(self):
        """The answer, in the payee's language, in the thread and by mail."""
        template = self.env.ref(
            "sales_commission_gamify.mail_template_dispute_answer",
            raise_if_not_found=False,
        )
        if template and not self.env.context.get("tracking_disable"):
            # sudo: the payee's contact and the mail are beyond an officer's rights
            self.sudo().message_post_with_source(
                template.sudo(), message_type="comment", subtype_xmlid="mail.mt_comment"
            )

    # --- who asked --------------------------------------------------------------

    def _check_payee(self):
        self.check_access("read")
        if self.sudo().employee_id - self._get_own_payees():
            raise AccessError(
                self.env._("Only who asked can close or reopen a dispute.")
            )

    def action_close(self):
        """The payee is content, or needs no answer any more. An officer closes what
        is answered."""
        if self.sudo().employee_id - self._get_own_payees():
            self._check_answerer()
            self._check_state("answered")
        else:
            self._check_payee()
            self._check_state(*OPEN, "answered")
        # sudo: checked above, the state has no writer
        self.sudo().write({"state": "closed"})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_reopen(self, message=None):
        """By the payee, whom the answer does not satisfy."""
        self._check_payee()
        self._check_state("answered", "closed")
        today = fields.Date.context_today(self)
        # sudo: checked above, the state has no writer
        for dispute in self.sudo():
            days = dispute.company_id.sales_commission_dispute_days
            dispute.write(
                {
                    "state": "review",
                    "answer": False,
                    "answer_user_id": False,
                    "answer_date": False,
                    "days_to_answer": 0,
                    "reopen_count": dispute.reopen_count + 1,
                    "deadline": fields.Date.add(today, days=days),
                }
            )
        if message and message.strip():
            for dispute in self:
                dispute.message_post(
                    body=message,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )

    def action_view_adjustments(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_adjustment_action"
        )
        action["domain"] = [("dispute_id", "in", self.ids)]
        action["context"] = {"create": False}
        return action

    def action_view_statement(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.commission.statement",
            "res_id": self.statement_id.id,
            "views": [(False, "form")],
        }


class SalesCommissionAdjustment(models.Model):
    """One that answers a dispute."""

    _inherit = "sales.commission.adjustment"

    dispute_id = fields.Many2one(
        "sales.commission.dispute",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        copy=False,
        help="The dispute that it answers. The payee is told once it is approved.",
    )

    @api.constrains("dispute_id", "employee_id")
    def _check_dispute(self):
        for adjustment in self.filtered("dispute_id"):
            dispute = adjustment.dispute_id
            if dispute.employee_id != adjustment.employee_id:
                raise UserError(
                    self.env._(
                        "The dispute “%(subject)s” is of %(payee)s: its adjustment is "
                        "paid to nobody else.",
                        subject=dispute.subject,
                        payee=dispute.employee_id.sudo().name,
                    )
                )
            dispute._check_not_own()

    @api.model_create_multi
    def create(self, vals_list):
        adjustments = super().create(vals_list)
        new = adjustments.dispute_id.filtered(lambda dispute: dispute.state == "new")
        # sudo: who enters the adjustment has looked at it, the state has no writer
        new.sudo().write({"state": "review"})
        return adjustments

    def write(self, vals):
        self.filtered(lambda row: row.state == "draft").dispute_id._check_not_own()
        return super().write(vals)

    def action_approve(self):
        result = super().action_approve()
        for adjustment in self.filtered("dispute_id"):
            dispute = adjustment.dispute_id
            if dispute.state in OPEN:
                dispute._take_adjustment(adjustment)
        return result
