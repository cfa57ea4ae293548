from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CommissionCase

MODULE = "odoo.addons.sales_commission_gamify.models.ledger.history"


class HistoryCase(CommissionCase):
    """Two documents are many here, and are gone through two at once."""

    def setUp(self):
        super().setUp()
        for name, number in (
            ("LARGE", 2),
            ("DOCUMENTS_AT_ONCE", 2),
            ("PAYEES_AT_ONCE", 1),
            ("PAUSE_SECONDS", 0),
        ):
            self.startPatcher(patch(f"{MODULE}.{name}", number))
        self.runs = self.env["sales.commission.run"].sudo()

    def _sell(self, *amounts, payee=None):
        return [self._invoice(amount, payee) for amount in amounts]

    def _histories(self, plan):
        self.env.invalidate_all()
        return self.runs.search(
            [("trigger", "=", "history"), ("plan_ids", "in", plan.ids)]
        )

    def _trigger(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(
                f"sales_commission_gamify.{name}"
            ).sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _schedule(self):
        self._trigger("ir_cron_history")

    def _sweep(self):
        self._trigger("ir_cron_sweep")

    def _count_facts(self, payee=None):
        domain = [("employee_id", "=", payee.id)] if payee else []
        return [
            self.env[f"sales.commission.{model}"].search_count(domain)
            for model in ("credit", "earning")
        ]

    @contextmanager
    def _without_commissions(self):
        with patch.object(type(self.runs), "_has_plans", return_value=False):
            yield


@tagged("post_install", "-at_install")
class TestHistory(HistoryCase):
    def test_few_documents_are_computed_at_once(self):
        self._sell(1_000, 500)
        plan = self._create_plan()
        self.assertFalse(self._histories(plan))
        self.assertEqual(self._earned(self.ann), 75)

    def test_many_documents_are_left_to_the_scheduler(self):
        self._sell(1_000, 500, 300)
        self._sell(700, payee=self.bob)
        plan = self._create_plan(payees=self.ann + self.bob)
        run = self._histories(plan)
        self.assertEqual((plan.state, run.state), ("published", "waiting"))
        self.assertEqual(self._count_facts(), [0, 0])
        self._schedule()
        self.assertEqual(self._earned(self.ann), 90)
        self.assertEqual(self._earned(self.bob), 35)
        self.assertEqual((run.state, run.percentage), ("done", 100))
        self.assertEqual((run.done, run.total), (6, 6))
        self.assertEqual((run.credit_count, run.earning_count), (4, 2))
        self.assertEqual(self._count_facts(), [4, 2], "one earning for each payee")
        self.assertEqual(plan.swept_on, run.create_date)
        self._schedule()
        self._sweep()
        self.assertEqual(self._count_facts(), [4, 2], "doing it again adds nothing")

    def test_bit_by_bit(self):
        """Each bit adds to what is there; the end is known from the start."""
        self._sell(100, 200, 300, 400, 500)
        run = self._histories(self._create_plan())
        seen = []
        while run.state in ("waiting", "running"):
            run._bring_in()
            seen.append((run.done, self._credited(self.ann), self._earned(self.ann)))
        self.assertEqual(
            seen,
            [
                (0, 0, 0),
                (2, 300, 0),
                (4, 1_000, 0),
                (5, 1_500, 0),
                (5, 1_500, 0),
                (6, 1_500, 75),
                (6, 1_500, 75),
            ],
        )

    def test_what_happens_meanwhile_counts_at_once_and_once(self):
        first, second, third = self._sell(100, 200, 300)
        plan = self._create_plan()
        run = self._histories(plan)
        run._bring_in()
        self._invoice(1_000)
        self.assertEqual(self._credited(self.ann), 1_000)
        run._bring_in()
        self.assertEqual(self._credited(self.ann), 1_300)
        first.button_draft()  # done already
        third.button_draft()  # not yet
        self._refund(second, amount=50)
        self.assertEqual(self._credited(self.ann), 1_150)
        self._schedule()
        self.assertEqual(self._credited(self.ann), 1_150)
        self.assertEqual(self._earned(self.ann), 57.5)
        before = self._count_facts()
        plan.action_compute()
        self._schedule()
        self.assertEqual(self._count_facts(), before)

    def test_every_kind_of_document(self):
        """Orders, payments and achievements are gone through as invoices are."""
        measures = {
            name: self.env.ref(f"sales_commission_gamify.measure_{name}_amount")
            for name in ("invoiced", "ordered", "collected")
        }
        invoices = self._sell(100, 200, 300)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoices[0].ids
        ).create({"payment_date": "2026-01-25"})._create_payments()
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "user_id": self.ann.user_id.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product_a.id, "price_unit": 700}
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        order.date_order = "2026-01-15 12:00:00"
        rates = [Command.create({"bound": 0, "percent": 5})]
        plan = self._create_plan(
            component_ids=[
                Command.create(
                    {"name": name, "measure_id": measure.id, "rate_ids": rates}
                )
                for name, measure in measures.items()
            ]
        )
        self.assertTrue(self._histories(plan))
        self.assertEqual(self._count_facts(), [0, 0])
        self._schedule()
        credited = {
            component.name: self._credited(self.ann, component_id=component.id)
            for component in plan.component_ids
        }
        self.assertEqual(credited, {"invoiced": 600, "ordered": 700, "collected": 100})

    def test_failure_keeps_what_was_brought_in(self):
        self._sell(100, 200, 300, 400)
        run = self._histories(self._create_plan())
        run._bring_in()
        run._bring_in()
        with (
            patch.object(
                type(self.env["sales.commission.credit"]),
                "_apply",
                side_effect=ZeroDivisionError("broken"),
            ),
            mute_logger(MODULE),
        ):
            run._bring_in_or_fail()
        self.assertEqual((run.state, run.done, run.attempts), ("failed", 2, 1))
        self.assertIn("broken", run.error)
        self.assertTrue(run.retry_at)
        self.assertEqual(self._credited(self.ann), 300)
        self._sweep()  # its pause is over, or not: never a stroke for all
        self.assertEqual(self._credited(self.ann), 300)
        run.with_env(self.env).action_retry()
        self.assertEqual((run.state, run.done), ("waiting", 2))
        self._schedule()
        self.assertEqual((run.state, run.error), ("done", False))
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(self._count_facts(), [4, 1])

    def test_sweep_does_not_bring_it_in_at_a_stroke(self):
        self._sell(100, 200, 300)
        plan = self._create_plan()
        other = self._create_plan(name="Other", payees=self.bob, date_from="2026-02-01")
        with self._without_commissions():
            self._invoice(900, self.bob, date="2026-02-10")
        self._sweep()
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._credited(self.bob, other), 900, "others are swept")
        self.assertEqual(self._histories(plan).state, "waiting")

    def test_stopped(self):
        """What is missing stays out, for the sweep too, until Compute."""
        self._sell(100, 200, 300)
        self.env.flush_all()
        self.env.cr.execute(  # long before the sweep looks for what is new
            "UPDATE account_move SET write_date = '2026-01-31'"
        )
        self.env.cr.execute("UPDATE account_move_line SET write_date = '2026-01-31'")
        plan = self._create_plan()
        run = self._histories(plan)
        run._bring_in()
        run._bring_in()
        plan.action_cancel_history()
        self.assertEqual(run.state, "cancelled")
        self.assertFalse(plan.history_run_id)
        self._schedule()
        self._sweep()
        self.assertEqual(self._credited(self.ann), 300)
        self.assertEqual(self._earned(self.ann), 15, "what is in is priced")
        plan.action_compute()
        self._schedule()
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._earned(self.ann), 30)

    def test_payee_who_joins(self):
        """Only the newcomer's sales are gone through; what others have stays."""
        self._sell(100, 200, 300)
        self._sell(400, 500, 600, payee=self.bob)
        plan = self._create_plan()
        self._schedule()
        before = self._count_facts(self.ann)
        plan.assignment_ids = [Command.create({"employee_id": self.bob.id})]
        run = self._histories(plan) - self._histories(plan)[-1:]
        self.assertEqual((run.state, run.payee_numbers), ("waiting", self.bob.ids))
        self._schedule()
        self.assertEqual(run.total, 5, "three documents and the plan's payees")
        self.assertEqual(self._earned(self.bob), 75)
        self.assertEqual(self._count_facts(self.ann), before)

    def test_plan_that_ends(self):
        self._sell(100, 200, 300)
        late = self._invoice(1_000, date="2026-03-01")
        plan = self._create_plan()
        self._schedule()
        self.assertEqual(self._earned(self.ann), 80)
        plan.date_to = "2026-02-28"
        self.assertEqual(self._histories(plan)[:1].state, "waiting")
        self._schedule()
        self.assertEqual(self._credited(self.ann, document_id=late.id), 0)
        self.assertEqual(self._earned(self.ann), 30)

    def test_what_was_earned_stays(self):
        """Going through documents is no reason to judge them anew."""
        plan = self._create_plan(
            component={"domain": "[('product_id.name', '!=', 'Left out')]"}
        )
        self._sell(100, 200, 300)
        before = self._count_facts()
        self.product_a.name = "Left out"
        plan.action_compute()
        self.assertTrue(self._histories(plan))
        self._schedule()
        self.assertEqual(self._count_facts(), before)

    def test_one_run_for_what_has_to_be_done(self):
        self._sell(100, 200, 300)
        plan = self._create_plan()
        plan.action_compute()
        plan.assignment_ids = [Command.create({"employee_id": self.bob.id})]
        self.assertEqual(len(self._histories(plan)), 1)
        self._histories(plan)._bring_in()
        plan.action_compute()
        self.assertEqual(self._histories(plan).mapped("state"), ["waiting", "running"])

    def test_number_of_queries_is_constant(self):
        """A bit asks as much for one payee and line as for many."""

        def count(payees, lines, steps):
            plan = self._create_plan(payees=payees, steps=steps)
            run = self._histories(plan)
            run._bring_in()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            run._bring_in()
            self.env.flush_all()
            asked = self.env.cr.sql_log_count - before
            self.assertTrue(self._credited(self.ann, plan))
            return asked

        self._sell(10, 20, 30)
        count(self.ann, 1, ((0, 5),))  # what is asked once
        few = count(self.ann, 1, ((0, 5),))
        self._sell([1, 2, 3, 4, 5], [6, 7, 8])
        self._sell([1, 2, 3, 4, 5], [6, 7, 8], payee=self.bob)
        with patch(f"{MODULE}.DOCUMENTS_AT_ONCE", 50):
            many = count(self.ann + self.bob + self.max, 5, ((0, 5), (5, 6), (9, 7)))
        self.assertEqual(few, many)


