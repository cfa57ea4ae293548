from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .rewards_common import RewardsCase


@tagged("post_install", "-at_install")
class TestRewards(RewardsCase):
    def test_points_are_reserved_at_once(self):
        redemption = self._redeem()
        self.assertEqual(self._balance(self.ann), 60)
        [row] = self.env["sales.commission.point"].search([("kind", "=", "reward")])
        self.assertRecordValues(
            row,
            [
                {
                    "employee_id": self.ann.id,
                    "points": -40,
                    "document_model": redemption._name,
                    "origin_id": redemption.id,
                    "reason": "Redeemed: Coffee",
                }
            ],
        )

    def test_states(self):
        """Who does what to the redemption, its state then and Ann's balance."""
        for steps in (
            [("approve", "approved", 60), ("hand_out", "done", 60)],
            [("refuse", "refused", 100)],
            [("approve", "approved", 60), ("refuse", "refused", 100)],
            [("cancel", "cancelled", 100)],
            [("approve", "approved", 60), ("cancel", "cancelled", 100)],
        ):
            with self.subTest(steps=steps), self.env.cr.savepoint() as savepoint:
                redemption = self._redeem()
                for step, state, balance in steps:
                    user = self.ann.user_id if step == "cancel" else self.max.user_id
                    getattr(redemption.with_user(user), f"action_{step}")()
                    self.assertEqual(redemption.state, state)
                    self.assertEqual(self._balance(self.ann), balance)
                    with self._refused("no longer open", UserError):
                        getattr(redemption.with_user(user), f"action_{step}")()
                    self.assertEqual(self._balance(self.ann), balance)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_given_back_another_day(self):
        with freeze_time("2026-01-10"):
            redemption = self._redeem()
        with freeze_time("2026-02-03"):
            redemption.with_user(self.officer).action_refuse("Sold out")
        self.assertEqual(self._balance(self.ann), 100)
        rows = self.env["sales.commission.point"].search(
            [("kind", "=", "reward")], order="id"
        )
        self.assertEqual(rows.mapped("points"), [-40, 40])
        dates = [fields.Date.to_string(row.date) for row in rows]
        self.assertEqual(dates, ["2026-01-10", "2026-02-03"])
        self.assertEqual(redemption.refusal, "Sold out")

    def test_what_cannot_be_redeemed(self):
        archived = self._create_reward(active=False)
        dear = self._create_reward(name="Trip", points=101)
        other = self._create_reward(
            name="For Bob",
            audience="chosen",
            employee_ids=[Command.set(self.bob.ids)],
        )
        gone = self._create_reward(name="Gone", is_limited=True, quantity=0)
        codeless = self._create_reward(name="Voucher", kind="code")
        for reward, sentence in (
            (archived, "not offered to Ann"),
            (dear, "takes 101 points and you have 100: 1 are missing"),
            (other, "not offered to Ann"),
            (gone, "is gone"),
            (codeless, "is gone"),
        ):
            with (
                self.subTest(reward=reward.name),
                self._refused(sentence, UserError),
            ):
                self._redeem(reward=reward)
        self.assertEqual(self._balance(self.ann), 100)

    def test_last_point(self):
        self.assertTrue(self._redeem(reward=self._create_reward(points=100)))
        self.assertEqual(self._balance(self.ann), 0)
        with self._refused("takes 40 points and you have 0", UserError):
            self._redeem()

    def test_asked_twice(self):
        """The same form sent twice is one wish; another one waits for the first."""
        first = self._redeem(key="form 1")
        self.assertEqual(self._redeem(key="form 1"), first)
        self.assertEqual(self._balance(self.ann), 60)
        with self._refused("asked for “Coffee” already", UserError):
            self._redeem(key="form 2")
        self._approve(first)
        self.assertEqual(self._redeem(key="form 1"), first)
        self.assertNotEqual(self._redeem(key="form 2"), first)
        self.assertEqual(self._balance(self.ann), 20)

    def test_database_knows_one_open_wish(self):
        redemption = self._redeem()
        vals = redemption.sudo().copy_data()[0] | {"request_key": False}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            redemption.sudo().create(vals)

    def test_stock(self):
        reward = self._create_reward(points=10, is_limited=True, quantity=1)
        first = self._redeem(reward=reward)
        self.assertEqual(reward.left, 0)
        with self._refused("is gone", UserError):
            self._redeem(self.bob, reward)
        first.with_user(self.ann.user_id).action_cancel()
        self.assertEqual(reward.left, 1)
        self._approve(self._redeem(self.bob, reward))
        self.assertEqual(reward.left, 0)

    def test_limit_per_month(self):
        reward = self._create_reward(points=10, month_limit=2)
        with freeze_time("2026-01-30 10:00:00"):
            for _number in range(2):
                self._approve(self._redeem(reward=reward))
            with self._refused("2 times a month", UserError):
                self._redeem(reward=reward)
            self._redeem(self.bob, reward)
        with freeze_time("2026-02-01 10:00:00"):
            self._redeem(reward=reward)

    def test_price_is_frozen(self):
        redemption = self._redeem()
        self.reward.write({"points": 70, "cost": 9, "name": "Espresso"})
        self.assertRecordValues(
            redemption, [{"points": 40, "cost": 4, "reward_name": "Coffee"}]
        )
        redemption.with_user(self.officer).action_refuse("No")
        self.assertEqual(self._balance(self.ann), 100)

    def test_departments(self):
        sales = (
            self.env["hr.department"]
            .sudo()
            .create({"name": "Sales", "company_id": self.company.id})
        )
        inside = sales.create(
            {"name": "Inside", "parent_id": sales.id, "company_id": self.company.id}
        )
        self.ann.department_id = inside
        reward = self._create_reward(
            points=10, audience="chosen", department_ids=[Command.set(sales.ids)]
        )
        offered = {
            payee.name: reward.with_user(payee.user_id).has_access("read")
            for payee in (self.ann, self.bob)
        }
        self.assertEqual(offered, {"Ann": True, "Bob": False})
        self.assertTrue(self._redeem(reward=reward))
        with self._refused("not offered to Bob", UserError):
            self._redeem(self.bob, reward)

    def test_shop(self):
        """What Ann and Bob see beside each reward."""
        self._create_reward(name="Trip", points=150)
        self._create_reward(name="Gone", points=1, is_limited=True)
        self._redeem(reward=self._create_reward(name="Tea", points=5))
        shop = self.env["sales.commission.reward"]
        domain = [("is_offered", "=", True)]
        for payee, expected in (
            (
                self.ann,
                {"Coffee": False, "Gone": "Gone", "Tea": "Asked for"}
                | {"Trip": "55 points to go"},
            ),
            (
                self.bob,
                {"Coffee": "10 points to go", "Gone": "Gone", "Tea": False}
                | {"Trip": "120 points to go"},
            ),
        ):
            rewards = shop.with_user(payee.user_id).search(domain)
            found = {reward.name: reward.obstacle for reward in rewards}
            self.assertEqual(found, expected)
        self.assertFalse(shop.with_user(self.officer).search(domain))

    def test_shop_asks_as_often_for_many_rewards(self):
        shop = self.env["sales.commission.reward"].with_user(self.ann.user_id)
        names = ["obstacle", "balance", "left", "progress", "is_offered"]

        def read():
            self.env.invalidate_all()
            rewards = shop.search([("is_offered", "=", True)])
            before = self.env.cr.sql_log_count
            rewards.read(names)
            return self.env.cr.sql_log_count - before

        read()
        few = read()
        for number in range(20):
            self._create_reward(name=f"Reward {number}", is_limited=True, quantity=3)
        self.assertLessEqual(read(), few)

    def test_bad_rewards(self):
        for vals, error in (
            ({"points": 0}, IntegrityError),
            ({"cost": -1}, IntegrityError),
            ({"month_limit": -1}, IntegrityError),
            ({"audience": "chosen"}, ValidationError),
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                self._create_reward(**vals)
        self._redeem()
        with self._refused("archive it"):
            self.reward.unlink()

    def test_gift_card_needs_its_app(self):
        if "loyalty.program" in self.env:
            self.env["loyalty.program"].sudo().search([]).active = False
        with self._refused("needs a gift card program"):
            self._create_reward(kind="gift_card")

    def test_form(self):
        with Form(self.env["sales.commission.reward"].with_user(self.officer)) as form:
            form.name = "Cinema"
            form.kind = "code"
            form.new_codes = "A-1\n\n A-2 \nA-1"
        reward = form.record
        self.assertEqual(reward.code_count, 2)
        self.assertEqual(reward.left, 2)
        with Form(reward) as form:
            self.assertFalse(form.new_codes)
            form.new_codes = "A-2\nA-3"
        self.assertEqual(reward.code_count, 3)


@tagged("post_install", "-at_install")
class TestHandOut(RewardsCase):
    def _codes(self):
        return self._create_reward(
            name="Voucher", kind="code", points=10, new_codes="FIRST\nSECOND"
        )

    def test_code_is_shown_to_the_payee_alone(self):
        redemption = self._redeem(reward=self._codes())
        self.assertFalse(redemption.with_user(self.ann.user_id).code)
        self._approve(redemption)
        self.assertEqual(redemption.state, "done")
        shown = {
            user.name: redemption.with_user(user).code
            for user in (self.ann.user_id, self.max.user_id, self.officer)
        }
        self.assertEqual(
            shown, {"Ann": "FIRST", "Max": False, self.officer.name: False}
        )
        second = self._redeem(self.bob, redemption.reward_id)
        self._approve(second)
        self.assertEqual(second.with_user(self.bob.user_id).code, "SECOND")
        self.assertNotIn("FIRST", str(redemption.message_ids.mapped("body")))

    def test_nobody_reads_a_list_of_codes(self):
        reward = self._codes()
        for user in (self.officer, self.ann.user_id, self.env.user):
            codes = self.env["sales.commission.reward.code"].with_user(user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                codes.browse(reward.sudo().code_ids.ids).read(["code"])

    def test_codes_run_out(self):
        reward = self._codes()
        redemption = self._redeem(reward=reward)
        reward.code_ids.with_user(self.officer).unlink()
        with self._refused("No voucher code .* is left for Ann", UserError):
            self._approve(redemption)
        self.assertEqual(redemption.state, "requested")

    def test_code_that_is_given_stays(self):
        reward = self._codes()
        self._approve(self._redeem(reward=reward))
        with self._refused("handed out already", UserError):
            reward.code_ids.with_user(self.officer).unlink()

    def test_day_off_goes_to_who_manages_time(self):
        hr = self._create_user("manager", login="commission_hr")
        self.ann.sudo().hr_responsible_id = hr
        reward = self._create_reward(name="A free Friday", kind="day_off")
        redemption = self._redeem(reward=reward, note="The 20th, please")
        self._approve(redemption, self.max.user_id)
        self.assertRecordValues(
            redemption.with_user(hr).activity_ids,
            [
                {
                    "user_id": hr.id,
                    "summary": "Book a day off for Ann: A free Friday",
                }
            ],
        )
        self.assertIn("The 20th", redemption.activity_ids.note)
        redemption.with_user(hr).action_hand_out()
        self.assertFalse(redemption.activity_ids)
        self.assertEqual(redemption.state, "done")

    def test_who_was_chosen_hands_out(self):
        clerk = self._create_payee("Clara").user_id
        reward = self._create_reward(hand_out_user_id=clerk.id)
        redemption = self._redeem(reward=reward)
        self.assertFalse(redemption.with_user(clerk).has_access("read"))
        self._approve(redemption)
        redemption.with_user(clerk).action_hand_out()
        self.assertEqual(redemption.state, "done")

    def test_payee_is_told(self):
        redemption = self._redeem()
        contact = self.ann.work_contact_id
        for step, words in (
            ("approve", "is approved"),
            ("hand_out", "is yours"),
        ):
            before = self._get_messages(contact)
            getattr(redemption.with_user(self.officer), f"action_{step}")()
            told = self._get_messages(contact) - before
            self.assertEqual(len(told), 1)
            self.assertIn(words, told.subject)

    def _get_messages(self, contact):
        messages = self.env["mail.message"].sudo()
        return messages.search([("partner_ids", "in", contact.ids)])

    def test_manager_is_asked(self):
        redemption = self._redeem()
        self.assertEqual(redemption.activity_ids.user_id, self.max.user_id)
        self._approve(redemption)
        self.assertNotIn(self.max.user_id, redemption.activity_ids.user_id)
