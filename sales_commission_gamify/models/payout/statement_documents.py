from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..design.exact import exact

# What a document is worth, by the names that Odoo's own models give it.
AMOUNTS = ("amount_untaxed_in_currency_signed", "amount_untaxed", "amount")


class Document(NamedTuple):
    """A document behind a statement line, with what it was credited.

    ``customer``, ``total`` and its ``currency`` are of the document itself, empty for
    who may not read it. ``amount`` and ``quantity`` are the credits, counted in
    ``unit``; ``credited`` says them in words. ``brought`` is its share of what the
    period earned by it, None where that cannot be told.
    """

    name: str
    date: object
    customer: str
    total: float | None
    currency: object
    amount: float
    quantity: float
    unit: str
    credited: str
    brought: float | None = None
    pay_currency: object = None

    @property
    def brings(self):
        if self.brought is None:
            return ""
        return self.pay_currency.format(self.brought)

    @property
    def value(self):
        return "" if self.total is None else self.currency.format(self.total)


class SalesCommissionStatement(models.Model):
    _inherit = "sales.commission.statement"

    def _get_documents(self):
        """``{statement line id: [Document]}``: what had been credited when the line
        was priced. Documents that changed later are not in it.

        Who may read the statement may read this; customers and amounts of documents
        are told to who may read the document. In ``sudo()`` that is still the user.
        """
        self.check_access("read")
        self.env.flush_all()
        rows = self.env.execute_query_dict(self._get_documents_query())
        known = self._get_customers(
            {(row["document_model"], row["document_id"]) for row in rows}
        )
        currencies = self.env["res.currency"]
        # sudo: a portal payee may not read components, the lines are his own
        components = self.env["sales.commission.component"].sudo()
        credits_ = self.env["sales.commission.credit"]
        documents = defaultdict(list)
        brought = self._get_brought(rows)
        for row in rows:
            customer, total, currency = known.get(
                (row["document_model"], row["document_id"]), ("", None, None)
            )
            amount, unit = (
                float(row["amount"]),
                components.browse(row["component_id"]).unit,
            )
            credited = credits_._say_credited(
                amount, row["quantity"], unit, currencies.browse(row["currency_id"])
            )
            documents[row["line_id"]].append(
                Document(
                    name=row["name"] or "",
                    date=row["date"],
                    customer=customer,
                    total=total,
                    currency=currency,
                    amount=amount,
                    quantity=row["quantity"],
                    unit=unit,
                    credited=credited,
                    brought=brought.get(
                        (row["line_id"], row["document_model"], row["document_id"])
                    ),
                    pay_currency=self.currency_id[:1],
                )
            )
        return documents

    def _get_brought(self, rows):
        """``{(line id, model, document id): its share of what the period earned}``

        Of the whole period as it was priced for the line: on a line for a difference
        that is more than the line.
        """
        earnings = self.env["sales.commission.earning"]
        lines = self.line_ids.browse(self.line_ids.ids)
        priced = lines._get_priced()
        by_line = defaultdict(list)
        for row in rows:
            by_line[row["line_id"]].append(row)
        brought = {}
        for line in lines:
            if line in priced:
                shares = earnings._share_by_document(
                    *priced[line], by_line[line.id], exact(line.currency_id.rounding)
                )
                brought |= {
                    (line.id, *document): share for document, share in shares.items()
                }
        return brought

    def _get_documents_query(self):
        return SQL(
            """
            WITH priced AS (
                SELECT l.id, l.component_id, l.employee_id, l.level, l.date_from,
                       MAX(paid.create_date) AS priced_at,
                       MAX(paid.credit_mark) AS mark
                  FROM sales_commission_statement_line l
                  JOIN (SELECT rel.line_id, e.create_date, e.credit_mark
                          FROM sales_commission_statement_line_earning_rel rel
                          JOIN sales_commission_earning e ON e.id = rel.earning_id
                         UNION ALL
                        SELECT rel.line_id, p.create_date, NULL
                          FROM sales_commission_statement_line_payable_rel rel
                          JOIN sales_commission_payable p ON p.id = rel.payable_id
                       ) paid ON paid.line_id = l.id
                 WHERE l.statement_id = ANY(%s) AND l.component_id IS NOT NULL
                 GROUP BY l.id)
            SELECT priced.id AS line_id, priced.component_id,
                   c.document_model, c.document_id, MAX(c.document_name) AS name,
                   MAX(c.origin_id) AS origin_id, MIN(MIN(c.date)) OVER (
                       PARTITION BY priced.id, c.document_model, MAX(c.origin_id)
                   ) AS sold_on,
                   MAX(c.date) AS date, MAX(c.currency_id) AS currency_id,
                   SUM(c.amount) AS amount, SUM(c.quantity) AS quantity
              FROM priced
              JOIN sales_commission_credit c
                ON c.component_id = priced.component_id
               AND c.employee_id = priced.employee_id
               AND c.level = priced.level
               AND c.date_from = priced.date_from
               AND CASE WHEN priced.mark IS NOT NULL THEN c.id <= priced.mark
                        ELSE c.create_date <= priced.priced_at END
             GROUP BY 1, 2, 3, 4
            HAVING SUM(c.amount) != 0
             ORDER BY 1, MAX(c.date), c.document_id
            """,
            self.ids,
        )

    def _get_customers(self, keys):
        """``{(model, id): (customer, amount in words)}`` of documents that the user"""
        ids = defaultdict(list)
        for model, document_id in sorted(keys):
            if model in self.env:
                ids[model].append(document_id)
        known = {}
        for model, document_ids in ids.items():
            readable = (
                self.env[model]
                .with_user(self.env.user)
                .browse(document_ids)
                .exists()
                ._filtered_access("read")
            )
            # sudo: the document may be read, so may the name that stands on it
            for document in readable.sudo():
                known[model, document.id] = self._describe_document(document)
        return known

    def _describe_document(self, document):
        """``(customer, amount, currency)``, each empty for what *document* lacks."""
        names = document._fields
        customer, total, currency = "", None, None
        if "partner_id" in names and names["partner_id"].type == "many2one":
            customer = document.partner_id.display_name or ""
        amount = next((name for name in AMOUNTS if name in names), None)
        if amount and "currency_id" in names and document.currency_id:
            total, currency = document[amount], document.currency_id
        return customer, total, currency
