import random
from collections import defaultdict
from contextlib import closing
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .measures import MeasureCase

TODAY = "2026-03-10"


class PreviewCase(MeasureCase):
    """Today is a day in March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{TODAY} 12:00:00"))
        cls.runs = cls.env["sales.commission.run"]

    def _preview(self, orders):
        """``{(component name, payee name, level, first day): change of what is
        earned}``, without those that stay."""
        self.env.flush_all()
        with closing(self.env.cr.savepoint()):
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            return self._get_changes(self.runs._preview(orders))

    def _get_changes(self, previews):
        components = self.env["sales.commission.component"].sudo()
        payees = self.env["hr.employee"].sudo()
        return {
            (
                components.browse(component).name,
                payees.browse(payee).name,
                level,
                str(first),
            ): preview.after - preview.before
            for (component, payee, level, first), preview in previews.items()
            if preview.after != preview.before
        }

    def _read_earned(self):
        earned = defaultdict(Decimal)
        for row in self.env["sales.commission.earning"].sudo().search([]):
            key = (
                row.component_id.name,
                row.employee_id.name,
                row.level,
                str(row.date_from),
            )
            earned[key] += Decimal(str(row.amount))
        return earned

    def _win(self, order):
        """Confirmed, invoiced, posted and paid, as Odoo does it.

        :return: the changes of what is earned, as of ``_preview``
        """
        before = self._read_earned()
        order.sudo().action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.invoice_date = TODAY
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": TODAY})._create_payments()
        after = self._read_earned()
        return {
            key: after[key] - before[key]
            for key in sorted(after)
            if after[key] != before[key]
        }


@tagged("post_install", "-at_install")
class TestPreviewEqualsWinning(PreviewCase):
    """What is told of an order before it is won is what it brings once it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.sudo().standard_price = 41.37
        cls.product_b.sudo().standard_price = 12.5
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1.37), ("2026-03-01", 1.7321)]
        )
        taxes = cls.env["account.tax"].sudo()
        cls.included = taxes.create(
            {"name": "19 incl", "amount": 19, "price_include_override": "tax_included"}
        )
        cls.excluded = taxes.create({"name": "7.5 excl", "amount": 7.5})
        cls.tree = cls.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create({"employee_id": rep.id, "manager_id": cls.max.id})
                    for rep in cls.ann + cls.bob
                ],
            }
        )
        cls._create_plans()

    @classmethod
    def _create_plans(cls):
        reps = cls.ann + cls.bob
        cls._count(
            "ordered_amount",
            reps,
            name="By order",
            steps=((0, 3), (50, 4.5), (100, 8)),
            component={
                "name": "Ordered",
                "lookup": "attainment",
                "quota": 4000,
                "accelerator_ids": [Command.create({"bound": 110, "percent": 150})],
            },
        )
        cls._count(
            "invoiced_amount",
            reps,
            name="By invoice",
            steps=((0, 2), (1500, 3), (4000, 5)),
            component={"name": "Invoiced", "application": "retroactive"},
        )
        cls._count(
            "invoiced_margin",
            reps,
            name="By margin",
            steps=((0, 10), (900, 12.5)),
            component={"name": "Margin"},
        )
        cls._count(
            "ordered_margin",
            reps,
            name="By ordered margin",
            steps=((0, 7),),
            component={"name": "Ordered margin"},
        )
        cls._count(
            "collected_amount",
            reps,
            name="By payment",
            steps=((0, 1), (2500, 1.5)),
            component={"name": "Collected"},
        )
        above = {"credited_to": "hierarchy", "hierarchy_id": cls.tree.id}
        for name, measure in (
            ("Team", "invoiced_amount"),
            ("Team's commissions", "commissions"),
        ):
            cls._count(
                measure,
                cls.max,
                name=name,
                component={
                    "name": name,
                    **above,
                    "rate_ids": [
                        Command.create({"bound": 0, "level": 1, "percent": 4.75})
                    ],
                },
            )

    def _draw_order(self, dice):
        lines = []
        for _line in range(dice.randint(1, 4)):
            taxes = dice.choice([False, self.included, self.excluded])
            lines.append(
                {
                    "product_id": dice.choice([self.product_a, self.product_b]).id,
                    "price_unit": dice.choice([99.99, 333.33, 0.37, 1234.565]),
                    "product_uom_qty": dice.choice([1, 2, 3, 0.333]),
                    "discount": dice.choice([0, 0, 12.5, 33.33]),
                    "tax_ids": [Command.set(taxes.ids if taxes else [])],
                }
            )
        values = {}
        if dice.random() < 0.4:
            pricelist = self.env["product.pricelist"].sudo()
            values["pricelist_id"] = pricelist.create(
                {"name": "Euro", "currency_id": self.euro.id}
            ).id
        payee = dice.choice([self.ann, self.bob])
        if dice.random() < 0.3:
            values["sales_commission_split_ids"] = [
                Command.create({"employee_id": self.ann.id, "percent": 33.33}),
                Command.create({"employee_id": self.bob.id, "percent": 66.67}),
            ]
        return self._order(lines, payee=payee, confirm=False, **values)

    def test_random_orders(self):
        """Each is added to what those before it brought, so tiers are crossed."""
        dice = random.Random(20260310)
        kinds = set()
        for number in range(12):
            order = self._draw_order(dice)
            with self.subTest(number=number, order=order.order_line.mapped("name")):
                told = self._preview(order)
                won = self._win(order)
                self.assertEqual(told, won)
                kinds |= {key[0] for key in won}
        self.assertEqual(
            kinds,
            {
                "Ordered",
                "Invoiced",
                "Margin",
                "Ordered margin",
                "Collected",
                "Team",
                "Team's commissions",
            },
        )

    def test_several_orders_at_once(self):
        dice = random.Random(7)
        orders = self.env["sale.order"].union(
            *(self._draw_order(dice) for _order in range(4))
        )
        told = self._preview(orders)
        brought = defaultdict(Decimal)
        for order in orders:
            for key, change in self._win(order).items():
                brought[key] += change
        self.assertEqual(told, dict(brought))

    def test_won_orders_bring_nothing_more(self):
        order = self._draw_order(random.Random(3))
        self._win(order)
        self.assertEqual(self._preview(order), {})

    def test_order_that_is_being_typed(self):
        """A discount, a further line and a split that nobody has saved."""
        order = self._draw_order(random.Random(11))
        stored = self._preview(order)
        line = order.order_line[0]
        values = {
            "order_line": [
                Command.update(line.id, {"discount": 20.0, "price_unit": 800.0}),
                Command.create(
                    {
                        "product_id": self.product_b.id,
                        "product_uom_qty": 3,
                        "price_unit": 77.77,
                        "tax_ids": [Command.set(self.excluded.ids)],
                    }
                ),
            ],
            "sales_commission_split_ids": [
                Command.clear(),
                Command.create({"employee_id": self.ann.id, "percent": 25}),
                Command.create({"employee_id": self.bob.id, "percent": 75}),
            ],
        }
        told = self._preview(order.new(values, origin=order))
        self.assertNotEqual(told, stored)
        order.write(values)
        self.assertEqual(self._preview(order), told)
        self.assertEqual(self._win(order), told)

    def test_order_that_was_never_saved(self):
        values = {
            "company_id": self.company.id,
            "partner_id": self.partner_a.id,
            "user_id": self.bob.user_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_a.id,
                        "product_uom_qty": 2,
                        "price_unit": 1500.0,
                        "tax_ids": [Command.set(self.included.ids)],
                    }
                )
            ],
        }
        orders = self.env["sale.order"].sudo()
        told = self._preview(orders.new(values))
        self.assertEqual(self._win(orders.create(values)), told)
        self.assertTrue(told)

    def test_partly_invoiced(self):
        """What is invoiced already is earned; only the rest is still to come."""
        order = self._order([{"price_unit": 100.0, "product_uom_qty": 10}], date=TODAY)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 4
        invoice.invoice_date = TODAY
        invoice.action_post()
        told = self._preview(order)
        before = self._read_earned()
        rest = order._create_invoices()
        rest.invoice_date = TODAY
        rest.action_post()
        after = self._read_earned()
        key = ("Invoiced", "Ann", 0, "2026-03-01")
        self.assertEqual(told[key], after[key] - before[key])
        self.assertEqual(after[key] - before[key], 12)
        self.assertNotIn(("Ordered", "Ann", 0, "2026-03-01"), told)

    def test_cancelled_brings_nothing(self):
        order = self._draw_order(random.Random(5))
        order.sudo().action_cancel()
        self.assertEqual(self._preview(order), {})


