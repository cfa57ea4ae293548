from odoo import api, models
from odoo.exceptions import UserError


class SalesCommissionFact(models.AbstractModel):
    """A row that is written once and never changes, for anybody.

    A mistake is corrected by a further row, so that what was shown, paid and
    booked can always be read again.
    """

    _name = "sales.commission.fact"
    _description = "Commission Fact"

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "%s rows are facts and cannot be changed. Correct the document or "
                "the plan: the difference is added as a new row.",
                self._description,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "%s rows are facts and cannot be deleted. Correct the document or "
                "the plan: the difference is added as a new row.",
                self._description,
            )
        )
