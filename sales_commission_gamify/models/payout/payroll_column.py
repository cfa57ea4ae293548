from odoo import api, fields, models


class SalesCommissionPayrollColumn(models.Model):
    """A column of the file that a company's payroll reads."""

    _name = "sales.commission.payroll.column"
    _description = "Commission Payroll Column"
    _order = "sequence, id"
    _rec_name = "heading"

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    heading = fields.Char(required=True, help="As the payroll program expects it.")
    content = fields.Selection(
        [
            ("payee", "Payee's name"),
            ("badge", "Employee number (badge ID)"),
            ("department", "Department"),
            ("first", "First day of the period"),
            ("last", "Last day of the period"),
            ("payable", "Amount to pay"),
            ("earned", "Earned"),
            ("currency", "Currency"),
            ("statement", "Statement number"),
            ("cost_centre", "Cost centre"),
            ("text", "Always the same text"),
        ],
        required=True,
        default="payee",
        help="Cost centre: the analytic accounts that Odoo distributes the payee's "
        "work contact to.",
    )
    text = fields.Char(help="For example the wage type under which it is paid.")

    @api.model
    def _get_for(self, company):
        """The columns of *company*, the usual ones as long as it has none."""
        columns = self.search([("company_id", "=", company.id)])
        return columns or self.sudo().create(self._prepare_default_vals(company))

    @api.model
    def _prepare_default_vals(self, company):
        defaults = [
            ("badge", self.env._("Employee number")),
            ("payee", self.env._("Payee")),
            ("first", self.env._("From")),
            ("last", self.env._("To")),
            ("payable", self.env._("Amount")),
            ("currency", self.env._("Currency")),
            ("statement", self.env._("Statement")),
        ]
        return [
            {
                "company_id": company.id,
                "sequence": 10 * place,
                "heading": heading,
                "content": content,
            }
            for place, (content, heading) in enumerate(defaults, 1)
        ]

    @api.model
    def action_view_columns(self):
        self.check_access("write")
        self._get_for(self.env.company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_payroll_column_action"
        )
