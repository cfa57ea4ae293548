from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

DEALS = 8
NEWEST = "date:max desc, id:max desc"


class SalesCommissionDashboard(models.AbstractModel):
    """The latest deals of a payee, and what each of them brings."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _get_deals(self, payees, month):
        """The latest documents that count."""
        return self._list_deals(
            payees, Domain("date", "<=", month.last), order=NEWEST, limit=DEALS
        )

    @api.model
    def _count_deals(self, payees, domain):
        credits_ = self.env["sales.commission.credit"]
        query = credits_._search(Domain("employee_id", "in", payees.ids) & domain)
        model, number, name, amount = (
            credits_._field_to_sql(query.table, field, query)
            for field in ("document_model", "document_id", "document_name", "amount")
        )
        query.groupby = SQL("%s, %s, %s", model, number, name)
        query.having = SQL("SUM(%s) != 0", amount)
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) AS deals", query.select(SQL("1")))
        )
        return count

    @api.model
    def _list_deals(self, payees, domain, order=NEWEST, limit=None, offset=0):
        """Documents that count, each with its credit per component and its share of
        what the period has earned by now: ``brings``, None for what only other parts
        of a plan look at or is not priced yet. ``brings_text`` and the ``sentence`` of
        each of its ``credits`` say it in the reader's language.

        Reversed rows and their reversals cancel out in the sums.
        """
        groups = self.env["sales.commission.credit"]._read_group(
            Domain("employee_id", "in", payees.ids) & domain,
            ["document_model", "document_id", "document_name"],
            [
                "date:max",
                "id:max",
                "amount:array_agg",
                "quantity:array_agg",
                "component_id:array_agg",
                "employee_id:array_agg",
                "level:array_agg",
                "date_from:array_agg",
            ],
            having=[("amount:sum", "!=", 0)],
            order=order,
            limit=limit,
            offset=offset,
        )
        keys = {key for group in groups for key in zip(*group[7:], strict=True)}
        # sudo: names of plans that the payee has meanwhile left
        components = self.env["sales.commission.component"].sudo()
        components = components.browse({key[0] for key in keys})
        by_id = {component.id: component for component in components.sorted()}
        paying = {key for key in keys if by_id[key[0]].pays != "nothing"}
        # the keys are those of credits that the user has just read
        brought = self.env["sales.commission.earning"]._get_brought(paying)
        currency = payees.company_id.currency_id
        deals = []
        for model, document_id, name, date, _last_id, *rows in groups:
            credits_ = self._get_deal_credits(rows, by_id, currency)
            shares = self._get_deal_shares(rows[2:], brought, (model, document_id))
            for row in credits_:
                row["brings"] = shares.get(row["component_id"])
                row["sentence"] = self._say_deal_credit(row, len(credits_), currency)
            brings = currency.round(sum(shares.values())) if shares else None
            deals.append(
                {
                    "key": f"{model}-{document_id}",
                    "name": name,
                    "kind": self._get_kind(
                        model, sum(row["amount"] for row in credits_)
                    ),
                    "date": date,
                    "credits": credits_,
                    "brings": brings,
                    "brings_text": brings is not None
                    and self.env._("Brings %s", currency.format(brings)),
                    "link": self._link(
                        "credit",
                        Domain("employee_id", "in", payees.ids)
                        & Domain("document_model", "=", model)
                        & Domain("document_id", "=", document_id),
                    ),
                }
            )
        return deals

    @api.model
    def _get_deal_credits(self, rows, components, currency):
        """What a document was credited, by component."""
        amounts, quantities, ids, *_key = rows
        credited, counted = defaultdict(float), defaultdict(float)
        for component_id, amount, quantity in zip(
            ids, amounts, quantities, strict=True
        ):
            credited[component_id] += float(amount)
            counted[component_id] += float(quantity or 0)
        say = self.env["sales.commission.credit"]._say_credited
        return [
            {
                "component_id": key,
                "component": components[key].name,
                "unit": components[key].unit,
                "amount": currency.round(amount),
                "text": say(amount, counted[key], components[key].unit, currency),
            }
            for key in components  # in the order of the plans
            if not currency.is_zero(amount := credited.get(key, 0.0))
        ]

    @api.model
    def _say_deal_credit(self, row, count, currency):
        """With its component, and what it brings by that one, where there are
        several."""
        credited = (
            self.env._("%s credited", row["text"])
            if row["unit"] == "money"
            else self.env._("%s counted", row["text"])
        )
        if count < 2:
            return credited
        parts = [row["component"], credited]
        if row["brings"] is not None:
            parts.append(currency.format(row["brings"]))
        return " · ".join(parts)

    @api.model
    def _get_deal_shares(self, keys, brought, document):
        """``{component id: what the document brings by it}``, of those where it can be
        told; over several payees, levels and periods."""
        shares = defaultdict(float)
        for key in set(zip(*keys, strict=True)):
            share = brought.get(key, {}).get(document)
            if share is not None:
                shares[key[0]] += share
        return dict(shares)

    @api.model
    def _get_kind(self, model, credited):
        if model == "account.move":
            return self.env._("Invoice") if credited > 0 else self.env._("Credit note")
        return self.env[model]._description if model in self.env else model
