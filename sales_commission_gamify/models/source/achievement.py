from odoo import api, fields, models


class SalesCommissionAchievement(models.Model):
    """Something a payee did that no document of Odoo tells of."""

    _name = "sales.commission.achievement"
    _inherit = ["sales.commission.document"]
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
        help="What was achieved. Plans whose components count this measure pay it.",
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
        help="Who achieved it.",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The day on which it counts.",
    )
    value = fields.Float(
        required=True,
        default=1.0,
        min_display_digits=2,
        help="How much of it, in the measure's unit. Negative takes back.",
    )
    name = fields.Char(
        string="Reference", help="What it was, for the payee who reads the statement."
    )

    @api.constrains("measure_id")
    def _check_measure(self):
        for achievement in self:
            achievement.measure_id._check_takes_achievements()

    @api.model_create_multi
    def create(self, vals_list):
        achievements = super().create(vals_list)
        achievements._sales_commission_touch()
        return achievements

    def write(self, vals):
        result = super().write(vals)
        self._sales_commission_touch()
        return result

    def unlink(self):
        deleted = self.ids
        result = super().unlink()
        self.browse()._sales_commission_changed(deleted)
        return result
