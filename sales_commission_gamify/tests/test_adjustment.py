from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CommissionCase
from .test_import import ImportCase, text_file, workbook


class AdjustmentCase(CommissionCase):
    """An officer who enters and an accountant who approves, each with that alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls._create_user("officer")
        cls.accountant = cls._create_user("accountant")
        cls._invoice(1000)
        cls.plan = cls._create_plan()

    @classmethod
    def _create_user(cls, group, name=None):
        return new_test_user(
            cls.env(su=True),
            name or f"commission_{group}",
            groups=f"sales_commission_gamify.group_{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _enter(self, amount=100, payee=None, user=None, **vals):
        return (
            self.env["sales.commission.adjustment"]
            .with_user(user or self.officer)
            .create(
                {
                    "employee_id": (payee or self.ann).id,
                    "amount": amount,
                    "reason": "Best newcomer",
                    **vals,
                }
            )
        )

    def _approved(self, *args, **vals):
        adjustment = self._enter(*args, **vals)
        adjustment.with_user(self.accountant).action_approve()
        return adjustment

    def _statement(self, payee=None, date="2026-01-31"):
        return self._statements(date).filtered(
            lambda statement: statement.employee_id == (payee or self.ann)
        )


@tagged("post_install", "-at_install")
class TestAdjustment(AdjustmentCase):
    def test_on_the_next_statement(self):
        adjustment = self._approved(100)
        self.assertEqual(adjustment.stage, "approved")
        statement = self._statement()
        self.assertRecordValues(
            statement.line_ids,
            [
                {"kind": "earning", "amount": 50, "adjustment_id": False},
                {"kind": "adjustment", "amount": 100, "adjustment_id": adjustment.id},
            ],
        )
        self.assertEqual(
            (statement.amount_earned, statement.amount_adjustment), (50, 100)
        )
        self.assertEqual(statement.amount_payable, 150)
        line = statement.line_ids[1]
        self.assertEqual(
            line.explanation,
            f"Bonus: Best newcomer (approved by {self.accountant.name})",
        )
        self.assertEqual(line.title, "Bonus")
        self.assertIn("Best newcomer", line.display_name)
        self.assertEqual(line.action_view_earnings()["res_id"], adjustment.id)
        self.assertEqual(adjustment.statement_id.sudo(), statement.sudo())
        self.assertEqual(adjustment.stage, "stated")

    def test_what_is_not_approved_is_not_paid(self):
        adjustment = self._enter(100)
        self.assertEqual(self._statement().amount_payable, 50)
        self.assertEqual(adjustment.stage, "draft")

    def test_payee_with_nothing_else(self):
        self._approved(80, payee=self.bob)
        statement = self._statement(self.bob)
        self.assertEqual(statement.amount_payable, 80)
        self.assertFalse(statement.line_ids.plan_id)
        statement.action_confirm()
        statement.action_approve()
        statement.action_post()
        self.assertEqual(statement.state, "posted")

    def test_paid_once(self):
        adjustment = self._approved(100)
        for _again in range(2):
            statement = self._statement()
            self.assertEqual(statement.amount_payable, 150)
        statement.action_confirm()
        self.assertFalse(self._statement(date="2026-02-28"))
        line = statement.line_ids.filtered("adjustment_id").sudo()
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            line.copy({"adjustment_id": adjustment.id})

    def test_back_to_draft_frees_it(self):
        adjustment = self._approved(100)
        statement = self._statement()
        statement.action_confirm()
        statement.action_draft()
        statement.unlink()
        self.assertEqual(adjustment.stage, "approved")
        self.assertEqual(self._statement().amount_payable, 150)

    def test_negative(self):
        """Of 50 earned, 80 are taken back: 30 are left to recover."""
        self._approved(-80)
        statement = self._statement()
        self.assertEqual(statement.amount_payable, 0)
        self.assertEqual(statement.amount_closing, -30)
        statement.action_confirm()
        self._approved(100)
        self.assertEqual(self._statement(date="2026-02-28").amount_payable, 70)

    def test_period(self):
        """The first open one in which the payee has no final statement."""
        january, february = self._period(), self._period("2026-02-28")
        self.assertEqual(self._enter().period_id, january)
        later = self._approved(100, period_id=february.id)
        statement = self._statement()
        self.assertEqual(statement.amount_payable, 50)
        statement.action_confirm()
        self.assertEqual(self._enter().period_id, february)
        self.assertEqual(self._enter(payee=self.bob).period_id, january)
        late = self._approved(30, period_id=january.id)
        self.assertEqual(
            self._statement(date="2026-02-28").line_ids.adjustment_id, later + late
        )

    def test_locked_period_is_refused(self):
        period = self._period()
        period.action_lock()
        with self._refused("January 2026 is locked", UserError):
            self._enter(period_id=period.id)
        self.assertEqual(self._enter().period_id.date_from, date(2026, 2, 1))

    def test_all_periods_locked(self):
        periods = self.env["sales.commission.period"].search([])
        periods.action_lock()
        adjustment = self._enter()
        self.assertNotIn(adjustment.period_id, periods)
        self.assertEqual(adjustment.period_id.state, "open")

    def test_bad_input_is_refused(self):
        other = self._create_plan(name="Other")
        for label, vals, sentence in (
            ("no reason", {"reason": "  \n"}, "Say why Ann is paid more or less"),
            (
                "component",
                {
                    "plan_id": self.plan.id,
                    "component_id": other.component_ids.id,
                },
                "“Invoiced” is no component of the plan “New business”",
            ),
        ):
            with self.subTest(label), self._refused(sentence):
                self._enter(**vals)
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._enter(0)

    def test_plan_of_the_component(self):
        adjustment = self._approved(component_id=self.plan.component_ids.id)
        self.assertEqual(adjustment.plan_id.sudo(), self.plan.sudo())
        self.assertEqual(
            self._statement().line_ids.component_id, self.plan.component_ids
        )

    def test_approved_is_a_fact(self):
        adjustment = self._approved(100)
        for user in (self.officer, self.env.user):
            row = adjustment.with_user(user)
            for vals in ({"amount": 1}, {"reason": "x"}, {"employee_id": self.bob.id}):
                with self.subTest(vals), self._refused("is approved and", UserError):
                    row.write(vals)
            with self._refused("cannot be deleted", UserError):
                row.unlink()
        with self._refused("cannot be changed", UserError):
            adjustment.sudo().write({"state": "draft"})
        with self._refused("is approved already", UserError):
            adjustment.with_user(self.accountant).action_approve()

    def test_drafts_can_be_changed_and_deleted(self):
        adjustment = self._enter(100)
        adjustment.amount = 120
        self.assertEqual(adjustment.amount, 120)
        adjustment.unlink()
        self.assertFalse(adjustment.exists())

    def test_take_back(self):
        adjustment = self._approved(100, kind="other", plan_id=self.plan.id)
        self._statement().action_confirm()
        action = adjustment.action_take_back()
        self.assertEqual(adjustment.action_take_back(), action, "not twice")
        counter = adjustment.browse(action["res_id"])
        self.assertRecordValues(
            counter,
            [
                {
                    "amount": -100,
                    "kind": "correction",
                    "state": "draft",
                    "counter_of_id": adjustment.id,
                    "plan_id": self.plan.id,
                    "reason": "Takes back: Best newcomer",
                    "enter_user_id": self.officer.id,
                    "create_uid": self.officer.id,
                }
            ],
        )
        self.assertEqual(counter.period_id.date_from, date(2026, 2, 1))
        with self._refused("is not approved yet", UserError):
            counter.action_take_back()
        counter.with_user(self.accountant).action_approve()
        statement = self._statement(date="2026-02-28")
        self.assertEqual(statement.amount_closing, -100)
        with self._refused("is taken back already", UserError):
            adjustment.action_take_back()

    def test_take_back_in_parts(self):
        adjustment = self._approved(100)
        for amount in (-30, -70):
            counter = adjustment.browse(adjustment.action_take_back()["res_id"])
            if amount == -30:
                counter.amount = amount
            self.assertEqual(counter.amount, amount)
            counter.with_user(self.accountant).action_approve()
        with self._refused("is taken back already", UserError):
            adjustment.action_take_back()

    def test_queries_do_not_grow(self):
        def count(payees):
            rows = [
                {"employee_id": payee.id, "amount": 10, "reason": f"{n}"}
                for n in range(5)
                for payee in payees
            ]
            adjustments = self.env["sales.commission.adjustment"].sudo().create(rows)
            adjustments.with_user(self.accountant).action_approve()
            period = self._period()
            statements = self.env["sales.commission.statement"].sudo()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines = statements._prepare_lines(period, self.env["hr.employee"])
            return len(lines), self.env.cr.sql_log_count - before

        few, queries = count(self.ann)
        many, more = count(self.ann + self.bob + self.max)
        self.assertEqual((few, many), (6, 21))
        self.assertEqual(more, queries)

    def test_dashboard_still_adds_up(self):
        self._approved(100)
        self._statement().action_confirm()
        page = (
            self.env["sales.commission.dashboard"]
            .with_user(self.ann.user_id)
            .get_my_commissions("2026-01-15")
        )
        current = page["current"]
        self.assertEqual(
            {name: current[name] for name in ("earned", "open", "to_pay", "paid")},
            {"earned": 50, "open": 0, "to_pay": 50, "paid": 0},
        )
        self.assertEqual(page["payouts"]["on_its_way"]["amount"], 150)


@tagged("post_install", "-at_install")
class TestAdjustmentSecurity(AdjustmentCase):
    def test_four_eyes(self):
        both = self._create_user("officer", "commission_both")
        both.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_accountant"
        )
        own = self._enter(user=both)
        with self._refused("You entered the adjustment", UserError):
            own.with_user(both).action_approve()
        changed = self._enter()
        changed.with_user(both).amount = 1000
        with self._refused("You entered the adjustment", UserError):
            changed.with_user(both).action_approve()
        counter_of = self._approved(50)
        counter = counter_of.browse(
            counter_of.with_user(both).action_take_back()["res_id"]
        )
        with self._refused("You entered the adjustment", UserError):
            counter.with_user(both).action_approve()
        (own + changed + counter).with_user(self.accountant).action_approve()
        self.assertEqual(own.approve_user_id, self.accountant)

    def test_payee_does_not_approve_his_own(self):
        self.ann.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_accountant"
        )
        adjustment = self._enter()
        with self._refused("is your own", UserError):
            adjustment.with_user(self.ann.user_id).action_approve()
        # known by the contact alone
        self.bob.sudo().work_contact_id = self.accountant.partner_id
        with self._refused("is your own", UserError):
            self._enter(payee=self.bob).with_user(self.accountant).action_approve()

    def test_who_may_enter_and_who_may_approve(self):
        adjustment = self._enter()
        for user in (self.officer, self.ann.user_id, self.max.user_id):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                adjustment.with_user(user).action_approve()
        for user in (self.accountant, self.ann.user_id, self.max.user_id):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._enter(user=user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                adjustment.with_user(user).write({"amount": 5})
        with self.assertRaises(AccessError):
            self._approved().with_user(self.accountant).action_take_back()

    def test_state_and_names_cannot_be_written(self):
        """By RPC an officer may send any value."""
        forged = {
            "state": "approved",
            "approve_user_id": self.accountant.id,
            "approve_date": "2026-01-01 00:00:00",
            "enter_user_id": self.accountant.id,
        }
        origin = self._approved()
        adjustment = self._enter(**forged, counter_of_id=origin.id)
        unforged = {
            "state": "draft",
            "approve_user_id": False,
            "approve_date": False,
            "enter_user_id": self.officer.id,
            "counter_of_id": False,
        }
        self.assertRecordValues(adjustment, [unforged])
        context = {f"default_{name}": value for name, value in forged.items()}
        adjustments = self.env["sales.commission.adjustment"].with_context(**context)
        row = adjustments.with_user(self.officer).create(
            {"employee_id": self.ann.id, "amount": 1, "reason": "x"}
        )
        self.assertRecordValues(row, [unforged])
        for name, value in {**forged, "counter_of_id": origin.id}.items():
            with self.subTest(name), self._refused("by the buttons alone", UserError):
                adjustment.write({name: value})

    def test_who_reads(self):
        draft = self._enter()
        own = self._approved()
        others = self._approved(payee=self.bob)
        self.max.user_id.sudo().group_ids += self.env.ref(
            "sales_commission_gamify.group_manager"
        )
        portal = new_test_user(
            self.env(su=True), "commission_gil", groups="base.group_portal"
        )
        desk = (
            self.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Desk",
                    "company_id": self.company.id,
                    "work_contact_id": portal.partner_id.id,
                }
            )
        )
        desks = self._approved(payee=desk)
        outsider = new_test_user(
            self.env(su=True), "outsider", groups="base.group_user"
        )
        everything = draft + own + others + desks
        for user, readable in (
            (self.ann.user_id, own),
            (self.bob.user_id, others),
            (self.max.user_id, own),
            (portal, desks),
            (outsider, own.browse()),
            (self.officer, everything),
            (self.accountant, everything),
        ):
            with self.subTest(user=user.login):
                rows = own.with_user(user)
                self.assertEqual(rows.search([]), readable.sorted("id", reverse=True))
                if hidden := everything - readable:
                    with self.assertRaises(AccessError):
                        hidden.with_user(user).mapped("reason")

    def test_draft_statement_is_not_told_to_the_payee(self):
        adjustment = self._approved()
        statement = self._statement()
        mine = adjustment.with_user(self.ann.user_id)
        self.env.invalidate_all()
        self.assertEqual((mine.statement_id.id, mine.stage), (False, "approved"))
        statement.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((mine.statement_id.id, mine.stage), (statement.id, "stated"))

    def test_another_company(self):
        other = self.setup_other_company(name="Abroad")["company"]
        abroad = self._create_payee("Amy", company=other)
        with self.assertRaises(UserError):
            self._enter(payee=abroad)
        with self.assertRaises(AccessError):
            self._enter(payee=abroad, company_id=other.id)


@tagged("post_install", "-at_install")
class TestAdjustmentImport(ImportCase):
    HEADERS = ("Payee", "Pay period", "Kind", "Amount", "Reason")

    def _row(self, payee="Ann", period="", kind="Bonus", amount=250, reason="Newcomer"):
        return (payee, period, kind, amount, reason)

    def _import(self, *rows, headers=(), make=workbook, **options):
        file = make([(*headers, *self.HEADERS), *rows])
        return self._upload("sales.commission.adjustment", *file, **options)

    def _all(self):
        return self.env["sales.commission.adjustment"].search([], order="id")

    def test_workbook_and_text_file(self):
        february = self._period("2026-02-10")
        for make in (workbook, text_file):
            with self.subTest(make=make.__name__):
                known = self._all()
                reason = make.__name__
                result = self._import(
                    self._row(reason=reason),
                    self._row("Bob", "February 2026", "", -40.5, reason),
                    self._row("Bob", date(2026, 2, 10), "Other", 10, reason),
                    make=make,
                )
                self.assertEqual(result["texts"], [])
                facts = [
                    (row.employee_id.name, row.period_id, row.kind, row.amount)
                    for row in self._all() - known
                ]
                first = self.env["sales.commission.period"]._get_first_open(
                    self.company
                )
                self.assertEqual(
                    facts,
                    [
                        ("Ann", first, "bonus", 250),
                        ("Bob", february, "bonus", -40.5),
                        ("Bob", february, "other", 10),
                    ],
                )
                self.assertEqual(set(self._all().mapped("state")), {"draft"})

    def test_again_without_external_id_is_refused(self):
        self.assertEqual(self._import(self._row())["texts"], [])
        result = self._import(self._row())
        self.assertRegex(result["texts"][0], "Ann already has an adjustment of .*250")
        self.assertEqual(len(self._all()), 1)

    def test_again_with_the_same_external_id(self):
        self._period()
        for amount in (250, 300):
            result = self._import(
                ("a", *self._row(period="January 2026", amount=amount)),
                headers=["External ID"],
            )
            self.assertEqual(result["texts"], [])
            self.assertEqual(self._all().amount, amount)
        accountant = new_test_user(
            self.env(su=True),
            "commission_accountant",
            groups="sales_commission_gamify.group_accountant",
            company_id=self.company.id,
        )
        self._all().with_user(accountant).action_approve()
        result = self._import(
            ("a", *self._row(period="January 2026", amount=1)), headers=["External ID"]
        )
        self.assertRegex(result["texts"][0], "is approved and cannot be changed")

    def test_one_bad_row_and_nothing_is_imported(self):
        self._period().action_lock()
        for label, bad, words in (
            ("payee", self._row("Zoe"), "Zoe.*Payee"),
            ("period", self._row(period="Juli 2026"), "Juli 2026.*Pay period"),
            ("locked", self._row(period="January 2026"), "January 2026 is locked"),
            ("kind", self._row(kind="Luck"), "Luck.*Kind"),
            ("amount", self._row(amount=0), "changes nothing"),
            ("reason", self._row(reason=""), "Reason"),
        ):
            with self.subTest(label):
                result = self._import(self._row(reason="Good"), bad)
                self.assertFalse(result.get("ids"))
                self.assertRegex(" ".join(result["texts"]), words)
                self.assertFalse(self._all())

    def test_only_officers(self):
        for user in (self.ann.user_id, self.max.user_id):
            result = self._import(self._row(), user=user)
            self.assertFalse(result["ids"])
            self.assertRegex(result["texts"][0], "not allowed|access")
        self.assertFalse(self._all())
