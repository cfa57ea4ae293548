from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_program import ProgramCase

ANALYSIS = "sales.commission.analysis"


@tagged("post_install", "-at_install")
class TestAnalysis(ProgramCase):
    def _sums(self, groupby, *fields, domain=(), user=None):
        rows = self.env[ANALYSIS].with_user(user or self.env.user)
        return {
            key: sums
            for key, *sums in rows._read_group(
                list(domain), [groupby], [f"{field}:sum" for field in fields]
            )
        }

    def test_sums_are_those_of_the_rows_behind(self):
        self._statements("2026-01-31")
        found = self._sums("employee_id", "credited", "earned", "stated", "points")
        self.assertEqual(found[self.ann], [2000, 200, 50, 20])
        self.assertEqual(found[self.bob], [1200, 120, 120, 10])

    def test_by_team_plan_component_and_month(self):
        teams = self._sums("team_id", "earned", "points")
        self.assertEqual(teams, {self.north: [200, 20], self.south: [120, 10]})
        self.assertEqual(
            self._sums("component_id", "earned", "points"),
            {self.plan.component_ids: [320, 30]},
        )
        months = self._sums("date:month", "earned", domain=[("plan_id", "!=", False)])
        self.assertEqual(
            {str(month): sums for month, sums in months.items()},
            {"2026-01-01": [170], "2026-02-01": [150]},
        )

    def test_points_without_a_component_and_points_spent(self):
        for kind, points in (("grant", 7), ("reward", -5)):
            self.env["sales.commission.point"].sudo()._give(
                [
                    {
                        "company_id": self.company.id,
                        "employee_id": self.ann.id,
                        "kind": kind,
                        "date": "2026-02-11",
                        "points": points,
                        "reason": kind,
                        "document_model": "res.partner",
                        "origin_id": 1,
                    }
                ]
            )
        found = self._sums("plan_id", "points", domain=[("points", "!=", 0)])
        self.assertEqual(found[self.plan], [30])
        self.assertEqual(found[self.env["sales.commission.plan"]], [7])

    def test_rows_are_numbered_once_and_can_be_exported(self):
        self._statements("2026-01-31")
        rows = self.env[ANALYSIS].search([])
        self.assertEqual(len(rows), len(set(rows.ids)))
        data = rows.export_data(["employee_id/name", "plan_id/name", "earned"])
        self.assertEqual(len(data["datas"]), len(rows))
        self.assertEqual(sum(row[2] or 0 for row in data["datas"]), 320)

    def test_who_reads_what(self):
        self.ann.parent_id = self.max
        self.max.user_id.group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        accountant = new_test_user(
            self.env(su=True),
            login="analysis_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        both = self.ann | self.bob
        for user, expected in (
            (self.max.user_id, self.ann),
            (self.olga.user_id, both),
            (accountant, both),
        ):
            rows = self.env[ANALYSIS].with_user(user).search([])
            self.assertEqual(rows.sudo().employee_id, expected, user.login)
            for operation in ("create", "write", "unlink"):
                self.assertFalse(rows.has_access(operation))
        other = self.setup_other_company()["company"]
        self.olga.user_id.company_ids += other
        there = self.env[ANALYSIS].with_user(self.olga.user_id)
        self.assertFalse(there.with_context(allowed_company_ids=other.ids).search([]))
        for user in (self.ann.user_id, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.env[ANALYSIS].with_user(user).search([])

    def test_favourites_can_be_opened(self):
        action = self.env.ref(
            "sales_commission_gamify.sales_commission_analysis_action"
        )
        filters = self.env["ir.filters"].with_user(self.olga.user_id)
        found = filters.get_filters(ANALYSIS, action.id)
        self.assertEqual(
            {row["name"] for row in found},
            {"Earned by team and month", "Points by payee"},
        )

    def test_digest_counts_who_looked(self):
        visits = self.env["sales.commission.visit"]
        visits._note(self.ann | self.bob, fields.Date.today(), "leaderboard")
        digest = (
            self.env["digest.digest"]
            .sudo()
            .create(
                {
                    "name": "Week",
                    "company_id": self.company.id,
                    "kpi_sales_commission_looked": True,
                }
            )
        )

        def read(payee):
            return {
                kpi["kpi_name"]: (kpi["kpi_col3"]["value"], kpi["kpi_action"])
                for kpi in digest._compute_kpis(self.company, payee.user_id)
            }

        value, action = read(self.olga)["kpi_sales_commission_looked"]
        self.assertEqual(str(value), "2")
        self.assertIn("sales_commission_visit_action", action)
        self.assertNotIn("kpi_sales_commission_looked", read(self.ann))
