import io
import random
from collections import defaultdict
from contextlib import closing
from decimal import Decimal

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged

from .measures import MeasureCase

TODAY = "2026-04-10"


class ScenarioCase(MeasureCase):
    """Today is a day in April 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{TODAY} 12:00:00"))

    @classmethod
    def _create_scenario(cls, plan, replaced=None, **vals):
        return cls.env["sales.commission.scenario"].create(
            {
                "plan_id": plan.id,
                "company_id": cls.company.id,
                "date_from": "2026-02-01",
                "date_to": "2026-03-31",
                **({"replaced_id": replaced.id} if replaced else {}),
                **vals,
            }
        )

    def _read_only(self, ask):
        """What *ask* gives in a transaction that only reads."""
        self.env.flush_all()
        with closing(self.env.cr.savepoint()):
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            return ask()

    def _simulate(self, scenario):
        """What is paid for each component, payee, level and period of the company."""
        return self._name_keys(
            self._read_only(
                lambda: scenario.sudo()._get_tried(scenario.sudo()._get_baseline())[0]
            )
        )

    def _read_paid(self, scenario):
        self.env.flush_all()
        return self._name_keys(scenario.sudo()._get_baseline())

    def _name_keys(self, books):
        components = self.env["sales.commission.component"].sudo()
        payees = self.env["hr.employee"].sudo()
        paid = defaultdict(Decimal)
        for (component, payee, level, first), (amount, _last) in books.items():
            name = components.browse(component).name
            paid[name, payees.browse(payee).name, level, str(first)] += amount
        return {key: amount for key, amount in paid.items() if amount}


@tagged("post_install", "-at_install")
class TestScenarioEqualsPublishing(ScenarioCase):
    """What a scenario tells is what the ledger says once its plan is published."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product_a.sudo().standard_price = 41.37
        cls.product_b.sudo().standard_price = 12.5
        cls.reps = cls.ann + cls.bob
        cls.tree = cls.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create({"employee_id": rep.id, "manager_id": cls.max.id})
                    for rep in cls.reps
                ],
            }
        )
        cls.plans = cls._create_plans()
        cls._sell(random.Random(20260410))

    @classmethod
    def _create_plans(cls):
        start = {"date_from": "2025-12-01"}
        above = {"credited_to": "hierarchy", "hierarchy_id": cls.tree.id}
        stepped = cls._create_stepped(start)
        single, running, own = cls._create_alone(start)
        team = cls._count(
            "invoiced_amount",
            cls.max,
            name="Team",
            component={
                "name": "Team",
                "override_kind": "differential",
                **above,
                "rate_ids": [
                    Command.create({"bound": 0, "level": 0, "percent": 2}),
                    Command.create({"bound": 0, "level": 1, "percent": 4.75}),
                ],
            },
            **start,
        )
        cls._count(
            "commissions",
            cls.max,
            name="Commissions",
            component={
                "name": "Team's commissions",
                **above,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 9.5})],
            },
            **start,
        )
        return stepped, running, single, own, team

    @classmethod
    def _create_stepped(cls, start):
        stepped = cls._create_plan(
            payees=cls.reps,
            name="Stepped",
            publish=False,
            steps=((0, 3), (50, 4.5), (100, 8)),
            component={
                "name": "Invoiced",
                "lookup": "attainment",
                "quota": 4000,
                "accelerator_ids": [Command.create({"bound": 110, "percent": 150})],
            },
            **start,
        )
        [invoiced] = stepped.component_ids
        cls.env["sales.commission.component"].create(
            {
                "plan_id": stepped.id,
                "name": "Margin",
                "measure_id": cls._get_ready("invoiced_margin").id,
                "gate_ids": [
                    Command.create(
                        {"source_component_id": invoiced.id, "threshold": 40}
                    )
                ],
                "rate_ids": [Command.create({"bound": 0, "percent": 12.5})],
            }
        )
        stepped.action_publish()
        return stepped

    @classmethod
    def _create_alone(cls, start):
        running = cls._count(
            "invoiced_amount",
            cls.reps,
            name="Running",
            steps=((0, 2), (5000, 3), (9000, 5)),
            component={"name": "Year", "lookup": "running", "running_kind": "year"},
            **start,
        )
        single = cls._count(
            "ordered_amount",
            cls.reps,
            name="Single",
            steps=((0, 1), (1000, 2), (2000, 3)),
            component={
                "name": "Each order",
                "lookup": "document",
                "cap_per_document": 50,
                "floor": 5,
            },
            **start,
        )
        own = cls._count(
            "invoiced_amount",
            cls.reps,
            name="Own",
            component={"name": "Refunds in their month", "refund_period": "own",
                       "cap_per_period": 150},
            **start,
        )  # fmt: skip
        return single, running, own

    @classmethod
    def _sell(cls, dice):
        for number in range(26):
            month = 1 + number % 4
            first = "2025-12" if month == 4 else f"2026-0{month}"
            date = f"{first}-{dice.randint(2, 26):02}"
            payee = dice.choice(cls.reps)
            if number % 5 == 4:
                cls._order(
                    [dice.choice([3333.33, 1999.99, 4000])],
                    payee=payee,
                    date=date,
                )
                continue
            shared = {}
            if dice.random() < 0.3:
                shared["sales_commission_split_ids"] = [
                    Command.create({"employee_id": cls.ann.id, "percent": 33.33}),
                    Command.create({"employee_id": cls.bob.id, "percent": 66.67}),
                ]
            prices = [
                dice.choice([99.99, 333.33, 1234.57, 2000])
                for _line in range(dice.randint(1, 3))
            ]
            invoice = cls._invoice(prices, payee=payee, date=date, **shared)
            if dice.random() < 0.3:
                cls._refund(
                    invoice,
                    dice.choice([None, 50.55]),
                    date=f"2026-0{dice.randint(2, 3)}-28",
                )

    def test_a_plan_as_it_is(self):
        for plan in self.plans:
            with self.subTest(plan=plan.name):
                scenario = self._create_scenario(plan)
                paid = self._read_paid(scenario)
                self.assertTrue(
                    [key for key in paid if key[0] in plan.component_ids.mapped("name")]
                )
                self.assertEqual(self._simulate(scenario), paid)

    def test_a_changed_version(self):
        """Simulated, then published: every figure of the company is the same."""
        stepped, running, single, own, team = self.plans

        def rate(component, **vals):
            component.rate_ids[-1:].write(vals)

        changes = [
            (stepped, lambda c: rate(c[0], percent=11.25)),
            (stepped, lambda c: c[0].write({"quota": 2500})),
            (running, lambda c: rate(c, percent=7.77, bound=6000)),
            (single, lambda c: c.write({"cap_per_document": 33.33})),
            (own, lambda c: c.write({"cap_per_period": 77.01})),
            (own, lambda c: c.write({
                "domain": f"[('product_id', '=', {self.product_b.id})]"})),
            (own, lambda c: c.write({"refund_period": "original"})),
            (team, lambda c: rate(c, percent=6)),
        ]  # fmt: skip
        for number, (plan, change) in enumerate(changes):
            with (
                self.subTest(number=number, plan=plan.name),
                closing(self.env.cr.savepoint()),
            ):
                version = plan._create_version(
                    self.env["sales.commission.plan"]
                    ._fields["date_from"]
                    .to_date("2026-02-01")
                )
                change(version.component_ids)
                scenario = self._create_scenario(version)
                self.assertEqual(scenario.replaced_id, plan)
                before = self._read_paid(scenario)
                told = self._simulate(scenario)
                version.action_publish()
                self.assertEqual(told, self._read_paid(scenario))
                self.assertNotEqual(told, before)
            self.env.invalidate_all(flush=False)


