from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .challenge_common import ChallengeCase

NOW = "2026-03-10 12:00:00"


@tagged("post_install", "-at_install")
class TestChannels(ChallengeCase):
    """Olga, an officer, has the game post in a channel."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        channels = cls.env["sales.commission.channel"]
        # all of a test is one transaction, which is never old enough
        cls.classPatch(type(channels), "_settle_seconds", -60)
        cls.discuss = (
            cls.env["discuss.channel"]
            .sudo()
            .create({"name": "sales", "channel_type": "channel"})
        )
        cls.channel = (
            channels.with_user(cls.olga.user_id)
            .create({"channel_id": cls.discuss.id, "company_id": cls.company.id})
            .with_env(cls.env(su=True))
        )

    def _post(self, channel=None):
        """The lines posted, without those that are empty."""
        self.env.flush_all()
        message = (channel or self.channel).sudo()._post_news()
        if not message:
            return []
        body = html.fromstring(message.body)
        return [node.text_content() for node in body.xpath("//strong | //li")]

    def test_deals(self):
        self.assertEqual(self._post(), [])
        self._sell(self.ann, 1000, day=9)
        self._sell(self.ann, 500, day=10)
        self._sell(self.bob, 700, day=10)
        self.assertEqual(
            self._post(),
            ["New deals", "Ann: 2 deals, $\xa01,500.00", "Bob: $\xa0700.00"],
        )
        self.assertEqual(self._post(), [], "told once")

    def test_who_posts(self):
        self._sell(self.ann, 1000, day=9)
        message = self.channel._post_news()
        self.assertEqual(message.author_id, self.env.ref("base.partner_root"))
        self.assertEqual(message.model, "discuss.channel")
        self.assertEqual(message.res_id, self.discuss.id)

    def test_threshold_and_amounts(self):
        self.channel.write({"least_amount": 700, "shows_money": False})
        self._sell(self.ann, 699, day=9)
        self._sell(self.bob, 700, day=9)
        self.assertEqual(self._post(), ["New deals", "Bob"])

    def test_what_is_no_new_deal(self):
        """A refund, a corrected invoice, a history that was brought in, and what was
        there before the channel."""
        invoice = self._sell(self.ann, 1000, day=9)
        self._post()
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 1200
        invoice.action_post()
        self._sell(self.ann, 100, day=2)
        self._refund(self._sell(self.bob, 50, day=1), date="2026-03-10")
        self.assertEqual(self._post(), [])
        self._sell(self.ann, 300, day=10)
        self.channel.active = False
        self.channel.active = True
        self.assertEqual(self._post(), [])

    def test_who_is_not_named(self):
        self.ann.sudo().sales_commission_is_hidden = True
        self.bob.user_id.with_user(self.bob.user_id).write(
            {"sales_commission_is_named": False}
        )
        for payee in self.everybody:
            self._sell(payee, 1000, day=9)
        self.assertEqual(
            self._post(), ["New deals", "Cem: $\xa01,000.00", "Dot: $\xa01,000.00"]
        )

    def test_names_cannot_break_the_post(self):
        self.ann.sudo().name = "<b>Ann</b><script>1</script>"
        self._sell(self.ann, 1000, day=9)
        body = self.channel._post_news().body
        self.assertNotIn("<script>", body)
        self.assertIn("&lt;b&gt;Ann", body)

    def test_teams(self):
        team = self.env["crm.team"].sudo().create({"name": "South"})
        team.member_ids = self.bob.user_id
        self.channel.team_ids = team
        for payee in self.everybody:
            self._sell(payee, 1000, day=9)
        self.assertEqual(self._post(), ["New deals", "Bob: $\xa01,000.00"])

    def test_badges(self):
        badges = self.env["gamification.badge"].sudo()
        badges.search([("sales_commission_rule", "!=", False)]).active = False
        badge = badges.create(
            {
                "name": "First deal",
                "rule_auth": "nobody",
                "sales_commission_rule": "deals",
            }
        )
        for payee in self.everybody:
            self._sell(payee, 1000, day=9)
        self.cem.sudo().sales_commission_is_hidden = True
        badge._award(self.company)
        self.channel.tells_deals = False
        self.assertEqual(self._post(), ["New badges", "First deal: Ann, Bob, Dot"])
        self.assertEqual(self._post(), [])

    def _watch(self):
        self.env["sales.commission.lead"].sudo()._watch(self.company)

    def test_challenge(self):
        self.channel.tells_deals = False
        challenge = self._challenge("most", prize_points=50)
        [_title, started] = self._post()
        self.assertIn("“Most” has started, until", started)
        self.assertIn("50 points", started)
        self._sell(self.ann, 100, day=9)
        self._watch()
        self._sell(self.bob, 400, day=9)
        self._watch()
        self.assertEqual(self._post(), ["Challenges", "Ahead in “Most”: Bob"])
        self._close(challenge)
        self.assertEqual(self._post(), ["Challenges", "“Most” is won by Bob."])
        self.assertEqual(self._post(), [])

    def test_challenges_that_are_not_told(self):
        """Tests, and those in which not everybody sees everybody."""
        self.channel.tells_deals = False
        self._close(self._challenge("most", is_test=True))
        self._close(self._challenge("most", visibility="own"))
        self._close(self._challenge("most", visibility="managers"))
        self._watch()
        self.assertEqual(self._post(), [])

    def test_hidden_winner(self):
        self.channel.tells_deals = False
        challenge = self._challenge("most")
        self._post()
        self.ann.sudo().sales_commission_is_hidden = True
        self._sell(self.ann, 100, day=9)
        self._watch()
        self._close(challenge)
        self.assertEqual(self._post(), ["Challenges", "“Most” is over."])

    def test_a_busy_day_is_one_short_post(self):
        payees = self.ann.browse()
        for number in range(12):
            payees += self._create_payee(f"Seller {number}")
        self._create_plan(name="Many", payees=payees)
        for payee in payees:
            self._sell(payee, 100, day=9)
        lines = self._post()
        self.assertEqual(len(lines), 1 + 10)
        self.assertEqual(lines[-1], "and 3 more")

    def _run_job(self):
        """The scheduler's way, without its commits."""
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_more: 99
        )
        self.env["sales.commission.channel"].sudo()._cron_post()
        return self.discuss.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )

    def test_not_more_often_than_wanted(self):
        self._sell(self.ann, 100, day=9)
        self.assertEqual(len(self._run_job()), 1)
        self._sell(self.ann, 200, day=9)
        self.assertEqual(len(self._run_job()), 1)
        later = fields.Datetime.to_datetime(NOW) + timedelta(minutes=31)
        with freeze_time(later):
            self.assertEqual(len(self._run_job()), 2)

    def test_what_fails_is_tried_again(self):
        model = type(self.channel)

        def fail(_channel, _until):
            raise RuntimeError("no post")

        self._sell(self.ann, 100, day=9)
        with (
            self.assertLogs("odoo.addons.sales_commission_gamify", "ERROR"),
            patch.object(model, "_get_sections", fail),
        ):
            self.assertFalse(self._run_job())
        self.assertEqual(len(self._run_job()), 1)

    def test_what_may_still_come_in_waits(self):
        """A number that is given out and not committed is not jumped over."""
        self.patch(type(self.channel), "_settle_seconds", 60)
        self._sell(self.ann, 100, day=9)
        self.assertEqual(self._post(), [])
        self.patch(type(self.channel), "_settle_seconds", -60)
        self.assertEqual(len(self._post()), 2)

    def test_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.company.sudo().partner_id.lang = "es_ES"
        self._sell(self.ann, 1500, day=9)
        self.assertIn("1.500,00", self._post()[1])

    def test_other_company_is_not_told(self):
        other = self.setup_other_company(name="Other")["company"]
        discuss = self.discuss.copy({"name": "theirs"})
        theirs = (
            self.env["sales.commission.channel"]
            .sudo()
            .create({"channel_id": discuss.id, "company_id": other.id})
        )
        self._sell(self.ann, 100, day=9)
        self.assertEqual(self._post(theirs), [])

    def test_officers_alone_and_where_they_are_let_in(self):
        channels = self.env["sales.commission.channel"]
        for user in (self.ann.user_id, self.max.user_id, self.gil):
            for operation in ("read", "create", "write", "unlink"):
                self.assertFalse(channels.with_user(user).has_access(operation))
        secret = self.discuss.sudo().create(
            {
                "name": "board",
                "channel_type": "group",
                "channel_member_ids": [
                    Command.create({"partner_id": self.ann.user_id.partner_id.id})
                ],
            }
        )
        with self.assertRaises(ValidationError):
            channels.with_user(self.olga.user_id).create(
                {"channel_id": secret.id, "company_id": self.company.id}
            )
