from odoo import api, models


class SalesCommissionDraftPart(models.AbstractModel):
    """A row that is part of what a plan promises: it changes only while the plan is
    a draft. ``_get_plans`` tells which plans that are."""

    _name = "sales.commission.draft.part"
    _description = "Part of a Commission Plan"

    def _get_plans(self):
        return self.component_id.plan_id

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._get_plans()._check_draft()
        return rows

    def write(self, vals):
        self._get_plans()._check_draft()
        result = super().write(vals)
        self._get_plans()._check_draft()  # the plan it may have been moved to
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._get_plans()._check_draft()
