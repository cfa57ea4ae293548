from typing import NamedTuple

from .numbers import exact, total

OPEN = ("new", "review")


class Asked(NamedTuple):
    """A dispute as it should be."""

    payee: object
    subject: str
    state: str = "new"
    answer: str | bool = False


class Disputing:
    """Payees ask about their pay; officers explain, reject, or answer by an adjustment
    that somebody else approves."""

    LIKELY = {
        "ask_about": 6,
        "answer_dispute": 4,
        "close_dispute": 1,
        "reopen_dispute": 1,
    }

    def _do_ask_about(self, step, chance):
        """About a line of a statement, an earning, or a deal that is missing."""
        payee = chance.choice([*self._sellers(), self.zoe])
        what = chance.choice(("line", "line", "line", "earning", "missing"))
        vals = {"description": f"Step {step.number}"}
        if what == "line":
            statements = self._get_statements("confirmed", "approved", "posted", "paid")
            statements = statements.filtered(lambda row: row.employee_id == payee)
            line = self._any(step, self._label_lines(statements.line_ids))
            if not line:
                return None
            vals["statement_line_id"] = line.id
        elif what == "earning":
            own = self._get_earnings().filtered(lambda row: row.employee_id == payee)
            if not own:
                return None
            vals["earning_id"] = min(own.ids)
        else:
            vals |= {"reason": "missing", "document_reference": f"S{step.number}"}
        vals["employee_id"] = payee.id
        asking = self.env["sales.commission.dispute"].with_user(payee.user_id)
        dispute = asking.create(vals).with_env(self.env)
        self.labels[dispute._name, dispute.id] = str(step.number)
        self.disputed[dispute] = Asked(payee, dispute.subject)
        return f"{self._say_dispute(dispute)} is asked"

    def _label_lines(self, lines):
        """By what they are: their numbers change whenever a draft is computed."""
        for line in lines:
            of = line.component_id or line.adjustment_id or line.draw_id
            self.labels[line._name, line.id] = (
                f"{line.statement_id.period_date} {line.employee_id.name} {line.kind} "
                f"{self._label(of)} {line.level} {line.date_from}"
            )
        return lines

    def _say_dispute(self, dispute):
        return f"{dispute.employee_id.name}'s question “{dispute.subject}”"

    def _any_dispute(self, step, *states):
        disputes = self.env["sales.commission.dispute"].union(*self.disputed)
        return self._any(step, disputes, lambda row: self.disputed[row].state in states)

    def _do_answer_dispute(self, step, chance):
        dispute = self._any_dispute(step, *OPEN)
        if not dispute:
            return None
        how = chance.choice(("explain", "reject", "adjust", "adjust", "adjust"))
        if how == "adjust":
            return self._adjust_for(dispute, step, chance)
        officers = dispute.with_user(self.officer)
        officers.answer_text = f"Step {step.number}"
        getattr(officers, f"action_{how}")()
        answer = {"explain": "explained", "reject": "rejected"}[how]
        self._expect(dispute, state="answered", answer=answer)
        return f"{self._say_dispute(dispute)} is {answer}"

    def _adjust_for(self, dispute, step, chance):
        context = dispute.with_user(self.officer).action_adjust()["context"]
        rows = self.env["sales.commission.adjustment"].with_user(self.officer)
        amount = chance.choice((-1, 1, 1)) * chance.randrange(1_000, 30_000) / 100
        row = rows.with_context(**context).create({"amount": amount})
        row = row.with_env(self.env)
        self._note("adjustments", row, step)
        self.answering[row] = dispute
        self._expect(dispute, state="review")
        approved = self._approve(row) if chance.random() < 0.7 else ""
        said = (
            f"For {self._say_dispute(dispute)} {self._say_adjustment(row)} is entered"
        )
        return f"{said} {approved}".strip()

    def _approve(self, adjustment):
        """What is approved for a question that is open is the answer to it."""
        said = super()._approve(adjustment)
        dispute = self.answering.get(adjustment)
        if dispute and self.disputed[dispute].state in OPEN:
            self._expect(dispute, state="answered", answer="adjusted")
            return f"{said}, the answer to {self._say_dispute(dispute)}"
        return said

    def _do_close_dispute(self, step, chance):
        dispute = self._any_dispute(step, *OPEN, "answered")
        if not dispute:
            return None
        dispute.with_user(dispute.employee_id.user_id).action_close()
        self._expect(dispute, state="closed")
        return f"{self._say_dispute(dispute)} is closed"

    def _do_reopen_dispute(self, step, chance):
        dispute = self._any_dispute(step, "answered", "closed")
        if not dispute:
            return None
        dispute.with_user(dispute.employee_id.user_id).action_reopen()
        self._expect(dispute, state="review", answer=False)
        return f"{self._say_dispute(dispute)} is asked again"

    def _expect(self, dispute, **change):
        self.disputed[dispute] = self.disputed[dispute]._replace(**change)

    # --- what must be so --------------------------------------------------------------

    def _ask_disputed(self):
        """What was asked stays as it was asked, also when the statement is set back,
        computed anew or deleted; what answers it is what was approved for it."""
        disputes = self.env["sales.commission.dispute"].search(
            [("company_id", "=", self.company.id)]
        )
        for dispute in disputes | disputes.union(*self.disputed):
            expected = self.disputed.get(dispute)
            told = dispute.exists() and Asked(
                dispute.employee_id, dispute.subject, dispute.state, dispute.answer
            )
            if told != expected:
                yield f"A dispute is {told}, it should be {expected}"
                continue
            given = [row for row, asked in self.answering.items() if asked == dispute]
            approved = total(
                exact(self.adjusted[row][1]) for row in given if row in self.adjusted
            )
            rows = dispute.adjustment_ids.filtered(lambda row: row.state == "approved")
            if total(exact(row.amount) for row in rows) != approved:
                yield (
                    f"{self._say_dispute(dispute)} was given {float(approved):.2f}, "
                    f"it says {sum(rows.mapped('amount')):.2f}"
                )
        for period in disputes.period_id:
            waiting = sum(
                dispute.period_id == period and asked.state in OPEN
                for dispute, asked in self.disputed.items()
            )
            if period.dispute_count != waiting:
                yield (
                    f"{period.name} tells of {period.dispute_count} open disputes, "
                    f"{waiting} wait for an answer"
                )
