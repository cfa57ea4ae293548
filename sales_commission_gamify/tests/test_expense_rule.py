from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .entry_common import EntryCase


@tagged("post_install", "-at_install")
class TestExpenseRule(EntryCase):
    """The expense of a department or sales team goes where the company says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        departments = cls.env["hr.department"].sudo()
        cls.sales = departments.create({"name": "Sales"})
        cls.north = departments.create({"name": "North", "parent_id": cls.sales.id})
        cls.service = departments.create({"name": "Service"})
        cls.rules = cls.env["sales.commission.expense.rule"]

    def _rule(self, **vals):
        vals = {
            name: value.id if hasattr(value, "id") else value
            for name, value in vals.items()
        }
        return self.rules.create({"company_id": self.company.id, **vals})

    def test_split_by_department_to_the_cent(self):
        self.ann.department_id, self.bob.department_id = self.north, self.service
        one, two = self._account("627100"), self._account("627200")
        self._rule(department_id=self.sales, account_id=one)
        self._rule(department_id=self.service, account_id=two)
        self._invoice([333.33, 0.07])
        self._invoice(777.77, payee=self.bob)
        statements = self._posted()
        books = self._books(statements.move_id)
        by_payee = {row.employee_id: row.amount_payable for row in statements}
        self.assertEqual(books["627100"], by_payee[self.ann])
        self.assertEqual(books["627200"], by_payee[self.bob])
        self.assertEqual(
            round(books["627100"] + books["627200"] + books["215001"], 2), 0
        )
        self.assertNotIn("627001", books)

    def test_first_row_that_fits(self):
        """A department counts with those below it; a team narrows."""
        team = self.env["crm.team"].sudo().create({"name": "Key accounts"})
        self.ann.department_id = self.bob.department_id = self.north
        self.ann.user_id.sudo().sale_team_id = team
        one, two = self._account("627100"), self._account("627200")
        self._rule(department_id=self.sales, team_id=team, account_id=one, sequence=1)
        self._rule(department_id=self.sales, account_id=two, sequence=2)
        self._invoice(1000)
        self._invoice(1000, payee=self.bob)
        self.assertEqual(
            self._books(self._posted().move_id),
            {"627100": 50, "627200": 50, "215001": -100},
        )

    def test_plan_keeps_an_account_of_its_own(self):
        self.ann.department_id = self.sales
        self.plan.expense_account_id = self._account("627500")
        self._rule(department_id=self.sales, account_id=self._account("627100"))
        self._invoice(1000)
        self.assertEqual(
            self._books(self._posted().move_id), {"627500": 50, "215001": -50}
        )

    def test_distribution_goes_before_the_models(self):
        self.ann.department_id = self.sales
        own, model = self._analytic("Own", "Model")
        self.env["account.analytic.distribution.model"].sudo().create(
            {
                "sales_commission_plan_id": self.plan.id,
                "analytic_distribution": {str(model.id): 100},
            }
        )
        self._rule(department_id=self.sales, analytic_distribution={str(own.id): 100})
        self._invoice(1000)
        self._invoice(2000, payee=self.bob)
        lines = self._posted().move_id.line_ids.filtered("analytic_distribution")
        self.assertEqual(
            {tuple(line.analytic_distribution): line.balance for line in lines},
            {(str(own.id),): 50, (str(model.id),): 100},
        )
        self.assertEqual(
            set(lines.account_id), {self.company.sales_commission_expense_account_id}
        )

    def test_accrued_by_department(self):
        self.company.sales_commission_accrual = True
        self.ann.department_id = self.sales
        self._rule(department_id=self.sales, account_id=self._account("627100"))
        self._invoice(1000)
        period = self._period().with_env(self.env)
        period.action_accrue()
        self.assertEqual(
            self._books(period.accrual_move_ids), {"627100": 50, "215501": -50}
        )

    def test_says_something(self):
        with self._refused("Say whose expense", ValidationError):
            self._rule(account_id=self._account("627100"))
        with self._refused("Say where the expense of Sales goes", ValidationError):
            self._rule(department_id=self.sales)

    def test_rights(self):
        rule = self._rule(department_id=self.sales, account_id=self._account("627100"))
        officer = new_test_user(
            self.env(su=True),
            "rule_officer",
            groups="base.group_user,sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        self.assertTrue(rule.with_user(officer).department_id)
        with self.assertRaises(AccessError):
            rule.with_user(officer).sequence = 3
        with self.assertRaises(AccessError):
            rule.with_user(self.ann.user_id).read(["sequence"])
