from collections import defaultdict
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_repr

from ...engine import deferral
from ..design.access import check_group


class SalesCommissionDeferral(models.Model):
    """A commission whose expense is spread over the contract that it won.

    The entry of its statement debits an asset; each month a part of it becomes
    expense (ASC 340-40, IFRS 15). Community has no deferred expenses of its own.
    """

    _name = "sales.commission.deferral"
    _description = "Deferred Commission"
    _order = "date_from desc, id desc"
    _rec_name = "statement_id"

    statement_id = fields.Many2one(
        "sales.commission.statement",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Whose entry or bill debits the deferred commission.",
    )
    origin_move_id = fields.Many2one(
        "account.move",
        "Entry or Bill",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    statement_line_id = fields.Many2one(
        "sales.commission.statement.line", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    employee_id = fields.Many2one(
        related="statement_id.employee_id", store=True, string="Payee"
    )
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    date_from = fields.Date(
        "First day", required=True, readonly=True, help="Of the month of the sale."
    )
    months = fields.Integer(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    deferred_account_id = fields.Many2one(
        "account.account", required=True, readonly=True, ondelete="restrict"
    )
    expense_account_id = fields.Many2one(
        "account.account", required=True, readonly=True, ondelete="restrict"
    )
    analytic_distribution = fields.Json(readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("reversed", "Taken back")],
        required=True,
        readonly=True,
        default="running",
    )
    line_ids = fields.One2many("sales.commission.deferral.line", "deferral_id")
    amount_expensed = fields.Monetary("Expensed", compute="_compute_amounts")
    amount_remaining = fields.Monetary("Remaining", compute="_compute_amounts")

    @api.depends("line_ids.move_id", "line_ids.amount", "amount", "state")
    def _compute_amounts(self):
        sums = dict(
            self.env["sales.commission.deferral.line"]._read_group(
                [("deferral_id", "in", self.ids), ("move_id", "!=", False)],
                ["deferral_id"],
                ["amount:sum"],
            )
        )
        for row in self:
            row.amount_expensed = sums.get(row, 0.0)
            running = row.state == "running"
            row.amount_remaining = row.amount - row.amount_expensed if running else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env["sales.commission.deferral.line"].create(
            [vals for row in rows for vals in row._prepare_line_vals_list()]
        )
        return rows

    def _prepare_line_vals_list(self):
        """A line for each month, on its last day."""
        currency = self.currency_id
        digits = currency.decimal_places
        shares = deferral.compute_schedule(
            Decimal(float_repr(self.amount, digits)),
            self.months,
            Decimal(str(currency.rounding)),
        )
        return [
            {
                "deferral_id": self.id,
                "date": self.date_from + relativedelta(months=number + 1, days=-1),
                "amount": float(share),
            }
            for number, share in enumerate(shares)
        ]

    # --- posting ----------------------------------------------------------------

    def action_post_due(self):
        """Book what has become expense until today."""
        check_group(self.env, "group_accountant")
        companies = self.company_id or self.env.companies
        # sudo: the group is checked; schedules have no writer
        moves = self.sudo()._post_due(companies)
        if moves:
            message = self.env._("Entries posted: %s", len(moves))
        else:
            message = self.env._("Nothing has become expense since the last time.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if moves else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_post_due(self):
        self._post_due(self.search([("state", "=", "running")]).company_id)

    @api.model
    def _post_due(self, companies):
        """One entry per company and day; what was booked before is left alone."""
        today = fields.Date.context_today(self)
        due = self.env["sales.commission.deferral.line"].search(
            [
                ("move_id", "=", False),
                ("date", "<=", today),
                ("deferral_id.company_id", "in", companies.ids),
                ("deferral_id.state", "=", "running"),
                ("deferral_id.origin_move_id.state", "=", "posted"),
            ]
        )
        due.lock_for_update()  # by button and cron at once: the second is told
        moves = self.env["account.move"]
        for (_company, day), lines in due.grouped(
            lambda line: (
                line.company_id,
                # what was due before the statement's entry is caught up with it
                max(line.date, line.deferral_id.origin_move_id.date),
            )
        ).items():
            moves |= lines._post_expense(day)
        return moves

    def _take_back(self):
        """The statement's entry was reversed: so is what became expense of it."""
        unused = self.filtered(lambda row: not row.line_ids.move_id)
        unused.unlink()
        used = self - unused
        used.state = "reversed"
        today = fields.Date.context_today(self)
        for rows in used.grouped("company_id").values():
            expensed = rows.line_ids.filtered("move_id")
            expensed._post_expense(today, sign=-1)


class SalesCommissionDeferralLine(models.Model):
    """What of a deferred commission becomes expense in one month."""

    _name = "sales.commission.deferral.line"
    _description = "Deferred Commission of a Month"
    _order = "date, id"
    _rec_name = "date"

    deferral_id = fields.Many2one(
        "sales.commission.deferral",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="deferral_id.company_id", store=True)
    currency_id = fields.Many2one(related="deferral_id.currency_id")
    plan_id = fields.Many2one(related="deferral_id.plan_id", store=True)
    employee_id = fields.Many2one(
        related="deferral_id.employee_id", store=True, string="Payee"
    )
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    back_move_id = fields.Many2one(
        "account.move",
        "Taken back by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    def _post_expense(self, day, sign=1):
        """Book these lines on *day*, or take them back.

        :return: the posted entry
        """
        company = self.company_id
        moves = self.env["account.move"].with_company(company)
        move = moves.create(self._prepare_move_vals(company, day, sign))
        self[("move_id" if sign > 0 else "back_move_id")] = move
        move._post(soft=False)
        return move

    def _prepare_move_vals(self, company, day, sign):
        sums = defaultdict(float)
        for line in self:
            row, amount = line.deferral_id, sign * line.amount
            distribution = tuple(sorted((row.analytic_distribution or {}).items()))
            sums[row.expense_account_id, distribution] += amount
            sums[row.deferred_account_id, ()] -= amount
        label = self.env._("Deferred commissions")
        if sign < 0:
            label = self.env._("Deferred commissions taken back")
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company._get_sales_commission_accounts()["journal"].id,
            "date": day,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": account.id,
                        "analytic_distribution": dict(distribution) or False,
                        "balance": company.currency_id.round(amount),
                    }
                )
                for (account, distribution), amount in sums.items()
            ],
        }
