from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.orm.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .challenge_common import FIRST, ChallengeCase
from .test_layers import _model_names, _python_files

GAME = "sales.commission."
OPERATIONS = ("create", "write", "unlink")
# What somebody may do by access rights, record rules aside; all else is refused.
PAYEE = {"thanks": {"create"}}
PORTAL = {}
MANAGER = {
    **PAYEE,
    "challenge": set(OPERATIONS),
    "challenge.participant": set(OPERATIONS),
    "challenge.prize": set(OPERATIONS),
    "leaderboard": set(OPERATIONS),
    "redemption.refusal": set(OPERATIONS),
}
OFFICER = {
    **MANAGER,
    "board": set(OPERATIONS),
    "channel": set(OPERATIONS),
    "point.budget": set(OPERATIONS),
    "point.rule": set(OPERATIONS),
    "reward": set(OPERATIONS),
    "reward.code": {"unlink"},
}
# What nobody at all writes or deletes, once it is there.
FACTS = ("award", "challenge.result", "point", "point.accrual", "thanks")


@tagged("post_install", "-at_install")
class TestEveryGameModel(ChallengeCase):
    """RPC on all models of the game, whichever they are: a new one is refused to
    everybody until it is named here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = new_test_user(
            cls.env(su=True),
            "commission_customer",
            groups="base.group_portal",
            company_id=cls.company.id,
        )
        cls.names = sorted(
            name
            for path in _python_files("models/game")
            for name in _model_names(path)
            if not cls.env[name]._abstract
        )
        cls._build_scene()

    @classmethod
    def _build_scene(cls):
        """A row of Bob's in each model that holds rows of payees."""
        env = cls.env(su=True)
        with freeze_time(FIRST):
            cls.challenge = env[f"{GAME}challenge"].create(
                {
                    "name": "Theirs",
                    "kind": "milestone",
                    "goal": 1,
                    "prize_points": 5,
                    "company_id": cls.company.id,
                    "date_from": FIRST,
                    "date_to": FIRST,
                    "user_id": cls.olga.user_id.id,
                    "participant_ids": [Command.create({"employee_id": cls.bob.id})],
                }
            )
            cls.challenge.action_schedule()
        cls._invoice(10, cls.bob, date=FIRST)
        with freeze_time("2026-03-10"):
            cls.challenge._close()
        cls.running = cls.challenge.copy(
            {"participant_ids": [Command.create({"employee_id": cls.ann.id})]}
        )
        cls.running.state = "running"
        badge = cls.env.ref("sales_commission_gamify.badge_first_deal").sudo()
        badge.sales_commission_points = 0
        badge._award(cls.company)
        env[f"{GAME}thanks"].with_user(cls.max.user_id).create(
            {"employee_id": cls.bob.id, "points": 2, "message": "Thanks"}
        )
        env[f"{GAME}leaderboard"].create({"name": "Board", "user_id": cls.env.uid})
        env[f"{GAME}board"].create({"name": "Wall", "company_id": cls.company.id})
        env[f"{GAME}point.budget"].create(
            {"budget": 5, "month": FIRST, "company_id": cls.company.id}
        )
        cls.reward = env[f"{GAME}reward"].create(
            {
                "name": "Coffee",
                "points": 1,
                "kind": "code",
                "new_codes": "OPEN-SESAME\nSECOND",
                "company_id": cls.company.id,
            }
        )
        cls.redemption = (
            env[f"{GAME}redemption"]
            .with_user(cls.bob.user_id)
            ._redeem(cls.reward, cls.bob)
        )
        cls.measure_rule = env[f"{GAME}point.rule"].create(
            {
                "name": "Alone",
                "trigger": "first",
                "points": 3,
                "date_from": "2026-01-01",
                "measure_id": cls.measure.id,
                "company_id": cls.company.id,
            }
        )
        cls.env.flush_all()

    def _call(self, user, model, method, *args):
        return call_kw(self.env[model].with_user(user), method, list(args), {})

    def _users(self):
        return (
            (self.ann.user_id, PAYEE),
            (self.gil, PORTAL),
            (self.customer, PORTAL),
            (self.max.user_id, MANAGER),
            (self.olga.user_id, OFFICER),
        )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nothing_but_what_is_named(self):
        self.assertGreater(len(self.names), 15)
        for user, may in self._users():
            for name in self.names:
                short = name.removeprefix(GAME)
                rows = self.env[name].sudo().search([])
                for operation in OPERATIONS:
                    with self.subTest(user=user.login, model=name, op=operation):
                        has = self.env[name].with_user(user).has_access(operation)
                        self.assertEqual(has, operation in may.get(short, ()))
                        if not has:
                            self._refuse(user, name, operation, rows)

    def _refuse(self, user, name, operation, rows):
        arguments = {"create": [{}], "write": [rows.ids, {}], "unlink": [rows.ids]}
        if operation != "create" and not rows:
            return
        if operation == "write":  # an empty one is no try
            field = next(
                field.name
                for field in self.env[name]._fields.values()
                if field.store and field.name not in MAGIC_COLUMNS
            )
            arguments["write"] = [rows.ids, {field: rows[0][field]}]
        args = arguments[operation]
        with self.assertRaises(UserError):  # an AccessError is one
            self._call(user, name, operation, *args)

    def test_facts_are_nobodys(self):
        """Not an officer's, an administrator's, nor the superuser's by mistake."""
        for short in FACTS:
            rows = self.env[f"{GAME}{short}"].sudo().search([])
            if short != "point.accrual":
                self.assertTrue(rows, short)
            for row in rows[:1]:
                with self.subTest(model=short), self.assertRaises(UserError):
                    row.write({"company_id": row.company_id.id})
                with self.subTest(model=short), self.assertRaises(UserError):
                    row.unlink()

    def test_rows_of_others_are_not_read(self):
        """By whoever is neither their payee nor above him."""
        for user, own in (
            (self.ann.user_id, self.ann),
            (self.gil, self.dot),
            (self.customer, self.dot.browse()),
        ):
            for name in self.names:
                model = self.env[name]
                if "employee_id" not in model._fields:
                    continue
                with self.subTest(user=user.login, model=name):
                    if not model.with_user(user).has_access("read"):
                        continue
                    rows = model.with_user(user).search([]).sudo()
                    self.assertLessEqual(set(rows.employee_id.ids), set(own.ids))
                    theirs = model.sudo().search([("employee_id", "=", self.bob.id)])
                    if theirs:
                        with self.assertRaises(UserError):
                            self._call(user, name, "read", theirs.ids, ["employee_id"])

    def test_officers_take_no_shortcut(self):
        """What even who may write the model does not write: state, price, codes."""
        for user in (self.max.user_id, self.olga.user_id):
            for name, rows, vals in (
                ("redemption", self.redemption, {"state": "done"}),
                ("redemption", self.redemption, {"points": 0}),
                ("challenge", self.challenge, {"state": "running"}),
                ("challenge", self.challenge, {"prize_points": 9000}),
                ("challenge", self.running, {"seed": "mine"}),
                ("challenge", self.running, {"kept_matches": []}),
                (
                    "challenge.participant",
                    self.challenge.participant_ids,
                    {"employee_id": self.max.id},
                ),
                (
                    "challenge.participant",
                    self.running.participant_ids,
                    {"group_number": 1},
                ),
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaises(UserError),
                ):
                    self._call(user, f"{GAME}{name}", "write", rows.ids, vals)
            codes = self.env[f"{GAME}reward.code"].sudo().search([])
            with self.assertRaises(UserError):
                self._call(user, f"{GAME}reward.code", "read", codes.ids, ["code"])

    def test_own_rows_are_not_ones_own_to_write(self):
        person = self.running.participant_ids
        own = self.ann.user_id
        for vals in (
            {"state": "left"},
            {"target": 1},
            {"date_from": "2026-01-01"},
            {"team_id": False},
        ):
            with self.assertRaises(UserError):
                self._call(own, person._name, "write", person.ids, vals)
        for user in (self.ann.user_id, self.gil):
            for method in ("action_approve", "action_refuse", "action_cancel"):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(UserError),
                ):
                    self._call(user, self.redemption._name, method, self.redemption.ids)
        self.assertEqual(self.redemption.sudo().state, "requested")