@tagged("post_install", "-at_install")
class TestPreviewRules(PreviewCase):
    """Rules that look at more than the order."""

    def test_first_order_of_a_customer(self):
        """Which order of a customer is the first is judged over all of them."""
        self._count("new_ordering_customers", component={"name": "New"})
        first = self._order([50], confirm=False)
        second = self._order([70], confirm=False)
        self.assertTrue(self.runs._preview(first))
        self._win(first)
        self.assertFalse([p for p in self.runs._preview(second).values() if p.credited])

    def test_gate_and_cap(self):
        plan = self._create_plan(
            steps=[(0, 10)],
            publish=False,
            component={
                "quota": 1000,
                "gate_ids": [Command.create({"threshold": 60})],
                "cap_per_period": 120,
            },
        )
        plan.action_publish()
        for price, pays in ((500, 0), (700, 120)):
            order = self._order([price], confirm=False)
            told = self._preview(order)
            self.assertEqual(told, self._win(order))
            self.assertEqual(sum(told.values()), pays)

    def test_delivery_later_counts_in_its_own_period(self):
        self._create_plan()
        order = self._order(
            [1000], confirm=False, commitment_date="2026-05-20 10:00:00"
        )
        self.assertEqual(
            self._preview(order), {("Invoiced", "Ann", 0, "2026-05-01"): 50}
        )

    def test_who_takes_no_part_gets_nothing(self):
        self._create_plan(payees=self.bob)
        self.assertEqual(self._preview(self._order([1000], confirm=False)), {})

    def test_without_plans_nothing_is_asked(self):
        order = self._order([1000], confirm=False)
        self.runs._has_plans("sale.order")
        self.runs._has_plans("account.move")
        with self.assertQueryCount(0):
            self.assertEqual(self.runs._preview(order), {})

    def test_queries_do_not_grow_with_orders(self):
        self._create_plan(payees=self.ann + self.bob)
        counts = []
        for number in (2, 12):
            orders = self.env["sale.order"].union(
                *(
                    self._order([100, 200], payee=payee, confirm=False)
                    for payee in [self.ann, self.bob] * (number // 2)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            self.runs._preview(orders)  # what is remembered
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.runs._preview(orders)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4, counts)
