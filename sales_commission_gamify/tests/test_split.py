from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestSplit(CommissionCase):
    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "sales_team.group_sale_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eve = cls._create_payee("Eve", groups="sales_team.group_sale_salesman")

    def _rows(self, *rows):
        """Commands of split rows ``(payee, percent[, kind])``."""
        return [
            Command.create(
                {
                    "employee_id": payee.id,
                    "percent": percent,
                    "kind": kind[0] if kind else "share",
                }
            )
            for payee, percent, *kind in rows
        ]

    def _order(self, amount, rows=(), payee=None, confirm=True, **vals):
        amounts = amount if isinstance(amount, (list, tuple)) else [amount]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "company_id": self.company.id,
                "user_id": (payee or self.ann).user_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.company_data["product_order_no"].id
                            if "product_order_no" in self.company_data
                            else self.product_a.id,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for price in amounts
                ],
                "sales_commission_split_ids": self._rows(*rows),
                **vals,
            }
        )
        order.order_line.product_id.invoice_policy = "order"
        if confirm:
            order.action_confirm()
        return order

    def _post(self, moves, date="2026-01-15"):
        moves.invoice_date = date
        moves.action_post()
        return moves

    def _splits(self, document):
        return {
            (split.employee_id, split.kind): round(split.percent, 2)
            for split in document.sales_commission_split_ids
        }

    # --- what is paid ------------------------------------------------------------

    def test_commission_is_split(self):
        """S01: 368 at 60/40."""
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        self._invoice(
            3680,
            sales_commission_split_ids=self._rows((self.ann, 60), (self.bob, 40)),
        )
        self.assertEqual(self._earned(self.ann), 220.80)
        self.assertEqual(self._earned(self.bob), 147.20)

    def test_thirds_add_up_to_the_cent(self):
        """S06: one of three gets the cent that is left, however thirds are typed."""
        payees = self.ann + self.bob + self.eve
        self._create_plan(steps=[(0, 100)], payees=payees)
        for third in (33.33, 33.3333, 100 / 3):
            with self.subTest(third=third):
                before = [self._earned(payee) for payee in payees]
                self._invoice(
                    100,
                    sales_commission_split_ids=self._rows(
                        *((payee, third) for payee in payees)
                    ),
                )
                paid = [
                    round(self._earned(payee) - was, 2)
                    for payee, was in zip(payees, before, strict=True)
                ]
                self.assertEqual(round(sum(paid), 2), 100)
                self.assertLessEqual(round(max(paid) - min(paid), 2), 0.01)

    def test_overlay_is_on_top(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob + self.eve)
        self._invoice(
            1000,
            sales_commission_split_ids=self._rows((self.bob, 100, "overlay")),
        )
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credited(self.bob), 1000)
        self._invoice(
            1000,
            payee=self.eve,
            sales_commission_split_ids=self._rows(
                (self.ann, 70), (self.bob, 30), (self.ann, 50, "overlay")
            ),
        )
        self.assertEqual(self._credited(self.ann), 1000 + 700 + 500)
        self.assertEqual(self._credited(self.bob), 1000 + 300)
        self.assertEqual(self._credited(self.eve), 0)

    def test_share_of_nobodys_payee_is_not_given_to_others(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann)
        self._invoice(
            1000,
            sales_commission_split_ids=self._rows((self.ann, 60), (self.bob, 40)),
        )
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._credited(self.bob), 0)

    def test_sweep_adds_the_share_of_a_payee_that_was_missed(self):
        """What Ann has takes nobody's place; running it again adds nothing."""
        plan = self._create_plan(steps=[(0, 10)], payees=self.ann)
        rows = self._rows((self.ann, 60), (self.bob, 40))
        self._invoice(1000, sales_commission_split_ids=rows)
        with patch.object(type(plan), "_on_terms_changed", lambda *args: True):
            plan.assignment_ids = [Command.create({"employee_id": self.bob.id})]
        self.assertEqual(self._credited(self.bob), 0)
        for _again in range(2):
            self.env["sales.commission.run"].sudo()._sweep_company(plan)
            self.assertEqual(self._credited(self.ann), 600)
            self.assertEqual(self._credited(self.bob), 400)
            self.assertEqual(self.env["sales.commission.credit"].search_count([]), 2)

    def test_credit_note_follows_the_splits_of_its_sale(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        invoice = self._invoice(
            1000,
            sales_commission_split_ids=self._rows((self.ann, 60), (self.bob, 40)),
        )
        refund = self._refund(invoice)
        self.assertFalse(refund.sales_commission_split_ids)
        self.assertEqual(self._earned(self.ann), 0)
        self.assertEqual(self._earned(self.bob), 0)

    def test_replacement_of_a_reversed_invoice_is_shared_as_that_was(self):
        invoice = self._invoice(
            1000,
            sales_commission_split_ids=self._rows((self.ann, 60), (self.bob, 40)),
        )
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": "2026-01-20", "journal_id": invoice.journal_id.id})
        )
        draft = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(self._splits(draft), self._splits(invoice))

    # --- carried on --------------------------------------------------------------

    def test_order_to_invoice(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)])
        move = self._post(order._create_invoices())
        self.assertEqual(self._splits(move), self._splits(order))
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._credited(self.bob), 400)

    def test_down_payment_and_final_invoice_are_shared_as_the_order(self):
        """Scenario 29, with a split of the whole order: 75 now, 25 at the end."""
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        order = self._order([1000, 1000], [(self.ann, 50), (self.bob, 50)])
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 75})
        )
        self._post(wizard._create_invoices(order))
        self.assertEqual(self._earned(self.ann), 75)
        self._post(order._create_invoices(final=True), "2026-02-15")
        self.assertEqual(self._earned(self.ann), 100)
        self.assertEqual(self._earned(self.bob), 100)

    def test_orders_that_agree_share_one_invoice(self):
        orders = self._order(1000, [(self.ann, 60), (self.bob, 40)])
        orders |= self._order(3000, [(self.ann, 60), (self.bob, 40)])
        move = orders._create_invoices()
        self.assertEqual(len(move), 1)
        self.assertEqual(self._splits(move), self._splits(orders[0]))

    def test_orders_that_differ_weigh_by_their_amounts(self):
        orders = self._order(1000, [(self.ann, 60), (self.bob, 40)])
        orders |= self._order(3000)
        orders |= self._order(4000, [(self.eve, 50, "overlay")])
        move = orders._create_invoices()
        self.assertEqual(len(move), 1)
        self.assertEqual(
            self._splits(move),
            {
                (self.ann, "share"): 7.5 + 37.5 + 50,
                (self.bob, "share"): 5,
                (self.eve, "overlay"): 25,
            },
        )

    def test_duplicates_start_unshared(self):
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)])
        self.assertFalse(order.copy().sales_commission_split_ids)

    def test_split_stays_when_a_draft_changes(self):
        """Whoever typed a split keeps it."""
        rows = self._rows((self.ann, 60), (self.bob, 40))
        move = self._invoice(1000, post=False, sales_commission_split_ids=rows)
        before = self._splits(move)
        with Form(move) as form:
            form.partner_id = self.partner_b
            form.invoice_date = "2026-02-01"
        move.invoice_user_id = self.bob.user_id
        self.assertEqual(self._splits(move), before)

    # --- refused where it is typed -----------------------------------------------

    def test_shares_must_add_up(self):
        order = self._order(1000, confirm=False)
        for rows in (
            [(self.ann, 60)],
            [(self.ann, 60), (self.bob, 50)],
            [(self.ann, 60), (self.bob, 30), (self.eve, 10, "overlay")],
        ):
            with self.subTest(rows=rows), self._refused(order.name):
                order.sales_commission_split_ids = self._rows(*rows)

    def test_payee_stands_once(self):
        order = self._order(1000, confirm=False)
        with self._refused("Ann.*twice"):
            order.sales_commission_split_ids = self._rows(
                (self.ann, 60), (self.ann, 40)
            )

    def test_several_rows_change_in_one_save(self):
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)], confirm=False)
        with Form(order) as form:
            with form.sales_commission_split_ids.edit(0) as row:
                row.percent = 50
            with form.sales_commission_split_ids.edit(1) as row:
                row.percent = 50
        self.assertEqual(set(self._splits(order).values()), {50})

    def test_single_row_by_rpc_is_judged_at_the_end(self):
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)], confirm=False)
        with self.assertRaises(ValidationError):
            order.sales_commission_split_ids[0].percent = 50
            self.env.cr.flush()  # what ends a request

    # --- after posting -----------------------------------------------------------

    def test_officer_changes_what_is_posted_and_the_ledger_follows(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        invoice = self._invoice(
            1000,
            sales_commission_split_ids=self._rows((self.ann, 60), (self.bob, 40)),
        )
        refund = self._refund(invoice, amount=500)
        invoice.sales_commission_split_ids = [
            Command.clear(),
            *self._rows((self.bob, 100)),
        ]
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._credited(self.bob), 500)
        invoice.sales_commission_split_ids.unlink()
        self.env.cr.flush()
        self.assertEqual(self._credited(self.ann), 500)
        self.assertEqual(self._credited(self.bob), 0)
        self.assertEqual(refund.state, "posted")

    def test_ordered_amount_is_shared_and_follows_the_officer(self):
        measure = self.env["sales.commission.measure"].create(
            {"name": "Ordered", "source": "order_line", "value": "amount"}
        )
        self._create_plan(
            steps=[(0, 10)],
            payees=self.ann + self.bob + self.max,
            component={"measure_id": measure.id},
        )
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)])
        self.assertEqual(self._credited(self.ann), 600)
        self.assertEqual(self._credited(self.bob), 400)
        order.sales_commission_split_ids = [
            Command.clear(),
            *self._rows((self.ann, 100), (self.max, 10, "overlay")),
        ]
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credited(self.bob), 0)
        self.assertEqual(self._credited(self.max), 100)

    def test_payee_shares_his_quotation_until_it_is_confirmed(self):
        order = self._order(1000, confirm=False)
        mine = order.with_user(self.ann.user_id)
        with Form(mine) as form:
            with form.sales_commission_split_ids.new() as row:
                row.employee_id = self.ann.with_user(self.ann.user_id)
                row.percent = 70
            with form.sales_commission_split_ids.new() as row:
                row.employee_id = self.bob.with_user(self.ann.user_id)
                row.percent = 30
        self.assertEqual(len(mine.sales_commission_split_ids), 2)
        mine.action_confirm()
        for change in (
            lambda split: split.write({"percent": 100}),
            lambda split: split.unlink(),
            lambda split: split.copy({"kind": "overlay"}),
        ):
            with self.assertRaises(AccessError):
                change(mine.sales_commission_split_ids[0])

    def test_nobody_takes_a_share_of_others_documents(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        order = self._order(1000, confirm=False)
        draft = self._invoice(1000, post=False)
        posted = self._invoice(1000)
        billing = new_test_user(
            self.env(su=True),
            "commission_billing",
            groups="account.group_account_invoice",
            company_id=self.company.id,
        )
        splits = self.env["sales.commission.split"]
        row = {"employee_id": self.bob.id, "percent": 100}
        for user, key, document in (
            (self.bob.user_id, "order_id", order),
            (self.bob.user_id, "move_id", draft),
            (self.ann.user_id, "move_id", posted),
            (billing, "move_id", posted),
        ):
            with self.subTest(user=user.login, key=key), self.assertRaises(AccessError):
                splits.with_user(user).create({**row, key: document.id})
        splits.with_user(billing).create({**row, "move_id": draft.id})
        moved = splits.create({**row, "move_id": draft.id, "kind": "overlay"})
        with self.assertRaises(AccessError):
            moved.with_user(billing).move_id = posted

    def test_who_reads_splits(self):
        order = self._order(1000, [(self.ann, 60), (self.bob, 40)], confirm=False)
        splits = self.env["sales.commission.split"]
        own = order.sales_commission_split_ids.filtered(
            lambda split: split.employee_id == self.bob
        )
        found = splits.with_user(self.ann.user_id).search([])
        self.assertEqual(found, order.sales_commission_split_ids)
        self.assertEqual(splits.with_user(self.bob.user_id).search([]), own)
        self.assertFalse(splits.with_user(self.eve.user_id).search([]))
        portal = new_test_user(
            self.env(su=True),
            "commission_customer",
            groups="base.group_portal",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            splits.with_user(portal).search([])
        self.assertNotIn(
            "sales_commission_split_ids",
            self.env["sale.order"].with_user(portal).fields_get(),
        )

    def test_companies_are_kept_apart(self):
        other = self.env(su=True)["res.company"].create({"name": "Elsewhere"})
        order = self._order(1000, [(self.ann, 100)], confirm=False)
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "company_id": self.company.id,
                "edge_ids": [
                    Command.create(
                        {"employee_id": self.ann.id, "manager_id": self.max.id}
                    )
                ],
            }
        )
        stranger = new_test_user(
            self.env(su=True),
            "commission_stranger",
            groups="sales_commission_gamify.group_administrator,"
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for records in (order.sales_commission_split_ids, tree, tree.edge_ids):
            self.assertEqual(records.search([("id", "in", records.ids)]), records)
            theirs = records.with_user(stranger)
            self.assertFalse(theirs.search([("id", "in", records.ids)]))
            for operation in ("read", "write", "unlink"):
                with self.assertRaises(AccessError):
                    theirs.check_access(operation)

    def test_payee_of_another_company_is_refused(self):
        other = self.env(su=True)["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_payee("Stan", company=other)
        order = self._order(1000, confirm=False)
        with self._refused("Stan"):
            order.sales_commission_split_ids = self._rows((stranger, 100))

    # --- other ways to be credited -----------------------------------------------

    def test_team_and_everybody(self):
        team = self.env(su=True)["crm.team"].create(
            {"name": "North", "company_id": self.company.id}
        )
        plan = self._create_plan(
            payees=self.ann + self.bob,
            publish=False,
            component={"credited_to": "team"},
        )
        plan.component_ids.copy({"credited_to": "everybody", "name": "All"})
        plan.assignment_ids[0].team_id = team
        plan.action_publish()
        self._invoice(1000, payee=self.eve, team_id=team.id)
        self._invoice(500, payee=self.eve, team_id=False)
        component, everybody = plan.component_ids
        self.assertEqual(self._credited(self.ann, component_id=component.id), 1000)
        self.assertEqual(self._credited(self.bob, component_id=component.id), 0)
        for payee in (self.ann, self.bob):
            self.assertEqual(self._credited(payee, component_id=everybody.id), 1500)
