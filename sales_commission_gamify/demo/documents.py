"""Orders, invoices and credit notes, made by Odoo's own methods."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo.fields import Command

from .bank import get_open_lines

# Sales in progress: not part of the story, customers order again what they had.
QUOTATIONS = 8
TO_INVOICE = 5


def by_day(items, get_day):
    days = defaultdict(list)
    for item in items:
        days[get_day(item)].append(item)
    return sorted(days.items())


class Books:
    """The documents of the story; ``invoices`` by number of the sale."""

    def __init__(self, env, timeline, staff, catalogue, partners, bank):
        self.env = env
        self.timeline = timeline
        self.staff = staff
        self.catalogue = catalogue
        self.partners = partners
        self.invoices = {}
        self.bank = bank

    # --- orders and invoices ----------------------------------------------------

    def sell(self, sales):
        """Confirmed orders, and their invoices posted in one go."""
        if not sales:  # today is the first day of a month
            return
        orders = self._create_orders(sales)
        orders.action_confirm()  # sets today's date, so write the story's again
        pairs = list(zip(sales, orders, strict=True))
        for day, sold in by_day(pairs, lambda pair: pair[0].date):
            self._join(order for _sale, order in sold).date_order = self._at_noon(day)
        invoices = orders._create_invoices(grouped=True)
        for sale, order in pairs:
            self.invoices[sale.number] = order.invoice_ids
        for day, sold in by_day(sales, lambda sale: sale.date):
            self._get_invoices(sold).invoice_date = day
        invoices.sorted("invoice_date").action_post()

    def offer(self, sales):
        """Quotations, and orders that wait for their invoice."""
        orders = self._create_orders(sales[: QUOTATIONS + TO_INVOICE])
        orders[QUOTATIONS:].action_confirm()

    def _create_orders(self, sales):
        return self.env["sale.order"].create(
            [self._prepare_order_vals(sale) for sale in sales]
        )

    def _prepare_order_vals(self, sale):
        return {
            "partner_id": self.partners[sale.customer].id,
            "date_order": self._at_noon(sale.date),
            "user_id": self.staff.users[sale.seller].id,
            "team_id": self.staff.get_team(sale.seller).id,
            "company_id": self.env.company.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.catalogue.products[line.product].id,
                        "product_uom_qty": line.quantity,
                        "discount": line.discount,
                    }
                )
                for line in sale.lines
            ],
        }

    def _at_noon(self, day):
        return datetime.combine(day, time(12))

    def _join(self, orders):
        return self.env["sale.order"].concat(*orders)

    def _get_invoices(self, sales):
        return self.env["account.move"].concat(
            *(self.invoices[sale.number] for sale in sales)
        )

    # --- what comes back --------------------------------------------------------

    def refund(self, sales):
        """Credit notes of *sales* by the reversal wizard, on the story's days."""
        notes = self.env["account.move"]
        for sale in sorted(sales, key=lambda sale: (sale.refund.date, sale.number)):
            note = self._reverse(sale)
            for line, quantity in zip(
                note.invoice_line_ids, sale.refund.quantities, strict=True
            ):
                if line.quantity != quantity:
                    line.quantity = quantity
            notes += note
        notes.action_post()
        for note in notes:
            self._settle(note)

    def _reverse(self, sale):
        invoice = self.invoices[sale.number]
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "date": sale.refund.date,
                    "reason": sale.refund.reason,
                    "journal_id": invoice.journal_id.id,
                }
            )
        )
        wizard.refund_moves()
        return wizard.new_move_ids

    def _settle(self, note):
        """A credit note takes from an unpaid invoice; otherwise it stays open."""
        lines = get_open_lines(note + note.reversed_entry_id)
        if len(lines) > 1:
            lines.reconcile()

    def collect(self, sales):
        """What customers paid; a few pay only half."""
        owed = []
        for sale in sorted(sales, key=lambda sale: (self._friday(sale), sale.number)):
            lines = get_open_lines(self.invoices[sale.number])
            if lines and sale.payment.is_partial:
                self.bank.pay_half(lines, self._friday(sale))
            elif lines:
                owed.append((lines, self._friday(sale)))
        self.bank.pay_together(owed)

    def _friday(self, sale):
        """Payments are entered each Friday (or today) for the days before."""
        day = sale.payment.date
        return min(day + timedelta(days=(4 - day.weekday()) % 7), self.timeline.today)
