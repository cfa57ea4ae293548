from odoo import fields, models


class SalesCommissionStatement(models.Model):
    """What was accrued is not expensed again: the statement's entry takes it off."""

    _inherit = "sales.commission.statement"

    accrual_ids = fields.One2many(
        "sales.commission.accrual",
        "statement_id",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )

    def _get_expense_parts(self, default_account):
        """Of each key, as much as was accrued moves from the expense to there."""
        parts = super()._get_expense_parts(default_account)
        releases = self._get_accrual_releases()
        if not releases:
            return parts
        find = self._get_distribution_finder()
        nobody = self.env["res.partner"]
        accruals = self.env["sales.commission.accrual"]
        for (statement, _key), (line, amount) in releases.items():
            company = statement.company_id
            key = statement._get_expense_key(line, default_account, find)
            accrued = accruals._get_accrued_key(company, statement.employee_id)
            parts += [((*key, nobody), -amount), (accrued, amount)]
        return parts

    def _get_accrual_releases(self):
        """``{(statement, key): (a line of it, amount)}``: of what the lines of a
        statement, and those whose negative total it recovers, come to, the part that
        is accrued. Of a key that came to nothing, or the other way, nothing: accruing
        the next month puts that right."""
        accruals = self.env["sales.commission.accrual"]
        payees = [("employee_id", "in", self.employee_id.ids)]
        held = accruals._get_held(self.company_id, payees)
        if not any(amount for amount, _revision in held.values()):
            return {}
        found = {}
        for statement, carried in self._get_carried().items():
            lines = (statement.line_ids | carried.line_ids).filtered(
                lambda line: line.kind == "earning"
            )
            for key, some in lines.grouped(lambda line: line._get_check_key()).items():
                accrued, _revision = held.get(key, (0.0, 0))
                total = sum(line._get_expense() for line in some)
                if accrued * total > 0:
                    part = min(abs(accrued), abs(total))
                    part = statement.currency_id.round(part if total > 0 else -part)
                    found[statement, key] = some[0], part
        return found

    def _link_entry(self, move, carried):
        releases = self._get_accrual_releases()  # by what was true for the entry
        result = super()._link_entry(move, carried)
        self.env["sales.commission.accrual"]._add(
            [
                statement._prepare_accrual_vals(line, "released", -amount)
                for (statement, _key), (line, amount) in releases.items()
            ]
        )
        return result

    def _prepare_accrual_vals(self, line, kind, amount):
        return {
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "plan_id": line.plan_id.id,
            "component_id": line.component_id.id,
            "employee_id": self.employee_id.id,
            "level": line.level,
            "date_from": line.date_from,
            "date_to": line.date_to,
            "date": self.period_date,
            "kind": kind,
            "amount": amount,
            "statement_id": self.id,
            "move_id": self.move_id.id,
        }

    def _release_entry(self):
        """The entry was taken back, or its draft deleted: it is accrued again."""
        accruals = self.env["sales.commission.accrual"]
        vals_list = []
        for statement in self:
            rows = accruals.search(
                [
                    ("statement_id", "=", statement.id),
                    ("move_id", "=", statement.move_id.id),
                ]
            )
            for line in rows.grouped(lambda row: row._get_key()).values():
                amount = sum(line.mapped("amount"))
                if amount:
                    last = line[0]
                    vals_list.append(
                        statement._prepare_accrual_vals(last, "restored", -amount)
                    )
        accruals._add(vals_list)
        return super()._release_entry()


class SalesCommissionAccrual(models.Model):
    _inherit = "sales.commission.accrual"

    def _get_key(self):
        return (
            self.component_id.id,
            self.employee_id.id,
            self.level,
            self.date_from,
        )
