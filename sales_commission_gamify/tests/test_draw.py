from calendar import monthrange

from lxml import html
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CommissionCase

TOP_UP = {"mode": "top_up"}
ADDITIVE = {"mode": "additive"}
RECOVERABLE = {"recoverable": True}
GIVEN = {"recoverable": False}

# draw, its kind, earned in each month: paid and owed after each
EXAMPLES = {
    "D01": (
        *(2000, TOP_UP | RECOVERABLE),
        (2750, 3000, 1500, 2375, 3000, 2750),
        (2750, 3000, 2000, 2000, 2875, 2750),
        (0, 0, 500, 125, 0, 0),
    ),
    "D02 top-up, recoverable": (
        *(2000, TOP_UP | RECOVERABLE), (800,), (2000,), (1200,),
    ),
    "D02 top-up, given": (2000, TOP_UP | GIVEN, (800,), (2000,), (0,)),
    "D02 additive, recoverable": (
        *(2000, ADDITIVE | RECOVERABLE), (800,), (2800,), (2000,),
    ),
    "D02 additive, given": (2000, ADDITIVE | GIVEN, (800,), (2800,), (0,)),
    "D04 top-up, recoverable": (
        *(250, TOP_UP | RECOVERABLE),
        (100, 1200, -20, 110, 50),
        (250, 1050, 250, 250, 250),
        (150, 0, 270, 410, 610),
    ),
    "D04 top-up, given": (
        *(250, TOP_UP | GIVEN),
        (100, 1200, -20, 110, 50),
        (250, 1200, 250, 250, 250),
        (0, 0, 0, 0, 0),
    ),
    "D04 additive, recoverable": (
        *(250, ADDITIVE | RECOVERABLE),
        (100, 1200, -20, 110, 50),
        (350, 1200, 250, 250, 250),
        (250, 250, 520, 660, 860),
    ),
    "D04 additive, given": (
        *(250, ADDITIVE | GIVEN),
        (100, 1200, -20, 110, 50),
        (350, 1450, 230, 360, 300),
        (0, 0, 0, 0, 0),
    ),
    "D06 top-up, recoverable": (
        *(5000, TOP_UP | RECOVERABLE), (3200,), (5000,), (1800,),
    ),
    "D06 top-up, given": (5000, TOP_UP | GIVEN, (3200,), (5000,), (0,)),
    "D06 additive, recoverable": (
        *(5000, ADDITIVE | RECOVERABLE), (3200,), (8200,), (5000,),
    ),
    "D06 additive, given": (5000, ADDITIVE | GIVEN, (3200,), (8200,), (0,)),
    "D08": (2000, ADDITIVE | GIVEN, (1500, 3000), (3500, 5000), (0, 0)),
}  # fmt: skip


