from odoo import api, fields, models
from odoo.exceptions import UserError

# Causes that are only there to tell one row from another.
NO_PAGE = ("hr.employee", "res.company", "sales.commission.component")


class SalesCommissionPoint(models.Model):
    """From points to what brought them."""

    _inherit = "sales.commission.point"

    has_cause = fields.Boolean(
        compute="_compute_has_cause", help="Whether its cause can be opened."
    )

    @api.depends("document_model")
    def _compute_has_cause(self):
        for point in self:
            model = point.document_model
            point.has_cause = model in self.env and model not in NO_PAGE

    def action_open_cause(self):
        self.ensure_one()
        self.check_access("read")
        runs = self.env["sales.commission.run"]
        if not self.has_cause or not runs._may_open(
            self.document_model, self.origin_id
        ):
            raise UserError(runs._say_may_not_open(self.reason))
        return runs._open_document(self.document_model, self.origin_id)
