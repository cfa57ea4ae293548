from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SalesCommissionReward(models.Model):
    _inherit = "sales.commission.reward"

    card_program = fields.Reference(
        selection="_get_card_program_models",
        string="Gift card program",
        help="Where the card is made. Empty: in the company's first one.",
    )
    card_value = fields.Monetary(
        help="What the card is worth when it is handed out. 0: what it costs."
    )

    @api.model
    def _get_card_program_models(self):
        """Odoo's app for gift cards is not needed for the rest."""
        if "loyalty.program" not in self.env:
            return []
        return [("loyalty.program", self.env._("Gift card program"))]

    @api.constrains("kind", "card_program", "company_id")
    def _check_card(self):
        for reward in self.filtered(lambda reward: reward.kind == "gift_card"):
            reward._get_card_program()

    def _get_card_program(self):
        """:raise ValidationError: where there is none for the reward's company"""
        self.ensure_one()
        program = False
        if "loyalty.program" in self.env:
            # sudo: who manages rewards may have no right on the shop's programs
            programs = self.env["loyalty.program"].sudo()
            program = self.sudo().card_program or programs.search(
                [
                    ("program_type", "=", "gift_card"),
                    ("company_id", "in", (False, self.company_id.id)),
                    ("currency_id", "=", self.currency_id.id),
                ],
                limit=1,
            )
        if not program or program.program_type != "gift_card":
            raise ValidationError(
                self.env._(
                    "“%(reward)s” needs a gift card program of %(company)s in "
                    "%(currency)s: install Odoo's Discount & Loyalty, add a program of "
                    "the type Gift Card, or choose another kind of reward.",
                    reward=self.name,
                    company=self.company_id.name,
                    currency=self.currency_id.name,
                )
            )
        return program
