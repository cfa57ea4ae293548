from collections import defaultdict
from contextlib import closing
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..design.exact import exact

# What a row of the sums is about: a component's pay for a payee and a period.
KEY = ("component_id", "employee_id", "level", "date_from")


class SalesCommissionAccrual(models.Model):
    """The change of what is accrued of an earning: expense that stands in the month of
    earning, before a statement books what is owed to whom.

    The sum over a key is what is accrued of it. After a month was accrued it is what is
    earned less what statements have booked; each statement that is booked takes its own
    part off.
    """

    _name = "sales.commission.accrual"
    _inherit = ["sales.commission.fact", "sales.commission.dated"]
    _description = "Commission Accrual"
    _order = "date desc, id desc"
    _rec_name = "component_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "sales.commission.component", required=True, readonly=True, ondelete="restrict"
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
    date = fields.Date(
        string="As of",
        required=True,
        readonly=True,
        help="The last day of the month that was accrued, or of the pay period of the "
        "statement.",
    )
    kind = fields.Selection(
        [
            ("accrued", "Accrued"),
            ("released", "Booked by a statement"),
            ("restored", "Statement taken back"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(required=True, readonly=True, help="The change.")
    statement_id = fields.Many2one(
        "sales.commission.statement",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    revision = fields.Integer(required=True, readonly=True, aggregator=None)

    _key_uniq = models.Constraint(
        "UNIQUE (component_id, employee_id, level, date_from, revision)",
        "Somebody else accrued commissions, or booked a statement, at the same moment. "
        "Do it again.",
    )

    # --- the sums ---------------------------------------------------------------------

    @api.model
    def _get_held(self, companies, domain=()):
        """``{key: (what is accrued, last revision)}``"""
        groups = self.sudo()._read_group(
            [("company_id", "in", companies.ids), *domain],
            ["component_id", "employee_id", "level", "date_from:day"],
            ["amount:sum", "revision:max"],
        )
        return {
            (component.id, payee.id, level, first): (amount, revision)
            for component, payee, level, first, amount, revision in groups
        }

    @api.model
    def _add(self, vals_list):
        """Facts, each with the next number of its key."""
        if not vals_list:
            return self
        last = defaultdict(int)
        companies = self.env["res.company"].browse(
            {vals["company_id"] for vals in vals_list}
        )
        payees = sorted({vals["employee_id"] for vals in vals_list})
        held = self._get_held(companies, [("employee_id", "in", payees)])
        last.update({key: revision for key, (_sum, revision) in held.items()})
        for vals in vals_list:
            key = tuple(vals[name] for name in KEY)
            last[key] += 1
            vals["revision"] = last[key]
        return self.create(vals_list)

    # --- what should be accrued -------------------------------------------------------

    @api.model
    def _get_wanted(self, company, day):
        """``{key: row}``: what is earned until *day* less what statements have booked,
        of every key that began by then."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT e.component_id, e.employee_id, e.level, e.date_from,
                       MAX(e.date_to) AS date_to, MAX(e.plan_id) AS plan_id,
                       SUM(e.amount) AS earned, COALESCE(MAX(b.amount), 0) AS booked
                  FROM sales_commission_earning e
                  LEFT JOIN (%(booked)s) b
                 USING (component_id, employee_id, level, date_from)
                 WHERE e.company_id = %(company)s AND e.date_from <= %(day)s
                 GROUP BY 1, 2, 3, 4
                 ORDER BY 2, 4, 1, 3
                """,
                booked=self._get_booked_sql(company),
                company=company.id,
                day=day,
            )
        )
        wanted = {tuple(row[name] for name in KEY): row for row in rows}
        under_way = {key for key, row in wanted.items() if row["date_to"] > day}
        for key, earned in self._price_until(under_way, day).items():
            wanted[key]["earned"] = earned
        for row in wanted.values():
            row["amount"] = Decimal(str(row["earned"])) - Decimal(str(row["booked"]))
        return wanted

    @api.model
    def _get_booked_sql(self, company):
        """What statement lines have booked of each key. Of a negative total that was
        carried forward, the statement that recovered it did; what came out even on one
        account needs no entry and is as good as booked."""
        return SQL(
            """
            SELECT l.component_id, l.employee_id, l.level, l.date_from,
                   SUM(l.amount) AS amount
              FROM sales_commission_statement_line l
              JOIN sales_commission_statement s ON s.id = l.statement_id
              LEFT JOIN sales_commission_statement r ON r.id = s.recovered_by_id
             WHERE l.company_id = %s AND l.kind = 'earning'
               AND (COALESCE(r.move_id, s.move_id) IS NOT NULL
                    OR COALESCE(r.state, s.state) = 'paid'
                       AND COALESCE(r.amount_closing, s.amount_closing) = 0)
             GROUP BY 1, 2, 3, 4
            """,
            company.id,
        )

    @api.model
    def _price_until(self, keys, day):
        """``{key: what it would pay if nothing were sold after *day*}``, of measuring
        periods that are still under way then. Nothing is written."""
        if not keys:
            return {}
        # sudo: what a component pays does not depend on who asks
        earnings = self.env["sales.commission.earning"].sudo()
        components = self.env["sales.commission.component"].sudo()
        components = components.browse(sorted({key[0] for key in keys}))
        with closing(self.env.cr.savepoint()):
            earnings._show_credits(SQL("c.date <= %s", day))
            rows = earnings._get_priceable(keys, components)
            return {
                earnings._get_key(row): priced.amount
                for row, priced, _standing in earnings._price(components, rows)
            }

    @api.model
    def _prepare_vals(self, row, amount, day):
        """Values of the row that brings a key up to date."""
        currency = (
            self.env["sales.commission.component"]
            .browse(row["component_id"])
            .currency_id
        )
        return {
            **{name: row[name] for name in (*KEY, "date_to", "plan_id")},
            "currency_id": currency.id,
            "date": day,
            "kind": "accrued",
            "amount": float(amount),
        }

    @api.model
    def _find_changes(self, company, day):
        """Values of the rows that make what is accrued right, as of *day*."""
        wanted = self._get_wanted(company, day)
        held = self._get_held(company, [("date_from", "<=", day)])
        cent = exact(company.currency_id.rounding)
        found = []
        for key, row in wanted.items():
            change = row["amount"] - exact(held.get(key, (0.0, 0))[0])
            change = change.quantize(cent)
            if change:
                vals = self._prepare_vals(row, change, day)
                found.append({**vals, "company_id": company.id})
        return found
