from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .test_my_team import TeamCase
from .test_program import ProgramCase


@tagged("post_install", "-at_install")
class TestProgramTour(ProgramCase, HttpCase):
    def test_officer(self):
        last_month = fields.Date.subtract(
            fields.Date.today().replace(day=1), months=1
        ).replace(day=5)
        self._invoice(700, self.ann, last_month)
        self._visit(self.ann, str(last_month))
        self.start_tour(
            "/odoo/commission-program",
            "sales_commission_program",
            login=self.olga.user_id.login,
        )

    def test_what_if(self):
        """From a plan's next version to what it would cost, beside a dearer one."""
        last = fields.Date.today().replace(day=1) - timedelta(days=1)
        self._invoice(500, self.ann, last)
        self._invoice(1200, self.bob, last)
        version = self.plan._create_version(self.plan._get_next_start())
        version.component_ids.rate_ids.percent = 20
        dear = self.plan.copy({"name": "Dear"})
        dear.component_ids.rate_ids.percent = 30
        self.env["sales.commission.scenario"].create(
            {
                "plan_id": dear.id,
                "replaced_id": self.plan.id,
                "company_id": self.company.id,
                "date_from": last.replace(day=1),
                "date_to": last,
            }
        )
        self.start_tour(
            f"/odoo/commission-plans/{version.id}",
            "sales_commission_simulator",
            login=self.olga.user_id.login,
        )

    def test_visit_is_noted_by_the_page_and_once(self):
        """A page in a browser, a second time on the same day."""
        for _time in range(2):
            self.browser_js(
                "/odoo/my-commissions",
                "setTimeout(() => console.log('test successful'), 1500)",
                "odoo.isReady",
                login=self.ann.user_id.login,
            )
        rows = self.env["sales.commission.visit"].search([])
        self.assertEqual(rows.employee_id, self.ann)
        self.assertEqual(rows.mapped("page"), ["my_commissions"])

    def test_visit_on_the_portal(self):
        """The pages ask for the visit once they are there; the answer keeps it."""
        gil = new_test_user(
            self.env(su=True), login="visit_gil", groups="base.group_portal"
        )
        self.bob.work_contact_id = gil.partner_id
        self._statements("2026-01-31").action_confirm()
        statement = self.env["sales.commission.statement"].search(
            [("employee_id", "=", self.bob.id)], limit=1
        )
        self.authenticate("visit_gil", "visit_gil")
        for page in ("", f"/{statement.id}"):
            text = self.url_open(f"/my/commissions{page}").text
            self.assertIn("static/portal/visit.js", text, page)
        self.assertFalse(self.env["sales.commission.visit"].search([]))
        self.assertTrue(self.make_jsonrpc_request("/my/commissions/looked"))
        self.assertFalse(self.make_jsonrpc_request("/my/commissions/looked"))
        [row] = self.env["sales.commission.visit"].search([])
        self.assertEqual((row.employee_id, row.page), (self.bob, "portal"))


@tagged("post_install", "-at_install")
class TestMyTeamTour(TeamCase, HttpCase):
    def test_lead(self):
        self._invoice(700, self.ann, fields.Date.today())
        self.start_tour(
            "/odoo/commission-team",
            "sales_commission_my_team",
            login=self.dora.user_id.login,
        )
        [thanks] = self.env["sales.commission.thanks"].search([])
        self.assertEqual(thanks.employee_id, self.ann)
