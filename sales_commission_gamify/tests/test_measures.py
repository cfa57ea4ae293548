from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestInvoiceValues(MeasureCase):
    """What an invoice line counts for, by what is added up."""

    def setUp(self):
        super().setUp()
        self.product_a.sudo().standard_price = 60
        dozen = self.env.ref("uom.product_uom_dozen")
        self.lines = [
            {"quantity": 2, "price_unit": 100, "discount": 10},  # 180
            {"quantity": 1, "price_unit": 840, "product_uom_id": dozen.id},
            {"quantity": 1, "price_unit": -20},  # a discount, typed as a line
            {"quantity": 3, "price_unit": 0},  # given away
        ]

    def _sell(self, **vals):
        return self._invoice(
            0,
            invoice_line_ids=[
                Command.create(
                    {"product_id": self.product_a.id, "tax_ids": [Command.clear()]}
                    | line
                )
                for line in self.lines
            ],
            **vals,
        )

    def test_values(self):
        """Units are the product's own: a dozen counts twelve."""
        sold = 180 + 840 - 20
        cost = (2 + 12 + 1 + 3) * 60
        for measure, vals, amount, quantity in (
            ("invoiced_amount", {}, sold, 2 + 12),
            ("invoiced_units", {}, 17, 17),
            ("invoiced_margin", {}, sold - cost, 17),
            ("margin_percent", {}, sold - cost, sold),
            ("margin_percent", {"margin_base": "cost"}, sold - cost, cost),
            ("discount", {}, 20, 200 + 840 - 20),
        ):
            with self.subTest(measure=measure, **vals), self._undone():
                plan = self._count(self._get_ready(measure, **vals))
                invoice = self._sell()
                self.assertEqual(self._credited(self.ann, plan), amount)
                self.assertEqual(self._quantity(plan), quantity)
                self._assert_rebuilt(plan)
                self._refund(invoice)
                self.assertEqual(self._credited(self.ann, plan), 0)
                self.assertEqual(self._quantity(plan), 0)

    def test_everything_given_away(self):
        """At a discount of 100 % the price comes from the line."""
        self.lines = [{"quantity": 2, "price_unit": 50, "discount": 100}]
        plan = self._count("discount")
        self._sell()
        self.assertEqual(self._credited(self.ann, plan), 100)
        self.assertEqual(self._quantity(plan), 100)

    def test_unit_of_the_credits(self):
        for measure, unit in (
            ("invoiced_amount", "money"),
            ("invoiced_units", "number"),
            ("invoices", "number"),
            ("margin_percent", "percent"),
            ("discount", "percent"),
            ("achievement", "number"),
        ):
            self.assertEqual(self._get_ready(measure).unit, unit, measure)

    def _undone(self):
        return _Undone(self.env.cr, self.env)


class _Undone:
    """Whatever happens inside is rolled back."""

    def __init__(self, cr, env):
        env.flush_all()
        self.savepoint = cr.savepoint(flush=False)
        self.env = env

    def __enter__(self):
        self.savepoint.__enter__()

    def __exit__(self, *error):
        self.env.flush_all()
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)
        return False


