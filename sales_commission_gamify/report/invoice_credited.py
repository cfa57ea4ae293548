from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    sales_commission_credited_text = fields.Text(
        "Commission",
        compute="_compute_sales_commission_credited_text",
        groups="base.group_user",
        help="What the invoice credited and brings so far: to payees their own, to "
        "managers that of those below, to officers and accountants all.",
    )

    @api.depends("state")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_sales_commission_credited_text(self):
        self.sales_commission_credited_text = False
        # sudo: whether any plan counts invoices, for whoever opens one
        if not self.env["sales.commission.run"].sudo()._has_plans("account.move"):
            return
        for move in self.filtered(
            lambda m: m.is_sale_document(include_receipts=True) and m._origin
        ):
            move.sales_commission_credited_text = move._say_sales_commission_credited()

    def _say_sales_commission_credited(self):
        dashboard = self.env["sales.commission.dashboard"]
        credited = dashboard._get_credited_by({"account.move": self._origin.ids})
        # sudo: names of payees of whom the user sees the credits
        payees = self.env["hr.employee"].sudo().browse(sorted(credited))
        sentences = []
        for payee in payees:
            for row in credited[payee.id]:
                facts = {
                    "payee": payee.name,
                    "component": row["name"],
                    "credited": row["text"],
                    "amount": row["amount_text"],
                }
                sentences.append(
                    self.env._(
                        "%(payee)s: %(credited)s for %(component)s, which brings "
                        "%(amount)s so far.",
                        **facts,
                    )
                    if row["amount_text"]
                    else self.env._(
                        "%(payee)s: %(credited)s for %(component)s.", **facts
                    )
                )
        return "\n".join(sentences)
