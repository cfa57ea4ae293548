"""How the office closes each month: statements, entries and what is paid of them.

The further back a month is, the further it has come. Last month is in review.
"""

from datetime import timedelta

# Statements that wait for a reason, so that every state can be seen.
APPROVED_ONLY = 4
UNPAID = 3


class Office:
    def __init__(self, env, timeline, staff, bank):
        self.env = env
        self.timeline = timeline
        self.bank = bank
        self.officer = staff.users["carmen"]
        self.accountant = staff.users["luis"]

    def close_month(self, month):
        """Bring the statements of *month* as far as its age demands."""
        timeline = self.timeline
        period = self.env["sales.commission.period"]._get_for(
            self.env.company, timeline.first(month)
        )
        if month == 0:
            return
        period.with_user(self.accountant).action_accrue()
        period.with_user(self.officer).action_compute_statements()
        statements = period.statement_ids.sorted("name")
        if month == -1:
            half = len(statements) // 2
            self._confirm(statements[:half])
            return
        self._confirm(statements)
        self._approve(statements)
        waiting = APPROVED_ONLY if month == -2 else 0
        ready = statements[waiting:] | statements.filtered(
            "employee_id.sales_commission_agent"  # the bill is a draft
        )
        self._post(ready)
        unpaid = UNPAID if month >= -3 else 0
        self._pay(month, statements[waiting:][unpaid:])
        if month <= -4:
            period.with_user(self.officer).action_lock()

    def spread(self):
        """What has become expense of the commissions that are spread."""
        deferrals = self.env["sales.commission.deferral"].with_user(self.accountant)
        deferrals.action_post_due()

    def _confirm(self, statements):
        statements.with_user(self.officer).action_confirm()

    def _approve(self, statements):
        statements.with_user(self.accountant).action_approve()

    def _post(self, statements):
        statements.with_user(self.accountant).action_post()
        self._complete_bills(statements.filtered("has_bill"))

    def _complete_bills(self, statements):
        """The agent sends a bill; the latest has not come yet, so ours is a draft."""
        for statement in statements:
            bill = statement.move_id.with_user(self.accountant)
            last = statement.period_id.date_to
            if last < self.timeline.first(-2):
                number = f"NB-{last:%Y-%m}"
                bill.write({"payment_reference": number})
                bill.action_post()

    def _pay(self, month, statements):
        """Pay out on the 10th of the next month, two weeks later what is recent."""
        day = self.timeline.last(month) + timedelta(days=10 if month < -2 else 24)
        if day <= self.timeline.today:
            lines = self.env["account.move.line"].union(
                *(
                    statement._get_payable_lines()
                    for statement in statements
                    if statement.state == "posted"
                )
            )
            self.bank.pay_together([(line, day) for line in lines])
