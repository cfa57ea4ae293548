from .common import CommissionCase


class EntryCase(CommissionCase):
    """A plan of 5 % for Ann and Bob, and what the books say of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company.sudo()
        cls.plan = cls._create_plan(payees=cls.ann + cls.bob)

    def _approved(self, date="2026-01-31"):
        statements = self._statements(date)
        statements.action_confirm()
        statements.action_approve()
        return statements

    def _posted(self, date="2026-01-31"):
        statements = self._approved(date)
        statements.action_post()
        return statements

    def _books(self, moves):
        """``{account code: balance}`` of what is in *moves*."""
        books = {}
        for line in moves.line_ids:
            code = line.account_id.with_company(self.company).code
            books[code] = round(books.get(code, 0) + line.balance, 2)
        return books

    def _account(self, code, **vals):
        return self.env["account.account"].create(
            {"name": code, "code": code, "account_type": "expense", **vals}
        )

    def _analytic(self, *names):
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Units"})
        return (
            self.env["account.analytic.account"]
            .sudo()
            .create([{"name": name, "plan_id": plan.id} for name in names])
        )

    def _owed(self):
        """What is posted on the commission payable account."""
        account = self.company.sales_commission_payable_account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _pay_part(self, statement, amount):
        """Pay *amount* of what is owed, or get it back; returns the lines."""
        lines = statement._get_payable_lines()
        lines = lines.filtered(lambda line: not line.reconciled)
        account = lines.account_id
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound" if amount > 0 else "inbound",
                "partner_type": "supplier" if amount > 0 else "customer",
                "partner_id": statement.employee_id.work_contact_id.id,
                "amount": abs(amount),
                "destination_account_id": account.id,
            }
        )
        payment.action_post()
        lines += payment.move_id.line_ids.filtered(
            lambda line: line.account_id == account
        )
        lines.reconcile()
        return lines
