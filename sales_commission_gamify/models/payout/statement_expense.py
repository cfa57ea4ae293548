from collections import defaultdict
from itertools import chain

from odoo import models


class SalesCommissionStatement(models.Model):
    """The expense of a statement: by account and analytic distribution."""

    _inherit = "sales.commission.statement"

    def _prepare_expense_vals_list(self, default_account):
        """A line for each account and analytic distribution; together they come to
        what the statements pay."""
        return [
            {
                "account_id": account.id,
                "analytic_distribution": dict(distribution) or False,
                "balance": amount,
            }
            for (account, distribution), amount in self._get_expenses(
                default_account
            ).items()
        ]

    def _get_expenses(self, default_account):
        """``{(account, analytic distribution): amount}``

        A negative total is not booked when it is carried forward: its lines are
        booked with those of the statement that recovers it. What no line explains
        goes to the company's account.
        """
        sums = defaultdict(float)
        find = self._get_distribution_finder()
        found = self._get_carried()
        # read together: below, the lines of each statement are asked for on their own
        self.union(*found.values()).line_ids.mapped(lambda line: line._get_expense())
        for statement, carried in found.items():
            rest = statement.amount_payable
            for line in chain(statement.line_ids, carried.line_ids):
                amount = line._get_expense()
                sums[statement._get_expense_key(line, default_account, find)] += amount
                rest -= amount
            no_plan = self.env["sales.commission.plan"]
            distribution = find(statement.employee_id, no_plan, default_account)
            sums[default_account, distribution] += rest
        round_ = self.currency_id.round
        sums = {key: round_(amount) for key, amount in sums.items()}
        return {key: amount for key, amount in sums.items() if amount}

    def _get_expense_key(self, line, default_account, find):
        """``(account, analytic distribution)`` that *line* is booked on."""
        account = line.plan_id.expense_account_id or default_account
        return account, find(self.employee_id, line.plan_id, account)

    def _get_carried(self):
        """``{statement: earlier ones of its payee whose negative total it recovers}``

        None when they do not explain exactly what was brought forward.
        """
        self = self.sudo()  # the payee's earlier statements, for the same accountant
        waiting = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "!=", "draft"),
                ("amount_closing", "<", 0),
                ("recovered_by_id", "=", False),
            ]
        )
        by_payee = waiting.grouped(lambda row: (row.company_id, row.employee_id))
        found = {}
        for statement in self:
            key = statement.company_id, statement.employee_id
            others = by_payee.get(key, self.browse()) - statement
            opening = sum(others.mapped("amount_total"))
            same = statement.currency_id.compare_amounts
            explains = same(opening, statement.amount_opening) == 0
            found[statement] = (others if explains else others.browse()).with_prefetch(
                waiting._prefetch_ids
            )
        return found

    def _get_distribution_finder(self):
        """A function ``(payee, plan, account) -> sorted items of a distribution``.

        One search per plan, department and team; per payee only where a rule asks for
        a contact.
        """
        rules = self.env["account.analytic.distribution.model"].search([])
        by_contact = rules.partner_id or rules.partner_category_id
        found = {}

        def find(payee, plan, account):
            contact = payee.work_contact_id
            contact = contact if by_contact else contact.browse()
            department, team = payee.department_id, payee.user_id.sale_team_id
            key = contact, plan, department, team, account
            if rules and key not in found:
                found[key] = rules._get_distribution(
                    {
                        "company_id": self.company_id.id,
                        "partner_id": contact.id,
                        "partner_category_id": contact.category_id.ids,
                        "account_prefix": account.code,
                        "sales_commission_plan_id": plan.id,
                        "sales_commission_department_id": department.id,
                        "sales_commission_team_id": team.id,
                    }
                )
            return tuple(sorted(found.get(key, {}).items()))

        return find


class SalesCommissionStatementLine(models.Model):
    _inherit = "sales.commission.statement.line"

    def _get_expense(self):
        """What the line adds to the expense of its statement's entry."""
        return self.amount
