from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SalesCommissionExample(models.Model):
    """A worked example: figures, and what the plan must pay for them.

    A plan whose examples fail cannot be published.
    """

    _name = "sales.commission.example"
    _inherit = ["sales.commission.draft.part"]
    _description = "Worked Example of a Commission Plan"
    _order = "plan_id, sequence, id"

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True,
        string="Example",
        help="Who does what, in a few words: Ann sells 12,000 in a month.",
    )
    expected = fields.Monetary(
        string="Should pay",
        required=True,
        help="What the plan must pay for these figures.",
    )
    line_ids = fields.One2many(
        "sales.commission.example.line", "example_id", string="Figures", copy=True
    )
    computed = fields.Monetary(
        string="Pays",
        compute="_compute_computed",
        help="What the rules pay for these figures as they are now.",
    )
    explanation = fields.Text(
        string="How", compute="_compute_computed", help="How the plan came to it."
    )
    is_right = fields.Boolean(string="Right", compute="_compute_computed")

    def _get_plans(self):
        return self.plan_id

    # not on the rules of the plan: it is priced anew each time somebody looks
    @api.depends("expected", "plan_id", "line_ids")
    def _compute_computed(self):
        for example in self:
            amount, lines, error = example._price()
            example.computed = amount
            example.explanation = "\n".join([*lines, *filter(None, [error])])
            example.is_right = not error and not example.currency_id.compare_amounts(
                amount, example.expected
            )

    def _price(self):
        """``(what the plan pays, its trace as sentences, what is wrong or "")``"""
        self.ensure_one()
        inputs = {line.component_id.id: line._get_inputs() for line in self.line_ids}
        amount, sentences, errors = 0.0, [], []
        for component, priced, error in self.plan_id._origin._price_inputs(inputs):
            if priced:
                amount += float(priced.amount)
                said = component._say_trace(priced.trace) or self.env._("nothing")
                sentences.append(f"{component.name}: {said}")
            if error:
                errors.append(error)
        if not inputs:
            errors.append(
                self.env._(
                    "The example “%s” has no figures: add a component.", self.name
                )
            )
        currency = self.currency_id or self.plan_id.currency_id
        return currency.round(amount), sentences, " ".join(errors)

    def _check(self):
        """:raise ValidationError: when the plan pays something else than expected"""
        for example in self:
            amount, lines, error = example._price()
            if error:
                raise ValidationError(
                    self.env._(
                        "The example “%(example)s” of plan “%(plan)s” cannot be "
                        "priced. %(error)s",
                        example=example.name,
                        plan=example.plan_id.name,
                        error=error,
                    )
                )
            currency = example.currency_id
            if currency.compare_amounts(amount, example.expected):
                raise ValidationError(
                    self.env._(
                        "The example “%(example)s” should pay %(expected)s, but plan "
                        "“%(plan)s” pays %(amount)s (%(trace)s). Correct the rules "
                        "or the example before publishing.",
                        example=example.name,
                        plan=example.plan_id.name,
                        expected=currency.format(example.expected),
                        amount=currency.format(amount),
                        trace="; ".join(lines) or self.env._("nothing is credited"),
                    )
                )


class SalesCommissionExampleLine(models.Model):
    """What is credited for one component in a worked example."""

    _name = "sales.commission.example.line"
    _inherit = ["sales.commission.draft.part"]
    _description = "Figures of a Worked Example"
    _order = "example_id, sequence, id"

    example_id = fields.Many2one(
        "sales.commission.example", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="example_id.plan_id")
    company_id = fields.Many2one(related="example_id.company_id", store=True)
    currency_id = fields.Many2one(related="example_id.currency_id")
    sequence = fields.Integer(default=10)
    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        ondelete="cascade",
        domain="[('plan_id', '=', plan_id)]",
        index=True,
    )
    level = fields.Integer(
        help="0: the salesperson. 1: directly above, 2: above level 1, and so on."
    )
    credited = fields.Float(
        min_display_digits=2, help="Credited in the period. 0: the sum of the sales."
    )
    quantity = fields.Float(
        min_display_digits=2, help="Units or sales. 0: the number of sales."
    )
    sales = fields.Char(help="Each sale alone: 200; 300; 1500.")
    before = fields.Float(
        string="Credited before",
        min_display_digits=2,
        help="Credited earlier in the quarter or year, for running totals.",
    )
    quota = fields.Float(
        min_display_digits=2, help="The payee's quota. 0: as the component says."
    )
    target_incentive = fields.Monetary(
        help="What the payee earns at 100 %. 0: as the component says."
    )

    _component_uniq = models.Constraint(
        "UNIQUE (example_id, component_id)",
        "An example has one line of figures for each component: add them up.",
    )

    def _get_plans(self):
        return self.example_id.plan_id

    @api.constrains("component_id", "example_id")
    def _check_component(self):
        for line in self:
            if line.component_id.plan_id != line.example_id.plan_id:
                raise ValidationError(
                    self.env._(
                        "The example “%(example)s” is of plan “%(plan)s”, where there "
                        "is no component “%(component)s”. Choose one of that plan.",
                        example=line.example_id.name,
                        plan=line.example_id.plan_id.name,
                        component=line.component_id.name,
                    )
                )

    @api.constrains("sales", "component_id")
    def _check_sales(self):
        for line in self:
            line.component_id._parse_sales(line.sales)

    def _get_inputs(self):
        """The figures as ``plan.try_out`` takes them; 0 is not typed in."""
        self.ensure_one()
        names = (
            "credited",
            "quantity",
            "sales",
            "before",
            "quota",
            "target_incentive",
            "level",
        )
        return {name: self[name] for name in names if self[name]}


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    example_ids = fields.One2many(
        "sales.commission.example",
        "plan_id",
        string="Worked examples",
        help="Figures and what they must pay. Publishing checks each of them.",
    )

    def _check_publishable(self):
        result = super()._check_publishable()
        self.example_ids._check()
        return result
