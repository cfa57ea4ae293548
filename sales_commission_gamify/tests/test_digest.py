from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .challenge_common import ChallengeCase

GAME = "odoo.addons.sales_commission_gamify.models.game"


class DigestCase(ChallengeCase):
    """It is Monday, 16 March 2026; the week before is told. Ann and Bob sell for 5 %
    and 7 points an invoice; Gil, an agent with portal access, is Dot's contact."""

    @classmethod
    def setUpClass(cls):
        clock = freeze_time("2026-03-16 08:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.company.sudo().resource_calendar_id.tz = "Europe/Madrid"
        cls.env["sales.commission.leaderboard"].sudo().search([]).active = False
        badges = cls.env["gamification.badge"].sudo()
        badges.search([("sales_commission_rule", "!=", False)]).active = False
        cls._create_plan(
            name="Points",
            payees=cls.ann + cls.bob,
            component={
                "rate_ids": [Command.create({"bound": 0, "percent": 0})],
                "point_rule_ids": [Command.create({"points_per_document": 7})],
            },
        )
        cls.digests = cls.env["sales.commission.digest"].sudo()
        cls.week = cls.digests._get_week(cls.company)

    def _earn(self, payee, amount, day=10):
        """Sold, and credited, in the week that is told."""
        invoice = self._sell(payee, amount, day)
        self.env.flush_all()
        for table in ("sales_commission_earning", "sales_commission_award"):
            self.cr.execute(
                f"UPDATE {table} SET create_date = '2026-03-{day:02} 10:00:00'"
                " WHERE create_date > '2026-03-16'"
            )
        self.env.invalidate_all()
        return invoice

    def _send(self, payees=None):
        """``{name: body}`` of the mails; without *payees*, of all who wait."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        payees = payees or self.digests._get_waiting(self.company, self.week)
        self.digests._send_or_go_on(self.company, self.week, payees)
        made = mails.search([]) - before
        self.last = made
        return {mail.email_to: str(mail.body_html) for mail in made}

    def _body(self, payee):
        bodies = self._send(payee.sudo())
        self.assertEqual(len(bodies), 1)
        return next(iter(bodies.values()))


@tagged("post_install", "-at_install")
class TestDigest(DigestCase):
    def test_week(self):
        """Midnights are those of the company: an hour ahead of UTC in March."""
        first, last, start, end = map(str, self.week)
        self.assertEqual((first, last), ("2026-03-09", "2026-03-15"))
        self.assertEqual(start, "2026-03-08 23:00:00")
        self.assertEqual(end, "2026-03-15 23:00:00")

    def test_what_the_week_brought(self):
        self._earn(self.ann, 1000)
        body = self._body(self.ann)
        for text in ("50.00", ">7<", "points", "/odoo/my-commissions"):
            self.assertIn(text, body)
        [mail] = self.last
        self.assertIn("Your week", mail.subject)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(self.ann.user_id.email, mail.email_to)

    def test_nothing_to_tell_is_no_mail(self):
        """Nor is it looked at again for this week."""
        self._earn(self.ann, 1000)
        self.assertEqual(len(self._send()), 1)
        self.assertFalse(self.digests._get_waiting(self.company, self.week))
        told = self.digests.search([("is_sent", "=", True)])
        self.assertEqual(told.employee_id, self.ann)

    def test_other_weeks_are_not_told(self):
        self._earn(self.ann, 1000, day=3)
        self.assertEqual(self._send(), {})

    def test_language_and_currency(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.ann.user_id.lang = "es_ES"
        self.company.sudo().currency_id.symbol = "§"
        self._earn(self.ann, 30_000)
        body = self._body(self.ann)
        self.assertIn("1.500,00", body)
        self.assertIn("§", body)
        self.assertIn('lang="es-ES"', body)

    def test_badges_place_and_challenges(self):
        self.env["sales.commission.leaderboard"].sudo().create(
            {"name": "Sellers", "company_id": self.company.id, "metric": "amount"}
        )
        badge = (
            self.env["gamification.badge"]
            .sudo()
            .create(
                {
                    "name": "First one",
                    "rule_auth": "nobody",
                    "sales_commission_rule": "deals",
                }
            )
        )
        self._sell(self.bob, 2000, day=10)
        self._sell(self.ann, 1000, day=10)
        badge._award(self.company)
        self._earn(self.cem, 10)
        challenge = self._challenge("most", date_to="2026-03-20", prize_points=50)
        body = self._body(self.ann)
        self.assertIn("First one", body)
        self.assertIn("Place 2 of 4 on “Sellers”", body)
        self.assertIn("$\xa01,000.00 more and you are among the best 25 %", body)
        self.assertIn(challenge.name, body)
        self.assertIn("Place 2 with $\xa01,000.00", body)
        self.assertIn("50 points", body)

    def test_hidden(self):
        """Who is hidden reads the own place; others count without him."""
        self.env["sales.commission.leaderboard"].sudo().create(
            {"name": "Sellers", "company_id": self.company.id, "metric": "amount"}
        )
        self.bob.sudo().sales_commission_is_hidden = True
        self._earn(self.bob, 2000)
        self._earn(self.ann, 1000)
        self.assertIn("Place 1 of 3 on “Sellers”", self._body(self.ann))
        body = self._body(self.bob)
        self.assertIn("Place 1 of 4 on “Sellers”", body)
        self.assertNotIn("Ann", body)

    def test_managers_only(self):
        self.env["sales.commission.leaderboard"].sudo().create(
            {"name": "Secret", "company_id": self.company.id, "visibility": "managers"}
        )
        self._challenge("most", date_to="2026-03-20", visibility="managers")
        self._earn(self.ann, 1000)
        body = self._body(self.ann)
        self.assertNotIn("Secret", body)
        self.assertNotIn("Place", body)

    def test_tests_are_not_told(self):
        self._challenge("most", date_to="2026-03-20", is_test=True)
        self.assertEqual(self._send(), {})

    def test_agent_with_portal_access(self):
        self.dot.user_id = False
        self._challenge("most", date_to="2026-03-20")
        body = self._body(self.dot)
        self.assertIn("/my/commissions", body)
        self.assertIn(self.gil.email, self.last.email_to)

    def test_who_does_not_want_it(self):
        self._earn(self.ann, 1000)
        user = self.ann.user_id
        call_kw(
            self.env["res.users"].with_user(user),
            "write",
            [user.ids, {"sales_commission_digest": False}],
            {},
        )
        self.assertFalse(self.ann.sudo().sales_commission_digest)
        self.assertEqual(self._send(), {})
        self.assertFalse(user.sales_commission_digest)
        with self.assertRaises(AccessError):
            call_kw(
                self.env["res.users"].with_user(self.bob.user_id),
                "write",
                [user.ids, {"sales_commission_digest": True}],
                {},
            )

    def test_interrupted_and_resumed(self):
        """Nobody is told twice, whatever happened between two batches."""
        payees = self.ann + self.bob + self.cem
        for payee in payees:
            self._earn(payee, 1000)
        self.company.sudo().sales_commission_digest = True
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        seconds = [9, 0, 9, 9, 9, 9, 9, 9]  # the time is up after the first batch
        with (
            patch(f"{GAME}.digest.BATCH", 2),
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda *_args, **_more: seconds.pop(0),
            ),
        ):
            self.digests._cron_send()
            self.assertEqual(mails.search_count([]) - before, 2)
            self.digests._cron_send()
            self.digests._cron_send()
        self.assertEqual(mails.search_count([]) - before, 3)
        told = self.digests.search([("is_sent", "=", True)]).employee_id
        self.assertEqual(told, payees)

    def test_off_by_default(self):
        self._earn(self.ann, 1000)
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_more: 9
        )
        self.digests._cron_send()
        self.assertFalse(self.digests.search([]))

    def test_one_who_fails_does_not_stop_the_others(self):
        for payee in (self.ann, self.bob):
            self._earn(payee, 1000)
        model, failing = type(self.digests), self.ann.id
        prepare = model._prepare_mail

        def fail(digests, company, week, payee, digest):
            if payee.id == failing:
                raise RuntimeError("no mail")
            return prepare(digests, company, week, payee, digest)

        self.patch(model, "_prepare_mail", fail)
        with mute_logger(f"{GAME}.digest"):
            bodies = self._send()
        self.assertEqual(len(bodies), 1)
        self.assertFalse(self.digests._get_waiting(self.company, self.week))

    def test_queries_do_not_grow_with_payees(self):
        def count(payees):
            for payee in payees:
                self._earn(payee, 1000)
            payees.work_contact_id.write({"lang": "en_US"})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self._send(payees.sudo())), len(payees))
            self.env.flush_all()
            return self.cr.sql_log_count - before

        more = self.ann.browse()
        for number in range(6):
            more += self._create_payee(f"More {number}")
        self._create_plan(name="More", payees=more)
        count(self.ann)  # what Odoo remembers of users, rules and defaults is read
        few = count(self.bob + self.cem)
        self.assertLessEqual(count(more), few + 2)

    def test_digest_of_managers(self):
        """In Odoo's own digest, with the rights of who reads it."""
        self._earn(self.ann, 1000)
        digest = (
            self.env["digest.digest"]
            .sudo()
            .create(
                {
                    "name": "Sales",
                    "company_id": self.company.id,
                    "kpi_sales_commission_earned": True,
                    "kpi_sales_commission_points": True,
                    "kpi_sales_commission_players": True,
                }
            )
        )

        def read(payee):
            kpis = digest._compute_kpis(self.company, payee.user_id)
            return {
                kpi["kpi_name"]: kpi["kpi_col3"]["value"]
                for kpi in kpis
                if kpi["kpi_name"].startswith("kpi_sales_commission")
            }

        values = read(self.olga)
        self.assertEqual(values["kpi_sales_commission_earned"], "$50")
        self.assertEqual(len(values), 3)
        self.assertEqual(read(self.ann), {}, "a payee gets no figures of others")


@tagged("post_install", "-at_install")
class TestDigestLinks(DigestCase, HttpCase):
    def _open(self, path, token=None, status=200, data=None):
        token = token or self.digests._get_token(self.ann)
        with mute_logger("odoo.http"):
            answer = self.url_open(
                f"/commissions/digest/{self.ann.id}/{path}?token={token}", data=data
            )
        self.assertEqual(answer.status_code, status)
        self.env.invalidate_all()
        return answer

    def test_links(self):
        """One click ends it, without a login; a mistake is undone there."""
        self._earn(self.ann, 1000)
        body = self._body(self.ann)
        self.assertIn(f"/commissions/digest/{self.ann.id}/unsubscribe?token=", body)
        self.assertIn("one_click", self.last.headers)
        page = self._open("unsubscribe")
        self.assertIn("no more e-mails", page.text)
        self.assertFalse(self.ann.sudo().sales_commission_digest)
        self.ann.sudo().sales_commission_digest = True
        self._open("one_click", data={"List-Unsubscribe": "One-Click"})
        self.assertFalse(self.ann.sudo().sales_commission_digest)
        csrf = page.text.split('name="csrf_token"')[1].split('value="')[1]
        self._open("subscribe", data={"csrf_token": csrf.split('"')[0]})
        self.assertTrue(self.ann.sudo().sales_commission_digest)

    def test_links_of_others(self):
        stranger = self.digests._get_token(self.bob)
        for path in ("unsubscribe", "one_click", "subscribe"):
            self._open(
                path,
                token=stranger,
                status=404 if path != "subscribe" else 400,
                data=None if path == "unsubscribe" else {"x": "1"},
            )
        self.assertTrue(self.ann.sudo().sales_commission_digest)
