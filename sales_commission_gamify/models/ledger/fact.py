from odoo import api, models
from odoo.exceptions import UserError


class SalesCommissionFact(models.AbstractModel):
    """A row that is written once and never changes, for anybody.

    A mistake is corrected by a further row, so that what was shown, paid and
    booked can always be read again.
    """

    _name = "sales.commission.fact"
    _description = "Commission Fact"

    def _get_frozen(self):
        """The rows that are facts already; all of them, as a rule."""
        return self

    def write(self, vals):
        if frozen := self._get_frozen():
            raise UserError(frozen._say_not_written())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if frozen := self._get_frozen():
            raise UserError(frozen._say_not_deleted())

    def _say_not_written(self):
        return self.env._(
            "%s rows are facts and cannot be changed. Correct the document or "
            "the plan: the difference is added as a new row.",
            self._description,
        )

    def _say_not_deleted(self):
        return self.env._(
            "%s rows are facts and cannot be deleted. Correct the document or "
            "the plan: the difference is added as a new row.",
            self._description,
        )
