from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ... import engine
from ...engine.scorecards import compute_score
from ..source.what_if import ask


class SalesCommissionEarning(models.Model):
    """What a component looks at in the other components of its plan.

    A payee's attainment of another component is what that component credited him in
    the same period, at whatever level, against his quota for it.
    """

    _inherit = "sales.commission.earning"

    @api.model
    def _get_looks(self, components, rows):
        """``{key: {"attainments": …, "measures": …}}`` as ``PeriodFacts`` takes them.

        What is not known, for want of a quota, is left out: the engine then says
        what is missing.
        """
        looks = {
            self._get_key(row): {"attainments": {}, "measures": {}} for row in rows
        }
        sources = {component.id: component._get_sources() for component in components}
        if not any(sources.values()):
            return looks
        asked = {(row["employee_id"], row["date_from"]) for row in rows}
        known = self._get_known(components._get_source_components(), asked)
        for row in rows:
            found = looks[self._get_key(row)]
            for source, what in sources[row["component_id"]]:
                value, attainment = known[
                    source.id, row["employee_id"], row["date_from"]
                ]
                looked_up = value if what == "value" else attainment
                if looked_up is None:
                    continue
                name = source._get_source_key()
                found["measures"][f"{name}:{what}"] = looked_up
                if what == "attainment":
                    found["attainments"][name] = looked_up
        return looks

    @api.model
    def _get_known(self, sources, asked):
        """``{(component, employee, date_from): (value, attainment or None)}``"""
        sums = self._sum_credits(sources, asked)
        keys = {(source.id, *one) for source in sources for one in asked}
        targets = sources._get_targets(keys)
        known = {}
        for source in sources.filtered(lambda c: c.basis == "measure"):
            for employee_id, date_from in asked:
                key = (source.id, employee_id, date_from)
                value = self._get_value(source, *sums[key])
                known[key] = value, self._get_attainment(value, targets[key].quota)
        cards = sources.filtered(lambda c: c.basis == "scorecard")
        while cards:
            # those that weigh only what is known already come first
            ready = cards.filtered(
                lambda c, left=cards: not c.weight_ids.source_component_id & left
            )
            for card in ready:
                for one in asked:
                    score = self._get_score(card, known, *one)
                    known[(card.id, *one)] = score, score
            cards -= ready
        return known

    @api.model
    def _sum_credits(self, sources, asked):
        sums = defaultdict(lambda: ("0", "0"))
        rows = ask(
            self.env,
            SQL(
                """
                SELECT c.component_id, c.employee_id, c.date_from,
                       SUM(c.amount)::text, ROUND(SUM(c.quantity)::numeric, 9)::text
                  FROM unnest(%s::int[], %s::date[]) AS k(employee_id, date_from)
                  JOIN sales_commission_credit c USING (employee_id, date_from)
                 WHERE c.component_id = ANY(%s)
                 GROUP BY 1, 2, 3
                """,
                *(list(column) for column in zip(*sorted(asked), strict=True)),
                sources.ids,
            ),
        )
        sums.update({tuple(key): (amount, units) for *key, amount, units in rows})
        return sums

    @api.model
    def _get_attainment(self, value, quota):
        return engine.compute_attainment(value, quota) if quota else None

    @api.model
    def _get_score(self, card, known, employee_id, date_from):
        attainments = {
            row.source_component_id._get_source_key(): known[
                row.source_component_id.id, employee_id, date_from
            ][1]
            for row in card.weight_ids
        }
        if not attainments or None in attainments.values():
            return None
        return compute_score(attainments, dict(card._get_weights()))

    # --- what is priced again -----------------------------------------------------

    @api.model
    def _with_dependent_keys(self, keys):
        """*keys* and those of the components that look at theirs."""
        # sudo: what is priced again does not depend on who posted the invoice
        components = self.env["sales.commission.component"].sudo()
        looked_at = components.browse({key[0] for key in keys})
        pairs = {
            (dependent.id, source.id)
            for source in looked_at
            for dependent in source._get_dependents()
        }
        if not pairs:
            return keys
        # priced without any credit of their own
        alone = [
            c.id
            for c in components.browse({dependent for dependent, _s in pairs})
            if c.basis == "scorecard" or c.pays == "formula"
        ]
        rows = ask(
            self.env,
            SQL(
                """
                WITH looked AS (
                    SELECT DISTINCT p.component_id, k.employee_id, k.date_from
                      FROM %s JOIN unnest(%s::int[], %s::int[])
                        AS p(component_id, source_id)
                        ON p.source_id = k.component_id)
                SELECT DISTINCT c.component_id, c.employee_id, c.level, c.date_from
                  FROM looked JOIN sales_commission_credit c
                 USING (component_id, employee_id, date_from)
                 UNION
                SELECT component_id, employee_id, 0, date_from
                  FROM looked WHERE component_id = ANY(%s)
                """,
                self._keys_sql(keys),
                *(list(column) for column in zip(*sorted(pairs), strict=True)),
                alone,
            ),
        )
        return keys | set(rows)
