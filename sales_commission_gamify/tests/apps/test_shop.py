from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..measures import MeasureCase


@tagged("post_install", "-at_install")
class TestShop(MeasureCase):
    """The ready measures of the shop, on orders as the till sends them."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "point_of_sale.group_pos_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.commission.measure"].action_load_library()
        cls.tax = cls.company_data["default_tax_sale"]
        cls.tea, cls.cup = cls.env["product.product"].create(
            [
                {"name": name, "type": "consu", "available_in_pos": True}
                for name in ("Tea", "Cup")
            ]
        )
        cls.cash = cls.env["pos.payment.method"].create(
            {
                "name": "Bank",
                "journal_id": cls.company_data["default_journal_bank"].id,
                "receivable_account_id": cls.company_data[
                    "default_account_receivable"
                ].id,
                "company_id": cls.company.id,
            }
        )
        cls.shop = cls._open_shop()

    @classmethod
    def _open_shop(cls, **vals):
        shop = cls.env["pos.config"].create(
            {
                "name": "Shop",
                "company_id": cls.company.id,
                "journal_id": cls.company_data["default_journal_sale"].id,
                "invoice_journal_id": cls.company_data["default_journal_sale"].id,
                "payment_method_ids": [Command.set(cls.cash.ids)],
                **vals,
            }
        )
        shop.open_ui()
        shop.current_session_id.set_opening_control(0, None)
        return shop

    def _till(self, *lines, payee=None, at="2026-01-15 12:00:00", shop=None, **vals):
        """An order that the till sends, paid: ``(product, quantity, price)`` without
        15 % tax, and which line it takes back."""
        session = (shop or self.shop).current_session_id
        rows, total, taxes = [], 0, 0
        for product, quantity, price, *back in lines:
            untaxed = quantity * price
            tax = round(untaxed * self.tax.amount / 100, 2)
            total, taxes = total + untaxed + tax, taxes + tax
            rows.append(
                Command.create(
                    {
                        "product_id": product.id,
                        "qty": quantity,
                        "price_unit": price,
                        "discount": 0,
                        "price_subtotal": untaxed,
                        "price_subtotal_incl": untaxed + tax,
                        "tax_ids": [Command.set(self.tax.ids)],
                        "refunded_orderline_id": back and back[0].id,
                    }
                )
            )
        number = len(self.env["pos.order"].search([])) + 1
        order = {
            "access_token": f"token{number}",
            "uuid": f"00000-001-{number:04}",
            "name": f"Order {number}",
            "amount_paid": total,
            "amount_return": 0,
            "amount_tax": taxes,
            "amount_total": total,
            "date_order": at,
            "fiscal_position_id": False,
            "lines": rows,
            "partner_id": False,
            "is_refund": total < 0,
            "payment_ids": [
                Command.create(
                    {
                        "amount": total,
                        "name": fields.Datetime.to_datetime(at),
                        "payment_method_id": self.cash.id,
                    }
                )
            ],
            "session_id": session.id,
            "sequence_number": number,
            "user_id": (payee or self.ann).user_id.id,
            "state": "paid",
            "to_invoice": False,
            **vals,
        }
        with freeze_time(at):
            found = self.env["pos.order"].sync_from_ui([order])["pos.order"]
        return self.env["pos.order"].browse(found[-1]["id"])

    def _shop_plan(self, key, payees=None, **vals):
        measure = self.env["sales.commission.measure"].search(
            [("library_key", "=", key)]
        )
        return self._count(measure, payees=payees or self.ann + self.bob, **vals)

    def test_what_was_sold_without_taxes(self):
        plan = self._shop_plan("pos_amount")
        order = self._till((self.tea, 3, 10), (self.cup, 1, 20))
        self.assertEqual((order.state, order.amount_total), ("paid", 57.5))
        self._till((self.tea, 2, 10), payee=self.bob)
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 50)
        self.assertEqual(self._credited(self.bob, plan), 20)
        self.assertEqual(self._earned(self.ann, plan), 2.5)
        self.assertEqual(
            set(self._credits(plan).mapped("document_name")),
            set(self.env["pos.order"].search([]).mapped("name")),
        )
        self._assert_rebuilt(plan)

    def test_brought_back_in_the_next_month(self):
        """By another cashier: it is the sale that is taken back, in its own month or,
        by choice, in that of the refund."""
        own = self._shop_plan("pos_amount", component={"refund_period": "own"})
        plan = self._shop_plan("pos_amount")
        units = self._shop_plan("pos_quantity")
        order = self._till((self.tea, 3, 10), (self.cup, 1, 20))
        line = order.lines[0]
        self._till((self.tea, -2, 10, line), payee=self.bob, at="2026-02-03 12:00:00")
        for one in own + plan + units:
            self._sweep(one)
        january, february = {"date_from": "2026-01-01"}, {"date_from": "2026-02-01"}
        self.assertEqual(self._credited(self.ann, plan, **january), 30)
        self.assertEqual(self._credited(self.ann, plan, **february), 0)
        self.assertEqual(self._credited(self.ann, own, **january), 50)
        self.assertEqual(self._credited(self.ann, own, **february), -20)
        self.assertEqual(self._credited(self.ann, units), 2)
        for one in own + plan + units:
            self.assertEqual(self._credited(self.bob, one), 0)

    def test_number_of_orders(self):
        """One counts until all of it was brought back."""
        plan = self._shop_plan("pos_orders")
        order = self._till((self.tea, 3, 10), (self.cup, 1, 20))
        self._till((self.cup, 1, 20))
        tea, cup = order.lines
        for back, left in (
            ([(self.tea, -2, 10, tea)], 2),
            ([(self.tea, -1, 10, tea)], 2),
            ([(self.cup, -1, 20, cup)], 1),
        ):
            self._till(*back, at="2026-02-03 12:00:00")
            self._sweep(plan)
            self.assertEqual(self._credited(self.ann, plan), left)

    def test_unpaid_order_does_not_count(self):
        plan = self._shop_plan("pos_amount")
        self._till((self.tea, 3, 10), state="draft", payment_ids=[], amount_paid=0)
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_day_is_that_of_the_company(self):
        self.company.sudo().resource_calendar_id.tz = "Europe/Brussels"
        plan = self._shop_plan("pos_amount")
        self._till((self.tea, 3, 10), at="2026-01-31 23:30:00")
        self._sweep(plan)
        self.assertEqual(str(self._credits(plan).date), "2026-02-01")

    def test_cashier_is_the_employee_at_the_till(self):
        """With POS - HR several share one login; who has none is the login's own."""
        plan = self._shop_plan("pos_amount")
        orders = self._shop_plan("pos_orders")
        self._till((self.tea, 1, 10), employee_id=self.bob.id)
        self._till((self.tea, 1, 20), employee_id=False)
        for one in plan + orders:
            self._sweep(one)
        self.assertEqual(self._credited(self.bob, plan), 10)
        self.assertEqual(self._credited(self.ann, plan), 20)
        self.assertEqual(self._credited(self.bob, orders), 1)
        self.assertEqual(self._credited(self.ann, orders), 1)

    def test_shop_in_a_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        journal = self.company_data["default_journal_sale"].copy(
            {"currency_id": euro.id, "code": "EUS"}
        )
        bank = self.company_data["default_journal_bank"].copy(
            {"currency_id": euro.id, "code": "EUB"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": euro.id, "company_id": self.company.id}
        )
        method = self.cash.copy({"journal_id": bank.id})
        shop = self._open_shop(
            journal_id=journal.id,
            use_pricelist=True,
            available_pricelist_ids=[Command.set(pricelist.ids)],
            pricelist_id=pricelist.id,
            payment_method_ids=[Command.set(method.ids)],
        )
        self.cash = method
        plan = self._shop_plan("pos_amount")
        self._till((self.tea, 1, 30), shop=shop)
        self._sweep(plan)
        credit = self._credits(plan)
        self.assertEqual(credit.amount, 15)
        self.assertEqual((credit.source_amount, credit.source_currency_id), (30, euro))

    def test_neither_closing_nor_an_invoice_counts_twice(self):
        """A plan that counts the shop and the invoices; the shop's own invoice is
        among the latter only in a plan that does not count the shop."""
        both = self._shop_plan("pos_amount", publish=False)
        self.env["sales.commission.component"].create(
            {
                "plan_id": both.id,
                "name": "Invoiced",
                "measure_id": self.measure.id,
                "rate_ids": [Command.create({"bound": 0, "percent": 5})],
            }
        )
        both.action_publish()
        invoices = self._create_plan(payees=self.ann)
        self._invoice(100)
        self._till((self.tea, 1, 10))
        self._till((self.tea, 1, 30), partner_id=self.partner_a.id, to_invoice=True)
        invoice = self.env["pos.order"].search([("account_move", "!=", False)])
        self.assertEqual(invoice.account_move.amount_untaxed, 30)
        session = self.shop.current_session_id
        session.action_pos_session_closing_control()
        self.assertEqual(session.state, "closed")
        self._sweep(both)
        self._sweep(invoices)
        self.assertEqual(self._credited(self.ann, both), 140)
        self.assertEqual(self._credited(self.ann, invoices), 130)
        self._assert_rebuilt(both)
