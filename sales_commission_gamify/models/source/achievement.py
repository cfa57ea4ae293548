from odoo import fields, models


class SalesCommissionAchievement(models.Model):
    """Something a payee did that no document of Odoo tells of."""

    _name = "sales.commission.achievement"
    _description = "Achievement"
    _order = "date desc, id desc"
    _check_company_auto = True

    measure_id = fields.Many2one(
        "sales.commission.measure",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('source', '=', 'achievement')]",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    value = fields.Float(required=True, default=1.0, min_display_digits=2)
    name = fields.Char(string="Reference")
