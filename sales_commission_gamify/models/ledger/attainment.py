from odoo import api, fields, models
from odoo.tools import SQL

from .implied import ImpliedMany2one
from .rows import columns_sql, rows_sql, updates_sql


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

    company_id = ImpliedMany2one("res.company", required=True, readonly=True)
    plan_id = ImpliedMany2one("sales.commission.plan", required=True, readonly=True)
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
    currency_id = ImpliedMany2one("res.currency", required=True, readonly=True)
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("percent", "Percent")],
        readonly=True,
        help="In what it is counted.",
    )
    credited = fields.Monetary(
        readonly=True, help="The sum of what was credited in the period."
    )
    quantity = fields.Float(
        readonly=True, min_display_digits=2, help="The sum of the units credited."
    )
    value = fields.Float(
        string="Counted",
        readonly=True,
        aggregator=None,
        min_display_digits=2,
        help="What is compared with the quota: the credited sum, the percentage, or "
        "the score.",
    )
    value_text = fields.Char(
        string="Counted in words",
        compute="_compute_texts",
        help="What was counted in the period: money, a number, a percentage, or a "
        "score.",
    )
    quota_text = fields.Char(
        string="Quota in words",
        compute="_compute_texts",
        help="The payee's target for the period. Empty: none is set.",
    )
    quota = fields.Float(
        readonly=True,
        min_display_digits=2,
        help="The payee's target for the period. Empty: none is set.",
    )
    attainment = fields.Float(
        string="Attainment %",
        readonly=True,
        aggregator="avg",
        min_display_digits=2,
        help="What was counted, in percent of the quota.",
    )
    earned = fields.Monetary(readonly=True)
    problem = fields.Selection(
        "_get_problems",
        string="Not paid because",
        readonly=True,
        help="Priced as nothing until this is put right.",
    )
    credit_count = fields.Integer(required=True, readonly=True)

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from)",
        "This attainment is already summed up.",
    )

    @api.depends("credited", "value", "quota", "unit", "currency_id")
    def _compute_texts(self):
        for row in self:
            facts = row.unit, row.currency_id
            is_percent = row.unit == "percent"
            counted = round(row.value, 2) if is_percent else row.credited
            row.value_text = self._say_counted(counted, *facts)
            row.quota_text = bool(row.quota) and self._say_counted(row.quota, *facts)

    @api.model
    def _get_problems(self):
        return [
            ("quota_missing", self.env._("No quota is set for the payee")),
            (
                "target_incentive_missing",
                self.env._("No target incentive is set for the payee"),
            ),
            (
                "attainment_missing",
                self.env._("No quota is set for a component that it looks at"),
            ),
            (
                "measure_missing",
                self.env._("No quota is set for what its multiplier looks up"),
            ),
            ("no_steps", self.env._("The rate table has no rate for the level")),
            ("formula_failed", self.env._("The formula fails on the payee's figures")),
            ("other", self.env._("The rules cannot be priced for the payee")),
        ]

    @api.model
    def _apply(self, rows):
        """Write the sums *rows* (dicts of all stored columns) in one statement."""
        if not rows:
            return
        columns = (
            "company_id",
            "plan_id",
            "component_id",
            "employee_id",
            "level",
            "date_from",
            "date_to",
            "currency_id",
            "unit",
            "credited",
            "quantity",
            "value",
            "quota",
            "attainment",
            "earned",
            "problem",
            "credit_count",
        )
        problems = dict(self._get_problems())
        key = ("component_id", "employee_id", "level", "date_from")
        rows = [
            {
                **{column: row[column] for column in columns},
                "problem": row["problem"]
                and (row["problem"] if row["problem"] in problems else "other"),
            }
            for row in rows
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_commission_attainment (%(columns)s)
                SELECT %(columns)s FROM %(rows)s
                ON CONFLICT (component_id, employee_id, level, date_from)
                DO UPDATE SET %(updates)s
                """,
                updates=updates_sql(tuple(name for name in columns if name not in key)),
                columns=columns_sql(columns),
                rows=rows_sql(self, rows, "attained"),
            )
        )
        self.invalidate_model()
        self.env["sales.commission.plan"].invalidate_model(["missing_target_count"])

    @api.model
    def _mark_stale(self, keys):
        """Have the sweep price *keys* again."""
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_commission_attainment a SET credit_count = -1
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[])
                    AS k(component_id, employee_id, level, date_from)
                 WHERE (a.component_id, a.employee_id, a.level, a.date_from)
                     = (k.component_id, k.employee_id, k.level, k.date_from)
                """,
                *(list(column) for column in zip(*sorted(keys), strict=True)),
            )
        )
        self.invalidate_model()
