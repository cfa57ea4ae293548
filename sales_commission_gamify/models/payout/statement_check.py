from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..design.access import check_group

# Statements that a title names.
MOST_NAMED = 3
# What was found does not keep the statement from following from its inputs.
NOTES = (
    "no_checksum",
    "target_changed",
    "collected_changed",
    "opening_changed",
    "opening_order",
)


class SalesCommissionStatementCheck(models.Model):
    """Confirmed statements beside what their inputs of then give: the plan's version,
    the credits up to each pricing, the adjustments and draws on them.

    It writes nothing to the statements: it proves that they follow, or lists what
    does not.
    """

    _name = "sales.commission.statement.check"
    _description = "Statements Recomputed"
    _order = "id desc"
    _rec_names_search = ["period_id", "statement_ids.name"]

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    period_id = fields.Many2one(
        "sales.commission.period",
        string="Pay period",
        readonly=True,
        ondelete="set null",
        help="All of its statements that are confirmed. Empty: those below.",
    )
    statement_ids = fields.Many2many(
        "sales.commission.statement", string="Statements", readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Recomputed by", required=True, readonly=True
    )
    statement_count = fields.Integer(string="Statements recomputed", readonly=True)
    line_count = fields.Integer(string="Lines recomputed", readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True)
    note_count = fields.Integer(
        string="Changed since",
        readonly=True,
        help="What the statement was made of says something else today: a target, what "
        "was collected, or a statement before it. With what it said then, the "
        "statement follows.",
    )
    state = fields.Selection(
        [("equal", "Equal"), ("different", "Differences")],
        string="Result",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many(
        "sales.commission.statement.check.line", "check_id", readonly=True
    )

    @api.depends("period_id", "statement_ids")
    @api.depends_context("lang")
    def _compute_name(self):
        for check in self:
            numbers = check.statement_ids.mapped("name")
            more = len(numbers) - MOST_NAMED
            check.name = check.period_id.name or ", ".join(numbers[:MOST_NAMED])
            if more > 0 and not check.period_id:
                check.name = self.env._(
                    "%(numbers)s and %(more)s more", numbers=check.name, more=more
                )

    @api.model
    def _recompute(self, statements, period=None):
        """Recompute *statements* of one company and keep what came of it."""
        rows = statements._find_check_rows()
        notes = sum(row["reason"] in NOTES for row in rows)
        return self.create(
            {
                "company_id": statements.company_id.id,
                "period_id": period and period.id,
                "statement_ids": [Command.set(statements.ids)],
                "user_id": self.env.uid,
                "statement_count": len(statements),
                "line_count": len(statements.line_ids),
                "difference_count": len(rows) - notes,
                "note_count": notes,
                "state": "different" if len(rows) > notes else "equal",
                "line_ids": [Command.create(row) for row in rows],
            }
        )

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recompute and Compare"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_recompute_again(self):
        self.ensure_one()
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        if self.period_id:
            return self.period_id.action_recompute_statements()
        return self.statement_ids.action_recompute()


class SalesCommissionStatementCheckLine(models.Model):
    """One figure of a statement that does not follow, or a note why it still does."""

    _name = "sales.commission.statement.check.line"
    _description = "Difference of a Statement"
    _order = "check_id desc, is_note, id"
    _rec_name = "title"

    check_id = fields.Many2one(
        "sales.commission.statement.check",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    statement_id = fields.Many2one(
        "sales.commission.statement", required=True, readonly=True, ondelete="cascade"
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Payee", readonly=True, ondelete="cascade"
    )
    title = fields.Char(
        string="Line", readonly=True, help="What of the statement is meant."
    )
    then = fields.Monetary(readonly=True, help="What the statement says.")
    now = fields.Monetary(readonly=True, help="What its inputs give.")
    difference = fields.Monetary(readonly=True, help="Now less then.")
    reason = fields.Selection(
        [
            ("checksum", "The checksum does not fit: altered in the database"),
            ("total", "The sums do not follow from the lines"),
            ("line", "The line is not the sum of the earnings that it pays"),
            ("earnings", "The earnings do not come to what was priced"),
            (
                "priced",
                "The credits of then give another amount: a credit, a rate or a "
                "target of another component was altered",
            ),
            ("adjustment", "The adjustment has another amount"),
            ("draw", "The draw's figures do not follow from each other"),
            (
                "opening",
                "What is brought forward is not what the statements before left",
            ),
            ("no_checksum", "Confirmed before statements had a checksum"),
            ("target_changed", "A target was changed since; with that of then it fits"),
            (
                "collected_changed",
                "Payments were entered or undone since; with those of then it fits",
            ),
            (
                "opening_changed",
                "Brought forward from a statement that was set back to draft since; "
                "with what it left then it fits",
            ),
            (
                "opening_order",
                "Confirmed before it was kept from which statements something is "
                "brought forward; the order of confirmation gives another amount",
            ),
        ],
        required=True,
        readonly=True,
    )
    is_note = fields.Boolean(
        string="Changed since", compute="_compute_is_note", store=True
    )

    @api.depends("reason")
    def _compute_is_note(self):
        for line in self:
            line.is_note = line.reason in NOTES


class SalesCommissionStatement(models.Model):
    _inherit = "sales.commission.statement"

    def action_recompute(self):
        """Prove that these statements follow from what they were made of."""
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        if self.filtered(lambda statement: statement.state == "draft"):
            raise UserError(
                self.env._(
                    "A draft is computed anew as it is: recompute statements that are "
                    "confirmed."
                )
            )
        return self._recompute_and_open()

    def _recompute_and_open(self, period=None):
        # sudo: the group is checked; what is compared does not depend on who asks
        checks = self.env["sales.commission.statement.check"].sudo()
        found = checks.browse()
        for _company, statements in self.sudo().grouped("company_id").items():
            found |= checks._recompute(statements, period)
        return found[:1]._open()


class SalesCommissionPeriod(models.Model):
    _inherit = "sales.commission.period"

    def action_recompute_statements(self):
        """Prove it of all confirmed statements of this period."""
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        # sudo: the group is checked; it is proved of all or of none
        statements = self.sudo().statement_ids.filtered(
            lambda row: row.state != "draft"
        )
        if not statements:
            raise UserError(
                self.env._(
                    "No statement of %s is confirmed yet: there is nothing to prove.",
                    self.name,
                )
            )
        return statements.with_env(self.env)._recompute_and_open(self)
