from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from .test_dashboard import PayeePagesCase


@tagged("post_install", "-at_install")
class TestDashboardDeals(PayeePagesCase):
    """What each of the latest deals brings: 5 % up to 2,000 in a month, 10 % above."""

    def _brings(self, user=None, date="2026-01-31"):
        """``{document: what it brings}``"""
        return {
            deal["name"]: deal["brings"] for deal in self._page(user, date)["deals"]
        }

    def _stated(self, statement):
        """The same as the statement tells it, by its lines of one period."""
        return {
            row.name: row.brought
            for rows in statement._get_documents().values()
            for row in rows
        }

    def test_shares_of_an_open_month_come_to_what_it_earned(self):
        invoices = [self._invoice(1000.01, date=f"2026-01-1{n}") for n in range(3)]
        self.assertFalse(self._period().statement_ids)
        brings = self._brings()
        earned = self._page()["current"]["earned"]
        self.assertEqual(earned, 200)  # 2,000 at 5 %, 1,000.03 at 10 %
        self.assertEqual(set(brings), {invoice.name for invoice in invoices})
        self.assertEqual(round(sum(brings.values()), 2), earned)
        self.assertEqual(sorted(brings.values()), [66.66, 66.67, 66.67])

    def test_same_figures_as_the_statement(self):
        first = self._invoice(1234.56)
        self._invoice(2345.67, date="2026-01-17")
        self._refund(first, amount=100)
        [statement] = self._confirmed()
        stated = self._stated(statement)
        self.assertEqual(len(stated), 3)
        self.assertEqual(self._brings(), stated)

    def test_what_comes_late_is_told_as_the_next_statement_will(self):
        self._invoice(1000)
        self._confirmed()
        self._invoice(3000, date="2026-01-20")
        brings = self._brings()
        self.assertEqual(sum(brings.values()), 300)
        [statement] = self._confirmed("2026-02-28")
        self.assertEqual(self._stated(statement), brings)

    def test_credit_note_takes_back(self):
        invoice = self._invoice(1000)
        refund = self._refund(invoice, amount=400)
        self.assertEqual(self._brings(), {invoice.name: 50, refund.name: -20})

    def test_each_deal_by_its_own_table(self):
        self.plan.action_close()
        self._create_plan(
            name="Deal by deal",
            payees=self.bob,
            component={"lookup": "document"},
            steps=[(0, 4), (1000, 10)],
        )
        small = self._invoice(500, payee=self.bob, date="2026-01-03")
        large = self._invoice(3000, payee=self.bob, date="2026-01-02")
        brings = self._brings(self.bob.user_id)
        self.assertEqual(brings, {small.name: 20, large.name: 240})

    def test_above_the_cap_a_deal_brings_nothing_more(self):
        self._create_plan(
            name="Capped",
            payees=self.bob,
            component={"cap_per_period": 60},
            steps=[(0, 5)],
        )
        first = self._invoice(1000, payee=self.bob)
        second = self._invoice(500, payee=self.bob, date="2026-01-16")
        before = self._brings(self.bob.user_id)
        self.assertEqual(before, {first.name: 40, second.name: 20})
        third = self._invoice(700, payee=self.bob, date="2026-01-17")
        after = self._brings(self.bob.user_id)
        self.assertEqual(after, {**before, third.name: 0})

    def test_nothing_is_told_of_what_is_not_priced_yet(self):
        first = self._invoice(1000)
        earnings = type(self.env["sales.commission.earning"])
        with patch.object(earnings, "_apply", lambda rows, keys: (rows.browse(), keys)):
            late = self._invoice(500, date="2026-01-16")
        self.assertEqual(self._brings(), {first.name: 50, late.name: None})

    def test_below_the_first_step_a_deal_brings_nothing_yet(self):
        self._create_plan(name="High", payees=self.bob, steps=[(0, 0), (5000, 10)])
        invoice = self._invoice(1000, payee=self.bob)
        self.assertEqual(self._brings(self.bob.user_id), {invoice.name: 0})

    def test_by_component_and_nothing_for_what_pays_nothing(self):
        self._create_plan(name="Also", component={"name": "Also"}, steps=[(0, 1)])
        self._create_plan(name="Goal", component={"name": "Goal", "pays": "nothing"})
        self._invoice(1000)
        [deal] = self._page()["deals"]
        self.assertEqual(
            {row["component"]: row["brings"] for row in deal["credits"]},
            {"Invoiced": 50, "Also": 10, "Goal": None},
        )
        self.assertEqual(deal["brings"], 60)

    def test_manager_is_told_what_the_teams_deals_bring(self):
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Desk",
                "company_id": self.company.id,
                "kind": "free",
                "edge_ids": [
                    Command.create(
                        {"employee_id": self.ann.id, "manager_id": self.max.id}
                    )
                ],
            }
        )
        self._create_plan(
            name="Team",
            payees=self.max,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 2})],
            },
        )
        invoice = self._invoice(1000)
        self.assertEqual(self._brings(self.max.user_id), {invoice.name: 20})
        self.assertEqual(self._brings(), {invoice.name: 50})

    def test_agent_of_the_portal_is_told_too(self):
        invoice = self._invoice(600, payee=self.desk)
        self.assertEqual(self._brings(self.gil), {invoice.name: 30})

    def test_queries_do_not_grow_with_documents_and_plans(self):
        earnings = self.env["sales.commission.earning"]
        counts = []
        for number in range(2):
            for day in range(1, 4):
                self._invoice([10, 20], date=f"2026-0{number + 1}-0{day}")
            self._create_plan(name=f"Plan {number}")
            keys = self.env["sales.commission.attainment"].search([])._get_sum_keys()
            before = self.cr.sql_log_count
            self.assertTrue(earnings._get_brought(keys))
            counts.append((len(keys), self.cr.sql_log_count - before))
        (few, queries), (many, more) = counts
        self.assertLess(few, many)
        self.assertEqual((queries, more), (2, 2))