@tagged("post_install", "-at_install")
class TestDocumentsCounted(MeasureCase):
    """Number of documents and of new customers."""

    def _counted(self, plan, month=None):
        domain = {"date_from": f"2026-{month:02}-01"} if month else {}
        return self._credited(self.ann, plan, **domain)

    def test_an_invoice_counts_once(self):
        plan = self._count("invoices")
        self._invoice([100, 200])
        self._invoice(0)
        self.assertEqual(self._counted(plan), 1)
        self.assertEqual(self._credits(plan).source_model, "account.move")

    def test_full_refund_takes_the_count_back(self):
        for policy, january, february in (("original", 0, 0), ("own", 1, -1)):
            with self.subTest(policy=policy):
                plan = self._count("invoices", component={"refund_period": policy})
                invoice = self._invoice(1000)
                self._refund(invoice, amount=400, date="2026-01-20")
                self.assertEqual(self._counted(plan), 1)
                self._refund(invoice, amount=600, date="2026-02-10")
                self.assertEqual(self._counted(plan, 1), january)
                self.assertEqual(self._counted(plan, 2), february)
                self._assert_rebuilt(plan)
                invoice.button_cancel()

    def test_refund_withdrawn_gives_the_count_to_the_next(self):
        """Which refund takes the last of a sale depends on its siblings."""
        plan = self._count("invoices", component={"refund_period": "own"})
        invoice = self._invoice(1000)
        first = self._refund(invoice, amount=1000, date="2026-02-10")
        self._refund(invoice, amount=1000, date="2026-03-10")
        self.assertEqual(self._counted(plan, 2), -1)
        self.assertEqual(self._counted(plan, 3), 0)
        first.button_draft()
        self.assertEqual(self._counted(plan, 2), 0)
        self.assertEqual(self._counted(plan, 3), -1)
        self.assertEqual(self._counted(plan), 0)

    def test_deleted_refund_gives_the_count_to_the_next(self):
        plan = self._count("invoices", component={"refund_period": "own"})
        invoice = self._invoice(1000)
        first = self._refund(invoice, amount=1000, date="2026-02-10")
        self._refund(invoice, amount=1000, date="2026-03-10")
        first.with_context(force_delete=True).unlink()
        self.assertEqual(self._counted(plan, 2), 0)
        self.assertEqual(self._counted(plan, 3), -1)

    def test_deletion_does_not_judge_the_customers_other_invoices_anew(self):
        self.product_a.default_code = "X"
        coded = "[('product_id.default_code', '=', 'X')]"
        plan = self._count("invoiced_amount", component={"domain": coded})
        self._invoice(1000)
        other = self._invoice(500)
        self.product_a.default_code = "Y"
        other.with_context(force_delete=True).unlink()
        self.assertEqual(self._credited(self.ann, plan), 1000)

    def test_filter_decides_which_documents(self):
        only_b = f"[('product_id', '=', {self.product_b.id})]"
        plan = self._count("invoices", component={"domain": only_b})
        self._invoice(1000)
        self.assertEqual(self._counted(plan), 0)

    def test_new_customer_is_counted_once(self):
        plan = self._count("new_customers")
        self._invoice(1000)
        self._invoice(500, date="2026-01-20")
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.partner_a.id}
        )
        self._invoice(500, date="2026-01-21", partner_id=contact.id)
        self._invoice(500, date="2026-01-22", partner_id=self.partner_b.id)
        self.assertEqual(self._counted(plan), 2)
        self._assert_rebuilt(plan)

    def test_customer_of_last_year_is_not_new(self):
        plan = self._count("new_customers")
        self._invoice(1000, date="2025-12-01")
        self._invoice(1000)
        self.assertEqual(self._counted(plan), 0)

    def test_first_sale_taken_back_makes_the_next_one_first(self):
        for policy, counted in (
            ("original", {"ann": [0, 0], "bob": [1, 0]}),
            ("own", {"ann": [1, -1], "bob": [1, 0]}),
        ):
            with self.subTest(policy=policy):
                partner = self.env["res.partner"].create({"name": policy})
                plan = self._count(
                    "new_customers",
                    payees=self.ann + self.bob,
                    component={
                        "refund_period": policy,
                        "domain": f"[('partner_id', '=', {partner.id})]",
                    },
                )
                first = self._invoice(1000, partner_id=partner.id)
                self._invoice(
                    500, payee=self.bob, date="2026-01-20", partner_id=partner.id
                )
                self._refund(first, date="2026-02-10")
                for payee in (self.ann, self.bob):
                    months = [
                        self._credited(payee, plan, date_from=f"2026-{month:02}-01")
                        for month in (1, 2)
                    ]
                    self.assertEqual(months, counted[payee.name.lower()], payee.name)
                self._assert_rebuilt(plan)

    def test_earlier_sale_posted_later_is_the_first(self):
        plan = self._count("new_customers", payees=self.ann + self.bob)
        self._invoice(1000, date="2026-01-20")
        early = self._invoice(1000, payee=self.bob, date="2026-01-10")
        self.assertEqual(self._credited(self.ann, plan), 0)
        self.assertEqual(self._credited(self.bob, plan), 1)
        early.with_context(force_delete=True).unlink()
        self.assertEqual(self._credited(self.ann, plan), 1)
        self.assertEqual(self._credited(self.bob, plan), 0)

    def test_new_customer_of_an_order(self):
        plan = self._count("new_ordering_customers", payees=self.ann + self.bob)
        first = self._order([100], date="2026-01-10")
        self._order([100], payee=self.bob, date="2026-01-12")
        self.assertEqual(self._credited(self.ann, plan), 1)
        first.sudo()._action_cancel()
        self.assertEqual(self._credited(self.ann, plan), 0)
        self.assertEqual(self._credited(self.bob, plan), 1)


