from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ... import engine

# First key of PostgreSQL's two-key advisory locks, the payee is the second.
# Any constant that nothing else in the database uses.
PRICING_LOCK = 190_314_159


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
    amount = fields.Monetary(
        string="Earned", required=True, readonly=True, help="The change."
    )
    credited = fields.Monetary(
        string="Credited in period",
        readonly=True,
        aggregator=None,
        help="Credited amount of the whole period that was priced.",
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

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from, revision)",
        "This change of the earning is already booked.",
    )

    @api.depends("trace")
    def _compute_explanation(self):
        for earning in self:
            earning.explanation = earning._explain()

    def _explain(self):
        """The trace in words, in the reader's language and currency format."""
        self.ensure_one()

        def money(amount):
            return self.currency_id.format(float(amount))

        return engine.in_words(engine.Trace.from_json(self.trace or []), money=money)

    @api.model
    def _apply(self, keys):
        """Price the keys anew and book what changed.

        :param keys: set of ``(component id, employee id, level, date_from)``
        :return: ``(earnings added, keys left)``; keys of payees that another
            transaction is pricing are left, nobody waits
        """
        # sudo: what a component pays does not depend on who posted the invoice
        components = self.env["sales.commission.component"].sudo()
        components = components.browse({key[0] for key in keys})
        self.flush_model()
        self.env["sales.commission.credit"].flush_model()
        keys, left = self._lock_keys(self._with_later_keys(keys, components))
        if not keys:
            return self.browse(), left
        rows = self._get_priceable(keys)
        levels = {(row["component_id"], row["level"]) for row in rows}
        terms = {
            (component_id, level): components.browse(component_id)._get_terms(level)
            for component_id, level in levels
        }
        facts = self._get_facts(components, rows)
        vals_list, sums = [], []
        for row in rows:
            component = components.browse(row["component_id"])
            key = self._get_key(row)
            priced = engine.price(terms[key[0], key[2]], facts[key])
            vals, attainment = self._prepare_change(component, row, priced)
            if vals:
                vals_list.append(vals)
            sums.append(attainment)
        # sudo: facts are created by the engine alone, nobody has the right
        earnings = self.sudo().create(vals_list)
        self.env["sales.commission.attainment"]._apply(sums)
        return earnings.sudo(False), left

    @api.model
    def _lock_keys(self, keys):
        """Split *keys* in those whose payee this transaction may price now and
        the rest. Two runs that price one payee at once would both book the
        difference, so only one may, until its transaction ends."""
        payees = {key[1] for key in keys}
        if not payees:
            return set(), set()
        locked = {
            payee
            for (payee,) in self.env.execute_query(
                SQL(
                    "SELECT id FROM unnest(%s::int[]) AS payee(id) "
                    "WHERE pg_try_advisory_xact_lock(%s, id)",
                    sorted(payees),
                    PRICING_LOCK,
                )
            )
        }
        mine = {key for key in keys if key[1] in locked}
        return mine, keys - mine

    @api.model
    def _get_priceable(self, keys):
        """One row per key: what is credited and what is booked already."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT k.component_id, k.employee_id, k.level, k.date_from,
                       c.date_to, c.credited, c.credit_count,
                       COALESCE(e.booked, 0)::text AS booked,
                       COALESCE(e.revision, 0) AS revision
                  FROM %s
                 CROSS JOIN LATERAL (
                    SELECT MAX(c.date_to) AS date_to, SUM(c.amount)::text AS credited,
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
                 ORDER BY 1, 2, 3, 4
                """,
                self._keys_sql(keys),
            )
        )

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
            "earned": priced.amount,
            "credit_count": row["credit_count"],
        }
        vals = change and {
            **key,
            "amount": float(change),
            "credited": float(row["credited"]),
            "total": float(priced.amount),
            "trace": priced.trace.to_json(),
            "revision": row["revision"] + 1,
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
