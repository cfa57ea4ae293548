from decimal import Decimal

from odoo import api, fields, models

from ... import engine


class SalesCommissionRate(models.Model):
    """One step of a rate table. Only the lower bound is kept, so a table can
    have neither a gap nor an overlap, and is open at the top."""

    _name = "sales.commission.rate"
    _description = "Commission Rate"
    _order = "component_id, bound, id"

    component_id = fields.Many2one(
        "sales.commission.component", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="component_id.currency_id")
    bound = fields.Monetary(
        string="From",
        required=True,
        help="Credited amount of the period from which this rate applies.",
    )
    percent = fields.Float(
        string="Pays %",
        min_display_digits=2,
        required=True,
        help="Percentage of the credited amount: 5 means 5 %.",
    )

    _bound_uniq = models.Constraint(
        "UNIQUE (component_id, bound)",
        "Two steps of a rate table start at the same amount: keep one of them.",
    )
    _bound_positive = models.Constraint(
        "CHECK (bound >= 0)", "A step of a rate table cannot start below 0."
    )

    @api.depends("bound", "percent")
    def _compute_display_name(self):
        for rate in self:
            percent = f"{rate.percent:.4f}".rstrip("0").rstrip(".")
            rate.display_name = (
                self.env._(
                    "%(percent)s %% from %(bound)s",
                    percent=percent,
                    bound=rate.currency_id.format(rate.bound),
                )
                if rate.bound
                else f"{percent} %"
            )

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
            kind="percent",
            value=Decimal(repr(self.percent)),
        )
