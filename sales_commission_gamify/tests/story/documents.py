"""What the documents say now, read one by one through Odoo's own records.

Plain and slow on purpose: it shares no query and no arithmetic with the add-on.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from .numbers import cents, exact, total

UTC = "UTC"
SALES = ("out_invoice", "out_refund", "out_receipt")


@dataclass(frozen=True)
class Event:
    """Something that counts, before anybody is credited for it.

    *origin* is the sale; on the day *sold* payees must take part. The seller is a
    login or, where the document names the payee, an employee.
    """

    document: Any
    origin: Any
    sold: date
    day: date
    amount: Fraction
    login: Any = None
    payee: Any = None
    team: Any = None
    splits: Any = ()


class Documents:
    def __init__(self, env, company):
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company

    def find_events(self, component):
        """The events that *component* counts, except commissions of others."""
        return getattr(self, f"_read_{component.measure_id.source}")(component)

    def _search(self, model, *domain):
        return self.env[model].search(
            [("company_id", "=", self.company.id), *domain], order="id"
        )

    def _wanted(self, component, lines):
        for domain in (component.measure_id.domain, component.domain):
            lines = lines.filtered_domain(
                component.measure_id._parse_domain(domain, component.name)
            )
        return lines

    # --- invoices and credit notes ----------------------------------------------------

    def _get_invoices(self):
        return self._search(
            "account.move", ("state", "=", "posted"), ("move_type", "in", SALES)
        )

    def _get_lines(self, move):
        return move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ).sorted("id")

    def _get_origin(self, move):
        """The first sale of a credit note, and of what takes a credit note back."""
        parent = move.reversed_entry_id or move
        return parent.reversed_entry_id or parent

    def _get_day(self, move):
        return move.invoice_date or move.date

    def _get_invoiced(self, component):
        """``{invoice: [what each line that counts is worth]}``"""
        worth = {}
        for move in self._get_invoices():
            lines = self._wanted(component, self._get_lines(move))
            worth[move] = [self._get_worth(component, line) for line in lines]
        return worth

    def _get_worth(self, component, line):
        if component.measure_id.value == "quantity":
            if line.price_unit < 0 or line.is_downpayment:
                return Fraction(0)  # neither a discount nor a part in advance is a unit
            return self._get_units(line)
        amount = self._get_amount(line)
        if component.measure_id.value == "margin":
            # costs do not change in the stories
            product = line.product_id.with_company(self.company)
            amount -= cents(self._get_units(line) * exact(product.standard_price))
        return amount

    def _get_units(self, line):
        units = exact(line.quantity)
        units *= exact(line.product_uom_id.factor or 1)
        units /= exact(line.product_id.uom_id.factor or 1)
        return -units if line.move_id.move_type == "out_refund" else units

    def _get_amount(self, line):
        """In the company's currency; a sale is taken back at its own rate, a whole
        line as it was booked."""
        move, origin = line.move_id, self._get_origin(line.move_id)
        if (
            move == origin
            or line.currency_id == self.company.currency_id
            or line.currency_id != origin.currency_id
        ):
            return -exact(line.balance)

        def is_same(other):
            return other.product_id == line.product_id and (
                abs(exact(other.amount_currency)) == abs(exact(line.amount_currency))
            )

        before = [
            other
            for other in self._get_lines(move)
            if is_same(other) and other.id < line.id
        ]
        booked = [other for other in self._get_lines(origin) if is_same(other)]
        if len(booked) > len(before):
            twin = booked[len(before)]
            opposite = twin.amount_currency * line.amount_currency < 0
            return exact(twin.balance) if opposite else -exact(twin.balance)
        return cents(-exact(line.amount_currency) / exact(origin.invoice_currency_rate))

    def _tell_sale(self, move, day, amount):
        origin = self._get_origin(move)
        return Event(
            document=move,
            origin=origin,
            sold=self._get_day(origin),
            day=day,
            amount=amount,
            login=origin.invoice_user_id,
            team=origin.team_id,
            splits=origin.sales_commission_split_ids.sorted("id"),
        )

    def _read_invoice_line(self, component):
        for move, worth in self._get_invoiced(component).items():
            own = component.refund_period == "own"
            day = self._get_day(move if own else self._get_origin(move))
            for amount in worth:
                if amount:
                    yield self._tell_sale(move, day, amount)

    # --- what was collected -----------------------------------------------------------

    def _read_payment(self, component):
        for move, worth in self._get_invoiced(component).items():
            amount = total(worth)
            due = total(abs(exact(row.amount_currency)) for row in self._get_dues(move))
            paid = Fraction(0)
            if not due or not worth:
                continue
            for day, part in self._get_cash(move):
                before = cents(amount * paid / due)
                paid += part
                yield self._tell_sale(move, day, cents(amount * paid / due) - before)

    def _get_dues(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def _get_cash(self, move):
        """``[(day, amount in the invoice's currency)]`` of what paid it. A credit note
        settles it, too, but is no money."""
        parts, settled = [], Fraction(0)
        for due in self._get_dues(move):
            for part in due.matched_credit_ids:
                amount = exact(part.debit_amount_currency)
                parts.append((part, part.credit_move_id.move_id, amount))
            for part in due.matched_debit_ids:
                amount = exact(part.credit_amount_currency)
                parts.append((part, part.debit_move_id.move_id, amount))
            settled += abs(
                exact(due.amount_currency) - exact(due.amount_residual_currency)
            )
        if total(amount for _part, _other, amount in parts) != settled:
            raise ValueError(f"{move.name}: what settles it is not what is settled")
        cash = [
            (part.max_date, part.id, amount)
            for part, other, amount in parts
            # a payment that bounced is a draft that still points to the invoice
            if amount and other.state == "posted" and other.move_type not in SALES
        ]
        return [(day, amount) for day, _number, amount in sorted(cash)]

    # --- orders, achievements ---------------------------------------------------------

    def _read_order_line(self, component):
        company = self.company
        zone = ZoneInfo(company.resource_calendar_id.tz or company.partner_id.tz or UTC)
        for order in self._search("sale.order", ("state", "=", "sale")):
            moment = order.date_order.replace(tzinfo=ZoneInfo(UTC))
            day = moment.astimezone(zone).date()
            for line in self._wanted(component, order.order_line):
                if line.display_type or line.is_downpayment:
                    continue
                amount = cents(
                    exact(line.price_subtotal) / exact(order.currency_rate or 1)
                )
                if amount:
                    yield Event(
                        document=order,
                        origin=order,
                        sold=day,
                        day=day,
                        amount=amount,
                        login=order.user_id,
                        team=order.team_id,
                        splits=order.sales_commission_split_ids.sorted("id"),
                    )

    def _read_achievement(self, component):
        measure = ("measure_id", "=", component.measure_id.id)
        for row in self._search("sales.commission.achievement", measure):
            if row.value:
                yield Event(
                    document=row,
                    origin=row,
                    sold=row.date,
                    day=row.date,
                    amount=exact(row.value),
                    payee=row.employee_id,
                )
