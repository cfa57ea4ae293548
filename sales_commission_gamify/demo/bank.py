"""Payments from customers and to payees."""


def get_open_lines(moves):
    """Receivable and payable journal items of *moves* that are not paid yet."""
    return moves.line_ids.filtered(
        lambda line: (
            line.account_id.account_type in ("asset_receivable", "liability_payable")
            and not line.reconciled
        )
    )


class Bank:
    def __init__(self, env):
        self.env = env
        self.journal = env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
        )

    def pay_together(self, owed):
        """One payment for each journal item of *owed*, ``[(item, day)]``.

        The payment wizard makes, posts and reconciles payments one by one, which
        takes minutes for half a year; here each step is done for all at once.
        """
        if not owed:
            return
        payments = self.env["account.payment"].create(
            [self._prepare_payment_vals(line, day) for line, day in owed]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                line + get_open_lines(payment.move_id)
                for payment, (line, _day) in zip(payments, owed, strict=True)
            ]
        )
        payments.filtered(lambda payment: payment.state != "paid").action_validate()

    def _prepare_payment_vals(self, line, day):
        move = line.move_id
        is_customer = line.account_id.account_type == "asset_receivable"
        return {
            "date": day,
            "amount": abs(line.amount_residual),
            "payment_type": "inbound" if line.balance > 0 else "outbound",
            "partner_type": "customer" if is_customer else "supplier",
            "partner_id": line.partner_id.id,
            "destination_account_id": line.account_id.id,
            "currency_id": line.currency_id.id,
            "journal_id": self.journal.id,
            "memo": move.name if is_customer else line.name,
        }

    def pay_half(self, line, day):
        """A part payment, by the wizard."""
        self.env["account.payment.register"].with_context(
            active_model="account.move.line",
            active_ids=line.ids,
            dont_redirect_to_payments=True,
        ).create(
            {
                "payment_date": day,
                "amount": line.company_currency_id.round(line.amount_residual / 2),
            }
        ).action_create_payments()
