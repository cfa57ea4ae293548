import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class SalesCommissionHierarchy(models.Model):
    """Who is above whom, from a day to a day. Several stand side by side."""

    _name = "sales.commission.hierarchy"
    _description = "Commission Hierarchy"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("manager", "The employees' managers"),
            ("team", "The leaders of the sales teams"),
            ("free", "Entered by hand"),
        ],
        string="Follows",
        required=True,
        default="free",
        help="The first two follow the employees and the sales teams by themselves, "
        "from the day on which they change. You may correct their dates.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: for the payees of every company."
    )
    edge_ids = fields.One2many(
        "sales.commission.hierarchy.edge",
        "hierarchy_id",
        string="Who is above whom",
        copy=True,
    )
    edge_count = fields.Integer(compute="_compute_edge_count", string="Lines")

    @api.depends("edge_ids")
    def _compute_edge_count(self):
        counts = dict(
            self.env["sales.commission.hierarchy.edge"]._read_group(
                [("hierarchy_id", "in", self.ids)], ["hierarchy_id"], ["__count"]
            )
        )
        for hierarchy in self:
            hierarchy.edge_count = counts.get(hierarchy, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for hierarchy, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", hierarchy.name)
        return vals_list

    def _on_edges_changed(self, reach):
        """Hook: other sales reach other people than before.

        :param reach: rows of ``sales.commission.hierarchy.edge._get_reach``
        """

    def action_view_edges(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_hierarchy_edge_action"
        )
        action["domain"] = [("hierarchy_id", "=", self.id)]
        action["context"] = {
            "default_hierarchy_id": self.id,
            "search_default_group_manager": 1,
        }
        return action

    # --- following employees and sales teams --------------------------------------

    def action_follow(self):
        """Take over from today on what the employees or sales teams say now."""
        self.check_access("write")
        # sudo: officers need no right on employees and sales teams
        for hierarchy in self.sudo().filtered(lambda h: h.kind != "free"):
            wanted = hierarchy._get_wanted()
            known = hierarchy.edge_ids.employee_id.ids
            hierarchy._follow({**dict.fromkeys(known), **wanted})
        return True

    @api.model
    def _fill_empty(self):
        """Hierarchies that follow something and have no line yet hold since ever."""
        hierarchies = self.sudo().search(
            [("kind", "!=", "free"), ("edge_ids", "=", False)]
        )
        for hierarchy in hierarchies:
            hierarchy._follow(hierarchy._get_wanted(), since=None)

    @api.model
    @contextmanager
    def _following(self, kind, since_ever=False):
        """Employees or sales teams change within: the hierarchies of this kind follow
        from today on, or *since_ever* for people who are new.

        Never stops whoever manages employees or teams.
        """
        # sudo: who manages employees or teams needs no right on commissions
        hierarchies = self.sudo().search([("kind", "=", kind)])
        before = {hierarchy: hierarchy._get_wanted() for hierarchy in hierarchies}
        yield
        for hierarchy, was in before.items():
            now = hierarchy._get_wanted()
            changed = {
                employee_id: now.get(employee_id)
                for employee_id in {*was, *now}
                if was.get(employee_id) != now.get(employee_id)
            }
            if not changed:
                continue
            try:
                with self.env.cr.savepoint():
                    since = None if since_ever else fields.Date.context_today(self)
                    hierarchy._follow(changed, since=since)
            except Exception:
                _logger.exception("The hierarchy %s did not follow", hierarchy.name)

    def _get_wanted(self):
        """``{employee id: id of who is above today}``"""
        self.ensure_one()
        rows = self.env.execute_query(getattr(self, f"_get_wanted_sql_{self.kind}")())
        return dict(rows)

    def _get_wanted_sql_manager(self):
        self.env["hr.employee"].flush_model(["parent_id", "company_id", "active"])
        return SQL(
            """
            SELECT employee.id, employee.parent_id FROM hr_employee employee
              JOIN hr_employee manager ON manager.id = employee.parent_id
             WHERE employee.active AND employee.id != manager.id AND %s
            """,
            self._get_company_sql(),
        )

    def _get_wanted_sql_team(self):
        """Who is in several teams is below the leader of the first one."""
        self.env["hr.employee"].flush_model(["user_id", "company_id", "active"])
        self.env["crm.team"].flush_model(["user_id", "company_id", "active"])
        self.env["crm.team.member"].flush_model(["user_id", "crm_team_id", "active"])
        return SQL(
            """
            SELECT DISTINCT ON (employee.id) employee.id, manager.id
              FROM crm_team_member member
              JOIN crm_team team ON team.id = member.crm_team_id
              JOIN hr_employee employee ON employee.user_id = member.user_id
              JOIN hr_employee manager ON manager.user_id = team.user_id
               AND manager.company_id = employee.company_id
             WHERE member.active AND team.active AND employee.active
               AND employee.id != manager.id AND %s
               AND (team.company_id IS NULL OR team.company_id = employee.company_id)
             ORDER BY employee.id, team.sequence, team.id, manager.active DESC
            """,
            self._get_company_sql(),
        )

    def _get_company_sql(self):
        if not self.company_id:
            return SQL("TRUE")
        return SQL(
            "employee.company_id = %(company)s AND manager.company_id = %(company)s",
            company=self.company_id.id,
        )

    def _follow(self, wanted, since=False):
        """From *since* on the employees are below whom *wanted* says.

        :param wanted: ``{employee id: manager id or None}``
        :param since: a date, None for since ever; today when not given
        """
        self.ensure_one()
        since = fields.Date.context_today(self) if since is False else since
        edges = self.env["sales.commission.hierarchy.edge"]
        later = edges.search(
            [
                ("hierarchy_id", "=", self.id),
                ("employee_id", "in", list(wanted)),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", since),
            ]
            if since
            else [("hierarchy_id", "=", self.id), ("employee_id", "in", list(wanted))],
            order="date_from",
        ).grouped(lambda edge: edge.employee_id.id)
        new = []
        for employee_id, manager_id in wanted.items():
            rows = later.get(employee_id, edges)
            current = rows.filtered(
                lambda row: not row.date_from or (since and row.date_from <= since)
            )[:1]
            if current.manager_id.id == (manager_id or False):
                continue
            ends = [row.date_from for row in rows - current]
            new.append(
                {
                    "hierarchy_id": self.id,
                    "employee_id": employee_id,
                    "manager_id": manager_id,
                    "date_from": since,
                    "date_to": min(ends) - timedelta(days=1) if ends else False,
                }
            )
            if current and current.date_from != (since or False):
                current.date_to = since - timedelta(days=1)
            else:
                current.unlink()
        edges.create(self._without_circles([row for row in new if row["manager_id"]]))

    def _without_circles(self, vals_list):
        """Leave out lines that would make somebody stand above himself: employees and
        sales teams may be recorded like that, commissions cannot follow it."""
        above = {
            edge.employee_id.id: edge.manager_id.id
            for edge in self.edge_ids
            if not edge.date_to
        }
        kept = []
        for vals in vals_list:
            start, manager = vals["employee_id"], vals["manager_id"]
            seen = {start}
            while manager and manager not in seen:
                seen.add(manager)
                manager = above.get(manager)
            if manager:
                _logger.warning(
                    "%s: employee %s cannot be below %s, that closes a circle",
                    self.name,
                    start,
                    vals["manager_id"],
                )
                continue
            above[start] = vals["manager_id"]
            kept.append(vals)
        return kept
