from odoo import models
from odoo.tools import ormcache


class SalesCommissionComponent(models.Model):
    """The rules of a published plan never change, so each worker remembers what was
    made of them. A plan that is published makes all workers forget.

    Only what a plan says of itself is remembered: another version of it may be deleted
    as a draft, or vanish with a transaction that is rolled back.
    """

    _inherit = "sales.commission.component"

    def _get_columns(self):
        """What Odoo would read of a component at once."""
        return [name for name, field in self._fields.items() if field.prefetch is True]

    def _is_promised(self):
        """Whether nothing of *self* can change any more. What a form shows may."""
        return all(component.id for component in self) and all(
            component.plan_id.state != "draft" for component in self
        )

    def _get_terms(self, level=0):
        self.ensure_one()
        if not self._is_promised():
            return super()._get_terms(level)
        return self._remember_terms(level, self.currency_id.rounding)

    @ormcache("self.id", "level", "rounding")
    def _remember_terms(self, level, rounding):
        return super()._get_terms(level)

    def _get_level_percents(self):
        if not self._is_promised():
            return super()._get_level_percents()
        return self._remember_level_percents()

    @ormcache("self.id")
    def _remember_level_percents(self):
        return super()._get_level_percents()

    def _get_sources(self):
        self.ensure_one()
        if not self._is_promised():
            return super()._get_sources()
        return {(self.browse(id_), what) for id_, what in self._remember_sources()}

    @ormcache("self.id")
    def _remember_sources(self):
        return [(component.id, what) for component, what in super()._get_sources()]

    def _get_dependents(self):
        if not self._is_promised():
            return super()._get_dependents()
        return self.browse(self._remember_dependents())

    @ormcache("self._ids")
    def _remember_dependents(self):
        return super()._get_dependents()._ids
