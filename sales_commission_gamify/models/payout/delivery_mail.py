import base64

from odoo import fields, models
from odoo.exceptions import UserError

from .delivery import PDF


class SalesCommissionDelivery(models.Model):
    _inherit = "sales.commission.delivery"

    def _work_mail(self, statements):
        # A round that failed may be tried again after somebody sent what was left.
        due = statements.filtered(
            lambda row: not row.sent_on or row.sent_on <= self.asked_on
        )
        left_out = due._send_to_payees()
        if left_out:
            names = ", ".join(left_out.sudo().employee_id.mapped("name"))
            sentence = self.env._(
                "No e-mail to %s: no address on the work contact. Set it on the "
                "employee.",
                names,
            )
            self.note = "\n".join(filter(None, [self.note, sentence]))


class SalesCommissionStatement(models.Model):
    """Statements are sent to their payees, once."""

    _inherit = "sales.commission.statement"

    sent_on = fields.Datetime(
        "Sent on",
        readonly=True,
        copy=False,
        help="When it was last put into the outbox for its payee.",
    )

    def action_draft(self):
        result = super().action_draft()
        # What is confirmed next is another statement, to be sent anew.
        self._write_step({"sent_on": False})
        return result

    def action_send(self):
        """Send those that were not sent yet, nor are waiting to be."""
        # sudo: a payee may not read deliveries, the group is checked next
        waiting = self.env["sales.commission.delivery"].sudo()
        waiting = waiting.search([("kind", "=", "mail"), ("state", "=", "waiting")])
        unsent = self.filtered(lambda row: not row.sent_on)
        return self._deliver_mails(unsent - unsent.browse(waiting.waiting_ids.ids))

    def action_send_again(self):
        return self._deliver_mails(self)

    def _deliver_mails(self, statements):
        self._check_group("group_officer", "group_accountant")
        drafts = statements.filtered(lambda row: row.state == "draft")
        if drafts:
            raise UserError(
                self.env._(
                    "Statement %(name)s of %(payee)s is a draft, and a draft is not "
                    "sent. Confirm it first.",
                    name=drafts[0].name,
                    payee=drafts[0].employee_id.sudo().name,
                )
            )
        if not statements:
            raise UserError(
                self.env._(
                    "All of these statements were sent already, or are waiting to be. "
                    "To send one a second time, open it and use Send again."
                )
            )
        # Somebody else may be sending the same ones this very moment.
        statements.sudo().lock_for_update()
        answer = None
        for period, group in statements.grouped("period_id").items():
            delivery = self.env["sales.commission.delivery"]._deliver(
                "mail", group, self.env._("E-mails for %s", period.name)
            )
            answer = delivery._get_answer()
        return answer

    def _send_to_payees(self):
        """Put an e-mail to each payee into the outbox.

        :return: the statements of payees without an address
        """
        template = self.env.ref("sales_commission_gamify.mail_template_statement")
        # sudo: payees' contacts and the mail itself are beyond an officer's rights
        statements = self.sudo()
        reachable = statements.filtered("employee_id.work_contact_id.email")
        plain = reachable.filtered(
            lambda row: not row.company_id.sales_commission_mail_pdf
        )
        if plain:
            template.sudo().send_mail_batch(plain.ids)
        for statement in reachable - plain:
            attachment = (
                self.env["ir.attachment"]
                .sudo()
                .create(statement._prepare_paper_attachment_vals())
            )
            template.sudo().send_mail(
                statement.id,
                email_values={"attachment_ids": [fields.Command.link(attachment.id)]},
            )
        reachable.write({"sent_on": fields.Datetime.now()})
        reachable._message_log_batch(
            {statement.id: statement._say_sent() for statement in reachable}
        )
        return statements - reachable

    def _prepare_paper_attachment_vals(self):
        """The PDF as its payee would print it: customers that he may not read are
        not on it, whoever sends it."""
        payee = self._get_payee_user() or self.env.ref("base.public_user")
        reports = (
            self.env["ir.actions.report"]
            .with_user(payee)
            .with_context(allowed_company_ids=self.company_id.ids)
            .sudo()  # a payee without a login has no right to his own statement
        )
        return {
            "name": f"{self.name.replace('/', '-')}.pdf",
            "datas": base64.b64encode(reports._render_qweb_pdf(PDF, self.ids)[0]),
            "res_model": "mail.message",
            "res_id": 0,
        }

    def _say_sent(self):
        return self.env._(
            "Sent to %(payee)s, %(address)s.",
            payee=self.employee_id.name,
            address=self.employee_id.work_contact_id.email,
        )

    def _get_payee_url(self):
        """Where the payee reads it: in the back office, or in the portal."""
        user = self._get_payee_user()
        if user and user._is_internal():
            return f"{self.get_base_url()}/odoo/commission-statements/{self.id}"
        return f"{self.get_base_url()}{self.access_url}"
