from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


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

    @api.constrains("measure_id", "employee_id", "company_id", "date", "name")
    def _check_counts_once(self):
        """A file that is imported twice must not pay twice. Rows without a reference
        may be alike: two meetings on one day. Who types a row means it."""
        if not self.env.context.get("import_file"):
            return
        named = self.filtered("name")
        groups = self._read_group(
            [
                ("employee_id", "in", named.employee_id.ids),
                ("date", "in", named.mapped("date")),
                ("name", "in", named.mapped("name")),
            ],
            ["measure_id", "company_id", "employee_id", "date:day", "name"],
            ["id:recordset"],
            having=[("__count", ">", 1)],
        )
        for *_key, rows in groups:
            if rows & named:
                raise ValidationError(rows[0]._say_twice())

    def _say_twice(self):
        return self.env._(
            "%(payee)s already has “%(name)s” of %(date)s for the measure "
            "“%(measure)s”: it counts once. Change that achievement, give this one "
            "another reference, or import the file with the External ID of the rows "
            "that are already there.",
            payee=self.employee_id.sudo().name,
            name=self.name,
            date=format_date(self.env, self.date),
            measure=self.measure_id.name,
        )

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import template for achievements"),
                "template": "/sales_commission_gamify/static/xls/achievements.xlsx",
            }
        ]

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
