import re
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import engine
from ..engine import periods
from ..models.design.exact import exact
from ..models.design.target import COUNTED


class SalesCommissionQuotaSpread(models.TransientModel):
    """A year's target, spread over its measuring periods."""

    _name = "sales.commission.quota.spread"
    _description = "Spread a Target over a Year"

    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        domain="[('basis', '=', 'measure')]",
        help="What the target is for.",
    )
    plan_id = fields.Many2one(related="component_id.plan_id")
    scope = fields.Selection(
        [
            ("plan", "Everybody in the plan"),
            ("team", "The payees of a sales team"),
            ("payees", "Each of these payees"),
        ],
        string="For",
        required=True,
        default="plan",
        help="Everybody of a plan or team has this target unless a target of his own "
        "says otherwise.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", help="Whose payees have the target."
    )
    employee_ids = fields.Many2many(
        "hr.employee",
        string="Payees",
        domain="[('id', 'in', plan_employee_ids)]",
        help="Each of them has the whole of it as a target of his own.",
    )
    plan_employee_ids = fields.Many2many(
        "hr.employee", compute="_compute_plan_employee_ids"
    )
    amount = fields.Float(
        string="Target of the year",
        required=True,
        min_display_digits=2,
        help="What is to be reached in the twelve months from the first day on.",
    )
    date_from = fields.Date(
        string="Year from",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="The year starts with the measuring period that holds this day.",
    )
    weights = fields.Char(
        help="How much each measuring period of the year weighs, one after the other: "
        "20 20 20 40. Empty: evenly.",
    )
    preview = fields.Text(compute="_compute_preview")

    @api.depends("component_id")
    def _compute_plan_employee_ids(self):
        for spread in self:
            spread.plan_employee_ids = spread.plan_id.assignment_ids.employee_id

    @api.depends("component_id", "amount", "date_from", "weights")
    def _compute_preview(self):
        for spread in self:
            try:
                shares = spread._get_shares()
            except (UserError, ValidationError) as error:
                spread.preview = str(error)
                continue
            spread.preview = "\n".join(
                f"{spread._say(period)}: {engine.words.say_number(share)}"
                for period, share in shares
            )

    def _say(self, period):
        return self.env["sales.commission.period"]._get_name(*period)

    def _get_periods(self):
        kind = self.plan_id.period_kind
        first = periods.period_of(self.date_from, kind).first
        last = fields.Date.subtract(fields.Date.add(first, years=1), days=1)
        return periods.tile(kind, first, last)

    def _get_shares(self):
        """``[(period, amount)]`` that add up to the target of the year."""
        self.ensure_one()
        if not self.component_id or not self.date_from:
            return []
        year = self._get_periods()
        weights = self._parse_weights(len(year))
        currency = self.component_id.unit_currency_id
        rounding = exact(currency.rounding) if currency else COUNTED
        shares = engine.allocate(exact(self.amount), weights, rounding)
        return list(zip(year, shares, strict=True))

    def _parse_weights(self, count):
        words = re.findall(r"[^\s,;%]+", self.weights or "")
        if not words:
            return [Decimal(1)] * count
        try:
            weights = [Decimal(word) for word in words]
            right = all(weight.is_finite() and weight >= 0 for weight in weights)
        except InvalidOperation:
            right = False
        if not right or len(words) != count or not any(weights):
            raise ValidationError(
                self.env._(
                    "The plan “%(plan)s” has %(count)s measuring periods a year, so "
                    "it needs %(count)s weights of 0 or more, for example %(example)s. "
                    "Empty them to spread evenly.",
                    plan=self.plan_id.name,
                    count=count,
                    example=" ".join(["20"] * (count - 1) + ["40"]),
                )
            )
        return weights

    def action_spread(self):
        """Write the targets; those of the year that are there already change."""
        self.ensure_one()
        quotas = self.env["sales.commission.quota"]
        quotas.check_access("create")
        if self.amount <= 0:
            raise ValidationError(
                self.env._(
                    "The target of “%s” for the year must be above 0.",
                    self.component_id.name,
                )
            )
        plan = self.plan_id
        cells = [
            {
                "employee_id": employee_id,
                "team_id": team_id,
                "date_from": period.first,
                "amount": float(share),
            }
            for employee_id, team_id in self._get_scopes()
            for period, share in self._get_shares()
            # the part of the year that the plan does not cover has no target
            if period.last >= plan.date_from
            and (not plan.date_to or period.first <= plan.date_to)
            and share
        ]
        quotas._set_cells(self.component_id, cells)
        return self.component_id.plan_id.action_view_targets()

    def _get_scopes(self):
        if self.scope == "team":
            scopes = [(False, team_id) for team_id in self.team_id.ids]
        elif self.scope == "payees":
            scopes = [(employee_id, False) for employee_id in self.employee_ids.ids]
        else:
            scopes = [(False, False)]
        if not scopes:
            raise UserError(
                self.env._("Choose whose target of “%s” it is.", self.component_id.name)
            )
        return scopes
