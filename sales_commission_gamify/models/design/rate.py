from decimal import Decimal

from odoo import api, fields, models

from ... import engine


class SalesCommissionRate(models.Model):
    """One step of a rate table. Only the lower bound is kept, so a table can
    have neither a gap nor an overlap, and is open at the top."""

    _name = "sales.commission.rate"
    _description = "Commission Rate"
    _order = "component_id, level, bound, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="component_id.currency_id")
    bound = fields.Float(
        string="From",
        required=True,
        min_display_digits=2,
        help="Where the step starts: an amount, or a number of sales.",
    )
    kind = fields.Selection(
        [
            ("percent", "% of the amount"),
            ("fixed", "A fixed amount"),
            ("per_unit", "An amount per unit"),
            ("target_percent", "% of the target incentive"),
        ],
        string="Pays",
        required=True,
        default="percent",
    )
    percent = fields.Float(
        min_display_digits=2,
        help="Percentage of the credited amount: 5 means 5 %.",
    )
    fixed = fields.Monetary(
        string="Amount", help="Paid once the step is reached, whatever is above."
    )
    per_unit = fields.Monetary(string="Per unit", help="Paid for each unit sold.")
    target_percent = fields.Float(
        string="% of target incentive",
        min_display_digits=2,
        help="Percentage of the target incentive that is paid once the step is "
        "reached: 50 means half of it.",
    )
    level = fields.Integer(
        default=0,
        help="0: the salesperson. 1: directly above, 2: above level 1, and so on.",
    )
    application = fields.Selection(
        [
            ("marginal", "The excess above its bound"),
            ("retroactive", "The whole amount"),
        ],
        string="On",
        help="Empty: as the whole table. One table may mix both: 10 % on all from "
        "half of the goal, 20 % on the excess above it.",
    )

    _bound_uniq = models.Constraint(
        "UNIQUE (component_id, level, bound)",
        "Two steps of a rate table start at the same amount: keep one of them.",
    )
    # NaN is greater than any number for PostgreSQL
    _bound_positive = models.Constraint(
        "CHECK (bound >= 0 AND bound < 'Infinity')",
        "A step of a rate table cannot start below 0.",
    )
    _pay_positive = models.Constraint(
        "CHECK (COALESCE(percent, 0) BETWEEN 0 AND 1000000"
        " AND COALESCE(target_percent, 0) BETWEEN 0 AND 1000000"
        " AND COALESCE(fixed, 0) >= 0 AND COALESCE(per_unit, 0) >= 0 AND level >= 0)",
        "A step of a rate table cannot pay less than nothing.",
    )

    @api.depends(
        "bound",
        "kind",
        "percent",
        "fixed",
        "per_unit",
        "target_percent",
        "level",
        "component_id.lookup",
        "component_id.unit",
    )
    def _compute_display_name(self):
        for rate in self:
            pay = rate._say_pay()
            name = (
                self.env._("%(pay)s from %(bound)s", pay=pay, bound=rate._say_bound())
                if rate.bound
                else pay
            )
            rate.display_name = (
                self.env._("level %(level)s: %(rate)s", level=rate.level, rate=name)
                if rate.level
                else name
            )

    def _say_number(self, number):
        return f"{number:.4f}".rstrip("0").rstrip(".")

    def _say_bound(self):
        """The bound in the unit by which the table is looked up."""
        if self.component_id.lookup == "count":
            if self.bound == 1:
                return self.env._("1 sale")
            return self.env._("%s sales", self._say_number(self.bound))
        if self.component_id.lookup == "attainment":
            return self.env._("%s %% of the quota", self._say_number(self.bound))
        if self.component_id.unit == "percent":
            return f"{self._say_number(self.bound)} %"
        if self.component_id.unit == "number":
            return self._say_number(self.bound)
        return self.currency_id.format(self.bound)

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates.component_id.plan_id._check_draft()
        return rates

    def write(self, vals):
        self.component_id.plan_id._check_draft()
        result = super().write(vals)
        self.component_id.plan_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.component_id.plan_id._check_draft()

    def _get_step(self):
        self.ensure_one()
        # repr() of a float typed by a human gives back what was typed
        return engine.Step(
            bound=Decimal(repr(self.bound)),
            kind=self.kind,
            value=Decimal(repr(self[self.kind])),
            application=self.application or None,
        )
