from odoo.tests import freeze_time, tagged

from .test_dispute import DisputeCase


@tagged("post_install", "-at_install")
class TestDisputeReminder(DisputeCase):
    """The owner is told before the deadline and when it has passed, once each."""

    def setUp(self):
        super().setUp()
        self.dispute = self._ask().sudo()
        self.dispute.deadline = "2026-06-10"

    def _told(self, day, dispute=None):
        """Subjects that the owner was told on *day*."""
        dispute = dispute or self.dispute
        before = dispute.message_ids | self._messages(dispute)
        with freeze_time(f"{day} 08:00:00"):
            self.env["sales.commission.dispute"].sudo()._cron_remind()
        return [row.subject for row in self._messages(dispute) - before]

    def _messages(self, dispute):
        return (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", dispute._name), ("res_id", "=", dispute.id)])
        )

    def test_once_before_and_once_after(self):
        self.assertEqual(self._told("2026-06-08"), [])
        self.assertEqual(self._told("2026-06-09"), ["Answer Ann by 06/10/2026"])
        self.assertEqual(self._told("2026-06-09"), [])
        self.assertEqual(self._told("2026-06-10"), [])
        self.assertEqual(self._told("2026-06-11"), ["Overdue: answer Ann"])
        self.assertEqual(self._told("2026-06-12"), [])
        message = self._messages(self.dispute)[0]
        self.assertEqual(message.notified_partner_ids, self.officer.partner_id)
        self.assertIn("50.00", message.body)
        self.assertEqual(message.message_type, "user_notification")

    def test_days_of_the_company(self):
        self.company.sudo().sales_commission_dispute_remind_days = 3
        self.assertEqual(len(self._told("2026-06-07")), 1)

    def test_late_scheduler_says_only_what_is_true(self):
        self.assertEqual(self._told("2026-07-01"), ["Overdue: answer Ann"])

    def test_another_deadline_or_owner_is_told_anew(self):
        self.assertEqual(len(self._told("2026-06-11")), 1)
        self.dispute.deadline = "2026-06-20"
        self.assertEqual(self._told("2026-06-12"), [])
        self.assertEqual(len(self._told("2026-06-19")), 1)
        self.dispute.user_id = self.accountant
        self.assertEqual(len(self._told("2026-06-20")), 1)
        message = self._messages(self.dispute)[0]
        self.assertEqual(message.notified_partner_ids, self.accountant.partner_id)

    def test_answered_reminds_nobody(self):
        officers = self._officers(self.dispute)
        officers.answer_text = "The rate is 5 %"
        officers.action_explain()
        self.assertEqual(self._told("2026-06-11"), [])

    def test_activity_that_was_ticked_off_comes_back(self):
        self.dispute.activity_ids.unlink()
        self._told("2026-06-11")
        self.assertEqual(self.dispute.activity_ids.user_id, self.officer)
        self._told("2026-06-12")
        self.assertEqual(len(self.dispute.activity_ids), 1)

    def test_nobody_owns_it(self):
        self.dispute.user_id = False
        self.assertEqual(self._told("2026-06-11"), [])

    def test_in_the_language_of_the_owner(self):
        self.env["res.lang"].sudo()._activate_lang("de_DE")
        self.officer.sudo().lang = "de_DE"
        self.assertIn("10.06.2026", self._told("2026-06-09")[0])
