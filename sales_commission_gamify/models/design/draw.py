from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import draws, periods
from .exact import exact


class Running(NamedTuple):
    """A draw that is paid to a payee in a pay period, and how much of it."""

    draw: models.Model
    amount: Decimal
    start: date  # when the payee joined the plan


class SalesCommissionDraw(models.Model):
    """An advance on what a payee earns by a plan, or an addition to it."""

    _name = "sales.commission.draw"
    _inherit = ["sales.commission.draft.part"]
    _description = "Commission Draw"
    _order = "sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    root_id = fields.Many2one(
        "sales.commission.draw",
        string="First version",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,  # read-only on screen, not over RPC
        help="Whose balance the draw of a later version of the plan goes on with.",
    )
    sequence = fields.Integer(
        string="Order of recovery",
        default=10,
        help="Draws of a payee are settled and taken back in this order, the lowest "
        "number first, also those of several plans.",
    )
    amount = fields.Monetary(
        string="Draw", required=True, help="For each pay period, like a month."
    )
    mode = fields.Selection(
        [("top_up", "At least this much"), ("additive", "On top of what is earned")],
        string="Pays",
        required=True,
        default="top_up",
        help="At least this much: paid is the difference, when less is earned. On "
        "top: the draw is paid whatever is earned.",
    )
    recoverable = fields.Boolean(
        default=True,
        help="Yes: what was advanced is owed, and taken back from later earnings. No: "
        "it is the payee's to keep.",
    )
    month_from = fields.Integer(
        string="From month",
        required=True,
        default=1,
        help="The payee's month in the plan in which the draw begins. 1 is the month "
        "of joining.",
    )
    month_count = fields.Integer(
        string="Months",
        help="For how many months it is paid. 0: as long as the payee takes part.",
    )
    proration = fields.Selection(
        [("days", "By its days"), ("whole", "As a whole one")],
        string="Part of a period",
        required=True,
        default="days",
        help="What a pay period brings in which the payee joins or leaves.",
    )
    recovery_from = fields.Date(
        string="Taken back from", help="Before this day nothing is taken back."
    )
    recovery_after = fields.Integer(
        string="Taken back after months",
        help="In so many first months of the payee in the plan nothing is taken back.",
    )
    summary = fields.Text(string="What it promises", compute="_compute_summary")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A draw must pay more than 0 in each pay period."
    )
    _month_from_positive = models.Constraint(
        "CHECK (month_from >= 1)",
        "A draw begins in month 1, the month of joining, or in a later one.",
    )
    _month_count_positive = models.Constraint(
        "CHECK (month_count IS NULL OR month_count >= 0)",
        "The number of months for which a draw is paid cannot be negative. Leave it "
        "at 0 for as long as the payee takes part.",
    )
    _recovery_after_positive = models.Constraint(
        "CHECK (recovery_after IS NULL OR recovery_after >= 0)",
        "The number of months without recovery cannot be negative.",
    )
    _one_start_of_recovery = models.Constraint(
        "CHECK (recovery_from IS NULL OR COALESCE(recovery_after, 0) = 0)",
        "Say either from which day on a draw is taken back, or after how many months.",
    )

    @api.constrains("plan_id", "month_from", "month_count")
    def _check_overlap(self):
        for draw in self:
            others = draw.plan_id.draw_ids - draw
            other = others.filtered(draw._overlaps)[:1]
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(plan)s” has two draws for the payee's month %(month)s. "
                        "Let one begin where the other ends, or delete one.",
                        plan=draw.plan_id.name,
                        month=max(draw.month_from, other.month_from),
                    )
                )

    @api.constrains("root_id", "plan_id")
    def _check_root(self):
        """A balance goes on in later versions of the same plan, nowhere else."""
        for draw in self.filtered("root_id"):
            if draw.root_id.plan_id not in draw.plan_id._get_versions():
                raise ValidationError(
                    self.env._(
                        "The draw of “%(plan)s” can only go on with a balance of the "
                        "same plan, not with that of “%(other)s”.",
                        plan=draw.plan_id.name,
                        other=draw.root_id.plan_id.name,
                    )
                )

    def _overlaps(self, other):
        last, others_last = (
            row.month_from + row.month_count - 1 if row.month_count else float("inf")
            for row in (self, other)
        )
        return self.month_from <= others_last and other.month_from <= last

    @api.depends("plan_id", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for draw in self:
            draw.display_name = self.env._(
                "Draw of %(amount)s, %(plan)s",
                amount=draw._format_money(draw.amount),
                plan=draw.plan_id.display_name or "",
            )

    @api.depends(
        "amount", "mode", "recoverable", "month_from", "month_count", "proration",
        "recovery_from", "recovery_after",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_summary(self):
        for draw in self:
            draw.summary = " ".join(draw._say_draw())

    def _get_plans(self):
        return self.plan_id

    def _get_root(self):
        """The first version, by which the balance is kept."""
        self.ensure_one()
        return self.root_id or self

    def _format_money(self, amount):
        currency = self.currency_id or self.env.company.currency_id
        return currency.format(float(amount))

    def _get_terms(self, amount):
        """The row as the engine's value, for a period that brings *amount*."""
        self.ensure_one()
        return draws.Draw(amount, self.mode, self.recoverable)

    # --- who is paid a draw, and when ---------------------------------------------

    @api.model
    def _get_running(self, period):
        """``{employee id: [Running]}`` of a pay period, in the order of settling."""
        rows = self._search_participations(period)
        starts = self._get_starts(rows.plan_id, rows.employee_id)
        running = {}
        for row in rows:
            payee = row.employee_id
            for draw in row.plan_id.draw_ids:
                start = starts[draw.plan_id._get_root(), payee]
                amount = draw._get_amount(period, row, start)
                if amount:
                    found = running.setdefault(payee.id, {})
                    before = found[draw].amount if draw in found else 0
                    found[draw] = Running(draw, before + amount, start)
        return {
            payee_id: sorted(found.values(), key=lambda one: one.draw._get_order())
            for payee_id, found in running.items()
        }

    def _get_order(self):
        return (self.sequence, self.plan_id.date_from, self.id)

    @api.model
    def _search_participations(self, period):
        # Who is archived has left, also when nobody ended his participation; if
        # somebody did, he is paid until then.
        rows = self.env["sales.commission.assignment"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("plan_id.draw_ids", "!=", False),
                ("plan_id.state", "!=", "draft"),
                ("plan_id.date_from", "<=", period.date_to),
                "|",
                ("plan_id.date_to", "=", False),
                ("plan_id.date_to", ">=", period.date_from),
                "|",
                ("employee_id.active", "=", True),
                ("date_to", "!=", False),
                ("date_from", "<=", period.date_to),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", period.date_from),
            ]
        )
        return self._filter_participations(rows, period)

    @api.model
    def _filter_participations(self, rows, _period):
        """Hook: those of *rows* that count for the draws of a pay period."""
        return rows

    @api.model
    def _get_starts(self, plans, payees):
        """``{(first version, payee): day}`` on which each payee joined, whatever the
        version then was."""
        roots = {plan._get_root() for plan in plans}
        family = self.env["sales.commission.plan"].with_context(active_test=False)
        family = family.search(
            ["|", ("id", "in", [root.id for root in roots]),
             ("root_id", "in", [root.id for root in roots])]
        )  # fmt: skip
        starts = {}
        for plan, payee, first in self.env["sales.commission.assignment"]._read_group(
            [("plan_id", "in", family.ids), ("employee_id", "in", payees.ids)],
            ["plan_id", "employee_id"],
            ["date_from:min"],
        ):
            key = plan._get_root(), payee
            first = max(first, plan.date_from)
            starts[key] = min(starts.get(key, first), first)
        return starts

    def _get_amount(self, period, participation, start):
        """What of the draw a pay period brings; 0 when it is not paid in it."""
        plan = self.plan_id
        first = max(period.date_from, participation.date_from, plan.date_from)
        last = min(
            day for day in (period.date_to, participation.date_to, plan.date_to) if day
        )
        month = start.replace(day=1) + relativedelta(months=self.month_from - 1)
        first = max(first, month)
        if self.month_count:
            end = month + relativedelta(months=self.month_count, days=-1)
            last = min(last, end)
        if first > last:
            return 0
        amount = exact(self.amount)
        if self.proration == "whole":
            return amount
        return periods.prorate(
            amount,
            periods.Period(period.date_from, period.date_to),
            periods.Period(first, last),
            exact(self.currency_id.rounding),
        )

    def _is_recovering(self, day, start):
        """Whether what was advanced is taken back on *day*.

        :param start: the day on which the payee joined the plan
        """
        self.ensure_one()
        if self.recovery_from:
            return day >= self.recovery_from
        if self.recovery_after and start:
            month = start.replace(day=1)
            return day >= month + relativedelta(months=self.recovery_after)
        return True


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    draw_ids = fields.One2many(
        "sales.commission.draw", "plan_id", string="Draws", copy=True
    )

    def _get_root(self):
        """The first version of the plan."""
        self.ensure_one()
        return self.root_id or self

    def _create_version(self, day):
        """The draws of a version go on with the balances of those before."""
        version = super()._create_version(day)
        pairs = zip(self.draw_ids.sorted(), version.draw_ids.sorted(), strict=True)
        for draw, twin in pairs:
            twin.root_id = draw._get_root()
        return version