@tagged("post_install", "-at_install")
class TestHistorySecurity(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: new_test_user(
                cls.env(su=True),
                f"history_{group}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for group, groups in (
                ("payee", "base.group_user"),
                ("salesperson", "sales_team.group_sale_salesman"),
                ("officer", "sales_commission_gamify.group_officer"),
                ("accountant", "sales_commission_gamify.group_accountant"),
            )
        }

    def setUp(self):
        super().setUp()
        self._sell(100, 200, 300)
        self.plan = self._create_plan()
        self.run_ = self._histories(self.plan)

    def test_who_may_stop_it(self):
        for group in ("payee", "salesperson", "accountant"):
            with self.subTest(group), self.assertRaises(AccessError):
                self.run_.with_user(self.users[group]).action_cancel_history()
        self.assertEqual(self.run_.state, "waiting")
        self.run_.with_user(self.users["officer"]).action_cancel_history()
        self.assertEqual(self.run_.state, "cancelled")

    def test_officer_of_another_company(self):
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env(su=True),
            "history_stranger",
            groups="sales_commission_gamify.group_officer",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        with self.assertRaises(AccessError):
            self.run_.with_user(stranger).action_cancel_history()
        self.assertEqual(self.run_.state, "waiting")

    def test_nobody_writes_a_run(self):
        for group, user in self.users.items():
            with self.subTest(group), self.assertRaises(AccessError):
                self.run_.with_user(user).write({"place": False, "state": "done"})

    def test_who_sees_it(self):
        names = ["history_run_id", "history_percentage", "history_state"]
        for group in ("officer", "accountant"):
            [values] = self.plan.with_user(self.users[group]).read(names)
            self.assertEqual(values["history_state"], "waiting", group)
        for group in ("payee", "salesperson"):
            with self.subTest(group), self.assertRaises(AccessError):
                self.plan.with_user(self.users[group]).read(names)

    def test_compute_says_that_it_takes_a_while(self):
        plan = self.plan.with_user(self.users["officer"])
        action = plan.action_compute()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(plan.name, action["params"]["message"])
        self._schedule()
        with patch(f"{MODULE}.LARGE", 100):
            self.assertIs(plan.action_compute(), True)
