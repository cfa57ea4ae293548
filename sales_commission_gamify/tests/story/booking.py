class Booking:
    """Statements become entries and bills, which are posted, paid and taken back."""

    LIKELY = {
        "set_up": 2,
        "post_draft": 2,
        "delete_draft": 1,
        "reopen_bill": 1,
        "cancel_bill": 1,
        "falsify": 1,
        "reverse_entry": 2,
        "pay_statement": 3,
        "unpay_statement": 1,
    }
    SETTINGS = (
        ("negative", ("carried", "carried", "receivable")),
        ("entry_mode", ("run", "payee")),
        ("post_entry", (True, True, False)),
        ("post_bill", (True, False)),
    )

    def _do_set_up(self, step, chance):
        """The company wants it booked otherwise from now on."""
        name, choices = chance.choice(self.SETTINGS)
        value = chance.choice(choices)
        self.company.sudo()[f"sales_commission_{name}"] = value
        return f"Setting {name} is now {value}"

    def _get_booked(self, step, *states, condition=lambda move: True):
        """A statement with an entry or bill in one of these states."""
        return self._any(
            step,
            self._get_statements("approved", "posted", "paid"),
            lambda row: (
                row.move_id and row.move_id.state in states and condition(row.move_id)
            ),
        )

    def _post_drafts(self, period):
        moves = period.statement_ids.move_id
        moves.filtered(lambda move: move.state == "draft").action_post()

    def _do_post_draft(self, step, chance):
        statement = self._get_booked(step, "draft")
        if not statement:
            return None
        statement.move_id.action_post()
        return f"The draft of {self._say_statement(statement)} is posted"

    def _do_delete_draft(self, step, chance):
        statement = self._get_booked(step, "draft")
        if not statement:
            return None
        if chance.random() < 0.5:
            statement.action_reverse_entry()
        else:
            statement.move_id.unlink()
        return f"The draft of {self._say_statement(statement)} is deleted"

    def _is_bill(self, move):
        return move.is_purchase_document()

    def _do_reopen_bill(self, step, chance):
        statement = self._get_booked(step, "posted", condition=self._is_bill)
        if not statement:
            return None
        statement.move_id.button_draft()
        return f"The bill of {self._say_statement(statement)} is a draft again"

    def _do_cancel_bill(self, step, chance):
        statement = self._get_booked(step, "draft", "posted", condition=self._is_bill)
        if not statement:
            return None
        if statement.move_id.state == "posted":
            statement.move_id.button_draft()
        statement.move_id.button_cancel()
        return f"The bill of {self._say_statement(statement)} is cancelled"

    def _do_falsify(self, step, chance):
        """A bill over more than the statement says is refused, or the accounts tell."""
        statement = self._get_booked(step, "draft", condition=self._is_bill)
        if not statement:
            return None
        statement.move_id.invoice_line_ids[:1].price_unit += 10
        statement.move_id.action_post()
        return f"The bill of {self._say_statement(statement)} is posted over 10 more"

    def _do_reverse_entry(self, step, chance):
        statement = self._get_booked(step, "posted")
        if not statement:
            return None
        said = f"The entry of {self._say_statement(statement)} is reversed"
        move = statement.move_id
        if chance.random() < 0.5:
            statement.action_reverse_entry()
        else:
            days = {"date": move.date}
            days |= {"invoice_date": move.date} if self._is_bill(move) else {}
            move._reverse_moves([days], cancel=True)
        return said

    def _do_pay_statement(self, step, chance):
        statement = self._any(step, self._get_statements("posted"))
        lines = statement._get_payable_lines().filtered(lambda row: not row.reconciled)
        if not lines:
            return None
        owed = -sum(lines.mapped("amount_residual"))
        amount = round(abs(owed) * chance.choice((0.5, 1, 1)), 2)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound" if owed > 0 else "inbound",
                "partner_type": "supplier" if owed > 0 else "customer",
                "partner_id": statement.employee_id.work_contact_id.id,
                "amount": amount,
                "destination_account_id": lines.account_id.id,
            }
        )
        payment.action_post()
        lines += payment.move_id.line_ids.filtered(
            lambda row: row.account_id == lines.account_id
        )
        lines.reconcile()
        return f"{amount:.2f} of {self._say_statement(statement)} are paid out"

    def _do_unpay_statement(self, step, chance):
        statement = self._any(
            step,
            self._get_statements("posted", "paid"),
            lambda row: row.move_id and row.amount_paid,
        )
        if not statement:
            return None
        statement._get_payable_lines().remove_move_reconcile()
        return f"What paid {self._say_statement(statement)} is taken off it"
