from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..design.exact import exact
from ..design.words import say_percent


class SalesCommissionPayable(models.Model):
    """The change of what may be paid of an earning that waits for something.

    Only plans that say when it is payable have such rows; what others earn is paid as
    it is. The sum over one component, payee, level and period is what is payable of
    it; what is earned beyond is held back.
    """

    _name = "sales.commission.payable"
    _inherit = ["sales.commission.fact", "sales.commission.dated"]
    _description = "Commission Made Payable"
    _order = "date desc, id desc"
    _rec_name = "component_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    level = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(
        string="As of",
        required=True,
        readonly=True,
        help="Payments and waiting times are counted up to this day.",
    )
    kind = fields.Selection(
        [("released", "Released"), ("taken_back", "Taken back")],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        string="Made payable", required=True, readonly=True, help="The change."
    )
    earned = fields.Monetary(string="Earned in period", readonly=True, aggregator=None)
    total = fields.Monetary(
        string="Payable in period",
        readonly=True,
        aggregator=None,
        help="Payable of the whole period once this change is counted.",
    )
    trace = fields.Json(readonly=True)
    explanation = fields.Text(compute="_compute_explanation")
    revision = fields.Integer(required=True, readonly=True)
    statement_line_ids = fields.Many2many(
        "sales.commission.statement.line",
        "sales_commission_statement_line_payable_rel",
        "payable_id",
        "line_id",
        string="Statement Lines",
        readonly=True,
        help="Where it is paid: one line, or none as long as it is open.",
    )

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from, revision)",
        "Somebody else computed statements at the same moment. Compute them again.",
    )

    # --- what is payable now ----------------------------------------------------------

    @api.model
    def _apply(self, period, done_payees):
        """Write what became payable, or no longer is, by the last day of *period*.

        What a later statement holds already was judged as of a later day: it is left
        to the periods after that one.

        :param done_payees: whose statement of the period is final
        """
        # sudo: officers compute, nobody has the right to write facts
        self = self.sudo()
        plans = self._get_plans(period.company_id)
        rows = self._get_rows(plans, period, done_payees) if plans else []
        if not rows:
            return self
        collecting = plans.filtered(lambda plan: plan.payable_when == "collected")
        payees = {row["employee_id"] for row in rows}
        shares = self.env["sales.commission.measure"]._read_collected(
            collecting.component_ids, period.date_to, period.date_to, payees
        )
        by_id = {plan.id: plan for plan in plans}
        vals_list = [
            vals
            for row in rows
            if (
                vals := self._prepare_change(
                    by_id[row["plan_id"]], row, shares, period.date_to
                )
            )
        ]
        return self.create(vals_list)

    @api.model
    def _get_plans(self, companies):
        """Plans of *companies* whose earnings wait for something."""
        # sudo: whoever reads what is held may not read all plans
        plans = self.env["sales.commission.plan"].sudo()
        plans = plans.with_context(active_test=False).search(
            [("company_id", "in", companies.ids), ("state", "!=", "draft")]
        )
        return plans.filtered(lambda plan: plan._has_payable_rule())

    @api.model
    def _get_rows(self, plans, period, done_payees):
        """What is earned and what is payable already, of each key."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT e.plan_id, e.component_id, e.employee_id, e.level, e.date_from,
                       MAX(e.date_to) AS date_to, SUM(e.amount)::text AS earned,
                       COALESCE(MAX(p.amount), 0)::text AS already,
                       COALESCE(MAX(p.revision), 0) AS revision
                  FROM sales_commission_earning e
                  LEFT JOIN LATERAL (
                    SELECT SUM(p.amount) AS amount, MAX(p.revision) AS revision
                      FROM sales_commission_payable p
                     WHERE p.component_id = e.component_id
                       AND p.employee_id = e.employee_id
                       AND p.level = e.level AND p.date_from = e.date_from) p ON TRUE
                 WHERE e.plan_id = ANY(%s) AND e.date_to <= %s
                   AND NOT e.employee_id = ANY(%s) AND NOT %s
                 GROUP BY 1, 2, 3, 4, 5
                 ORDER BY 3, 5, 2, 4
                """,
                plans.ids,
                period.date_to,
                done_payees.ids,
                self._get_settled_later_sql("e", period),
            )
        )

    @api.model
    def _get_settled_later_sql(self, alias, period):
        """Whether a line of a later period pays of the same key as the row *alias*."""
        return SQL(
            """
            EXISTS (
                SELECT 1 FROM sales_commission_payable later
                  JOIN sales_commission_statement_line_payable_rel r
                    ON r.payable_id = later.id
                 WHERE later.component_id = %(alias)s.component_id
                   AND later.employee_id = %(alias)s.employee_id
                   AND later.level = %(alias)s.level
                   AND later.date_from = %(alias)s.date_from AND later.date > %(last)s)
            """,
            alias=SQL.identifier(alias),
            last=period.date_to,
        )

    @api.model
    def _prepare_change(self, plan, row, shares, today):
        """Values of the row that brings a key up to date; None when it is."""
        key = row["component_id"], row["employee_id"], row["level"], row["date_from"]
        collected, deal = shares.get(key, (Decimal(0), Decimal(0)))
        earned, already = Decimal(row["earned"]), Decimal(row["already"])
        releases = plan._get_releases(row["date_to"], today, collected, deal)
        change = plan._get_payable(earned, already, releases)
        if not change:
            return None
        return {
            "company_id": plan.company_id.id,
            "plan_id": plan.id,
            "component_id": row["component_id"],
            "employee_id": row["employee_id"],
            "level": row["level"],
            "date_from": row["date_from"],
            "date_to": row["date_to"],
            "currency_id": plan.currency_id.id,
            "date": today,
            "kind": "released" if change > 0 else "taken_back",
            "amount": float(change),
            "earned": float(earned),
            "total": float(already + change),
            "trace": self._get_trace(plan, row["date_to"], today, collected, deal),
            "revision": row["revision"] + 1,
        }

    @api.model
    def _get_trace(self, plan, last, today, collected, deal):
        """The figures that the sentence names, as they were."""
        trace = {}
        if plan.payable_when == "collected" and deal:
            cent = exact(plan.currency_id.rounding)
            trace |= {
                "collected": str(collected.quantize(cent)),
                "deal": str(deal.quantize(cent)),
            }
        for name, days in (
            ("waits", plan.payable_days),
            ("held_until", plan.held_percent and plan.held_days),
        ):
            until = fields.Date.add(last, days=days) if days else None
            if until and until > today:
                trace[name] = fields.Date.to_string(until)
        if "held_until" in trace:
            trace["held_percent"] = plan.held_percent
        return trace

    def action_view_credits(self):
        """What is behind it: the credits that earned it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_credit_action"
        )
        action["domain"] = [
            ("component_id", "=", self.component_id.id),
            ("employee_id", "=", self.employee_id.id),
            ("level", "=", self.level),
            ("date_from", "=", self.date_from),
        ]
        action["context"] = {}
        return action

    # --- in words ---------------------------------------------------------------------

    @api.depends("trace")
    def _compute_explanation(self):
        for row in self:
            row.explanation = row._explain()

    def _explain(self):
        """“5,000.00 of 10,000.00 collected: 500.00 of 1,000.00 payable”"""
        self.ensure_one()
        trace = self.trace or {}
        reasons = []
        if "deal" in trace:
            # sudo: a payee may have left the plan, its unit is no secret
            unit = self.component_id.sudo().unit
            collected, deal = (
                self._say_counted(float(trace[name]), unit, self.currency_id)
                for name in ("collected", "deal")
            )
            reasons.append(
                self.env._(
                    "%(collected)s of %(deal)s collected",
                    collected=collected,
                    deal=deal,
                )
            )
        if "waits" in trace:
            reasons.append(
                self.env._(
                    "nothing before %s",
                    format_date(self.env, fields.Date.to_date(trace["waits"])),
                )
            )
        if "held_until" in trace:
            reasons.append(
                self.env._(
                    "%(percent)s held until %(day)s",
                    percent=say_percent(self.env, trace["held_percent"]),
                    day=format_date(self.env, fields.Date.to_date(trace["held_until"])),
                )
            )
        text = self.env._(
            "%(payable)s of %(earned)s payable",
            payable=self.currency_id.format(self.total),
            earned=self.currency_id.format(self.earned),
        )
        return f"{', '.join(reasons)}: {text}" if reasons else text
