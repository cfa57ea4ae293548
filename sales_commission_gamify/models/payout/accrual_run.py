import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...engine.deferral import AT_ONCE_MONTHS
from ..design.access import check_group

_logger = logging.getLogger(__name__)

ACCOUNTANT = "sales_commission_gamify.group_accountant"
READERS = f"sales_commission_gamify.group_officer,{ACCOUNTANT}"


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_accrual = fields.Boolean(
        "Accrue Commissions when Earned",
        help="At the end of each month an entry books the expense of what is earned "
        "and on no posted statement yet. Statements then take it off what is accrued.",
    )
    sales_commission_accrual_by = fields.Selection(
        [("sum", "In sum"), ("payee", "By payee")],
        string="Accrued Commissions",
        required=True,
        default="sum",
        help="Whether the lines of accrued commissions name the payees' contacts.",
    )
    sales_commission_accrued_account_id = fields.Many2one(
        "account.account",
        string="Accrued Commission Account",
        check_company=True,
        domain="[('account_type', '=', 'liability_current'),"
        " ('reconcile', '=', False)]",
        help="What is earned and not booked for payees yet.",
    )

    def _get_sales_commission_account_kinds(self):
        return {
            **super()._get_sales_commission_account_kinds(),
            "accrued": (
                self.env._("Accrued Sales Commissions"),
                "liability_current",
                "215500",
            ),
        }


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_accrual = fields.Boolean(
        related="company_id.sales_commission_accrual", readonly=False
    )
    sales_commission_accrual_by = fields.Selection(
        related="company_id.sales_commission_accrual_by", readonly=False
    )
    sales_commission_accrued_account_id = fields.Many2one(
        related="company_id.sales_commission_accrued_account_id", readonly=False
    )


