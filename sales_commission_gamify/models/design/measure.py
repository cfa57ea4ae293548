from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger

from .domain_access import find_hidden


class SalesCommissionMeasure(models.Model):
    """What is counted: which documents, which value of them, on which date.

    The source room teaches each ``source`` how to find its documents.
    """

    _name = "sales.commission.measure"
    _description = "Commission Measure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What a payee reads about this measure."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to use the measure in every company."
    )
    source = fields.Selection(
        [
            ("order_line", "Sales orders: what is ordered"),
            ("invoice_line", "Customer invoices: what is invoiced"),
            ("payment", "Customer payments: what is collected"),
            ("achievement", "Achievements: entered by hand or imported"),
            ("record", "Records of any other kind"),
        ],
        required=True,
        default="invoice_line",
        help="The documents that are counted. Credit notes count as negative.",
    )
    value = fields.Selection(
        [
            ("amount", "Amount"),
            ("margin", "Margin"),
            ("quantity", "Quantity"),
            ("documents", "Number of documents"),
            ("new_customers", "Number of new customers"),
            ("margin_percent", "Margin in percent"),
            ("discount", "Average discount in percent"),
        ],
        required=True,
        default="amount",
        help="What is added up.",
    )
    offered_values = fields.Json(
        compute="_compute_offered_values", help="What of the source can be added up."
    )
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("percent", "Percent")],
        compute="_compute_unit",
        help="In what it counts.",
    )
    margin_base = fields.Selection(
        [("price", "The price"), ("cost", "The cost")],
        string="Percent of",
        required=True,
        default="price",
        help="A margin of 20 on a price of 100 and a cost of 80 is 20 % of the price, "
        "25 % of the cost.",
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        ondelete="set null",
        domain="[('transient', '=', False)]",
        help="Any model of the database: meetings, opportunities, orders of a shop.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime')),"
        " ('store', '=', True)]",
        help="The day on which a record counts.",
    )
    date_path = fields.Char(
        string="Date over a link",
        help="When the day stands on a linked record: the field there, for example "
        "order_id.date_order. Empty: the date above.",
    )
    owner_path = fields.Char(
        string="Owner",
        help="Field that tells whose record it is, for example user_id or "
        "opportunity_id.user_id: a user, an employee, or a contact of a payee.",
    )
    value_field_id = fields.Many2one(
        "ir.model.fields",
        string="Adds up",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True),"
        " ('ttype', 'in', ('monetary', 'float', 'integer'))]",
        help="What a record counts for.",
    )
    model_name = fields.Char(compute="_compute_model_name")
    domain = fields.Char(
        string="Only when",
        default="[]",
        required=True,
        help="Count only the documents that match. Empty counts all.",
    )
    library_key = fields.Char(
        readonly=True,
        copy=False,
        help="Which ready measure this is, so that it is added once.",
    )
    component_ids = fields.One2many("sales.commission.component", "measure_id")

    _library_key_uniq = models.UniqueIndex(
        "(library_key) WHERE library_key IS NOT NULL",
        "This ready measure is already there.",
    )

    @api.model
    def _get_source_models(self):
        """Model that holds one source record of each kind of source."""
        return {
            "order_line": "sale.order.line",
            "invoice_line": "account.move.line",
            "payment": "account.move.line",
        }

    @api.depends("source")
    def _compute_offered_values(self):
        for measure in self:
            measure.offered_values = measure._get_values()

    @api.depends("source", "model_id")
    def _compute_model_name(self):
        source_models = self._get_source_models()
        for measure in self:
            # sudo: who designs a plan may not read the list of models
            measure.model_name = (
                measure.sudo().model_id.model
                if measure.source == "record"
                else source_models.get(measure.source)
            )

    @api.depends("source", "value", "value_field_id")
    def _compute_unit(self):
        units = {
            "amount": "money",
            "margin": "money",
            "margin_percent": "percent",
            "discount": "percent",
        }
        for measure in self:
            # sudo: who designs a plan may not read the list of fields
            ttype = measure.sudo().value_field_id.ttype
            is_number = (measure.source == "achievement") or (
                measure.source == "record" and ttype != "monetary"
            )
            unit = units.get(measure.value, "number")
            measure.unit = "number" if is_number and unit == "money" else unit

    def _get_values(self):
        """What of this source's documents can be added up."""
        return {
            "payment": ["amount", "margin"],
            "achievement": ["amount"],
            "record": ["amount", "documents"],
        }.get(self.source) or [
            value for value, _label in self._fields["value"].selection
        ]

    @api.constrains("source", "value")
    def _check_value(self):
        for measure in self:
            offered = measure._get_values()
            if measure.value not in offered:
                values = dict(self._fields["value"]._description_selection(self.env))
                sources = dict(self._fields["source"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "The measure “%(measure)s” cannot count “%(value)s” of "
                        "“%(kind)s”. Choose one of: %(offered)s.",
                        measure=measure.name,
                        value=values[measure.value],
                        kind=sources[measure.source],
                        offered=", ".join(values[value] for value in offered),
                    )
                )

    @api.constrains("domain", "source", "model_id")
    def _check_domain(self):
        for measure in self.filtered("model_name"):
            measure._check_filter(measure.domain, measure.name)

    def _parse_domain(self, text, owner_name):
        """The ``Domain`` typed in *text*, checked against the source's model.

        :raise ValidationError: naming *owner_name* when it cannot be used
        """
        self.ensure_one()
        model = self.env.get(self.model_name)
        if model is None:
            raise ValidationError(
                self.env._(
                    "“%s” cannot be counted: its app is no longer installed, or its "
                    "kind of records is not chosen. Use another measure.",
                    self.name,
                )
            )
        try:
            domain = Domain(literal_eval(text or "[]"))
            domain.validate(model)
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "The filter of “%(name)s” cannot be used on %(model)s: "
                    "%(error)s. Correct the filter or empty it to count all.",
                    name=owner_name,
                    model=model._description,
                    error=error,
                )
            ) from error
        return domain

    def _check_filter(self, text, owner_name):
        """:raise ValidationError: when the database cannot run the filter"""
        domain = self._parse_domain(text, owner_name)
        # sudo: officers need no right on invoices to design a plan
        model = self.env[self.model_name].sudo()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                model.search(domain, limit=1)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The filter of “%(name)s” cannot be run: %(error)s. Correct the "
                    "filter or empty it to count all.",
                    name=owner_name,
                    error=error,
                )
            ) from error

    def _check_filter_access(self, text, owner_name):
        """:raise ValidationError: when the filter looks at what the user may not read

        What is credited would tell it.
        """
        if not self.env.su:
            domain = self._parse_domain(text, owner_name)
            hidden = find_hidden(self.env, self.env[self.model_name], domain)
            if hidden:
                raise ValidationError(
                    self.env._(
                        "The filter of “%(name)s” looks at “%(field)s”, which you may "
                        "not read. Filter by something else, or ask somebody who may.",
                        name=owner_name,
                        field=hidden,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_domain_access()
        return measures

    def _check_domain_access(self):
        """Constraints run as superuser, so this is no constraint."""
        for measure in self.filtered("model_name"):
            measure._check_filter_access(measure.domain, measure.name)

    @api.model
    def _get_frozen_fields(self):
        """What a published plan has promised with the measure."""
        return {
            "source",
            "value",
            "domain",
            "company_id",
            "margin_base",
            "model_id",
            "date_field_id",
            "date_path",
            "owner_path",
            "value_field_id",
        }

    def write(self, vals):
        if self._get_frozen_fields() & vals.keys():
            self._check_not_published()
        result = super().write(vals)
        if vals.keys() & {"domain", "source", "model_id"}:
            self._check_domain_access()
        return result

    def _check_not_published(self):
        for measure in self.sudo():
            plan = measure.component_ids.plan_id.filtered(
                lambda plan: plan.state != "draft"
            )[:1]
            if plan:
                raise UserError(
                    self.env._(
                        "The measure “%(measure)s” is used by the published plan "
                        "“%(plan)s”, so what it counts cannot change. Duplicate "
                        "the measure and use the copy in a new plan.",
                        measure=measure.name,
                        plan=plan.name,
                    )
                )
