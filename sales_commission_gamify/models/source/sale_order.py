from odoo import api, models


class SaleOrder(models.Model):
    """The door for orders: confirmed, changed, cancelled, given to somebody else."""

    _name = "sale.order"
    _inherit = ["sale.order", "sales.commission.document"]

    @api.model
    def _sales_commission_get_watched(self):
        """Fields that may change what a confirmed order counts for, or for whom."""
        return {
            "state",
            "user_id",
            "team_id",
            "date_order",
            "partner_id",
            "currency_id",
            "pricelist_id",
            "order_line",
        }

    @api.model_create_multi
    def create(self, vals_list):
        orders = super(
            SaleOrder, self.with_context(sales_commission_order=True)
        ).create(vals_list)
        orders = orders.with_env(self.env)
        orders.filtered(lambda order: order.state == "sale")._sales_commission_touch()
        return orders

    def write(self, vals):
        if not vals.keys() & self._sales_commission_get_watched():
            return super().write(vals)
        before = self.filtered(lambda order: order.state == "sale")
        # the order's lines wait for the order: it is computed once, not per line
        result = super(SaleOrder, self.with_context(sales_commission_order=True)).write(
            vals
        )
        after = self.filtered(lambda order: order.state == "sale")
        (before | after)._sales_commission_touch()
        return result


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._sales_commission_touch_order()
        return lines

    def write(self, vals):
        before = self._sales_commission_get_order()
        result = super().write(vals)
        (before | self._sales_commission_get_order())._sales_commission_touch()
        return result

    def unlink(self):
        orders = self._sales_commission_get_order()
        result = super().unlink()
        orders._sales_commission_touch()
        return result

    def _sales_commission_get_order(self):
        """The confirmed orders whose lines change, unless the order itself is being
        written and will be computed after that."""
        if self.env.context.get("sales_commission_order"):
            return self.env["sale.order"]
        return self.order_id.filtered(lambda order: order.state == "sale")

    def _sales_commission_touch_order(self):
        self._sales_commission_get_order()._sales_commission_touch()