class SalesCommissionPeriod(models.Model):
    """What a month earned and no statement has booked becomes its expense."""

    _inherit = "sales.commission.period"

    accrued_on = fields.Date(
        "Accrued as of",
        readonly=True,
        help="The day until which this month was accrued last.",
    )
    accrual_move_ids = fields.Many2many(
        "account.move",
        "sales_commission_period_accrual_rel",
        "period_id",
        "move_id",
        string="Accrual Entries",
        readonly=True,
        groups=READERS,
    )
    accrual_note = fields.Char(compute="_compute_accrual_note", groups=READERS)
    may_accrue = fields.Boolean(compute="_compute_may_accrue", groups=READERS)

    @api.depends("company_id.sales_commission_accrual")
    def _compute_may_accrue(self):
        for period in self:
            # sudo: an officer may not read all settings
            period.may_accrue = period.company_id.sudo().sales_commission_accrual

    @api.depends("accrued_on", "accrual_move_ids.date")
    @api.depends_context("lang")
    def _compute_accrual_note(self):
        for period in self:
            # sudo: a day is told to who may read the period, not the entry
            moves = period.sudo().accrual_move_ids
            moved = {move.date for move in moves if move.date > period.date_to}
            days = ", ".join(format_date(self.env, day) for day in sorted(moved))
            period.accrual_note = bool(days) and self.env._(
                "Accrued on %s: the books of this period are locked.", days
            )

    def action_accrue(self):
        """Bring what is accrued up to date, as of the last day of this period."""
        self.ensure_one()
        check_group(self.env, "group_accountant")
        self.check_access("read")
        if not self.may_accrue:
            raise UserError(
                self.env._(
                    "%s does not accrue commissions. Turn it on in the settings, under "
                    "Accounting.",
                    self.company_id.name,
                )
            )
        later = self._get_accrued_later()
        if later:
            raise UserError(
                self.env._(
                    "%(later)s was accrued already: what %(period)s earned is in it. "
                    "Accrue %(later)s again instead.",
                    later=later.name,
                    period=self.name,
                )
            )
        # sudo: the group is checked; facts have no writer
        move = self.sudo()._accrue()
        message = (
            self.env._("Accrued with %s.", move.name)
            if move
            else self.env._("Nothing to add: what is accrued is right.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if move else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_accrued_later(self):
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", ">", self.date_to),
                ("accrued_on", "!=", False),
            ],
            order="date_from desc",
            limit=1,
        )

    def action_lock(self):
        result = super().action_lock()
        # sudo: by the button, which is checked above
        for period in self.sudo():
            if period.may_accrue and not period._get_accrued_later():
                period._accrue()
        return result

    @api.model
    def _cron_accrue(self):
        """Each month that has ended, once; its statements may come later."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search(
            [("sales_commission_accrual", "=", True)]
        )
        for company in companies:
            last = self.search(
                [("company_id", "=", company.id), ("date_to", "<", today)],
                order="date_to desc",
                limit=1,
            )
            if last and not last.accrued_on and not last._get_accrued_later():
                try:
                    with self.env.cr.savepoint():
                        last._accrue()
                except UserError as error:  # one company's settings stop no other
                    _logger.warning("%s is not accrued: %s", last.name, error)

    def _accrue(self):
        """:return: the posted entry; none when all is accrued already"""
        self.ensure_one()
        self.lock_for_update()
        company = self.company_id
        today = fields.Date.context_today(self)
        day = min(self.date_to, today)
        accruals = self.env["sales.commission.accrual"].with_company(company)
        vals_list = accruals._find_changes(company, day)
        self.accrued_on = day
        if not vals_list:
            return self.env["account.move"]
        move = self.env["account.move"].with_company(company)
        move_vals = accruals._prepare_move_vals(self, vals_list, day)
        if move_vals["line_ids"]:  # else one payee's more is another's less
            move = move.create(move_vals)
            self.accrual_move_ids = [Command.link(move.id)]
            move._post(soft=False)
        accruals._add([{**vals, "move_id": move.id} for vals in vals_list])
        return move

    def action_view_accruals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_accrual_action"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("date", "<=", self.date_to),
        ]
        return action


class SalesCommissionAccrual(models.Model):
    """The entry of what is accrued."""

    _inherit = "sales.commission.accrual"

    @api.model
    def _prepare_move_vals(self, period, vals_list, day):
        """Expense, by account and analytic distribution, against what is accrued."""
        company = period.company_id
        accounts = company._get_sales_commission_accounts()
        label = self.env._("Accrued commissions %s", period.name)
        sums = defaultdict(float)
        statements = self.env["sales.commission.statement"]
        find = statements._get_distribution_finder(company)
        plans, payees = self.env["sales.commission.plan"], self.env["hr.employee"]
        plans = plans.browse([vals["plan_id"] for vals in vals_list])
        payees = payees.browse([vals["employee_id"] for vals in vals_list])
        for vals, plan, payee in zip(vals_list, plans, payees, strict=True):
            if plan.deferral_months > AT_ONCE_MONTHS:  # an asset, spread by statements
                key = company._get_sales_commission_account("deferred"), ()
            else:
                key = statements._get_expense_key_of(
                    company, payee, plan, accounts["expense"], find
                )
            sums[(*key, self.env["res.partner"])] += vals["amount"]
            sums[self._get_accrued_key(company, payee)] -= vals["amount"]
        currency = company.currency_id
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": accounts["journal"].id,
            "date": day,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": account.id,
                        "analytic_distribution": dict(distribution) or False,
                        "partner_id": contact.id,
                        "balance": currency.round(amount),
                    }
                )
                for (account, distribution, contact), amount in sums.items()
                if not currency.is_zero(amount)
            ],
        }

    @api.model
    def _get_accrued_key(self, company, payee):
        """``(account, analytic distribution, contact)`` of what is accrued."""
        account = company._get_sales_commission_account("accrued")
        named = company.sales_commission_accrual_by == "payee"
        contact = payee.work_contact_id
        return account, (), contact if named else contact.browse()


class AccountMove(models.Model):
    """What is accrued is put right by accruing again, not by hand."""

    _inherit = "account.move"

    def _check_sales_commission_reversals(self):
        result = super()._check_sales_commission_reversals()
        self.reversed_entry_id._check_no_accrual()
        return result

    def _check_sales_commission_entry(self):
        result = super()._check_sales_commission_entry()
        self.filtered(lambda move: move.state == "posted")._check_no_accrual()
        return result

    def _check_no_accrual(self):
        # sudo: who works on an entry needs no right on commissions
        accruals = self.env["sales.commission.accrual"].sudo()
        row = self and accruals.search(
            [("move_id", "in", self.ids), ("kind", "=", "accrued")], limit=1
        )
        if row:
            raise UserError(
                self.env._(
                    "%(entry)s accrues commissions and stays: what of it is no longer "
                    "true is taken back when commissions are accrued again, on the pay "
                    "period.",
                    entry=row.move_id.name,
                )
            )
