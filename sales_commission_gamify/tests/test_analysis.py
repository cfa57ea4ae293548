import io
import json
from ast import literal_eval

import openpyxl
from requests import HTTPError

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_program import ProgramCase

ANALYSIS = "sales.commission.analysis"
CREDIT = "sales.commission.credit"
EARNING = "sales.commission.earning"


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


@tagged("post_install", "-at_install")
class TestAnalysisFigures(ProgramCase, HttpCase):
    """Ann works for Max. Beside the plan of all there are one by the quarter, of which
    Max gets an override, and one that counts invoices; what Ann sold in January is paid
    in February and March, and partly taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann.parent_id = cls.max
        cls.max.user_id.group_ids += cls.env.ref(
            "sales_commission_gamify.group_manager"
        )
        ready = {
            name: cls.env.ref(f"sales_commission_gamify.measure_{name}").id
            for name in ("collected_amount", "invoices")
        }
        everybody = cls.ann + cls.bob + cls.max
        cls.collected = cls._create_plan(
            name="Collected",
            period_kind="quarter",
            payees=everybody,
            component={
                "measure_id": ready["collected_amount"],
                "credited_to": "hierarchy",
                "hierarchy_id": cls.env.ref(
                    "sales_commission_gamify.hierarchy_managers"
                ).id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": level, "percent": percent})
                    for level, percent in ((0, 5), (1, 2))
                ],
            },
        )
        cls.collected.assignment_ids[0].team_id = cls.north
        cls.counted = cls._create_plan(
            name="Invoices",
            payees=everybody,
            component={"measure_id": ready["invoices"], "pays": "nothing"},
        )
        cls.sale = cls._invoice(1000, cls.ann, "2026-01-16")
        for amount, day in ((300, "2026-02-05"), (200, "2026-03-06")):
            cls._register_payment(cls.sale, amount=amount, payment_date=day)
        cls._refund(cls.sale, 100, "2026-03-20")
        for payee in (cls.olga, cls.max):
            payee.user_id.group_ids += cls.env.ref("base.group_allow_export")
        cls.env.flush_all()

    def _behind(self, user, key):
        """What credits and earnings say, ``{key: [credited, earned]}``."""
        sums = {}
        for place, (model, domain) in enumerate(
            ((CREDIT, [("unit", "=", "money")]), (EARNING, []))
        ):
            for row in self.env[model].with_user(user).search(domain):
                sums.setdefault(key(row.sudo()), [0, 0])[place] += row.amount
        return {key: sum_ for key, sum_ in sums.items() if any(sum_)}

    def _analysed(self, user, groupby):
        groups = (
            self.env[ANALYSIS]
            .with_user(user)
            ._read_group([], [groupby], ["credited:sum", "earned:sum"])
        )
        return {key: [*sums] for key, *sums in groups if any(sums)}

    def _get_team(self, row):
        places = row.plan_id.assignment_ids.filtered(
            lambda place: place.employee_id == row.employee_id
        )
        return places.team_id

    def test_each_axis_adds_up_to_credits_and_earnings(self):
        axes = {
            "employee_id": lambda row: row.employee_id,
            "team_id": self._get_team,
            "plan_id": lambda row: row.plan_id,
            "component_id": lambda row: row.component_id,
            "date:month": lambda row: row.date_to.replace(day=1),
        }
        for payee, count in ((self.olga, 3), (self.max, 2)):
            user = payee.user_id
            for groupby, key in axes.items():
                with self.subTest(payee=payee.name, groupby=groupby):
                    found = self._analysed(user, groupby)
                    self.assertGreater(len(found), 1)
                    self.assertEqual(found, self._behind(user, key))
            self.assertEqual(len(self._analysed(user, "employee_id")), count)
        quarter = fields.Date.to_date("2026-03-01")
        self.assertEqual(
            self._analysed(self.olga.user_id, "date:month")[quarter], [1000, 35]
        )

    def _read(self, payee, model, favourite):
        """The pivot that a favourite opens, ``{keys: measures}``."""
        context = literal_eval(favourite.context)
        rows = context["pivot_row_groupby"] + context["pivot_column_groupby"]
        measures = [f"{name}:sum" for name in context["pivot_measures"]]
        groups = self.env[model].with_user(payee.user_id)
        groups = groups._read_group(favourite._get_eval_domain(), rows, measures)
        return {group[: len(rows)]: group[len(rows) :] for group in groups}

    def test_a_favourite_is_its_owner_s(self):
        action = self.env.ref(
            "sales_commission_gamify.sales_commission_analysis_action"
        )
        saved = (
            self.env["ir.filters"]
            .with_user(self.max.user_id)
            .create_filter(
                {
                    "name": "Mine",
                    "model_id": ANALYSIS,
                    "action_id": action.id,
                    "user_ids": [Command.link(self.max.user_id.id)],
                    "domain": f"[('plan_id', '=', {self.collected.id})]",
                    "context": {
                        "pivot_measures": ["credited", "earned"],
                        "pivot_row_groupby": ["employee_id"],
                        "pivot_column_groupby": [],
                    },
                }
            )
        )
        for payee, owns in ((self.max, True), (self.olga, False)):
            mine = saved.with_user(payee.user_id)
            names = {row["name"] for row in mine.get_filters(ANALYSIS, action.id)}
            self.assertIn("Earned by team and month", names)
            self.assertEqual("Mine" in names, owns)
            self.assertEqual(mine.has_access("write"), owns)
            self.assertEqual(mine.has_access("read"), owns)
        self.assertEqual(
            self._read(self.max, ANALYSIS, saved),
            {(self.ann,): (500, 25), (self.max,): (500, 10)},
        )

    def test_what_is_sold_in_a_month_by_the_month_in_which_it_counts(self):
        favourite = self.env.ref("sales_commission_gamify.credit_filter_sold")
        january, february, march = (
            fields.Date.to_date(f"2026-0{month}-01") for month in (1, 2, 3)
        )
        # Max sees no sale of Bob's
        for payee, of_january in ((self.olga, 2600), (self.max, 1400)):
            self.assertEqual(
                self._read(payee, CREDIT, favourite),
                {
                    (january, january): (of_january,),
                    (january, february): (600,),
                    (january, march): (400,),
                    (february, february): (1500,),
                },
            )

    def _export(self, payee, names, **asked):
        """The rows of the workbook that the web client would download."""
        self.authenticate(payee.user_id.login, payee.user_id.login)
        columns = [
            {"name": name, "label": name, "type": self.env[ANALYSIS]._fields[name].type}
            for name in names
        ]
        asked = {
            "model": ANALYSIS,
            "fields": columns,
            "ids": False,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {"allowed_company_ids": self.company.ids},
            **asked,
        }
        answer = self.url_open(
            "/web/export/xlsx",
            data={
                "data": json.dumps(asked),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        answer.raise_for_status()
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        return [list(row) for row in sheet.values]

    def test_workbooks_have_the_same_figures(self):
        names = ["employee_id", "credited", "earned"]
        for payee, readable in ((self.olga, 3), (self.max, 2)):
            with self.subTest(payee=payee.name):
                figures = self._behind(payee.user_id, lambda row: row.employee_id.name)
                self.assertEqual(len(figures), readable)
                head, *rows = self._export(payee, names)
                self.assertEqual(head, names)
                sums = {}
                for name, *amounts in rows:
                    before = sums.get(name, (0, 0))
                    sums[name] = [
                        sum(pair) for pair in zip(before, amounts, strict=True)
                    ]
                self.assertEqual(sums, figures)
                _head, *rows = self._export(payee, names, groupby=["employee_id"])
                # the sums of a group stand in the row of its name and count
                self.assertEqual(
                    {
                        name.split(" (")[0]: amounts
                        for name, *amounts in rows
                        if name.endswith(")")
                    },
                    figures,
                )

    @mute_logger("odoo.addons.web.controllers.export", "odoo.http")
    def test_exporting_is_a_right(self):
        self.olga.user_id.group_ids -= self.env.ref("base.group_allow_export")
        rows = self.env[ANALYSIS].with_user(self.olga.user_id).search([])
        with self.assertRaisesRegex(UserError, "rights to export"):
            rows.export_data(["earned"])
        with self.assertRaises(HTTPError):
            self._export(self.olga, ["earned"])
