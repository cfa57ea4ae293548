from odoo.tests import freeze_time, tagged

from .test_statement_check import StatementCheckCase

JANUARY, FEBRUARY, MARCH = "2026-01-31", "2026-02-28", "2026-03-31"


@tagged("post_install", "-at_install")
class TestStatementOpening(StatementCheckCase):
    """Ann's January comes to -60 after a refund, February recovers 40 of it, March the
    rest: what each brings forward follows from what those before it left."""

    def setUp(self):
        super().setUp()
        with freeze_time("2026-01-31 10:00:00"):
            self._take_back(110)
            self.january = self._confirmed(date=JANUARY)
        with freeze_time("2026-02-28 10:00:00"):
            self._invoice(800, date="2026-02-10")
            self.february = self._confirmed(date=FEBRUARY)
        with freeze_time("2026-03-31 10:00:00"):
            self._invoice(1000, date="2026-03-10")
            self.march = self._confirmed(date=MARCH)

    def _take_back(self, amount):
        adjustment = self.env["sales.commission.adjustment"].create(
            {
                "employee_id": self.ann.id,
                "amount": -amount,
                "reason": "Paid by mistake",
                "period_id": self._period().id,
            }
        )
        adjustment.with_user(self.accountant).action_approve()

    def _openings(self):
        return [
            (row.amount_total, row.amount_opening, row.amount_payable)
            for row in (self.january, self.february, self.march)
        ]

    def _all(self):
        return self.january + self.february + self.march

    def test_follows(self):
        self.assertEqual(self._openings(), [(-60, 0, 0), (40, -60, 0), (50, -20, 30)])
        self.assertEqual(self._found(self._check(self._all())), [])
        self.assertEqual(
            [
                (row["statement"], float(row["left"]))
                for row in self.march.opening_trace["statements"]
            ],
            [(self.january.id, -60), (self.february.id, 40)],
        )

    def test_altered_alone(self):
        """And what is paid with it, so that the statement adds up."""
        self._sql(
            "UPDATE sales_commission_statement SET amount_opening = -10,"
            " amount_payable = 40 WHERE id = %s",
            self.march.id,
        )
        self.assertEqual(
            self._found(self._check(self.march)),
            [("checksum", 0, 0), ("opening", -10, -20)],
        )

    def test_altered_with_what_is_kept_of_it(self):
        """The statements before say something else."""
        self._sql(
            "UPDATE sales_commission_statement SET amount_opening = 0,"
            " amount_payable = 50, opening_trace = '{\"statements\": []}'"
            " WHERE id = %s",
            self.march.id,
        )
        self.assertEqual(
            self._found(self._check(self.march)),
            [("checksum", 0, 0), ("opening", 0, -20)],
        )

    def test_what_was_left_is_altered(self):
        """January is made to leave less: what came after it does not follow."""
        self._sql(
            "UPDATE sales_commission_statement SET amount_total = -50,"
            " amount_closing = -50 WHERE id = %s",
            self.january.id,
        )
        self.assertEqual(
            self._found(self._check(self.february + self.march)),
            [("opening", -60, -50), ("opening", -20, -10)],
        )

    def test_paid_instead_of_carried(self):
        """-20 carried forward is made 30 paid and -50 carried: the sum is the same."""
        self._sql(
            "UPDATE sales_commission_statement SET amount_payable = 30,"
            " amount_closing = -50 WHERE id = %s",
            self.february.id,
        )
        self.assertEqual(
            self._found(self._check(self.february)),
            [("checksum", 0, 0), ("total", -50, -20)],
        )

    def test_statement_before_was_set_back_since(self):
        """What it left then is kept, so that March still follows; it is told."""
        with freeze_time("2026-04-02 10:00:00"):
            self.january.action_draft()
        check = self._check(self.march)
        self.assertEqual(check.state, "equal")
        self.assertEqual(self._found(check), [("opening_changed", -60, 0)])
        self.assertEqual(check.line_ids.title, self.january.name)
        with freeze_time("2026-04-03 10:00:00"):
            self.january.action_confirm()
        # what February and March recovered of it is brought forward to it now
        self.assertEqual(self._openings()[0], (-60, 60, 0))
        self.assertEqual(self._found(self._check(self._all())), [])

    def test_confirmed_in_one_second(self):
        with freeze_time("2026-04-30 10:00:00"):
            self._take_back(500)
            self.march.action_draft()
            self.february.action_draft()
            self._confirmed(date=FEBRUARY)
            self._confirmed(date=MARCH)
            self.assertEqual(self._found(self._check(self._all())), [])

    def test_before_it_was_kept(self):
        """The order of confirmation tells it; where it does not, it is a note."""
        self._sql("UPDATE sales_commission_statement SET opening_trace = NULL")
        statements = self._all()
        self.assertEqual(self._found(self._check(statements)), [("checksum", 0, 0)] * 3)
        self._sql(
            "UPDATE sales_commission_statement SET confirmed_on = '2026-05-01'"
            " WHERE id = %s",
            self.february.id,
        )
        check = self._check(self.march)
        self.assertIn(("opening_order", -20, -60), self._found(check))
        self.assertTrue(
            check.line_ids.filtered(lambda row: row.reason == "opening_order").is_note
        )

    def test_back_to_draft_forgets_it(self):
        self.march.action_draft()
        self.assertFalse(self.march.opening_trace)
