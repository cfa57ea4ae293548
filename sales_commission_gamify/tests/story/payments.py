class Payments:
    """What customers pay, and what becomes of it."""

    LIKELY = {
        "pay": 9,
        "pay_in_own_currency": 2,
        "pay_off": 2,
        "pay_early": 2,
        "pay_back": 1,
        "bounce": 5,
        "pay_again": 2,
        "unreconcile": 6,
    }

    def _unpaid(self, step, condition=lambda move: True):
        return self._posted(
            step,
            lambda move: (
                move.move_type == "out_invoice"
                and move.amount_residual > 10
                and condition(move)
            ),
        )

    def _receive(self, step, move, amount, day, **vals):
        vals.setdefault("currency_id", move.currency_id.id)
        payment = self._pay_in(move, amount, str(day), **vals)
        self._note("payments", payment, step)
        self.paid_by[payment.id] = move
        currency = payment.currency_id.name
        return f"{amount:.2f} {currency} are paid on {move.name} on {day}"

    def _do_pay(self, step, chance):
        if move := self._unpaid(step):
            amount = round(move.amount_residual * chance.choice((0.3, 0.71, 1, 1)), 2)
            day = self._day(chance, move.invoice_date, 60)
            return self._receive(step, move, amount, day)
        return None

    def _do_pay_in_own_currency(self, step, chance):
        """Dollars for euros, or the other way round."""
        if move := self._unpaid(step):
            other = self.currency_of_company
            other = self.euro if move.currency_id == other else other
            day = self._day(chance, move.invoice_date, 60)
            amount = round(move.amount_residual * chance.choice((0.4, 0.9)), 2)
            return self._receive(step, move, amount, day, currency_id=other.id)
        return None

    def _do_pay_off(self, step, chance):
        """Nearly all is paid, the rest is written off."""
        if move := self._unpaid(step):
            amount = round(move.amount_residual * 0.96, 2)
            day = self._day(chance, move.invoice_date, 60)
            said = self._receive(
                step,
                move,
                amount,
                day,
                payment_difference_handling="reconcile",
                writeoff_account_id=self.write_off.id,
            )
            return f"{said}, the rest is written off"
        return None

    def _do_pay_early(self, step, chance):
        """All of it in time, less the discount for that."""
        move = self._unpaid(
            step,
            lambda m: (
                m.invoice_payment_term_id == self.early
                and m.payment_state == "not_paid"
            ),
        )
        if not move:
            return None
        day = self._day(chance, move.invoice_date, 7)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day})
        )
        payment = wizard._create_payments()
        self._note("payments", payment, step)
        self.paid_by[payment.id] = move
        return f"{move.name} is paid early with {payment.amount:.2f} on {day}"

    def _do_pay_back(self, step, chance):
        """A credit note is paid out."""
        move = self._posted(
            step, lambda m: m.move_type == "out_refund" and m.amount_residual > 1
        )
        if not move:
            return None
        day = self._day(chance, move.invoice_date, 60)
        return self._receive(step, move, move.amount_residual, day)

    def _do_bounce(self, step, chance):
        payment = self._any(
            step, self.payments, lambda p: p.state in ("in_process", "paid")
        )
        if not payment:
            return None
        payment.action_draft()
        if chance.random() < 0.5:
            payment.action_cancel()
        return f"The payment of {payment.amount:.2f} on {payment.date} bounces"

    def _do_pay_again(self, step, chance):
        payment = self._any(
            step, self.payments, lambda p: p.state in ("draft", "canceled")
        )
        if not payment:
            return None
        if payment.state == "canceled":
            payment.action_draft()
        payment.action_post()
        move = self.paid_by[payment.id]
        if move.exists() and move.state == "posted" and move.amount_residual:
            self._reconcile(payment.move_id, move)
        return f"The payment of {payment.amount:.2f} on {payment.date} is made again"

    def _do_unreconcile(self, step, chance):
        move = self._posted(step, lambda m: m.amount_residual != m.amount_total)
        lines = move.line_ids.filtered(lambda row: row.display_type == "payment_term")
        if not lines:
            return None
        lines.remove_move_reconcile()
        return f"What settles {move.name} is taken off it"

    def _reconcile(self, *moves):
        lines = self.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids
        lines.filtered(
            lambda row: (
                row.account_id.account_type == "asset_receivable" and not row.reconciled
            )
        ).reconcile()
