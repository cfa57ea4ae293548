from odoo import api, fields, models
from odoo.exceptions import ValidationError


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
    basis = fields.Selection(
        [
            ("measure", "One measure"),
            ("scorecard", "A scorecard of other components"),
        ],
        string="Based on",
        required=True,
        default="measure",
        help="A scorecard weighs the attainments of other components of the plan "
        "into one score; 100 is the goal.",
    )
    measure_id = fields.Many2one(
        "sales.commission.measure",
        ondelete="restrict",
        check_company=True,
        index=True,
        default=lambda self: self.env.ref(
            "sales_commission_gamify.measure_invoiced_amount", False
        ),
    )
    model_name = fields.Char(related="measure_id.model_name")
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("percent", "Percent")],
        compute="_compute_unit",
        help="In what the component counts.",
    )
    unit_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_unit",
        help="The plan's currency when the component counts money.",
    )
    domain = fields.Char(
        string="Only when",
        required=True,
        default="[]",
        help="Count only the documents that match, on top of the measure's own "
        "filter. Empty counts all.",
    )
    credited_to = fields.Selection(
        [
            ("salesperson", "The salesperson, or those who share the sale"),
            ("team", "Every payee of the document's sales team"),
            ("hierarchy", "The levels above the salesperson"),
            ("everybody", "Every payee of the plan"),
        ],
        string="Credited to",
        required=True,
        default="salesperson",
        help="Who gets the credit for a document. With levels, the rate table says "
        "which: level 1 is directly above the salesperson, level 0 the salesperson.",
    )
    hierarchy_id = fields.Many2one(
        "sales.commission.hierarchy",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        help="Whose levels are credited.",
    )
    override_kind = fields.Selection(
        [
            ("plain", "The level's own rate"),
            ("differential", "Only what is above the rate of the levels below"),
        ],
        string="A level gets",
        required=True,
        default="plain",
        help="Suppose 10 % for level 1 and 12 % for level 2. On a sale of 1,000 level "
        "2 gets 120, or only the 20 above what level 1 got.",
    )
    pays = fields.Selection(
        [
            ("rates", "By a rate table"),
            ("formula", "By a formula"),
            ("nothing", "Nothing: it is only counted"),
        ],
        required=True,
        default="rates",
        help="A component that is only counted feeds gates, multipliers and "
        "scorecards of other components.",
    )
    formula = fields.Text(
        help="Python expression that gives the pay of a period, for example "
        "max(0, credited - quota) * 0.1.",
    )
    quota = fields.Float(
        string="Quota per period",
        min_display_digits=2,
        help="The target of a payee for whom no other target is set. 0: none.",
    )
    quota_proration = fields.Selection(
        [("days", "By the days taken part"), ("whole", "Whole")],
        string="Quota of a partial period",
        required=True,
        default="days",
        help="Of a quota of 30,000, who joins on the 16th of a month of 30 days has "
        "15,000, or the whole.",
    )
    ramp = fields.Char(
        string="Ramp of new payees",
        help="Quota of the first periods, one after the other, as percentages of the "
        "full quota or as numbers: 25 %, 50 %, 75 % or 10000, 20000, 30000. Full from "
        "then on.",
    )
    target_incentive = fields.Monetary(
        help="What a payee earns in a period at 100 % of the quota, where no other "
        "target is set.",
    )
    only_above_quota = fields.Boolean(
        string="Pay only what is above the quota",
    )
    gate_ids = fields.One2many(
        "sales.commission.gate", "component_id", string="Gates", copy=True
    )
    accelerator_ids = fields.One2many(
        "sales.commission.accelerator", "component_id", string="Accelerators", copy=True
    )
    multiplier_ids = fields.One2many(
        "sales.commission.multiplier", "component_id", string="Multipliers", copy=True
    )
    weight_ids = fields.One2many(
        "sales.commission.weight", "component_id", string="Scorecard", copy=True
    )
    quota_ids = fields.One2many(
        "sales.commission.quota", "component_id", string="Targets"
    )
    root_id = fields.Many2one(
        "sales.commission.component",
        string="First version",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        help="The component of the plan's first version that this one replaces. "
        "Running totals go on from version to version.",
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
    lookup = fields.Selection(
        [
            ("amount", "Credited amount of the period"),
            ("attainment", "Attainment: % of the quota"),
            ("running", "Running total of the quarter or year"),
            ("document", "Each sale alone"),
            ("count", "Number of sales"),
        ],
        string="A step is reached by",
        required=True,
        default="amount",
    )
    running_kind = fields.Selection(
        [("quarter", "Quarter"), ("year", "Year")],
        string="Running total of the",
        required=True,
        default="year",
    )
    edge = fields.Selection(
        [("upper", "Reaches the step"), ("lower", "Stays in the step below")],
        string="Exactly on a bound",
        required=True,
        default="upper",
    )
    between = fields.Selection(
        [("flat", "The step's rate"), ("interpolated", "A straight line")],
        string="Between two steps",
        required=True,
        default="flat",
        help="A straight line: halfway between the bounds of 4 % and 8 %, 6 % are "
        "paid on the whole.",
    )
    floor = fields.Monetary(
        string="At least",
        help="What is paid at least for a period with sales. 0: no floor.",
    )
    cap_per_document = fields.Monetary(
        string="At most per sale",
        help="0: no cap. Needs steps that are reached by each sale alone.",
    )
    cap_per_period = fields.Monetary(string="At most per period", help="0: no cap.")
    rate_ids = fields.One2many(
        "sales.commission.rate",
        "component_id",
        string="Rate table",
        copy=True,
        default=lambda self: [fields.Command.create({"bound": 0.0, "percent": 5.0})],
    )

    @api.depends("basis", "measure_id", "currency_id")
    def _compute_unit(self):
        for component in self:
            is_score = component.basis == "scorecard"
            component.unit = "percent" if is_score else component.measure_id.unit
            component.unit_currency_id = (
                component.currency_id if component.unit == "money" else False
            )

    @api.constrains("domain", "measure_id")
    def _check_domain(self):
        for component in self.filtered("measure_id"):
            component.measure_id._check_filter(component.domain, component.name)

    @api.constrains("lookup", "running_kind", "plan_id")
    def _check_running_kind(self):
        for component in self.filtered(lambda c: c.lookup == "running"):
            if component.plan_id.period_kind not in ("month", "quarter") or (
                component.plan_id.period_kind == component.running_kind
            ):
                raise ValidationError(
                    self.env._(
                        "“%(component)s” runs over one %(kind)s, but plan “%(plan)s” "
                        "is measured each %(period)s already. Look the steps up by "
                        "the credited amount of the period, or measure the plan each "
                        "month.",
                        component=component.name,
                        kind=component._get_label("running_kind"),
                        plan=component.plan_id.name,
                        period=component.plan_id._get_label("period_kind"),
                    )
                )

    def _get_label(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels[self[name]].lower()

    @api.constrains("rate_ids")
    def _check_rates(self):
        for component in self:
            lowest = [
                min(rates.mapped("bound"))
                for rates in component.rate_ids.grouped("level").values()
            ]
            if any(lowest):
                raise ValidationError(
                    self.env._(
                        "The rate table of “%(component)s” in plan “%(plan)s” pays "
                        "nothing below %(bound)s because its lowest step starts "
                        "there. Add a step that starts at 0 (its rate may be 0 %%).",
                        component=component.name,
                        plan=component.plan_id.name,
                        bound=max(lowest),
                    )
                )

    def _check_publishable(self):
        for component in self:
            if component.pays == "rates" and not component.rate_ids:
                raise ValidationError(
                    self.env._(
                        "“%(component)s” in plan “%(plan)s” has no rate: add a step "
                        "that starts at 0 before publishing.",
                        component=component.name,
                        plan=component.plan_id.name,
                    )
                )
        self._check_rates()
        self._check_terms()

    @api.model
    def _without_unused_defaults(self, vals_list):
        """The default rate and measure are for what counts and pays by a table."""
        result = []
        for vals in vals_list:
            unused = {}
            if vals.get("basis") == "scorecard":
                unused = {"measure_id": False, "rate_ids": []}
            elif vals.get("pays", "rates") != "rates":
                unused = {"rate_ids": []}
            result.append({**unused, **vals})
        return result

    @api.model_create_multi
    def create(self, vals_list):
        components = super().create(self._without_unused_defaults(vals_list))
        components.plan_id._check_draft()
        components._check_domain_access()
        return components

    def write(self, vals):
        self.plan_id._check_draft()
        result = super().write(vals)
        self.plan_id._check_draft()  # the plan it may have been moved to
        if vals.keys() & {"domain", "measure_id"}:
            self._check_domain_access()
        return result

    def _check_domain_access(self):
        """Constraints run as superuser, so this is no constraint."""
        for component in self.filtered("measure_id.model_name"):
            component.measure_id._check_filter_access(component.domain, component.name)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.plan_id._check_draft()
