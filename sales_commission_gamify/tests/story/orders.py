from odoo.fields import Command


class Orders:
    """What happens to orders, and to the invoices made of them."""

    LIKELY = {"order": 3, "invoice_order": 3, "change_order": 2, "cancel_order": 1}

    def _confirmed(self, step, condition=lambda order: True):
        return self._any(
            step, self.orders, lambda order: order.state == "sale" and condition(order)
        )

    def _do_order(self, step, chance):
        vals, shared = {}, ""
        if chance.random() < 0.4:
            commands, text = self._shares(chance)
            vals["sales_commission_split_ids"] = commands
            shared = f", shared by {text}"
        prices = [
            chance.randrange(10_000, 200_000) / 100
            for _line in range(chance.choice((1, 2)))
        ]
        seller, day = chance.choice(self._sellers()), self._day(chance)
        order = self._order(prices, payee=seller, date=str(day), **vals)
        order = order.sudo(False)
        self._note("orders", order, step)
        return f"{seller.name} sells {order.name} over {prices} on {day}{shared}"

    def _do_invoice_order(self, step, chance):
        order = self._confirmed(step, lambda o: o.invoice_status == "to invoice")
        if not order:
            return None
        if down := not order.invoice_ids and chance.random() < 0.4:
            wizard = self.env["sale.advance.payment.inv"].sudo()
            wizard = wizard.with_context(
                active_model="sale.order", active_ids=order.ids
            )
            wizard.create(
                {"advance_payment_method": "percentage", "amount": 30}
            ).create_invoices()
            move = order.invoice_ids.sorted("id")[-1:]
        else:
            move = order.sudo()._create_invoices(final=True)
        move = self.env["account.move"].browse(move.id)
        day = self._day(chance)
        move.invoice_date = day
        move.action_post()
        self._note("invoices", move, step)
        words = "30 % of it in advance" if down else "it"
        return f"{order.name}: {words} is invoiced by {self._say(move)} on {day}"

    def _do_change_order(self, step, chance):
        if order := self._confirmed(step):
            lines = order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment
            )
            if chance.random() < 0.5:
                lines[:1].product_uom_qty += 1
                return f"{order.name}: one more of {lines[:1].price_unit:.2f}"
            seller = chance.choice(self._sellers())
            order.user_id = seller.user_id
            return f"{order.name} is given to {seller.name}"
        return None

    def _do_cancel_order(self, step, chance):
        if order := self._confirmed(step, lambda o: not o.invoice_ids):
            if chance.random() < 0.3:
                order.order_line = [Command.unlink(order.order_line[0].id)]
            order.sudo()._action_cancel()
            return f"{order.name} is cancelled"
        return None
