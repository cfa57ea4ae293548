from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .test_draw import DrawCase

OWN = ("sales.commission.draw.movement", "sales.commission.draw.balance")


@tagged("post_install", "-at_install")
class TestDrawSecurity(DrawCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env(su=True),
            "draw_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=cls.company.id,
        )

    def setUp(self):
        super().setUp()
        self.plan = self._plan(payees=self.ann + self.bob)
        self._earn(1, 1500)
        self._statements().action_confirm()

    def _call(self, user, model, method, *args, **kwargs):
        """As over RPC."""
        return call_kw(self.env[model].with_user(user).browse(), method, args, kwargs)

    def test_payee_reads_own_only(self):
        for model in OWN:
            rows = self.env[model].with_user(self.ann.user_id).search([])
            self.assertEqual(rows.sudo().employee_id, self.ann, model)
            others = self.env[model].search([]) - rows
            self.assertEqual(others.sudo().employee_id, self.bob, model)
            with self.assertRaises(AccessError):
                self._call(self.ann.user_id, model, "read", others.ids, ["plan_id"])

    def test_manager_reads_those_below(self):
        for model in OWN:
            self.assertFalse(self.env[model].with_user(self.max.user_id).search([]))
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for model in OWN:
            rows = self.env[model].with_user(self.max.user_id).search([])
            self.assertEqual(rows.sudo().employee_id, self.ann, model)

    def test_portal_payee_reads_own(self):
        portal = new_test_user(
            self.env(su=True),
            "draw_portal",
            groups="base.group_portal",
            company_id=self.company.id,
        )
        for model in OWN:
            self.assertFalse(self.env[model].with_user(portal).search([]))
        self.bob.sudo().user_id = False
        self.bob.sudo().work_contact_id = portal.partner_id
        for model in OWN:
            rows = self.env[model].with_user(portal).search([])
            self.assertEqual(rows.sudo().employee_id, self.bob, model)
        line = self.env["sales.commission.statement.line"].with_user(portal).search([])
        self.assertIn("2,000", line.explanation)
        self.assertEqual(line.title, "Draw")

    def test_officer_and_accountant_read_their_company(self):
        accountant = new_test_user(
            self.env(su=True),
            "draw_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env(su=True),
            "draw_stranger",
            groups="sales_commission_gamify.group_officer",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in (*OWN, "sales.commission.draw"):
            for user in (self.officer, accountant):
                self.assertTrue(self.env[model].with_user(user).search([]), model)
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(UserError):
            self._forgive(100, user=stranger)

    def test_payee_reads_the_draws_of_own_plans(self):
        other = self._plan(payees=self.bob, plan={"name": "Bob's"})
        draws = self.env["sales.commission.draw"].with_user(self.ann.user_id)
        self.assertEqual(draws.search([]), self.plan.draw_ids)
        with self.assertRaises(AccessError):
            self._call(
                self.ann.user_id,
                "sales.commission.draw",
                "read",
                other.draw_ids.ids,
                ["amount"],
            )

    def test_nobody_writes_movements(self):
        row = self._movements()[:1]
        vals = {"amount": -500}
        for user in (self.ann.user_id, self.officer, self.env.user):
            for method, args in (
                ("write", (row.ids, vals)),
                ("create", ([vals],)),
                ("unlink", (row.ids,)),
            ):
                for model in OWN:
                    with self.assertRaises(UserError):
                        self._call(user, model, method, *args)

    def test_payee_writes_no_draw_and_forgives_nothing(self):
        draft = self._plan(publish=False, plan={"name": "Draft"})
        user = self.ann.user_id
        for model, method, args in (
            ("sales.commission.draw", "write", (draft.draw_ids.ids, {"amount": 9000})),
            ("sales.commission.draw", "unlink", (draft.draw_ids.ids,)),
            (
                "sales.commission.draw",
                "create",
                ([{"plan_id": draft.id, "amount": 9000, "month_from": 9}],),
            ),
            (
                "sales.commission.draw.forgive",
                "create",
                ([{"balance_number": 1, "amount": 1, "reason": "x"}],),
            ),
        ):
            with (
                self.subTest(model=model, method=method),
                self.assertRaises(AccessError),
            ):
                self._call(user, model, method, *args)
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        with self.assertRaises(AccessError):
            self._forgive(100, user=self.max.user_id)

    def test_nobody_forgives_himself(self):
        self.ann.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_officer"
        )
        with self._refused("your own draw", UserError):
            self._forgive(100, user=self.ann.user_id)
        self._forgive(100, user=self.officer)
        self.assertEqual(self._owed(), 400)

    def test_a_balance_stays_with_its_plan(self):
        """A link to the draw of another plan, by RPC."""
        draft = self._plan(publish=False, plan={"name": "Draft"})
        with self._refused("balance of the same plan"):
            self._call(
                self.officer,
                "sales.commission.draw",
                "write",
                draft.draw_ids.ids,
                {"root_id": self.plan.draw_ids.id},
            )

    def test_figures_of_a_line_are_not_written(self):
        line = self._lines(self.env["sales.commission.statement"].search([]))[:1]
        for user in (self.ann.user_id, self.officer, self.env.user):
            with self.assertRaises(AccessError):
                self._call(
                    user,
                    "sales.commission.statement.line",
                    "write",
                    line.ids,
                    {"draw_closing": 0},
                )
