from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date


class SalesCommissionHierarchyEdge(models.Model):
    """Somebody is directly above somebody else, from a day to a day."""

    _name = "sales.commission.hierarchy.edge"
    _description = "Line of a Commission Hierarchy"
    _order = "hierarchy_id, manager_id, employee_id, date_from"

    hierarchy_id = fields.Many2one(
        "sales.commission.hierarchy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="hierarchy_id.company_id", store=True)
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        ondelete="cascade",
        index=True,
        help="Whose sales also reach the person above.",
    )
    manager_id = fields.Many2one(
        "hr.employee",
        string="Is below",
        required=True,
        ondelete="cascade",
        index=True,
        help="Who is directly above: level 1 of the employee's sales.",
    )
    date_from = fields.Date(
        string="From",
        help="First day whose sales reach the person above. Empty: since ever.",
    )
    date_to = fields.Date(
        string="To",
        help="Last day whose sales reach the person above. Empty: until further "
        "notice.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "Somebody must stop being below somebody on or after the day of the start.",
    )

    @api.depends("employee_id", "manager_id")
    def _compute_display_name(self):
        for edge in self:
            edge.display_name = self.env._(
                "%(employee)s below %(manager)s",
                employee=edge.employee_id.name,
                manager=edge.manager_id.name,
            )

    # --- what is refused ---------------------------------------------------------

    @api.constrains("employee_id", "manager_id", "hierarchy_id")
    def _check_people(self):
        for edge in self.sudo():  # sudo: officers need no right on employees
            if edge.employee_id == edge.manager_id:
                raise ValidationError(
                    self.env._(
                        "%(payee)s cannot be below %(payee)s in “%(hierarchy)s”: "
                        "choose somebody else.",
                        payee=edge.employee_id.name,
                        hierarchy=edge.hierarchy_id.name,
                    )
                )
            for person in edge.employee_id | edge.manager_id:
                if edge.company_id and person.company_id != edge.company_id:
                    raise ValidationError(
                        self.env._(
                            "“%(hierarchy)s” is for %(company)s and %(payee)s works "
                            "for another company: choose somebody of %(company)s, or "
                            "empty the company of the hierarchy.",
                            hierarchy=edge.hierarchy_id.name,
                            company=edge.company_id.name,
                            payee=person.name,
                        )
                    )

    @api.constrains("hierarchy_id", "employee_id", "date_from", "date_to")
    def _check_one_above(self):
        self.flush_model()
        overlaps = self.env.execute_query(
            SQL(
                """
                SELECT a.id, b.id FROM sales_commission_hierarchy_edge a
                  JOIN sales_commission_hierarchy_edge b
                    ON b.hierarchy_id = a.hierarchy_id
                   AND b.employee_id = a.employee_id AND b.id != a.id
                   AND COALESCE(b.date_from, '-infinity')
                       <= COALESCE(a.date_to, 'infinity')
                   AND COALESCE(a.date_from, '-infinity')
                       <= COALESCE(b.date_to, 'infinity')
                 WHERE a.id = ANY(%s) LIMIT 1
                """,
                self.ids,
            )
        )
        for edge_id, other_id in overlaps:
            # sudo: officers need no right on employees
            edge, other = self.sudo().browse((edge_id, other_id))
            starts = [row.date_from for row in (edge, other) if row.date_from]
            raise ValidationError(
                self.env._(
                    "%(payee)s cannot be below %(first)s and %(second)s at once in "
                    "“%(hierarchy)s”%(since)s. End one line before the other starts.",
                    payee=edge.employee_id.name,
                    first=other.manager_id.name,
                    second=edge.manager_id.name,
                    hierarchy=edge.hierarchy_id.name,
                    since=starts
                    and self.env._(", from %s", format_date(self.env, max(starts)))
                    or "",
                )
            )

    @api.constrains("hierarchy_id", "employee_id", "manager_id", "date_from", "date_to")
    def _check_cycle(self):
        """Nobody is above himself on any day."""
        self.flush_model()
        loops = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE path AS (
                    SELECT hierarchy_id, id AS edge_id, employee_id AS start,
                           manager_id AS last, ARRAY[employee_id, manager_id] AS people,
                           COALESCE(date_from, '-infinity') AS date_from,
                           COALESCE(date_to, 'infinity') AS date_to
                      FROM sales_commission_hierarchy_edge WHERE id = ANY(%s)
                     UNION ALL
                    SELECT path.hierarchy_id, path.edge_id, path.start,
                           edge.manager_id, path.people || edge.manager_id,
                           GREATEST(path.date_from,
                                    COALESCE(edge.date_from, '-infinity')),
                           LEAST(path.date_to, COALESCE(edge.date_to, 'infinity'))
                      FROM path JOIN sales_commission_hierarchy_edge edge
                        ON edge.hierarchy_id = path.hierarchy_id
                       AND edge.employee_id = path.last
                       AND COALESCE(edge.date_from, '-infinity') <= path.date_to
                       AND path.date_from <= COALESCE(edge.date_to, 'infinity')
                     WHERE path.last != path.start
                       AND NOT edge.manager_id = ANY(path.people[2:])
                )
                SELECT edge_id, people FROM path WHERE last = start LIMIT 1
                """,
                self.ids,
            )
        )
        for edge_id, people in loops:
            edge = self.browse(edge_id)
            # sudo: officers need no right on employees
            names = self.env["hr.employee"].sudo().browse(people).mapped("name")
            raise ValidationError(
                self.env._(
                    "%(payee)s cannot be below %(manager)s in “%(hierarchy)s”, because "
                    "that would close a circle: %(circle)s. End one of these lines "
                    "before this one starts.",
                    payee=names[0],
                    manager=names[1],
                    hierarchy=edge.hierarchy_id.name,
                    circle=" → ".join(names),
                )
            )

    # --- plans follow ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        edges = super().create(vals_list)
        edges.hierarchy_id._on_edges_changed(edges._get_reach())
        return edges

    def write(self, vals):
        before = self._get_reach()
        hierarchies = self.hierarchy_id
        result = super().write(vals)
        changed = [
            row
            for was, now in zip(before, self._get_reach(), strict=True)
            for row in self._get_changed_days(was, now)
        ]
        if changed:
            (hierarchies | self.hierarchy_id)._on_edges_changed(changed)
        return result

    def unlink(self):
        reach = self._get_reach()
        hierarchies = self.hierarchy_id
        result = super().unlink()
        hierarchies._on_edges_changed(reach)
        return result

    def _get_reach(self):
        """Whose sales of which days each line lifts, as ``(hierarchy id, employee id,
        manager id, first day, last day)``; None for an open end."""
        return [
            (
                edge.hierarchy_id.id,
                edge.employee_id.id,
                edge.manager_id.id,
                edge.date_from or None,
                edge.date_to or None,
            )
            for edge in self
        ]

    @api.model
    def _get_changed_days(self, was, now):
        """The part of two reaches of one line that is in only one of them."""
        *people, from_was, to_was = was
        *people_now, from_now, to_now = now
        if people != people_now:
            return [was, now]
        changed = []
        if from_was != from_now:
            first, then = sorted((from_was, from_now), key=lambda day: day or date.min)
            changed.append((*people, first, then - timedelta(days=1)))
        if to_was != to_now:
            first, then = sorted((to_was, to_now), key=lambda day: day or date.max)
            changed.append((*people, first + timedelta(days=1), then))
        return changed
