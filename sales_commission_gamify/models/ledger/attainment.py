from odoo import api, fields, models
from odoo.tools import SQL


class SalesCommissionAttainment(models.Model):
    """What a payee was credited and has earned for a component and a period.

    A sum over credits and earnings that pages read; it can be dropped and is
    then rebuilt by the next pricing. ``credit_count`` tells whether every credit
    has been priced: credits only ever become more.
    """

    _name = "sales.commission.attainment"
    _inherit = "sales.commission.dated"
    _description = "Commission Attainment"
    _order = "date_from desc, employee_id, component_id"
    _rec_name = "component_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="cascade"
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    level = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    credited = fields.Monetary(readonly=True)
    earned = fields.Monetary(readonly=True)
    credit_count = fields.Integer(required=True, readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from)",
        "This attainment is already summed up.",
    )

    @api.model
    def _apply(self, rows):
        """Write the sums *rows* (dicts of all stored columns) in one statement."""
        if not rows:
            return
        columns = [
            "company_id plan_id component_id employee_id level date_from date_to "
            "currency_id credited earned credit_count"
        ][0].split()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_commission_attainment (%(columns)s)
                VALUES %(rows)s
                ON CONFLICT (component_id, employee_id, level, date_from)
                DO UPDATE SET credited = EXCLUDED.credited,
                              earned = EXCLUDED.earned,
                              credit_count = EXCLUDED.credit_count
                """,
                columns=SQL(", ").join(map(SQL.identifier, columns)),
                rows=SQL(", ").join(
                    SQL("%s", tuple(row[column] for column in columns)) for row in rows
                ),
            )
        )
        self.invalidate_model()
