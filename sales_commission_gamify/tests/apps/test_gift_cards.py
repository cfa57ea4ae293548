from odoo.fields import Command
from odoo.tests import tagged

from ..rewards_common import RewardsCase


@tagged("post_install", "-at_install")
class TestGiftCards(RewardsCase):
    """A reward that is a gift card of Odoo's own app."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = (
            cls.env["loyalty.program"]
            .sudo()
            .create(
                {
                    "name": "Gift cards",
                    "program_type": "gift_card",
                    "company_id": cls.company.id,
                    "currency_id": cls.company.currency_id.id,
                }
            )
        )

    def _card_of(self, **vals):
        reward = self._create_reward(
            name="Card", kind="gift_card", points=10, cost=25, **vals
        )
        redemption = self._redeem(reward=reward)
        before = self.env["loyalty.card"].sudo().search([])
        self._approve(redemption)
        cards = self.env["loyalty.card"].sudo().search([]) - before
        return redemption, cards

    def test_card_is_made_and_shown_to_the_payee_alone(self):
        program = f"loyalty.program,{self.program.id}"
        redemption, card = self._card_of(card_program=program)
        self.assertRecordValues(
            card,
            [
                {
                    "program_id": self.program.id,
                    "partner_id": self.ann.work_contact_id.id,
                    "points": 25,
                }
            ],
        )
        self.assertEqual(redemption.state, "done")
        self.assertEqual(redemption.with_user(self.ann.user_id).code, card.code)
        self.assertFalse(redemption.with_user(self.officer).code)
        messages = self.env["mail.message"].sudo().search([])
        self.assertFalse(messages.filtered(lambda row: card.code in (row.body or "")))

    def test_value_of_its_own(self):
        _redemption, card = self._card_of(card_value=40)
        self.assertEqual(card.points, 40)

    def test_other_kinds_of_programs_are_refused(self):
        coupons = self.program.create(
            {
                "name": "Coupons",
                "program_type": "coupons",
                "company_id": self.company.id,
                "reward_ids": [Command.create({})],
            }
        )
        with self._refused("needs a gift card program"):
            self._card_of(card_program=f"loyalty.program,{coupons.id}")
