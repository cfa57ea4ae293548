from datetime import timedelta

from odoo.fields import Command


class Sales:
    """What happens to invoices and credit notes."""

    LIKELY = {
        "post": 12,
        "refund": 3,
        "refund_part": 5,
        "refund_alone": 1,
        "refund_back": 1,
        "set_off": 1,
        "reset": 3,
        "cancel": 2,
        "post_again": 6,
        "change": 3,
        "duplicate": 2,
        "delete": 1,
        "give_away": 3,
        "give_to_team": 2,
        "share": 3,
        "unshare": 1,
    }

    def _posted(self, step, condition=lambda move: True):
        return self._any(
            step,
            self.invoices,
            lambda move: move.state == "posted" and condition(move),
        )

    def _shares(self, chance):
        """Shares of two or three payees, sometimes somebody on top."""
        people = chance.sample([self.ann, self.bob, self.max, self.joe], 4)
        rows = chance.choice(
            (
                [(people[0], 60), (people[1], 40)],
                [(people[0], 33.33), (people[1], 33.33), (people[2], 33.34)],
                [(payee, 33.33) for payee in people[:3]],  # the last gets the rest
            )
        )
        commands = self._split(*rows)["sales_commission_split_ids"]
        if chance.random() < 0.3:
            on_top = {"employee_id": people[3].id, "percent": 20, "kind": "overlay"}
            commands.append(Command.create(on_top))
        text = ", ".join(f"{payee.name} {percent} %" for payee, percent in rows)
        return commands, text

    def _lines(self, chance):
        prices = [
            chance.randrange(10_000, 400_000) / 100
            for _line in range(chance.choice((1, 1, 2, 3)))
        ]
        prices += [-50.0] if chance.random() < 0.2 else []
        return [
            Command.create(
                {
                    "product_id": chance.choice((self.product_a, self.product_b)).id,
                    "quantity": chance.choice((1, 1, 1, 3)),
                    "price_unit": price,
                    "tax_ids": [Command.set(self.taxes.ids * chance.choice((0, 1)))],
                }
            )
            for price in prices
        ]

    def _do_post(self, step, chance):
        shared = ""
        vals = {"invoice_line_ids": self._lines(chance)}
        if chance.random() < 0.3:
            vals["currency_id"] = self.euro.id
        if chance.random() < 0.2:
            vals["invoice_payment_term_id"] = self.early.id
        if chance.random() < 0.3:
            commands, text = self._shares(chance)
            vals["sales_commission_split_ids"] = commands
            shared = f", shared by {text}"
        vals["team_id"] = chance.choice((self.north, self.south)).id
        seller, day = chance.choice(self._sellers()), self._day(chance)
        move = self._invoice(0, payee=seller, date=str(day), **vals)
        self._note("invoices", move, step)
        return f"{seller.name} invoices {self._say(move)} on {day}{shared}"

    def _do_refund(self, step, chance):
        move = self._posted(
            step,
            lambda m: m.move_type == "out_invoice" and m.payment_state == "not_paid",
        )
        return move and self._take_back(step, chance, move)

    def _do_refund_part(self, step, chance):
        move = self._posted(step, lambda m: m.move_type == "out_invoice")
        amount = chance.randrange(1_000, 30_000) / 100
        return move and self._take_back(step, chance, move, amount)

    def _do_refund_back(self, step, chance):
        move = self._posted(step, lambda m: m.move_type == "out_refund")
        return move and self._take_back(step, chance, move)

    def _take_back(self, step, chance, move, amount=None):
        day = self._day(chance, move.invoice_date, 40)
        refund = self._refund(move, amount=amount, date=str(day))
        self._note("invoices", refund, step)
        return f"{self._say(refund)} takes back {move.name} on {day}"

    def _do_refund_alone(self, step, chance):
        """A credit note that names no invoice."""
        seller, day = chance.choice(self._sellers()), self._day(chance)
        move = self._invoice(
            chance.randrange(1_000, 30_000) / 100,
            payee=seller,
            date=str(day),
            move_type="out_refund",
            team_id=self.north.id,
        )
        self._note("invoices", move, step)
        return f"{seller.name} credits {self._say(move)} on {day}, for no invoice"

    def _do_set_off(self, step, chance):
        """A credit note settles an invoice that it was not made for."""
        refund = self._posted(
            step, lambda m: m.move_type == "out_refund" and m.amount_residual
        )
        move = self._posted(
            step,
            lambda m: (
                m.move_type == "out_invoice"
                and m.amount_residual
                and m.currency_id == refund.currency_id
            ),
        )
        if not refund or not move:
            return None
        self._reconcile(refund, move)
        return f"{refund.name} is set off against {move.name}"

    def _do_reset(self, step, chance):
        if move := self._posted(step):
            name = move.name
            move.button_draft()
            return f"{name} is reset to draft"
        return None

    def _do_cancel(self, step, chance):
        move = self._any(step, self.invoices, lambda m: m.state in ("draft", "posted"))
        if not move:
            return None
        name = move.name
        if move.state == "posted":
            move.button_draft()
        move.button_cancel()
        return f"{name} is cancelled"

    def _do_post_again(self, step, chance):
        move = self._any(step, self.invoices, lambda m: m.state in ("draft", "cancel"))
        if not move:
            return None
        if move.state == "cancel":
            move.button_draft()
        move.action_post()
        return f"{move.name} is posted again"

    def _do_change(self, step, chance):
        """Reset, changed and posted again."""
        move = self._any(step, self.invoices, lambda m: m.state in ("draft", "posted"))
        if not move:
            return None
        if move.state == "posted":
            move.button_draft()
        what = chance.choice(("price", "date", "seller", "line", "partner"))
        if what == "price":
            move.invoice_line_ids[:1].price_unit += 11.11
        elif what == "date":
            day = self._day(chance)
            move.write({"invoice_date": day, "date": day})
            what = f"date {day}"
        elif what == "seller":
            move.invoice_user_id = chance.choice(self._sellers()).user_id
            what = f"seller {move.invoice_user_id.name}"
        elif what == "line":
            move.invoice_line_ids = [
                *[Command.unlink(line.id) for line in move.invoice_line_ids[1:]],
                *self._lines(chance)[:1],
            ]
        else:
            move.partner_id = self.partner_b
        move.action_post()
        return f"{move.name} gets another {what} and is posted: {self._say(move)}"

    def _do_duplicate(self, step, chance):
        move = self._any(step, self.invoices)
        if not move:
            return None
        day = self._day(chance)
        copy = move.copy({"invoice_date": day})
        copy.action_post()
        self._note("invoices", copy, step)
        return f"{move.name} is duplicated as {self._say(copy)} on {day}"

    def _do_delete(self, step, chance):
        move = self._any(step, self.invoices, lambda m: m.state in ("draft", "cancel"))
        if not move:
            return None
        name = move.name
        self.invoices -= move
        move.unlink()
        return f"{name} is deleted"

    def _do_give_away(self, step, chance):
        if move := self._posted(step):
            seller = chance.choice(self._sellers())
            move.invoice_user_id = seller.user_id
            return f"{move.name} is given to {seller.name}"
        return None

    def _do_give_to_team(self, step, chance):
        if move := self._posted(step):
            move.team_id = self.south if move.team_id == self.north else self.north
            return f"{move.name} is given to team {move.team_id.name}"
        return None

    def _do_share(self, step, chance):
        if move := self._posted(step, lambda m: m.move_type == "out_invoice"):
            commands, text = self._shares(chance)
            move.sales_commission_split_ids = [Command.clear(), *commands]
            return f"{move.name} is shared by {text}"
        return None

    def _do_unshare(self, step, chance):
        if move := self._posted(step, lambda m: m.sales_commission_split_ids):
            move.sales_commission_split_ids = [Command.clear()]
            return f"{move.name} is shared no longer"
        return None

    # --- words ------------------------------------------------------------------------

    def _say(self, move):
        prices = " + ".join(
            f"{line.price_subtotal:.2f}" for line in move.invoice_line_ids
        )
        return f"{move.name} over {prices} {move.currency_id.name}"

    def _sellers(self):
        return [self.ann, self.bob, self.max, self.joe]

    def _day(self, chance, first=None, days=150):
        return (first or self.FIRST_DAY) + timedelta(days=chance.randrange(days))
