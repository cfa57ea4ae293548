from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import CommissionCase
from .test_preview import TODAY, PreviewCase


@tagged("post_install", "-at_install")
class TestOrderPreview(PreviewCase):
    """What the card on an order tells whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in (
            "sales_commission_gamify.group_manager",
            "sales_team.group_sale_salesman_all_leads",
        ):
            cls.max.user_id.group_ids += cls.env.ref(group)
        cls._create_plan(
            steps=[(0, 5), (100, 8)],
            payees=cls.ann + cls.bob,
            component={"lookup": "attainment", "quota": 2000},
        )

    def _look(self, order, payee, values=None):
        """``{payee's name: amount}`` that *payee* sees as a user."""
        found = order.with_user(payee.user_id).sales_commission_preview(values)
        return {row["name"]: row["amount"] for row in found["payees"]}

    def test_own_and_those_below(self):
        order = self._order([1000], confirm=False)
        self.assertEqual(self._look(order, self.ann), {"Ann": 50})
        self.assertEqual(self._look(order, self.max), {"Ann": 50})
        order.user_id = self.bob.user_id  # who is below nobody
        order.invalidate_recordset()
        self.assertEqual(self._look(order, self.bob), {"Bob": 50})
        self.assertEqual(self._look(order, self.max), {})

    def test_colleagues_order_says_nothing(self):
        self.ann.user_id.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        order = self._order([1000], payee=self.bob, confirm=False)
        self.assertEqual(self._look(order, self.ann), {})
        self._win(order)
        self.assertEqual(self._look(order, self.ann), {})

    def test_order_that_may_not_be_read(self):
        order = self._order([1000], payee=self.bob, confirm=False)
        with self.assertRaises(AccessError):
            self._look(order, self.ann)

    def test_officer_sees_all(self):
        order = self._order([1000], payee=self.bob, confirm=False)
        found = order.with_user(self.env.user).sales_commission_preview()
        self.assertEqual([row["name"] for row in found["payees"]], ["Bob"])

    def test_what_it_does_to_the_period(self):
        self._invoice(1640, date=TODAY)
        order = self._order([180], confirm=False)
        found = order.with_user(self.ann.user_id).sales_commission_preview()
        [row] = found["payees"]
        self.assertTrue(row["is_own"])
        self.assertEqual(
            [line.replace("\xa0", " ") for line in row["components"][0]["lines"]],
            [
                "March 2026: from 82 % to 91 % of the quota.",
                "The next step, at 100 % of the quota, pays 8 %.",
                "Earned in the period: $ 91.00 instead of $ 82.00.",
            ],
        )

    def test_typed_discount(self):
        order = self._order([1000], confirm=False)
        values = {"order_line": [Command.update(order.order_line.id, {"discount": 10})]}
        self.assertEqual(self._look(order, self.ann, values), {"Ann": 45})
        self.assertEqual(order.order_line.discount, 0)

    def test_new_order(self):
        orders = self.env["sale.order"]
        values = {
            "partner_id": self.partner_a.id,
            "user_id": self.ann.user_id.id,
            "company_id": self.company.id,
            "order_line": [
                [
                    0,
                    "virtual_1",
                    {
                        "product_id": self.product_a.id,
                        "product_uom_qty": 2,
                        "price_unit": 300,
                        "tax_ids": [[6, 0, []]],
                    },
                ]
            ],
        }
        self.assertEqual(self._look(orders, self.ann, values), {"Ann": 30})

    def test_lines_of_another_order(self):
        """Nobody reads a colleague's prices by what they would bring."""
        order = self._order([1000], confirm=False)
        other = self._order([777], payee=self.bob, confirm=False)
        for command in (
            Command.link(other.order_line.id),
            Command.update(other.order_line.id, {"discount": 0}),
        ):
            with self.assertRaises(AccessError):
                self._look(order, self.ann, {"order_line": [command]})

    def test_won_says_what_was_credited(self):
        order = self._order([1000], date=TODAY)
        found = order.with_user(self.ann.user_id).sales_commission_preview()
        self.assertTrue(found["is_won"])
        self.assertEqual(found["payees"][0]["amount"], 50)
        invoice = order._create_invoices()
        invoice.invoice_date = TODAY
        invoice.action_post()
        found = order.with_user(self.ann.user_id).sales_commission_preview()
        [row] = found["payees"]
        self.assertFalse(row["components"])
        [credited] = row["credited"]
        self.assertEqual(credited["text"].replace("\xa0", " "), "$ 1,000.00")
        self.assertEqual(credited["amount"], 50)

    def test_who_takes_no_part_is_not_asked(self):
        order = self._order([1000], confirm=False)
        nobody = self._create_user()
        self.assertTrue(order.with_user(self.ann.user_id).sales_commission_has_preview)
        self.assertFalse(order.with_user(nobody).sales_commission_has_preview)
        found = order.with_user(nobody).sales_commission_preview()
        self.assertEqual(found["payees"], [])

    def _create_user(self):
        user = self.ann.user_id.sudo().copy({"login": "nobody", "name": "Nobody"})
        user.group_ids += self.env.ref("sales_team.group_sale_salesman_all_leads")
        return user

    def test_it_reads_only(self):
        self.assertTrue(self.env["sale.order"].sales_commission_preview._readonly)


@tagged("post_install", "-at_install")
class TestOrderWithoutPlans(PreviewCase):
    def test_nothing_is_asked(self):
        order = self._order([1000], confirm=False).with_user(self.ann.user_id)
        order.fetch(["state"])  # as the form does anyway
        self.env["sales.commission.run"]._has_plans("sale.order")
        self.env["sales.commission.run"]._has_plans("account.move")
        with self.assertQueryCount(0):
            self.assertFalse(order.sales_commission_has_preview)


@tagged("post_install", "-at_install")
class TestOrderPreviewTour(CommissionCase, HttpCase):
    def test_rep_types_a_discount(self):
        self._create_plan(steps=[(0, 5)])
        order = (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "name": "Q-PREVIEW",
                    "partner_id": self.partner_a.id,
                    "company_id": self.company.id,
                    "user_id": self.ann.user_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product_a.id,
                                "price_unit": 1000,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        self.start_tour(
            f"/odoo/sales/{order.id}",
            "sales_commission_order_preview",
            login=self.ann.user_id.login,
        )
        self.assertEqual(order.order_line.price_unit, 800)
