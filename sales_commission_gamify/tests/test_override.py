from odoo.fields import Command
from odoo.tests import tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestOverride(CommissionCase):
    """Max is paid a part of what Ann and Bob earn, who are below him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tree = cls.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create({"employee_id": rep.id, "manager_id": cls.max.id})
                    for rep in cls.ann + cls.bob
                ],
            }
        )
        cls.commissions = cls.env.ref("sales_commission_gamify.measure_commissions")

    @classmethod
    def _override(cls, percent=5, payees=None, **component):
        return cls._create_plan(
            name="Override",
            payees=cls.max if payees is None else payees,
            component={
                "name": "Team commissions",
                "measure_id": cls.commissions.id,
                "credited_to": "hierarchy",
                "hierarchy_id": cls.tree.id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": 1, "percent": percent})
                ],
                **component,
            },
        )

    def test_override_on_the_teams_commissions(self):
        """S04: 5 % of 12,500."""
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        self._override()
        self._invoice(100_000)
        self._invoice(25_000, payee=self.bob)
        self.assertEqual(self._credited(self.max), 12_500)
        self.assertEqual(self._earned(self.max), 625)

    def test_order_of_plans_and_documents_does_not_matter(self):
        self._invoice(100_000)
        self._override()
        self.assertEqual(self._earned(self.max), 0)
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        self.assertEqual(self._earned(self.max), 500)
        self._invoice(25_000, payee=self.bob)
        self.assertEqual(self._earned(self.max), 625)
        plans = self.env["sales.commission.plan"].search([])
        self.env["sales.commission.run"].sudo()._sweep_company(plans)
        self.assertEqual(self._earned(self.max), 625)

    def test_published_later_counts_what_was_earned_before(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        self._invoice(100_000)
        self._override()
        self.assertEqual(self._earned(self.max), 500)

    def test_refund_takes_the_override_back(self):
        self._create_plan(steps=[(0, 10), (50_000, 20)], payees=self.ann)
        self._override()
        invoice = self._invoice(100_000)
        self.assertEqual(self._earned(self.max), 750)
        self._refund(invoice, amount=50_000)
        self.assertEqual(self._earned(self.max), 250)
        self._refund(invoice, amount=50_000)
        self.assertEqual(self._earned(self.max), 0)

    def test_only_some_commissions(self):
        plan = self._create_plan(steps=[(0, 10)], payees=self.ann)
        self._create_plan(steps=[(0, 1)], payees=self.ann, name="Other")
        self._override(domain=f"[('plan_id', '=', {plan.id})]")
        self._invoice(1000)
        self.assertEqual(self._credited(self.max), 100)

    def test_commissions_on_commissions_do_not_count(self):
        """Nothing runs in a circle, nor grows by being computed again."""
        self._create_plan(steps=[(0, 10)], payees=self.ann)
        zoe = self._create_payee("Zoe")
        self.tree.edge_ids = [
            Command.create({"employee_id": self.max.id, "manager_id": zoe.id})
        ]
        plan = self._override(payees=self.max + zoe)
        self._override(payees=self.max + zoe)
        self._invoice(1000)
        self.assertEqual(self._earned(self.max), 10)
        self.assertEqual(self._earned(zoe), 0)
        plan.action_compute()
        plans = self.env["sales.commission.plan"].search([])
        self.env["sales.commission.run"].sudo()._sweep_company(plans)
        self.assertEqual(self._earned(self.max), 10)
        self.assertEqual(self._earned(zoe), 0)

    def test_in_the_plan_of_the_reps(self):
        """One plan pays both, and may end within a month."""
        plan = self._create_plan(
            steps=[(0, 10)],
            payees=self.ann + self.max,
            date_to="2026-01-20",
            publish=False,
        )
        plan.component_ids = [
            Command.create(
                {
                    "name": "Team commissions",
                    "measure_id": self.commissions.id,
                    "credited_to": "hierarchy",
                    "hierarchy_id": self.tree.id,
                    "rate_ids": [
                        Command.create({"bound": 0, "level": 1, "percent": 5})
                    ],
                }
            )
        ]
        plan.action_publish()
        self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 100)
        self.assertEqual(self._earned(self.max), 5)

    def test_manager_of_the_last_day_has_the_period(self):
        self._create_plan(steps=[(0, 10)], payees=self.ann)
        self._override()
        self.tree.edge_ids[0].date_to = "2026-02-14"
        self._invoice(1000)
        self._invoice(5000, date="2026-02-10")
        self.assertEqual(self._earned(self.max), 5)
        # a corrected line judges the period anew
        self.tree.edge_ids[0].date_to = False
        self.assertEqual(self._earned(self.max), 30)

    def test_manager_of_the_plans_last_day_when_it_is_ended(self):
        """Also one who had nothing of it before: else what ends with the plan would be
        taken from him and what stays not be given."""
        plan = self._create_plan(steps=[(0, 10)], payees=self.ann)
        self._override()
        self.tree.edge_ids[0].date_to = "2026-01-20"
        self._invoice(1000)
        self._invoice(5000, date="2026-01-30")
        self.assertEqual(self._earned(self.max), 0)
        plan.date_to = "2026-01-18"
        self.assertEqual(self._earned(self.ann, plan), 100)
        self.assertEqual(self._credited(self.max), 100)
        self.assertEqual(self._earned(self.max), 5)

    def test_number_of_queries_is_constant(self):
        reps = [self._create_payee(f"Rep{number}") for number in range(6)]
        self._create_plan(steps=[(0, 10)], payees=self.ann + self.bob)
        self._override()
        self.tree.edge_ids = [
            Command.create({"employee_id": rep.id, "manager_id": self.max.id})
            for rep in reps
        ]
        plan = self.env["sales.commission.plan"].search([("name", "=", "New business")])
        plan.assignment_ids = [Command.create({"employee_id": rep.id}) for rep in reps]
        runs = self.env["sales.commission.run"].sudo()
        moves = self.env["account.move"]
        self.patch(type(moves), "_sales_commission_touch", lambda moves: None)

        def count(payees):
            invoices = moves.concat(*(self._invoice(100, payee=p) for p in payees))
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            runs._run_documents("account.move", invoices.ids)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count([self.ann])  # warm
        few = count([self.ann])
        self.assertLessEqual(count(reps * 3), few + 1)
        self.assertEqual(self._earned(self.max), 20 * 10 * 0.05)
