from collections import defaultdict

from .numbers import exact, total


class PayoutAudit:
    """Do statements add up and pass on what is left, and do the accounts agree?"""

    def ask_payout(self):
        yield from self._ask_sums()
        yield from self._ask_balances()
        yield from self._ask_draws()
        yield from self._ask_states()
        yield from self._ask_accounts()

    def _name(self, statement):
        return f"{statement.name} of {statement.employee_id.name}"

    def _ask_sums(self):
        """A statement is what is earned, adjusted, advanced and taken back."""
        for statement in self._search("statement"):
            sums = defaultdict(int)
            for line in statement.line_ids:
                sums[line.kind] += exact(line.amount)
                change = exact(line.draw_advanced) - exact(line.draw_recovered)
                if line.kind == "draw" and change != exact(line.amount):
                    yield f"{self._name(statement)}: the line of a draw does not add up"
            sums["total"] = total(sums.values())
            for kind, name in (
                ("earning", "earned"),
                ("draw", "draw"),
                ("adjustment", "adjustment"),
                ("total", "total"),
            ):
                if exact(statement[f"amount_{name}"]) != sums[kind]:
                    yield f"{self._name(statement)}: {name} is not the sum of its lines"

    def _ask_balances(self):
        """Nobody is paid more than was due by then, nobody owes twice."""
        balance = defaultdict(int)
        for statement in self._search("statement", ("state", "!=", "draft")):
            due = total(exact(line.amount) for line in statement.line_ids)
            whole = due + exact(statement.amount_opening)
            told = exact(statement.amount_payable), exact(statement.amount_closing)
            if told not in ((max(whole, 0), min(whole, 0)), (whole, 0)):
                yield (
                    f"{self._name(statement)}: pays {float(told[0]):.2f} and carries "
                    "the wrong sum"
                )
            balance[statement.employee_id] += due - told[0]
        openings = self.env["sales.commission.statement"]._get_open_balances(
            self.company, [payee.id for payee in balance]
        )
        for payee, left in balance.items():
            if exact(openings.get(payee.id, 0)) != left:
                yield f"{payee.name}: {float(left):.2f} is not carried forward"

    def _ask_draws(self):
        """What is owed of each draw is what confirmed statements say, less what was
        forgiven, and what the list of balances shows."""
        booked, said, shown = (defaultdict(int) for _each in range(3))
        for row in self._search("draw.movement"):
            key = row.employee_id, row.root_id
            booked[key] += exact(row.amount)
            if row.kind == "forgiven":
                said[key] += exact(row.amount)
        for line in self._search("statement.line", ("draw_id.recoverable", "=", True)):
            if line.statement_id.state != "draft":
                key = line.employee_id, line.draw_id.root_id or line.draw_id
                said[key] += exact(line.amount)
        for row in self.env["sales.commission.draw.balance"].search(
            [("company_id", "=", self.company.id)]
        ):
            shown[row.employee_id, row.root_id] += exact(row.balance)
        for payee, draw in booked.keys() | said.keys() | shown.keys():
            found = [sums[payee, draw] for sums in (booked, said, shown)]
            if len(set(found)) > 1 or found[0] < 0:
                yield (
                    f"{payee.name}: of the draw of {draw.amount:.2f}, booked, said by "
                    f"statements and shown as owed are {[float(one) for one in found]}"
                )

    # --- the accounts -----------------------------------------------------------------

    def _ask_states(self):
        """A statement's state is that of its entry or bill."""
        for statement in self._search("statement"):
            move, state = statement.move_id, statement.state
            right = ("draft", "confirmed", "approved")
            if move.state == "posted":
                open_ = statement._get_payable_lines().filtered("amount_residual")
                right = ("posted",) if open_ else ("paid",)
            elif move:
                right = ("approved",) if move.state == "draft" else ()
            elif not statement.amount_payable:
                right += ("paid",)
            if state not in right:
                yield (
                    f"{self._name(statement)}: is {state}, its entry is "
                    f"{move.state or 'missing'}"
                )

    def _ask_accounts(self):
        """Each contact is owed in the accounts what posted statements say, once, and
        owes what they ask back."""
        booked, said = self._get_booked(), defaultdict(int)
        for statement in self._search("statement", ("move_id.state", "=", "posted")):
            contact = statement.employee_id.work_contact_id
            said[contact] += exact(statement.amount_payable)
            if exact(statement._get_booked_amount()) != exact(statement.amount_payable):
                yield f"{self._name(statement)}: its entry says something else"
        for contact in booked.keys() | said.keys():
            if booked[contact] != said[contact]:
                yield (
                    f"{contact.name}: {float(booked[contact]):.2f} is booked, posted "
                    f"statements say {float(said[contact]):.2f}"
                )

    def _get_booked(self):
        """``{contact: what entries say he is owed, and bills before taxes}``"""
        booked = defaultdict(int)
        company = self.company
        accounts = company.sales_commission_payable_account_id
        accounts += company.sales_commission_receivable_account_id
        posted = [
            ("company_id", "=", company.id),
            ("state", "=", "posted"),
            ("origin_payment_id", "=", False),
        ]
        moves = self.env["account.move"].search(posted)
        for line in moves.filtered(lambda move: move.move_type == "entry").line_ids:
            if line.account_id in accounts:
                booked[line.partner_id] -= exact(line.balance)
        for move in moves:
            if move.is_purchase_document():
                sign = -1 if move.move_type == "in_refund" else 1
                booked[move.partner_id] += sign * exact(move.amount_untaxed)
        return booked
