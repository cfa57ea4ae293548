from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import mute_logger


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
        [("invoice_line", "Customer invoice lines")],
        required=True,
        default="invoice_line",
        help="The documents that are counted. Credit notes count as negative.",
    )
    value = fields.Selection(
        [("amount", "Untaxed amount")],
        required=True,
        default="amount",
        help="What is added up.",
    )
    model_name = fields.Char(compute="_compute_model_name")
    domain = fields.Char(
        string="Only when",
        default="[]",
        required=True,
        help="Count only the documents that match. Empty counts all.",
    )
    component_ids = fields.One2many("sales.commission.component", "measure_id")

    @api.model
    def _get_source_models(self):
        """Model that holds one source record of each kind of source."""
        return {"invoice_line": "account.move.line"}

    @api.depends("source")
    def _compute_model_name(self):
        source_models = self._get_source_models()
        for measure in self:
            measure.model_name = source_models.get(measure.source)

    @api.constrains("domain", "source")
    def _check_domain(self):
        for measure in self:
            measure._check_filter(measure.domain, measure.name)

    def _parse_domain(self, text, owner_name):
        """The ``Domain`` typed in *text*, checked against the source's model.

        :raise ValidationError: naming *owner_name* when it cannot be used
        """
        self.ensure_one()
        model = self.env[self.model_name]
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

    def write(self, vals):
        frozen = {"source", "value", "domain", "company_id"} & vals.keys()
        if frozen:
            self._check_not_published()
        return super().write(vals)

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
