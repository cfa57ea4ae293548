from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

# 33.33 % for each of three is meant to be the whole: the last one gets the rest.
TOLERANCE = 0.01


class SalesCommissionSplitDocument(models.AbstractModel):
    """A document whose sale several payees may share."""

    _name = "sales.commission.split.document"
    _description = "Document With a Commission Split"

    # The state in which a document is counted, and how a split points to it.
    _SPLIT_COUNTED = _SPLIT_INVERSE = None

    sales_commission_may_split = fields.Boolean(
        compute="_compute_sales_commission_may_split"
    )

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_sales_commission_may_split(self):
        officer = self.env.user.has_group("sales_commission_gamify.group_officer")
        for document in self:
            document.sales_commission_may_split = (
                officer or document.state != self._SPLIT_COUNTED
            )

    def _get_sales_commission_splits(self):
        """All rows, whatever the user may see of them."""
        # sudo: shares add up over the rows of all payees
        return (
            self.env["sales.commission.split"]
            .sudo()
            .search([(self._SPLIT_INVERSE, "in", self.ids)])
            .grouped(self._SPLIT_INVERSE)
        )

    @api.constrains("sales_commission_split_ids")
    def _check_sales_commission_splits(self):
        for document, splits in self._get_sales_commission_splits().items():
            shares = splits.filtered(lambda split: split.kind == "share")
            total = sum(shares.mapped("percent"))
            if shares and round(abs(total - 100), 4) > TOLERANCE:
                raise ValidationError(
                    self.env._(
                        "The commission shares of %(document)s add up to %(total)s %%, "
                        "not to 100 %%. Change them, or let somebody be credited on "
                        "top.",
                        document=document.display_name,
                        total=f"{total:.4f}".rstrip("0").rstrip("."),
                    )
                )
            for (_kind, payee), rows in splits.grouped(
                lambda split: (split.kind, split.employee_id)
            ).items():
                if len(rows) > 1:
                    raise ValidationError(
                        self.env._(
                            "%(payee)s stands in the commission split of %(document)s "
                            "twice. Keep one line with the sum.",
                            payee=payee.name,
                            document=document.display_name,
                        )
                    )

    def _settle_sales_commission_splits(self, vals_list):
        if any("sales_commission_split_ids" in vals for vals in vals_list):
            # sudo: judges and counts what was saved, whoever saved it
            self.env["sales.commission.split"].sudo()._settle()

    def _sales_commission_follow_splits(self):
        """The ledger follows the splits of documents that count already."""
        self.filtered(
            lambda document: document.state == self._SPLIT_COUNTED
        )._sales_commission_touch()

    def _sales_commission_copy_splits(self):
        """Commands that give another document the same splits."""
        return [
            Command.create(
                {
                    "employee_id": split.employee_id.id,
                    "kind": split.kind,
                    "percent": split.percent,
                }
            )
            for splits in self._get_sales_commission_splits().values()
            for split in splits
        ]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "sales.commission.split.document"]

    _SPLIT_COUNTED = "sale"
    _SPLIT_INVERSE = "order_id"

    sales_commission_split_ids = fields.One2many(
        "sales.commission.split",
        "order_id",
        string="Commission Split",
        groups="base.group_user",
        help="Who shares the sale. Empty: the salesperson alone. Invoices of the "
        "order take it over when they are made.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self._settle_sales_commission_splits(vals_list)
        return documents

    def write(self, vals):
        result = super().write(vals)
        self._settle_sales_commission_splits([vals])
        return result

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.env.context.get("sales_commission_supposing"):
            return values
        commands = self._sales_commission_copy_splits()
        if commands:
            values["sales_commission_split_ids"] = commands
        return values

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        for move in moves:
            # sudo: who may invoice the orders may also carry their splits over
            orders = move.sudo().line_ids.sale_line_ids.order_id
            if len(orders) > 1:
                orders._sales_commission_merge_splits(move.sudo())
        return moves

    def _sales_commission_merge_splits(self, move):
        """Several orders in one invoice: their splits when they agree, otherwise each
        weighs as much as is invoiced of its order. Without a split an order is its
        salesperson's; when that is no payee, the invoice is not split at all."""
        splits = self._get_sales_commission_splits()
        if not splits:
            return
        weights = move._sales_commission_weigh_orders(self)
        percents = defaultdict(float)
        for order in self:
            rows = [
                (split.kind, split.employee_id.id, split.percent)
                for split in splits.get(order, ())
            ]
            if not any(kind == "share" for kind, _payee, _percent in rows):
                payee = self.env["hr.employee"].search(
                    [
                        ("user_id", "=", order.user_id.id or 0),
                        ("company_id", "=", order.company_id.id),
                    ],
                    limit=1,
                )
                if not payee:
                    move.sales_commission_split_ids = [Command.clear()]
                    return
                rows.append(("share", payee.id, 100.0))
            for kind, payee_id, percent in rows:
                percents[kind, payee_id] += percent * weights[order]
        move.sales_commission_split_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "kind": kind,
                        "employee_id": payee_id,
                        "percent": min(round(percent, 6), 100),
                    }
                )
                for (kind, payee_id), percent in percents.items()
                if round(percent, 6)
            ),
        ]


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "sales.commission.split.document"]

    _SPLIT_COUNTED = "posted"
    _SPLIT_INVERSE = "move_id"

    sales_commission_split_ids = fields.One2many(
        "sales.commission.split",
        "move_id",
        string="Commission Split",
        groups="base.group_user",
        help="Who shares the sale. Empty: the salesperson alone. A credit note is "
        "shared as the invoice that it takes back.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self._settle_sales_commission_splits(vals_list)
        return documents

    def write(self, vals):
        result = super().write(vals)
        self._settle_sales_commission_splits([vals])
        return result

    def _get_fields_to_copy_recurring_entries(self, values):
        """What is invoiced again each month is shared as the first time."""
        values = super()._get_fields_to_copy_recurring_entries(values)
        commands = self._sales_commission_copy_splits()
        if commands:
            values["sales_commission_split_ids"] = commands
        return values

    def _sales_commission_weigh_orders(self, orders):
        """``{order: its part of what this invoice comes to}``"""
        amounts = {
            order: sum(
                abs(line.price_subtotal)
                for line in self.invoice_line_ids
                if order in line.sale_line_ids.order_id
            )
            for order in orders
        }
        total = sum(amounts.values())
        return {
            order: amount / total if total else 1 / len(orders)
            for order, amount in amounts.items()
        }


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def _modify_default_reverse_values(self, origin_move):
        """What replaces a reversed invoice is shared as that was."""
        values = super()._modify_default_reverse_values(origin_move)
        commands = origin_move._sales_commission_copy_splits()
        if commands:
            values["sales_commission_split_ids"] = commands
        return values
