from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils, format_date

from ..design.access import check_group


class SalesCommissionPointAccrual(models.Model):
    """The liability of unspent points as it was booked on a day: the entry brings the
    account to it, by the difference from what was booked before."""

    _name = "sales.commission.point.accrual"
    _inherit = "sales.commission.fact"
    _description = "Booked Unspent Points"
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True)
    points = fields.Integer("Unspent", readonly=True)
    value = fields.Float("Value of a point", digits=(16, 6), readonly=True)
    amount = fields.Monetary("Liability", readonly=True, aggregator=None)
    booked = fields.Monetary("Booked before", readonly=True, aggregator=None)
    difference = fields.Monetary("Booked now", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )

    _number_uniq = models.Constraint(
        "UNIQUE (company_id, number)",
        "Somebody else books unspent points right now. Look at what was booked.",
    )

    @api.model
    def _get_booked(self, company):
        """What posted entries, and their reversals, say today: an entry that was taken
        back is made up for by the next one."""
        entries = self.search([("company_id", "=", company.id)]).move_id
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
                ("account_id.internal_group", "=", "liability"),
                "|",
                ("move_id", "in", entries.ids),
                ("move_id.reversed_entry_id", "in", entries.ids),
            ]
        )
        return company.currency_id.round(-sum(lines.mapped("balance")))

    @api.model
    def _book(self, company, day):
        """:return: the accrual, with its posted entry"""
        check_group(self.env, "group_accountant")
        # sudo: the group is checked; it needs no right on points and rewards
        accruals = self.sudo().with_company(company)
        facts = accruals._get_figures(company, day)
        if company.currency_id.is_zero(facts["difference"]):
            raise UserError(
                self.env._(
                    "Unspent points of %(company)s on %(day)s come to %(amount)s, "
                    "which is booked already.",
                    company=company.name,
                    day=format_date(self.env, day),
                    amount=company.currency_id.format(facts["amount"]),
                )
            )
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(company)
            .create(accruals._prepare_move_vals(company, day, facts["difference"]))
        )
        move._post(soft=False)
        last = accruals.search(
            [("company_id", "=", company.id)], order="number desc", limit=1
        )
        return accruals.create(
            {
                **facts,
                "company_id": company.id,
                "date": day,
                "number": last.number + 1,
                "move_id": move.id,
            }
        )

    @api.model
    def _get_figures(self, company, day):
        points, value, amount = self.env[
            "sales.commission.point.liability"
        ]._get_liability(company, day)
        booked = self._get_booked(company)
        return {
            "points": points,
            "value": value,
            "amount": amount,
            "booked": booked,
            "difference": company.currency_id.round(amount - booked),
        }

    @api.model
    def _get_entry_date(self, company, day):
        """*day*, or the first day after it that is not locked."""
        journal = company._get_sales_commission_accounts()["journal"]
        locks = company._get_violated_lock_dates(day, False, journal)
        return locks[-1][0] + timedelta(days=1) if locks else day

    @api.model
    def _prepare_move_vals(self, company, day, difference):
        settings = company._get_sales_commission_accounts()
        label = self.env._("Unspent points on %s", format_date(self.env, day))
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": settings["journal"].id,
            "date": self._get_entry_date(company, day),
            "ref": label,
            "line_ids": [
                Command.create(
                    {"name": label, "account_id": account.id, "balance": balance}
                )
                for account, balance in (
                    (settings["expense"], difference),
                    (company._get_sales_commission_account("points"), -difference),
                )
            ],
        }


class SalesCommissionPointAccrualAsk(models.TransientModel):
    """For which day unspent points are booked, and what that comes to."""

    _name = "sales.commission.point.accrual.ask"
    _description = "Book Unspent Points"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "As of",
        required=True,
        default=lambda self: self._get_last_month_end(),
        help="Points given and rewards handed out after this day do not count.",
    )
    points = fields.Integer("Unspent", compute="_compute_figures")
    value = fields.Float("Value of a point", digits=(16, 6), compute="_compute_figures")
    amount = fields.Monetary("Liability", compute="_compute_figures")
    booked = fields.Monetary("Booked before", compute="_compute_figures")
    difference = fields.Monetary("To book now", compute="_compute_figures")
    entry_date = fields.Date(compute="_compute_figures")

    @api.model
    def _get_last_month_end(self):
        today = fields.Date.context_today(self)
        return date_utils.start_of(today, "month") - timedelta(days=1)

    @api.depends("date", "company_id")
    def _compute_figures(self):
        check_group(self.env, "group_accountant")
        # sudo: the group is checked above
        accruals = self.env["sales.commission.point.accrual"].sudo()
        for ask in self:
            day = ask.date or ask._get_last_month_end()
            ask.update(accruals._get_figures(ask.company_id, day))
            ask.entry_date = accruals._get_entry_date(ask.company_id, day)

    def action_book(self):
        self.ensure_one()
        accrual = self.env["sales.commission.point.accrual"]._book(
            self.company_id, self.date
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": accrual.move_id.id,
            "views": [(False, "form")],
        }
