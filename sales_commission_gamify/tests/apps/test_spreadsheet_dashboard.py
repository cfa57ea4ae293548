import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..test_program import ProgramCase

NAME = "sales_commission_gamify.spreadsheet_dashboard_commissions"
MODEL = "sales.commission.analysis"


@tagged("post_install", "-at_install")
class TestSpreadsheetDashboard(ProgramCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(NAME)
        cls.sheets = json.loads(cls.dashboard.sudo().spreadsheet_data)

    def _ask(self, pivot, **context):
        """What a pivot of the sheets asks the server, as an officer."""
        rows = self.env[MODEL].with_user(self.olga.user_id).with_context(**context)
        names = [measure["fieldName"] for measure in pivot["measures"]]
        return rows._read_group(
            pivot["domain"],
            [row["fieldName"] for row in pivot["rows"]],
            [f"{name}:sum" for name in names],
        )

    def test_it_was_made_when_the_app_was_installed(self):
        self.assertEqual(self.dashboard.name, "Commissions")
        self.assertTrue(self.dashboard.is_published)
        self.assertEqual(
            self.dashboard.group_ids,
            self.env.ref("sales_commission_gamify.group_officer"),
        )

    def test_made_again_it_is_the_same_one(self):
        rows = self.env[MODEL].sudo()
        self.dashboard.sudo().spreadsheet_data = "{}"
        self.assertEqual(rows._load_spreadsheet_dashboard(), self.dashboard)
        self.assertEqual(
            json.loads(self.dashboard.sudo().spreadsheet_data), self.sheets
        )

    def test_deleted_it_comes_back_with_the_next_update(self):
        self.dashboard.sudo().unlink()
        self.assertFalse(self.env.ref(NAME, False))
        self.assertTrue(self.env[MODEL].sudo()._load_spreadsheet_dashboard().exists())
        self.assertTrue(self.env.ref(NAME))

    def test_pivots_say_what_the_view_says(self):
        pivots = self.sheets["pivots"]
        self.assertEqual(
            self._ask(pivots["1"]), [(self.ann, 2000, 200), (self.bob, 1200, 120)]
        )
        self.assertEqual(self._ask(pivots["2"]), [(self.plan, 3200, 320)])
        self.assertEqual(self._ask(pivots["3"]), [(320, 0, 30, 3200)])
        self.assertEqual(
            self._ask(pivots["5"]), [(self.north, 2000, 200), (self.south, 1200, 120)]
        )
        self.assertEqual(self._ask(pivots["6"]), [(self.ann, 20), (self.bob, 10)])

    def test_every_field_and_filter_exists(self):
        fields = self.env[MODEL]._fields
        filters = {row["id"]: row for row in self.sheets["globalFilters"]}
        sources = [
            *self.sheets["pivots"].values(),
            *(
                figure["data"]
                for figure in self.sheets["sheets"][0]["figures"]
                if figure["data"]["type"].startswith("odoo_")
            ),
        ]
        self.assertEqual(len(sources), 8)
        for source in sources:
            self.assertEqual(set(source["fieldMatching"]), set(filters))
            for key, matching in source["fieldMatching"].items():
                field = fields[matching["chain"]]
                self.assertEqual(field.type, matching["type"])
                self.assertEqual(field.comodel_name, filters[key].get("modelName"))

    def test_only_officers_and_only_their_companies(self):
        plain = new_test_user(self.env(su=True), login="no_dashboard")
        dashboards = self.env["spreadsheet.dashboard"]
        self.assertIn(
            self.dashboard, dashboards.with_user(self.olga.user_id).search([])
        )
        for user in (plain, self.ann.user_id):
            self.assertNotIn(self.dashboard, dashboards.with_user(user).search([]))
            with self.assertRaises(AccessError):
                self.env[MODEL].with_user(user)._read_group([], [], ["earned:sum"])
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.olga.user_id.company_ids += other
        [(earned, *_rest)] = self._ask(
            self.sheets["pivots"]["3"], allowed_company_ids=other.ids
        )
        self.assertFalse(earned)
