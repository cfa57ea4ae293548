from unittest.mock import patch

import psycopg2.errors

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .common import CommissionCase

LEDGER = "odoo.addons.sales_commission_gamify.models.ledger"


class ExceptionCase(CommissionCase):
    """An officer and an accountant with no other right than their own group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._create_user("officer")
        cls.accountant = cls._create_user("accountant")

    @classmethod
    def _create_user(cls, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env(su=True),
            f"exceptions_{group}_{company.id}",
            groups=f"sales_commission_gamify.group_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _exceptions(self, user=None, *domain):
        """What stands to do in *user*'s list."""
        self.env.invalidate_all()  # as a new request
        rows = self.env["sales.commission.exception"].with_user(user or self.officer)
        return rows.search([("is_dismissed", "=", False), *domain])

    def _sweep(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_commission_gamify.ir_cron_sweep"
            ).sudo().method_direct_trigger()
        self.env.invalidate_all()

    def _reasons(self, user=None):
        return sorted(self._exceptions(user).mapped("reason"))

    def _order(self, amount, payee=None, date="2026-01-15"):
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "user_id": payee.user_id.id if payee else False,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product_a.id,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        order.action_confirm()
        order.date_order = f"{date} 12:00:00"
        return order

    def _count(self, measure, **component):
        measure = self.env.ref(f"sales_commission_gamify.measure_{measure}")
        return self._create_plan(component={"measure_id": measure.id, **component})


