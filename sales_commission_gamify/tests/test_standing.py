from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .common import CommissionCase

JANUARY = date(2026, 1, 1), date(2026, 1, 31)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


class StandingCase(CommissionCase):
    """Ann, Bob, Cem and Dot sell; Max leads Ann and Cem."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cem = cls._create_payee(
            "Cem", groups="sales_team.group_sale_salesman", parent_id=cls.max.id
        )
        cls.dot = cls._create_payee("Dot", groups="sales_team.group_sale_salesman")
        cls.everybody = cls.ann + cls.bob + cls.cem + cls.dot

    def _standings(self, metric="amount", days=JANUARY, **options):
        return self.env["sales.commission.standing"]._get_standings(
            metric, *days, company=self.company, **options
        )

    def _ranked(self, *args, **options):
        return [
            (row["place"], row["name"], float(row["score"]))
            for row in self._standings(*args, **options)
        ]


@tagged("post_install", "-at_install")
class TestStanding(StandingCase):
    def test_equal_amounts_share_a_place(self):
        self._create_plan(payees=self.everybody)
        self._invoice(500, self.ann)
        self._invoice(300, self.bob)
        self._invoice([200, 300], self.cem)
        self.assertEqual(
            self._ranked(),
            [(1, "Ann", 500), (1, "Cem", 500), (3, "Bob", 300), (4, "Dot", 0)],
        )

    def test_whole_periods_and_days_are_the_same_sums(self):
        """Attainments and credits tell the same: with what was corrected, withdrawn
        and refunded."""
        self._create_plan(payees=self.everybody)
        self._invoice(500, self.ann)
        again = self._invoice(300, self.bob)
        again.button_draft()
        again.invoice_line_ids.price_unit = 350
        again.action_post()
        self._invoice(900, self.cem).button_draft()
        self._refund(self._invoice(800, self.dot), amount=250)
        standing = self.env["sales.commission.standing"]
        counted = standing._get_counted("amount", *JANUARY, company=self.company)
        self.assertTrue(standing._is_made_of_periods(counted))
        expected = [(1, "Dot", 550), (2, "Ann", 500), (3, "Bob", 350), (4, "Cem", 0)]
        self.assertEqual(self._ranked(), expected)
        # a day less is no whole month, and no sale was on it
        days = date(2026, 1, 2), date(2026, 1, 31)
        counted = standing._get_counted("amount", *days, company=self.company)
        self.assertFalse(standing._is_made_of_periods(counted))
        self.assertEqual(self._ranked(days=days), expected)

    def test_only_the_days_asked_for(self):
        self._create_plan(payees=self.ann + self.bob)
        self._invoice(500, self.ann, date="2026-01-14")
        self._invoice(100, self.ann, date="2026-01-15")
        self._invoice(300, self.bob, date="2026-01-15")
        self._invoice(900, self.ann, date="2026-02-15")
        day = date(2026, 1, 15)
        self.assertEqual(
            self._ranked(days=(day, day)), [(1, "Bob", 300), (2, "Ann", 100)]
        )
        self.assertEqual(self._ranked(days=YEAR)[0], (1, "Ann", 1500))

    def test_a_sale_of_two_components_counts_once(self):
        plan = self._create_plan(payees=self.ann + self.bob, publish=False)
        plan.component_ids.copy({"plan_id": plan.id, "name": "Again"})
        plan.action_publish()
        self._create_plan(payees=self.ann, name="Sprint")
        self._refund(self._invoice([500, 100], self.ann), amount=40)
        self._invoice(580, self.bob)
        self.assertEqual(self._credited(self.ann), 3 * 560)
        self.assertEqual(self._ranked(), [(1, "Bob", 580), (2, "Ann", 560)])
        self.assertEqual(
            self._ranked("deals"), [(1, "Ann", 1), (1, "Bob", 1)], "one sale each"
        )

    def test_counted_once_when_nobody_is_in_two_plans(self):
        standing = self.env["sales.commission.standing"]
        first = self._create_plan(payees=self.ann)
        other = self._create_plan(payees=self.bob, name="Bob's", date_to="2026-12-31")
        components = (first | other).component_ids
        self.assertTrue(standing._is_counted_once(components))
        self._invoice(100, self.ann)
        self._invoice(200, self.bob)
        self.assertEqual(self._ranked(), [(1, "Bob", 200), (2, "Ann", 100)])
        other.assignment_ids = [
            Command.create({"employee_id": self.ann.id, "date_from": "2026-06-01"})
        ]
        self.assertFalse(standing._is_counted_once(components))
        first.sudo().assignment_ids.date_to = "2026-05-31"
        self.assertTrue(standing._is_counted_once(components))

    def test_deals_that_are_left(self):
        self._create_plan(payees=self.ann + self.bob)
        self._refund(self._invoice(100, self.ann))
        self._refund(self._invoice(100, self.ann), amount=20)
        self._invoice([100, 200, 300], self.ann)
        self._invoice(100, self.bob)
        self.assertEqual(self._ranked("deals"), [(1, "Ann", 2), (2, "Bob", 1)])

    def test_points(self):
        rule = Command.create({"name": "Sale", "points_per_document": 10})
        self._create_plan(
            payees=self.ann + self.bob, component={"point_rule_ids": [rule]}
        )
        self._invoice(100, self.bob)
        self._invoice(100, self.bob)
        self._refund(self._invoice(100, self.ann))
        [first, second] = self._standings("points")
        self.assertEqual((first["name"], first["score"]), ("Bob", 20))
        self.assertEqual((second["name"], second["score"]), ("Ann", 0))

    def test_share_of_the_own_target(self):
        """G04: 45 of 50 beats 80 of 100."""
        plan = self._create_plan(
            payees=self.ann + self.bob + self.cem, component={"quota": 100}
        )
        self.env["sales.commission.quota"].create(
            {
                "component_id": plan.component_ids.id,
                "employee_id": self.ann.id,
                "date_from": "2026-01-01",
                "amount": 50,
            }
        )
        self._invoice(45, self.ann)
        self._invoice(80, self.bob)
        self._invoice(100, self.cem, date="2026-02-01")
        self.assertEqual(
            self._ranked("attainment")[:2], [(1, "Ann", 90), (2, "Bob", 80)]
        )

    def test_teams(self):
        north, south = (
            self.env["crm.team"].sudo().create([{"name": "North"}, {"name": "South"}])
        )
        plan = self._create_plan(payees=self.everybody)
        for payee, team in (
            (self.ann, north),
            (self.bob, south),
            (self.cem, north),
        ):
            plan.assignment_ids.filtered(
                lambda row, payee=payee: row.employee_id == payee
            ).team_id = team
        self._invoice(100, self.ann)
        self._invoice(150, self.bob)
        self._invoice(70, self.cem)
        self.assertEqual(
            self._ranked(by="team"),
            [(1, "North", 170), (2, "South", 150), (3, "No team", 0)],
        )
        self.assertEqual(
            self._ranked(teams=north.ids), [(1, "Ann", 100), (2, "Cem", 70)]
        )

    def test_hidden_are_counted_for_nobody_else(self):
        self._create_plan(payees=self.everybody)
        self._invoice(500, self.ann)
        self._invoice(300, self.bob)
        self.ann.sales_commission_is_hidden = True
        self.assertEqual(
            self._ranked(), [(1, "Bob", 300), (2, "Cem", 0), (2, "Dot", 0)]
        )
        self.assertEqual(self._ranked(sees=self.ann.ids)[0], (1, "Ann", 500))
        self.assertEqual(self._ranked(sees=True)[0], (1, "Ann", 500))

    def test_managers_overrides_are_nobodys_own_sales(self):
        plan = self._create_plan(payees=self.ann)
        hierarchy = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Line",
                "company_id": self.company.id,
                "edge_ids": [
                    Command.create(
                        {"employee_id": self.ann.id, "manager_id": self.max.id}
                    )
                ],
            }
        )
        self._create_plan(
            payees=self.max,
            name="Managers",
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": hierarchy.id,
                "rate_ids": [Command.create({"level": 1, "bound": 0, "percent": 1})],
            },
        )
        self._invoice(100, self.ann)
        self.assertEqual(self._credited(self.max), 100)
        self.assertEqual(self._ranked(), [(1, "Ann", 100)])
        self.assertTrue(plan)

    def test_companies_are_apart(self):
        self._create_plan(payees=self.ann)
        self._invoice(100, self.ann)
        other = self.setup_other_company()["company"]
        standing = self.env["sales.commission.standing"]
        self.assertEqual(standing._get_standings("amount", *JANUARY, company=other), [])

    def test_statements_do_not_grow_with_payees(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._standings(days=(date(2026, 1, 2), date(2026, 1, 20)))
            return self.cr.sql_log_count - before

        plan = self._create_plan(payees=self.ann)
        self._invoice(100, self.ann)
        count()
        few = count()
        for number in range(5):
            payee = self._create_payee(f"more{number}")
            plan.assignment_ids = [Command.create({"employee_id": payee.id})]
            self._invoice(100, payee)
        count()
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 9, "nothing was in the cache")
