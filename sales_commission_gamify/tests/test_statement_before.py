from lxml import html

from odoo.tests import tagged

from .entry_common import EntryCase
from .test_portal import PortalCase

JANUARY, FEBRUARY, MARCH = "2026-01-31", "2026-02-28", "2026-03-31"


@tagged("post_install", "-at_install")
class TestStatementBefore(EntryCase):
    """A difference for an earlier month leads to the statement that paid it before."""

    def setUp(self):
        super().setUp()
        self.sale = self._invoice(1000)
        self.january = self._confirm(JANUARY)

    def _confirm(self, date, payee=None):
        statements = self._statements(date)
        statements.filtered(lambda row: row.state == "draft").action_confirm()
        payee = self.ann if payee is None else payee
        return statements.filtered(lambda row: row.employee_id == payee)

    def _before(self, statement):
        """``{(month, amount): the statement that the line leads to}``"""
        return {
            (line.period_name, line.amount): line.paid_before_id.name
            for line in statement.line_ids.with_user(self.ann.user_id)
        }

    def test_clawback_and_true_up(self):
        self._refund(self.sale, amount=400, date="2026-02-03")
        self._invoice(200, date="2026-02-10")
        february = self._confirm(FEBRUARY)
        self.assertEqual(
            self._before(february),
            {("January 2026", -20): self.january.name, ("February 2026", 10): False},
        )
        self._invoice(100, date="2026-01-20")
        march = self._confirm(MARCH)
        self.assertEqual(
            self._before(march),
            {("January 2026", 5): february.name},
            "the last one that said something of January",
        )
        action = march.line_ids.action_view_before()
        self.assertEqual(action["res_id"], february.id)
        self.assertEqual(self._before(self.january), {("January 2026", 50): False})

    def test_late_first_time_leads_nowhere(self):
        """Nothing was paid of it before: neither by others nor for another level."""
        self._invoice(300, payee=self.bob)
        february = self._confirm(FEBRUARY, self.bob)
        self.assertEqual(
            [(line.is_late, line.paid_before_id.id) for line in february.line_ids],
            [(True, False)],
        )

    def test_drafts_are_not_told(self):
        self._invoice(200, date="2026-01-20")
        self._statements(FEBRUARY)
        self.january.action_draft()
        line = self._statements(FEBRUARY).line_ids
        self.assertEqual((line.is_late, line.amount), (True, 10))
        self.assertFalse(line.paid_before_id)

    def test_queries_do_not_grow_with_lines(self):
        self._create_plan(name="Other", payees=self.ann + self.bob)
        for payee in (self.ann, self.bob):
            for date in ("2026-01-16", "2026-02-16"):
                self._invoice(100, payee=payee, date=date)
        lines = self._statements(MARCH).line_ids
        late = lines.filtered("is_late")
        counts = []
        for some in (late[:1], late):
            self.env.invalidate_all()
            some.mapped("is_late")
            before = self.cr.sql_log_count
            some.mapped("paid_before_id")
            counts.append(self.cr.sql_log_count - before)
        self.assertGreater(len(late), 4)
        self.assertEqual(counts, [1, 1])


@tagged("post_install", "-at_install")
class TestStatementBeforeInPortal(PortalCase):
    def test_link(self):
        self._refund(self.invoices[0], amount=400, date="2026-02-03")
        february = self._confirmed("2026-02-28")
        self.authenticate(self.gil.login, self.gil.login)
        page = self.url_open(f"/my/commissions/{february.id}").text
        [link] = html.fromstring(page).find_class("o_portal_commission_before")
        self.assertEqual(link.get("href"), f"/my/commissions/{self.statement.id}")
        self.assertEqual(link.text, self.statement.name)
        first = self.url_open(link.get("href")).text
        self.assertIn(self.statement.name, first)
        self.assertNotIn("o_portal_commission_before", first)
