from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, date_utils

from ..design.words import say_number


class SalesCommissionReward(models.Model):
    _inherit = "sales.commission.reward"

    balance = fields.Integer(
        "Your balance",
        compute="_compute_offered",
        help="What you have to spend in the reward's company.",
    )
    missing = fields.Integer(
        compute="_compute_offered", help="What you still need for it."
    )
    progress = fields.Float(compute="_compute_offered")
    obstacle = fields.Char(compute="_compute_offered")
    is_offered = fields.Boolean(
        "For you", compute="_compute_offered", search="_search_is_offered"
    )

    @api.depends_context("uid")
    @api.depends("points", "left", "month_limit", "company_id", "redemption_ids.state")
    def _compute_offered(self):
        redemptions = self.env["sales.commission.redemption"]
        points = self.env["sales.commission.point"]
        payees = redemptions._get_own_payees()
        balances = points._get_balances(payees)
        for company, rewards in self.grouped(lambda row: row.sudo().company_id).items():
            payee = payees.filtered(lambda row, own=company: row.company_id == own)[:1]
            offer = self._get_offer(payee) if payee else self.browse()
            balance = balances.get(payee, 0)
            # sudo: the payee's own wishes, which he may read
            obstacles = rewards.sudo()._get_obstacles(payee, balance)
            for reward in rewards:
                reward.balance = balance
                reward.missing = max(reward.points - balance, 0)
                share = max(balance, 0) / (reward.points or 1)
                reward.progress = min(100 * share, 100)
                reward.is_offered = reward._origin in offer
                reward.obstacle = obstacles.get(reward.id, False)

    def _search_is_offered(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        payees = self.env["sales.commission.redemption"]._get_own_payees()
        offers = [self._get_offer(payee).ids for payee in payees]
        return Domain("id", "in", sum(offers, []))

    def _get_obstacles(self, payee, balance):
        """``{reward id: why it cannot be redeemed now, in a word or two}``, for the
        shop."""
        if not payee:
            return {}
        asked = self._get_asked(payee)
        taken = self._get_taken_this_month(payee)
        obstacles = {}
        for reward in self:
            if reward._origin in asked:
                obstacles[reward.id] = self.env._("Asked for")
            elif reward._is_limited() and not reward.left:
                obstacles[reward.id] = self.env._("Gone")
            elif 0 < reward.month_limit <= taken.get(reward._origin, 0):
                obstacles[reward.id] = self.env._("Again next month")
            elif balance < reward.points:
                obstacles[reward.id] = self.env._(
                    "%(points)s %(unit)s to go",
                    points=say_number(self.env, reward.points - balance),
                    unit=reward.point_name,
                )
        return obstacles

    def _get_asked(self, payee):
        """Rewards that wait to be approved."""
        redemptions = self.env["sales.commission.redemption"].sudo()
        return redemptions.search(
            [("employee_id", "=", payee.id), ("state", "=", "requested")]
        ).reward_id

    def _get_taken_this_month(self, payee):
        """``{reward: times}`` of *payee*."""
        start = date_utils.start_of(fields.Date.context_today(payee), "month")
        return dict(
            self.env["sales.commission.redemption"]
            .sudo()
            ._read_group(
                [
                    ("employee_id", "=", payee.id),
                    ("state", "in", self._get_taken()),
                    ("date", ">=", start),
                ],
                ["reward_id"],
                ["__count"],
            )
        )

    def action_redeem(self):
        """For whoever presses it, with his own points."""
        self.ensure_one()
        redemptions = self.env["sales.commission.redemption"]
        # sudo: what it is and whose it is, is checked by _redeem
        payee = redemptions._get_own_payees(self.sudo().company_id)[:1]
        if not payee:
            raise UserError(
                self.env._(
                    "You are no payee of %s, so you have nothing to spend there.",
                    self.sudo().company_id.name,
                )
            )
        redemption = redemptions._redeem(self, payee)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Asked for: %s", redemption.reward_name),
                "message": self.env._(
                    "%(points)s %(unit)s are reserved until it is approved.",
                    **redemption._say_facts(),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _lock_stock(self):
        """Like the balance: who comes at the same moment starts again, so that the last
        piece is given once."""
        self.ensure_one()
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_commission_reward SET write_date = write_date
                 WHERE id = %s RETURNING id
                """,
                self.id,
            )
        )
        self.invalidate_recordset()

    def _check_redeemable(self, payee):
        """:raise UserError: why *payee* cannot have it now, and what would help"""
        facts = {"reward": self.name, "payee": payee.name, "unit": self.point_name}
        if self not in self._get_offer(payee):
            raise UserError(
                self.env._("“%(reward)s” is not offered to %(payee)s.", **facts)
            )
        if self in self._get_asked(payee):
            raise UserError(
                self.env._(
                    "You have asked for “%(reward)s” already. Wait until it is "
                    "approved, or cancel it.",
                    **facts,
                )
            )
        if self._is_limited() and not self.left:
            raise UserError(
                self.env._("“%(reward)s” is gone: nothing is left of it.", **facts)
            )
        if 0 < self.month_limit <= self._get_taken_this_month(payee).get(self, 0):
            raise UserError(
                self.env._(
                    "“%(reward)s” can be redeemed %(limit)s times a month by each "
                    "person. Come back next month.",
                    limit=self.month_limit,
                    **facts,
                )
            )
        balance = self.env["sales.commission.point"]._get_balances(payee)[payee]
        if balance < self.points:
            raise UserError(
                self.env._(
                    "“%(reward)s” takes %(price)s %(unit)s and you have %(balance)s: "
                    "%(missing)s are missing.",
                    price=self.points,
                    balance=balance,
                    missing=self.points - balance,
                    **facts,
                )
            )
