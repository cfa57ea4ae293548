from odoo import fields, models

from ...engine.payable import (
    compute_payable,
    release_after,
    release_collected,
    release_held,
)
from .exact import exact
from .words import say_percent


class SalesCommissionPlan(models.Model):
    """When what is earned may be paid. Each rule takes its share of what the others
    leave; without any, all that is earned is payable."""

    _inherit = "sales.commission.plan"

    payable_when = fields.Selection(
        [
            ("earned", "It is earned"),
            ("collected", "The customer has paid, by the share paid"),
        ],
        string="Payable when",
        required=True,
        default="earned",
        help="When the customer has paid 5,000 of 10,000, half of what is earned is "
        "paid. What is sold without an invoice or order counts as paid.",
    )
    payable_days = fields.Integer(
        string="Days later",
        help="Nothing is paid before so many days have passed since the end of the "
        "measured period. 0: at once.",
    )
    held_percent = fields.Float(
        string="Held back (%)",
        min_display_digits=2,
        help="This part is paid only once the days below have passed. 0: none.",
    )
    held_days = fields.Integer(
        string="Held for days",
        help="Days after the end of the measured period until which the part is held "
        "back.",
    )

    _payable_days_positive = models.Constraint(
        "CHECK (COALESCE(payable_days, 0) BETWEEN 0 AND 3660"
        " AND COALESCE(held_days, 0) BETWEEN 0 AND 3660)",
        "The days after which commissions are paid are counted from 0 to 3,660.",
    )
    _held_is_a_share = models.Constraint(
        "CHECK (COALESCE(held_percent, 0) BETWEEN 0 AND 100)",
        "The part that is held back lies between 0 and 100 %.",
    )
    _held_until = models.Constraint(
        "CHECK (COALESCE(held_percent, 0) = 0 OR COALESCE(held_days, 0) > 0)",
        "Say for how many days the part is held back.",
    )

    def _has_payable_rule(self):
        """Whether what is earned waits for something before it is paid."""
        self.ensure_one()
        return bool(
            self.payable_when != "earned" or self.payable_days or self.held_percent
        )

    def _get_releases(self, last, today, collected, deal):
        """The shares that may be paid on *today* of what was earned until *last*.

        :param collected: what the customers paid of *deal*, the amount credited
        """
        self.ensure_one()
        passed = (today - last).days
        releases = []
        if self.payable_when == "collected":
            releases.append(release_collected(collected, deal))
        if self.payable_days:
            releases.append(release_after(passed, self.payable_days))
        if self.held_percent:
            held = exact(self.held_percent)
            releases.append(release_held(held, passed >= self.held_days))
        return releases

    def _get_payable(self, earned, already, releases):
        """What becomes payable now, negative when it is taken back."""
        self.ensure_one()
        rounding = exact(self.currency_id.rounding)
        return compute_payable(earned, already, rounding, *releases)

    # --- in words -------------------------------------------------------------------

    def _say_payable(self):
        """Sentences of the plan's text."""
        sentences = []
        if self.payable_when == "collected":
            sentences.append(
                self.env._(
                    "What is earned is paid as the customer pays: of a sale that is "
                    "half paid, half is paid out. What is sold without an invoice or "
                    "order counts as paid."
                )
            )
        if self.payable_days:
            sentences.append(
                self.env._(
                    "It is paid %s days after the end of the measured period at the "
                    "earliest.",
                    self.payable_days,
                )
            )
        if self.held_percent:
            sentences.append(
                self.env._(
                    "%(percent)s is held back until %(days)s days after the end of the "
                    "measured period.",
                    percent=say_percent(self.env, self.held_percent),
                    days=self.held_days,
                )
            )
        return sentences
