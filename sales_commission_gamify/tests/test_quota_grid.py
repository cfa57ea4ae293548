from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .pricing_common import PricingCase


@tagged("post_install", "-at_install")
class TestQuotaGrid(PricingCase):
    """Targets typed as in a spreadsheet, or spread over a year."""

    def setUp(self):
        super().setUp()
        plan = {"date_to": "2026-10-31"}
        self.plan = self._plan(
            "0: 10% | 100: 20%", self.ann + self.bob, plan=plan, lookup="attainment"
        )
        self.component = self.plan.component_ids

    def _cell(self, amount, payee=None, date="2026-01-01"):
        return {
            "employee_id": payee.id if payee else False,
            "team_id": False,
            "date_from": date,
            "amount": amount,
        }

    def _set(self, *cells):
        return self.plan.set_target_cells(self.component.id, list(cells))

    def test_grid(self):
        self._set(self._cell(1_000), self._cell(400, self.ann))
        grid = self.plan.get_target_grid(date="2026-03-10", span="quarter")
        self.assertEqual(
            [column["date"] for column in grid["columns"]],
            ["2026-01-01", "2026-02-01", "2026-03-01"],
        )
        rows = {row["name"]: row for row in grid["rows"]}
        self.assertEqual(list(rows), ["Everybody", "Ann", "Bob"])
        self.assertEqual(rows["Everybody"]["cells"]["2026-01-01"], 1_000)
        self.assertEqual(rows["Ann"]["cells"]["2026-01-01"], 400)
        self.assertFalse(rows["Bob"]["cells"]["2026-01-01"])
        self.assertEqual(rows["Bob"]["otherwise"]["2026-01-01"], 1_000)
        # nothing holds before the day of joining
        self.plan.assignment_ids.filtered(
            lambda a: a.employee_id == self.bob
        ).date_from = "2026-02-01"
        bob = self.plan.get_target_grid(date="2026-03-10")["rows"][-1]
        self.assertFalse(bob["otherwise"]["2026-01-01"])
        year = self.plan.get_target_grid(date="2026-03-10")
        self.assertEqual(
            [column["open"] for column in year["columns"]], [True] * 10 + [False] * 2
        )

    def test_cells_are_saved_and_priced_once(self):
        self._sell(2_000)
        self._sell(500, payee=self.bob)
        messages = len(self.plan.message_ids)
        self.assertEqual(self._set(self._cell(1_000), self._cell(500, self.ann)), [])
        self.assertEqual(self._earned(self.ann), 50 + 300)
        self.assertEqual(self._earned(self.bob), 50)
        self.assertEqual(len(self.plan.message_ids), messages + 1)
        self.assertEqual(self._set(self._cell(0, self.ann), self._cell(250)), [])
        self.assertEqual(self._earned(self.ann), 25 + 350)
        self.assertEqual(self.plan.target_count, 1)

    def test_one_wrong_cell_saves_nothing(self):
        errors = self._set(
            self._cell(1_000, self.ann),
            self._cell(500, self.max),
            self._cell(10, date="2026-12-01"),
        )
        self.assertEqual(
            [(error["employee_id"], error["date_from"]) for error in errors],
            [(self.max.id, "2026-01-01"), (False, "2026-12-01")],
        )
        self.assertIn("does not take part", errors[0]["message"])
        self.assertIn("outside the plan", errors[1]["message"])
        self.assertFalse(self.plan.target_count)

    def test_payee_cannot_write_cells(self):
        self._set(self._cell(1_000, self.ann), self._cell(2_000, self.bob))
        self.env.invalidate_all()
        plan = self.plan.with_user(self.ann.user_id)
        grid = plan.get_target_grid(date="2026-01-01")
        self.assertFalse(grid["can_write"])
        self.assertEqual([row["name"] for row in grid["rows"]], ["Everybody", "Ann"])
        with self.assertRaises(AccessError):
            plan.set_target_cells(self.component.id, [self._cell(1, self.ann)])

    def _spread(self, **vals):
        form = Form(self.env["sales.commission.quota.spread"])
        form.component_id = self.component
        form.amount = vals.pop("amount", 1_000)
        form.date_from = "2026-01-20"
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def test_spread_evenly(self):
        self._spread().save().action_spread()
        quotas = self.component.quota_ids.sorted("date_from")
        self.assertEqual(len(quotas), 10)  # the plan ends in October
        self.assertEqual(quotas.mapped("amount"), [83.34] * 4 + [83.33] * 6)

    def test_spread_by_weights_for_payees(self):
        """Q01's year: 20, 20, 20 and 40 % of 100,000."""
        plan = self._plan(
            "0: 10%",
            self.ann + self.bob,
            lookup="attainment",
            plan={"period_kind": "quarter"},
        )
        self.component = plan.component_ids
        form = self._spread(amount=100_000, weights="20 20 20 40 %", scope="payees")
        self.assertIn("Q4 2026: 40,000", form.preview)
        form.employee_ids.add(self.ann)
        form.save().action_spread()
        quotas = self.component.quota_ids.sorted("date_from")
        self.assertEqual(quotas.mapped("amount"), [20_000, 20_000, 20_000, 40_000])
        self.assertEqual(quotas.employee_id, self.ann)
        # once more changes them instead of adding others
        wizard = self._spread(amount=200_000, scope="payees").save()
        wizard.employee_ids = [Command.set(self.ann.ids)]
        wizard.action_spread()
        self.assertEqual(self.component.quota_ids.mapped("amount"), [50_000] * 4)

    def test_weights_that_do_not_fit(self):
        for weights in ("20 20", "a b c d e f g h i j k l", " ".join(["0"] * 12)):
            with self._refusing("needs 12 weights"):
                self._spread(weights=weights).save().action_spread()
        with self._refusing("must be above 0"):
            self._spread(amount=0).save().action_spread()

    def test_number_of_queries_is_constant(self):
        """Twenty cells cost what five cost, but for the rows that change."""
        counts = []
        for payees in (5, 5, 20):
            people = self.env["hr.employee"].union(
                *(
                    self._create_payee(f"g{len(counts)}_{number}")
                    for number in range(payees)
                )
            )
            self.plan = self._plan("0: 5%", people, lookup="attainment")
            self.component = self.plan.component_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._set(*(self._cell(10, payee) for payee in people))
            self.env.flush_all()
            self.plan.get_target_grid(date="2026-01-01")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
