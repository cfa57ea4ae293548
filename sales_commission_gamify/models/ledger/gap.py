from odoo import api, fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """On a customer document: whether somebody is credited, and what the work list
    says of it."""

    _inherit = "account.move"

    sales_commission_credited = fields.Boolean(
        compute="_compute_sales_commission_gap",
        search="_search_sales_commission_credited",
        string="Credited to a payee",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )
    sales_commission_gap = fields.Char(
        compute="_compute_sales_commission_gap",
        string="Not credited because",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
        help="What the exceptions say of it. Empty: somebody is credited, or nobody "
        "has to be.",
    )
    sales_commission_missing = fields.Boolean(
        compute="_compute_sales_commission_gap",
        search="_search_sales_commission_missing",
        string="Somebody should be credited",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
        help="It stands among the exceptions.",
    )

    def _get_sales_commission_gap_domain(self):
        return [("kind", "=", "invoice"), ("is_dismissed", "=", False)]

    def _search_sales_commission_missing(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        missing = self.env["sales.commission.exception"].search_fetch(
            self._get_sales_commission_gap_domain(), ["document_id"]
        )
        return [("id", "in", missing.mapped("document_id"))]

    def _search_sales_commission_credited(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        self.env["sales.commission.credit"].flush_model()
        return [
            (
                "id",
                "in",
                SQL(
                    # as many rows reversed as reversals: nothing is left
                    """(SELECT document_id FROM sales_commission_credit
                         WHERE document_model = %s GROUP BY document_id
                        HAVING COUNT(*) > 2 * COUNT(reversal_of_id))""",
                    self._name,
                ),
            )
        ]

    @api.depends("state", "payment_state", "invoice_user_id", "invoice_date")
    def _compute_sales_commission_gap(self):
        # sudo: says only whether somebody is credited, not who or how much
        credited = {
            document_id
            for document_id, rows, reversals in self.env["sales.commission.credit"]
            .sudo()
            ._read_group(
                [("document_model", "=", self._name), ("document_id", "in", self.ids)],
                ["document_id"],
                ["__count", "reversal_of_id:count"],
            )
            if rows > 2 * reversals
        }
        # sudo: the documents themselves are read already
        exceptions = self.env["sales.commission.exception"].sudo()
        exceptions.invalidate_model()  # a view of what may just have changed
        domain = self._get_sales_commission_gap_domain()
        found = exceptions.search([*domain, ("document_id", "in", self.ids)])
        missing = {row.document_id: row.message for row in found}
        for move in self:
            move.sales_commission_credited = move.id in credited
            move.sales_commission_missing = move.id in missing
            move.sales_commission_gap = missing.get(move.id, False)
