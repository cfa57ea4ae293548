from odoo import models
from odoo.tools import ormcache


class SalesCommissionComponent(models.Model):
    """The rules of a published plan never change, so each worker remembers what was
    made of them. A plan that is published makes all workers forget.

    Only what a plan says of itself is remembered: another version of it may be deleted
    as a draft, or vanish with a transaction that is rolled back.
    """

    _inherit = "sales.commission.component"

    def _recall(self):
        """Put into the cache of this transaction what published components, their plans
        and measures say, which would else be read for each invoice that is posted."""
        for component in self:
            for model, id_, values in component._remember_columns():
                columns = self.env[model]._fields
                for name, value in values.items():
                    columns[name]._get_cache(self.env).setdefault(id_, value)

    @ormcache("self.id")
    def _remember_columns(self):
        """``[(model, id, {field: value as Odoo caches it})]``"""
        own = self.sudo()  # the same, whoever asks first
        found = []
        for record in (own, own.plan_id, own.measure_id):
            names = [
                name
                for name in record._get_promised_fields()
                if record._fields[name] not in self.env._field_depends_context
            ]
            record.fetch([name for name in names if record._fields[name].store])
            for name in names:
                record.mapped(name)  # what is computed of them, too
            for id_ in record.ids:  # a scorecard has no measure
                caches = {
                    name: record._fields[name]._get_cache(record.env) for name in names
                }
                values = {name: cache[id_] for name, cache in caches.items()}
                found.append((record._name, id_, values))
        return found

    def _get_promised_fields(self):
        """What cannot change of a component once its plan is published."""
        columns = [
            name
            for name, field in self._fields.items()
            if field.prefetch is True and name not in ("write_date", "write_uid")
        ]
        return [*columns, "unit", "unit_currency_id"]

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

    def _get_running_versions(self):
        if not self._is_promised():
            return super()._get_running_versions()
        return self._remember_running_versions()

    @ormcache("self._ids")
    def _remember_running_versions(self):
        """A draft has credited nothing, and one that is published makes all forget."""
        return super()._get_running_versions()


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def _get_promised_fields(self):
        """Columns that cannot change without that all is forgotten."""
        return [
            "company_id",
            "currency_id",
            "date_from",
            "date_to",
            "period_kind",
            "root_id",
            "state",
            "version",
        ]


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    def _get_promised_fields(self):
        """Columns that cannot change while a published plan asks them."""
        return sorted(self._get_frozen_fields())


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "currency_id" in vals:
            self.env["sales.commission.plan"]._forget_remembered()
        return result
