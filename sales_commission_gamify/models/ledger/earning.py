from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ... import engine
from ...engine import periods
from ...engine.scorecards import compute_score
from ..design.exact import exact
from ..design.flushing import flush_models
from ..design.formula import FormulaError
from ..source.what_if import ask_dict
from .implied import ImpliedMany2one

# First key of PostgreSQL's two-key advisory locks, the payee is the second.
# Any constant that nothing else in the database uses.
PRICING_LOCK = 190_314_159

# What the trace says of a payee who cannot be priced.
MISSING = {
    "attainment_missing": "target for what it looks at",
    "measure_missing": "target for what it looks at",
    "no_steps": "rate for this level",
    "quota_missing": "quota",
    "target_incentive_missing": "target incentive",
}


class SalesCommissionEarning(models.Model):
    """Money that a component owes a payee for a period, as a signed delta.

    The sum over one component, payee, level and period is what the plan says
    on the credits as they are; a row is the change that one run found.
    """

    _name = "sales.commission.earning"
    _inherit = ["sales.commission.fact", "sales.commission.dated"]
    _description = "Commission Earning"
    _order = "date_from desc, id desc"
    _rec_name = "component_id"

    # as it was, also when the user is deleted
    create_uid = ImpliedMany2one("res.users", string="Created by", readonly=True)
    write_uid = ImpliedMany2one("res.users", string="Last Updated by", readonly=True)
    company_id = ImpliedMany2one("res.company", required=True, readonly=True)
    plan_id = ImpliedMany2one("sales.commission.plan", required=True, readonly=True)
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
    currency_id = ImpliedMany2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        string="Earned", required=True, readonly=True, help="The change."
    )
    credited = fields.Monetary(
        string="Credited in period",
        readonly=True,
        aggregator=None,
        help="Credited amount of the whole period that was priced.",
    )
    credited_text = fields.Char(
        string="Credited",
        compute="_compute_credited_text",
        help="What was counted in the whole period that was priced.",
    )
    total = fields.Monetary(
        string="Earned in period",
        readonly=True,
        aggregator=None,
        help="Earned in the whole period once this change is counted.",
    )
    trace = fields.Json(readonly=True)
    explanation = fields.Text(compute="_compute_explanation")
    revision = fields.Integer(required=True, readonly=True)
    credit_mark = fields.Integer(
        readonly=True,
        help="The last number that the credits had when it was priced: what was "
        "credited later is not in it.",
    )

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from, revision)",
        "This change of the earning is already booked.",
    )

    @api.depends("credited", "component_id", "currency_id")
    def _compute_credited_text(self):
        for earning in self:
            # sudo: a payee may have left the plan, its unit is no secret
            unit = earning.component_id.sudo().unit
            earning.credited_text = unit != "percent" and self._say_counted(
                earning.credited, unit, earning.currency_id
            )

    @api.depends("trace")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for earning in self:
            earning.explanation = earning._explain()

    def _explain(self):
        """The trace in words, in the reader's language and currency format."""
        self.ensure_one()
        # sudo: what was earned is read, the rules that it follows may be hidden
        component = self.component_id.sudo()
        return component._say_trace(engine.Trace.from_json(self.trace or []))

    @api.model
    def _apply(self, keys):
        """Price the keys anew and book what changed.

        :param keys: set of ``(component id, employee id, level, date_from)``
        :return: ``(earnings added, keys left)``; keys of payees that another
            transaction is pricing are left, nobody waits
        """
        # sudo: what a component pays does not depend on who posted the invoice
        components = self.env["sales.commission.component"].sudo()
        flush_models(self.env, "earning", "credit")
        keys = self._with_later_keys(
            keys, components.browse(sorted({key[0] for key in keys}))
        )
        keys = self._with_dependent_keys(keys)
        components = components.browse(sorted({key[0] for key in keys}))
        rows = self._get_priceable(keys, components, self._get_locked_sql(keys))
        left = keys - {self._get_key(row) for row in rows}
        if not rows:
            return self.browse(), left
        vals_list, sums = [], []
        by_id = {component.id: component for component in components}
        for row, priced, standing in self._price(components, rows):
            component = by_id[row["component_id"]]
            vals, attainment = self._prepare_change(component, row, priced)
            if vals:
                vals_list.append(vals)
            sums.append({**attainment, **standing})
        earnings = self._insert(vals_list).sudo(False)
        self.env["sales.commission.attainment"]._apply(sums)
        return earnings, left

    @api.model
    def _price(self, components, rows):
        """Each row with what it pays, and where the payee stands against the quota."""
        facts = self._get_facts(components, rows)
        targets = components._get_targets(
            {
                (row["component_id"], row["employee_id"], row["date_from"])
                for row in rows
            }
        )
        terms = {}
        # not browse(): what is read of one is read of all
        by_id = {component.id: component for component in components}
        for row in rows:
            component = by_id[row["component_id"]]
            level = component, row["level"]
            if level not in terms:
                terms[level] = self._get_level_terms(*level)
            target = targets[component.id, row["employee_id"], row["date_from"]]
            fact = facts[self._get_key(row)]
            priced, problem = self._price_one(terms[level], target, fact)
            priced = engine.Priced(
                priced.amount, component._name_components(priced.trace)
            )
            yield row, priced, self._get_standing(component, target, fact, problem)

    @api.model
    def _get_level_terms(self, component, level):
        """The terms, or why there are none."""
        try:
            return component._get_terms(level)
        except (engine.EngineError, FormulaError) as error:
            return error

    @api.model
    def _price_one(self, terms, target, facts):
        """What is missing for one payee must not keep the others from their pay: it
        is priced as nothing, and the reason stands in the trace."""
        try:
            if isinstance(terms, Exception):
                raise terms
            own = terms.with_quota(target.quota, target.incentive)
            return engine.price(own, facts), False
        except (engine.EngineError, FormulaError) as error:
            missing = engine.TraceLine(
                "missing", Decimal(0), {"missing": MISSING.get(error.code, error.code)}
            )
            return engine.Priced(Decimal(0), engine.Trace([missing])), error.code

    @api.model
    def _get_standing(self, component, target, facts, problem):
        """Where a payee stands: columns of the attainment."""
        value, quota = facts.amount, target.quota
        if component.basis == "scorecard":
            quota = Decimal(100)
            weights = dict(component._get_weights())
            known = all(key in facts.attainments for key in weights)
            value = compute_score(facts.attainments, weights) if known else Decimal(0)
        attained = engine.compute_attainment(value, quota) if quota else None
        return {
            "value": value,
            "quota": quota,
            "attainment": attained and engine.round_to(attained, Decimal("0.01")),
            "unit": component.unit,
            "problem": problem or None,
        }

    @api.model
    def _read_attained(self, components, payees=None):
        """Keys of *components* that were priced before, of *payees* or all."""
        rows = self.env["sales.commission.attainment"].search_fetch(
            [("component_id", "in", components.ids)]
            + ([("employee_id", "in", payees.ids)] if payees is not None else []),
            ["component_id", "employee_id", "level", "date_from"],
        )
        return rows._get_sum_keys()

    @api.model
    def _price_again(self, keys):
        """Price *keys* whose rules or targets changed, though no credit did. What
        another transaction is pricing is left for the sweep."""
        if not keys:
            return self.browse()
        earnings, left = self._apply(keys)
        if left:
            self.env["sales.commission.attainment"]._mark_stale(left)
            self.env["sales.commission.run"]._wake_sweep()
        return earnings | self.env["sales.commission.run"]._after_pricing(earnings)

    @api.model
    def _get_locked_sql(self, keys):
        """The payees whom this transaction may price now. Two runs that price one payee
        at once would both book the difference, so only one may, until its transaction
        ends."""
        return SQL(
            """SELECT id FROM unnest(%s::int[]) AS payee(id)
                WHERE pg_try_advisory_xact_lock(%s, id)""",
            sorted({key[1] for key in keys}),
            PRICING_LOCK,
        )

    @api.model
    def _get_priceable(self, keys, components, payees=None):
        """One row per key: what is credited and what is booked already.

        :param payees: a query of employees, to leave out the keys of others
        """
        if not keys:
            return []
        rows = ask_dict(
            self.env,
            SQL(
                """
                SELECT k.component_id, k.employee_id, k.level, k.date_from,
                       c.date_to, COALESCE(c.credited, '0') AS credited,
                       COALESCE(c.quantity, '0') AS quantity, c.credit_count,
                       COALESCE(e.booked, 0)::text AS booked,
                       COALESCE(e.revision, 0) AS revision,
                       (SELECT COALESCE(MAX(id), 0) FROM sales_commission_credit)
                           AS credit_mark
                  FROM %s
                 CROSS JOIN LATERAL (
                    SELECT MAX(c.date_to) AS date_to, SUM(c.amount)::text AS credited,
                           ROUND(SUM(c.quantity)::numeric, 9)::text AS quantity,
                           COUNT(*) AS credit_count
                      FROM sales_commission_credit c
                     WHERE c.component_id = k.component_id
                       AND c.employee_id = k.employee_id
                       AND c.level = k.level AND c.date_from = k.date_from) c
                 CROSS JOIN LATERAL (
                    SELECT SUM(e.amount) AS booked, MAX(e.revision) AS revision
                      FROM sales_commission_earning e
                     WHERE e.component_id = k.component_id
                       AND e.employee_id = k.employee_id
                       AND e.level = k.level AND e.date_from = k.date_from) e
                 WHERE %s
                 ORDER BY 1, 2, 3, 4
                """,
                self._keys_sql(keys),
                # materialized: each payee is tried once
                SQL(
                    """k.employee_id IN (WITH payee AS MATERIALIZED (%s)
                                         SELECT id FROM payee)""",
                    payees,
                )
                if payees
                else SQL("TRUE"),
            ),
        )
        kinds = {
            component.id: component.plan_id.period_kind for component in components
        }
        for row in rows:
            if not row["date_to"]:  # a scorecard has no credits
                row["date_to"] = periods.period_of(
                    row["date_from"], kinds[row["component_id"]]
                ).last
        return rows

    @api.model
    def _prepare_change(self, component, row, priced):
        """Values of the earning that brings a key up to date (None when it is),
        and of its attainment."""
        change = priced.amount - Decimal(row["booked"])
        key = {
            "company_id": component.company_id.id,
            "plan_id": component.plan_id.id,
            "component_id": component.id,
            "employee_id": row["employee_id"],
            "level": row["level"],
            "date_from": row["date_from"],
            "date_to": row["date_to"],
            "currency_id": component.currency_id.id,
        }
        attainment = {
            **key,
            "credited": Decimal(row["credited"]),
            "quantity": Decimal(row["quantity"]),
            "earned": priced.amount,
            "credit_count": row["credit_count"],
        }
        vals = change and {
            **key,
            "amount": change,
            "credited": engine.round_to(
                attainment["credited"], exact(component.currency_id.rounding)
            ),
            "total": priced.amount,
            "trace": priced.trace.to_json(),
            "revision": row["revision"] + 1,
            "credit_mark": row["credit_mark"],
        }
        return vals or None, attainment

    def action_view_credits(self):
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