class DrawCase(CommissionCase):
    """Plans that pay 10 % of what is invoiced, refunds in their own month."""

    def _plan(self, amount=2000, payees=None, plan=None, publish=True, **draw):
        draws = [Command.create({"amount": amount, **draw})] if amount else []
        return self._create_plan(
            steps=((0, 10),),
            payees=payees,
            publish=publish,
            component={"refund_period": "own"},
            draw_ids=draws,
            **(plan or {}),
        )

    def _earn(self, month, amount, payee=None):
        """10 % of an invoice of the month; below 0 of a credit note."""
        if amount > 0:
            return self._invoice(10 * amount, payee=payee, date=f"2026-{month:02}-15")
        if amount < 0:
            sale = self.env["account.move"].search(
                [("move_type", "=", "out_invoice")], order="id", limit=1
            )
            return self._refund(sale, amount=-10 * amount, date=f"2026-{month:02}-15")
        return None

    def _last_day(self, month):
        return f"2026-{month:02}-{monthrange(2026, month)[1]}"

    def _draft(self, month, payee=None):
        payee = self.ann if payee is None else payee
        statements = self._statements(self._last_day(month))
        return statements.filtered(lambda one: one.employee_id == payee)

    def _close(self, month, payee=None):
        statement = self._draft(month, payee)
        statement.action_confirm()
        return statement

    def _owed(self, payee=None, plan=None):
        payee = self.ann if payee is None else payee
        domain = [("employee_id", "=", payee.id)]
        domain += [("plan_id", "=", plan.id)] if plan else []
        rows = self.env["sales.commission.draw.balance"].search(domain)
        return sum(rows.mapped("balance"))

    def _lines(self, statement):
        return statement.line_ids.filtered(lambda line: line.kind == "draw")

    def _movements(self, **equals):
        return self.env["sales.commission.draw.movement"].search(
            [(name, "=", value) for name, value in equals.items()], order="id"
        )

    def _forgive(self, amount, reason="Agreed", user=None, payee=None):
        payee = self.ann if payee is None else payee
        env = self.env if user is None else self.env(user=user)
        balance = self.env["sales.commission.draw.balance"].search(
            [("employee_id", "=", payee.id)]
        )
        env["sales.commission.draw.forgive"].create(
            {"balance_number": balance.id, "amount": amount, "reason": reason}
        ).action_forgive()


