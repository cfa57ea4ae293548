from datetime import date

from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .measures import MeasureCase


class SaleCase(MeasureCase):
    """Ann and Bob sell; what is ordered, invoiced and collected pays at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.sudo().invoice_policy = "order"
        cls.product_b.sudo().invoice_policy = "order"
        payees = cls.ann + cls.bob
        cls.ordered = cls._count(
            "ordered_amount", payees=payees, name="Ordered", steps=[(0, 10)]
        )
        cls.invoiced = cls._count(
            "invoiced_amount", payees=payees, name="Invoiced", steps=[(0, 10)]
        )
        cls.collected = cls._count(
            "collected_amount", payees=payees, name="Collected", steps=[(0, 10)]
        )

    def assertSold(self, ordered, invoiced, collected=None, payee=None):
        """What is credited, and 10 % of it earned, by each of the plans."""
        payee = payee or self.ann
        for plan, amount in (
            (self.ordered, ordered),
            (self.invoiced, invoiced),
            (self.collected, collected),
        ):
            if amount is not None:
                self.assertEqual(self._credited(payee, plan), amount, plan.name)
                self.assertEqual(
                    self._earned(payee, plan), round(amount * 0.1, 2), plan.name
                )

    def _down_payment(self, order, amount, kind="percentage", day="2026-01-20"):
        """A posted down payment, in percent or a fixed amount."""
        wizard = (
            self.env["sale.advance.payment.inv"]
            .sudo()
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create(
                {
                    "advance_payment_method": kind,
                    "amount" if kind == "percentage" else "fixed_amount": amount,
                }
            )
        )
        return self._post(wizard._create_invoices(order), day)

    def _post(self, moves, day="2026-01-20"):
        moves.invoice_date = day
        moves.action_post()
        return moves.with_env(self.env)

    def _final(self, order, day="2026-03-05"):
        return self._post(order._create_invoices(final=True), day)

    def _shares(self, *rows):
        return [
            Command.create({"employee_id": payee.id, "percent": percent})
            for payee, percent in rows
        ]


@tagged("post_install", "-at_install")
class TestOrderToInvoice(SaleCase):
    def test_invoiced_in_parts(self):
        """What is ordered is no second time ordered when it is invoiced."""
        order = self._order([{"price_unit": 100, "product_uom_qty": 10}])
        self.assertSold(1000, 0, 0)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 4
        self._post(first)
        self.assertSold(1000, 400, 0)
        self._post(order._create_invoices(), "2026-02-20")
        self.assertSold(1000, 1000, 0)
        self._register_payment(first, payment_date="2026-02-20")
        self.assertSold(1000, 1000, 400)

    def test_changed_after_it_was_invoiced(self):
        """The order says what was ordered, the invoice what was invoiced."""
        order = self._order([1000])
        self._post(order._create_invoices())
        order.order_line.write({"price_unit": 1200, "discount": 50})
        self.assertSold(600, 1000)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.product_b.id,
                    "price_unit": 300,
                    "tax_ids": [Command.clear()],
                }
            )
        ]
        self.assertSold(900, 1000)

    def test_cancelled_set_to_draft_and_confirmed_again(self):
        order = self._order([1000])
        order._action_cancel()
        self.assertSold(0, 0)
        order.action_draft()
        self.assertSold(0, 0)
        order.order_line.product_uom_qty = 2
        order.action_confirm()
        self.assertSold(2000, 0)
        order.action_lock()
        self.assertSold(2000, 0)
        order.action_unlock()
        order._action_cancel()
        order.sudo().unlink()
        self.assertSold(0, 0)
        self._assert_rebuilt(self.ordered)

    def test_removed_line(self):
        order = self._order([1000, 200], confirm=False)
        order.order_line[1].unlink()
        order.action_confirm()
        self.assertSold(1000, 0)

    def test_duplicate_of_a_confirmed_order(self):
        copy = self._order([1000]).copy()
        self.assertSold(1000, 0)
        copy.action_confirm()
        self.assertSold(2000, 0)

    def test_credit_note_of_an_order(self):
        """It takes back what was invoiced; the order stands."""
        order = self._order([1000])
        self._refund(self._post(order._create_invoices()), amount=400)
        self.assertSold(1000, 600)

    def test_plan_replaced_between_order_and_invoice(self):
        """Each counts by the plan of its own day: the order at the old rates, the
        invoice at the new ones."""
        for plan in self.ordered, self.invoiced:
            version = plan._create_version(date(2026, 3, 1))
            version.component_ids.rate_ids.percent = 20
            version.action_publish()
        order = self._order([1000], date="2026-01-15")
        self.assertEqual(self._earned(self.ann, self.ordered), 100)
        self._post(order._create_invoices(), "2026-03-10")
        self.assertEqual(self._earned(self.ann, self.ordered), 100)
        self.assertEqual(self._earned(self.ann, self.invoiced), 0)
        self.assertEqual(self._earned(self.ann), 100 + 200)

    def test_salesperson_without_accounting_rights(self):
        order = self._order([1000], confirm=False)
        mine = order.with_user(self.ann.user_id)
        mine.action_confirm()
        mine.order_line.price_unit = 1100
        self.assertSold(1100, 0)

    def test_accountant_without_sales_rights(self):
        """Invoices, is paid and takes back; reads no commission."""
        user = new_test_user(
            self.env(su=True),
            "commission_billing",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        move = self._order([1000])._create_invoices().with_user(user)
        move.invoice_date = "2026-01-20"
        move.action_post()
        self.assertSold(1000, 1000, 0)
        self._register_payment(move, payment_date="2026-02-20")
        self.assertSold(1000, 1000, 1000)
        self._refund(move).with_user(user)
        self.assertSold(1000, 0, 1000)
        self.assertFalse(self.env["sales.commission.credit"].with_user(user).search([]))

    def test_split_is_carried_on_and_can_be_changed_until_it_counts(self):
        order = self._order(
            [{"price_unit": 100, "product_uom_qty": 10}],
            sales_commission_split_ids=self._shares((self.ann, 60), (self.bob, 40)),
        )
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 5
        self._post(first)
        second = order._create_invoices()
        second.sales_commission_split_ids = [
            Command.clear(),
            *self._shares((self.bob, 100)),
        ]
        self._post(second, "2026-02-20")
        self.assertSold(600, 300)
        self.assertSold(400, 700, payee=self.bob)
        self._refund(first, date="2026-02-22")
        self._refund(second, date="2026-02-22")
        self.assertSold(600, 0)
        self.assertSold(400, 0, payee=self.bob)

    def test_split_of_a_copied_invoice(self):
        """A duplicate starts as nobody's share."""
        invoice = self._invoice(
            1000,
            sales_commission_split_ids=self._shares((self.ann, 60), (self.bob, 40)),
        )
        copy = invoice.copy({"invoice_date": "2026-01-20"})
        self.assertFalse(copy.sales_commission_split_ids)


