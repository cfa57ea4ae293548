from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CommissionCase

FACTS = ("credit", "earning", "attainment", "point")
OWN = (*FACTS, "statement", "statement.line")
DESIGN = ("plan", "component", "rate", "measure", "point.rule")
PRICING = ("gate", "accelerator", "multiplier", "multiplier.step", "weight", "quota")
ALL = (*OWN, *DESIGN, *PRICING, "quota.spread", "assignment", "period", "run")


@tagged("post_install", "-at_install")
class TestSecurity(CommissionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(
            payees=cls.ann + cls.bob,
            component={"point_rule_ids": [Command.create({"points_per_document": 5})]},
        )
        cls._invoice(1000)
        cls._invoice(2000, payee=cls.bob)
        period = (
            cls.env["sales.commission.period"]
            .sudo()
            ._get_for(cls.company, fields.Date.to_date("2026-01-31"))
        )
        cls.env["sales.commission.statement"]._compute_drafts(period)
        cls.env["sales.commission.statement"].search([]).action_confirm()

    def _model(self, name, user):
        return self.env[f"sales.commission.{name}"].with_user(user)

    def _plain_user(self, groups="base.group_user"):
        return new_test_user(
            self.env(su=True),
            f"c_{groups.replace('.', '_')}",
            groups=groups,
            company_id=self.company.id,
        )

    def test_payee_reads_own_rows_only(self):
        for name in OWN:
            with self.subTest(model=name):
                rows = self._model(name, self.ann.user_id).search([])
                self.assertTrue(rows)
                self.assertEqual(rows.sudo().employee_id, self.ann)
                others = self._model(name, self.env.user).search([]) - rows
                self.assertTrue(others)
                with self.assertRaises(AccessError):
                    others.with_user(self.ann.user_id).mapped("display_name")

    def test_payee_writes_no_figure(self):
        """By RPC a payee can call create, write and unlink on any model."""
        for name in ALL:
            model = self._model(name, self.ann.user_id)
            with self.subTest(model=name):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(model.has_access(operation), operation)

    def test_nobody_writes_facts_and_figures(self):
        """Not even the administrator: they follow from documents and buttons."""
        for name in (*OWN, "period", "run"):
            model = self._model(name, self.env.user)
            with self.subTest(model=name):
                for operation in ("create", "write"):
                    self.assertFalse(model.has_access(operation), operation)

    def test_payee_reads_own_plans(self):
        other = self._create_plan(name="Bob's", payees=self.bob)
        plans = self._model("plan", self.ann.user_id).search([])
        self.assertEqual(plans, self.plan)
        components = self._model("component", self.ann.user_id).search([])
        self.assertEqual(components, self.plan.component_ids)
        self.assertNotIn(other, plans)

    def test_payee_reads_the_modifiers_of_own_plans(self):
        for payee in (self.ann, self.bob):
            plan = self._create_plan(name=payee.name, payees=payee, publish=False)
            component = plan.component_ids
            source = component.copy({"name": "Source"})
            component.accelerator_ids = [Command.create({})]
            component.gate_ids = [Command.create({"source_component_id": source.id})]
            step = Command.create({"bound": 0})
            component.multiplier_ids = [
                Command.create({"source_component_id": source.id, "step_ids": [step]})
            ]
            source.quota = 10
            component.quota = 10
            plan.action_publish()
        for name in ("gate", "accelerator", "multiplier"):
            rows = self._model(name, self.ann.user_id).search([])
            self.assertEqual(rows.component_id.plan_id.mapped("name"), ["Ann"], name)
        steps = self._model("multiplier.step", self.ann.user_id).search([])
        self.assertEqual(len(steps), 1)

    def test_payee_cannot_use_buttons(self):
        statement = self.env["sales.commission.statement"].search(
            [("employee_id", "=", self.ann.id)]
        )
        for button in ("action_approve", "action_post", "action_draft"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(statement.with_user(self.ann.user_id), button)()
        for button in ("action_compute", "action_close"):
            with self.subTest(button=button), self.assertRaises(AccessError):
                getattr(self.plan.with_user(self.ann.user_id), button)()
        with self.assertRaises(AccessError):
            self._period().with_user(self.ann.user_id).action_compute_statements()

    def test_drafts_are_hidden_from_payees(self):
        statements = self.env["sales.commission.statement"].search([])
        statements.action_draft()
        for name in ("statement", "statement.line"):
            self.assertFalse(self._model(name, self.ann.user_id).search([]), name)

    def test_manager_reads_those_below(self):
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for name in OWN:
            with self.subTest(model=name):
                rows = self._model(name, self.max.user_id).search([])
                self.assertEqual(rows.sudo().employee_id, self.ann)

    def test_manager_without_the_group_reads_nothing(self):
        for name in OWN:
            self.assertFalse(self._model(name, self.max.user_id).search([]), name)

    def test_plain_user_and_customer_see_nothing(self):
        for user in (self._plain_user(), self._plain_user("base.group_portal")):
            for name in OWN:
                with self.subTest(model=name, user=user.login):
                    self.assertFalse(self._model(name, user).search([]))

    def test_portal_payee_reads_own(self):
        """A payee without a back-office licence is known by his work contact."""
        portal = self._plain_user("base.group_portal")
        self.bob.sudo().user_id = False
        self.bob.sudo().work_contact_id = portal.partner_id
        for name in OWN:
            with self.subTest(model=name):
                rows = self._model(name, portal).search([])
                self.assertEqual(rows.sudo().employee_id, self.bob)

    def test_plain_user_opens_invoice_and_employee(self):
        billing = self._plain_user("account.group_account_invoice")
        invoice = self.env["account.move"].search([("move_type", "=", "out_invoice")])
        with Form(invoice[0].with_user(billing)) as form:
            self.assertEqual(form.state, "posted")
        with Form(self.ann.work_contact_id.with_user(billing)) as form:
            self.assertEqual(form.name, "Ann")

    def test_customer_learns_nothing_from_his_invoice(self):
        names = {
            "sales_commission_gap",
            "sales_commission_credited",
            "sales_commission_statement_ids",
            "sales_commission_statement_count",
        }
        moves = self.env["account.move"]
        self.assertLessEqual(names, moves.fields_get().keys())
        for groups in ("base.group_portal", "account.group_account_invoice"):
            user = self._plain_user(groups)
            with self.subTest(user=user.login):
                self.assertFalse(names & moves.with_user(user).fields_get().keys())

    def test_manager_sees_no_draft_of_his_own(self):
        self.bob.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        self.env["sales.commission.statement"].search([]).action_draft()
        self.assertFalse(self._model("statement", self.bob.user_id).search([]))

    def test_other_company_sees_nothing(self):
        other = self.setup_other_company(name="Other")["company"]
        stranger = new_test_user(
            self.env(su=True),
            "c_other_company",
            groups="sales_commission_gamify.group_administrator,"
            "sales_commission_gamify.group_accountant",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for name in (*OWN, "plan", "component", "rate", "assignment", "point.rule"):
            with self.subTest(model=name):
                model = self._model(name, stranger).with_company(other)
                self.assertFalse(model.search([]))

    def test_companies_do_not_mix(self):
        """One person sells in two companies: two plans, two ledgers."""
        other = self.setup_other_company(name="Other")
        company = other["company"]
        self.ann.user_id.sudo().company_ids += company
        twin = (
            self.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Ann",
                    "user_id": self.ann.user_id.id,
                    "company_id": company.id,
                }
            )
        )
        plan = (
            self.env["sales.commission.plan"]
            .with_company(company)
            .create(
                {
                    "name": "Other plan",
                    "company_id": company.id,
                    "date_from": "2026-01-01",
                    "component_ids": [
                        Command.create({"name": "All", "measure_id": self.measure.id})
                    ],
                    "assignment_ids": [Command.create({"employee_id": twin.id})],
                }
            )
        )
        plan.action_publish()
        self._invoice(400)
        self.assertEqual(self._credited(twin), 0)
        self.assertEqual(self._credited(self.ann), 1400)
        self.assertEqual(self._credited(self.ann, plan), 0)
