from odoo import api, fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionDismissal(models.Model):
    """A document that rightly earns nobody anything.

    It holds as long as the document stays as it was: with another amount, day,
    salesperson or reason it stands in the work list again.
    """

    _name = "sales.commission.dismissal"
    _description = "Dismissed Commission Exception"
    _order = "id desc"
    _rec_name = "document_name"

    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(
        model_field="source_model", required=True, readonly=True
    )
    document_name = fields.Char(
        string="Document", readonly=True, help="What nobody is credited for."
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    problem = fields.Char(required=True, readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    date = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    note = fields.Char(
        string="Dismissed because",
        required=True,
        readonly=True,
        help="Why nobody earns anything for it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Dismissed by",
        required=True,
        readonly=True,
        help="Who decided it.",
    )

    _source_uniq = models.Constraint(
        "UNIQUE (source_model, source_id)", "This document is dismissed already."
    )


class SalesCommissionDismissalAsk(models.TransientModel):
    """Why the chosen documents earn nobody anything."""

    _name = "sales.commission.dismissal.ask"
    _description = "Dismiss Commission Exceptions"

    note = fields.Char(
        string="Reason",
        required=True,
        help="Why nobody earns anything for it: a house account, for example.",
    )
    exception_numbers = fields.Json(required=True)
    count = fields.Integer(string="Documents", compute="_compute_count")

    @api.depends("exception_numbers")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.exception_numbers or [])

    def action_dismiss(self):
        self.ensure_one()
        check_group(self.env, "group_officer", "group_accountant")
        exceptions = self.env["sales.commission.exception"].search(
            [("id", "in", self.exception_numbers), ("is_dismissed", "=", False)]
        )
        if not exceptions:
            raise UserError(
                self.env._("They have left the list meanwhile: nothing to dismiss.")
            )
        exceptions._dismiss(self.note)
        return {"type": "ir.actions.act_window_close"}