@tagged("post_install", "-at_install")
class TestScenario(ScenarioCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob, steps=((0, 5),))
        cls._invoice(1000, date="2026-01-15")
        cls._invoice(2000, date="2026-03-02")
        cls._invoice(400, payee=cls.bob, date="2026-03-31")
        cls.draft = cls.plan.copy({"name": "Better"})
        cls.draft.component_ids.rate_ids.percent = 6
        cls.draft.component_ids.quota = 1000

    def _ask(self, scenarios):
        return self._read_only(scenarios.simulate)

    def test_draft_instead_of_a_plan(self):
        """Payees are those of the plan that it replaces."""
        result = self._ask(self._create_scenario(self.draft, self.plan))
        self.assertEqual(
            [month["date"] for month in result["months"]], ["2026-02-01", "2026-03-01"]
        )
        self.assertEqual(result["baseline"]["costs"], [0.0, 120.0])
        self.assertEqual(result["baseline"]["percent"], 5.0)
        self.assertEqual(result["revenue"], [0.0, 2400.0])
        [one] = result["scenarios"]
        self.assertEqual(one["costs"], [0.0, 144.0])
        self.assertEqual((one["total"], one["difference"]), (144.0, 24.0))
        self.assertEqual((one["percent"], one["difference_percent"]), (6.0, 20.0))
        self.assertEqual((one["winners"], one["losers"], one["unchanged"]), (2, 0, 0))
        self.assertEqual(
            [
                (row["name"], row["baseline"], row["amounts"], row["differences"])
                for row in result["payees"]
            ],
            [("Ann", 100.0, [120.0], [20.0]), ("Bob", 20.0, [24.0], [4.0])],
        )
        self.assertEqual(
            [row["attainments"] for row in result["payees"]], [[200.0], [40.0]]
        )

    def test_draft_on_top(self):
        self.draft.assignment_ids = [Command.create({"employee_id": self.ann.id})]
        result = self._ask(self._create_scenario(self.draft))
        [one] = result["scenarios"]
        self.assertEqual(one["costs"], [0.0, 240.0])
        self.assertEqual((one["winners"], one["losers"], one["unchanged"]), (1, 0, 1))

    def test_draft_that_starts_later(self):
        """It is tried as if it had held since the first month."""
        version = self.plan._create_version(self.plan._get_next_start())
        version.component_ids.rate_ids.percent = 10
        self.assertEqual(str(version.date_from), "2026-05-01")
        result = self._ask(self._create_scenario(version, date_from="2026-01-01"))
        self.assertEqual(result["baseline"]["costs"], [50.0, 0.0, 120.0])
        self.assertEqual(result["scenarios"][0]["costs"], [100.0, 0.0, 240.0])

    def test_compare(self):
        dear = self.draft.copy({"name": "Dear"})
        dear.component_ids.rate_ids.percent = 9
        scenarios = self._create_scenario(self.draft, self.plan)
        scenarios += self._create_scenario(dear, self.plan)
        result = self._read_only(lambda: scenarios.compare(scenarios.ids))
        self.assertEqual([one["total"] for one in result["scenarios"]], [144.0, 216.0])
        self.assertEqual(result["payees"][0]["amounts"], [120.0, 180.0])

    def test_what_cannot_be_compared(self):
        scenarios = self._create_scenario(self.draft, self.plan)
        scenarios += self._create_scenario(
            self.draft, self.plan, date_from="2026-01-01"
        )
        with self._refused("cannot be compared: choose", UserError):
            scenarios.simulate()

    def test_what_cannot_be_tried(self):
        with self._refused("Nobody takes part in “Better”", UserError):
            self._create_scenario(self.draft).simulate()
        self.draft.component_ids.unlink()
        with self._refused("“Better” pays nothing yet", UserError):
            self._create_scenario(self.draft, self.plan).simulate()

    def test_what_is_refused(self):
        with self._refused("13 months. Choose 12 at most"):
            self._create_scenario(self.draft, date_from="2025-03-31")
        with self._refused("ends before it starts"):
            self._create_scenario(self.draft, date_to="2026-01-31")
        with self._refused("Nothing is sold yet in May 2026"):
            self._create_scenario(
                self.draft, date_from="2026-05-01", date_to="2026-05-31"
            )
        with self._refused("is a draft, so nobody is paid by it"):
            self._create_scenario(self.plan, self.draft)
        with self._refused("cannot replace itself"):
            self._create_scenario(self.plan, self.plan)

    def test_new_scenario(self):
        """The twelve months that are over; a version in place of the one before."""
        scenario = self.env["sales.commission.scenario"].create(
            {
                "plan_id": self.plan._create_version(self.plan._get_next_start()).id,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(scenario.replaced_id, self.plan)
        self.assertEqual(str(scenario.date_from), "2025-04-01")
        self.assertEqual(str(scenario.date_to), "2026-03-31")
        self.assertEqual(scenario.name, "New business (version 2)")

    def _say(self, scenario):
        [one] = self._ask(scenario)["scenarios"]
        return " ".join(one["warnings"])

    def test_what_is_left_out(self):
        scenario = self._create_scenario(self.draft, self.plan)
        said = self._say(scenario)
        self.assertIn("those of “New business” are taken", said)
        for word in ("Draws", "adjustments", "as if it had started", "priced", "cost"):
            self.assertNotIn(word, said)
        component = self.draft.component_ids
        component.write({"quota": 0, "lookup": "attainment"})
        component.measure_id = self._get_ready("invoiced_margin")
        self.draft.write(
            {
                "payable_when": "collected",
                "period_kind": "quarter",
                "date_from": "2026-07-01",
                "draw_ids": [Command.create({"amount": 500})],
            }
        )
        adjustment = (
            self.env["sales.commission.adjustment"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "employee_id": self.ann.id,
                    "kind": "bonus",
                    "amount": 10,
                    "reason": "Fair",
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_commission_adjustment"
            " SET state = 'approved', period_id = %s WHERE id = %s",
            (self._period("2026-03-31").id, adjustment.id),
        )
        self.env.invalidate_all()
        scenario.write({"date_from": "2026-01-01", "date_to": "2026-04-30"})
        said = self._say(scenario)
        for words in (
            "starts on 07/01/2026; it is tried as if it had started on 01/01/2026",
            "2 payees cannot be priced in some period",
            "measured each quarter or year",
            "3 invoice lines have no cost yet",
            "Draws are not in these figures",
            "When it may be paid is left out",
            "1 adjustments made by hand",
        ):
            self.assertIn(words, said)
        self.assertIn("pays already", self._say(self._create_scenario(self.plan)))

    def test_workbook(self):
        scenarios = self._create_scenario(self.draft, self.plan, name="Six %")
        scenarios += self._create_scenario(self.plan, name="=1+1")
        workbook = self.env["sales.commission.scenario.workbook"]
        content = self._read_only(lambda: workbook._make(scenarios))
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        costs, payees, notes = book.worksheets
        self.assertEqual(
            [[cell.value for cell in row] for row in costs.rows],
            [
                ["Month", "Invoiced", "As it is", "Six %", "=1+1"],
                ["Feb 2026", 0, 0, 0, 0],
                ["Mar 2026", 2400, 120, 144, 120],
                ["Total", 2400, 120, 144, 120],
                ["Of what is invoiced", None, 0.05, 0.06, 0.05],
            ],
        )
        self.assertEqual(
            [[cell.value for cell in row] for row in payees.rows][1:],
            [
                ["Ann", None, 100, 120, 20, 2, 100, 0, None],
                ["Bob", None, 20, 24, 4, 0.4, 20, 0, None],
            ],
        )
        self.assertEqual(notes.cell(2, 1).value, "Six %")
        for sheet in (costs, payees):
            [chart] = sheet._charts
            self.assertEqual(len(chart.series), 3)

    def test_number_of_queries(self):
        """It grows with neither months nor payees."""
        scenario = self._create_scenario(self.draft, self.plan)
        few = self._count_queries(scenario)
        payees = self.env["hr.employee"].browse()
        for number in range(6):
            payees |= self._create_payee(f"More {number}")
        self.plan.assignment_ids = [
            Command.create({"employee_id": payee.id}) for payee in payees
        ]
        for payee in payees:
            self._invoice(700, payee=payee, date="2026-02-10")
        scenario.date_from = "2025-09-01"
        self.assertEqual(self._count_queries(scenario), few)

    def _count_queries(self, scenario):
        counts = []
        for _warm in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            scenario.simulate()
            counts.append(self.env.cr.sql_log_count - before)
        return counts[-1]

    def test_who_may(self):
        scenario = self._create_scenario(self.draft, self.plan)
        officer = self._user("olga", "group_officer")
        self.assertEqual(
            call_kw(
                scenario.with_user(officer).browse(), "simulate", [scenario.ids], {}
            )["baseline"]["total"],
            120.0,
        )
        others = [
            self.ann.user_id,
            self._user("mia", "group_manager"),
            self._user("lee", "group_accountant"),
            new_test_user(
                self.env(su=True),
                "commission_portal",
                groups="base.group_portal",
                company_id=self.company.id,
            ),
        ]
        for user in others:
            with self.subTest(user=user.login):
                model = scenario.with_user(user).browse()
                for name, args in (
                    ("simulate", [scenario.ids]),
                    ("compare", [scenario.ids]),
                    ("read", [scenario.ids]),
                    ("write", [scenario.ids, {"name": "Mine"}]),
                    ("create", [{"plan_id": self.draft.id}]),
                    ("unlink", [scenario.ids]),
                ):
                    with self.assertRaises(AccessError):
                        call_kw(model, name, args, {})

    def test_other_company(self):
        """An officer of another company sees neither the scenario nor its plans."""
        scenario = self._create_scenario(self.draft, self.plan)
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self._user("zoe", "group_officer", other)
        with self.assertRaises(AccessError):
            call_kw(
                scenario.with_user(stranger).browse(), "simulate", [scenario.ids], {}
            )
        with self.assertRaises(UserError):  # an AccessError is one
            self.env["sales.commission.scenario"].with_user(stranger).create(
                {"name": "Peek", "plan_id": self.plan.id, "company_id": other.id}
            )

    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env(su=True),
            f"commission_{login}",
            groups=f"sales_commission_gamify.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


@tagged("post_install", "-at_install")
class TestScenarioAhead(ScenarioCase):
    """Months to come, on the sales of months that are over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(
            payees=cls.ann + cls.bob,
            steps=((0, 5), (1500, 10)),
            date_from="2025-01-01",
            component={"application": "retroactive"},
        )
        cls._invoice(500, date="2025-05-31")
        cls._invoice(1000, date="2026-02-28")
        cls._invoice(2000, date="2026-03-31")
        cls._invoice(9000, date="2026-04-02")  # of a month that is not over

    def _ask(self, plan=None, **vals):
        scenario = self._create_scenario(
            plan or self.plan,
            **{"date_from": "2026-05-01", "date_to": "2026-06-30", **vals},
        )
        return self._read_only(scenario.simulate)

    def test_as_in_the_months_before(self):
        """May and June are sold as February and March."""
        result = self._ask(volumes="before")
        self.assertTrue(result["is_forecast"])
        self.assertEqual(result["revenue"], [1000.0, 2000.0])
        self.assertEqual(result["baseline"]["costs"], [50.0, 200.0])
        self.assertEqual(result["scenarios"][0]["costs"], [50.0, 200.0])

    def test_as_a_year_ago(self):
        result = self._ask(volumes="year")
        self.assertEqual(result["revenue"], [500.0, 0.0])
        self.assertEqual(result["baseline"]["costs"], [25.0, 0.0])

    def test_more_is_sold(self):
        """Half as much again reaches the next step."""
        result = self._ask(volumes="before", volume_change=50)
        self.assertEqual(result["revenue"], [1500.0, 3000.0])
        self.assertEqual(result["baseline"]["costs"], [150.0, 300.0])

    def test_a_version_that_starts_among_them(self):
        """Until then its plan pays."""
        version = self.plan._create_version(fields.Date.to_date("2026-06-01"))
        version.component_ids.rate_ids.percent = 20
        result = self._ask(version, volumes="before")
        self.assertEqual(result["baseline"]["costs"], [50.0, 200.0])
        self.assertEqual(result["scenarios"][0]["costs"], [50.0, 400.0])

    def test_what_a_draft_replaces_pays_no_more(self):
        """Both plans hold in all of these months; only one of them pays."""
        draft = self.plan.copy({"date_from": "2025-01-01"})
        draft.component_ids.rate_ids.percent = 20
        result = self._ask(draft, replaced=self.plan, volumes="before")
        self.assertEqual(result["baseline"]["costs"], [50.0, 200.0])
        self.assertEqual(result["scenarios"][0]["costs"], [200.0, 400.0])

    def test_running_total_goes_on_from_what_is_known(self):
        """12,000 were sold this year before May."""
        draft = self._create_plan(
            payees=self.ann,
            publish=False,
            date_from="2026-01-01",
            steps=((0, 0), (12_000, 10), (13_500, 20)),
            component={"lookup": "running", "running_kind": "year"},
        )
        draft.action_publish()
        result = self._ask(draft, volumes="before")
        costs = [50 + 100, 200 + 50 + 300]
        self.assertEqual(result["baseline"]["costs"], costs)
        self.assertEqual(result["scenarios"][0]["costs"], costs)

    def test_who_has_left_is_not_paid(self):
        """What a payee sold before goes to nobody."""
        self.plan.assignment_ids.filtered(
            lambda row: row.employee_id == self.ann
        ).date_to = "2026-05-31"
        result = self._ask(volumes="before")
        self.assertEqual(result["baseline"]["costs"], [50.0, 0.0])

    def test_what_is_paid_on_commissions(self):
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create({"employee_id": rep.id, "manager_id": self.max.id})
                    for rep in self.ann + self.bob
                ],
            }
        )
        self._count(
            "commissions",
            self.max,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": [Command.create({"bound": 0, "level": 1, "percent": 10})],
            },
        )
        result = self._ask(volumes="before")
        self.assertEqual(result["baseline"]["costs"], [55.0, 220.0])
        self.assertEqual(result["scenarios"][0]["costs"], [55.0, 220.0])

    def test_what_is_refused(self):
        with self._refused("March 2026 is over"):
            self._ask(volumes="before", date_from="2026-02-01", date_to="2026-03-31")
        with self._refused("end in March 2027 at the latest"):
            self._ask(volumes="year", date_from="2026-05-01", date_to="2027-04-30")
