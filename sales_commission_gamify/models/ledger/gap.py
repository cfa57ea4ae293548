from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class AccountMove(models.Model):
    """Customer documents that nobody is credited for, and why."""

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
    )

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

    @api.depends("state", "invoice_user_id", "invoice_date")
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
        counted = self.filtered(lambda move: move.state == "posted")
        counted = counted._sales_commission_filter()
        gaps = counted.sudo()._get_sales_commission_gaps()
        for move in self:
            move.sales_commission_credited = move.id in credited
            move.sales_commission_gap = not move.sales_commission_credited and gaps.get(
                move.id
            )

    def _get_sales_commission_gaps(self):
        """``{move id: why it is credited to nobody}``, whether it is or not."""
        payees = {
            (payee.user_id, payee.company_id): payee
            for payee in self.env["hr.employee"]
            .with_context(active_test=False)
            .search(
                [
                    ("user_id", "in", self.invoice_user_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        }
        assignments = (
            self.env["sales.commission.assignment"]
            .search(
                Domain("employee_id", "in", [payee.id for payee in payees.values()])
                & Domain("plan_id.state", "!=", "draft")
            )
            .grouped("employee_id")
        )
        gaps = {}
        for move in self:
            payee = payees.get((move.invoice_user_id, move.company_id))
            running = payee and assignments.get(payee, ())
            gaps[move.id] = move._get_sales_commission_gap(payee, running)
        return gaps

    def _get_sales_commission_gap(self, payee, assignments):
        """One sentence with the way out."""
        self.ensure_one()
        salesperson = self.invoice_user_id.name
        if not salesperson:
            return self.env._("It has no salesperson: set one on the document.")
        if not payee:
            return self.env._(
                "%(user)s is no employee of %(company)s: create the employee with "
                "this user.",
                user=salesperson,
                company=self.company_id.name,
            )
        day = self.invoice_date or self.date
        if not any(assignment._includes(day) for assignment in assignments):
            return self.env._(
                "%(payee)s takes part in no published plan on %(date)s: add the "
                "payee to a plan.",
                payee=payee.name,
                date=fields.Date.to_string(day),
            )
        return self.env._(
            "No component of %s's plans counts any of its lines: look at the "
            "filters, or compute the document.",
            payee.name,
        )