@tagged("post_install", "-at_install")
class TestDownPayments(SaleCase):
    """What is invoiced of an order comes to the order, whoever waits how long."""

    def test_several_of_both_kinds(self):
        order = self._order([1000, 1000])
        first = self._down_payment(order, 25)
        self.assertSold(2000, 500)
        self._down_payment(order, 300, "fixed", "2026-02-10")
        self.assertSold(2000, 800)
        final = self._final(order)
        self.assertEqual(final.amount_untaxed, 1200)
        self.assertTrue(
            final.invoice_line_ids.filtered(lambda line: line.price_subtotal < 0)
        )
        self.assertSold(2000, 2000)
        january = self._credited(self.ann, self.invoiced, date_from="2026-01-01")
        march = self._credited(self.ann, self.invoiced, date_from="2026-03-01")
        self.assertEqual((january, march), (500, 1200))
        for move in first + final:
            self._register_payment(move, payment_date="2026-03-20")
        self.assertSold(2000, 2000, 1700)
        self._assert_rebuilt(self.invoiced)

    def test_with_taxes(self):
        order = self._order([{"price_unit": 1000, "tax_ids": self.tax_sale_a.ids}])
        self._down_payment(order, 50)
        self._final(order)
        self.assertSold(1000, 1000)

    def test_taken_back(self):
        """A down payment that is given back, and the order invoiced as a whole."""
        order = self._order([1000])
        self._refund(self._down_payment(order, 30))
        self.assertSold(1000, 0)
        self._post(order._create_invoices(final=True), "2026-03-05")
        self.assertSold(1000, 1000)

    def test_shared(self):
        """Each has the share of the down payment and of what is left."""
        order = self._order(
            [1000, 1000],
            sales_commission_split_ids=self._shares((self.ann, 50), (self.bob, 50)),
        )
        self._down_payment(order, 75)
        self.assertSold(1000, 750)
        self._final(order)
        self.assertSold(1000, 1000)
        self.assertSold(1000, 1000, payee=self.bob)

    def test_filter_of_one_line(self):
        """Paid for one product of two: the total is that product's, in the end."""
        only_a = f"[('product_id', '=', {self.product_a.id})]"
        other = f"[('product_id', '!=', {self.product_a.id})]"
        plans = [
            self._count(
                "invoiced_amount",
                name=name,
                component={"domain": domain},
                steps=[(0, 10)],
            )
            for name, domain in (("Only A", only_a), ("Not A", other))
        ]
        order = self._order(
            [{"price_unit": 1000}, {"price_unit": 500, "product_id": self.product_b.id}]
        )
        self._down_payment(order, 75)
        self._final(order)
        self.assertEqual(self._earned(self.ann, plans[0]), 100)
        self.assertEqual(self._earned(self.ann, plans[1]), 50)

    def test_other_measures(self):
        """A down payment has no cost and is no unit, so nothing is left of it."""
        self.product_a.sudo().standard_price = 60
        margin = self._count("invoiced_margin", name="Margin")
        units = self._count("invoiced_units", name="Units")
        order = self._order([{"price_unit": 100, "product_uom_qty": 10}])
        self._down_payment(order, 50)
        self.assertEqual(self._credited(self.ann, units), 0)
        self.assertEqual(self._credited(self.ann, margin), 500)
        self._final(order)
        self.assertEqual(self._credited(self.ann, units), 10)
        self.assertEqual(self._credited(self.ann, margin), 400)