@tagged("post_install", "-at_install")
class TestDraw(DrawCase):
    def test_examples(self):
        for name, (amount, kind, earned, paid, owed) in EXAMPLES.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._plan(amount, **kind)
                results = []
                for month, money in enumerate(earned, 1):
                    self._earn(month, money)
                    statement = self._close(month)
                    self.assertEqual(statement.amount_earned, money)
                    self.assertEqual(statement.amount_closing, 0)
                    self.assertEqual(statement.draw_closing, self._owed())
                    results.append((statement.amount_payable, self._owed()))
                self.assertEqual(results, list(zip(paid, owed, strict=True)))
                self._check_sums()
                savepoint.rollback()
            self.env.invalidate_all()

    def _check_sums(self):
        """Paid is earned and advanced less recovered, and so for all months."""
        statements = self.env["sales.commission.statement"].search([])
        lines = self._lines(statements)
        for statement in statements:
            own = lines.filtered(lambda line, s=statement: line.statement_id == s)
            self.assertEqual(
                statement.amount_payable + statement.amount_closing,
                statement.amount_earned
                + statement.amount_opening
                + sum(own.mapped("draw_advanced"))
                - sum(own.mapped("draw_recovered")),
            )
        recoverable = lines.filtered("draw_id.recoverable")
        self.assertEqual(
            sum(self._movements().mapped("amount")),
            sum(recoverable.mapped("draw_advanced"))
            - sum(recoverable.mapped("draw_recovered")),
        )

    def test_the_line_says_what_the_draw_does(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._draft(1)
        [line] = self._lines(statement)
        self.assertEqual((line.plan_id.name, line.amount), ("New business", 500))
        self.assertFalse(line.component_id)
        self.assertRegex(
            line.explanation,
            r"Draw of .*2,000\.00.*: .*1,500\.00.* earned, .*500\.00.* advanced, "
            r"balance .*500\.00",
        )
        self.assertEqual(statement.line_ids[0].kind, "earning", "earned stands first")
        self.assertFalse(self._movements(), "a draft moves nothing")

    def test_without_earnings_the_draw_is_paid(self):
        self._plan(payees=self.ann + self.bob)
        self._earn(1, 500, payee=self.bob)
        self.assertRecordValues(
            self._close(1), [{"amount_earned": 0, "amount_payable": 2000}]
        )
        self.assertEqual(self._owed(), 2000)
        self.assertRecordValues(
            self._close(2), [{"draw_opening": 2000, "draw_closing": 4000}]
        )

    def test_a_draft_of_an_earlier_month_is_settled_first(self):
        self._plan()
        self._earn(1, 1500)
        self._earn(2, 3000)
        january, february = self._draft(1), self._draft(2)
        self.assertEqual(february.amount_payable, 3000, "nothing owed so far")
        (january + february).action_confirm()
        self.assertEqual(
            (january.amount_payable, february.amount_payable), (2000, 2500)
        )
        self.assertEqual(self._owed(), 0)

    def test_late_earnings_count_where_they_are_paid(self):
        self._plan()
        self._earn(1, 1500)
        self._close(1)
        self._earn(1, 300)  # came late
        self._earn(2, 1900)
        february = self._close(2)
        self.assertEqual(february.amount_earned, 2200)
        self.assertEqual((february.amount_payable, self._owed()), (2000, 300))

    def test_back_to_draft_and_confirmed_again(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._close(1)
        statement.action_draft()
        self.assertEqual(self._owed(), 0)
        self.assertEqual(self._movements().mapped("amount"), [500, -500])
        self._earn(1, 200)
        self._close(1)
        self.assertEqual(self._owed(), 300)
        rows = self._movements()
        self.assertEqual(rows.mapped("amount"), [500, -500, 300])
        self.assertEqual(rows.mapped("revision"), [1, 2, 3])
        self.assertEqual(rows.mapped("balance"), [500, 0, 300])

    def test_confirmation_twice_does_nothing_twice(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._close(1)
        with self._refused("is confirmed", UserError):
            statement.action_confirm()
        statement.sudo()._book_draws()
        statement.action_approve()
        self.assertEqual(self._movements().mapped("amount"), [500])

    def test_both_movements_of_a_month_are_taken_back(self):
        self._plan(mode="additive")
        self._earn(1, 500)
        self._close(1)
        self._earn(2, 3000)
        february = self._close(2)
        self.assertEqual(
            february.draw_movement_ids.sorted("id").mapped("amount"), [2000, -2000]
        )
        february.action_draft()
        self.assertEqual(self._owed(), 2000)
        self.assertEqual(self._movements()[-1].balance, 2000)

    def test_not_back_to_draft_when_it_was_taken_back_since(self):
        self._plan()
        self._earn(1, 1500)
        january = self._close(1)
        self._earn(2, 3000)
        february = self._close(2)
        with self._refused("taken .*500.* of it back already", UserError):
            january.action_draft()
        (january + february).action_draft()
        self.assertEqual(self._owed(), 0)
        self.assertEqual({s.state for s in january + february}, {"draft"})

    def test_statement_deleted(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._close(1)
        name = statement.name
        with self._refused("cannot be deleted", UserError):
            statement.unlink()
        statement.action_draft()
        statement.unlink()
        rows = self._movements()
        self.assertEqual(rows.mapped("amount"), [500, -500])
        self.assertEqual(set(rows.mapped("statement_name")), {name})
        self.assertFalse(rows.statement_id)
        self.assertEqual(self._close(1).amount_payable, 2000)
        self.assertEqual(self._owed(), 500)

    def test_two_plans_settle_each_its_own(self):
        first = self._plan(2000, plan={"name": "First"})
        second = self._plan(1000, plan={"name": "Second"})
        self._earn(1, 1500)
        statement = self._close(1)
        self.assertEqual(statement.amount_earned, 3000)
        self.assertEqual(statement.amount_payable, 3500, "2,000 and 1,500")
        self.assertEqual(self._owed(plan=first), 500)
        self.assertEqual(self._owed(plan=second), 0)

    def test_order_of_recovery(self):
        """What two ended draws left is taken back in their order."""
        first = self._plan(500, month_count=1, sequence=20, plan={"name": "First"})
        second = self._plan(400, month_count=1, sequence=10, plan={"name": "Second"})
        self.assertEqual(self._close(1).amount_payable, 900)
        self._earn(2, 300)  # 300 by each plan
        february = self._close(2)
        self.assertEqual(february.amount_payable, 0)
        self.assertEqual(self._owed(plan=second), 0)
        self.assertEqual(self._owed(plan=first), 300)
        self.assertEqual(self._lines(february).plan_id.mapped("name")[0], "Second")

    def test_an_ended_draw_is_taken_from_other_plans(self):
        old = self._plan(500, month_count=1, plan={"name": "Old"})
        self._close(1)
        old.sudo().assignment_ids.date_to = "2026-01-31"
        self._plan(1000, plan={"name": "New", "date_from": "2026-02-01"})
        self._earn(2, 700)
        self.assertEqual(self._close(2).amount_payable, 1000, "the draw is not touched")
        self.assertEqual(self._owed(plan=old), 500)
        self._earn(3, 1600)
        march = self._close(3)
        # the new draw takes its 300 first, the old one what is above 1,000
        self.assertEqual(march.amount_payable, 1000)
        self.assertEqual(self._owed(plan=old), 200)

    def test_an_ended_draw_makes_no_negative_total(self):
        self._plan(500, month_count=1)
        self._earn(1, 100)
        self._close(1)
        self._earn(2, -30)
        february = self._close(2)
        self.assertRecordValues(
            february, [{"amount_payable": 0, "amount_closing": -30}]
        )
        self.assertEqual(self._owed(), 400, "the loss stands in one place only")
        self._earn(3, 100)
        march = self._close(3)
        self.assertRecordValues(march, [{"amount_opening": -30, "amount_payable": 0}])
        self.assertEqual(self._owed(), 330)
        self._check_sums()

    def test_what_is_brought_forward_is_not_owed_twice(self):
        """A loss of a plan without a draw stays with the statement."""
        self._plan(0, plan={"name": "No draw", "date_to": "2026-02-28"})
        self._earn(1, 100)
        self._close(1)
        self._earn(2, -50)
        self._close(2)
        self._plan(200, plan={"name": "Draw", "date_from": "2026-03-01"})
        march = self._close(3)
        self.assertRecordValues(
            march, [{"amount_opening": -50, "amount_draw": 200, "amount_payable": 150}]
        )
        self.assertEqual(self._owed(), 200)

    def test_recovery_starts_on_a_day(self):
        self._plan(recovery_from="2026-03-01")
        self._earn(1, 1500)
        self._close(1)
        self._earn(2, 3000)
        self.assertEqual(self._close(2).amount_payable, 3000)
        self._earn(3, 3000)
        self.assertEqual(self._close(3).amount_payable, 2500)
        self.assertEqual(self._owed(), 0)

    def test_recovery_starts_after_months(self):
        self._plan(recovery_after=2, month_count=1)
        self._earn(1, 1500)
        self._close(1)
        self._earn(2, 3000)
        self.assertEqual(self._close(2).amount_payable, 3000)
        self._earn(3, 3000)
        self.assertEqual(self._close(3).amount_payable, 2500)

    def test_months_of_the_payee(self):
        plan = self._plan(1000, month_from=2, month_count=2, publish=False)
        plan.assignment_ids.date_from = "2026-02-10"
        plan.action_publish()
        paid = [sum(self._close(m).mapped("amount_payable")) for m in range(1, 7)]
        self.assertEqual(paid, [0, 0, 1000, 1000, 0, 0])

    def test_part_of_a_month(self):
        for proration, expected in (
            ("days", [1357.14, 2000, 1000]),
            ("whole", [2000, 2000, 2000]),
        ):
            with self.subTest(proration), self.env.cr.savepoint() as savepoint:
                plan = self._plan(proration=proration, publish=False)
                plan.assignment_ids.date_from = "2026-02-10"  # 19 of 28 days
                plan.assignment_ids.date_to = "2026-04-15"  # 15 of 30
                plan.action_publish()
                drafts = [self._draft(month) for month in (2, 3, 4)]
                self.assertEqual([d.amount_payable for d in drafts], expected)
                self.assertFalse(self._draft(5))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_who_is_archived_has_no_draw(self):
        plan = self._plan()
        self.ann.sudo().active = False
        self.assertFalse(self._draft(1))
        plan.assignment_ids.date_to = "2026-01-31"
        self.assertEqual(self._draft(1).amount_payable, 2000)
        # in the months before the one that he left in, too
        plan.assignment_ids.date_to = "2026-02-14"
        self.assertEqual(self._draft(1).amount_payable, 2000)
        self.assertEqual(self._draft(2).amount_payable, 1000)

    def test_new_version_goes_on_with_the_balance(self):
        plan = self._plan()
        self._earn(1, 1500)
        self._close(1)
        version = plan._create_version(fields.Date.to_date("2026-02-01"))
        version.draw_ids.amount = 1000
        version.action_publish()
        self._earn(2, 1300)
        february = self._close(2)
        self.assertEqual((february.amount_payable, self._owed()), (1000, 200))
        self.assertEqual(self._lines(february).plan_id, version)
        balance = self.env["sales.commission.draw.balance"].search([])
        self.assertEqual(len(balance), 1, "one balance for all versions")
        difference = version._get_difference()
        [section] = difference["sections"]
        self.assertEqual(section["title"], "Draw")
        self.assertIn("2,000", section["rows"][0]["before"][0])
        self.assertIn("1,000", section["rows"][0]["after"][0])

    def test_version_without_the_draw_takes_it_back(self):
        plan = self._plan()
        self._earn(1, 1500)
        self._close(1)
        version = plan._create_version(fields.Date.to_date("2026-02-01"))
        version.draw_ids.unlink()
        version.action_publish()
        self._earn(2, 300)
        self.assertEqual(self._close(2).amount_payable, 0)
        self.assertEqual(self._owed(), 200)

    def test_months_go_on_over_versions(self):
        plan = self._plan(1000, month_count=2)
        self._close(1)
        version = plan._create_version(fields.Date.to_date("2026-02-01"))
        version.action_publish()
        self.assertEqual(self._close(2).amount_payable, 1000)
        self.assertFalse(self._draft(3).amount_payable)

    def test_copy_is_a_draw_of_its_own(self):
        plan = self._plan(recovery_after=3)
        copy = plan.copy()
        self.assertRecordValues(
            copy.draw_ids,
            [{"amount": 2000, "recovery_after": 3, "root_id": False}],
        )
        self.assertNotEqual(copy.draw_ids, plan.draw_ids)

    def test_published_draws_cannot_change(self):
        plan = self._plan(month_count=1)
        later = {"plan_id": plan.id, "amount": 5, "month_from": 2}
        for attempt in (
            lambda: plan.draw_ids.write({"amount": 1}),
            lambda: plan.draw_ids.unlink(),
            lambda: plan.draw_ids.create(later),
        ):
            with self._refused("is published", UserError):
                attempt()

    def test_refused_terms(self):
        plan = self._plan(month_count=3, publish=False)
        draws = self.env["sales.commission.draw"]
        later = {"plan_id": plan.id, "amount": 5, "month_from": 4}
        for vals, constraint in (
            ({"amount": 0}, "amount_positive"),
            ({"month_from": 0}, "month_from_positive"),
            ({"month_count": -1}, "month_count_positive"),
            ({"recovery_after": -1}, "recovery_after_positive"),
            (
                {"recovery_after": 1, "recovery_from": "2026-01-01"},
                "one_start_of_recovery",
            ),
        ):
            with (
                self.subTest(constraint),
                mute_logger("odoo.sql_db"),
                self._refused(constraint, IntegrityError),
            ):
                draws.create(later | vals)
        with self._refused("two draws for the payee's month 3"):
            draws.create(later | {"month_from": 3})
        draws.create(later)
        self.assertEqual(len(plan.draw_ids), 2)

    def test_words(self):
        for vals, sentences in (
            (TOP_UP | RECOVERABLE, ("the difference is advanced", "is owed")),
            (TOP_UP | GIVEN, ("the difference is added. It is never taken back",)),
            (ADDITIVE | RECOVERABLE, ("advanced for each month, on top", "is owed")),
            (ADDITIVE | GIVEN, ("on top of what is earned. It is never taken back",)),
            ({"month_count": 3}, ("in the first 3 months of taking part",)),
            ({"month_from": 2, "month_count": 3}, ("from the 2. to the 4. month",)),
            ({"month_from": 2}, ("from the 2. month of taking part on",)),
            ({"month_count": 1}, ("in the 1. month of taking part only",)),
            ({"recovery_after": 3}, ("In the first 3 months of taking part nothing",)),
            ({"recovery_from": "2026-06-01"}, ("Nothing is taken back before",)),
            ({"proration": "whole"}, ("for a part of a month has all of it",)),
            ({}, ("has that of these days", "earned in the company")),
        ):
            with self.subTest(vals):
                plan = self._plan(publish=False, **vals)
                text = str(plan.document_html)
                self.assertIn("2,000.00", text)
                for sentence in sentences:
                    self.assertIn(sentence, text)
                given = vals.get("recoverable") is False
                self.assertEqual("earned in the company" in text, not given)
        self.assertNotIn("draw", str(self._plan(0, publish=False).document_html))

    def test_template_of_new_hires(self):
        plans = self.env["sales.commission.plan"]
        action = plans.create_from_template("new_hire")
        plan = plans.browse(action["res_id"])
        plan.company_id = self.company
        plan.date_from = "2026-01-01"
        plan.assignment_ids = [Command.create({"employee_id": self.ann.id})]
        plan.action_publish()
        self._earn(1, 10)
        self.assertEqual(self._close(1).amount_payable, 1000)
        self.assertGreater(self._owed(), 900)

    def test_what_a_draw_pays_is_booked(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._close(1)
        statement.action_approve()
        statement.action_post()
        self.assertEqual(
            sorted(statement.move_id.line_ids.mapped("balance")), [-2000, 2000]
        )
        statement.move_id._reverse_moves(cancel=True)
        self.assertEqual(self._owed(), 500, "approved still counts")
        statement.action_draft()
        self.assertEqual(self._owed(), 0)

    def test_what_is_carried_is_booked_where_it_arose(self):
        """The expense of a loss and of the month that recovers it, draws included."""
        self._plan(500, month_count=1)
        for month, money in ((1, 100), (2, -30), (3, 100), (4, 400)):
            self._earn(month, money)
            statement = self._close(month)
            statement.action_approve()
            statement.action_post()
        # owed 400; March pays 100 - 30 - 70 taken back, April the rest of 330
        self.assertEqual(statement.amount_payable, 70)
        self.assertEqual(
            sorted(statement.move_id.line_ids.mapped("balance")), [-70, 70]
        )
        self._check_sums()

    def test_on_paper_and_in_a_workbook_draws_are_a_part(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._close(1)
        sections = {
            title: amount for title, _lines, amount in statement._get_sections()
        }
        self.assertEqual(sections, {"Earned in January 2026": 1500, "Draw": 500})
        page = self.env["ir.actions.report"]._render_qweb_html(
            "sales_commission_gamify.report_statement", statement.ids
        )[0]
        text = " ".join(html.fromstring(page).text_content().split())
        for part in ("Earned $ 1,500.00", "Draws $ 500.00", "To pay $ 2,000.00"):
            self.assertIn(part, text.replace("\N{NO-BREAK SPACE}", " "))

    # --- forgiving ----------------------------------------------------------------

    def test_forgiven(self):
        self._plan()
        self._earn(1, 1500)
        january = self._close(1)
        self._forgive(200, "Long illness")
        self.assertEqual(self._owed(), 300)
        row = self._movements(kind="forgiven")
        self.assertRecordValues(
            row, [{"amount": -200, "reason": "Long illness", "balance": 300}]
        )
        self.assertIn("Long illness", str(january.message_ids.mapped("body")))
        self.assertIn(self.env.user.name, str(january.message_ids.mapped("body")))
        self._earn(2, 3000)
        self.assertEqual(self._close(2).amount_payable, 2700)
        with self._refused("later statements or a remission", UserError):
            january.action_draft()

    def test_forgiven_and_back_to_draft(self):
        """The remission goes with the advance, and comes again with it."""
        self._plan()
        self._earn(1, 1500)
        january = self._close(1)
        self._forgive(200, "Long illness")
        january.action_draft()
        self.assertEqual(self._owed(), 0)
        self.assertEqual(
            [(row.kind, row.amount) for row in self._movements().sorted("number")],
            [("advanced", 500), ("forgiven", -200), ("forgiven", 200),
             ("advanced", -500)],
        )  # fmt: skip
        january.action_confirm()
        self.assertEqual(self._owed(), 300)
        january.action_draft()
        january.action_confirm()
        self.assertEqual(self._owed(), 300, "as often as you like")
        balance = self.env["sales.commission.draw.balance"].search([])
        self.assertRecordValues(balance, [{"advanced": 500, "forgiven": 200}])

    def test_forgiven_again_is_never_more_than_owed(self):
        self._plan()
        self._earn(1, 1500)
        january = self._close(1)
        self._forgive(400)
        january.action_draft()
        self._earn(1, 300)
        january = self._close(1)
        self.assertEqual(self._owed(), 0, "200 advanced, 200 of the 400 forgiven")
        january.action_draft()
        self.assertEqual(self._owed(), 0)
        self.assertTrue(all(row.balance >= 0 for row in self._movements()))

    def test_two_statements_and_a_remission(self):
        self._plan()
        self._earn(1, 1500)
        self._earn(2, 1500)
        january = self._close(1)
        february = self._close(2)
        self._forgive(700)
        self.assertEqual(self._owed(), 300)
        february.action_draft()
        self.assertEqual(self._owed(), 0)
        january.action_draft()
        self.assertEqual(self._owed(), 0)
        january.action_confirm()
        february.action_confirm()
        self.assertEqual(self._owed(), 300)

    def test_remission_outlives_the_draft_it_waits_for(self):
        """Deleted and computed again, the statement has the advance forgiven as before,
        however often; never more than is owed then."""
        self._plan()
        self._earn(1, 1500)
        self._close(1)
        self._forgive(200, "Long illness")
        for _again in range(2):
            january = self._draft(1)
            january.action_draft()
            january.unlink()
            self.assertEqual(self._owed(), 0)
            january = self._close(1)
            self.assertEqual((january.amount_payable, self._owed()), (2000, 300))
        january.action_draft()
        january.unlink()
        self._earn(1, 400)
        self._close(1)
        self.assertEqual(self._owed(), 0, "100 advanced, 100 of the 200 forgiven")
        balance = self.env["sales.commission.draw.balance"].search([])
        self.assertRecordValues(balance, [{"advanced": 100, "forgiven": 100}])

    def test_remission_waits_for_its_own_month_and_payee(self):
        self._plan(payees=self.ann + self.bob)
        self._earn(1, 1500)
        self._close(1)
        self._forgive(200)
        january = self._draft(1)
        january.action_draft()
        january.unlink()
        self._close(1, self.bob)
        self.assertEqual(self._owed(self.bob), 2000, "Bob is forgiven nothing")
        # whether or not January is computed again, February has nothing of it
        self._close(1)
        self.assertEqual(self._owed(), 300)
        self._close(2)
        self.assertEqual(self._owed(), 2300)

    # --- a review -------------------------------------------------------------------

    def test_who_joins_during_the_review_has_no_draw_in_it(self):
        plan = self._plan()
        self._earn(1, 1500)
        period = self._period("2026-01-31").with_env(self.env)
        period.action_start_closing()
        self.env["sales.commission.assignment"].create(
            {"plan_id": plan.id, "employee_id": self.bob.id}
        )
        self.assertFalse(self._draft(1, self.bob))
        self.assertEqual(self._draft(1).amount_payable, 2000)
        self.assertEqual(self._draft(2, self.bob).amount_payable, 2000)

    def test_reopened_period_pays_who_joined(self):
        plan = self._plan()
        period = self._period("2026-01-31").with_env(self.env)
        period.action_start_closing()
        self.env["sales.commission.assignment"].create(
            {"plan_id": plan.id, "employee_id": self.bob.id}
        )
        period.action_reopen()
        self.assertEqual(self._draft(1, self.bob).amount_payable, 2000)

    def test_new_version_goes_on_in_the_review(self):
        plan = self._plan(plan={"date_from": "2025-12-01"})
        self._earn(1, 1500)
        self._period("2026-01-31").with_env(self.env).action_start_closing()
        version = plan._create_version(fields.Date.to_date("2026-01-01"))
        version.action_publish()
        lines = self._lines(self._draft(1))
        self.assertEqual(sum(lines.mapped("draw_amount")), 2000)

    def test_forgiven_never_more_than_owed(self):
        self._plan()
        self._earn(1, 1500)
        self._close(1)
        for amount in (500.01, 0, -5):
            with self._refused("at most as much", UserError):
                self._forgive(amount)
        self._forgive(500)
        self.assertEqual(self._owed(), 0)

    def test_movements_cannot_be_changed(self):
        self._plan()
        self._close(1)
        row = self._movements().sudo()
        with self._refused("facts", UserError):
            row.write({"amount": 1})
        with self._refused("facts", UserError):
            row.unlink()

    # --- how much it costs ---------------------------------------------------------

    def test_number_of_queries_is_constant(self):
        payees = self.ann + self.bob
        payees += self._create_payee("Cat") + self._create_payee("Dan")
        counts = []
        for few in (payees[:2], payees):
            with self.env.cr.savepoint() as savepoint:
                self._plan(payees=few)
                for payee in few:
                    self._earn(1, 1500, payee=payee)
                statements = self._statements().sudo()
                self.assertEqual(len(statements), len(few))
                counts.append(self._count_queries(statements))
                self.assertEqual(len(self._movements()), len(few))
                savepoint.rollback()
            self.env.invalidate_all()
        few, many = counts
        self.assertLessEqual(many, few)

    def _count_queries(self, statements):
        statements.with_context(tracking_disable=True).state = "confirmed"
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        statements._settle_draws()
        statements._book_draws()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestDrawPages(DrawCase, HttpCase):
    def test_the_payee_reads_what_he_owes(self):
        self._plan()
        self._earn(1, 1500)
        statement = self._draft(1)
        page = self.env["sales.commission.dashboard"].with_user(self.ann.user_id)
        self.assertEqual(page.get_my_commissions("2026-01-31")["draw_balance"], 0)
        statement.action_confirm()
        shown = page.get_my_commissions("2026-01-31")
        self.assertEqual(shown["draw_balance"], 500)
        self.assertEqual(shown["current"]["earned"], 1500, "a draw is not earned")
        self.assertEqual(shown["current"]["to_pay"], 1500)
        self.authenticate(self.ann.user_id.login, self.ann.user_id.login)
        response = self.url_open(statement.access_url)
        text = " ".join(html.fromstring(response.text).text_content().split())
        for part in (
            "Earned $ 1,500.00",
            "Draw $ 500.00",
            "To pay $ 2,000.00",
            "Draw balance: $ 0.00 before, $ 500.00 after.",
            "Draw of $ 2,000.00: $ 1,500.00 earned, $ 500.00 advanced",
        ):
            self.assertIn(part, text.replace("\N{NO-BREAK SPACE}", " "))
