"""What may be paid of what is owed, as the documents say on a day.

Read row by row, as the rest of the reference: no query, no arithmetic of the add-on.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction

from .documents import SALES
from .numbers import cents, exact, total

ALL, NONE = Fraction(1), Fraction(0)


class Payable:
    def __init__(self, documents, groups, owed):
        """:param groups: ``{key: [Credit]}``; :param owed: ``{key: amount}``"""
        self.documents = documents
        self.groups = groups
        self.owed = owed
        self.shares = {}
        self.families = defaultdict(list)
        for move in documents._get_invoices():
            self.families[documents._get_origin(move)].append(move)

    def tell(self, key, today):
        """To the cent, on the last day of a pay period."""
        component, _payee, _level, first = key
        plan = component.plan_id
        last = first.replace(day=monthrange(first.year, first.month)[1])
        part = ALL
        if plan.payable_when == "collected":
            part *= self._get_collected(key, today)
        if today < last + timedelta(days=plan.payable_days):
            part = NONE
        if today < last + timedelta(days=plan.held_days):
            part *= 1 - exact(plan.held_percent) / 100
        return cents(self.owed.get(key, NONE) * part)

    def _get_collected(self, key, today):
        credits = self.groups.get(key, ())
        deal = total(credit.amount for credit in credits)
        if not deal:
            return ALL
        paid = total(
            credit.amount * self._get_share(credit.event.origin, today)
            for credit in credits
        )
        return min(max(paid / deal, NONE), ALL)

    def _get_share(self, document, today):
        key = document, today
        if key not in self.shares:
            self.shares[key] = self._work_out_share(document, today)
        return self.shares[key]

    def _work_out_share(self, document, today):
        if document._name == "account.move":
            return self._get_share_of_sale(document, today)
        if document._name == "sale.order":
            return self._get_share_of_order(document, today)
        return ALL

    def _get_share_of_sale(self, origin, today):
        """An invoice together with what takes it back."""
        paid = due = NONE
        for move in self.families[origin]:
            sign = -1 if move.move_type == "out_refund" else 1
            dues = self.documents._get_dues(move)
            due += sign * total(abs(exact(row.amount_currency)) for row in dues)
            paid += sign * self._get_settled(move, dues, today)
        return min(max(paid / due, NONE), ALL) if due else ALL

    def _get_settled(self, move, dues, today):
        settled = NONE
        for row in dues:
            for parts, side, other in (
                (row.matched_credit_ids, "debit", "credit"),
                (row.matched_debit_ids, "credit", "debit"),
            ):
                for part in parts:
                    line = part[f"{other}_move_id"]
                    day = max(line.date, self.documents._get_day(move))
                    if line.parent_state == "posted" and day <= today:
                        settled += exact(part[f"{side}_amount_currency"])
        return settled

    def _get_share_of_order(self, order, today):
        whole = exact(order.amount_total)
        if not whole:
            return ALL
        paid = NONE
        for item in order.order_line:
            for line in item.invoice_lines:
                move = line.move_id
                if move.state == "posted" and move.move_type in SALES:
                    origin = self.documents._get_origin(move)
                    share = self._get_share(origin, today)
                    sign = -1 if move.move_type == "out_refund" else 1
                    paid += sign * exact(line.price_total) * share
        return min(max(paid / whole, NONE), ALL)
