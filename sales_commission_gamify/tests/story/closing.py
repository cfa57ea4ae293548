from datetime import date

from odoo.exceptions import UserError

from .numbers import exact, total


class Closing:
    """Statements are computed, confirmed, approved and posted; periods are in review,
    locked and opened again."""

    LIKELY = {
        "compute": 5,
        "close": 14,
        "start_closing": 3,
        "redraft": 4,
        "delete_statement": 1,
        "reopen": 1,
    }
    MONTHS = [date(2026, month, 28) for month in range(1, 8)]

    def _open_period(self):
        """The first month that is not locked."""
        for day in self.MONTHS:
            period = self._period(day).with_env(self.env)
            if period.state != "locked":
                return period
        return None

    def _get_statements(self, *states):
        found = self.env["sales.commission.statement"].search(
            [("company_id", "=", self.company.id), ("state", "in", states)]
        )
        for statement in found:
            self.labels[statement._name, statement.id] = (
                f"{statement.period_id.date_from} {statement.employee_id.name}"
            )
        return found

    def _do_compute(self, step, chance):
        """Also of a month in which some are confirmed already."""
        period = self._period(chance.choice(self.MONTHS)).with_env(self.env)
        if chance.random() < 0.6:
            period = self._open_period()
        if not period or period.state == "locked":
            return None
        period.action_compute_statements()
        self._check_computed(period)
        return f"The statements of {period.name} are computed"

    def _do_start_closing(self, step, chance):
        period = self._open_period()
        if not period or period.state != "open":
            return None
        period.action_start_closing()
        self.closing[period] = max(self._get_earnings().ids, default=0)
        self.draws.start_review(period.sudo())
        self._check_computed(period)
        return f"{period.name} is in review"

    def _do_close(self, step, chance):
        """As far as somebody comes before something else happens."""
        period = self._open_period()
        if not period:
            return None
        done = []
        period.action_compute_statements()
        self._check_computed(period)
        done.append("computed")
        depth = chance.choice((2, 2, 3, 4, 5, 5, 5))
        for word, state in (
            ("confirm", "draft"),
            ("approve", "confirmed"),
            ("post", "approved"),
        ):
            if len(done) >= depth:
                break
            statements = period.statement_ids.filtered(
                lambda row, state=state: row.state == state and not row.move_id
            )
            getattr(statements, f"action_{word}")()
            done.append(f"{word.rstrip('e')}ed")
            if word == "confirm":
                self._freeze(statements)
                self._check_confirmed(statements)
        if len(done) == 4 and (depth > 4 or chance.random() < 0.5):
            self._post_drafts(period)
        if len(done) < depth:
            period.action_lock()
            self.closing.pop(period, None)
            self.draws.end_review(period)
            done.append("locked")
            self._freeze(period.statement_ids)
        return f"The statements of {period.name} are {', '.join(done)}"

    def _do_redraft(self, step, chance):
        found = self._get_statements("confirmed", "approved")
        statement = self._any(step, found, lambda row: row.draw_movement_ids)
        statement = statement or self._any(step, found)
        if not statement:
            return None
        may = self.draws.may_set_back(statement)
        try:
            statement.action_draft()
        except UserError as error:
            if may and "Set those statements" in str(error):
                self.wrong.append(f"{self._say_statement(statement)} owes nothing")
            raise
        self.draws.set_back(statement)
        self.frozen.pop(statement, None)
        return f"{self._say_statement(statement)} is set back to draft"

    def _do_delete_statement(self, step, chance):
        statement = self._any(step, self._get_statements("draft"))
        if not statement:
            return None
        said = self._say_statement(statement)
        statement.unlink()
        return f"{said} is deleted"

    def _do_reopen(self, step, chance):
        periods = self.env["sales.commission.period"].search(
            [("company_id", "=", self.company.id), ("state", "!=", "open")]
        )
        if not periods:
            return None
        period = periods.sorted("date_from")[-1]
        period.action_reopen()
        self.closing.pop(period, None)
        self.draws.end_review(period)
        return f"{period.name} is opened again"

    def _say_statement(self, statement):
        return f"{statement.employee_id.name}'s statement {statement.name}"

    # --- what must be so --------------------------------------------------------------

    def _check_computed(self, period):
        """Drafts say what is open, as long as nothing else happens."""
        self._check_in_time(period)
        self._check_adjusted(period)
        drafts = period.statement_ids.filtered(lambda row: row.state == "draft")
        self._check_draws(drafts, self.draws.settle)
        everybody = self.everybody + self.joe
        for payee in everybody - period.statement_ids.employee_id:
            if self.draws.get_running(payee, period):
                self.wrong.append(f"{payee.name} has no draw in {period.name}")

    def _check_confirmed(self, statements):
        self._check_openings(statements)
        self._check_draws(statements, self.draws.confirm)
        for statement in statements:
            due = total(exact(line.amount) for line in statement.line_ids)
            due += exact(statement.amount_opening)
            carried = min(due, 0)
            if self.company.sales_commission_negative == "receivable":
                carried = 0
            told = exact(statement.amount_payable), exact(statement.amount_closing)
            if told != (due - carried, carried):
                self.wrong.append(
                    f"{self._say_statement(statement)} pays {told[0]} and carries "
                    f"{told[1]} forward of {due}"
                )

    def _freeze(self, statements):
        for statement in statements:
            self.frozen.setdefault(statement, self._picture(statement))

    def _get_earnings(self):
        return self.env["sales.commission.earning"].search(
            [("company_id", "=", self.company.id)]
        )

    def _check_in_time(self, period):
        """Its drafts hold what was earned before the review began and is open: nothing
        of it is left over, nothing later has come in. One works at a time here, so
        that the earnings' numbers tell which came first."""
        last = self.closing.get(period)
        if last is None:
            return
        drafts = period.statement_ids.filtered(lambda row: row.state == "draft")
        late = drafts.line_ids.earning_ids.filtered(lambda row: row.id > last)
        if late:
            self.wrong.append(f"{period.name} pays what was earned after its review")
        done = (period.statement_ids - drafts).employee_id
        left = self._get_earnings().filtered(
            lambda row: (
                row.id <= last
                and row.date_to <= period.date_to
                and not row.statement_line_ids
                and row.employee_id not in done
                and not row.plan_id._has_payable_rule()
            )
        )
        if left:
            self.wrong.append(f"{period.name} leaves out what was earned before")

    def _check_openings(self, statements):
        """Who was to give back something when this was confirmed has it taken off."""
        others = self._get_statements("confirmed", "approved", "posted", "paid")
        others -= statements
        for statement in statements:
            left = total(
                total(exact(line.amount) for line in other.line_ids)
                - exact(other.amount_payable)
                for other in others
                if other.employee_id == statement.employee_id
            )
            if exact(statement.amount_opening) != left:
                self.wrong.append(
                    f"{self._say_statement(statement)} brings forward "
                    f"{statement.amount_opening:.2f} where {float(left):.2f} is left"
                )

    def _picture(self, statement):
        lines = sorted(
            (
                line.kind,
                line.component_id.id or line.draw_id.id or line.adjustment_id.id,
                line.level,
                str(line.date_from),
                line.amount,
                line.draw_closing,
            )
            for line in statement.line_ids
        )
        earnings = sorted(statement.line_ids.earning_ids.ids)
        earnings += sorted(statement.line_ids.payable_ids.ids)
        return (
            lines,
            earnings,
            statement.amount_opening,
            statement.amount_payable,
            statement.amount_closing,
        )

    def _ask_frozen(self):
        """What is confirmed stays."""
        for statement, picture in self.frozen.items():
            if not statement.exists():
                yield "A confirmed statement was deleted"
            elif self._picture(statement) != picture:
                yield f"{self._say_statement(statement)} changed after confirmation"
