"""One document of each kind, made and posted by Odoo: the rest are copies of these,
column by column, with other days, people and amounts."""

from datetime import timedelta

from odoo import Command

from .sizes import FIRST_DAY

PRICE = 100.0
DUE, TAKEN_BACK, PAID = (timedelta(days=days) for days in (30, 7, 14))


def lines_of(number):
    """How many lines the invoice of that number has."""
    return 2 + number % 5


class Models:
    """The invoices number 1 to 5, one for each count of lines, their credit notes, and
    a journal entry by which half of the first one is paid."""

    COUNT = 5

    def __init__(self, company):
        self.company = company
        self.env = company.env
        self.invoices = [self._invoice(number) for number in range(1, self.COUNT + 1)]
        self.refunds = [self._refund(invoice) for invoice in self.invoices]
        self.payment = self._pay(self.invoices[0])

    def _invoice(self, number):
        company = self.company
        seller = company.sellers[number % len(company.sellers)]
        lead = list(company.leads).index(seller.parent_id)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": company.customers[number % len(company.customers)].id,
                "invoice_user_id": seller.user_id.id,
                "team_id": company.teams[lead].id,
                "invoice_date": FIRST_DAY,
                "invoice_date_due": FIRST_DAY + DUE,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": company.products[n].id, "price_unit": PRICE}
                    )
                    for n in range(lines_of(number))
                ],
            }
        )
        move.action_post()
        return move

    def _refund(self, invoice):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "date": FIRST_DAY + TAKEN_BACK,
                    "journal_id": invoice.journal_id.id,
                }
            )
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.action_post()
        # left open, as credit notes that are paid out are
        refund.line_ids.remove_move_reconcile()
        return refund

    def _pay(self, invoice):
        owed = invoice.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        bank = self.env["account.journal"].search(
            [
                ("type", "=", "bank"),
                ("company_id", "=", self.company.company.id),
            ],
            limit=1,
        )
        half = round(owed.balance / 2, 2)
        entry = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": FIRST_DAY + PAID,
                "name": f"{bank.code}/2025/00001",
                "line_ids": [
                    Command.create(
                        {"account_id": bank.default_account_id.id, "debit": half}
                    ),
                    Command.create(
                        {
                            "account_id": owed.account_id.id,
                            "partner_id": owed.partner_id.id,
                            "credit": half,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (entry.line_ids.filtered("partner_id") | owed).reconcile()
        return entry