@tagged("post_install", "-at_install")
class TestOrdersFromElsewhere(SaleCase):
    def test_imported_from_a_table(self):
        user = new_test_user(
            self.env(su=True),
            "commission_importer",
            groups="sales_team.group_sale_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        result = (
            self.env["sale.order"]
            .with_user(user)
            .load(
                [
                    "partner_id/.id",
                    "user_id/.id",
                    "state",
                    "date_order",
                    "order_line/product_id/.id",
                    "order_line/price_unit",
                    "order_line/tax_ids",
                ],
                [
                    [
                        str(self.partner_a.id),
                        str(self.ann.user_id.id),
                        "sale",
                        "2026-01-15 12:00:00",
                        str(self.product_a.id),
                        "1000",
                        "",
                    ],
                    ["", "", "", "", str(self.product_b.id), "500", ""],
                ],
            )
        )
        self.assertFalse(result["messages"])
        order = self.env["sale.order"].browse(result["ids"])
        self.assertEqual(order.state, "sale")
        self.assertSold(1500, 0)

    def test_by_rpc(self):
        """A salesperson's program creates, confirms, changes and cancels an order."""
        model = self.env["sale.order"].with_user(self.ann.user_id).browse()
        [order_id] = call_kw(
            model,
            "create",
            [
                [
                    {
                        "partner_id": self.partner_a.id,
                        "order_line": [
                            (
                                0,
                                0,
                                {
                                    "product_id": self.product_a.id,
                                    "price_unit": 1000,
                                    "tax_ids": [(5,)],
                                },
                            )
                        ],
                    }
                ]
            ],
            {},
        )
        call_kw(model, "action_confirm", [[order_id]], {})
        self.assertSold(1000, 0)
        [line_id] = self.env["sale.order"].browse(order_id).order_line.ids
        lines = self.env["sale.order.line"].with_user(self.ann.user_id).browse()
        call_kw(lines, "write", [[line_id], {"product_uom_qty": 3}], {})
        self.assertSold(3000, 0)
        call_kw(model, "action_cancel", [[order_id]], {})
        self.assertSold(0, 0)

    def test_paid_on_the_portal(self):
        """The customer's card confirms the order, and Odoo invoices it by itself, as
        in a web shop: no user of ours is there."""
        self.env["ir.config_parameter"].sudo().set_param(
            "sale.automatic_invoice", "True"
        )
        method = self.env.ref("payment.payment_method_unknown").sudo()
        provider = (
            self.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Card",
                    "code": "none",
                    "state": "test",
                    "company_id": self.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                    "redirect_form_view_id": self.env["ir.ui.view"]
                    .sudo()
                    .search([("type", "=", "qweb")], limit=1)
                    .id,
                }
            )
        )
        journal = self.company_data["default_journal_bank"]
        way = journal.inbound_payment_method_line_ids[0]
        way.payment_provider_id = provider
        order = self._order([1000], confirm=False, require_payment=True)
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": "card",
                    "operation": "online_redirect",
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
        )
        public = self.env.ref("base.public_user")
        transaction = transaction.with_user(public).sudo().with_company(self.company)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertSold(1000, 1000)
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertSold(1000, 1000, 1000)

    def test_batch_asks_as_much_as_a_few(self):
        """Confirming many orders at once runs the computation with the same number of
        queries."""
        counts = []
        runs = type(self.env["sales.commission.run"])
        run = runs._run_documents

        def counted(self, model, ids):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            result = run(self, model, ids)
            self.env.flush_all()
            counts.append((len(ids), self.env.cr.sql_log_count - before))
            return result

        self.patch(runs, "_run_documents", counted)
        for size in (3, 3, 40):
            orders = self.env["sale.order"].browse()
            for _number in range(size):
                orders += self._order([100], confirm=False)
            orders.action_confirm()
        sizes = [size for size, _queries in counts]
        self.assertEqual(max(sizes), 40)
        few = max(queries for size, queries in counts[len(counts) // 2 :] if size <= 3)
        many = max(queries for size, queries in counts if size == 40)
        self.assertLessEqual(many, few)
