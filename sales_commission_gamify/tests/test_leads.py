from odoo.tests import tagged

from .challenge_common import ChallengeCase
from .telling_common import TellingMixin

TAKEN, LOST = "You are in the lead!", "The lead has changed"


@tagged("post_install", "-at_install")
class TestLeads(TellingMixin, ChallengeCase):
    """Everybody is there; the watch is called as the scheduler does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_presence(*(cls.everybody.user_id | cls.max.user_id | cls.gil))
        cls.env["sales.commission.leaderboard"].sudo().search([]).active = False

    def _watch(self, day="2026-03-10"):
        with self._on(f"{day} 12:00:00"):
            self.env["sales.commission.lead"].sudo()._watch(self.company)
        return self._take()

    def _board(self, **vals):
        return (
            self.env["sales.commission.leaderboard"]
            .sudo()
            .create(
                {
                    "name": "Sellers",
                    "company_id": self.company.id,
                    "metric": "amount",
                    "visibility": "everybody",
                    **vals,
                }
            )
        )

    def test_challenge(self):
        challenge = self._challenge("most")
        self.assertEqual(self._watch(), [], "nobody has sold anything")
        self._sell(self.ann, 100)
        [(name, said)] = [(name, said) for name, *_title, said in self._watch()]
        self.assertEqual((name, said), ("Ann", "You have taken the lead in “Most”."))
        self.assertEqual(self._watch(), [], "told once")
        self._sell(self.ann, 50)
        self.assertEqual(self._watch(), [], "leads already")
        self._sell(self.bob, 400)
        self.assertEqual(
            sorted(self._watch()),
            [
                (
                    "Ann",
                    LOST,
                    "Bob leads “Most” now. $\xa0250.00 more and you are level.",
                ),
                ("Bob", TAKEN, "You have taken the lead in “Most”."),
            ],
        )
        self.assertEqual(
            self.env["sales.commission.lead"]
            .sudo()
            .search([("challenge_id", "=", challenge.id)], order="id")
            .mapped("leader_ids"),
            [False, [self.ann.id], [self.bob.id]],
        )

    def test_message_leads_there_and_is_worth_a_rainbow(self):
        challenge = self._challenge("most")
        self._sell(self.ann, 100)
        with self._on("2026-03-10"):
            self.env["sales.commission.lead"].sudo()._watch(self.company)
        [(_name, message)] = self.told
        self.assertTrue(message["is_big"])
        self.assertEqual(message["button"], "Challenge")
        self.assertEqual(message["action"]["res_id"], challenge.id)

    def test_level(self):
        """Who draws level shares the place; nobody has lost anything."""
        self._challenge("most")
        self._sell(self.ann, 100)
        self._watch()
        self._sell(self.bob, 100)
        self.assertEqual(
            self._watch(), [("Bob", TAKEN, "You share the first place of “Most”.")]
        )

    def test_a_refund_changes_the_lead(self):
        self._challenge("most")
        invoice = self._sell(self.ann, 100)
        self._sell(self.bob, 80)
        self._watch()
        self._refund(invoice, date="2026-03-05")
        self.assertEqual(sorted(told[0] for told in self._watch()), ["Ann", "Bob"])

    def test_who_is_hidden_is_not_named_and_reads_no_name(self):
        self._challenge("most")
        self.bob.sudo().sales_commission_is_hidden = True
        self._sell(self.ann, 100)
        self._watch()
        self._sell(self.bob, 400)
        told = {name: said for name, _title, said in self._watch()}
        self.assertEqual(
            told["Ann"],
            "Somebody else leads “Most” now. $\xa0300.00 more and you are level.",
        )
        self.assertIn("taken the lead", told["Bob"])
        self._sell(self.ann, 900)
        told = {name: said for name, _title, said in self._watch()}
        self.assertNotIn("Ann", told["Bob"])

    def test_visibility(self):
        """Managers only: nothing is told; own place: neighbours have a name."""
        self._challenge("most", name="Secret", visibility="managers")
        self._challenge("most", name="Own", visibility="own")
        self._sell(self.ann, 100)
        self._watch()
        self._sell(self.bob, 400)
        told = {name: said for name, _title, said in self._watch()}
        self.assertEqual(
            told["Ann"],
            "Bob leads “Own” now. $\xa0300.00 more and you are level.",
        )

    def test_far_from_the_leader_reads_no_name(self):
        more = self.ann.browse()
        for number in range(4):
            more += self._create_payee(f"More {number}")
        self._create_plan(name="More", payees=more)
        self._challenge("most", payees=self.everybody + more, visibility="own")
        self._sell(self.ann, 100)
        self._watch()
        for number, payee in enumerate(more + self.bob + self.cem, 2):
            self._sell(payee, 100 * number)
        told = {name: said for name, _title, said in self._watch()}
        self.assertTrue(told["Ann"].startswith("Somebody else leads"))

    def test_switch_and_presence(self):
        self._challenge("most")
        self.ann.user_id.sales_commission_toast_leads = False
        self._set_presence(self.bob.user_id, status="offline")
        self._sell(self.ann, 100)
        self.assertEqual(self._watch(), [])
        self._sell(self.bob, 400)
        self.assertEqual(self._watch(), [])
        self._sell(self.cem, 900)
        self.assertEqual([told[0] for told in self._watch()], ["Cem"])

    def test_test_tells_nobody(self):
        challenge = self._challenge("most", is_test=True)
        self._sell(self.ann, 100)
        self.assertEqual(self._watch(), [])
        leads = self.env["sales.commission.lead"].sudo()
        self.assertFalse(leads.search([("challenge_id", "=", challenge.id)]))

    def test_kinds_that_nobody_leads(self):
        self._challenge("lottery")
        self._challenge("goal", goal=50)
        self._challenge("milestone", goal=50)
        self._sell(self.ann, 100)
        self.assertEqual(self._watch(), [])

    def test_race_that_is_run(self):
        """Once the goal is reached no figure brings the lead back."""
        self._challenge("race", goal=300)
        self._sell(self.ann, 100)
        self._watch()
        self._sell(self.bob, 400)
        told = {name: said for name, _title, said in self._watch()}
        self.assertEqual(told["Ann"], "Bob leads “Race” now.")

    def test_teams(self):
        teams = self.env["crm.team"].sudo()
        north, south = teams.create([{"name": "North"}, {"name": "South"}])
        challenge = self._challenge("teams", start=False)
        for payee, team in zip(
            self.everybody, (north, south, north, south), strict=True
        ):
            self._person(challenge, payee).team_id = team
        with self._on("2026-03-02"):
            challenge.with_user(self.olga.user_id).action_schedule()
        self._sell(self.ann, 100)
        self.assertEqual(
            sorted((name, said) for name, _title, said in self._watch()),
            [
                ("Ann", "Your team has taken the lead in “Teams”."),
                ("Cem", "Your team has taken the lead in “Teams”."),
            ],
        )
        self._sell(self.bob, 900)
        told = {name: said for name, _title, said in self._watch()}
        self.assertEqual(told.keys(), {"Ann", "Bob", "Cem", "Dot"})
        self.assertEqual(told["Cem"], "Another team leads “Teams” now: go for it!")

    def test_one_message_for_several(self):
        self._challenge("most", name="One")
        self._challenge("most", name="Two", metric="deals")
        self._sell(self.ann, 100)
        [(_name, title, said)] = self._watch()
        self.assertEqual(title, TAKEN)
        self.assertIn("“One”", said)
        self.assertIn("“Two”", said)

    def test_leaderboard(self):
        """Of the period under way: a new month opens with nobody ahead."""
        self._board()
        self._sell(self.ann, 100)
        self.assertEqual(self._watch(), [], "what was never looked at is no news")
        self._sell(self.bob, 400)
        told = {name: said for name, _title, said in self._watch()}
        self.assertEqual(
            told,
            {
                "Ann": "Bob leads “Sellers” now. $\xa0300.00 more and you are level.",
                "Bob": "You have taken the lead in “Sellers”.",
            },
        )
        self.assertEqual(self._watch("2026-04-01"), [])
        self._sell(self.cem, 5, month=4)
        self.assertEqual([told[0] for told in self._watch("2026-04-03")], ["Cem"])

    def test_hidden_payee_takes_no_place_on_a_leaderboard(self):
        """Others see themselves first there, so they have lost nothing."""
        self._board()
        self._sell(self.ann, 100)
        self._watch()
        self.bob.sudo().sales_commission_is_hidden = True
        self._sell(self.bob, 400)
        self.assertEqual(self._watch(), [])

    def test_board_of_managers_tells_payees_nothing(self):
        self._board(visibility="managers")
        self._sell(self.ann, 100)
        self._watch()
        self._sell(self.bob, 400)
        self.assertEqual(self._watch(), [])

    def test_own_language(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.ann.user_id.lang = "es_ES"
        self._challenge("most")
        self._sell(self.ann, 1000)
        self._watch()
        self._sell(self.bob, 2500)
        told = {name: said for name, _title, said in self._watch()}
        self.assertIn("1.500,00", told["Ann"])

    def test_other_company_is_not_looked_at(self):
        self._challenge("most")
        self._sell(self.ann, 100)
        other = self.setup_other_company(name="Other")["company"]
        self.env["sales.commission.lead"].sudo()._watch(other)
        self.assertEqual(self._take(), [])

    def test_queries_do_not_grow_with_payees(self):
        def count(challenge):
            self._sell(self.ann, 1000)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._watch()
            challenge.sudo().action_cancel()
            return self.cr.sql_log_count - before

        few = count(self._challenge("most", payees=self.ann + self.bob))
        more = self.ann.browse()
        for number in range(6):
            more += self._create_payee(f"More {number}")
        self._create_plan(name="More", payees=more)
        challenge = self._challenge("most", payees=self.everybody + more)
        self.assertLessEqual(count(challenge), few + 3)
