from odoo import fields, models


class SalesCommissionSplit(models.Model):
    """The share of one payee in a sale. Shares add up to 100 %; what is on top for
    somebody who helped does not count into that."""

    _name = "sales.commission.split"
    _description = "Commission Split"
    _order = "id"

    order_id = fields.Many2one("sale.order", ondelete="cascade", index="btree_not_null")
    move_id = fields.Many2one(
        "account.move", ondelete="cascade", index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Payee", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(
        [("share", "Shares the sale"), ("overlay", "Is credited on top")],
        required=True,
        default="share",
    )
    percent = fields.Float(
        string="Share %", required=True, default=100.0, min_display_digits=2
    )
