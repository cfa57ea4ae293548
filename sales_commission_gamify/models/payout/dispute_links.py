"""From what was credited, earned and paid to the question about it."""

from odoo import api, fields, models

from .dispute import OPEN
from .dispute_ask import ABOUT


class SalesCommissionStatementLine(models.Model):
    _inherit = "sales.commission.statement.line"

    may_ask = fields.Boolean(compute="_compute_may_ask")

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_may_ask(self):
        self.env["sales.commission.dispute"]._say_who_may_ask(self)

    def action_ask(self):
        """The form that asks about this line; sent, it is a dispute."""
        return self.env["sales.commission.dispute"]._ask_about(self)


class SalesCommissionEarning(models.Model):
    _inherit = "sales.commission.earning"

    may_ask = fields.Boolean(compute="_compute_may_ask")

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_may_ask(self):
        self.env["sales.commission.dispute"]._say_who_may_ask(self)

    def action_ask(self):
        return self.env["sales.commission.dispute"]._ask_about(self)


class SalesCommissionCredit(models.Model):
    _inherit = "sales.commission.credit"

    may_ask = fields.Boolean(compute="_compute_may_ask")

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_may_ask(self):
        self.env["sales.commission.dispute"]._say_who_may_ask(self)

    def action_ask(self):
        return self.env["sales.commission.dispute"]._ask_about(self)


class SalesCommissionDispute(models.Model):
    _inherit = "sales.commission.dispute"

    @api.model
    def _say_who_may_ask(self, rows):
        """Leaders read what others earn, and ask only about their own."""
        is_officer = self._is_officer()
        own = self._get_own_payees()
        for row in rows:
            # sudo: payees may not read employees, not even their own
            row.may_ask = is_officer or row.sudo().employee_id in own

    def _ask_about(self, row):
        row.ensure_one()
        field = next(
            name for name in ABOUT if self._fields[name].comodel_name == row._name
        )
        return self._get_ask_action(
            **{field: row.id, "employee_id": row.employee_id.id}
        )

    @api.model
    def action_ask_missing(self):
        """Ask about a deal that was not counted; called by “My Commissions”."""
        return self._get_ask_action(reason="missing")

    def _get_ask_action(self, **defaults):
        view = self.env.ref(
            "sales_commission_gamify.sales_commission_dispute_view_form_ask"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask about a Commission"),
            "res_model": "sales.commission.dispute",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    @api.model
    def _count_open(self, payees=None):
        """Of the current user: asked, and not answered yet."""
        payees = self._get_own_payees() if payees is None else payees
        return self.search_count(
            [("employee_id", "in", payees.ids), ("state", "in", OPEN)]
        )

    def _get_action(self, **context):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_dispute_action"
        )
        action["context"] = context
        return action


class SalesCommissionStatement(models.Model):
    _inherit = "sales.commission.statement"

    dispute_count = fields.Integer(compute="_compute_dispute_count")

    def _compute_dispute_count(self):
        counts = dict(
            self.env["sales.commission.dispute"]._read_group(
                [("statement_id", "in", self.ids)], ["statement_id"], ["__count"]
            )
        )
        for statement in self:
            statement.dispute_count = counts.get(statement, 0)

    def action_view_disputes(self):
        self.ensure_one()
        action = self.env["sales.commission.dispute"]._get_action()
        action["domain"] = [("statement_id", "=", self.id)]
        return action


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    dispute_count = fields.Integer(
        string="Open disputes",
        compute="_compute_dispute_count",
        help="What payees asked about this period and nobody has answered yet. The "
        "period can be locked all the same: an answer is paid with the next one.",
    )

    def _compute_dispute_count(self):
        counts = dict(
            self.env["sales.commission.dispute"]._read_group(
                [("period_id", "in", self.ids), ("state", "in", OPEN)],
                ["period_id"],
                ["__count"],
            )
        )
        for period in self:
            period.dispute_count = counts.get(period, 0)

    def action_view_disputes(self):
        self.ensure_one()
        action = self.env["sales.commission.dispute"]._get_action(search_default_open=1)
        action["domain"] = [("period_id", "=", self.id)]
        return action
