from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .measures import MeasureCase

# Rows without a company of their own, and whose they are.
OWNERS = {
    "sales.commission.rate": "component_id",
    "sales.commission.point.rule": "component_id",
}


@tagged("post_install", "-at_install")
class TestTwoCompanies(MeasureCase):
    """The same person sells in two companies, with plans, payees and entries in each.
    What a user sees follows the companies that are switched on, in every model."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other")["company"]
        cls.other._create_sales_commission_accounts()
        cls.ann.user_id.sudo().company_ids += cls.other
        cls.env.user.sudo().company_ids += cls.other
        cls.twin = (
            cls.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Ann",
                    "user_id": cls.ann.user_id.id,
                    "company_id": cls.other.id,
                }
            )
        )
        cls.here = cls._fill(cls.company, cls.ann, 1000)
        cls.there = cls._fill(cls.other, cls.twin, 400)

    @classmethod
    def _fill(cls, company, payee, amount):
        """A plan of each rule, a shared invoice, and what it comes to."""
        env = cls.env(context={**cls.env.context, "allowed_company_ids": [company.id]})
        boss = (
            env["hr.employee"]
            .sudo()
            .create({"name": f"Boss of {company.name}", "company_id": company.id})
        )
        tree = env["sales.commission.hierarchy"].create(
            {
                "name": company.name,
                "company_id": company.id,
                "edge_ids": [
                    Command.create({"employee_id": payee.id, "manager_id": boss.id})
                ],
            }
        )
        plan = cls._promise(env, company, tree, payee + boss)
        plan.action_publish()
        env["sales.commission.quota"].create(
            {
                "component_id": plan.component_ids.id,
                "date_from": "2026-01-01",
                "amount": 500,
            }
        )
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": cls.partner_a.id,
                "invoice_user_id": payee.user_id.id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product_a.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                "sales_commission_split_ids": [
                    Command.create({"employee_id": payee.id, "percent": 100})
                ],
            }
        )
        move.action_post()
        period = (
            env["sales.commission.period"]
            .sudo()
            ._get_for(company, fields.Date.to_date("2026-01-31"))
        )
        period.with_env(env).action_compute_statements()
        return plan

    @classmethod
    def _promise(cls, env, company, tree, payees):
        return env["sales.commission.plan"].create(
            {
                "name": company.name,
                "company_id": company.id,
                "date_from": "2026-01-01",
                "component_ids": [
                    Command.create(
                        {
                            "name": "All",
                            "measure_id": cls.measure.id,
                            "credited_to": "hierarchy",
                            "hierarchy_id": tree.id,
                            "rate_ids": [
                                Command.create(
                                    {"bound": 0, "level": level, "percent": 10}
                                )
                                for level in (0, 1)
                            ],
                            "point_rule_ids": [
                                Command.create({"points_per_document": 5})
                            ],
                        }
                    )
                ],
                "assignment_ids": [
                    Command.create({"employee_id": person.id}) for person in payees
                ],
            }
        )

    def _models(self):
        """All of ours that are stored or computed by the database."""
        return [
            self.env[name]
            for name in sorted(self.env.registry.models)
            if name.startswith("sales.commission.")
            and not self.env[name]._abstract
            and not self.env[name]._transient
        ]

    def _company_of(self, records):
        if "company_id" in records._fields:
            return records.sudo().company_id
        return records.sudo()[OWNERS[records._name]].company_id

    def test_each_with_own_rows(self):
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credited(self.twin), 400)
        self.assertEqual(self._credited(self.twin, self.here), 0)
        self.assertEqual(self._credited(self.ann, self.there), 0)
        entries = self.env["sales.commission.statement"]
        for statement in entries.search([]):
            statement.with_company(statement.company_id).action_confirm()
        statements = entries.search([])
        statements.action_approve()
        statements.action_post()
        for statement in statements:
            self.assertEqual(statement.move_id.company_id, statement.company_id)
        self.assertEqual(len(statements.move_id), 2)

    def test_what_each_user_sees(self):
        """Administrators and payees of one company, and of both with one or two of
        them switched on."""
        groups = (
            "sales_commission_gamify.group_administrator,"
            "sales_commission_gamify.group_accountant,sales_team.group_sale_manager"
        )
        both = self.company + self.other
        users = [
            (
                login,
                new_test_user(
                    self.env(su=True),
                    login,
                    groups=groups,
                    company_id=companies[0].id,
                    company_ids=[Command.set(companies.ids)],
                ),
                active,
            )
            for login, companies, active in (
                ("only_here", self.company, self.company),
                ("only_there", self.other, self.other),
                ("both_here", both, self.company),
                ("both_there", both, self.other),
                ("both_on", both, both),
            )
        ]
        users += [
            ("payee_here", self.ann.user_id, self.company),
            ("payee_on", self.ann.user_id, both),
        ]
        checked = set()
        for login, user, active in users:
            for model in self._models():
                rows = model.sudo().search([])
                companies = {row.id: self._company_of(row) for row in rows}
                allowed = rows.filtered(
                    lambda row, c=companies, a=active: not c[row.id] or c[row.id] in a
                )
                mine = model.with_user(user).with_context(
                    allowed_company_ids=active.ids
                )
                if not mine.has_access("read"):
                    continue
                with self.subTest(user=login, model=model._name):
                    found = mine.search([])
                    self.assertLessEqual(set(found.ids), set(allowed.ids))
                    if "payee" not in login:
                        self.assertEqual(set(found.ids), set(allowed.ids))
                    hidden = rows - allowed
                    if hidden:
                        checked.add(model._name)
                        with self.assertRaises(AccessError):
                            hidden.with_env(mine.env).check_access("read")
        self.assertGreater(len(checked), 12)
        facts = {"credit", "earning", "attainment", "point", "statement", "split"}
        self.assertLessEqual({f"sales.commission.{name}" for name in facts}, checked)

    def test_same_document_numbers_do_not_mix(self):
        """The other company's documents reach nobody here, whoever posts them."""
        credit = self.env["sales.commission.credit"].search([])
        for row in credit:
            move = self.env["account.move"].browse(row.document_id)
            self.assertEqual(move.company_id, row.company_id)
            self.assertEqual(row.employee_id.company_id, row.company_id)
            self.assertEqual(row.plan_id.company_id, row.company_id)


