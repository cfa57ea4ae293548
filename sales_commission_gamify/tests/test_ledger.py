from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestDocuments(CommissionCase):
    """Credits and earnings follow the documents, whatever happens to them."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan()

    def assertLedger(self, payee, credited, earned):
        self.assertEqual(self._credited(payee), credited, "credited")
        self.assertEqual(self._earned(payee), earned, "earned")

    def test_draft_counts_nothing(self):
        self._invoice(1000, post=False)
        self.assertLedger(self.ann, 0, 0)

    def test_full_refund_takes_all_back(self):
        invoice = self._invoice(1000)
        self._refund(invoice)
        self.assertLedger(self.ann, 0, 0)

    def test_partial_refund(self):
        self._refund(self._invoice(1000), amount=300)
        self.assertLedger(self.ann, 700, 35)

    def test_refund_belongs_to_the_salesperson_of_the_sale(self):
        """Also when the credit note was made under another name."""
        refund = self._refund(self._invoice(1000), post=False)
        refund.invoice_user_id = self.bob.user_id
        refund.action_post()
        self.assertLedger(self.ann, 0, 0)
        self.assertLedger(self.bob, 0, 0)

    def test_refund_posted_before_its_sale_is_published(self):
        """The order of documents and plans does not matter."""
        self._refund(self._invoice(1000), amount=300)
        late = self._create_plan(name="Second")
        self.assertEqual(self._credited(self.ann, late), 700)
        self.assertEqual(self._earned(self.ann, late), 35)

    def test_reset_to_draft_and_post_again(self):
        invoice = self._invoice(1000)
        invoice.button_draft()
        self.assertLedger(self.ann, 0, 0)
        invoice.invoice_line_ids.price_unit = 1200
        invoice.action_post()
        self.assertLedger(self.ann, 1200, 60)
        rows = self.env["sales.commission.credit"].search([], order="revision")
        self.assertRecordValues(
            rows,
            [
                {"revision": 1, "amount": 1000, "reason": "credited"},
                {"revision": 2, "amount": -1000, "reason": "withdrawn"},
                {"revision": 3, "amount": 1200, "reason": "credited"},
            ],
        )
        self.assertEqual(rows[1].reversal_of_id, rows[0])

    def test_redated_invoice_moves_to_its_month(self):
        invoice = self._invoice(1000, date="2026-01-15")
        invoice.button_draft()
        invoice.invoice_date = "2026-02-10"
        invoice.action_post()
        january, february = fields.Date.to_date("2026-01-01"), "2026-02-01"
        self.assertEqual(self._credited(self.ann, date_from=january), 0)
        self.assertEqual(self._earned(self.ann, date_from=january), 0)
        self.assertEqual(self._earned(self.ann, date_from=february), 50)

    def test_cancel(self):
        invoice = self._invoice(1000)
        invoice.button_cancel()
        self.assertLedger(self.ann, 0, 0)

    def test_forced_deletion_of_a_posted_invoice(self):
        invoice = self._invoice(1000)
        invoice.with_context(force_delete=True).unlink()
        self.assertLedger(self.ann, 0, 0)

    def test_salesperson_changed_after_posting(self):
        plan_of_both = self._create_plan(name="Both", payees=self.ann + self.bob)
        invoice = self._invoice(1000)
        invoice.invoice_user_id = self.bob.user_id
        self.assertLedger(self.ann, 0, 0)
        self.assertEqual(self._credited(self.bob, plan_of_both), 1000)
        self.assertEqual(self._credited(self.bob, self.plan), 0)

    def test_refund_follows_when_the_sale_changes_hands(self):
        self._create_plan(name="Bob's", payees=self.bob)
        invoice = self._invoice(1000)
        self._refund(invoice, amount=300)
        invoice.invoice_user_id = self.bob.user_id
        self.assertLedger(self.ann, 0, 0)
        self.assertLedger(self.bob, 700, 35)

    def test_copy_earns_again(self):
        invoice = self._invoice(1000)
        copy = invoice.copy({"invoice_date": "2026-01-16"})
        copy.invoice_user_id = self.ann.user_id
        copy.action_post()
        self.assertLedger(self.ann, 2000, 100)

    def test_only_product_lines_count(self):
        self._invoice(
            1000,
            invoice_line_ids=[
                Command.create({"display_type": "line_section", "name": "Courses"}),
                Command.create(
                    {
                        "product_id": self.product_a.id,
                        "price_unit": 1000,
                        "tax_ids": [Command.set(self.tax_sale_a.ids)],
                    }
                ),
                Command.create({"display_type": "line_note", "name": "Thank you"}),
            ],
        )
        self.assertLedger(self.ann, 1000, 50)
        self.assertEqual(len(self.env["sales.commission.credit"].search([])), 1)

    def test_vendor_bills_and_entries_never_count(self):
        self._invoice(1000, move_type="in_invoice")
        self.assertLedger(self.ann, 0, 0)

    def test_foreign_currency_counts_at_the_documents_rate(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        self._invoice(1000, currency_id=euro.id)
        self.assertLedger(self.ann, 500, 25)
        credit = self.env["sales.commission.credit"].search([])
        self.assertEqual(credit.source_amount, 1000)
        self.assertEqual(credit.source_currency_id, euro)

    def test_dates_of_plan_and_participation(self):
        self.plan.assignment_ids.date_to = "2026-01-15"
        self._invoice(1000, date="2025-12-31")
        self._invoice(1000, date="2026-01-15")
        self._invoice(1000, date="2026-01-16")
        self.assertLedger(self.ann, 1000, 50)

    def test_domain_of_component(self):
        self._create_plan(
            name="Only B",
            payees=self.bob,
            component={"domain": f"[('product_id', '=', {self.product_b.id})]"},
        )
        self._invoice(1000, payee=self.bob)
        self.assertLedger(self.bob, 0, 0)

    def test_archived_payee_still_earns(self):
        self.ann.action_archive()
        self._invoice(1000)
        self.assertLedger(self.ann, 1000, 50)

    def test_login_taken_away_moves_no_commission(self):
        """Somebody leaves and loses her login; a refund still takes back."""
        invoice = self._invoice(1000)
        user = self.ann.user_id
        self.ann.sudo().user_id = False
        self.env["sales.commission.run"].sudo()._sweep_company(self.plan)
        self.plan.action_compute()
        self.assertLedger(self.ann, 1000, 50)
        refund = self._refund(invoice, amount=400, post=False)
        self.assertEqual(refund.invoice_user_id, user)
        refund.action_post()
        self.assertLedger(self.ann, 600, 30)

    def test_login_given_to_somebody_else(self):
        plan = self._create_plan(name="Both", payees=self.ann + self.bob)
        self._invoice(1000, date="2026-01-15")
        user = self.ann.user_id
        self.ann.sudo().user_id = False
        self.bob.sudo().user_id = user
        plan.action_compute()
        self.assertEqual(self._credited(self.ann, plan), 1000)
        self.assertEqual(self._credited(self.bob, plan), 0)
        self._invoice(500, payee=self.bob, date=fields.Date.today())
        self.assertEqual(self._credited(self.ann, plan), 1000)
        self.assertEqual(self._credited(self.bob, plan), 500)

    def test_master_data_edited_later_rewrites_nothing(self):
        self.product_a.default_code = "X"
        domain = "[('product_id.default_code', '=', 'X')]"
        plan = self._create_plan(name="Coded", component={"domain": domain})
        self._invoice(1000)
        self.product_a.default_code = "Y"
        plan.action_compute()
        self.env["sales.commission.run"].sudo()._sweep_company(plan)
        self.assertEqual(self._credited(self.ann, plan), 1000)
        self._invoice(1000)
        self.assertEqual(self._credited(self.ann, plan), 1000)

    def test_refund_is_counted_by_the_plan_of_the_sale_alone(self):
        """Whatever each plan says about the period of refunds."""
        for first, second in (("original", "own"), ("own", "original")):
            with self.subTest(first=first, second=second):
                january = self._create_plan(
                    name="January",
                    payees=self.bob,
                    date_to="2026-01-31",
                    component={"refund_period": first},
                )
                february = self._create_plan(
                    name="February",
                    payees=self.bob,
                    date_from="2026-02-01",
                    component={"refund_period": second},
                )
                self._refund(self._invoice(1000, payee=self.bob), date="2026-02-10")
                self.assertEqual(self._credited(self.bob, january), 0)
                self.assertEqual(self._credited(self.bob, february), 0)

    def test_refund_of_a_sale_that_was_never_credited(self):
        plan = self._create_plan(name="Own", component={"refund_period": "own"})
        self._refund(self._invoice(1000, date="2025-12-15"), date="2026-01-10")
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_refund_at_the_exchange_rate_of_the_sale(self):
        rates = [("2026-01-01", 2.0), ("2026-02-01", 4.0)]
        euro = self.setup_other_currency("EUR", rates=rates)
        invoice = self._invoice(1000, currency_id=euro.id)
        self._refund(invoice, date="2026-02-05")
        self.assertLedger(self.ann, 0, 0)

    def test_refund_taken_back(self):
        """Odoo reverses a credit note by an invoice: it belongs to the first sale."""
        self._create_plan(name="Bob's", payees=self.bob)
        refund = self._refund(self._invoice(1000), amount=400, post=False)
        refund.invoice_user_id = self.bob.user_id
        refund.action_post()
        self._refund(refund, date="2026-02-10")
        self.assertLedger(self.ann, 1000, 50)
        self.assertEqual(self._credited(self.ann, date_from="2026-02-01"), 0)
        self.assertLedger(self.bob, 0, 0)

    def test_forced_deletion_of_a_sale_with_a_refund(self):
        """The refund then stands alone, in its own month."""
        invoice = self._invoice(1000, date="2026-01-15")
        refund = self._refund(invoice, amount=300, date="2026-02-10")
        invoice.with_context(force_delete=True).unlink()
        self.assertFalse(refund.reversed_entry_id)
        self.assertEqual(self._credited(self.ann, date_from="2026-01-01"), 0)
        self.assertEqual(self._credited(self.ann, date_from="2026-02-01"), -300)

    def test_participation_added_later_and_withdrawn(self):
        self._invoice(1000, payee=self.bob)
        self.assertLedger(self.bob, 0, 0)
        joined = self.env["sales.commission.assignment"].create(
            {"plan_id": self.plan.id, "employee_id": self.bob.id}
        )
        self.assertLedger(self.bob, 1000, 50)
        joined.unlink()
        self.assertLedger(self.bob, 0, 0)


@tagged("post_install", "-at_install")
class TestLaws(CommissionCase):
    def test_running_anything_twice_changes_nothing(self):
        plan = self._create_plan(
            component={"point_rule_ids": [Command.create({"points_per_document": 5})]}
        )
        invoice = self._invoice([100, 200])
        refund = self._refund(invoice, amount=100)
        models = ("credit", "earning", "point", "attainment")
        before = {m: self.env[f"sales.commission.{m}"].search([]).ids for m in models}
        for _again in range(2):
            (invoice + refund)._sales_commission_compute()
            plan.action_compute()
            self.env["sales.commission.run"].sudo()._sweep_company(plan)
        for model, ids in before.items():
            now = self.env[f"sales.commission.{model}"].search([]).ids
            self.assertEqual(now, ids, model)

    def test_server_action_computes_by_hand_too(self):
        """What the invoices' Action menu does, for documents missed at posting."""
        with self._without_commissions():
            invoice = self._invoice(1000)
        self._create_plan(publish=False)
        self.assertEqual(self._credited(self.ann), 0)
        plan = self.env["sales.commission.plan"].search([])
        with self._without_commissions():
            plan.action_publish()
        result = self._action(invoice).run()
        self.assertEqual(result["tag"], "display_notification")
        self.assertEqual(self._earned(self.ann), 50)

    def test_cron_sweeps_up_what_was_missed(self):
        self._create_plan()
        with self._without_commissions():
            self._invoice(1000)
        self.assertEqual(self._credited(self.ann), 0)
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_commission_gamify.ir_cron_sweep"
            ).method_direct_trigger()
        self.assertEqual(self._earned(self.ann), 50)

    def test_posting_succeeds_when_commissions_fail(self):
        self._create_plan()
        engine = "odoo.addons.sales_commission_gamify.engine.price"
        with (
            patch(engine, side_effect=ZeroDivisionError("broken")),
            mute_logger("odoo.addons.sales_commission_gamify"),
        ):
            invoice = self._invoice(1000)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(self._credited(self.ann), 0, "all or nothing")
        run = self.env["sales.commission.run"].search([("state", "=", "failed")])
        self.assertIn(invoice.name, run.document_names)
        self.assertIn("broken", run.error)

        run.action_retry()
        self.assertEqual(run.state, "done")
        self.assertEqual(self._earned(self.ann), 50)

    def test_changes_are_tracked_once_whatever_commissions_do(self):
        """Crediting neither posts what Odoo tracks before its time nor loses it."""
        self._create_plan()
        invoice = self._invoice(1000).with_context(
            tracking_disable=False, mail_notrack=False
        )
        self.env.cr.flush()
        engine = "odoo.addons.sales_commission_gamify.engine.price"

        def count_notes():
            self.env.cr.flush()
            return self.env["mail.message"].search_count(
                [("res_id", "=", invoice.id), ("tracking_value_ids", "!=", False)]
                + [("model", "=", "account.move")]
            )

        before = count_notes()
        invoice.button_draft()
        self.assertEqual(count_notes(), before + 1)
        self.assertEqual(self._earned(self.ann), 0)
        with (
            patch(engine, side_effect=ZeroDivisionError("broken")),
            mute_logger("odoo.addons.sales_commission_gamify"),
        ):
            invoice.action_post()
        self.assertEqual(count_notes(), before + 2)
        self.assertEqual(self._earned(self.ann), 0)

    def test_posting_survives_a_failing_query(self):
        """A database error must not leave the invoice's transaction aborted."""
        self._create_plan()
        target = (
            "odoo.addons.sales_commission_gamify.models.ledger.crediting"
            ".SalesCommissionCredit._get_log_sql"
        )
        with (
            patch(target, return_value=SQL("oops")),
            mute_logger("odoo.sql_db", "odoo.addons.sales_commission_gamify"),
        ):
            invoice = self._invoice(1000)
        self.assertEqual(invoice.state, "posted")
        self.env["sales.commission.run"].search(
            [("state", "=", "failed")]
        ).action_retry()
        self.assertEqual(self._earned(self.ann), 50)

    def test_posting_survives_without_cron_and_action(self):
        """An administrator may have deleted them."""
        self._create_plan()
        for name in ("ir_cron_sweep", "ir_actions_server_compute"):
            self.env.ref(f"sales_commission_gamify.{name}").sudo().unlink()
        self.assertEqual(self._invoice(1000).state, "posted")
        engine = "odoo.addons.sales_commission_gamify.engine.price"
        with patch(engine, side_effect=ValueError("broken")):
            self.assertEqual(self._invoice(1000).state, "posted")

    def test_posting_runs_the_action_as_it_was_set_up(self):
        """What an administrator made of the server action is what posting does."""
        self._create_plan()
        action = self.env.ref("sales_commission_gamify.ir_actions_server_compute")
        delivered = action.code
        self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 50)
        action.code = "records.write({'ref': 'looked at'})"
        invoice = self._invoice(1000)
        self.assertEqual(invoice.ref, "looked at")
        self.assertEqual(self._earned(self.ann), 50)
        action.code = f"{delivered}\nrecords.write({{'ref': 'computed'}})"
        self.assertEqual(self._invoice(1000).ref, "computed")
        self.assertEqual(self._earned(self.ann), 100)
        action.code = delivered
        self.assertFalse(self._invoice(1000).ref)
        self.assertEqual(self._earned(self.ann), 150)

    def test_points_can_never_touch_the_money(self):
        self._create_plan(
            component={"point_rule_ids": [Command.create({"points_per_unit": 1e7})]}
        )
        with mute_logger("odoo.sql_db", "odoo.addons.sales_commission_gamify"):
            self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(self._points(self.ann), 0)
        self.assertTrue(
            self.env["sales.commission.run"].search([("state", "=", "failed")])
        )

    def test_facts_cannot_be_changed_by_anybody(self):
        self._create_plan(
            component={"point_rule_ids": [Command.create({"points_per_document": 5})]}
        )
        self._invoice(1000)
        for model in ("credit", "earning", "point"):
            fact = self.env[f"sales.commission.{model}"].sudo().search([])
            self.assertTrue(fact)
            with self.assertRaises(UserError):
                fact.write({"employee_id": self.bob.id})
            with self.assertRaises(UserError):
                fact.unlink()

    def test_steps_are_reached_by_the_periods_total(self):
        """0: 5 %, 1,000: 10 %; two invoices of 600 pay 50 + 20, not 30 + 30."""
        self._create_plan(steps=[(0, 5), (1000, 10)])
        self._invoice(600)
        self._invoice(600, date="2026-01-20")
        self._invoice(600, date="2026-02-02")
        january = fields.Date.to_date("2026-01-01")
        self.assertEqual(self._earned(self.ann, date_from=january), 70)
        self.assertEqual(self._earned(self.ann), 100)

    def test_whole_amount_at_the_step_reached(self):
        self._create_plan(
            steps=[(0, 5), (1000, 10)], component={"application": "retroactive"}
        )
        self._invoice(600)
        self._invoice(600)
        self.assertEqual(self._earned(self.ann), 120)

    def test_rounded_once_per_period(self):
        """Ten lines of 0.05 at 10 % pay 0.05, not ten times nothing."""
        self._create_plan(steps=[(0, 10)])
        self._invoice([0.05] * 10)
        self.assertEqual(self._earned(self.ann), 0.05)

    def test_earning_explains_itself(self):
        self._create_plan(steps=[(0, 5), (100000, 8)])
        self._invoice(120000)
        earning = self.env["sales.commission.earning"].search([])
        self.assertIn("100,000", earning.explanation)
        self.assertIn("1,600", earning.explanation)

    def test_payee_priced_elsewhere_is_left_for_the_sweep(self):
        """Two transactions must not price one payee at once; nobody waits."""
        plan = self._create_plan()
        with db_connect(self.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (190_314_159, self.ann.id)
            )
            self._invoice(1000)
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._earned(self.ann), 0)
        self.env["sales.commission.run"].sudo()._sweep_company(plan)
        self.assertEqual(self._earned(self.ann), 50)

    def test_number_of_queries_is_constant(self):
        """Crediting and pricing 2 payees × 2 lines or 12 × 20 takes the same."""
        counts = []
        for payees, lines in ((1, 1), (2, 2), (12, 20)):
            people = self.env["hr.employee"].union(
                *(self._create_payee(f"p{payees}_{number}") for number in range(payees))
            )
            plan = self._create_plan(payees=people, publish=False)
            with self._without_commissions():
                for payee in people:
                    self._invoice([10] * lines, payee=payee)
                plan.action_publish()
            run = self.env["sales.commission.run"].sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            run._run_components(plan.sudo().component_ids)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual(
                self.env["sales.commission.credit"].search_count(
                    [("plan_id", "=", plan.id)]
                ),
                payees * lines,
            )
        # the first round fills Odoo's own caches
        self.assertLessEqual(counts[2], counts[1])

    def _action(self, moves):
        return self.env.ref(
            "sales_commission_gamify.ir_actions_server_compute"
        ).with_context(active_model=moves._name, active_ids=moves.ids)

    def _without_commissions(self):
        run = "odoo.addons.sales_commission_gamify.models.ledger.run"
        return patch(
            f"{run}.SalesCommissionRun._run_components",
            lambda self, components, document_ids=None, payee_ids=None: (
                self.env["sales.commission.credit"],
                self.env["sales.commission.earning"],
            ),
        )


@tagged("post_install", "-at_install")
class TestPoints(CommissionCase):
    def setUp(self):
        super().setUp()
        rule = {"points_per_unit": 0.01, "points_per_document": 10}
        self._create_plan(component={"point_rule_ids": [Command.create(rule)]})

    def test_per_amount_and_document(self):
        self._invoice([1000, 550])
        self.assertEqual(self._points(self.ann), 25)

    def test_partial_refund_keeps_the_documents_points(self):
        self._refund(self._invoice(1000), amount=300)
        self.assertEqual(self._points(self.ann), 17)

    def test_full_refund_takes_all_points_back(self):
        self._refund(self._invoice(1000))
        self.assertEqual(self._points(self.ann), 0)

    def test_reset_to_draft_takes_points_back(self):
        invoice = self._invoice(1000)
        invoice.button_draft()
        self.assertEqual(self._points(self.ann), 0)
        invoice.action_post()
        self.assertEqual(self._points(self.ann), 20)

    def test_small_change_is_dropped_once_per_document(self):
        self._invoice([50, 50, 50])
        self.assertEqual(self._points(self.ann), 11)
