from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import engine
from ..design.exact import exact


class Owed(NamedTuple):
    """What a payee owes of a draw, in the version that he had last."""

    draw: models.Model
    amount: Decimal


class SalesCommissionDrawMovement(models.Model):
    """What a payee owes of a draw changed: advanced, recovered or forgiven.

    The balance is the sum. A statement that is set back to draft leaves rows that take
    back those it made.
    """

    _name = "sales.commission.draw.movement"
    _inherit = ["sales.commission.fact"]
    _description = "Draw Movement"
    _order = "id desc"
    _rec_name = "draw_id"

    employee_id = fields.Many2one(
        "hr.employee", string="Payee", required=True, readonly=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    draw_id = fields.Many2one(
        "sales.commission.draw", required=True, readonly=True, ondelete="restrict"
    )
    root_id = fields.Many2one(
        "sales.commission.draw",
        string="Draw of the first version",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Versions of a plan go on with one balance.",
    )
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    statement_id = fields.Many2one(
        "sales.commission.statement",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Empty: it was forgiven, or the statement was taken back and deleted.",
    )
    statement_name = fields.Char(string="Statement Number", readonly=True)
    date = fields.Date(
        required=True,
        readonly=True,
        help="Last day of the pay period, or the day on which it was forgiven.",
    )
    kind = fields.Selection(
        [
            ("advanced", "Advanced"),
            ("recovered", "Recovered"),
            ("forgiven", "Forgiven"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        required=True, readonly=True, help="More than 0: the payee owes more."
    )
    balance = fields.Monetary(
        string="Balance after",
        required=True,
        readonly=True,
        aggregator=None,
        help="What the payee owes of this draw from then on.",
    )
    number = fields.Integer(
        string="Number of the balance",
        required=True,
        readonly=True,
        aggregator=None,
        help="Counts the movements of a balance, so that two at once cannot overlook "
        "each other.",
    )
    revision = fields.Integer(required=True, readonly=True, aggregator=None)
    reason = fields.Char(readonly=True)

    _revision_uniq = models.Constraint(
        "UNIQUE (statement_id, draw_id, kind, revision)",
        "This movement of the draw is booked already.",
    )
    _number_uniq = models.Constraint(
        "UNIQUE (employee_id, root_id, number)",
        "Somebody else has just changed what this payee owes of his draw. Reload the "
        "page and try again.",
    )
    _balance_positive = models.Constraint(
        "CHECK (balance >= 0)", "A payee cannot owe less than 0 of a draw."
    )

    @api.model
    def _get_balances(self, payee_ids, company):
        """``{employee id: {first version of the draw: Owed}}``"""
        balances = defaultdict(dict)
        for payee, root, draws, amount in self._read_group(
            [("employee_id", "in", list(payee_ids)), ("company_id", "=", company.id)],
            ["employee_id", "root_id"],
            ["draw_id:recordset", "amount:sum"],
        ):
            owed = engine.round_to(exact(amount), exact(company.currency_id.rounding))
            if owed:
                last = max(draws, key=lambda draw: draw.plan_id.version)
                balances[payee.id][root] = Owed(last, owed)
        return balances

    @api.model
    def _book(self, vals_list):
        """Add movements in this order, each with its number, revision and balance.

        :raise UserError: when a balance would get below 0
        """
        payee_ids = {vals["employee_id"] for vals in vals_list}
        root_ids = {vals["root_id"] for vals in vals_list}
        last = {}
        for row in self.search(
            [("employee_id", "in", list(payee_ids)), ("root_id", "in", list(root_ids))],
            order="number",
        ):
            last[row.employee_id.id, row.root_id.id] = row.number, exact(row.balance)
        revisions = self._get_revisions(vals_list)
        for vals in vals_list:
            balance = vals["employee_id"], vals["root_id"]
            number, owed = last.get(balance, (0, Decimal(0)))
            owed += exact(vals["amount"])
            if owed < 0:
                self._refuse_below_zero(vals, owed)
            last[balance] = number + 1, owed
            event = vals.get("statement_id"), vals["draw_id"], vals["kind"]
            revisions[event] += 1
            vals |= {
                "number": number + 1,
                "balance": float(owed),
                "revision": revisions[event],
            }
        movements = self.create(vals_list)
        self.env["sales.commission.draw.balance"].invalidate_model()
        return movements

    @api.model
    def _get_revisions(self, vals_list):
        """``{(statement id, draw id, kind): the last revision}``"""
        revisions = defaultdict(int)
        statement_ids = {vals.get("statement_id") for vals in vals_list} - {None}
        for statement, draw, kind, revision in self._read_group(
            [("statement_id", "in", list(statement_ids))],
            ["statement_id", "draw_id", "kind"],
            ["revision:max"],
        ):
            revisions[statement.id, draw.id, kind] = revision
        return revisions

    def _refuse_below_zero(self, vals, owed):
        draw = self.env["sales.commission.draw"].browse(vals["draw_id"])
        payee = self.env["hr.employee"].browse(vals["employee_id"])
        raise UserError(
            self.env._(
                "%(payee)s was advanced money by the draw of “%(plan)s”, and later "
                "statements or a remission have taken %(amount)s of it back already. "
                "Set those statements back to draft first.",
                payee=payee.name,
                plan=draw.plan_id.name,
                amount=draw._format_money(-owed),
            )
        )