@tagged("post_install", "-at_install")
class TestBranches(MeasureCase):
    """A branch is a company of its own for commissions, with its own plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = (
            cls.env["res.company"]
            .sudo()
            .create({"name": "Harbour", "parent_id": cls.company.id})
        )
        cls.airport = cls.branch.create(
            {"name": "Airport", "parent_id": cls.company.id}
        )
        cls.ann.user_id.sudo().company_ids += cls.branch + cls.airport
        cls.env.user.sudo().company_ids += cls.branch + cls.airport
        cls.twin = (
            cls.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Ann",
                    "user_id": cls.ann.user_id.id,
                    "company_id": cls.branch.id,
                }
            )
        )
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": (cls.company + cls.branch + cls.airport).ids,
            }
        )
        cls.root_plan = cls._create_plan(steps=[(0, 10)])
        cls.branch_plan = cls._create_plan(
            steps=[(0, 20)],
            name="Harbour",
            payees=cls.twin,
            company_id=cls.branch.id,
        )

    def test_each_counts_its_own_documents(self):
        here = self._invoice(1000)
        there = self._invoice(500, company_id=self.branch.id)
        self.assertEqual(there.company_id, self.branch)
        self.assertEqual(self._credited(self.ann, self.root_plan), 1000)
        self.assertEqual(self._credited(self.twin, self.branch_plan), 500)
        self.assertEqual(self._credited(self.ann), 1000)
        self.assertEqual(self._credited(self.twin), 500)
        self._refund(there, amount=200)
        self._sweep(self.root_plan)
        self._sweep(self.branch_plan)
        self.assertEqual(self._earned(self.ann), 100)
        self.assertEqual(self._earned(self.twin), 60)
        self.assertEqual(here.state, "posted")

    def test_sale_of_a_branch_without_a_plan_is_not_lost_from_sight(self):
        move = self._invoice(300, company_id=self.airport.id)
        self.assertEqual(self._credited(self.ann), 0)
        self.assertTrue(move.sales_commission_missing)
        self.assertIn("Airport", move.sales_commission_gap)

    def test_payee_of_the_root_in_a_plan_of_the_branch_is_refused(self):
        with self.assertRaises(UserError):
            self.branch_plan.assignment_ids = [
                Command.create({"employee_id": self.bob.id})
            ]
