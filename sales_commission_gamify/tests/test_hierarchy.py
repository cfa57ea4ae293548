from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestHierarchy(CommissionCase):
    """Ann and Bob are below Max, Max is below Zoe, from 2026 on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls._create_payee("Zoe")
        cls.eve = cls._create_payee("Eve")
        cls.edges = cls.env["sales.commission.hierarchy.edge"]
        cls.tree = cls._tree((cls.ann, cls.max), (cls.bob, cls.max), (cls.max, cls.zoe))

    @classmethod
    def _tree(cls, *lines, **vals):
        """A hierarchy of lines ``(employee, manager[, from, to])``."""
        return cls.env["sales.commission.hierarchy"].create(
            {
                "name": "Regions",
                "edge_ids": [
                    Command.create(
                        {
                            "employee_id": employee.id,
                            "manager_id": manager.id,
                            "date_from": dates[0] if dates else False,
                            "date_to": dates[1] if len(dates) > 1 else False,
                        }
                    )
                    for employee, manager, *dates in lines
                ],
                **vals,
            }
        )

    @classmethod
    def _levels(cls, levels, payees=None, component=None, **vals):
        """A plan that credits the levels with ``{level: percent}``."""
        return cls._create_plan(
            payees=cls.ann + cls.bob + cls.max + cls.zoe if payees is None else payees,
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": cls.tree.id,
                "rate_ids": [
                    Command.create({"bound": 0, "level": level, "percent": percent})
                    for level, percent in levels.items()
                ],
                **(component or {}),
            },
            **vals,
        )

    def _split(self, *rows):
        return {
            "sales_commission_split_ids": [
                Command.create(
                    {
                        "employee_id": payee.id,
                        "percent": percent,
                        "kind": kind[0] if kind else "share",
                    }
                )
                for payee, percent, *kind in rows
            ]
        }

    def _edge(self, employee):
        return self.tree.edge_ids.filtered(lambda edge: edge.employee_id == employee)

    # --- who is credited ---------------------------------------------------------

    def test_override_on_the_teams_sales(self):
        """S02: 3 % of what five reps sell."""
        reps = self.ann + self.bob
        for name in ("Rep3", "Rep4", "Rep5"):
            reps += self._create_payee(name)
        for rep in reps[2:]:
            self.edges.create(
                {
                    "hierarchy_id": self.tree.id,
                    "employee_id": rep.id,
                    "manager_id": self.max.id,
                }
            )
        self._levels({0: 10, 1: 3}, payees=reps + self.max)
        sold = (75_000, 60_000, 67_500, 52_500, 45_000)
        paid = (7_500, 6_000, 6_750, 5_250, 4_500)
        for rep, amount, own in zip(reps, sold, paid, strict=True):
            before = self._earned(self.max)
            self._invoice(amount, payee=rep)
            self.assertEqual(self._earned(rep), own)
            self.assertEqual(self._earned(self.max) - before, amount * 0.03)
        self.assertEqual(self._earned(self.max), 9_000)

    def test_sellers_need_not_be_payees_of_the_plan(self):
        self._levels({1: 3, 2: 1}, payees=self.max + self.zoe)
        invoice = self._invoice(1000)
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._credited(self.max, level=1), 1000)
        self.assertEqual(self._credited(self.zoe, level=2), 1000)
        self.assertEqual(self._earned(self.max), 30)
        self.assertEqual(self._earned(self.zoe), 10)
        self._refund(invoice)
        self.assertEqual(self._earned(self.max), 0)
        self.assertEqual(self._earned(self.zoe), 0)

    def test_only_levels_with_a_rate(self):
        self._levels({2: 1})
        self._invoice(1000)
        self.assertEqual(self._credited(self.max), 0)
        self.assertEqual(self._credited(self.zoe), 1000)

    def test_two_reps_on_one_deal_reach_the_manager_once(self):
        """S05: both are credited all of it."""
        self._levels({0: 10, 1: 5})
        self._invoice(10_000, **self._split((self.bob, 100, "overlay")))
        self.assertEqual(self._credited(self.ann), 10_000)
        self.assertEqual(self._credited(self.bob), 10_000)
        self.assertEqual(self._credited(self.max), 10_000)

    def test_shares_reach_the_manager_as_far_as_they_are_below_him(self):
        self._levels({1: 5})
        self._invoice(1000, **self._split((self.ann, 30), (self.eve, 70)))
        self.assertEqual(self._credited(self.max), 300)
        self._invoice(1000, **self._split((self.ann, 30), (self.bob, 70)))
        self.assertEqual(self._credited(self.max), 1300)

    def test_manager_who_sells_a_part_himself(self):
        """Scenario 23: his share on level 0, the override on the other's share once."""
        self._levels({0: 10, 1: 2, 2: 1})
        invoice = self._invoice(1000, **self._split((self.ann, 60), (self.max, 40)))
        expected = {
            (self.ann, 0): 600,
            (self.max, 0): 400,
            (self.max, 1): 600,
            (self.zoe, 1): 1000,  # directly above Max: the nearest level counts
        }
        for (payee, level), amount in expected.items():
            self.assertEqual(self._credited(payee, level=level), amount)
        self.assertEqual(self._credited(self.zoe), 1000)
        before = self.env["sales.commission.credit"].search_count([])
        invoice.button_draft()
        invoice.action_post()
        invoice._sales_commission_touch()
        for (payee, level), amount in expected.items():
            self.assertEqual(self._credited(payee, level=level), amount)
        self.assertGreater(
            self.env["sales.commission.credit"].search_count([]), before
        )  # taken back and given again, in total nothing more

    def test_move_on_the_15th_splits_the_month(self):
        self._edge(self.ann).date_to = "2026-01-14"
        self.edges.create(
            {
                "hierarchy_id": self.tree.id,
                "employee_id": self.ann.id,
                "manager_id": self.eve.id,
                "date_from": "2026-01-15",
            }
        )
        self._levels({1: 5}, payees=self.max + self.eve + self.zoe)
        self._invoice(100, date="2026-01-14")
        self._invoice(1000, date="2026-01-15")
        self.assertEqual(self._credited(self.max), 100)
        self.assertEqual(self._credited(self.eve), 1000)

    def test_hierarchies_side_by_side(self):
        other = self._tree((self.ann, self.eve), name="Products")
        self._levels({1: 5}, payees=self.max + self.eve)
        self._levels(
            {1: 2},
            payees=self.max + self.eve,
            component={"hierarchy_id": other.id},
            name="Products",
        )
        self._invoice(1000)
        self.assertEqual(self._earned(self.max), 50)
        self.assertEqual(self._earned(self.eve), 20)

    def test_login_that_changed_hands(self):
        """What was sold before today reaches who was above the one who sold it."""
        self._create_plan(payees=self.ann, name="Own")
        self._levels({1: 5}, payees=self.max + self.zoe)
        login = self.ann.user_id
        self.ann.sudo().user_id = False
        self.eve.sudo().user_id = login
        self._invoice(1000, invoice_user_id=login.id)
        self.assertEqual(self._credited(self.max), 1000)

    # --- differential ------------------------------------------------------------

    def _below(self, payee):
        credits = self.env["sales.commission.credit"].search(
            [("employee_id", "=", payee.id), ("level", ">", 0)]
        )
        return credits[:1].below_percent

    def test_differential_takes_the_highest_rate_below(self):
        self._levels({0: 8, 1: 10, 2: 12}, component={"override_kind": "differential"})
        self._invoice(1000)
        self.assertEqual(self._below(self.max), 8)
        self.assertEqual(self._below(self.zoe), 10)
        self.assertEqual(self._earned(self.ann), 80)
        self.assertEqual(self._earned(self.max), 20)
        self.assertEqual(self._earned(self.zoe), 20)

    def test_differential_over_a_vacant_level(self):
        """Nobody of level 1 takes part: level 2 gets what is above level 0."""
        self._levels(
            {0: 8, 1: 10, 2: 12},
            payees=self.ann + self.zoe,
            component={"override_kind": "differential"},
        )
        self._levels(
            {1: 10, 2: 12},
            payees=self.zoe,
            component={"override_kind": "differential"},
            name="Managers only",
        )
        self._invoice(1000)
        credits = self.env["sales.commission.credit"].search(
            [("employee_id", "=", self.zoe.id)]
        )
        self.assertEqual(sorted(credits.mapped("below_percent")), [0, 8])

    def test_differential_never_takes_more_than_the_own_rate(self):
        self._levels({0: 20, 1: 10}, component={"override_kind": "differential"})
        self._invoice(1000)
        self.assertEqual(self._below(self.max), 10)

    def test_differential_weighs_the_chains_of_a_shared_deal(self):
        """Of the 25 % that came without anybody below, all is above."""
        self._levels(
            {0: 8, 1: 10},
            payees=self.ann + self.max,
            component={"override_kind": "differential"},
        )
        self._invoice(1000, **self._split((self.ann, 75), (self.bob, 25)))
        self.assertEqual(self._credited(self.max), 1000)
        self.assertEqual(self._below(self.max), 6)
        self.assertEqual(self._earned(self.max), 40)

    # --- refused where it is typed -----------------------------------------------

    def test_circles_are_refused(self):
        with self._refused("Zoe → Ann → Max → Zoe"):
            self._line(self.zoe, self.ann)
        with self._refused("Zoe"):
            self._line(self.zoe, self.zoe)
        self._line(self.eve, self.zoe)
        # not on the same days
        self._edge(self.ann).date_to = "2025-12-31"
        self._line(self.zoe, self.ann, "2026-01-01")
        with self.assertRaises(ValidationError):
            self._edge(self.ann).date_to = "2026-01-01"

    def _line(self, employee, manager, date_from=False):
        return self.edges.create(
            {
                "hierarchy_id": self.tree.id,
                "employee_id": employee.id,
                "manager_id": manager.id,
                "date_from": date_from,
            }
        )

    def test_two_above_at_once_are_refused(self):
        with self._refused("Ann.*Max.*Eve"):
            self._line(self.ann, self.eve, "2026-03-01")

    def test_company_of_a_hierarchy(self):
        other = self.env(su=True)["res.company"].create({"name": "Elsewhere"})
        stan = self._create_payee("Stan", company=other)
        with self._refused("Stan"):
            self._tree((stan, self.max), company_id=self.company.id)

    def test_rules_that_cannot_be_meant(self):
        with self._refused("choose the hierarchy"):
            self._levels({1: 5}, component={"hierarchy_id": False})
        with self._refused("level 0 only"):
            self._levels({0: 5})
        with self._refused("level 1"):
            self._levels({0: 5, 1: 5}, component={"credited_to": "salesperson"})
        with self._refused("one step"):
            self._levels(
                {1: 5},
                component={
                    "override_kind": "differential",
                    "rate_ids": [
                        Command.create({"bound": bound, "level": 1, "percent": 5})
                        for bound in (0, 1000)
                    ],
                },
            )

    # --- corrected later ---------------------------------------------------------

    def test_corrected_line_judges_the_sales_of_its_days_anew(self):
        self._levels({1: 5, 2: 1}, payees=self.max + self.eve + self.zoe)
        self._invoice(100, date="2026-01-10")
        self._invoice(1000, date="2026-01-20")
        self._edge(self.ann).date_to = "2026-01-14"
        self.assertEqual(self._credited(self.max), 100)
        self.assertEqual(self._credited(self.zoe), 100)
        self._line(self.ann, self.eve, "2026-01-15")
        self.assertEqual(self._credited(self.eve), 1000)
        # a line further up moves what is sold below
        self._edge(self.max).unlink()
        self.assertEqual(self._credited(self.zoe), 0)
        self._line(self.eve, self.zoe)
        self.assertEqual(self._credited(self.zoe), 1000)

    def test_only_sales_of_the_changed_days_are_judged_anew(self):
        self._levels({1: 5})
        early = self._invoice(100, date="2026-01-10")
        late = self._invoice(1000, date="2026-01-20")
        self._invoice(1000, date="2026-01-20", payee=self.eve)
        runs = type(self.env["sales.commission.run"])
        changes = (
            ({"date_to": "2026-01-14"}, late),
            ({"date_to": "2026-01-25"}, late),
            ({"date_from": "2026-01-15"}, early),
            ({"date_from": False}, early),
            ({"manager_id": self.zoe.id}, early + late),
        )
        for vals, judged in changes:
            with (
                self.subTest(vals=vals),
                patch.object(runs, "_run_components") as run,
            ):
                self._edge(self.ann).write(vals)
                [(_components, documents)] = [call.args for call in run.call_args_list]
                self.assertEqual(documents, judged.ids)

    def test_line_is_kept_when_commissions_fail(self):
        self._levels({1: 5}, payees=self.max + self.eve)
        self._invoice(1000)
        runs = self.env["sales.commission.run"]

        def fail(*args):
            raise ValueError("Out of order")

        with patch.object(type(runs), "_run_components", fail):
            self._edge(self.ann).manager_id = self.eve
        self.assertEqual(self._credited(self.max), 1000)
        failed = runs.sudo().search([("state", "=", "failed")])
        self.assertIn("Out of order", failed.error)
        failed._retry()
        self.assertEqual(self._credited(self.max), 0)
        self.assertEqual(self._credited(self.eve), 1000)

    # --- following employees and teams -------------------------------------------

    def _above(self, kind, employee, day=None):
        day = day or fields.Date.today()
        xmlid = {"manager": "hierarchy_managers", "team": "hierarchy_team_leaders"}
        hierarchy = self.env.ref(f"sales_commission_gamify.{xmlid[kind]}")
        return hierarchy.edge_ids.filtered(
            lambda edge: (
                edge.employee_id == employee
                and (not edge.date_from or edge.date_from <= day)
                and (not edge.date_to or edge.date_to >= day)
            )
        ).manager_id

    def test_managers_follow_the_employees_from_today(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        self.assertEqual(self._above("manager", self.ann), self.max)
        self.assertEqual(self._above("manager", self.ann, date(2020, 1, 1)), self.max)
        ann = self.ann.sudo()
        ann.parent_id = self.eve
        self.assertEqual(self._above("manager", self.ann, yesterday), self.max)
        self.assertEqual(self._above("manager", self.ann), self.eve)
        ann.parent_id = self.bob  # twice on one day
        self.assertEqual(self._above("manager", self.ann), self.bob)
        ann.parent_id = False
        self.assertFalse(self._above("manager", self.ann))
        self.assertEqual(self._above("manager", self.ann, yesterday), self.max)

    def test_circle_of_employees_never_stops_whoever_edits_them(self):
        self.max.sudo().parent_id = self.ann
        self.assertEqual(self._above("manager", self.ann), self.max)
        self.assertFalse(self._above("manager", self.max))

    def test_team_leaders_follow_the_teams(self):
        team = self.env(su=True)["crm.team"].create(
            {
                "name": "North",
                "company_id": self.company.id,
                "user_id": self.max.user_id.id,
                "member_ids": [Command.link(self.ann.user_id.id)],
            }
        )
        self.assertEqual(self._above("team", self.ann), self.max)
        team.user_id = self.eve.user_id
        self.assertEqual(self._above("team", self.ann), self.eve)
        team.crm_team_member_ids.active = False
        self.assertFalse(self._above("team", self.ann))
        team.crm_team_member_ids.create(
            {"crm_team_id": team.id, "user_id": self.bob.user_id.id}
        )
        self.assertEqual(self._above("team", self.bob), self.eve)
        team.crm_team_member_ids.unlink()
        self.assertFalse(self._above("team", self.bob))

    def test_new_hierarchy_takes_over_what_is(self):
        tree = self._tree(kind="manager", company_id=self.company.id)
        tree.action_follow()
        self.assertEqual(tree.edge_ids.employee_id, self.ann)
        tree.edge_ids.unlink()
        tree._fill_empty()
        self.assertFalse(tree.edge_ids.date_from)
        tree._fill_empty()
        self.assertEqual(len(tree.edge_ids), 1)

    # --- who may do what ---------------------------------------------------------

    def test_officer_designs_a_hierarchy(self):
        officer = new_test_user(
            self.env(su=True),
            "commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        with Form(self.env["sales.commission.hierarchy"].with_user(officer)) as form:
            form.name = "Regions"
            with form.edge_ids.new() as line:
                line.employee_id = self.ann.with_user(officer)
                line.manager_id = self.max.with_user(officer)
        edge = form.record.edge_ids
        self.assertEqual(edge.display_name, "Ann below Max")
        edge.date_from = "2026-02-01"

    def test_payees_change_no_hierarchy(self):
        for user in (self.ann.user_id, self.max.user_id):
            for records in (self.tree, self.tree.edge_ids):
                mine = records.with_user(user)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(mine.has_access(operation))
                with self.assertRaises(AccessError):
                    mine[0].write({"active": True})

    def test_import_by_names(self):
        result = self.edges.load(
            ["hierarchy_id", "employee_id", "manager_id", "date_from"],
            [["Regions", "Eve", "Max", "2026-02-01"]],
        )
        self.assertFalse(result["messages"])
        edge = self._edge(self.eve)
        self.assertEqual(
            edge.export_data(["employee_id", "manager_id", "date_from"])["datas"],
            [["Eve", "Max", date(2026, 2, 1)]],
        )

    # --- set-based ---------------------------------------------------------------

    def test_number_of_queries_is_constant(self):
        plan = self._levels({0: 10, 1: 5, 2: 1}, payees=self.ann + self.max + self.zoe)
        runs = self.env["sales.commission.run"].sudo()

        def count(invoices):
            self.env.cr.flush()
            self.env.invalidate_all()
            self.env.registry.clear_cache()  # as new users do
            start = self.env.cr.sql_log_count
            runs._run_documents("account.move", invoices.ids)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        def invoices(number, *payees):
            moves = self.env["account.move"]
            for payee in payees:
                for _number in range(number):
                    moves |= self._invoice(100, payee=payee, post=False)
            return moves

        few = invoices(1, self.ann)
        self.patch(
            type(self.env["account.move"]),
            "_sales_commission_touch",
            lambda moves: None,
        )
        few.action_post()
        count(few)  # warm
        few = invoices(1, self.ann)
        few.action_post()
        baseline = count(few)
        reps = [self._create_payee(f"R{number}") for number in range(6)]
        for rep in reps:
            self._line(rep, self.max)
        plan.assignment_ids = [Command.create({"employee_id": rep.id}) for rep in reps]
        many = invoices(3, *reps)
        many.action_post()
        self.assertLessEqual(count(many), baseline)
        self.assertEqual(self._credited(self.max), 200 + 100 * 18)
