from odoo import api, fields, models
from odoo.exceptions import UserError

from .implied import ImpliedMany2one


class SalesCommissionCredit(models.Model):
    """This payee gets this much of this event for this component.

    The credit that counts for a source is its last row that was not reversed.
    """

    _name = "sales.commission.credit"
    _inherit = ["sales.commission.fact", "sales.commission.dated"]
    _description = "Commission Credit"
    _order = "date desc, id desc"
    _rec_name = "document_name"

    # as it was, also when the user is deleted
    create_uid = ImpliedMany2one("res.users", string="Created by", readonly=True)
    write_uid = ImpliedMany2one("res.users", string="Last Updated by", readonly=True)
    company_id = ImpliedMany2one("res.company", required=True, readonly=True)
    plan_id = ImpliedMany2one("sales.commission.plan", required=True, readonly=True)
    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    level = fields.Integer(
        readonly=True,
        help="0: own sale. 1, 2, …: override on the sales of those below.",
    )
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    document_model = fields.Char(required=True, readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model",
        required=True,
        readonly=True,
        string="Document No.",
    )
    origin_id = fields.Many2oneReference(
        model_field="document_model",
        readonly=True,
        help="The sale itself; for a refund the sale it takes back.",
    )
    document_name = fields.Char(string="Document", readonly=True)
    sold = fields.Date(
        string="Sold on",
        required=True,
        readonly=True,
        help="Day on which the payee must take part: that of the sale, also for what "
        "is paid or taken back later.",
    )
    date = fields.Date(required=True, readonly=True, help="Day on which it counts.")
    currency_id = ImpliedMany2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        string="Credited", readonly=True, help="In the plan's currency."
    )
    quantity = fields.Float(
        readonly=True,
        min_display_digits=2,
        help="Units of it. Of a measure in percent: what the amount is divided by.",
    )
    below_percent = fields.Float(
        readonly=True,
        aggregator=None,
        min_display_digits=2,
        help="The rate that the levels below got, for a differential override.",
    )
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("percent", "Percent")],
        required=True,
        readonly=True,
        default="money",
        help="In what the amount counts.",
    )
    amount_text = fields.Char(
        string="Credited in words",
        compute="_compute_amount_text",
        help="What is credited, in what the component counts.",
    )
    source_currency_id = fields.Many2one("res.currency", readonly=True)
    source_amount = fields.Monetary(
        string="In document currency",
        currency_field="source_currency_id",
        readonly=True,
        aggregator=None,
    )
    revision = fields.Integer(required=True, readonly=True)
    reversal_of_id = fields.Many2one(
        "sales.commission.credit", readonly=True, ondelete="restrict"
    )
    reason = fields.Selection(
        [
            ("credited", "Credited"),
            ("corrected", "Replaced by a corrected row"),
            ("withdrawn", "The document no longer counts"),
        ],
        required=True,
        readonly=True,
    )

    _event_uniq = models.Constraint(
        "UNIQUE (source_model, source_id, component_id, employee_id, level, revision)",
        "This event is already credited to this payee.",
    )
    _reversal_uniq = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This credit is already reversed.",
    )
    # of a payee, and by day for standings
    _employee_idx = models.Index("(employee_id, date)")
    _document_idx = models.Index("(document_id, document_model)")
    _period_idx = models.Index("(component_id, employee_id, level, date_from)")

    @api.depends("amount", "quantity", "unit", "currency_id")
    def _compute_amount_text(self):
        for credit in self:
            credit.amount_text = self._say_credited(
                credit.amount, credit.quantity, credit.unit, credit.currency_id
            )

    @api.model
    def _say_credited(self, amount, quantity, unit, currency):
        """The sums of some credits in words: a percentage is one of what they are
        divided by."""
        if unit == "percent":
            amount = round(100 * amount / quantity, 2) if quantity else 0.0
        return self._say_counted(amount, unit, currency)

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        runs = self.env["sales.commission.run"]
        if not runs._may_open(self.document_model, self.document_id):
            raise UserError(runs._say_may_not_open(self.document_name))
        return runs._open_document(self.document_model, self.document_id)
