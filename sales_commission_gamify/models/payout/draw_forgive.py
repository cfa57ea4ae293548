from odoo import api, fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionDrawForgive(models.TransientModel):
    """How much of a draw's balance a payee need not pay back, and why."""

    _name = "sales.commission.draw.forgive"
    _description = "Forgive a Draw"

    # a number, no link: balances are a view, which nothing can point to
    balance_number = fields.Integer(required=True)
    employee_name = fields.Char(string="Payee", compute="_compute_balance")
    plan_name = fields.Char(string="Plan", compute="_compute_balance")
    currency_id = fields.Many2one("res.currency", compute="_compute_balance")
    balance = fields.Monetary(compute="_compute_balance", help="What is owed now.")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, required=True,
        precompute=True, help="What need not be paid back.",
    )  # fmt: skip
    reason = fields.Char(
        required=True, help="Why; the payee and the accountant can read it."
    )

    @api.depends("balance_number")
    def _compute_balance(self):
        for wizard in self:
            balance = wizard._get_balance()
            wizard.employee_name = balance.employee_id.sudo().name  # sudo: a name
            wizard.plan_name = balance.plan_id.display_name
            wizard.currency_id = balance.currency_id
            wizard.balance = balance.balance

    @api.depends("balance_number")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard._get_balance().balance

    def _get_balance(self):
        """The balance, if the user may read it."""
        return self.env["sales.commission.draw.balance"].search(
            [("id", "=", self.balance_number)]
        )

    def action_forgive(self):
        self.ensure_one()
        check_group(self.env, "group_officer")
        balance = self._get_balance()
        self._check_forgivable(balance)
        # sudo: nobody may write movements; the group and the balance are checked
        [movement] = (
            self.env["sales.commission.draw.movement"]
            .sudo()
            ._book(
                [
                    {
                        "employee_id": balance.employee_id.id,
                        "draw_id": balance.draw_id.id,
                        "root_id": balance.root_id.id,
                        "plan_id": balance.plan_id.id,
                        "company_id": balance.company_id.id,
                        "currency_id": balance.currency_id.id,
                        "date": fields.Date.context_today(self),
                        "kind": "forgiven",
                        "amount": -self.amount,
                        "reason": self.reason,
                    }
                ]
            )
        )
        movement._tell_forgiven()
        return {"type": "ir.actions.act_window_close"}

    def _check_forgivable(self, balance):
        """:raise UserError: for one's own balance, or more than is owed"""
        # sudo: an officer may not read who the payee is as a user
        payee = balance.employee_id.sudo()
        if not balance:
            raise UserError(
                self.env._("This balance has changed. Reload the page and try again.")
            )
        if payee._is_sales_commission_user(self.env.user):
            raise UserError(
                self.env._(
                    "This is your own draw: somebody else has to decide what you need "
                    "not pay back."
                )
            )
        currency = balance.currency_id
        if (
            currency.compare_amounts(self.amount, 0) <= 0
            or currency.compare_amounts(self.amount, balance.balance) > 0
        ):
            raise UserError(
                self.env._(
                    "%(payee)s owes %(balance)s of the draw of “%(plan)s”: forgive "
                    "more than 0 and at most as much, not %(amount)s.",
                    payee=payee.name,
                    balance=currency.format(balance.balance),
                    plan=balance.plan_id.display_name,
                    amount=currency.format(self.amount),
                )
            )


class SalesCommissionDrawMovement(models.Model):
    _inherit = "sales.commission.draw.movement"

    def _tell_forgiven(self):
        """In the notes of the payee's last statement with this draw, where payee,
        officer and accountant read it; else of the plan."""
        self.ensure_one()
        statement = self.search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("root_id", "=", self.root_id.id),
                ("statement_id", "!=", False),
            ],
            limit=1,
        ).statement_id
        (statement or self.plan_id).message_post(
            body=self.env._(
                "%(user)s: %(payee)s need not pay back %(amount)s of the draw of "
                "“%(plan)s”. Reason: %(reason)s",
                user=self.env.user.name,
                payee=self.employee_id.name,
                amount=self.currency_id.format(-self.amount),
                plan=self.plan_id.display_name,
                reason=self.reason,
            ),
            author_id=self.env.user.partner_id.id,
        )
