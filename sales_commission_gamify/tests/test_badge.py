from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestBadge(CommissionCase):
    """Today is Monday, 16 March 2026."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-03-16 12:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.company.sudo().resource_calendar_id.tz = "UTC"
        ready = cls.env["gamification.badge"].search(
            [("sales_commission_rule", "!=", False)]
        )
        cls.number_ready = len(ready)
        ready.sudo().active = False
        cls.plan = cls._create_plan(
            payees=cls.ann + cls.bob,
            component={
                "quota": 1000,
                "point_rule_ids": [Command.create({"points_per_unit": 1})],
            },
        )

    def _badge(self, rule, number=1, period="ever", **vals):
        return self.env["gamification.badge"].create(
            {
                "name": "Badge",
                "rule_auth": "nobody",
                "sales_commission_rule": rule,
                "sales_commission_number": number,
                "sales_commission_period": period,
                **vals,
            }
        )

    def _award(self):
        badges = (
            self.env["gamification.badge"]
            .sudo()
            .search([("sales_commission_rule", "!=", False)])
        )
        badges._award(self.company)
        self.assertFalse(badges._award(self.company), "the second time awarded")

    def _days(self, badge, payee=None):
        self._award()
        awards = self.env["sales.commission.award"].search(
            [("badge_id", "=", badge.id), ("employee_id", "=", (payee or self.ann).id)]
        )
        return sorted((day.month, day.day) for day in awards.mapped("date"))

    def _sell(self, *days, payee=None, amount=100):
        return [
            self._invoice(amount, payee=payee, date=f"2026-{month:02}-{day:02}")
            for month, day in days
        ]

    def test_ready_set(self):
        self.assertGreaterEqual(self.number_ready, 12)
        ready = self.env["gamification.badge"].with_context(active_test=False)
        for badge in ready.search([("sales_commission_rule", "!=", False)]):
            with self.subTest(badge.name):
                self.assertTrue(badge.image_1920)
                self.assertEqual(badge.rule_auth, "nobody")
                self.assertTrue(badge.sales_commission_text)

    def test_number_of_deals(self):
        first, third = self._badge("deals"), self._badge("deals", 3)
        twice = self._badge("deals", 2, "month")
        self._sell((1, 5), (1, 6), (2, 2), (2, 3), (2, 4))
        self._sell((2, 2), payee=self.bob)
        self.assertEqual(self._days(first), [(1, 5)])
        self.assertEqual(self._days(third), [(2, 2)])
        self.assertEqual(self._days(twice), [(1, 6), (2, 3)])
        self.assertEqual(self._days(first, self.bob), [(2, 2)])
        self.assertEqual(self._days(third, self.bob), [])

    def test_a_refunded_deal_is_none_but_a_badge_stays(self):
        badge = self._badge("deals", sales_commission_points=50)
        [gone] = self._sell((1, 5), payee=self.bob)
        self._refund(gone)
        [later] = self._sell((1, 6))
        self.assertEqual(self._days(badge, self.bob), [])
        self.assertEqual(self._days(badge), [(1, 6)])
        self._refund(later)
        self._sell((2, 6))
        self.assertEqual(self._days(badge), [(1, 6)])
        rows = self.env["sales.commission.point"].search([("kind", "=", "badge")])
        self.assertEqual(rows.mapped("points"), [50])
        self.assertEqual(rows.employee_id, self.ann)

    def test_quota(self):
        full, half = (
            self._badge("attainment", 100, "month"),
            self._badge("attainment", 150),
        )
        self._sell((2, 2), (2, 9), amount=500)
        self._sell((3, 2), amount=1500)
        self._sell((3, 2), payee=self.bob, amount=999)
        self.assertEqual(self._days(full), [(2, 28), (3, 16)])
        self.assertEqual(self._days(half), [(3, 16)])
        self.assertEqual(self._days(full, self.bob), [])

    def test_streak(self):
        badge = self._badge("streak", 3, "month")
        self._sell((2, 5), (2, 6), (2, 9), (2, 10), (2, 11), (2, 12), (3, 2), (3, 4))
        self.assertEqual(self._days(badge), [(2, 9)])  # once a month

    def test_points_of_a_period(self):
        badge = self._badge("points", 250, "quarter")
        self._sell((1, 5), (1, 6), (2, 2), (2, 3))
        self._sell((1, 5), (1, 6), payee=self.bob)
        self.assertEqual(self._days(badge), [(2, 2)])
        self.assertEqual(self._days(badge, self.bob), [])

    def test_top_of_the_month_when_it_is_over(self):
        badge = self._badge("top", period="month")
        self._sell((2, 2), amount=300)
        self._sell((2, 2), payee=self.bob, amount=200)
        self._sell((3, 2), payee=self.bob, amount=900)
        self._thank_bob(100)
        self.assertEqual(self._days(badge), [(2, 28)])
        self.assertEqual(self._days(badge, self.bob), [])
        with freeze_time("2026-04-01 12:00:00"):
            self.assertEqual(self._days(badge, self.bob), [(3, 31)])

    def _thank_bob(self, points):
        return (
            self.env["sales.commission.thanks"]
            .with_user(self.ann.user_id)
            .create({"employee_id": self.bob.id, "points": points, "message": "Thanks"})
        )

    def test_comeback(self):
        badge = self._badge("comeback", 30)
        self._sell((1, 5), (2, 4), (3, 10))  # after 30 days, then after 34
        self.assertEqual(self._days(badge), [(3, 10)])

    def test_thanks_given_but_not_those_taken_back(self):
        badge = self._badge("thanks", 2, "month")
        back = self._thank_bob(1)
        self._thank_bob(1)
        back.with_user(self.env.user)._take_back("A mistake")
        self.assertEqual(self._days(badge), [])
        self._thank_bob(1)
        self.assertEqual(self._days(badge), [(3, 16)])

    def test_what_was_long_ago_counts_and_brings_no_badge(self):
        with freeze_time("2028-01-10 12:00:00"):
            first, second = self._badge("deals"), self._badge("deals", 2)
            self._sell((1, 5))
            self._invoice(100, date="2027-05-05")
            self.assertEqual(self._days(first), [])
            self.assertEqual(self._days(second), [(5, 5)])

    def test_odoos_own_list_shows_it(self):
        badge = self._badge("deals")
        self._sell((3, 13))
        self._award()
        owner = badge.owner_ids
        self.assertEqual(
            (owner.user_id, owner.employee_id), (self.ann.user_id, self.ann)
        )
        self.assertEqual(self.ann.badge_ids, owner)
        messages = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", owner._name), ("res_id", "in", owner.ids)])
        )
        self.assertIn(self.ann.user_id.partner_id, messages.partner_ids)

    def test_who_has_left_stops_nobody(self):
        badge = self._badge("deals")
        self._sell((3, 12), payee=self.bob)
        self._sell((3, 13))
        self.bob.active = False
        self._award()
        self.assertEqual(len(badge.sales_commission_award_ids), 2)
        self.assertEqual(badge.owner_ids.employee_id, self.ann)

    def test_who_is_hidden_is_in_no_list_that_others_read(self):
        badge = self._badge("deals")
        self.ann.sales_commission_is_hidden = True
        self._sell((3, 13))
        self.assertEqual(self._days(badge), [(3, 13)])
        self.assertFalse(badge.owner_ids)
        for user in (self.bob.user_id, self.ann.user_id):
            awards = self.env["sales.commission.award"].with_user(user).search([])
            self.assertEqual(len(awards), user == self.ann.user_id)

    def test_badge_of_last_year_is_no_news(self):
        badge = self._badge("deals")
        self._sell((1, 5))
        self._award()
        messages = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "gamification.badge.user"),
                    ("res_id", "in", badge.owner_ids.ids),
                ]
            )
        )
        self.assertFalse(messages.partner_ids)

    def test_number_of_queries_is_constant(self):
        for rule, number in (
            ("deals", 2),
            ("comeback", 20),
            ("points", 100),
            ("attainment", 10),
            ("streak", 2),
            ("thanks", 1),
        ):
            self._badge(rule, number)
        badges = (
            self.env["gamification.badge"]
            .sudo()
            .search([("sales_commission_rule", "!=", False)])
        )

        def count(payees, first):
            for payee in payees:
                self._sell(*((3, first + n) for n in range(2)), payee=payee)
            badges._award(self.company)  # what is new costs: Odoo's own rows
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            badges._award(self.company)
            return self.cr.sql_log_count - before

        few = count(self.ann, 2)
        self.assertLessEqual(count(self.ann + self.bob + self.max, 4), few)

    # --- nobody makes badges of his own -----------------------------------------------

    def test_owners_cannot_be_forged(self):
        """Odoo lets internal and portal users write in its list of owners."""
        badge = self._badge("deals", sales_commission_points=50)
        free = self.env["gamification.badge"].create({"name": "Free"})
        portal = new_test_user(
            self.env(su=True), "badge_portal", groups="base.group_portal"
        )
        for user in (self.ann.user_id, portal):
            owners = self.env["gamification.badge.user"].with_user(user)
            with self.subTest(user.login):
                vals = {"user_id": user.id, "badge_id": badge.id}
                with self.assertRaises(UserError):
                    owners.create(vals)
                own = owners.create({**vals, "badge_id": free.id})
                with self.assertRaises(AccessError):
                    own.write({"badge_id": badge.id})
        self._sell((3, 13))
        self._award()
        for user in (self.ann.user_id, self.bob.user_id, portal):
            owner = badge.owner_ids.with_user(user)
            with self.assertRaises(AccessError):
                owner.write({"user_id": self.bob.user_id.id})
            with self.assertRaises(AccessError):
                owner.unlink()
            self.assertFalse(self._awards_of(user)[1:])
        self.assertEqual(self._points(self.ann), 150)
        self.assertEqual(self._points(self.bob), 0)

    def test_other_badges_are_granted_as_ever(self):
        """From employee to employee, by Odoo's own wizard."""
        free = self.env["gamification.badge"].create({"name": "Free"})
        wizards = self.env["gamification.badge.user.wizard"]
        bob = {"employee_id": self.bob.id, "user_id": self.bob.user_id.id}
        wizards.with_user(self.ann.user_id).create(
            {**bob, "badge_id": free.id}
        ).action_grant_badge()
        self.assertEqual(
            (free.owner_ids.user_id, free.owner_ids.sender_id),
            (self.bob.user_id, self.ann.user_id),
        )
        ours = wizards.with_user(self.ann.user_id).create(
            {**bob, "badge_id": self._badge("deals").id}
        )
        with self.assertRaises(UserError):
            ours.action_grant_badge()
        self.assertFalse(self.env["sales.commission.award"].search([]))

    def _awards_of(self, user):
        return self.env["sales.commission.award"].with_user(user).search([])

    def test_portal_users_write_no_rows_of_others(self):
        free = self.env["gamification.badge"].create({"name": "Free"})
        owner = self.env["gamification.badge.user"].create(
            {"user_id": self.ann.user_id.id, "badge_id": free.id}
        )
        portal = new_test_user(
            self.env(su=True), "badge_portal", groups="base.group_portal"
        )
        self.assertEqual(owner.with_user(portal).badge_id, free)
        with self.assertRaises(AccessError):
            owner.with_user(portal).write({"comment": "Mine"})

    def test_awards_have_no_writer(self):
        badge = self._badge("deals")
        self._sell((3, 13))
        self._award()
        awards = self.env["sales.commission.award"]
        for user in (self.ann.user_id, self.env.user):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(awards.with_user(user).has_access(operation))
        with self._refused("cannot be changed", UserError):
            awards.search([]).sudo().date = date(2020, 1, 1)
        self.assertEqual(badge.with_user(self.ann.user_id).sales_commission_mine, 1)
        self.assertEqual(badge.with_user(self.bob.user_id).sales_commission_mine, 0)

    def test_refusals(self):
        with self._refused("nobody can grant it"):
            self._badge("deals", rule_auth="everyone")
        with self._refused("never known"):
            self._badge("top")
        with self.assertRaises(AccessError):
            badge = self._badge("deals").with_user(self.ann.user_id)
            badge.action_award_sales_commission()

    def test_officers_rename_badges(self):
        officer = new_test_user(
            self.env(su=True),
            "badge_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
        )
        badge = self._badge("deals").with_user(officer)
        badge.name = "Welcome on board"
        self._sell((3, 13))
        badge.browse().action_award_sales_commission()  # as from the page of all
        self.assertEqual(badge.sales_commission_award_count, 1)

    def test_wall_of_my_commissions(self):
        got, missing = self._badge("deals"), self._badge("deals", 99)
        page = self.env["sales.commission.dashboard"].with_user(self.ann.user_id)
        self.assertEqual(page.get_my_commissions()["badges"], [])
        self._sell((3, 13))
        self._award()
        rows = page.get_my_commissions()["badges"]
        self.assertEqual([row["id"] for row in rows], [got.id, missing.id])
        self.assertEqual([row["count"] for row in rows], [1, 0])
        bobs = page.with_user(self.bob.user_id).get_my_commissions()["badges"]
        self.assertEqual(bobs, [])