@tagged("post_install", "-at_install")
class TestOrders(MeasureCase):
    """Confirmed orders count on the day of their confirmation."""

    def setUp(self):
        super().setUp()
        self.plan = self._count("ordered_amount", payees=self.ann + self.bob)

    def test_draft_counts_nothing_until_confirmed(self):
        order = self._order([1000, 200], confirm=False)
        self.assertEqual(self._credited(self.ann), 0)
        order.action_confirm()
        self.assertEqual(self._credited(self.ann), 1200)
        self.assertEqual(
            self._credits(self.plan).mapped("document_name")[0], order.name
        )

    def test_cancelled_and_confirmed_again(self):
        order = self._order([1000])
        order._action_cancel()
        self.assertEqual(self._credited(self.ann), 0)
        order.action_draft()
        order.action_confirm()
        self.assertEqual(self._credited(self.ann), 1000)

    def test_locked_order_counts(self):
        order = self._order([1000])
        order.action_lock()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 1000)

    def test_edits_of_a_confirmed_order_are_followed(self):
        order = self._order([1000, 200])
        line, other = order.order_line
        for label, edit, credited in (
            ("price", lambda: line.write({"price_unit": 900}), 1100),
            ("quantity", lambda: line.write({"product_uom_qty": 2}), 2000),
            ("discount", lambda: line.write({"discount": 50}), 1100),
            ("removed", lambda: other.write({"product_uom_qty": 0}), 900),
            (
                "added",
                lambda: order.write(
                    {
                        "order_line": [
                            Command.create(
                                {
                                    "product_id": self.product_a.id,
                                    "price_unit": 100,
                                    "tax_ids": [Command.clear()],
                                }
                            )
                        ]
                    }
                ),
                1000,
            ),
        ):
            with self.subTest(label):
                edit()
                self.assertEqual(self._credited(self.ann), credited)
        self._assert_rebuilt(self.plan)

    def test_an_order_edited_as_a_whole_is_computed_once(self):
        order = self._order([100] * 5)
        runs = self.env["sales.commission.run"]
        calls = []
        self.patch(
            type(runs),
            "_run_documents",
            lambda model, name, ids: (
                calls.append(ids) or (model.browse(), model.browse())
            ),
        )
        order.write(
            {
                "order_line": [
                    Command.update(line.id, {"price_unit": 50})
                    for line in order.order_line
                ]
            }
        )
        self.assertEqual(calls, [order.ids])

    def test_given_to_somebody_else(self):
        order = self._order([1000])
        order.user_id = self.bob.user_id
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._credited(self.bob), 1000)

    def test_down_payments_and_sections_do_not_count(self):
        order = self._order([1000])
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Courses"}),
            Command.create(
                {
                    "is_downpayment": True,
                    "product_id": self.product_a.id,
                    "price_unit": 100,
                    "product_uom_qty": 1,
                    "tax_ids": [Command.clear()],
                }
            ),
        ]
        self.assertEqual(self._credited(self.ann), 1000)

    def test_day_is_that_of_the_company(self):
        """11 pm UTC on 31 January is February in Brussels."""
        self.company.sudo().resource_calendar_id.tz = "Europe/Brussels"
        order = self._order([1000])
        order.date_order = fields.Datetime.to_datetime("2026-01-31 23:30:00")
        credit = self._credits(self.plan)
        self.assertEqual(str(credit.date), "2026-02-01")

    def test_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        pricelist = (
            self.env["product.pricelist"]
            .sudo()
            .create({"name": "EUR", "currency_id": euro.id})
        )
        self._order([1000], pricelist_id=pricelist.id)
        credit = self._credits(self.plan)
        self.assertEqual(credit.amount, 500)
        self.assertEqual(
            (credit.source_amount, credit.source_currency_id), (1000, euro)
        )

    def test_values(self):
        self.product_a.sudo().standard_price = 60
        dozen = self.env.ref("uom.product_uom_dozen")
        line = {"price_unit": 840, "product_uom_id": dozen.id, "discount": 0}
        for measure, amount, quantity in (
            ("ordered_units", 12, 12),
            ("ordered_margin", 840 - 720, 12),
            ("orders", 1, 1),
        ):
            with self.subTest(measure=measure):
                plan = self._count(measure, payees=self.ann)
                order = self._order([line])
                self.assertEqual(self._credited(self.ann, plan), amount)
                self.assertEqual(self._quantity(plan), quantity)
                order._action_cancel()
                self.assertEqual(self._credited(self.ann, plan), 0)
        for value, amount, quantity in (
            ("margin_percent", 756 - 720, 756),
            ("discount", 84, 840),
        ):
            with self.subTest(value=value):
                measure = self._get_ready("ordered_amount", value=value)
                plan = self._count(measure, payees=self.ann)
                order = self._order([{**line, "discount": 10}])
                self.assertEqual(self._credited(self.ann, plan), amount)
                self.assertEqual(self._quantity(plan), quantity)
                order._action_cancel()

    def test_salesperson_without_any_right_on_commissions_confirms(self):
        order = self._order([1000], confirm=False)
        order.with_user(self.ann.user_id).action_confirm()
        self.assertEqual(self._credited(self.ann), 1000)

    def test_confirming_succeeds_when_commissions_fail(self):
        engine = "odoo.addons.sales_commission_gamify.engine.price"
        with (
            patch(engine, side_effect=ZeroDivisionError("broken")),
            mute_logger("odoo.addons.sales_commission_gamify"),
        ):
            order = self._order([1000])
        self.assertEqual(order.state, "sale")
        run = self.env["sales.commission.run"].search([("state", "=", "failed")])
        self.assertEqual(run.document_model, "sale.order")
        run.action_retry()
        self.assertEqual(self._earned(self.ann), 50)

    def test_invoice_of_an_order_does_not_count_for_it(self):
        order = self._order([1000])
        self._invoice(500)
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credits(self.plan).document_id, order.id)

    def test_order_that_was_missed_is_swept_up(self):
        order = self._order([1000], confirm=False)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale' WHERE id = %s", (order.id,)
        )
        self.env.invalidate_all()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 1000)
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'cancel' WHERE id = %s", (order.id,)
        )
        self.env.invalidate_all()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 0)


