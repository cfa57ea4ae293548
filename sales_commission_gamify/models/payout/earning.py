from odoo import fields, models


class SalesCommissionEarning(models.Model):
    _inherit = "sales.commission.earning"

    statement_line_ids = fields.Many2many(
        "sales.commission.statement.line",
        "sales_commission_statement_line_earning_rel",
        "earning_id",
        "line_id",
        string="Statement Lines",
        readonly=True,
        help="Where it is paid: one line, or none as long as it is open.",
    )
