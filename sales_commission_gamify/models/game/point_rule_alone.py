from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionPointRule(models.Model):
    """Rules that stand alone: of a company, with days, payees and a measure."""

    _inherit = "sales.commission.point.rule"

    date_from = fields.Date(
        string="From", default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date(
        string="Until", help="Empty: for as long as the rule is there."
    )
    measure_id = fields.Many2one(
        "sales.commission.measure",
        check_company=True,
        ondelete="restrict",
        help="What is counted: what is invoiced, ordered or collected, calls done, "
        "meetings held …",
    )
    audience = fields.Selection(
        [
            ("all", "Everybody"),
            ("plan", "Payees of a plan"),
            ("team", "A sales team"),
            ("department", "A department"),
        ],
        string="Who takes part",
        required=True,
        default="all",
    )
    plan_id = fields.Many2one("sales.commission.plan", check_company=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    department_id = fields.Many2one("hr.department", check_company=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "The last day is before the first."
    )

    @api.constrains(
        "component_id",
        "measure_id",
        "trigger",
        "date_from",
        "audience",
        "plan_id",
        "team_id",
        "department_id",
    )
    def _check_alone(self):
        for rule in self.filtered(lambda rule: not rule.component_id):
            problem = rule._get_alone_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "The point rule “%(rule)s” %(problem)s",
                        rule=rule.name,
                        problem=problem,
                    )
                )

    def _get_alone_problem(self):
        if self.trigger != "attainment" and not self.measure_id:
            return self.env._("counts nothing yet: choose a measure.")
        if not self.date_from:
            return self.env._("has no first day: say from when on it holds.")
        wanted = {
            "plan": self.plan_id,
            "team": self.team_id,
            "department": self.department_id,
        }
        if self.audience in wanted and not wanted[self.audience]:
            return self.env._("is for nobody yet: choose the plan, team or department.")
        return None

    def _get_audience(self):
        """The employees who take part now."""
        self.ensure_one()
        # sudo: who takes part must not depend on who asks
        employees = self.env["hr.employee"].sudo()
        return employees.search(
            Domain("company_id", "=", self.company_id.id) & self._get_audience_domain()
        )

    def _get_audience_domain(self):
        if self.audience == "plan":
            today = fields.Date.context_today(self)
            running = self.plan_id.sudo().assignment_ids.filtered(
                lambda row: not row.date_to or row.date_to >= today
            )
            return Domain("id", "in", running.employee_id.ids)
        if self.audience == "team":
            return Domain("user_id", "in", self.team_id.sudo().member_ids.ids)
        if self.audience == "department":
            return Domain("department_id", "child_of", self.department_id.ids)
        return Domain.TRUE

    def _get_measured_sql(self, since):
        """The events of a rule that stands alone, as credits would hold them."""
        self.ensure_one()
        component = self._make_component(since)
        events = component._get_event_query()
        if not events:
            return None
        return SQL(
            """
            (WITH event AS MATERIALIZED (
                SELECT row_number() OVER () AS number, 0 AS query, one.*
                  FROM (SELECT %(columns)s FROM (%(events)s) found) one),
            %(seller)s
            SELECT %(rule)s AS rule_id, %(company)s AS company_id, taker.employee_id,
                   %(model)s AS document_model, event.origin_id, event.date,
                   SUM(event.amount * seller.percent / 100) AS amount,
                   COALESCE(MAX(event.document_name) FILTER (
                       WHERE event.document_id = event.origin_id),
                       MAX(event.document_name), '') AS document_name
              FROM event JOIN seller USING (number)
              JOIN (%(takers)s) taker ON taker.who = seller.who
             WHERE event.date >= %(since)s AND event.date <= %(until)s
               AND (taker.is_in OR EXISTS (
                   SELECT 1 FROM sales_commission_point held
                    WHERE held.rule_id = %(rule)s
                      AND held.employee_id = taker.employee_id AND %(same)s))
             GROUP BY taker.employee_id, event.origin_id, event.date)
            """,
            columns=SQL(", ").join(
                map(SQL.identifier, self.measure_id._get_event_columns())
            ),
            events=events,
            seller=component._get_seller_table(),
            takers=self._get_takers_sql(),
            rule=self.id,
            company=self.company_id.id,
            model=self.measure_id._get_document_models()[1],
            since=since,
            same=self._get_kept_sql(),
            until=self.date_to or fields.Date.to_date("9999-12-31"),
        )

    def _get_kept_sql(self):
        """What still counts for who takes part no longer: what was given for it."""
        if self.trigger == "streak":
            return SQL("held.date >= event.date")
        return SQL(
            "held.document_model = %s AND held.origin_id = event.origin_id",
            self.measure_id._get_document_models()[1],
        )

    def _make_component(self, since):
        """What a plan with this rule alone would count; it is never saved."""
        plan = self.env["sales.commission.plan"].new(
            {
                "name": self.name,
                "company_id": self.company_id.id,
                "date_from": since,
                "date_to": self.date_to,
                "period_kind": "month",
            }
        )
        return self.env["sales.commission.component"].new(
            {
                "name": self.name,
                "plan_id": plan,
                "measure_id": self.measure_id.id,
                "domain": "[]",
                "refund_period": "original",
            }
        )

    def _get_takers_sql(self):
        """Who takes part, and who did: they keep what they got while it is true."""
        return SQL(
            """
            SELECT payee.id AS employee_id, identity.who,
                   payee.id = ANY(%s) AS is_in
              FROM hr_employee payee
             CROSS JOIN LATERAL (VALUES (payee.id), (-payee.user_id)) identity(who)
             WHERE payee.id = ANY(%s) OR EXISTS (
                   SELECT 1 FROM sales_commission_point held
                    WHERE held.rule_id = %s AND held.employee_id = payee.id)
            """,
            (audience := self._get_audience().ids),
            audience,
            self.id,
        )
