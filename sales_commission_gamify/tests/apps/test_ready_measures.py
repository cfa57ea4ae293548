from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..measures import MeasureCase


@tagged("post_install", "-at_install")
class TestReadyMeasures(MeasureCase):
    """Those of opportunities and meetings, on records made as their apps do."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "sales_team.group_sale_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.commission.measure"].action_load_library()

    def _ready_plan(self, key):
        measure = self.env["sales.commission.measure"].search(
            [("library_key", "=", key)]
        )
        return self._count(measure)

    def _lead(self, payee=None, **vals):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "company_id": self.company.id,
                "user_id": (payee or self.ann).user_id.id,
                "expected_revenue": 800,
                **vals,
            }
        )

    def test_opportunities_won(self):
        number, revenue = map(self._ready_plan, ("crm_won", "crm_won_revenue"))
        with freeze_time("2026-01-20 12:00:00"):
            lead = self._lead()
            self._lead(expected_revenue=300).action_set_won()
            self._lead(payee=self.bob).action_set_won()  # takes no part
            self._lead().action_set_lost()
        for won, count, amount in ((False, 1, 300), (True, 2, 1100)):
            if won:
                with freeze_time("2026-01-31 12:00:00"):
                    lead.action_set_won()
            for plan, credited in ((number, count), (revenue, amount)):
                self._sweep(plan)
                self.assertEqual(self._credited(self.ann, plan), credited)
                self.assertEqual(self._credited(self.bob, plan), 0)
        self.assertEqual(self._earned(self.ann, revenue), 55)
        # it was won too early: back to where it was
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        lead.stage_id = stage
        self._sweep(revenue)
        self.assertEqual(self._credited(self.ann, revenue), 300)

    def test_leads_qualified(self):
        plan = self._ready_plan("crm_qualified")
        lead = self._lead(type="lead")
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 0)
        self.company.sudo().resource_calendar_id.tz = "UTC"
        lead.convert_opportunity(self.partner_a)
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 1)
        self.assertEqual(self._credits(plan).date, lead.date_conversion.date())

    def test_meetings_held(self):
        plan = self._ready_plan("calendar_meetings")
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "user_id": self.ann.user_id.id,
                "partner_ids": [Command.set(self.partner_a.ids)],
                "start": "2026-01-15 10:00:00",
                "stop": "2026-01-15 11:00:00",
            }
        )
        for now, held in (("2026-01-15 10:30:00", 0), ("2026-01-15 11:30:00", 1)):
            with freeze_time(now):
                self._sweep(plan)
            self.assertEqual(self._credited(self.ann, plan), held)
        meeting.action_archive()  # cancelled
        with freeze_time("2026-01-16 10:00:00"):
            self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 0)
