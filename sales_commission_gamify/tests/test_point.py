from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CommissionCase


class PointCase(CommissionCase):
    def _vals(self, payee, points, **vals):
        return {
            "company_id": self.company.id,
            "employee_id": payee.id,
            "kind": "grant",
            "date": fields.Date.to_date("2026-01-15"),
            "points": points,
            "reason": "For the stand at the fair",
            "document_model": "res.partner",
            "origin_id": self.partner_a.id,
            **vals,
        }

    def _give(self, *vals_list):
        return self.env["sales.commission.point"]._give(list(vals_list))

    def _balances(self, *payees):
        payees = self.env["hr.employee"].union(*payees)
        balances = self.env["sales.commission.point"]._get_balances(payees)
        return [balances[payee] for payee in payees]


@tagged("post_install", "-at_install")
class TestGiving(PointCase):
    def test_a_cause_gives_once(self):
        self.assertEqual(len(self._give(self._vals(self.ann, 10))), 1)
        self.assertFalse(self._give(self._vals(self.ann, 10)))
        self.assertEqual(self._balances(self.ann), [10])

    def test_other_payees_days_records_and_kinds_are_other_causes(self):
        others = (
            {"date": fields.Date.to_date("2026-01-16")},
            {"origin_id": self.partner_b.id},
            {"document_model": "res.users"},
            {"kind": "challenge"},
        )
        rows = self._give(
            self._vals(self.ann, 10),
            self._vals(self.bob, 10),
            *(self._vals(self.ann, 10, **other) for other in others),
        )
        self.assertEqual(len(rows), 6)
        self.assertEqual(self._balances(self.ann, self.bob), [50, 10])

    def test_undone_and_done_again(self):
        for points, balance in ((-50, -50), (50, 0), (50, 0), (-50, -50), (-50, -50)):
            self._give(self._vals(self.ann, points, kind="reward"))
            self.assertEqual(self._balances(self.ann), [balance])
        rows = self.env["sales.commission.point"].search([], order="revision")
        self.assertEqual(rows.mapped("revision"), [1, 2, 3])

    def test_a_revision_is_given_once_whatever_its_points(self):
        self._give(self._vals(self.ann, 10, revision=1))
        self._give(self._vals(self.ann, 20, revision=1))
        self._give(self._vals(self.ann, 5, revision=2))
        self.assertEqual(self._balances(self.ann), [15])

    def test_same_cause_twice_in_one_call(self):
        self._give(self._vals(self.ann, 10), self._vals(self.ann, 10))
        self.assertEqual(self._balances(self.ann), [10])

    def test_nothing_is_no_row(self):
        self.assertFalse(self._give())
        self.assertFalse(self._give(self._vals(self.ann, 0)))

    def test_points_without_a_cause_are_refused(self):
        for name in ("document_model", "origin_id", "reason", "date", "kind"):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                self._give(self._vals(self.ann, 10, **{name: False}))

    def test_given_points_are_facts(self):
        row = self._give(self._vals(self.ann, 10))
        with self._refused("cannot be changed", Exception):
            row.sudo().write({"points": 1000})
        with self._refused("cannot be deleted", Exception):
            row.sudo().unlink()

    def test_number_of_queries_is_constant(self):
        points = self.env["sales.commission.point"]
        few, many = (
            [
                self._vals(payee, 10, origin_id=1000 * size + number)
                for payee in (self.ann, self.bob, self.max)[:size]
                for number in range(1, 50 * size)
            ]
            for size in (1, 3)
        )
        self._give(few[0])  # warm
        for vals_list in (few, many):
            with self.assertQueryCount(1):
                points._give(vals_list)
        everybody = self.ann + self.bob + self.max
        for payees in (self.ann, everybody):
            self.env.flush_all()
            with self.assertQueryCount(1):
                points._get_balances(payees)

    def test_a_balance_is_the_same_whoever_asks(self):
        self._give(self._vals(self.ann, 10))
        as_bob = self.env["sales.commission.point"].with_user(self.bob.user_id)
        self.assertEqual(as_bob._get_balances(self.ann.sudo()), {self.ann: 10})
        self.assertFalse(as_bob.search([]))


@tagged("post_install", "-at_install")
class TestHistory(PointCase):
    def test_from_points_to_their_cause(self):
        [row] = self._give(self._vals(self.ann, 10))
        self.assertTrue(row.has_cause)
        action = row.action_open_cause()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.partner_a.id)
        )
        thanks = self.env["sales.commission.thanks"].with_user(self.bob.user_id)
        thanks = thanks.create(
            {"employee_id": self.ann.id, "points": 5, "message": "Thanks"}
        )
        row = self.env["sales.commission.point"].search([("kind", "=", "thanks")])
        mine = row.with_user(self.ann.user_id)
        self.assertEqual(mine.action_open_cause()["res_id"], thanks.id)

    def test_what_may_not_be_read_is_not_opened(self):
        secret = self.env["account.move"].search([], limit=1) or self._invoice(10)
        [row] = self._give(
            self._vals(
                self.bob, 10, document_model="account.move", origin_id=secret.id
            ),
        )
        with self._refused(".", UserError):
            row.with_user(self.bob.user_id).action_open_cause()
        with self._refused(".", Exception):
            row.with_user(self.ann.user_id).action_open_cause()

    def test_employee_shows_the_balance_to_who_may_see_it(self):
        self._give(self._vals(self.ann, 10), self._vals(self.ann, 7, kind="challenge"))
        self.assertEqual(self.ann.with_env(self.env).sales_commission_points, 17)
        with self.assertRaises(AccessError):
            self.ann.with_user(self.bob.user_id).sudo(False).sales_commission_points  # noqa: B018
