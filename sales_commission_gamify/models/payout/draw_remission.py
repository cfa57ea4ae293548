from collections import defaultdict

from odoo import api, models

from ..design.exact import exact


class SalesCommissionDrawMovement(models.Model):
    """What was forgiven of an advance that is itself taken back.

    While the statement is a draft there is nothing to forgive; once it is confirmed
    again, as much is forgiven anew as is owed then.
    """

    _inherit = "sales.commission.draw.movement"

    @api.model
    def _with_remissions(self, vals_list, forgiven):
        """*vals_list* with what of remissions has to be taken back before it, and what
        is forgiven again after it.

        :param forgiven: rows that took remissions back, by the statement that did
        """
        owed = self._get_owed(
            {vals["employee_id"] for vals in [*vals_list, *forgiven.values()]}
        )
        remitted = self._get_remitted({vals["employee_id"] for vals in vals_list})
        before = []
        for vals in vals_list:
            account = vals["employee_id"], vals["root_id"]
            owed[account] += exact(vals["amount"])
            missing = -owed[account]
            if missing > 0 and missing <= remitted[account]:
                remitted[account] -= missing
                owed[account] += missing
                before.append(
                    {
                        **vals,
                        "kind": "forgiven",
                        "amount": float(missing),
                        "reason": self.env._(
                            "Statement %s was set back to draft", vals["statement_name"]
                        ),
                    }
                )
        after = []
        states = self.env["sales.commission.statement"].browse(
            {vals["statement_id"] for vals in forgiven.values()}
        )
        drafts = states.filtered(lambda row: row.state == "draft").ids
        for vals in forgiven.values():
            account = vals["employee_id"], vals["root_id"]
            again = min(exact(vals["amount"]), owed[account])
            if vals["statement_id"] not in drafts and again > 0:
                owed[account] -= again
                after.append(
                    {
                        **vals,
                        "amount": -float(again),
                        "reason": self.env._("Forgiven before, and again"),
                    }
                )
        return [*before, *vals_list, *after]

    @api.model
    def _get_owed(self, payee_ids):
        return self._sum_accounts([("employee_id", "in", list(payee_ids))], 1)

    @api.model
    def _get_remitted(self, payee_ids):
        return self._sum_accounts(
            [("employee_id", "in", list(payee_ids)), ("kind", "=", "forgiven")], -1
        )

    @api.model
    def _sum_accounts(self, domain, sign):
        """``{(employee id, first version of the draw): amount}``"""
        sums = defaultdict(lambda: exact(0.0))
        for payee, root, amount in self._read_group(
            domain, ["employee_id", "root_id"], ["amount:sum"]
        ):
            rounded = payee.company_id.currency_id.round(sign * amount)
            sums[payee.id, root.id] = exact(rounded)
        return sums


class SalesCommissionStatement(models.Model):
    """What was forgiven waits for the statement of its month, also when the draft is
    deleted and another one is computed."""

    _inherit = "sales.commission.statement"

    def _get_held_movements(self):
        held = super()._get_held_movements()
        months = {(row.employee_id.id, row.period_date): row for row in self}
        for row in self.env["sales.commission.draw.movement"].search(
            [
                ("kind", "=", "forgiven"),
                ("employee_id", "in", self.employee_id.ids),
                ("date", "in", self.mapped("period_date")),
                # what an officer forgives has no number, and waits for nothing
                ("statement_name", "!=", False),
                ("statement_id", "=", False),
            ],
            order="id",
        ):
            if statement := months.get((row.employee_id.id, row.date)):
                self._add_held(held, row, statement)
        return held
