"""Orders as they would count if they were confirmed, invoiced and paid."""

from collections import defaultdict
from itertools import count

from odoo import fields, models
from odoo.tools import SQL

from .what_if import KEY, WhatIf, ask

# What a column of the database is read from. Translated and company-dependent fields,
# properties and files are left out: nothing that is counted depends on them.
PLAIN = {
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "integer",
    "many2one",
    "monetary",
    "selection",
    "text",
}
# Numbers for rows that come after all that are stored.
AFTER = 2_000_000_000


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _sales_commission_suppose(self, days):
        """All of *self* confirmed, and what is not invoiced of them invoiced and paid.

        The orders may be stored or in the middle of being typed (``new``). Their rows
        are built in sudo: what counts does not depend on who asks.

        :param days: ``{order: (day of confirmation, day of invoice)}``
        :return: ``(WhatIf, {model of documents: {id: order}})``
        """
        orders, rows = self.sudo(), Rows(self.sudo())
        documents = {"sale.order": {}, "account.move": {}}
        lines = orders.order_line
        for order, asked in zip(orders, self, strict=True):
            confirmed, invoiced = days[asked]
            order_id = order._origin.id or rows.get_number()
            ids = {
                line: line._origin.id or rows.get_number()
                for line in order._get_priced_lines().with_prefetch(lines._prefetch_ids)
            }
            order._sales_commission_add_order(rows, order_id, ids, confirmed)
            move_id = order._sales_commission_add_invoice(rows, ids, invoiced)
            documents["sale.order"][order_id] = asked
            if move_id:
                documents["account.move"][move_id] = asked
        splits = self.env["sales.commission.split"].sudo()
        stored = orders._origin
        supposed = rows.suppose(
            {
                "sale_order": stored.ids,
                "sale_order_line": stored.order_line.ids,
                "sales_commission_split": splits.search(
                    [("order_id", "in", stored.ids)]
                ).ids,
            }
        )
        return self._sales_commission_suppose_costs(supposed, rows), documents

    # --- as an order ------------------------------------------------------------------

    def _sales_commission_add_order(self, rows, order_id, ids, day):
        row = {**_get_row(self), "id": order_id, "state": "sale"}
        if self.state != "sale":
            now = fields.Datetime.now()
            moment = now if now.date() == day else fields.Datetime.to_datetime(day)
            row |= {
                "date_order": moment,
                "currency_rate": self._sales_commission_get_rate(day),
            }
        rows.add("sale_order", row)
        for line, line_id in ids.items():
            rows.add(
                "sale_order_line",
                {
                    **_get_row(line),
                    "id": line_id,
                    "order_id": order_id,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "state": "sale",
                },
            )
        self._sales_commission_add_splits(rows, "order_id", order_id)

    def _sales_commission_add_splits(self, rows, link, document_id):
        for split in self.sales_commission_split_ids:
            rows.add(
                "sales_commission_split",
                {
                    # in their order: the last one gets what is left
                    "id": AFTER + len(rows.tables["sales_commission_split"]),
                    link: document_id,
                    "company_id": self.company_id.id,
                    "employee_id": split.employee_id._origin.id,
                    "kind": split.kind,
                    "percent": split.percent,
                },
            )

    def _sales_commission_get_rate(self, day):
        return self.env["res.currency"]._get_conversion_rate(
            from_currency=self.company_id.currency_id,
            to_currency=self.currency_id,
            company=self.company_id,
            date=day,
        )

    # --- as an invoice ----------------------------------------------------------------

    def _sales_commission_add_invoice(self, rows, ids, day):
        """The invoice over what no posted invoice holds yet.

        :return: its number, or None when there is nothing to invoice
        """
        amounts = self._sales_commission_price_invoice(ids, day)
        if not amounts:
            return None
        move_id, rate = rows.get_number(), self._sales_commission_get_rate(day)
        common = {
            "company_id": self.company_id.id,
            "company_currency_id": self.company_id.currency_id.id,
            "currency_id": self.currency_id.id,
            "date": day,
            "invoice_date": day,
            "partner_id": self.partner_invoice_id._origin.id,
            "journal_id": rows.get_journal(self).id,
        }
        rows.add(
            "account_move",
            {
                **self._sales_commission_get_invoice_row(),
                **common,
                "id": move_id,
                "name": self.name,
                "state": "posted",
                "payment_state": "paid",
                "commercial_partner_id": (
                    self.partner_invoice_id.commercial_partner_id._origin.id
                ),
                "invoice_currency_rate": rate,
            },
        )
        for line, values in amounts.items():
            line_id = rows.get_number()
            rows.add(
                "account_move_line",
                {
                    **common,
                    **values,
                    "id": line_id,
                    "account_id": self._sales_commission_get_account(
                        line, rows.get_journal(self)
                    ).id
                    or None,
                    "move_id": move_id,
                    "move_name": self.name,
                    "parent_state": "posted",
                    "display_type": "product",
                },
            )
            rows.add(
                "sale_order_line_invoice_rel",
                {"invoice_line_id": line_id, "order_line_id": ids[line]},
            )
        self._sales_commission_add_payment(rows, common, move_id)
        self._sales_commission_add_splits(rows, "move_id", move_id)
        return move_id

    def _sales_commission_get_invoice_row(self):
        """What Odoo would make the invoice of, as columns."""
        known = self.env["account.move"]._fields
        # the splits are added as they are typed
        order = self.with_context(sales_commission_supposing=True)
        return {
            name: value or None
            for name, value in order._prepare_invoice().items()
            if name in known
            and known[name].store
            and known[name].type in PLAIN
            and isinstance(value, (str, int, float, bool))
        }

    def _sales_commission_price_invoice(self, lines, day):
        """``{line: columns of the invoice's line}``, priced as Odoo prices invoices:
        what rounding leaves is spread over the lines."""
        quantities = {}
        for line in lines:
            if line.product_id.type == "combo":
                continue
            open_quantity = line.product_uom_qty - line.qty_invoiced_posted
            if line.is_downpayment:  # the last invoice takes it off
                open_quantity = -line.qty_invoiced_posted
            if open_quantity:
                quantities[line] = open_quantity
        rate = self._sales_commission_get_rate(day)
        base_lines = [
            line._prepare_base_line_for_taxes_computation(
                quantity=quantity, rate=rate, partner_id=self.partner_invoice_id
            )
            for line, quantity in quantities.items()
        ]
        taxes = self.env["account.tax"]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        taxes._round_base_lines_tax_details(base_lines, self.company_id)
        return {
            line: self._sales_commission_get_line_row(line, base_line)
            for line, base_line in zip(quantities, base_lines, strict=True)
        }

    def _sales_commission_get_line_row(self, line, base_line):
        details = base_line["tax_details"]
        total = details["total_excluded_currency"]
        balance = details["total_excluded"] + details["delta_total_excluded"]
        return {
            "name": line.name,
            "sequence": line.sequence,
            "product_id": line.product_id._origin.id or None,
            "product_uom_id": line.product_uom_id._origin.id or None,
            "quantity": base_line["quantity"],
            "price_unit": line.price_unit,
            "discount": line.discount,
            "price_subtotal": total,
            "price_total": details["total_included_currency"],
            "is_downpayment": line.is_downpayment,
            "amount_currency": self.currency_id.round(
                -(total + details["delta_total_excluded_currency"])
            ),
            "balance": self.company_id.currency_id.round(-balance),
            "credit": max(balance, 0.0),
            "debit": max(-balance, 0.0),
        }

    def _sales_commission_get_account(self, line, journal):
        template = line.product_id.product_tmpl_id.with_company(self.company_id)
        accounts = template.get_product_accounts(fiscal_pos=self.fiscal_position_id)
        return (template and accounts["income"]) or journal.default_account_id

    def _sales_commission_add_payment(self, rows, common, move_id):
        """All of it is paid on the day of the invoice. A payment counts with the share
        of the invoice that it pays, so any amount does."""
        entry_id, term_id, cash_id = (rows.get_number() for _row in range(3))
        rows.add(
            "account_move",
            {**common, "id": entry_id, "state": "posted", "move_type": "entry"},
        )
        for line_id, owner, kind, amount in (
            (term_id, move_id, "payment_term", 1),
            (cash_id, entry_id, "payment_term", -1),
        ):
            rows.add(
                "account_move_line",
                {
                    **common,
                    "id": line_id,
                    "move_id": owner,
                    "parent_state": "posted",
                    "display_type": kind,
                    "amount_currency": amount,
                    "balance": amount,
                },
            )
        rows.add(
            "account_partial_reconcile",
            {
                "id": rows.get_number(),
                "debit_move_id": term_id,
                "credit_move_id": cash_id,
                "amount": 1,
                "debit_amount_currency": 1,
                "credit_amount_currency": 1,
                "max_date": common["date"],
                "company_id": common["company_id"],
            },
        )

    def _sales_commission_suppose_costs(self, supposed, rows):
        """*supposed* with the cost of one unit on the invoices' lines, as it would be
        written down when they are invoiced."""
        measures = self.env["sales.commission.measure"].sudo()
        asking, costs = measures.with_context(**{KEY: supposed}), {}
        lines = rows.tables["account_move_line"]
        for company in self.company_id:
            ids = [
                line["id"]
                for line in lines
                if line["company_id"] == company.id and line.get("product_id")
            ]
            if not ids:
                continue
            query = SQL(
                "SELECT line.id, %s FROM account_move_line line %s"
                " WHERE line.id = ANY(%s)",
                asking._get_current_cost_sql(company),
                asking._get_units_join_sql(),
                ids,
            )
            costs.update(ask(asking.env, query))
        for line in lines:
            line["sales_commission_unit_cost"] = costs.get(line["id"])
        return supposed.replacing("account_move_line", lines)


