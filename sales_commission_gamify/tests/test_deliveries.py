import base64
import io
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from ..models.payout import delivery as delivery_module
from .test_statement_files import FilesCase


class DeliveryCase(FilesCase):
    def setUp(self):
        super().setUp()
        self.officer = self._user("officer")
        self.period = self._period().with_user(self.officer)
        self.deliveries = self.env["sales.commission.delivery"].sudo()
        for payee in (self.ann, self.desk):
            payee.sudo().work_contact_id.email = f"{payee.name.lower()}@example.com"

    def _in_background(self):
        """More statements than are done at once, in steps of one."""
        kinds = dict.fromkeys(delivery_module.AT_ONCE, 0)
        self.patch(delivery_module, "AT_ONCE", kinds)
        self.patch(delivery_module, "STEP", 1)

    def _run_cron(self, seconds=float("inf")):
        progress = []

        def commit(_crons, processed=0, *, remaining=None):
            progress.append(processed)
            self.env.flush_all()
            return seconds

        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", commit):
            self.deliveries._cron_deliver()
        return progress

    def _mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "sales.commission.statement")], order="id")
        )

    def _made(self):
        return self.period.delivery_ids.sorted("id")[-1]


@tagged("post_install", "-at_install")
class TestDeliveries(DeliveryCase):
    def test_few_at_once(self):
        for button, begin in (
            ("action_deliver_pdf", None),
            ("action_deliver_workbook", b"PK"),
        ):
            action = getattr(self.period, button)()
            made = self._made()
            with self.subTest(button=button):
                self.assertEqual(action["type"], "ir.actions.act_url")
                self.assertEqual((made.state, made.progress), ("done", 100))
                content = base64.b64decode(made.data)
                self.assertTrue(content.startswith(begin or b""))
                self.assertTrue(content)

    def test_many_in_steps(self):
        self._in_background()
        self.env["ir.cron.trigger"].sudo().search([]).unlink()
        answer = self.period.action_deliver_pdf()
        made = self._made()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("2 statements are worked", answer["params"]["message"])
        self.assertEqual((made.state, made.progress), ("waiting", 0))
        self.assertTrue(
            self.env["ir.cron.trigger"]
            .sudo()
            .search(
                [
                    (
                        "cron_id",
                        "=",
                        self.env.ref("sales_commission_gamify.ir_cron_deliver").id,
                    )
                ]
            )
        )
        self._run_cron(seconds=0)
        self.assertEqual((made.state, made.done_count), ("waiting", 1))
        self.assertEqual(made.progress, 50)

    def test_one_pdf_of_all_in_the_order_of_numbers(self):
        """Printed for real, in two steps, and joined."""
        self._print_alone()
        self._in_background()
        self.period.action_deliver_pdf()
        made = self._made()
        cron = self.deliveries.with_context(force_report_rendering=True)
        made.with_env(cron.env)._work()
        made.with_env(cron.env)._work()
        self.assertEqual(made.state, "done")
        pdf = base64.b64decode(made.data)
        pages = PdfFileReader(io.BytesIO(pdf), strict=False).pages
        text = [page.extract_text() for page in pages]
        self.assertEqual(len(text), 4)
        self.assertIn(self.statements.sorted("number")[0].name, text[0])
        self.assertIn(self.statements.sorted("number")[1].name, text[2])

    def test_a_failure_is_kept_and_tried_again(self):
        self._in_background()
        self.period.action_deliver_workbook()
        made = self._made()
        books = type(self.env["sales.commission.workbook"])
        for error, said in (
            (UserError("No program"), "No program"),
            (ValueError("odd"), r"unexpected happened \(odd\)"),
        ):
            with (
                patch.object(books, "_make", side_effect=error),
                patch.object(delivery_module._logger, "exception"),
            ):
                self._run_cron()
            self.assertEqual(made.state, "failed")
            self.assertRegex(made.note, said)
            made.action_retry()
            self.assertEqual((made.state, made.note), ("waiting", False))
        self._run_cron()
        self.assertEqual(made.state, "done")

    def test_who_tries_again_answers_for_it(self):
        """An officer cannot let a round go on in the name of an accountant, who saw
        the statements as they were before."""
        accountant = self._user("accountant")
        self.statements.with_user(self.officer).filtered(
            lambda row: row.state == "draft"
        ).action_confirm()
        with patch.object(type(self.statements), "action_approve") as approve:
            approve.side_effect = ValueError("odd")
            self._in_background()
            self.period.with_user(accountant).action_approve_all()
            with patch.object(delivery_module._logger, "exception"):
                self._run_cron()
        made = self.period.round_ids.sorted("id")[-1]
        self.assertEqual((made.state, made.user_id), ("failed", accountant))
        made.with_user(self.officer).action_retry()
        with patch.object(delivery_module._logger, "exception"):
            self._run_cron()
        self.assertNotIn("approved", self.statements.mapped("state"))
        self.assertEqual((made.state, made.user_id), ("failed", self.officer))
        made.with_user(accountant).action_retry()
        self._run_cron()
        self.assertEqual(made.state, "done")
        self.assertEqual(self.statements.approve_user_id, accountant)

    def test_rights(self):
        self.period.action_deliver_pdf()
        made = self._made()
        accountant = self._user("accountant")
        self.assertTrue(made.with_user(accountant).data)
        for user in (self.ann.user_id, self.gil, self._user("manager")):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._period().with_user(user).action_deliver_pdf()
                with self.assertRaises(AccessError):
                    made.with_user(user).action_download()

    def test_nothing_to_deliver(self):
        empty = self._period("2026-05-31").with_user(self.officer)
        with self._refused("no statements yet", UserError):
            empty.action_deliver_pdf()
        with self._refused("No statement of May 2026 is confirmed", UserError):
            empty.action_send_statements()


