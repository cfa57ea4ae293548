from collections import defaultdict

from .draws import get_first
from .numbers import exact, total


class Adjusting:
    """What humans add to pay or take from it: adjustments, and debts forgiven."""

    LIKELY = {
        "adjust": 4,
        "approve_adjustment": 2,
        "change_adjustment": 1,
        "take_back_adjustment": 2,
        "forgive": 4,
    }

    def _approve(self, adjustment):
        adjustment.with_env(self.env).action_approve()
        self.adjusted[adjustment] = adjustment.employee_id, adjustment.amount
        return "and approved"

    def _say_adjustment(self, row):
        return f"{row.employee_id.name}'s adjustment of {row.amount:.2f}"

    def _do_adjust(self, step, chance):
        payee = chance.choice([*self._sellers(), self.zoe])
        vals = {
            "employee_id": payee.id,
            "amount": chance.choice((-1, 1, 1)) * chance.randrange(1_000, 60_000) / 100,
            "reason": f"Step {step.number}",
        }
        if chance.random() < 0.4:
            vals["plan_id"] = chance.choice((self.plan, self.waiting)).id
        if first := self._open_period():
            months = [day for day in self.MONTHS if day > first.date_from]
            vals["period_id"] = self._period(chance.choice(months[:3])).id
        rows = self.env["sales.commission.adjustment"].with_user(self.officer)
        row = rows.create(vals).with_env(self.env)
        self._note("adjustments", row, step)
        approved = self._approve(row) if chance.random() < 0.7 else ""
        said = f"{self._say_adjustment(row)} for {row.period_id.name}"
        return f"{said} is entered {approved}".strip()

    def _do_approve_adjustment(self, step, chance):
        row = self._any(step, self.adjustments, lambda row: row.state == "draft")
        return row and f"{self._say_adjustment(row)} is entered {self._approve(row)}"

    def _do_change_adjustment(self, step, chance):
        """Who changes it cannot approve it; what is approved changes no more."""
        row = self._any(step, self.adjustments)
        if not row:
            return None
        said = self._say_adjustment(row)
        if chance.random() < 0.3:
            self.adjustments -= row
            row.with_user(self.officer).unlink()
            return f"{said} is deleted"
        row.with_user(self.officer).amount = -row.amount
        return f"{said} is changed to {row.amount:.2f}"

    def _do_take_back_adjustment(self, step, chance):
        row = self._any(step, self.adjustments, lambda row: row.state == "approved")
        if not row:
            return None
        action = row.with_user(self.officer).action_take_back()
        counter = self.adjustments.browse(action["res_id"])
        self._note("adjustments", counter, step)
        approved = self._approve(counter) if chance.random() < 0.7 else ""
        return f"{self._say_adjustment(row)} is taken back {approved}".strip()

    def _do_forgive(self, step, chance):
        balances = self.env["sales.commission.draw.balance"].search(
            [("company_id", "=", self.company.id), ("balance", ">", 0)]
        )
        for row in balances:
            label = f"{row.employee_id.name} {row.root_id.sequence}"
            self.labels[row._name, row.id] = label
        balance = self._any(step, balances)
        if not balance:
            return None
        payee, draw = balance.employee_id, balance.root_id
        amount = round(balance.balance * chance.choice((0.4, 1)), 2)
        self.env["sales.commission.draw.forgive"].create(
            {"balance_number": balance.id, "amount": amount, "reason": "A hard year"}
        ).action_forgive()
        self.draws.forgive(payee, draw, exact(amount))
        return f"{payee.name} is forgiven {amount:.2f} of the draw of {draw.amount:.2f}"

    # --- what must be so --------------------------------------------------------------

    def _check_adjusted(self, period):
        """Who has a statement that can still take it has what was approved on it."""
        statements = period.statement_ids
        done = statements.filtered(lambda row: row.state != "draft").employee_id
        for row, (payee, _amount) in self.adjusted.items():
            due = row.period_id.date_to <= period.date_to and payee not in done
            if due and not row.statement_line_ids:
                self.wrong.append(
                    f"{self._say_adjustment(row)} is on no statement of {period.name}"
                )

    def _ask_adjusted(self):
        """What was approved is as it was, and what statements say of it; taken from
        where it was booked, it is said once."""
        lines = self.env["sales.commission.statement.line"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "adjustment")]
        )
        if strange := lines.adjustment_id - self.adjustments.union(*self.adjusted):
            yield f"{strange[0].display_name} is paid and was never approved"
        for row, (payee, amount) in self.adjusted.items():
            said = lines.filtered(lambda line, row=row: line.adjustment_id == row)
            if (row.employee_id, row.amount) != (payee, amount):
                yield f"{self._say_adjustment(row)} was approved over {amount:.2f}"
            if len(said) > 1 or said.filtered(
                lambda line, payee=payee, amount=amount: (
                    (line.employee_id, line.amount) != (payee, amount)
                )
            ):
                on = total(exact(line.amount) for line in said)
                yield f"{self._say_adjustment(row)}: statements say {float(on):.2f}"

    def _check_draws(self, statements, settle):
        """Each says of its draws what *settle* makes of them.

        :param settle: ``statement -> {draw: (advanced, taken back)}``
        """
        for statement in statements:
            payee, owed = statement.employee_id, dict(self.draws.owed)
            expected = self._sum_versions(settle(statement).items())
            lines = statement.line_ids.filtered("draw_id")
            said = self._sum_versions(
                (line.draw_id, (exact(line.draw_advanced), exact(line.draw_recovered)))
                for line in lines
            )
            for draw in said.keys() | expected.keys():
                if said.get(draw) != expected.get(draw):
                    self.wrong.append(
                        f"{self._say_statement(statement)} says {said.get(draw)} of "
                        f"the draw of {draw.amount:.2f}, it is {expected.get(draw)}"
                    )
            for line in lines.filtered("draw_id.recoverable"):
                before = owed.get((payee, get_first(line.draw_id)), 0)
                after = before + exact(line.amount)
                told = exact(line.draw_opening), exact(line.draw_closing)
                if told != (before, after):
                    self.wrong.append(
                        f"{self._say_statement(statement)} tells of {told} owed of the "
                        f"draw of {line.draw_id.amount:.2f}, it is {before}, {after}"
                    )

    def _sum_versions(self, rows):
        """``{first version of the draw: "advanced, taken back"}``"""
        sums = {}
        for draw, (more, back) in rows:
            before = sums.get(get_first(draw), (0, 0))
            sums[get_first(draw)] = before[0] + more, before[1] + back
        return {
            draw: f"{float(more):.2f} advanced, {float(back):.2f} taken back"
            for draw, (more, back) in sums.items()
        }

    def _ask_draws(self):
        """Who owes what of which draw is what the statements make of it, replayed in
        the order in which they were confirmed."""
        booked = defaultdict(int)
        for row in self.env["sales.commission.draw.movement"].search(
            [("company_id", "=", self.company.id)]
        ):
            booked[row.employee_id, row.root_id] += exact(row.amount)
        for payee, draw in booked.keys() | self.draws.owed.keys():
            ours = self.draws.owed.get((payee, draw), 0)
            theirs = booked.get((payee, draw), 0)
            if ours != theirs:
                yield (
                    f"{payee.name} owes {float(theirs):.2f} of the draw of "
                    f"{draw.amount:.2f}, by his statements {float(ours):.2f}"
                )
