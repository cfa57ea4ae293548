from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .test_adjustment import AdjustmentCase

FIGURES = ("amount_earned", "amount_adjustment", "amount_payable", "amount_residual")


class RolesCase(AdjustmentCase):
    """Ann's January: 50 earned and a bonus of 100, posted. Each of the
    others has the one group of his role and no right in sales or accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager")
        cls.manager_employee = (
            cls.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Mia",
                    "user_id": cls.manager.id,
                    "company_id": cls.company.id,
                }
            )
        )
        cls.ann.sudo().parent_id = cls.manager_employee
        plain = cls.env.ref("base.group_user")
        cls.ann.sudo().user_id.group_ids = [Command.set(plain.ids)]
        adjustment = cls.env["sales.commission.adjustment"].with_user(cls.officer)
        adjustment = adjustment.create(
            {"employee_id": cls.ann.id, "amount": 100, "reason": "Best newcomer"}
        )
        adjustment.with_user(cls.accountant).action_approve()
        cls.adjustment = adjustment.with_env(cls.env)
        period = cls.env["sales.commission.period"].sudo()
        cls.period = period._get_for(cls.company, cls.adjustment.period_id.date_to)
        cls.period.with_user(cls.officer).action_compute_statements()
        cls.statement = cls.adjustment.statement_id

    def _post(self):
        self.statement.with_user(self.officer).action_confirm()
        self.statement.with_user(self.accountant).action_approve()
        self.statement.with_user(self.accountant).action_post()

    def _roles(self):
        return {
            "payee": self.ann.user_id,
            "manager": self.manager,
            "officer": self.officer,
            "accountant": self.accountant,
        }


@tagged("post_install", "-at_install")
class TestPayoutRoles(RolesCase):
    def test_everybody_opens_the_posted_statement(self):
        """The whole form, as the web client reads it: no field and no button of it
        needs a right in sales or accounting."""
        self._post()
        for role, user in self._roles().items():
            with self.subTest(role):
                self.env.invalidate_all()
                form = Form(self.statement.with_user(user))
                self.assertEqual([form[name] for name in FIGURES], [50, 100, 150, 150])
                self.assertEqual(form.state, "posted")
                lines = self.statement.with_user(user).line_ids
                self.assertEqual(len(lines), 2)
                self.assertTrue(all(lines.mapped("explanation")))

    def test_adjustment_tells_its_reason_and_who_approved_it(self):
        self.statement.with_user(self.officer).action_confirm()
        line = self.statement.line_ids.filtered("adjustment_id")
        told = f"Bonus: Best newcomer (approved by {self.accountant.name})"
        self.assertEqual(line.with_user(self.ann.user_id).explanation, told)
        report = self.env["ir.actions.report"].with_user(self.ann.user_id)
        paper, _kind = report._render_qweb_html(
            "sales_commission_gamify.report_statement", self.statement.ids
        )
        self.assertIn(told, paper.decode())

    def test_from_the_entry_to_its_statements(self):
        self._post()
        entry = self.statement.move_id
        self.assertEqual(self.statement.action_view_move()["res_id"], entry.id)
        self.assertEqual(entry.sales_commission_statement_count, 1)
        action = entry.action_view_sales_commission_statements()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.statement)

    def test_only_their_own_steps(self):
        """Over the steps of a statement: who may not, may not by RPC either."""
        for step, may in (
            ("confirm", ["officer"]),
            ("approve", ["accountant"]),
            ("post", ["accountant"]),
            ("reverse_entry", ["accountant"]),
        ):
            for role, user in self._roles().items():
                if role not in may:
                    with self.subTest(f"{role} {step}"), self.assertRaises(AccessError):
                        getattr(self.statement.with_user(user), f"action_{step}")()
            with self.subTest(f"{may[0]} {step}"):
                user = self._roles()[may[0]]
                getattr(self.statement.with_user(user), f"action_{step}")()
        self.assertEqual(self.statement.state, "approved")


@tagged("post_install", "-at_install")
class TestPostingOverRpc(RolesCase, HttpCase):
    def _call(self, method, *args):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "sales.commission.statement",
                "method": method,
                "args": [self.statement.ids, *args],
                "kwargs": {},
            },
        )

    def test_posted_twice_it_is_one_entry(self):
        self.statement.with_user(self.officer).action_confirm()
        self.authenticate(self.accountant.login, self.accountant.login)
        self._call("action_approve")
        self._call("action_post")
        self.env.invalidate_all()
        entry = self.statement.move_id
        self.assertEqual((entry.state, self.statement.state), ("posted", "posted"))
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException) as refused:
            self._call("action_post")
        self.assertIn("UserError", str(refused.exception))
        lines = self.env["account.move.line"].search(
            [("sales_commission_statement_id", "=", self.statement.id)]
        )
        self.assertEqual(lines.move_id, entry)
        self.assertEqual(sum(lines.mapped("balance")), -150)

    def test_private_steps_and_figures_are_no_way_in(self):
        self.authenticate(self.accountant.login, self.accountant.login)
        for call in (
            ("_write_step", {"state": "paid"}),
            ("write", {"state": "paid"}),
            ("write", {"amount_opening": 1000}),
            ("write", {"opening_trace": {"statements": []}}),
            ("write", {"checksum": "x"}),
        ):
            with (
                self.subTest(call),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._call(*call)
        self.env.invalidate_all()
        self.assertEqual(self.statement.state, "draft")
        self.assertEqual(self.statement.amount_opening, 0)
