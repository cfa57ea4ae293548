from collections import defaultdict
from itertools import chain

from odoo import api, models


def _add_up(parts, by_sign=False):
    """The amounts of each key; *by_sign*: what is added and what is taken apart."""
    sums = defaultdict(float)
    for key, amount in parts:
        sums[(*key, amount > 0) if by_sign else key] += amount
    return sums


class SalesCommissionStatement(models.Model):
    """The expense of a statement: by account and analytic distribution."""

    _inherit = "sales.commission.statement"

    def _prepare_expense_vals_list(self, default_account):
        """A line for each account, analytic distribution and contact; together they
        come to what the statements pay."""
        parts = self._get_expense_parts(default_account)
        sums, is_zero = _add_up(parts), self.currency_id.is_zero
        if all(map(is_zero, sums.values())) and not any(self.mapped("amount_payable")):
            # even on one account, but it has to stand there: both sides of it
            sums = _add_up(parts, by_sign=True)
        round_ = self.currency_id.round
        return [
            {
                "account_id": account.id,
                "analytic_distribution": dict(distribution) or False,
                "partner_id": contact.id,
                "balance": round_(amount),
            }
            for (account, distribution, contact, *_sign), amount in sums.items()
            if not is_zero(amount)
        ]

    def _get_expenses(self, default_account):
        """``{(account, analytic distribution): amount}`` of a bill, which has one
        contact."""
        sums = defaultdict(float)
        for key, amount in _add_up(self._get_expense_parts(default_account)).items():
            sums[key[:2]] += amount
        round_ = self.currency_id.round
        sums = {key: round_(amount) for key, amount in sums.items()}
        return {key: amount for key, amount in sums.items() if amount}

    def _get_expense_parts(self, default_account):
        """``[((account, analytic distribution, contact), amount)]``

        A negative total is not booked when it is carried forward: its lines are
        booked with those of the statement that recovers it. What no line explains
        goes to the company's account.
        """
        parts = []
        find = self._get_distribution_finder()
        nobody = self.env["res.partner"]
        found = self._get_carried()
        # read together: below, the lines of each statement are asked for on their own
        self.union(*found.values()).line_ids.mapped(lambda line: line._get_expense())
        for statement, carried in found.items():
            rest = statement.amount_payable
            for line in chain(statement.line_ids, carried.line_ids):
                amount = line._get_expense()
                key = statement._get_expense_key(line, default_account, find)
                parts.append(((*key, nobody), amount))
                rest -= amount
            key = self._get_expense_key_of(
                statement.company_id,
                statement.employee_id,
                self.env["sales.commission.plan"],
                default_account,
                find,
            )
            parts.append(((*key, nobody), rest))
        return parts

    def _filter_moving(self):
        """Those that pay nothing and still move expense, from one plan to another, or
        to the months over which it is spread."""
        even = self.sudo().filtered(
            lambda row: (
                row.line_ids and not row.amount_payable and not row.amount_closing
            )
        )
        return self.filtered(lambda row: row in even and row.sudo()._is_moving())

    def _is_moving(self):
        self = self.with_company(self.company_id)
        account = self.company_id.sales_commission_expense_account_id
        sums = _add_up(self._get_expense_parts(account))
        return any(not self.currency_id.is_zero(amount) for amount in sums.values())

    def _get_expense_key(self, line, default_account, find):
        """``(account, analytic distribution)`` that *line* is booked on."""
        return self._get_expense_key_of(
            self.company_id, self.employee_id, line.plan_id, default_account, find
        )

    @api.model
    def _get_expense_key_of(self, company, payee, plan, default_account, find):
        """The same of what *plan* pays *payee*: the plan's account goes before that of
        the department or team, the department's distribution before Odoo's models."""
        rule = company.sales_commission_expense_rule_ids._find(payee)
        account = plan.expense_account_id or rule.account_id or default_account
        if rule.analytic_distribution:
            return account, tuple(sorted(rule.analytic_distribution.items()))
        return account, find(payee, plan, account)

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

    def _get_distribution_finder(self, company=None):
        """A function ``(payee, plan, account) -> sorted items of a distribution``.

        One search per plan, department and team; per payee only where a rule asks for
        a contact.
        """
        company = company or self.company_id
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
                        "company_id": company.id,
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
