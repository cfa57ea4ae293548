from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command, Date
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .pricing_common import PricingCase

ATTAINED = "0: 10% | 100: 20%"


@tagged("post_install", "-at_install")
class TestQuota(PricingCase):
    """Which target holds for whom, and what a change of it does."""

    def _attaining(self, payees=None, **component):
        component = {"lookup": "attainment", **component}
        return self._plan(ATTAINED, payees, **component).component_ids

    def _team(self, *members):
        team = self.env["crm.team"].sudo().create({"name": "North"})
        rows = self.env["sales.commission.assignment"].search(
            [("employee_id", "in", [member.id for member in members])]
        )
        rows.team_id = team
        return team

    def _quotas(self, component, payee=None, months=(1,), year=2026):
        payee = payee or self.ann
        targets = component._get_targets(
            {
                (component.id, payee.id, Date.to_date(f"{year}-{m:02}-01"))
                for m in months
            }
        )
        return [float(target.quota or 0) for _key, target in sorted(targets.items())]

    def test_export_and_import(self):
        """A spreadsheet of targets goes out and comes back through Odoo's own import:
        new rows and changed ones, and the periods are priced again."""
        component = self._attaining(self.ann + self.bob, quota=100)
        self._invoice(1000)
        columns = ["component_id", "employee_id", "date_from", "amount"]
        quotas = self.env["sales.commission.quota"]
        rows = [["Invoiced", "Ann", "2026-01-20", "2000"]]
        self.assertFalse(quotas.load(columns, rows)["messages"])
        self.assertEqual(self._quotas(component), [2000])
        [quota] = component.quota_ids
        names = [".id", "component_id", "employee_id", "date_from", "amount"]
        [exported] = quota.export_data(names)["datas"]
        self.assertEqual(exported[1:3], [component.name, "Ann"])
        changed = [[str(cell) for cell in exported[:-1]] + ["4000"]]
        self.assertFalse(quotas.load(names, changed)["messages"])
        self.assertEqual(component.quota_ids, quota)
        self.assertEqual(self._quotas(component), [4000])
        attained = self.env["sales.commission.attainment"].search(
            [("component_id", "=", component.id), ("employee_id", "=", self.ann.id)]
        )
        self.assertEqual(attained.attainment, 25)
        refused = quotas.load(columns, [["Invoiced", "Ann", "2026-02-01", "-1"]])
        self.assertTrue(refused["messages"])

    def test_precedence(self):
        component = self._attaining(self.ann + self.bob, quota=100)
        team = self._team(self.ann)
        self.assertEqual(self._quotas(component), [100])
        self._quota(component, 200)
        self.assertEqual(self._quotas(component), [200])
        self._quota(component, 300, team_id=team.id)
        self.assertEqual(self._quotas(component), [300])
        own = self._quota(component, 400, employee_id=self.ann.id)
        self.assertEqual(self._quotas(component), [400])
        self.assertEqual(self._quotas(component, self.bob), [200])
        # another month knows nothing of it
        self.assertEqual(self._quotas(component, months=(2,)), [100])
        own.unlink()
        self.assertEqual(self._quotas(component), [300])

    def test_target_incentive_has_the_same_precedence(self):
        component = self._plan(
            "0: 100% of target", self.ann + self.bob, target_incentive=50
        ).component_ids
        self._sell(1)
        self._sell(1, payee=self.bob)
        self.assertEqual(self._earned(self.ann), 50)
        self._quota(component, 0, target_incentive=70)
        self._quota(component, 0, target_incentive=90, employee_id=self.bob.id)
        self.assertEqual(self._earned(self.ann), 70)
        self.assertEqual(self._earned(self.bob), 90)

    def _participating(self, component, date_from, date_to=None):
        assignment = component.plan_id.assignment_ids
        assignment.write({"date_from": date_from, "date_to": date_to})

    def test_spread_over_a_year_that_starts_in_march(self):
        """Q01: 100,000 by 20, 20, 20 and 40 %, from 1 March."""
        component = self._attaining(plan={"period_kind": "quarter"})
        self._participating(component, "2026-03-01")
        for month, amount in ((1, 20_000), (4, 20_000), (7, 20_000), (10, 40_000)):
            self._quota(component, amount, f"2026-{month:02}-01")
        quotas = self._quotas(component, months=(1, 4, 7, 10))
        self.assertEqual(quotas, [6_666.67, 20_000, 20_000, 40_000])
        self.assertEqual(round(sum(quotas), 2), 86_666.67)

    def test_days_taken_part(self):
        """Q03: 1,200 a year, 8 February to 15 June 2017."""
        component = self._attaining(plan={"date_from": "2017-01-01"}, quota=100)
        self._participating(component, "2017-02-08", "2017-06-15")
        quotas = self._quotas(component, months=range(2, 7), year=2017)
        self.assertEqual(quotas, [75, 100, 100, 100, 50])

    def test_whole_quota_of_a_partial_period(self):
        component = self._attaining(quota=100, quota_proration="whole")
        self._participating(component, "2026-01-20")
        self.assertEqual(self._quotas(component), [100])

    def test_ramp(self):
        """Q04: 10k, 20k, 30k, then 45k; month 2 sells 15,000: 75 %."""
        component = self._attaining(quota=45_000, ramp="10000, 20000, 30000")
        self.assertEqual(
            self._quotas(component, months=range(1, 6)),
            [10_000, 20_000, 30_000, 45_000, 45_000],
        )
        self._sell(15_000, date="2026-02-10")
        attained = self._attained(component, date="2026-02-01")
        self.assertEqual(attained.attainment, 75)
        self.assertEqual(attained.quota, 20_000)

    def test_ramp_in_percent_counts_from_joining(self):
        component = self._attaining(quota=40_000, ramp="25 %, 50 %")
        self._participating(component, "2026-03-16")
        quotas = self._quotas(component, months=(3, 4, 5))
        # half of March: 16 of 31 days
        self.assertEqual(quotas, [round(10_000 * 16 / 31, 2), 20_000, 40_000])

    def test_ramp_goes_on_in_the_next_version_and_leaves_own_targets_alone(self):
        component = self._attaining(quota=40_000, ramp="25 %, 50 %, 75 %")
        plan = component.plan_id
        plan.date_to = "2026-02-28"
        following = self._attaining(
            quota=40_000,
            ramp="25 %, 50 %, 75 %",
            plan={"date_from": "2026-03-01", "root_id": plan.id},
        )
        self.assertEqual(self._quotas(following, months=(3, 4)), [30_000, 40_000])
        self._quota(following, 11_000, "2026-03-01", employee_id=self.ann.id)
        self.assertEqual(self._quotas(following, months=(3,)), [11_000])

    def test_move_to_another_team_splits_the_month(self):
        component = self._attaining()
        north = self._team(self.ann)
        south = self.env["crm.team"].sudo().create({"name": "South"})
        self._quota(component, 3_100, team_id=north.id)
        self._quota(component, 6_200, team_id=south.id)
        first = component.plan_id.assignment_ids
        first.date_to = "2026-01-10"
        first.copy({"date_from": "2026-01-11", "date_to": False, "team_id": south.id})
        self.assertEqual(self._quotas(component), [1_000 + 4_200])

    # --- a change of a target -----------------------------------------------------

    def test_changes_price_again(self):
        component = self._attaining(self.ann + self.bob)
        self._sell(40_000)
        self._sell(40_000, payee=self.bob)
        self.assertEqual(self._earned(self.ann), 0)
        quota = self._quota(component, 33_000, employee_id=self.ann.id)
        self.assertEqual(self._earned(self.ann), 4_700)
        self.assertEqual(self._earned(self.bob), 0)
        quota.amount = 30_000
        self.assertEqual(self._earned(self.ann), 5_000)
        quota.employee_id = self.bob
        self.assertEqual(self._earned(self.ann), 0)
        self.assertEqual(self._earned(self.bob), 5_000)
        quota.unlink()
        self.assertEqual(self._earned(self.bob), 0)
        # every change is a row of its own: nothing that was told is rewritten
        rows = self.env["sales.commission.earning"].search([])
        self.assertEqual(sorted(rows.mapped("amount")), [-5000, -5000, 300, 4700, 5000])

    def test_only_the_payees_concerned_are_priced(self):
        component = self._attaining(self.ann + self.bob, quota=1000)
        self._sell(2000)
        self._sell(2000, payee=self.bob)
        self._sell(2000, date="2026-02-10")
        priced = []
        earnings = type(self.env["sales.commission.earning"])
        apply = earnings._apply

        def watch(model, keys):
            priced.extend(keys)
            return apply(model, keys)

        with patch.object(earnings, "_apply", watch):
            self._quota(component, 3_000, employee_id=self.ann.id)
        january = Date.to_date("2026-01-01")
        self.assertEqual(priced, [(component.id, self.ann.id, 0, january)])

    def test_target_of_a_gate_prices_what_it_closes(self):
        plan = self._draft()
        source = self._component(plan, "Licences", product="B", pays="nothing")
        component = self._component(plan, "Services", "0: 5%", product="A")
        component.gate_ids = [
            Command.create({"threshold": 50, "source_component_id": source.id})
        ]
        plan.action_publish()
        self._sell(1_000, "A")
        attained = self._attained(component)
        self.assertEqual((attained.earned, attained.problem), (0, "attainment_missing"))
        quota = self._quota(source, 1_000)
        self.assertFalse(self._attained(component).problem)
        self.assertEqual(self._earned(self.ann), 0)
        self._sell(600, "B")
        self.assertEqual(self._earned(self.ann), 50)
        quota.amount = 2_000
        self.assertEqual(self._earned(self.ann), 0)

    def test_missing_quota_does_not_stop_the_others(self):
        component = self._attaining(self.ann + self.bob)
        self._quota(component, 1_000, employee_id=self.bob.id)
        self._sell(500)
        self._sell(500, payee=self.bob)
        self.assertEqual(self._earned(self.bob), 50)
        self.assertEqual(self._earned(self.ann), 0)
        missing = self._attained(component)
        self.assertEqual(missing.problem, "quota_missing")
        self.assertEqual(component.plan_id.missing_target_count, 1)
        action = component.plan_id.action_view_missing_targets()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows, missing)
        self._quota(component, 1_000, employee_id=self.ann.id)
        self.assertEqual(self._earned(self.ann), 50)
        self.assertEqual(component.plan_id.missing_target_count, 0)

    def test_leaving_prices_again(self):
        """Half of the quota, so that what was below it is now above."""
        component = self._attaining(quota=3_100)
        self._sell(3_100, date="2026-01-05")
        self.assertEqual(self._earned(self.ann), 310)
        component.plan_id.assignment_ids.date_to = "2026-01-10"
        self.assertEqual(self._earned(self.ann), 100 + 420)

    def test_payee_priced_elsewhere_is_left_for_the_sweep(self):
        component = self._attaining(quota=1_000)
        self._sell(1_000)
        with db_connect(self.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (190_314_159, self.bob.id)
            )
        earning = type(self.env["sales.commission.earning"])
        nobody = SQL("SELECT 0 AS id WHERE FALSE")
        with patch.object(earning, "_get_locked_sql", lambda self, keys: nobody):
            self._quota(component, 500)
        self.assertEqual(self._earned(self.ann), 100)
        self.env["sales.commission.run"].sudo()._sweep_company(component.plan_id)
        self.assertEqual(self._earned(self.ann), 150)

    def test_chatter_tells_what_changed(self):
        component = self._attaining()
        self._quota(component, 1_000, employee_id=self.ann.id).amount = 1_200
        bodies = " ".join(component.plan_id.message_ids.mapped("body"))
        self.assertRegex(bodies, r"January 2026: .*1,000\.00 → .*1,200\.00")

    # --- what is refused ----------------------------------------------------------

    def test_first_day_of_the_period_is_kept(self):
        component = self._attaining(plan={"period_kind": "quarter"})
        quota = self._quota(component, 10, "2026-05-17")
        self.assertEqual(str(quota.date_from), "2026-04-01")
        self.assertEqual(str(quota.date_to), "2026-06-30")
        quota.date_from = "2026-08-08"
        self.assertEqual(str(quota.date_from), "2026-07-01")

    def test_one_target_per_payee_and_period(self):
        component = self._attaining()
        for vals in ({}, {"employee_id": self.ann.id}):
            self._quota(component, 10, **vals)
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._quota(component, 20, "2026-01-20", **vals)

    def test_refusals(self):
        component = self._attaining(plan={"date_to": "2026-06-30"})
        team = self._team(self.ann)
        for words, amount, date, vals in (
            ("outside the plan", 10, "2026-07-01", {}),
            ("outside the plan", 10, "2025-12-31", {}),
            ("Bob does not take part", 10, "2026-01-01", {"employee_id": self.bob.id}),
            ("quota of zero cannot be a divisor", 0, "2026-01-01", {}),
            ("everybody for “Invoiced”.*is below 0", -5, "2026-01-01", {}),
        ):
            with self._refusing(words):
                self._quota(component, amount, date, **vals)
        quota = self._quota(component, 5)
        with self._refusing("is below 0"):
            quota.amount = -5
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._quota(component, 5, employee_id=self.ann.id, team_id=team.id)

    # --- who sees it --------------------------------------------------------------

    def test_who_reads_and_writes(self):
        component = self._attaining(self.ann + self.bob)
        team = self._team(self.bob)
        rows = {
            "ann": self._quota(component, 10, employee_id=self.ann.id),
            "bob": self._quota(component, 20, employee_id=self.bob.id),
            "team": self._quota(component, 30, team_id=team.id),
            "plan": self._quota(component, 40),
        }
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        for user, seen in (
            (self.ann.user_id, {"ann", "plan"}),
            (self.bob.user_id, {"bob", "team", "plan"}),
            (self.max.user_id, {"ann", "team", "plan"}),
            (self.env.user, {"ann", "bob", "team", "plan"}),
        ):
            model = self.env["sales.commission.quota"].with_user(user)
            with self.subTest(user=user.name):
                found = model.search([("component_id", "=", component.id)])
                self.assertEqual(
                    {name for name, row in rows.items() if row.id in found.ids}, seen
                )
        for user in (self.ann.user_id, self.max.user_id):
            with self.assertRaises(AccessError):
                rows["ann"].with_user(user).amount = 1
        stranger = self._create_payee("Stranger")
        model = self.env["sales.commission.quota"].with_user(stranger.user_id)
        self.assertFalse(model.search([]))
