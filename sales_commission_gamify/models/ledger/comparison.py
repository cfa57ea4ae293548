from odoo import api, fields, models

from ..design.access import check_group

# A comparison keeps this many differences of each kind; it counts all.
MOST_LINES = 2000


class SalesCommissionComparison(models.Model):
    """What is stored for a period beside what a rebuild from the documents gives.

    It writes nothing to the ledger: it is the proof that both are equal, or the list
    of what is not.
    """

    _name = "sales.commission.comparison"
    _description = "Commission Comparison"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    period_id = fields.Many2one(
        "sales.commission.period",
        readonly=True,
        ondelete="set null",
        help="Every measuring period that lies in it or reaches into it is compared.",
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    plan_ids = fields.Many2many(
        "sales.commission.plan",
        string="Plans",
        readonly=True,
        help="Only these. Empty: all plans of the company, closed ones too.",
    )
    user_id = fields.Many2one(
        "res.users", string="Compared by", required=True, readonly=True
    )
    credit_count = fields.Integer(
        string="Credits", readonly=True, help="Rows of the ledger that were compared."
    )
    key_count = fields.Integer(
        string="Earnings",
        readonly=True,
        help="Payees, components and periods that were priced again.",
    )
    difference_count = fields.Integer(
        string="Differences", readonly=True, help="What has to be looked into."
    )
    intended_count = fields.Integer(
        string="Intended differences",
        readonly=True,
        help="Master data that was edited after a document was credited: what was "
        "earned stays.",
    )
    state = fields.Selection(
        [("equal", "Equal"), ("different", "Differences")],
        string="Result",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "sales.commission.comparison.line", "comparison_id", readonly=True
    )

    @api.depends("date_from", "date_to")
    def _compute_name(self):
        for comparison in self:
            comparison.name = self.env["sales.commission.period"]._get_name(
                comparison.date_from, comparison.date_to
            )

    @api.model
    def _compare(self, company, date_from, date_to, period=None, plans=None):
        """Compare and keep the result."""
        domain = [
            ("plan_id.state", "!=", "draft"),
            ("company_id", "=", company.id),
            ("plan_id.date_from", "<=", date_to),
        ]
        if plans:
            domain.append(("plan_id", "in", plans.ids))
        components = (
            self.env["sales.commission.component"]
            .with_context(active_test=False)
            .search(domain)
        )
        found = self._find_differences(components, date_from, date_to)
        lines = found["lines"]
        real = sum(found["counts"].values()) - found["intended"]
        return self.create(
            {
                "company_id": company.id,
                "period_id": period and period.id,
                "date_from": date_from,
                "date_to": date_to,
                "plan_ids": [fields.Command.set(plans.ids if plans else [])],
                "user_id": self.env.uid,
                "credit_count": found["credit_count"],
                "key_count": found["key_count"],
                "difference_count": real,
                "intended_count": found["intended"],
                "state": "different" if real else "equal",
                "line_ids": [fields.Command.create(vals) for vals in lines],
            }
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rebuild and Compare"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _check_may_compare(self):
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")

    def action_compare_again(self):
        self.ensure_one()
        self._check_may_compare()
        # sudo: the group is checked; what is compared does not depend on who asks
        return (
            self.sudo()
            ._compare(
                self.company_id,
                self.date_from,
                self.date_to,
                self.period_id,
                self.plan_ids,
            )
            ._open()
        )

    def action_compute(self):
        """Compute what differs without being intended, then compare again."""
        self.ensure_one()
        self._check_may_compare()
        self.line_ids.filtered(lambda line: not line.is_intended)._compute_lines()
        return self.action_compare_again()

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_comparison_line_action"
        )
        action["domain"] = [("comparison_id", "=", self.id)]
        return action


class SalesCommissionComparisonLine(models.Model):
    """One difference between what is stored and what a rebuild gives."""

    _name = "sales.commission.comparison.line"
    _inherit = "sales.commission.dated"
    _description = "Commission Difference"
    _order = "comparison_id desc, is_intended, id"
    _rec_name = "document_name"

    comparison_id = fields.Many2one(
        "sales.commission.comparison",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="comparison_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("credit", "Credit"),
            ("earning", "Earning"),
            ("attainment", "Attainment"),
        ],
        required=True,
        readonly=True,
        help="Which row of the ledger differs.",
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model", string="Document No.", readonly=True
    )
    document_name = fields.Char(
        string="Document", readonly=True, help="The document that was credited."
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Payee", readonly=True, ondelete="cascade"
    )
    plan_id = fields.Many2one(
        "sales.commission.plan", readonly=True, ondelete="cascade"
    )
    component_id = fields.Many2one(
        "sales.commission.component", readonly=True, ondelete="cascade"
    )
    level = fields.Integer(readonly=True)
    stored = fields.Float(
        readonly=True, min_display_digits=2, help="What the ledger says."
    )
    rebuilt = fields.Float(
        readonly=True, min_display_digits=2, help="What the documents say now."
    )
    difference = fields.Float(
        readonly=True, min_display_digits=2, help="Rebuilt less stored."
    )
    reason = fields.Selection(
        [
            ("never_computed", "Never computed: compute it"),
            ("no_longer", "It no longer counts: compute it"),
            ("changed", "The document says something else now: compute it"),
            (
                "edited",
                "Master data edited after it was credited: what was earned stays",
            ),
            ("row_missing", "A row of the ledger is missing"),
            ("row_altered", "A row of the ledger was altered in the database"),
            ("credits", "It follows from the credits that differ"),
            ("not_priced", "Credits wait for their price: compute it"),
            ("outdated", "Targets, payees or rules changed since: compute it"),
            ("sum_missing", "The sum is missing: computing makes it anew"),
        ],
        string="Probable reason",
        required=True,
        readonly=True,
        help="What most likely made the difference, and the way out.",
    )
    is_intended = fields.Boolean(
        string="Intended",
        readonly=True,
        help="What was earned stays until its document is touched.",
    )

    def action_open_document(self):
        self.ensure_one()
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        runs = self.env["sales.commission.run"]
        if self.document_id and runs._may_open(self.document_model, self.document_id):
            return runs._open_document(self.document_model, self.document_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": runs._say_may_not_open(self.document_name),
            },
        }

    def action_compute(self):
        """Compute the chosen rows, intended ones too: whoever asks for it wants the
        document judged as it is now. Then compare again."""
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        self._compute_lines()
        return self.comparison_id[:1].action_compare_again()

    def _compute_lines(self):
        # sudo: the group is checked by the buttons, and that the rows may be read
        lines = self.sudo()
        runs = self.env["sales.commission.run"].sudo()
        credits_ = lines.filtered(lambda line: line.kind == "credit")
        for model, rows in credits_.grouped("document_model").items():
            runs._compute_again(model, sorted(set(rows.mapped("document_id"))))
        earnings = self.env["sales.commission.earning"].sudo()
        earnings._price_again(lines._get_sum_keys())


class SalesCommissionComparisonAsk(models.TransientModel):
    """Which period to compare."""

    _name = "sales.commission.comparison.ask"
    _description = "Rebuild and Compare"

    period_id = fields.Many2one(
        "sales.commission.period",
        required=True,
        ondelete="cascade",
        help="Every measuring period that lies in it or reaches into it is compared.",
    )
    company_id = fields.Many2one(related="period_id.company_id")
    plan_ids = fields.Many2many(
        "sales.commission.plan",
        string="Plans",
        domain="[('company_id', '=', company_id), ('state', '!=', 'draft')]",
        help="Only these. Empty: all plans of the company, closed ones too.",
    )

    def action_compare(self):
        self.ensure_one()
        return self.period_id._compare(self.plan_ids)


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    def action_compare(self):
        """Prove that the ledger of this period equals a rebuild from the documents."""
        self.ensure_one()
        return self._compare()

    def _compare(self, plans=None):
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        if plans:
            plans.check_access("read")
        # sudo: the group is checked; what is compared does not depend on who asks
        comparisons = self.env["sales.commission.comparison"].sudo()
        return comparisons._compare(
            self.company_id, self.date_from, self.date_to, self, plans
        )._open()
