from odoo import api, fields, models
from odoo.tools import SQL, ormcache


class SalesCommissionPoint(models.Model):
    """Points a payee got or lost, and for what. The balance is their sum."""

    _name = "sales.commission.point"
    _inherit = "sales.commission.fact"
    _description = "Commission Point"
    _order = "date desc, id desc"
    _rec_name = "reason"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    rule_id = fields.Many2one(
        "sales.commission.point.rule", readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("rule", "Rule"),
            ("thanks", "Thanks"),
            ("badge", "Badge"),
            ("challenge", "Challenge"),
            ("reward", "Reward"),
            ("expiry", "Expired"),
            ("grant", "Granted"),
        ],
        required=True,
        readonly=True,
        default="rule",
    )
    date = fields.Date(required=True, readonly=True)
    points = fields.Integer(required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    document_model = fields.Char(readonly=True)
    origin_id = fields.Many2oneReference(
        model_field="document_model",
        readonly=True,
        string="Cause",
        help="What brought the points: a sale, thanks, a challenge, a reward …",
    )
    revision = fields.Integer(required=True, readonly=True)

    _event_uniq = models.Constraint(
        "UNIQUE (rule_id, employee_id, document_model, origin_id, date, revision)",
        "These points are already given.",
    )
    _cause_uniq = models.UniqueIndex(
        "(kind, employee_id, document_model, origin_id, date, revision)"
        " WHERE rule_id IS NULL",
        "These points are already given.",
    )
    _date_idx = models.Index("(company_id, date)")

    @api.model
    def _apply(self, credit):
        """Give and take back points so that they follow *credit*'s documents.

        Per rule, payee, sale and day the points that the credited sum is worth
        are compared with those given already; the difference becomes a row.
        """
        if not credit or not self._is_given():
            return self.browse()
        self.flush_model()
        self.env["sales.commission.point.rule"].flush_model()
        now = SQL("now() AT TIME ZONE 'UTC'")
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS (%(target)s),
                change AS (
                    SELECT target.*, target.points - given.points AS points_change,
                           given.revision + 1 AS next_revision
                      FROM target CROSS JOIN LATERAL (
                        SELECT COALESCE(SUM(p.points), 0) AS points,
                               COALESCE(MAX(p.revision), 0) AS revision
                          FROM sales_commission_point p
                         WHERE p.rule_id = target.rule_id
                           AND p.employee_id = target.employee_id
                           AND p.document_model = target.document_model
                           AND p.origin_id = target.origin_id
                           AND p.date = target.date) given
                )
                INSERT INTO sales_commission_point (
                    company_id, employee_id, rule_id, kind, date, points, reason,
                    document_model, origin_id, revision,
                    create_uid, create_date, write_uid, write_date)
                SELECT company_id, employee_id, rule_id, 'rule', date, points_change,
                       reason, document_model, origin_id, next_revision,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM change WHERE points_change != 0
                ON CONFLICT DO NOTHING RETURNING id
                """,
                target=self._get_target_sql(credit),
                uid=self.env.uid,
                now=now,
            )
        )
        return self.browse(point_id for (point_id,) in rows)

    @api.model
    @ormcache()
    def _is_given(self):
        """Whether a published plan gives points; remembered until one is published."""
        # sudo: what is remembered must not depend on who asks first
        rules = self.env["sales.commission.point.rule"].sudo()
        domain = [
            ("component_id.plan_id.state", "!=", "draft"),
            ("trigger", "=", "credited"),
        ]
        return bool(rules.search_count(domain, limit=1))

    def _get_target_sql(self, credit):
        return SQL(
            """
            SELECT rule.id AS rule_id, rule.company_id, c.employee_id,
                   c.document_model, c.origin_id, c.date,
                   (TRUNC(rule.points_per_unit::numeric * SUM(c.amount))
                    + CASE WHEN SUM(c.amount) > 0
                           THEN rule.points_per_document ELSE 0 END)::int AS points,
                   rule.name || ' ' || COALESCE(
                       MAX(c.document_name) FILTER (WHERE c.document_id = c.origin_id),
                       MAX(c.document_name), '') AS reason
              FROM (SELECT DISTINCT component_id, document_model, origin_id
                      FROM sales_commission_credit WHERE id = ANY(%s)) touched
              JOIN sales_commission_credit c
             USING (component_id, document_model, origin_id)
              JOIN sales_commission_point_rule rule
                ON rule.component_id = c.component_id AND rule.trigger = 'credited'
             WHERE c.level = 0 AND rule.active
             GROUP BY rule.id, c.employee_id, c.document_model, c.origin_id, c.date
            """,
            credit.ids,
        )
