from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import CommissionCase

NEW = [
    "gate",
    "accelerator",
    "multiplier",
    "multiplier.step",
    "weight",
    "quota",
    "quota.spread",
    "hierarchy",
    "hierarchy.edge",
    "measure",
    "achievement",
    "split",
    "example",
    "example.line",
    "acceptance",
    "acceptance.paper",
    "plan",
    "plan.version",
    "component",
    "rate",
    "assignment",
]
OFFICER = "sales_commission_gamify.group_officer"


@tagged("post_install", "-at_install")
class TestSecurityDesign(CommissionCase):
    """What somebody could read or change by RPC of what was designed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob, publish=False)
        cls.component = cls.plan.component_ids
        cls.component.quota = 10_000
        for payee, amount in ((cls.ann, 41_111), (cls.bob, 52_222)):
            cls.env["sales.commission.quota"].create(
                {
                    "component_id": cls.component.id,
                    "employee_id": payee.id,
                    "date_from": "2026-01-01",
                    "amount": amount,
                }
            )
        cls.plan.action_publish()

    def _call(self, user, model, method, *args, **kwargs):
        """As the web client does; private methods are refused."""
        model = self.env[f"sales.commission.{model}"].with_user(user)
        return call_kw(model.browse().with_env(model.env), method, args, kwargs)

    def _user(self, name, groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env(su=True),
            f"d_{name}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _officer(self, company=None):
        """An officer with no other right than that."""
        return self._user(f"officer_{company and company.id or ''}", OFFICER, company)

    # --- what others are to reach -------------------------------------------------

    def test_no_payee_reads_the_target_of_another(self):
        ann = self.ann.user_id
        plans, components = self.plan.ids, self.component.ids
        seen = [
            self._call(ann, "plan", "read", plans),
            self._call(ann, "component", "read", components),
            self._call(ann, "quota", "search_read", []),
            self._call(ann, "quota", "read_group", [], ["amount:sum"], []),
            self._call(ann, "plan", "get_target_grid", plans, date="2026-01-01"),
            self._call(ann, "plan", "get_designer", plans),
            self._call(ann, "plan", "get_document_html", plans),
            self._call(ann, "component", "get_curve", components),
            self._call(ann, "component", "get_designer_card", components),
            self._call(ann, "dashboard", "get_my_commissions", "2026-01-15"),
            self.env["mail.message"]
            .with_user(ann)
            .search_read([("model", "=", "sales.commission.plan")], ["body"]),
        ]
        said = str(seen).replace(",", "")
        self.assertIn("41111", said)  # the own one
        self.assertNotIn("52222", said)
        self.assertNotIn("Bob", said)

    def test_notes_of_a_plan_are_for_its_designers(self):
        """The chatter names whose target changed from what to what."""
        notes = self.plan.message_ids
        self.assertIn("52,222", " ".join(notes.mapped("body")))
        for user in (self.ann.user_id, self._user("portal", "base.group_portal")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                notes.with_user(user).read(["body"])
        manager = self._user("manager", "sales_commission_gamify.group_manager")
        with self.assertRaises(AccessError):
            notes.with_user(manager).read(["body"])
        self.assertTrue(notes.with_user(self._officer()).read(["body"]))

    def test_difference_names_no_colleague(self):
        version = self.plan._create_version(
            self.plan.date_from.replace(year=2027, month=1)
        )
        version.assignment_ids.filtered(
            lambda row: row.employee_id == self.bob
        ).employee_id = self.max
        version.action_publish()
        shown = self._call(
            self.ann.user_id, "plan", "read", version.ids, ["difference_html"]
        )
        self.assertNotIn("Bob", str(shown))
        self.assertNotIn("Max", str(shown))
        shown = self._call(
            self._officer(), "plan", "read", version.ids, ["difference_html"]
        )
        self.assertIn("Bob", str(shown))
        self.assertIn("Max", str(shown))

    # --- strangers ------------------------------------------------------------------

    def test_portal_and_public_reach_nothing(self):
        for user in (
            self._user("customer", "base.group_portal"),
            self.env.ref("base.public_user").sudo(),
        ):
            for name in NEW:
                model = self.env[f"sales.commission.{name}"].with_user(user)
                for operation in ("read", "create", "write", "unlink"):
                    if (name, operation) == ("acceptance", "read"):
                        continue  # those of the portal payee himself
                    with self.subTest(model=name, op=operation, user=user.login):
                        self.assertFalse(model.has_access(operation))
            plans, components = self.plan.ids, self.component.ids
            for model, method, *args in (
                ("plan", "get_target_grid", plans),
                ("plan", "set_target_cells", plans, components[0], []),
                ("plan", "get_designer", plans),
                ("plan", "get_document_html", plans),
                ("plan", "try_out", plans, {}),
                ("plan", "create_from_template", "flat"),
                ("plan", "action_new_version", plans),
                ("plan", "action_accept", plans),
                ("plan", "action_remind", plans),
                ("plan", "action_publish", plans),
                ("plan", "action_close", plans),
                ("component", "get_curve", components),
                ("component", "get_designer_card", components),
                ("component", "duplicate_in_designer", components),
                ("component", "create_in_designer", plans[0], "flat"),
                ("measure", "action_load_library"),
            ):
                with (
                    self.subTest(method=method, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    self._call(user, model, method, *args)

    def test_payee_designs_nothing(self):
        plans, components = self.plan.ids, self.component.ids
        cell = {"employee_id": self.ann.id, "date_from": "2026-01-01", "amount": 1}
        for model, method, *args in (
            ("plan", "set_target_cells", plans, components[0], [cell]),
            ("plan", "create_from_template", "flat"),
            ("plan", "action_new_version", plans),
            ("plan", "action_remind", plans),
            ("plan", "copy", plans),
            ("plan", "message_post", plans),
            ("component", "duplicate_in_designer", components),
            ("component", "switch_basis_in_designer", components, "scorecard"),
            ("component", "create_in_designer", plans[0], "flat"),
            ("measure", "action_load_library"),
        ):
            with self.subTest(method=method), self.assertRaises(UserError):
                self._call(self.ann.user_id, model, method, *args)

    def test_nobody_accepts_for_another(self):
        eve = self._create_payee("Eve")
        with self.assertRaises(AccessError):
            self._call(eve.user_id, "plan", "action_accept", self.plan.ids)
        self._call(self.ann.user_id, "plan", "action_accept", self.plan.ids)
        row = self.plan.acceptance_ids
        self.assertEqual(row.employee_id, self.ann)
        for user in (self.ann.user_id, self._officer(), self.env.user):
            for method, *args in (
                ("write", row.ids, {"date": "2020-01-01"}),
                ("unlink", row.ids),
                (
                    "create",
                    {
                        "plan_id": self.plan.id,
                        "employee_id": self.bob.id,
                        "version": 1,
                        "user_id": user.id,
                        "document": "Forged",
                    },
                ),
            ):
                with (
                    self.subTest(method=method, user=user.login),
                    self.assertRaises(UserError),
                ):
                    self._call(user, "acceptance", method, *args)

    # --- what an officer may not ----------------------------------------------------

    def test_filter_tells_no_secret_of_employees_and_users(self):
        """Who is credited for what matches would tell it."""
        officer = self._officer()
        to_user = "move_id.invoice_user_id"
        plan = self._create_plan(name="Draft", publish=False)
        for condition in (
            (f"{to_user}.employee_ids.pin", "=like", "1%"),
            (f"{to_user}.employee_ids", "any", [("barcode", "!=", False)]),
            (f"{to_user}.employee_ids.private_phone", "like", "0"),
            (f"{to_user}.totp_secret", "like", "A"),
        ):
            with self.subTest(condition):
                with self._refused("may not read|cannot be run"), self.cr.savepoint():
                    plan.component_ids.with_user(officer).domain = str([condition])
                with self._refused("may not read|cannot be run"), self.cr.savepoint():
                    self._call(
                        officer,
                        "measure",
                        "create",
                        {"name": "Spy", "domain": str([condition])},
                    )
        plan.component_ids.with_user(officer).domain = str(
            [
                ("product_id.categ_id", "!=", False),
                ("move_id.payment_state", "=", "paid"),
                ("move_id.partner_id.country_id.code", "=", "BE"),
                (f"{to_user}.employee_ids.job_title", "!=", "Intern"),
            ]
        )

    def test_filter_names_nothing_of_another_company(self):
        other = self.setup_other_company(name="Other")["company"]
        secret = self.env["res.partner"].create(
            {"name": "Secret customer", "company_id": other.id}
        )
        plan = self._create_plan(name="Draft", publish=False)
        with self._refused("may not read"):
            plan.component_ids.with_user(self._officer()).domain = str(
                [("partner_id", "=", secret.id)]
            )

    def test_versions_keep_to_their_company(self):
        """The difference is read with all rights, so it must not be pointed there."""
        other = self.setup_other_company(name="Other")["company"]
        stranger = self._officer(other)
        for name in ("previous_id", "root_id"):
            with self.subTest(name), self.assertRaises(UserError):
                self._call(
                    stranger,
                    "plan",
                    "create",
                    {"name": "Spy", "company_id": other.id, name: self.plan.id},
                )
        for method, *args in (
            ("get_designer", self.plan.ids),
            ("get_target_grid", self.plan.ids),
            ("try_out", self.plan.ids, {}),
            ("get_document_html", self.plan.ids),
            ("set_target_cells", self.plan.ids, self.component.id, []),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                self._call(stranger, "plan", method, *args)
        for model in NEW:
            rows = self.env[f"sales.commission.{model}"].with_user(stranger)
            if model in ("measure", "hierarchy", "hierarchy.edge"):
                continue  # those of no company are everybody's
            with self.subTest(model=model):
                self.assertFalse(rows.search([]))

    def test_plan_is_published_by_its_button_alone(self):
        vals = {"name": "Unchecked", "date_from": "2026-01-01"}
        with self.assertRaises(UserError):
            self._call(
                self._officer(), "plan", "create", {**vals, "state": "published"}
            )
        with self.assertRaises(UserError):
            self._call(
                self.env.user,
                "plan",
                "create",
                vals,
                context={"default_state": "published"},
            )

    # --- splits of one's own sales ---------------------------------------------------

    def test_salesperson_is_not_credited_twice_by_himself(self):
        """A share of 100 % and 100 % on top would double the commission."""
        ann = self.ann.user_id
        order = (
            self.env["sale.order"]
            .with_user(ann)
            .create({"partner_id": self.partner_a.id})
        )
        row = {"employee_id": self.ann.id, "percent": 100, "kind": "overlay"}
        with self.assertRaises(AccessError):
            order.sales_commission_split_ids = [Command.create(row)]
        with self.assertRaises(AccessError):
            self._call(ann, "split", "create", {**row, "order_id": order.id})
        order.sales_commission_split_ids = [Command.create({**row, "kind": "share"})]
        with self.assertRaises(AccessError):
            order.sales_commission_split_ids.kind = "overlay"
        helper = {**row, "employee_id": self.bob.id, "percent": 10}
        with self.assertRaises(AccessError):  # who helps whom on paper
            order.sales_commission_split_ids = [Command.create(helper)]
        helped = order.sudo().sales_commission_split_ids.create(
            {**helper, "order_id": order.id}
        )
        for change in ({"employee_id": self.ann.id}, {"percent": 90}):
            with self.assertRaises(AccessError):
                helped.with_user(ann).write(change)
        self._call(self._officer(), "split", "create", {**row, "order_id": order.id})

    def test_manager_of_sales_credits_others_on_top(self):
        """Neither he nor who invoices can credit himself."""
        order = self._order_of_ann()
        invoice = self._invoice(1000, post=False)
        for user, document in (
            (self.max.user_id, {"order_id": order.id}),
            (self.bob.user_id, {"move_id": invoice.id}),
        ):
            groups = "sales_team.group_sale_manager"
            if "move_id" in document:
                groups = "account.group_account_invoice"
            user.sudo().group_ids += self.env.ref(groups)
            row = {"percent": 10, "kind": "overlay", **document}
            own = {**row, "employee_id": user.sudo().employee_ids.id}
            with self.assertRaises(AccessError):
                self._call(user, "split", "create", own)
            helper = {**row, "employee_id": self.ann.id}
            self._call(user, "split", "create", helper)

    def _order_of_ann(self):
        order = self.env["sale.order"].with_user(self.ann.user_id)
        return order.create({"partner_id": self.partner_a.id})

    # --- formulas -------------------------------------------------------------------

    def test_formula_is_arithmetic_alone(self):
        plan = self._create_plan(name="Draft", publish=False)
        many = "(credited >= 0) + (credited >= 0) + (credited >= 0)"
        loops = " ".join(f"for {n} in 'aaaaaaaaaa'" for n in ("sales", "quota") * 12)
        for formula in (
            "9 ** 9 ** 9",
            "True << 9",
            f"({many}) ** (({many}) ** ({many}) ** ({many}))",
            f"max(credited {loops})",
            "[credited for credited in [1]][0]",
            "'a' * (True + True)",
            "credited.__class__",
            "min(credited, 1, key=abs)",
            "min(*[1, 2])",
            "f'{credited}'",
            "(credited := 5)",
            "1e999999999",
            "round(credited, 10 ** 99999)",
            "10 ** 400",
            "-" * 1500 + "1" * 1500,
            "__import__('os').system('id')",
            "min.__globals__",
            "(lambda: 1)()",
        ):
            with (
                self.subTest(formula[:60]),
                self.assertRaises(ValidationError),
                self.cr.savepoint(),
            ):
                plan.component_ids.write({"pays": "formula", "formula": formula})
                plan.action_publish()

    def test_figures_that_are_tried_are_bounded(self):
        """Anybody who reads a plan may type them in."""
        tried = self._call(
            self.ann.user_id,
            "plan",
            "try_out",
            self.plan.ids,
            {self.component.id: {"credited": "1e999999999", "quantity": "1e9999999"}},
        )
        self.assertIn("not a number", tried["components"][0]["error"])