@tagged("post_install", "-at_install")
class TestMails(DeliveryCase):
    def test_a_mail_to_each_payee_in_the_queue(self):
        self.period.action_send_statements()
        mails = self._mails()
        self.assertEqual(mails.recipient_ids, (self.ann + self.desk).work_contact_id)
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})
        self.assertTrue(all(self.statements.mapped("sent_on")))
        ann = mails.filtered(lambda m: m.res_id == self.statement.id)
        self.assertIn("January 2026", ann.subject)
        self.assertIn("75.00", ann.body_html)
        self.assertFalse(mails.attachment_ids)
        note = self.statement.message_ids.filtered(lambda m: "Sent to" in m.body)
        self.assertIn("ann@example.com", note.body)

    def test_link_is_where_the_payee_can_read(self):
        self.period.action_send_statements()
        bodies = {mail.res_id: mail.body_html for mail in self._mails()}
        desk = self._of(self.desk)
        self.assertIn(
            f"/odoo/commission-statements/{self.statement.id}",
            bodies[self.statement.id],
        )
        self.desk.sudo().user_id = False
        self.assertIn(f"/my/commissions/{desk.id}", desk.sudo()._get_payee_url())

    def test_not_twice(self):
        self.period.action_send_statements()
        count = len(self._mails())
        with self._refused("were sent already", UserError):
            self.period.action_send_statements()
        with self._refused("were sent already", UserError):
            self.statements.with_user(self.officer).action_send()
        self.assertEqual(len(self._mails()), count)
        self.statement.with_user(self.officer).action_send_again()
        self.assertEqual(len(self._mails()), count + 1)

    def test_what_was_a_draft_again_is_sent_anew(self):
        self.period.action_send_statements()
        self.statement.action_draft()
        self.assertFalse(self.statement.sent_on)
        with self._refused("a draft is not sent", UserError):
            self.statement.with_user(self.officer).action_send()
        self.statement.action_confirm()
        self.statement.with_user(self.officer).action_send()
        self.assertTrue(self.statement.sent_on)

    def test_drafts_are_left_out_of_a_period(self):
        self.statement.action_draft()
        self.period.action_send_statements()
        self.assertEqual(self._mails().mapped("res_id"), self._of(self.desk).ids)

    def test_payee_without_address_is_named(self):
        self.ann.sudo().work_contact_id.email = False
        answer = self.period.action_send_statements()
        self.assertIn("No e-mail to Ann", answer["params"]["message"])
        self.assertFalse(self.statement.sent_on)
        self.assertEqual(len(self._mails()), 1)
        self.ann.sudo().work_contact_id.email = "ann@example.com"
        self.period.action_send_statements()
        self.assertEqual(len(self._mails()), 2)

    def test_pdf_by_setting_shows_no_more_than_the_payee_may_read(self):
        self.company.sudo().sales_commission_mail_pdf = True
        self.desk.sudo().user_id = False
        self.period.action_send_statements()
        papers = {
            mail.res_id: mail.attachment_ids.raw.decode() for mail in self._mails()
        }
        ann, desk = papers[self.statement.id], papers[self._of(self.desk).id]
        self.assertIn(self.statement.name, ann)
        self.assertNotIn(self._of(self.desk).name, ann)
        self.assertIn("partner_a", ann, "a salesperson reads his invoices")
        self.assertIn(self.sold_by_desk.name, desk)
        self.assertNotIn("partner_a", desk)
        self.assertEqual(
            self._mails().attachment_ids.mapped("name"),
            [f"{row.name.replace('/', '-')}.pdf" for row in self.statements],
        )

    def test_in_his_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ann.sudo().work_contact_id.lang = "de_DE"
        self.period.action_send_statements()
        subjects = {mail.res_id: mail.subject for mail in self._mails()}
        self.assertIn("Januar 2026", subjects[self.statement.id])
        self.assertIn("January 2026", subjects[self._of(self.desk).id])

    def test_many_in_the_background_once_each(self):
        self._in_background()
        self.period.action_send_statements()
        self.assertFalse(self._mails())
        self._run_cron(seconds=0)
        self.assertEqual(len(self._mails()), 1)
        self._run_cron()
        self.assertEqual(len(self._mails()), 2)
        self._run_cron()
        self.assertEqual(len(self._mails()), 2)

    def test_a_second_try_leaves_out_what_was_sent_meanwhile(self):
        self._in_background()
        self.period.action_send_statements()
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.statement.sudo().sent_on = later
        self._run_cron()
        self.assertEqual(self._mails().mapped("res_id"), self._of(self.desk).ids)

    def test_asked_twice_before_the_background_is_done(self):
        self._in_background()
        self.period.action_send_statements()
        with self.assertRaises(UserError):
            self.period.action_send_statements()
        self._run_cron()
        self.assertEqual(len(self._mails()), 2)

    def test_rights(self):
        for user in (self.ann.user_id, self.gil, self._user("manager")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.statement.with_user(user).action_send()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.statement.with_user(user).write({"sent_on": "2026-01-01"})
        self.assertFalse(self._mails())
        self.statement.with_user(self._user("accountant")).action_send()
        self.assertEqual(len(self._mails()), 1)