@tagged("post_install", "-at_install")
class TestAchievements(MeasureCase):
    def setUp(self):
        super().setUp()
        self.measure_hand = self._get_ready("achievement")
        self.plan = self._count(self.measure_hand)
        self.officer = new_test_user(
            self.env(su=True),
            "commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _achieve(self, value=3, payee=None, date="2026-01-15", **vals):
        return (
            self.env["sales.commission.achievement"]
            .with_user(self.officer)
            .create(
                {
                    "measure_id": self.measure_hand.id,
                    "company_id": self.company.id,
                    "employee_id": (payee or self.ann).id,
                    "date": date,
                    "value": value,
                    **vals,
                }
            )
        )

    def test_counts_at_once_and_follows_changes(self):
        row = self._achieve(3)
        self.assertEqual(self._credited(self.ann), 3)
        row.value = 5
        self.assertEqual(self._credited(self.ann), 5)
        row.date = "2026-02-01"
        self.assertEqual(self._credited(self.ann, date_from="2026-01-01"), 0)
        self.assertEqual(self._credited(self.ann, date_from="2026-02-01"), 5)
        row.unlink()
        self.assertEqual(self._credited(self.ann), 0)

    def test_only_for_who_takes_part(self):
        self._achieve(3, payee=self.bob)
        self.assertEqual(self._credited(self.bob), 0)

    def test_payee_without_a_login(self):
        agent = (
            self.env["hr.employee"]
            .sudo()
            .create({"name": "Agent", "company_id": self.company.id})
        )
        plan = self._count(self.measure_hand, payees=agent)
        self._achieve(2, payee=agent)
        self.assertEqual(self._credited(agent, plan), 2)

    def test_import(self):
        """As Odoo's import does it, by the names that a spreadsheet holds."""
        rows = [
            ["Ann", self.measure_hand.name, "2026-01-10", "2"],
            ["Ann", self.measure_hand.name, "2026-01-11", "-1"],
        ]
        result = (
            self.env["sales.commission.achievement"]
            .with_user(self.officer)
            .load(["employee_id", "measure_id", "date", "value"], rows)
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self._credited(self.ann), 1)

    def test_changed_behind_our_back(self):
        row = self._achieve(3)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_commission_achievement SET value = 4 WHERE id = %s", row.ids
        )
        self.env.invalidate_all()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 4)
        self.env.cr.execute(
            "DELETE FROM sales_commission_achievement WHERE id = %s", row.ids
        )
        self.env.invalidate_all()
        self._sweep(self.plan)
        self.assertEqual(self._credited(self.ann), 0)

    def test_only_officers_write(self):
        row = self._achieve(3)
        plain = new_test_user(self.env(su=True), "commission_plain")
        manager = new_test_user(
            self.env(su=True),
            "commission_manager",
            groups="sales_commission_gamify.group_manager",
        )
        for user in (self.ann.user_id, plain, manager):
            model = self.env["sales.commission.achievement"].with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    model.browse(row.id).write({"value": 9})
                with self.assertRaises(AccessError):
                    model.browse(row.id).unlink()
                with self.assertRaises(AccessError):
                    model.create(
                        {
                            "measure_id": self.measure_hand.id,
                            "employee_id": self.ann.id,
                            "value": 1,
                        }
                    )
        rows = self.env["sales.commission.achievement"]
        self.assertEqual(rows.with_user(self.ann.user_id).search([]), row)
        self.assertFalse(rows.with_user(plain).search([]))

    def test_other_company_sees_none(self):
        self._achieve(3)
        other = self.setup_other_company(name="Other")["company"]
        stranger = new_test_user(
            self.env(su=True),
            "commission_stranger",
            groups="sales_commission_gamify.group_officer",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        rows = self.env["sales.commission.achievement"].with_user(stranger)
        self.assertFalse(rows.with_company(other).search([]))

    def test_measure_of_documents_takes_no_achievement(self):
        with self.assertRaisesRegex(ValidationError, "Invoiced amount"):
            self._achieve(3, measure_id=self._get_ready("invoiced_amount").id)


@tagged("post_install", "-at_install")
class TestMeasureDesign(MeasureCase):
    def test_value_that_the_source_does_not_have(self):
        for source, value in (
            ("payment", "documents"),
            ("payment", "discount"),
            ("achievement", "margin"),
        ):
            with (
                self.subTest(source=source, value=value),
                self.assertRaisesRegex(ValidationError, "Choose one of"),
            ):
                self.env["sales.commission.measure"].create(
                    {"name": "Odd", "source": source, "value": value}
                )

    def test_published_measure_cannot_change(self):
        measure = self._get_ready("ordered_amount").copy({"name": "Own"})
        self._count(measure)
        for vals in ({"value": "margin"}, {"source": "invoice_line"}):
            with self.assertRaisesRegex(UserError, "Duplicate"):
                measure.write(vals)
        measure.name = "Renamed"

    def test_what_would_count(self):
        self._order([100, 200])
        self._invoice([300])
        for name, model, count in (
            ("ordered_amount", "sale.order.line", 2),
            ("invoiced_amount", "account.move.line", 1),
            ("collected_amount", "account.move.line", 0),
            ("achievement", "sales.commission.achievement", 0),
        ):
            with self.subTest(name=name):
                action = self._get_ready(name).sudo().action_view_counted()
                self.assertEqual(action["res_model"], model)
                found = self.env[model].sudo().search(action["domain"])
                own = found.filtered(lambda row: row.company_id == self.company)
                self.assertEqual(len(own), count)

    def test_number_of_queries_is_constant(self):
        """Whatever is counted: 2 documents × 2 lines or 6 × 10 take the same."""
        measures = [
            "ordered_amount",
            "ordered_margin",
            "orders",
            "new_ordering_customers",
            "collected_amount",
            "invoiced_margin",
            "invoices",
            "new_customers",
            "achievement",
        ]
        counts = {name: [] for name in measures}
        for documents, lines in ((1, 1), (2, 2), (6, 10)):
            for _number in range(documents):
                self._order([10] * lines)
                invoice = self._invoice([10] * lines)
                self._register_payment(invoice)
                self.env["sales.commission.achievement"].create(
                    {
                        "measure_id": self._get_ready("achievement").id,
                        "company_id": self.company.id,
                        "employee_id": self.ann.id,
                        "date": "2026-01-10",
                    }
                )
            for name in measures:
                plan = self._count(name, publish=False)
                plan.sudo().write({"state": "published"})
                run = self.env["sales.commission.run"].sudo()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                run._run_components(plan.sudo().component_ids)
                self.env.flush_all()
                counts[name].append(self.cr.sql_log_count - before)
                self.assertTrue(self._credits(plan), name)
                plan.sudo().write({"state": "draft"})
        for name, (_cold, few, many) in counts.items():
            self.assertLessEqual(many, few, name)
