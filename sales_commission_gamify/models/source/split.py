from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class SalesCommissionSplit(models.Model):
    """The share of one payee in a sale. Shares add up to 100 %; what is on top for
    somebody who helped does not count into that."""

    _name = "sales.commission.split"
    _description = "Commission Split"
    _order = "id"

    order_id = fields.Many2one("sale.order", ondelete="cascade", index="btree_not_null")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        ondelete="cascade",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id)]",
        help="Who is credited, if taking part in a plan on the day of the sale.",
    )
    kind = fields.Selection(
        [("share", "Shares the sale"), ("overlay", "Is credited on top")],
        string="How",
        required=True,
        default="share",
        help="Shares add up to 100 %. What somebody who helped is credited on top "
        "takes nothing from the others.",
    )
    percent = fields.Float(
        string="Share %",
        required=True,
        default=100.0,
        min_display_digits=2,
        help="Of the amount of the document: more than 0, at most 100.",
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(order_id, move_id) = 1)",
        "A commission split belongs to one order or to one invoice.",
    )
    # NaN is greater than any number for PostgreSQL
    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "The share of a payee in a sale is more than 0 % and at most 100 %.",
    )

    @api.depends("order_id.company_id", "move_id.company_id")
    def _compute_company_id(self):
        for split in self.sudo():  # sudo: a payee may not read the document
            split.company_id = split.order_id.company_id or split.move_id.company_id

    @api.model_create_multi
    def create(self, vals_list):
        splits = super().create(vals_list)
        splits._check_may_change()
        splits._check_on_top()
        splits._settle_later()
        return splits

    def write(self, vals):
        self._check_may_change()
        self._settle_later()
        result = super().write(vals)
        self._check_may_change()  # the document it may have been moved to
        self._check_on_top()
        self._settle_later()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_if_allowed(self):
        self._check_may_change()
        self._settle_later()

    def _check_may_change(self):
        """:raise AccessError: unless the user may write the document while it is
        not counted yet, or is a commission officer

        Otherwise a payee could take a larger share of what is invoiced already.
        """
        if self.env.su:
            return
        for documents in (self.order_id, self.move_id):
            if not documents:
                continue
            if not self.env.user.has_group("sales_commission_gamify.group_officer"):
                documents.check_access("write")
            for document in documents:
                if not document.sales_commission_may_split:
                    raise AccessError(
                        self.env._(
                            "%s counts already, so its commission split can only be "
                            "changed by a commission officer.",
                            document.display_name,
                        )
                    )
        self._check_companies()

    def _check_on_top(self):
        """:raise AccessError: for who credits himself on top, or is neither a manager
            of sales nor an invoicing clerk

        Shares are limited to the whole sale, what is on top is not: two who help each
        other on paper would both be paid twice.
        """
        user = self.env.user
        if self.env.su or user.has_group("sales_commission_gamify.group_officer"):
            return
        may_credit = user.has_group("sales_team.group_sale_manager") or user.has_group(
            "account.group_account_invoice"
        )
        for split in self.sudo():  # sudo: who the payee is as a user
            person = split.employee_id
            own = person._is_sales_commission_user(user)
            if split.kind == "overlay" and (own or not may_credit):
                raise AccessError(
                    self.env._(
                        "You cannot credit %(payee)s on top of %(document)s. Share the "
                        "sale, or ask a commission officer or another manager of sales "
                        "to do it.",
                        payee=person.name,
                        document=(split.order_id or split.move_id).display_name,
                    )
                )

    def _check_companies(self):
        for split in self.sudo():  # sudo: names of colleagues only
            if split.employee_id.company_id not in (False, split.company_id):
                raise ValidationError(
                    self.env._(
                        "%(payee)s works for another company than %(company)s, which "
                        "%(document)s belongs to. Choose a payee of that company.",
                        payee=split.employee_id.name,
                        company=split.company_id.name,
                        document=(split.order_id or split.move_id).display_name,
                    )
                )

    # --- after all rows of a document are saved ----------------------------------

    def _settle_later(self):
        """A form saves its rows one after the other, so what they add up to is judged
        once all are saved: by the document, at the latest before the commit."""
        precommit = self.env.cr.precommit
        waiting = precommit.data.get("sales_commission_split")
        if waiting is None:
            waiting = precommit.data["sales_commission_split"] = {}
            precommit.add(self.env["sales.commission.split"].sudo()._settle)
        for documents in (self.order_id, self.move_id):
            if documents:
                waiting.setdefault(documents._name, set()).update(documents.ids)

    @api.model
    def _settle(self):
        waiting = self.env.cr.precommit.data.pop("sales_commission_split", {})
        for model, document_ids in waiting.items():
            documents = self.env[model].browse(sorted(document_ids)).exists()
            documents._check_sales_commission_splits()
            documents._sales_commission_follow_splits()
