from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ... import engine


class SalesCommissionComponent(models.Model):
    """One measure, who is credited for it, and what it pays."""

    _name = "sales.commission.component"
    _description = "Commission Plan Component"
    _order = "plan_id, sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    plan_state = fields.Selection(related="plan_id.state")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    measure_id = fields.Many2one(
        "sales.commission.measure",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        default=lambda self: self.env.ref(
            "sales_commission_gamify.measure_invoiced_amount", False
        ),
    )
    model_name = fields.Char(related="measure_id.model_name")
    domain = fields.Char(
        string="Only when",
        required=True,
        default="[]",
        help="Count only the documents that match, on top of the measure's own "
        "filter. Empty counts all.",
    )
    credited_to = fields.Selection(
        [("salesperson", "Document's salesperson")],
        required=True,
        default="salesperson",
        help="Who gets the credit for a document.",
    )
    refund_period = fields.Selection(
        [
            ("original", "In the period of the original sale, at its rates"),
            ("own", "In the period of the refund"),
        ],
        string="A refund counts",
        required=True,
        default="original",
        help="A refund takes back what the sale brought. With the first choice "
        "the sale's own period is priced again, even if it is closed: the "
        "difference lands on the next open statement.",
    )
    application = fields.Selection(
        [
            ("marginal", "The excess above its bound"),
            ("retroactive", "The whole amount"),
        ],
        string="A step pays on",
        required=True,
        default="marginal",
        help="Suppose 5 % and, from 10,000, 8 %. Selling 12,000 pays 500 + 160 on "
        "the excess, or 960 on the whole.",
    )
    rate_ids = fields.One2many(
        "sales.commission.rate",
        "component_id",
        string="Rate table",
        copy=True,
        default=lambda self: [fields.Command.create({"bound": 0.0, "percent": 5.0})],
    )

    @api.constrains("domain", "measure_id")
    def _check_domain(self):
        for component in self:
            component.measure_id._parse_domain(component.domain, component.name)

    @api.constrains("rate_ids")
    def _check_rates(self):
        for component in self:
            bounds = component.rate_ids.mapped("bound")
            if bounds and min(bounds) != 0:
                raise ValidationError(
                    self.env._(
                        "The rate table of “%(component)s” in plan “%(plan)s” pays "
                        "nothing below %(bound)s because its lowest step starts "
                        "there. Add a step that starts at 0 (its rate may be 0 %%).",
                        component=component.name,
                        plan=component.plan_id.name,
                        bound=min(bounds),
                    )
                )

    def _check_publishable(self):
        for component in self:
            if not component.rate_ids:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” has no rate: add a step "
                        "that starts at 0 before publishing.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        components = super().create(vals_list)
        components.plan_id._check_draft()
        return components

    def write(self, vals):
        self.plan_id._check_draft()
        result = super().write(vals)
        self.plan_id._check_draft()  # the plan it may have been moved to
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.plan_id._check_draft()

    def _get_terms(self):
        """The component's rules as the engine's value."""
        self.ensure_one()
        return engine.ComponentTerms(
            rates=engine.RateTable(
                steps=tuple(rate._get_step() for rate in self.rate_ids),
                application=self.application,
            ),
            rounding=Decimal(str(self.currency_id.rounding)),
        )
