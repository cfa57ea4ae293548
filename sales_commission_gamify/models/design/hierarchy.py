from odoo import fields, models


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
        required=True,
        default="free",
        help="The first two follow the employees and the sales teams by themselves, "
        "from the day on which they change.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: for the payees of every company."
    )
    edge_ids = fields.One2many(
        "sales.commission.hierarchy.edge", "hierarchy_id", string="Who is above whom"
    )