class Rows:
    """What is supposed, while it is put together. New rows have numbers below 0."""

    def __init__(self, orders):
        self.tables, self._numbers, self._journals = (
            defaultdict(list),
            count(-1, -1),
            {},
        )
        for journal in orders.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "in", orders.company_id.ids)]
        ):
            self._journals.setdefault(journal.company_id, journal)

    def add(self, table, row):
        self.tables[table].append(row)

    def get_number(self):
        return next(self._numbers)

    def restart(self, number):
        """The next numbers are *number* and those below."""
        self._numbers = count(number, -1)

    def get_journal(self, order):
        return order.journal_id or self._journals.get(
            order.company_id, order.journal_id
        )

    def suppose(self, hidden):
        """:param hidden: ``{table: ids of the rows that are replaced}``"""
        supposed = WhatIf()
        for table in {**self.tables, **hidden}:
            supposed = supposed.with_rows(
                table, self.tables[table], hidden.get(table, ())
            )
        return supposed


def _get_row(record):
    """The columns of a record, stored or new."""
    row = {}
    for name, field in record._fields.items():
        if (
            name == "id"
            or not field.store
            or not field.column_type
            or field.type not in PLAIN
            or field.translate
            or field.company_dependent
        ):
            continue
        value = record[name]
        if field.type == "many2one":
            value = value._origin.id or None
        elif value is False and field.type != "boolean":
            value = None
        row[name] = value
    return row
