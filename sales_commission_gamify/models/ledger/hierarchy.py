import logging
from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from .run import LOCK_TIMEOUT

_logger = logging.getLogger(__name__)


class SalesCommissionHierarchy(models.Model):
    """A line of a hierarchy is part of the terms: the sales of those below it, sold on
    its days, are judged anew."""

    _inherit = "sales.commission.hierarchy"

    def _on_edges_changed(self, reach):
        result = super()._on_edges_changed(reach)
        # sudo: whoever may change a hierarchy, or the employees and teams that it
        # follows, may have the plans that use it computed
        components = (
            self.env["sales.commission.component"]
            .sudo()
            .search(
                [
                    ("plan_id.state", "!=", "draft"),
                    ("credited_to", "=", "hierarchy"),
                    ("hierarchy_id", "in", self.ids),
                    ("measure_id", "!=", False),
                ]
            )
        )
        runs = self.env["sales.commission.run"].sudo()
        groups = components.grouped(lambda c: c.measure_id._get_document_models())
        for (_source_model, document_model), users in groups.items():
            documents = users._get_documents_in_reach(reach)
            if not documents:
                continue
            try:
                with runs._apart(LOCK_TIMEOUT):
                    runs._run_components(users, documents)
            except Exception as error:
                # the line is right all the same, as is the employee or sales team
                # that it follows; the sweep tries again
                _logger.info("Sales of %s are not judged anew", self, exc_info=True)
                runs._keep_failure(document_model, documents, error)
        return result


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _get_documents_in_reach(self, reach):
        """Ids of the documents whose sellers are in *reach*, or below who is."""
        rows = [
            row
            for row in self._get_everybody_below(reach)
            if row[0] in self.hierarchy_id.ids
        ]
        queries = [
            (component, events)
            for component in self
            if (events := component._get_event_query())
        ]
        if not queries or not rows:
            return []
        found = self.env.execute_query(self._get_reached_sql(queries, rows))
        return [document_id for (document_id,) in found]

    def _get_reached_sql(self, queries, rows):
        """What *rows* sold: ``(hierarchy id, employee id, from, to)``."""
        return SQL(
            """
            WITH %s, %s, %s
            SELECT DISTINCT event.document_id
              FROM event
              JOIN known ON known.number = event.number
              JOIN unnest(%s::int[], %s::int[], %s::date[], %s::date[])
                AS reach(hierarchy_id, employee_id, date_from, date_to)
                ON reach.hierarchy_id = known.hierarchy_id
               AND reach.employee_id = known.employee_id
               AND event.sold >= COALESCE(reach.date_from, '-infinity')
               AND event.sold <= COALESCE(reach.date_to, 'infinity')
             ORDER BY 1
            """,
            self._get_event_tables(queries),
            self._get_seller_table(),
            self._get_known_table(),
            *map(list, zip(*rows, strict=True)),
        )

    def _get_everybody_below(self, reach):
        """The rows of *reach*, and one for each person below on any day."""
        edges = self.env["sales.commission.hierarchy.edge"].sudo()
        below = defaultdict(set)
        for hierarchy_id, employee_id, manager_id in edges._get_pairs(
            self.hierarchy_id
        ):
            below[hierarchy_id, manager_id].add(employee_id)
        found = set()
        for hierarchy_id, employee_id, _manager, date_from, date_to in reach:
            people, new = set(), {employee_id}
            while new:
                people |= new
                new = {
                    person
                    for above in new
                    for person in below[hierarchy_id, above]
                    if person not in people
                }
            found |= {(hierarchy_id, person, date_from, date_to) for person in people}
        return found


class SalesCommissionHierarchyEdge(models.Model):
    _inherit = "sales.commission.hierarchy.edge"

    def _get_pairs(self, hierarchies):
        """``(hierarchy, employee, manager)`` ids of all lines."""
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT hierarchy_id, employee_id, manager_id
                     FROM sales_commission_hierarchy_edge
                    WHERE hierarchy_id = ANY(%s)""",
                hierarchies.ids,
            )
        )
