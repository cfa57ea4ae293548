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

    sales_commission_missing = fields.Boolean(
        compute="_compute_sales_commission_gap",
        search="_search_sales_commission_missing",
        string="Somebody should be credited",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
        help="Nobody is credited, though the salesperson takes part in no plan yet or "
        "in one that counts such documents.",
    )

    def _search_sales_commission_missing(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        for name in ("assignment", "component", "measure", "plan"):
            self.env[f"sales.commission.{name}"].flush_model()
        counts_nothing_yet = SQL(
            """(SELECT move.id FROM account_move move
                  JOIN sales_commission_assignment a
                    ON a.user_id = move.invoice_user_id
                   AND a.company_id = move.company_id
                  JOIN sales_commission_plan plan
                    ON plan.id = a.plan_id AND plan.state != 'draft'
                  JOIN sales_commission_component component
                    ON component.plan_id = plan.id
                  JOIN sales_commission_measure measure
                    ON measure.id = component.measure_id
                 WHERE move.state = 'posted' AND %(date)s >= a.date_from
                   AND %(date)s <= COALESCE(a.date_to, 'infinity')
                   AND %(date)s >= plan.date_from
                   AND %(date)s <= COALESCE(plan.date_to, 'infinity')
                 GROUP BY move.id
                HAVING NOT BOOL_OR(measure.source = 'invoice_line'
                       OR measure.source = 'payment'
                          AND move.payment_state IN ('partial', 'in_payment', 'paid')))
            """,
            date=SQL("COALESCE(move.invoice_date, move.date)"),
        )
        return [
            ("sales_commission_credited", "=", False),
            ("id", "not in", counts_nothing_yet),
        ]

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
        counted = self.filtered(lambda move: move.state == "posted")
        counted = counted._sales_commission_filter()
        gaps = counted.sudo()._get_sales_commission_gaps()
        for move in self:
            move.sales_commission_credited = move.id in credited
            move.sales_commission_missing = (
                move in counted and move.id not in credited and not gaps[move.id][1]
            )
            move.sales_commission_gap = (
                move in counted and move.id not in credited and gaps[move.id][0]
            )

    def _get_sales_commission_gaps(self):
        """``{move id: (why it is credited to nobody, whether that is as planned)}``,
        whether it is or not."""
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
        """One sentence with the way out, and whether all is as the plans say."""
        self.ensure_one()
        salesperson = self.invoice_user_id.name
        if not salesperson:
            return self.env._("It has no salesperson: set one on the document."), False
        if not payee:
            reason = self.env._(
                "%(user)s is no employee of %(company)s: create the employee with "
                "this user.",
                user=salesperson,
                company=self.company_id.name,
            )
            return reason, False
        day = self.invoice_date or self.date
        running = [row for row in assignments if row._includes(day)]
        if not running:
            reason = self.env._(
                "%(payee)s takes part in no published plan on %(date)s: add the "
                "payee to a plan.",
                payee=payee.name,
                date=fields.Date.to_string(day),
            )
            return reason, False
        plans = self.env["sales.commission.plan"].union(*(r.plan_id for r in running))
        return self._get_sales_commission_filter_gap(payee, plans)

    def _get_sales_commission_filter_gap(self, payee, plans):
        """Why the *plans* that *payee* takes part in do not count this document."""
        sources = set(plans.component_ids.measure_id.mapped("source"))
        if "invoice_line" not in sources:
            if "payment" not in sources:
                reason = self.env._(
                    "%s's plans count no invoices: nothing is missing, unless they "
                    "should.",
                    payee.name,
                )
                return reason, True
            if self.payment_state not in ("partial", "in_payment", "paid"):
                reason = self.env._(
                    "%s's plans count what is collected: it counts once it is paid.",
                    payee.name,
                )
                return reason, True
        reason = self.env._(
            "No component of %s's plans counts any of its lines: look at the "
            "filters, or compute the document.",
            payee.name,
        )
        return reason, False
