from odoo import fields
from odoo.tests import freeze_time, tagged

from .test_point import PointCase


@tagged("post_install", "-at_install")
class TestKarma(PointCase):
    def _feed(self, hours=1):
        later = fields.Datetime.add(fields.Datetime.now(), hours=hours)
        with freeze_time(later), self.enter_registry_test_mode():
            self.env.ref(
                "sales_commission_gamify.ir_cron_karma"
            ).sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_off_unless_the_company_says_so(self):
        before = self.ann.user_id.karma
        self._give(self._vals(self.ann, 10))
        self._feed()
        self.assertEqual(self.ann.user_id.karma, before)

    def test_a_row_of_karma_for_each_row_of_points(self):
        before = self.ann.user_id.karma
        self._give(self._vals(self.ann, 99))
        self.company.sudo().sales_commission_karma = True
        rows = self._give(
            self._vals(self.ann, 10, origin_id=2),
            self._vals(self.ann, 7, origin_id=3),
            self._vals(self.ann, -5, origin_id=4, kind="reward"),
        ) + self._give(self._vals(self.ann, -10, origin_id=2))
        for _time in range(2):
            self._feed()
            self.assertEqual(self.ann.user_id.karma - before, 7)
        tracking = self.env["gamification.karma.tracking"].sudo()
        fed = tracking.search([("origin_ref", "like", "sales.commission.point")])
        brought = rows.filtered(lambda row: row.kind != "reward")
        self.assertEqual({row.origin_ref.id for row in fed}, set(brought.ids))

    def test_karma_is_never_read(self):
        self.company.sudo().sales_commission_karma = True
        self.ann.user_id.sudo()._add_karma(5000)
        self._feed()
        self.assertEqual(self._balances(self.ann), [0])
