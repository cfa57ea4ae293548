from contextlib import contextmanager

from odoo.tests import tagged

from .challenge_common import FIRST, ChallengeCase


@tagged("post_install", "-at_install")
class TestReplica(ChallengeCase):
    """What pages ask for when they open (static/tests/pages.test.js says what) may be
    answered by a read-only replica."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(1000, cls.ann, date=FIRST)

    @contextmanager
    def _read_only(self):
        """PostgreSQL itself refuses to write; undone afterwards."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.env.cr.execute("SET LOCAL transaction_read_only = on")
            yield
            self.env.flush_all()
            savepoint.rollback()

    def _questions(self):
        challenge = self._challenge()
        ann, olga = self.ann.user_id, self.olga.user_id
        return [
            ("sales.commission.dashboard", ann, "get_my_commissions", []),
            ("sales.commission.dashboard", olga, "get_commissions_of", [self.ann.id]),
            ("sales.commission.first.steps", olga, "get_first_steps", []),
            ("sales.commission.team", self.max.user_id, "get_my_team", []),
            ("sales.commission.program", olga, "get_program", []),
            ("sales.commission.program", olga, "get_exceptions", []),
            ("sales.commission.leaderboard.page", ann, "get_page", []),
            ("sales.commission.challenge", olga, "get_templates", []),
            (challenge, ann, "get_standings", []),
            ("sales.commission.plan", olga, "get_templates", []),
            ("sales.commission.plan", olga, "get_designer_start", []),
            (self.plan, olga, "get_designer", []),
            (self.plan, olga, "get_target_grid", []),
        ]

    def test_pages_open_on_a_replica(self):
        for records, user, method, args in self._questions():
            model = self.env[records] if isinstance(records, str) else records
            with self.subTest(model=model, method=method), self._read_only():
                records = model.with_user(user)
                self.assertTrue(getattr(getattr(records, method), "_readonly", False))
                self.assertNotIn(getattr(records, method)(*args), (None, {}, []))
                self.env.cr.execute("SHOW transaction_read_only")
                self.assertEqual(self.env.cr.fetchone()[0], "on")
