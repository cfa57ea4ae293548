from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestThanks(CommissionCase):
    """Ann and Bob may give 100 points a month, Max as a manager 500."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.max.user_id.sudo().group_ids += cls.env.ref(
            "sales_commission_gamify.group_manager"
        )

    def _thank(self, giver, receiver, points=10, message="You closed it", **vals):
        model = self.env["sales.commission.thanks"].with_user(giver.user_id)
        return model.create(
            {
                "employee_id": receiver.id,
                "points": points,
                "message": message,
                **vals,
            }
        )

    def _left(self, giver):
        return self._form(giver).allowance_left

    def _form(self, giver):
        return Form(
            self.env["sales.commission.thanks"].with_user(giver.user_id),
            "sales_commission_gamify.sales_commission_thanks_view_form_new",
        )

    def test_points_are_given_and_told(self):
        thanks = self._thank(self.ann, self.bob, message="You & <me>")
        self.assertEqual((self._points(self.bob), self._points(self.ann)), (10, 0))
        self.assertEqual(thanks.giver_id, self.ann)
        row = self.env["sales.commission.point"].search([])
        self.assertEqual(
            (row.kind, row.reason), ("thanks", "Thanks from Ann: You & <me>")
        )
        message = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("partner_ids", "in", self.bob.user_id.partner_id.ids)],
                limit=1,
                order="id desc",
            )
        )
        self.assertEqual(message.subject, "Ann thanks you with 10 points")
        self.assertIn("You &amp; &lt;me&gt;", message.body)
        self.assertEqual(message.author_id, self.ann.user_id.partner_id)

    def test_by_the_form_that_users_see(self):
        form = self._form(self.ann)
        self.assertEqual(form.allowance_left, 100)
        form.employee_id = self.bob.with_user(self.ann.user_id)
        form.points = 30
        form.message = "For the slides"
        form.save()
        self.assertEqual(self._points(self.bob), 30)
        self.assertEqual(self._left(self.ann), 70)

    def test_allowance_of_a_month(self):
        with freeze_time("2026-01-31 12:00:00"):
            self._thank(self.ann, self.bob, 60)
            with self._refused("40 points left to give this month, not 41"):
                self._thank(self.ann, self.bob, 41)
            self._thank(self.ann, self.bob, 40)
            self._thank(self.max, self.bob, 450)
        with freeze_time("2026-02-01 12:00:00"):
            self._thank(self.ann, self.bob, 100)
        self.assertEqual(self._points(self.bob), 650)

    def test_many_at_once_count_together(self):
        model = self.env["sales.commission.thanks"].with_user(self.ann.user_id)
        vals = {"employee_id": self.bob.id, "points": 60, "message": "Again"}
        with self._refused("100 points left"):
            model.create([vals, vals])

    def test_refusals(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self._create_payee("Zoe", company=other)
        gone = self._create_payee("Gus", active=False)
        for sentence, receiver, vals in (
            ("cannot thank yourself", self.ann, {}),
            ("at least 1 point", self.bob, {"points": 0}),
            ("at least 1 point", self.bob, {"points": -5}),
            ("Say what you thank Bob for", self.bob, {"message": "  "}),
            ("does not work for", stranger, {}),
            ("does not work for", gone, {}),
        ):
            with self.subTest(sentence), self._refused(sentence, ValidationError):
                self._thank(self.ann, receiver, **vals)

    def test_a_giver_says_no_more_than_that(self):
        """By RPC somebody may send any value."""
        thanks = self._thank(
            self.ann,
            self.bob,
            giver_id=self.max.id,
            date="2020-01-01",
            company_id=self.env["res.company"].sudo().create({"name": "X"}).id,
        )
        self.assertEqual((thanks.giver_id, thanks.company_id), (self.ann, self.company))
        self.assertGreater(thanks.date.year, 2020)
        with self._refused("at least 1"):
            self._thank(self.ann, self.bob, -10, reversal_of_id=thanks.id)

    def test_who_is_no_employee_gives_nothing(self):
        user = new_test_user(self.env(su=True), "nobody", company_id=self.company.id)
        with self._refused("You are no employee", UserError):
            self.env["sales.commission.thanks"].with_user(user).create(
                {"employee_id": self.bob.id, "points": 1, "message": "Hi"}
            )
        portal = new_test_user(self.env(su=True), "outside", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["sales.commission.thanks"].with_user(portal).create(
                {"employee_id": self.bob.id, "points": 1, "message": "Hi"}
            )

    def test_thanks_stay_as_they_were_said(self):
        thanks = self._thank(self.ann, self.bob)
        for user in (self.ann.user_id, self.env.user):
            mine = thanks.with_user(user)
            self.assertFalse(mine.has_access("write") or mine.has_access("unlink"))
            with self._refused("stay as they were said", UserError):
                mine.write({"points": 90})
            with self.assertRaises(AccessError):
                mine.unlink()
        with self._refused("stay as they were said", UserError):
            thanks.sudo().write({"message": "Not so"})
        with self._refused("stay as they were said", UserError):
            thanks.sudo().unlink()

    def test_taken_back_by_an_officer(self):
        thanks = self._thank(self.ann, self.bob, 80)
        for user in (self.ann.user_id, self.bob.user_id, self.max.user_id):
            with self.assertRaises(AccessError):
                thanks.with_user(user)._take_back("I can")
        officer = thanks.with_user(self.env.user)
        wizard = self.env["sales.commission.thanks.reversal"].with_context(
            **officer.action_take_back()["context"]
        )
        wizard.create({"reason": "Agreed beforehand"}).action_take_back()
        self.assertEqual(self._points(self.bob), 0)
        self.assertEqual(self._left(self.ann), 100)
        self.assertTrue(thanks.is_taken_back)
        rows = self.env["sales.commission.point"].search([])
        self.assertIn("Thanks taken back: Agreed beforehand", rows.mapped("reason"))
        with self._refused("already taken back", UserError):
            officer._take_back("Once more")
        with self._refused("Say why"):
            self._thank(self.ann, self.bob).with_user(self.env.user)._take_back(" ")
        vals = {
            "company_id": self.company.id,
            "giver_id": self.ann.id,
            "employee_id": self.bob.id,
            "points": -80,
            "message": "Raced",
            "reversal_of_id": thanks.id,
        }
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["sales.commission.thanks"].sudo()._insert(
                [{**vals, "date": "2026-01-01", "is_shared": False}]
            )

    def test_who_reads_it(self):
        secret = self._thank(self.ann, self.bob)
        shared = self._thank(self.ann, self.bob, is_shared=True)
        eve = self._create_payee("Eve")
        for payee, rows in (
            (self.ann, secret + shared),
            (self.bob, secret + shared),
            (self.max, secret + shared),  # leads Ann
            (eve, shared),
        ):
            found = self.env["sales.commission.thanks"].with_user(payee.user_id)
            self.assertEqual(found.search([]), shared + secret & rows, payee.name)

    def test_told_to_everybody_in_the_channel(self):
        channel = self.env["discuss.channel"].sudo().create({"name": "thanks"})
        self.company.sudo().sales_commission_thanks_channel_id = channel
        self._thank(self.ann, self.bob, message="Secret")
        self.assertNotIn("Secret", str(channel.message_ids.mapped("body")))
        self._thank(self.ann, self.bob, message="Shared", is_shared=True)
        [message] = channel.message_ids.filtered(lambda row: "Shared" in row.body)
        self.assertIn("Ann gave 10 points to Bob", message.body)
        self.assertEqual(message.author_id, self.ann.user_id.partner_id)

    def test_who_is_hidden_is_not_told_of(self):
        channel = self.env["discuss.channel"].sudo().create({"name": "thanks"})
        self.company.sudo().sales_commission_thanks_channel_id = channel
        self.bob.sales_commission_is_hidden = True
        thanks = self._thank(self.ann, self.bob, message="Quiet", is_shared=True)
        self.assertFalse(thanks.is_shared)
        self.assertNotIn("Quiet", str(channel.message_ids.mapped("body")))
        self.assertEqual(self._points(self.bob), 10)
