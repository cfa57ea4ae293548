from collections import defaultdict

from .numbers import exact, total


class Accruing:
    """Months are accrued, whatever else happens to their statements."""

    LIKELY = {"accrue": 4, "set_accrual": 1}

    def _do_set_accrual(self, step, chance):
        """In sum or by payee from now on."""
        by = chance.choice(("sum", "payee"))
        self.company.sudo().sales_commission_accrual_by = by
        return f"Commissions are accrued by {by} from now on"

    def _do_accrue(self, step, chance):
        self.company.sudo().sales_commission_accrual = True
        period = self._period(chance.choice(self.MONTHS)).with_env(self.env)
        period.action_accrue()
        self._check_accrued(period)
        return f"{period.name} is accrued"

    def _check_accrued(self, period):
        """Of each key that has ended, what is earned and not booked is accrued."""
        earned, booked, held = (defaultdict(int) for _each in range(3))
        for row in self._get_earnings():
            earned[self._get_accrual_key(row)] += exact(row.amount)
        lines = self.env["sales.commission.statement.line"].search(
            [("company_id", "=", self.company.id), ("kind", "=", "earning")]
        )
        for line in lines:
            paying = line.statement_id.recovered_by_id or line.statement_id
            if paying.move_id or (paying.state == "paid" and not paying.amount_closing):
                booked[self._get_accrual_key(line)] += exact(line.amount)
        for row in self._get_accruals():
            held[self._get_accrual_key(row)] += exact(row.amount)
        ended = {
            self._get_accrual_key(row)
            for row in self._get_earnings()
            if row.date_to <= period.date_to
        }
        for key in ended:
            if held[key] != earned[key] - booked[key]:
                self.wrong.append(
                    f"{period.name}: of {key[1].name}'s {key[0].name}, "
                    f"{float(earned[key] - booked[key]):.2f} is not booked and "
                    f"{float(held[key]):.2f} is accrued"
                )

    def _get_accrual_key(self, row):
        return row.component_id, row.employee_id, row.level, row.date_from

    def _get_accruals(self):
        return self.env["sales.commission.accrual"].search(
            [("company_id", "=", self.company.id)]
        )

    def _ask_accrued(self):
        """The account says what the rows say, drafts aside; and nothing is expensed
        twice: what is expense or asset is booked for payees or accrued."""
        rows = self._get_accruals()
        posted = rows.filtered(lambda row: row.move_id.state != "draft")
        # a draft entry or bill that takes off has not done so in the accounts yet
        account = self.company.sales_commission_accrued_account_id
        told = self._get_accrued_balance(account)
        if told != -total(exact(row.amount) for row in posted):
            yield (
                f"The account of accrued commissions says {float(told):.2f}, the rows "
                f"{-sum(posted.mapped('amount')):.2f}"
            )

    def _get_accrued_balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return total(exact(line.balance) for line in lines)