@tagged("post_install", "-at_install")
class TestDocuments(ExceptionCase):
    """Documents that nobody is credited for, each with its reason."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(
            component={"domain": f"[('product_id', '=', {self.product_a.id})]"}
        )

    def test_all_is_well(self):
        self.assertTrue(self._invoice(1000).sales_commission_credited)
        self.assertFalse(self._exceptions())

    def test_reasons_of_invoices(self):
        no_payee = self._invoice(1000)
        no_payee.invoice_user_id = self.env.user
        no_salesperson = self._invoice(1100)
        no_salesperson.invoice_user_id = False
        no_plan = self._invoice(1200, payee=self.bob)
        other = self._invoice(1300, post=False)
        other.invoice_line_ids.product_id = self.product_b
        other.action_post()
        for move, reason, words, payee in (
            (no_payee, "no_employee", "is no employee of", False),
            (no_salesperson, "no_salesperson", "has no salesperson", False),
            (no_plan, "no_plan", "Bob takes part in no published plan", self.bob),
            (other, "not_counted", "filters", self.ann),
        ):
            with self.subTest(reason=reason):
                row = self._exceptions(None, ("document_id", "=", move.id))
                self.assertRecordValues(
                    row,
                    [
                        {
                            "kind": "invoice",
                            "reason": reason,
                            "document_name": move.name,
                            "employee_id": payee and payee.id,
                            "company_id": self.company.id,
                            "date": fields.Date.to_date("2026-01-15"),
                            "amount": move.amount_untaxed,
                            "currency_id": self.company.currency_id.id,
                        }
                    ],
                )
                self.assertIn(words, row.message)
                self.assertIn(words, move.sales_commission_gap)
                self.assertTrue(move.sales_commission_missing)
        found = self.env["account.move"].search(
            [("sales_commission_missing", "=", True)]
        )
        self.assertEqual(found, no_payee + no_salesperson + no_plan + other)

    def test_nothing_before_the_first_plan(self):
        self._invoice(1000, date="2025-12-31", payee=self.bob)
        draft = self._invoice(1000, payee=self.bob, post=False)
        self.assertFalse(self._exceptions())
        draft.action_post()
        self.assertEqual(self._reasons(), ["no_plan"])

    def test_credit_note_is_judged_by_its_sale(self):
        invoice = self._invoice(1000, payee=self.bob)
        refund = self._refund(invoice, date="2026-02-20")
        rows = self._exceptions()
        self.assertEqual(sorted(rows.mapped("document_id")), (invoice + refund).ids)
        self.assertEqual(sum(rows.mapped("amount")), 0)
        self.assertEqual(set(rows.mapped("employee_id")), {self.bob})
        self.assertEqual(len(set(rows.mapped("date"))), 1, "the day of the sale")

    def test_as_planned_is_no_exception(self):
        self._create_plan(
            payees=self.bob,
            component={
                "measure_id": self.env.ref(
                    "sales_commission_gamify.measure_collected_amount"
                ).id
            },
        )
        invoice = self._invoice(1000, payee=self.bob)
        self.assertFalse(self._exceptions(), "it counts once it is paid")
        self._register_payment(invoice)
        self.assertFalse(self._exceptions())
        self.assertTrue(invoice.sales_commission_credited)

    def test_orders_only_where_plans_count_orders(self):
        order = self._order(1000)
        self.assertFalse(self._exceptions(None, ("kind", "=", "order")))
        self._count("ordered_amount")
        self._order(500, payee=self.ann)
        row = self._exceptions()
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "order",
                    "reason": "no_salesperson",
                    "document_id": order.id,
                    "document_model": "sale.order",
                    "amount": 1000,
                }
            ],
        )

    def test_share_of_a_sale_without_payee(self):
        invoice = self._invoice(1000, post=False)
        self.env["sales.commission.split"].create(
            [
                {"move_id": invoice.id, "employee_id": payee.id, "percent": percent}
                for payee, percent in ((self.ann, 70), (self.bob, 30))
            ]
        )
        invoice.action_post()
        self.assertEqual(self._credited(self.ann), 700)
        self.assertRecordValues(
            self._exceptions(),
            [{"reason": "no_plan", "employee_id": self.bob.id, "amount": 300}],
        )
        self.plan.assignment_ids = [Command.create({"employee_id": self.bob.id})]
        self.assertFalse(self._exceptions())

    def test_record_that_nobody_owns(self):
        measure = self.env["sales.commission.measure"].create(
            {
                "name": "Partners won",
                "source": "record",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "value": "documents",
                "date_field_id": self.env["ir.model.fields"]
                ._get("res.partner", "create_date")
                .id,
                "owner_path": "user_id",
                "domain": "[('ref', '=', 'WON')]",
            }
        )
        today = fields.Date.today()
        self._create_plan(
            date_from=today.replace(month=1, day=1),
            component={
                "measure_id": measure.id,
                "rate_ids": [
                    Command.create({"bound": 0, "kind": "per_unit", "per_unit": 5})
                ],
            },
        )
        partner = self.env["res.partner"].create({"name": "Acme", "ref": "WON"})
        row = self._exceptions()
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "record",
                    "reason": "no_salesperson",
                    "document_model": "res.partner",
                    "document_id": partner.id,
                    "document_name": "Acme",
                    "amount": 0,
                }
            ],
        )
        partner.user_id = self.ann.user_id
        row.action_compute()
        self.assertFalse(self._exceptions())

    def test_branch_and_other_company(self):
        """A branch's invoice does not drop between two companies, and no company sees
        what is another's."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        self.cr.precommit.run()  # the branch gets its chart of accounts
        self._invoice(1000, company_id=branch.id)
        here = self._create_user("accountant", branch)
        self.assertFalse(self._exceptions())
        row = self._exceptions(here)
        self.assertRecordValues(
            row, [{"reason": "no_employee", "company_id": branch.id}]
        )
        self.assertIn("Branch", row.message)
        other = self.setup_other_company(name="Other")["company"]
        self._invoice(500, payee=self.bob)
        stranger = self._create_user("officer", other)
        self.assertFalse(self._exceptions(stranger))
        self.assertTrue(self._exceptions())
        row = self._exceptions()
        for button in ("action_solve", "action_compute", "action_open_document"):
            self.assertNotIn(
                "res_model", getattr(row.with_user(stranger), button)() or {}
            )
        self.assertEqual(row.exists().reason, "no_plan")

    def test_number_of_queries_is_constant(self):
        def read():
            rows = self._exceptions()
            rows.mapped("message")
            return len(rows)

        counts = []
        for more in (2, 20):
            for _number in range(more):
                self._invoice(100, payee=self.bob)
                self._invoice(100).invoice_user_id = False
            read()
            before = self.cr.sql_log_count
            self.assertEqual(read(), 2 * sum([2, 20][: len(counts) + 1]))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_payees_see_nothing(self):
        self._invoice(1000, payee=self.bob)
        for user in (self.ann.user_id, self._create_user("manager")):
            rows = self.env["sales.commission.exception"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rows.search([])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rows.browse(self._exceptions().ids).action_solve()


@tagged("post_install", "-at_install")
class TestButtons(ExceptionCase):
    """Each row's button does the natural next thing, for whoever may open the list."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan()

    def _give(self, user, groups):
        for group in groups.split(","):
            user.sudo().group_ids += self.env.ref(group)

    def test_set_salesperson(self):
        move = self._invoice(1000)
        move.invoice_user_id = False
        row = self._exceptions()
        action = row.with_user(self.accountant).action_solve()
        self.assertEqual((action["res_model"], action["res_id"]), (move._name, move.id))
        move.with_user(self.accountant).invoice_user_id = self.ann.user_id
        self.assertFalse(self._exceptions())

    def test_officer_without_invoicing_rights_opens_no_forbidden_page(self):
        """A salesperson reads invoices, but not the payments on their page."""
        move = self._invoice(1000)
        move.invoice_user_id = False
        for groups in ("base.group_user", "sales_team.group_sale_manager"):
            self._give(self.officer, groups)
            row = self._exceptions()
            for button in ("action_solve", "action_open_document"):
                with self.subTest(groups=groups, button=button):
                    action = getattr(row, button)()
                    self.assertEqual(action["res_model"], row._name)
                    page = self.env[action["res_model"]].with_user(self.officer)
                    form = Form(
                        page.with_context(**action["context"]).browse(action["res_id"])
                    )
                    self.assertIn("has no salesperson", form.message)
        self._give(self.officer, "account.group_account_invoice")
        action = self._exceptions().action_solve()
        self.assertEqual(action["res_model"], "account.move")

    def test_credit_opens_no_forbidden_page(self):
        move = self._invoice(1000)
        credit = self.env["sales.commission.credit"].search([])
        with self._refused(f"may not open {move.name}", UserError):
            credit.with_user(self.officer).action_open_document()
        action = credit.with_user(self.accountant).action_open_document()
        self.assertEqual(action["res_id"], move.id)

    def test_accountant_without_sales_rights_opens_the_order(self):
        self._count("ordered_amount")
        order = self._order(1000)
        row = self._exceptions(self.accountant)
        action = row.action_solve()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )
        with Form(order.with_user(self.accountant)) as form:
            self.assertEqual(form.state, "sale")
        row = self._exceptions(self.officer)
        action = row.action_solve()
        self.assertEqual((action["res_model"], action["res_id"]), (row._name, row.id))

    def test_create_employee(self):
        seller = new_test_user(self.env(su=True), "exceptions_seller", name="Sue")
        self._invoice(1000).invoice_user_id = seller
        row = self._exceptions()
        with self._refused("Ask your HR officer .* Sue", UserError):
            row.action_solve()
        self._give(self.officer, "hr.group_hr_user")
        action = row.action_solve()
        defaults = {
            name.removeprefix("default_"): value
            for name, value in action["context"].items()
        }
        employee = self.env["hr.employee"].sudo().create(defaults)
        self.assertEqual(employee.user_id, seller)
        self.assertEqual(self._reasons(), ["no_plan"])

    def test_add_to_a_plan(self):
        move = self._invoice(1000, payee=self.bob)
        row = self._exceptions()
        with self._refused("Ask one to add Bob", AccessError):
            row.with_user(self.accountant).action_solve()
        action = row.action_solve()
        join = self.env[action["res_model"]].with_user(self.officer)
        with Form(
            join.with_context(**action["context"]), view=action["views"][0][0]
        ) as form:
            form.plan_id = self.plan
        self.assertEqual(str(form.record.date_from), "2026-01-15")
        self.assertEqual(self._earned(self.bob), 50)
        self.assertFalse(self._exceptions())
        self.assertFalse(row.exists())
        self.assertIn("solved", row.action_solve()["params"]["message"])
        self.assertFalse(move.sales_commission_gap)

    def test_compute_what_was_never_computed(self):
        with patch(
            f"{LEDGER}.document.SalesCommissionDocument._sales_commission_changed"
        ):
            self._invoice(1000)
        for user in (self.officer, self.accountant):
            row = self._exceptions(user)
            self.assertEqual(row.reason, "not_counted")
        self.assertEqual(row.action_solve()["params"]["type"], "success")
        self.assertEqual(self._earned(self.ann), 50)
        self.assertFalse(self._exceptions())

    def test_compute_in_vain_says_why(self):
        self._invoice(1000, payee=self.bob)
        answer = self._exceptions().action_compute()["params"]
        self.assertEqual(answer["type"], "warning")
        self.assertIn("Bob takes part in no published plan", answer["message"])

    def test_credits_without_price(self):
        name = f"{LEDGER}.earning.SalesCommissionEarning._get_locked_sql"
        with patch(name) as locked:
            locked.return_value = SQL("SELECT 0 AS id WHERE FALSE")
            self._invoice(1000)
        row = self._exceptions(self.accountant)
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "unpriced",
                    "reason": "unpriced",
                    "employee_id": self.ann.id,
                    "component_id": self.plan.component_ids.id,
                    "amount": 1000,
                }
            ],
        )
        row.action_solve()
        self.assertEqual(self._earned(self.ann), 50)
        self.assertFalse(self._exceptions())

    def test_missing_quota(self):
        plan = self._create_plan(payees=self.bob, component={"lookup": "attainment"})
        self._invoice(1000, payee=self.bob)
        row = self._exceptions()
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "attainment",
                    "reason": "quota_missing",
                    "employee_id": self.bob.id,
                    "plan_id": plan.id,
                    "amount": 1000,
                }
            ],
        )
        self.assertIn("Bob has no quota", row.message)
        self.assertEqual(row.action_solve()["params"], {"plan_id": plan.id})
        with self._refused("Ask one to set the targets", AccessError):
            row.with_user(self.accountant).action_solve()
        self.env["sales.commission.quota"].create(
            {
                "component_id": plan.component_ids.id,
                "employee_id": self.bob.id,
                "date_from": "2026-01-01",
                "amount": 1000,
            }
        )
        self.assertFalse(self._exceptions())
        self.assertEqual(self._earned(self.bob), 50)

    def test_formula_that_fails(self):
        plan = self._create_plan(
            payees=self.bob,
            component={"pays": "formula", "formula": "credited / (credited - 1000)"},
        )
        self._invoice(1000, payee=self.bob)
        row = self._exceptions()
        self.assertEqual(row.reason, "formula_failed")
        self.assertIn("fails on Bob's figures", row.message)
        self.assertEqual(row.action_solve()["params"], {"plan_id": plan.id})
        self._invoice(500, payee=self.bob)
        self.assertFalse(self._exceptions(), "other figures do not fail")

    def test_plan_not_accepted(self):
        self._invoice(1000)
        self.assertFalse(self._exceptions(), "nobody requires it")
        self.company.sales_commission_require_acceptance = True
        row = self._exceptions()
        self.assertRecordValues(
            row,
            [
                {
                    "kind": "acceptance",
                    "reason": "not_accepted",
                    "employee_id": self.ann.id,
                    "plan_id": self.plan.id,
                    "amount": 50,
                }
            ],
        )
        with self._refused("Ask one to remind Ann", AccessError):
            row.with_user(self.accountant).action_solve()
        self.ann.work_contact_id.email = "ann@example.com"
        mails = self.env["mail.mail"].sudo().search_count([])
        answer = row.with_context(tracking_disable=False).action_solve()
        self.assertIn("Ann", answer["params"]["message"])
        self.assertEqual(answer["params"]["type"], "success")
        self.assertGreater(self.env["mail.mail"].sudo().search_count([]), mails)
        self.plan.with_user(self.ann.user_id).action_accept()
        self.assertFalse(self._exceptions())

    def test_payee_without_contact(self):
        self._invoice(1000)
        self.ann.work_contact_id = False
        row = self._exceptions()
        self.assertRecordValues(
            row,
            [{"reason": "no_contact", "employee_id": self.ann.id, "amount": 50}],
        )
        with self._refused("Ask your HR officer .* Ann", UserError):
            row.action_solve()
        self._give(self.officer, "hr.group_hr_user")
        self.assertEqual(row.action_solve()["res_id"], self.ann.id)
        self.ann.work_contact_id = self.partner_b
        self.assertFalse(self._exceptions())


@tagged("post_install", "-at_install")
class TestDismissal(ExceptionCase):
    """What rightly earns nobody anything leaves the list until it changes."""

    def setUp(self):
        super().setUp()
        self._create_plan()
        self.move = self._invoice(1000, payee=self.bob)

    def _dismiss(self, note="House account", user=None):
        rows = self._exceptions(user)
        action = rows.action_dismiss()
        wizard = self.env[action["res_model"]].with_user(user or self.officer)
        with Form(wizard.with_context(**action["context"])) as form:
            form.note = note
        return form.record.action_dismiss()

    def test_dismiss_and_take_up_again(self):
        for user in (self.officer, self.accountant):
            self._dismiss(user=user)
            self.assertFalse(self._exceptions())
            self.assertFalse(self.move.sales_commission_missing)
            row = (
                self.env["sales.commission.exception"]
                .with_user(self.accountant)
                .search([("is_dismissed", "=", True)])
            )
            self.assertRecordValues(
                row,
                [{"dismissal_note": "House account", "dismissal_user_id": user.id}],
            )
            row.action_take_up()
            self.assertEqual(self._exceptions().document_id, self.move.id)

    def test_changed_document_stands_in_the_list_again(self):
        self._dismiss()
        self.move.button_draft()
        self.move.action_post()
        self.assertFalse(self._exceptions(), "nothing changed")
        self.move.button_draft()
        self.move.invoice_line_ids.price_unit = 1200
        self.move.action_post()
        self.assertEqual(self._exceptions().amount, 1200)
        self._dismiss("Still a house account")
        self.assertFalse(self._exceptions())
        self.move.invoice_user_id = False
        self.assertEqual(self._reasons(), ["no_salesperson"])

    def test_only_documents_can_be_dismissed(self):
        self._dismiss()
        self.ann.work_contact_id = False
        self._invoice(1000)
        with self._refused("Only documents can be dismissed", UserError):
            self._exceptions().action_dismiss()

    def test_nobody_dismisses_by_the_back_door(self):
        vals = {"note": "x", "exception_numbers": self._exceptions().ids}
        rows = self.env["sales.commission.dismissal.ask"]
        for user in (self.ann.user_id, self._create_user("manager")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rows.with_user(user).create(vals)
        for user in (self.officer, self.accountant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["sales.commission.dismissal"].with_user(user).create(
                    {"source_model": "account.move", "source_id": self.move.id}
                )
        stranger = self._create_user(
            "officer", self.setup_other_company(name="Other")["company"]
        )
        with self._refused("nothing to dismiss", UserError):
            rows.with_user(stranger).create(vals).action_dismiss()


@tagged("post_install", "-at_install")
class TestFailures(ExceptionCase):
    """What failed while posting is told, tried again, and leaves the list."""

    def setUp(self):
        super().setUp()
        self._create_plan()

    def _post_failing(self, error):
        with (
            patch(
                f"{LEDGER}.crediting.SalesCommissionCredit._apply", side_effect=error
            ),
            mute_logger("odoo.addons.sales_commission_gamify", "odoo.sql_db"),
        ):
            invoice = self._invoice(1000)
        self.assertEqual(invoice.state, "posted")
        return invoice

    def test_failure_is_told_once_and_retried(self):
        invoice = self._post_failing(ValueError("broken"))
        row = self._exceptions(self.accountant)
        self.assertRecordValues(
            row,
            [{"kind": "run", "attempts": 1, "document_id": invoice.id}],
        )
        self.assertIn("unexpected", row.message)
        run = self.env["sales.commission.run"].browse(row.source_id)
        self.assertIn("Traceback", run.detail)
        self.assertNotIn("Traceback", run.error)
        row.action_solve()
        self.assertEqual(self._earned(self.ann), 50)
        self.assertFalse(self._exceptions())
        self.assertRecordValues(
            run, [{"state": "done", "error": False, "detail": False, "attempts": 2}]
        )

    def test_sentence_of_a_refusal_and_of_a_lock(self):
        self._post_failing(UserError("The exchange rate of USD is missing."))
        self.assertIn("rate of USD is missing", self._exceptions().message)
        self._sweep()
        self.assertFalse(self._exceptions())
        self._post_failing(psycopg2.errors.LockNotAvailable("canceling statement"))
        self.assertIn("Somebody else was computing", self._exceptions().message)
        self.assertNotIn("canceling", self._exceptions().message)

    def test_pauses_grow(self):
        self._post_failing(ValueError("broken"))
        run = self.env["sales.commission.run"].search([("state", "=", "failed")])
        pauses = []
        for _attempt in range(7):
            with (
                patch(
                    f"{LEDGER}.crediting.SalesCommissionCredit._apply",
                    side_effect=ValueError("broken"),
                ),
                mute_logger("odoo.addons.sales_commission_gamify"),
            ):
                run.sudo()._retry()
            pauses.append(run.retry_at - fields.Datetime.now())
        self.assertEqual(pauses, sorted(pauses))
        self.assertEqual(run.attempts, 8)
        self._sweep()
        self.assertEqual(run.state, "failed", "its pause is not over")
        run.sudo().retry_at = fields.Datetime.now()
        self._sweep()
        self.assertEqual(run.state, "done")

    def test_failing_sweep_is_one_row(self):
        with (
            patch(
                f"{LEDGER}.run.SalesCommissionRun._sweep_company",
                side_effect=ValueError("broken"),
            ),
            mute_logger("odoo.addons.sales_commission_gamify"),
        ):
            for _hour in range(3):
                self._sweep()
        row = self._exceptions(None, ("kind", "=", "run"))
        self.assertEqual(len(row), 1)
        self.assertGreaterEqual(row.attempts, 3)
        row.action_solve()
        self.assertFalse(self._exceptions())

    def test_deleted_action_is_made_up_by_the_sweep(self):
        self.env.ref(
            "sales_commission_gamify.ir_actions_server_compute"
        ).sudo().unlink()
        invoice = self._invoice(1000)
        self.assertEqual(self._exceptions().document_id, invoice.id)
        self._sweep()
        self.assertFalse(self._exceptions())
        self.assertEqual(self._earned(self.ann), 50)

    def test_bulk_solves_what_it_can(self):
        self._post_failing(ValueError("broken"))
        self._invoice(1000, payee=self.bob)
        with patch(
            f"{LEDGER}.document.SalesCommissionDocument._sales_commission_changed"
        ):
            self._invoice(500)
        rows = self._exceptions()
        self.assertEqual(self._reasons(), ["failed", "no_plan", "not_counted"])
        answer = rows.action_compute()["params"]
        self.assertIn("Solved: 2. Still to do: 1.", answer["message"])
        self.assertEqual(self._reasons(), ["no_plan"])
        self.assertEqual(self._earned(self.ann), 75)


@tagged("post_install", "-at_install")
class TestExceptionsTour(ExceptionCase, HttpCase):
    def test_accountant_works_the_list_to_its_end(self):
        self._create_plan()
        today = fields.Date.today()
        apply = f"{LEDGER}.crediting.SalesCommissionCredit._apply"
        with (
            patch(apply, side_effect=ValueError("broken")),
            mute_logger("odoo.addons.sales_commission_gamify"),
        ):
            self._invoice(1000, date=today)
        changed = f"{LEDGER}.document.SalesCommissionDocument._sales_commission_changed"
        with patch(changed):
            self._invoice(2000, date=today)
        self._invoice(4000, date=today).invoice_user_id = False
        self._invoice(8000, date=today, payee=self.bob)
        self.assertEqual(
            self._reasons(self.accountant),
            ["failed", "no_plan", "no_salesperson", "not_counted"],
        )
        self._period(today)
        self.start_tour(
            "/odoo", "sales_commission_exceptions", login=self.accountant.login
        )
        self.assertFalse(self._exceptions(self.accountant))
        self.assertEqual(self._earned(self.ann), 350)
        self.assertEqual(
            self.env["sales.commission.dismissal"].search([]).note, "House account"
        )
        comparison = self.env["sales.commission.comparison"].search([])
        self.assertEqual(comparison.user_id, self.accountant)
