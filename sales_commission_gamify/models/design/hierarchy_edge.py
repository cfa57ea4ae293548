from odoo import fields, models


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
        "hr.employee", required=True, ondelete="cascade", index=True
    )
    manager_id = fields.Many2one(
        "hr.employee", string="Is below", required=True, ondelete="cascade", index=True
    )
    date_from = fields.Date(string="From", help="Empty: since ever.")
    date_to = fields.Date(string="To", help="Empty: until further notice.")
