from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestSecurityGame(CommissionCase):
    """What Ann, an internal user, and Gil, an agent with portal access, can do by RPC
    to get points or badges that they did not earn."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-03-16 12:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env(su=True), "game_portal", groups="base.group_portal"
        )
        cls.gil = (
            cls.env["hr.employee"]
            .sudo()
            .create(
                {
                    "name": "Gil",
                    "company_id": cls.company.id,
                    "work_contact_id": cls.portal.partner_id.id,
                    "sales_commission_agent": True,
                }
            )
        )
        cls.badge = cls.env.ref("sales_commission_gamify.badge_first_deal")
        cls.badge.sudo().sales_commission_points = 5
        rule = {"points_per_document": 10}
        cls._create_plan(
            payees=cls.ann + cls.bob,
            component={"point_rule_ids": [Command.create(rule)]},
        )
        cls.alone = cls.env["sales.commission.point.rule"].create(
            {
                "name": "Alone",
                "trigger": "first",
                "points": 3,
                "date_from": "2026-01-01",
                "measure_id": cls.measure.id,
                "company_id": cls.company.id,
            }
        )
        for payee in (cls.ann, cls.bob):
            cls._invoice(100, payee=payee, date="2026-03-12")
        cls.alone.action_judge()
        cls.env["gamification.badge"].action_award_sales_commission()
        cls.thanks = (
            cls.env["sales.commission.thanks"]
            .with_user(cls.bob.user_id)
            .create({"employee_id": cls.ann.id, "points": 2, "message": "Thanks"})
        )

    def _call(self, user, model, method, *args, **kwargs):
        """As a request does: private methods are refused, access is checked."""
        return call_kw(self.env[model].with_user(user), method, list(args), kwargs)

    def _users(self):
        return (self.ann.user_id, self.portal)

    def _values(self, payee):
        """What somebody might send to get rich."""
        point = {
            "company_id": self.company.id,
            "employee_id": payee.id,
            "kind": "grant",
            "date": "2026-03-16",
            "points": 1000,
            "reason": "Me",
            "document_model": "res.partner",
            "origin_id": 1,
            "revision": 1,
        }
        return {
            "sales.commission.point": point,
            "sales.commission.point.rule": {
                "name": "Mine",
                "trigger": "first",
                "points": 1000,
                "measure_id": self.measure.id,
                "date_from": "2026-01-01",
            },
            "sales.commission.point.budget": {"budget": 10, "month": "2026-03-01"},
            "sales.commission.award": {
                "company_id": self.company.id,
                "employee_id": payee.id,
                "badge_id": self.badge.id,
                "date": "2026-03-16",
                "slot": "2026-03-01",
            },
            "sales.commission.thanks.reversal": {
                "thanks_ids": [(6, 0, self.thanks.ids)],
                "reason": "Mine",
            },
        }

    def test_nothing_is_created(self):
        for user, payee in zip(self._users(), (self.ann, self.gil), strict=True):
            for model, values in self._values(payee).items():
                with (
                    self.subTest(user=user.login, model=model),
                    self.assertRaises(AccessError),
                ):
                    self._call(user, model, "create", [values])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models")
    def test_nothing_is_changed_or_deleted(self):
        changes = {
            "sales.commission.point": {"points": 999},
            "sales.commission.point.rule": {"points": 999, "active": False},
            "sales.commission.award": {"employee_id": self.gil.id},
            "sales.commission.thanks": {"points": 999, "is_shared": True},
            "gamification.badge": {"sales_commission_points": 999},
        }
        for user in self._users():
            for model, values in changes.items():
                records = self.env[model].sudo().search([])
                self.assertTrue(records, model)
                with (
                    self.subTest(user=user.login, model=model),
                    self.assertRaises(UserError),
                ):
                    self._call(user, model, "write", records.ids, values)
                    with self.assertRaises(UserError):
                        self._call(user, model, "unlink", records.ids)

    def test_private_doors_are_closed(self):
        doors = (
            ("sales.commission.point", "_give"),
            ("sales.commission.point", "_insert"),
            ("sales.commission.point", "_follow"),
            ("sales.commission.point", "_get_balances"),
            ("sales.commission.award", "_add"),
            ("sales.commission.point.rule", "_judge"),
            ("sales.commission.thanks", "_take_back"),
            ("gamification.badge", "_award"),
        )
        for user in self._users():
            for model, method in doors:
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    self._call(user, model, method, [])

    def test_buttons_are_the_officers(self):
        buttons = (
            ("sales.commission.point.rule", "action_judge", self.alone.ids),
            ("gamification.badge", "action_award_sales_commission", self.badge.ids),
            ("sales.commission.thanks", "action_take_back", self.thanks.ids),
        )
        for user in self._users():
            for model, method, ids in buttons:
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    self._call(user, model, method, ids)

    def test_others_points_and_awards_are_not_read(self):
        for user, own in ((self.ann.user_id, self.ann), (self.portal, self.gil)):
            for model in ("sales.commission.point", "sales.commission.award"):
                rows = self._call(user, model, "search_read", [], ["employee_id"])
                payees = {row["employee_id"][0] for row in rows}
                self.assertLessEqual(payees, {own.id}, (user.login, model))

    def test_odoos_rows_feed_nothing(self):
        """Goals and owners of other badges are the users' to write in Odoo."""
        free = self.env["gamification.badge"].create({"name": "Free"})
        before = self._points(self.ann), self._points(self.gil)
        for user in self._users():
            for _time in range(3):
                self._call(
                    user,
                    "gamification.badge.user",
                    "create",
                    [{"user_id": user.id, "badge_id": free.id}],
                )
        self.alone.action_judge()
        self.env["gamification.badge"].action_award_sales_commission()
        self.assertEqual((self._points(self.ann), self._points(self.gil)), before)

    def test_nothing_of_the_game_reads_goals(self):
        with self._refused("no money may depend"):
            self.env["sales.commission.measure"].create(
                {
                    "name": "Goals",
                    "source": "record",
                    "value": "documents",
                    "model_id": self.env["ir.model"]._get_id("gamification.goal"),
                    "date_field_id": self.env["ir.model.fields"]
                    ._get("gamification.goal", "end_date")
                    .id,
                    "owner_path": "user_id",
                }
            )
