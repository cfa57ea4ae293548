from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

# How many open orders are looked at, the newest first.
MOST_ORDERS = 1000


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_draft_weight = fields.Float(
        "Quotations count for",
        default=10.0,
        help="How likely a quotation is won that was not sent yet, in percent: "
        "forecasts of commissions count it for so much. 0: not at all.",
    )
    sales_commission_sent_weight = fields.Float(
        "Sent quotations count for",
        default=30.0,
        help="How likely a quotation is won that was sent, in percent: forecasts of "
        "commissions count it for so much. 0: not at all.",
    )

    _sales_commission_weights_in_range = models.Constraint(
        "CHECK (COALESCE(sales_commission_draft_weight, 0) BETWEEN 0 AND 100"
        " AND COALESCE(sales_commission_sent_weight, 0) BETWEEN 0 AND 100)",
        "A quotation counts for 0 to 100 % in forecasts of commissions.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_draft_weight = fields.Float(
        related="company_id.sales_commission_draft_weight", readonly=False
    )
    sales_commission_sent_weight = fields.Float(
        related="company_id.sales_commission_sent_weight", readonly=False
    )


class SalesCommissionRun(models.Model):
    """What a period comes to, with what is on its way."""

    _inherit = "sales.commission.run"

    @api.model
    def _get_forecast(self, payees, period):
        """What *payees* of one company earn in the periods that end in *period*.

        Confirmed orders count in full as far as they are not invoiced. Quotations count
        for what they add on top of those, times the weight of their state. Its number
        of queries grows with neither payees nor orders.

        :param period: with its ``first`` and ``last`` day
        :return: ``{payee: {"earned", "orders", "quotations", "total"}}``, and
            ``opportunities`` where forecasts count them
        """
        company = payees.company_id.ensure_one()
        earned = self._sum_earned(payees, period)
        open_orders = self._get_open_orders(payees, company)
        ordered = open_orders.get("sale", self.env["sale.order"])
        previews = self._preview(ordered)
        sure = self._add_up_previews(previews, period)
        likely = defaultdict(Decimal)
        for state, weight in (
            ("draft", company.sales_commission_draft_weight),
            ("sent", company.sales_commission_sent_weight),
        ):
            quotations = open_orders.get(state)
            if not quotations or not weight:
                continue
            won = self._sum_preview(ordered | quotations, period)
            for payee_id in {*won, *sure}:
                added = won[payee_id] - sure[payee_id]
                likely[payee_id] += added * Decimal(str(weight)) / 100
        more = None
        if self._forecasts_opportunities(company):
            more = self._sum_opportunities(payees, company, period, ordered, previews)
        return {
            payee: self._get_forecast_row(
                company.currency_id,
                earned=earned[payee.id],
                orders=sure[payee.id],
                quotations=likely[payee.id],
                **({"opportunities": more[payee.id]} if more is not None else {}),
            )
            for payee in payees
        }

    @api.model
    def _forecasts_opportunities(self, company):
        return False

    @api.model
    def _get_forecast_row(self, currency, **parts):
        row = {name: currency.round(float(amount)) for name, amount in parts.items()}
        return {**row, "total": currency.round(sum(row.values()))}

    @api.model
    def _sum_earned(self, payees, period):
        # sudo: callers name the payees whom their reader may see
        rows = self.env["sales.commission.earning"].sudo()
        sums = rows._read_group(
            [
                ("employee_id", "in", payees.ids),
                ("date_to", ">=", period.first),
                ("date_to", "<=", period.last),
            ],
            ["employee_id"],
            ["amount:sum"],
        )
        earned = defaultdict(float)
        earned.update({payee.id: amount for payee, amount in sums})
        return earned

    @api.model
    def _sum_preview(self, orders, period):
        """``{payee id: what *orders* add to what is earned}``"""
        return self._add_up_previews(self._preview(orders), period)

    @api.model
    def _add_up_previews(self, previews, period, component_ids=None):
        """:param component_ids: of these alone, if given"""
        added = defaultdict(Decimal)
        for (component_id, payee_id, _level, _first), preview in previews.items():
            if component_ids is not None and component_id not in component_ids:
                continue
            if period.first <= preview.row["date_to"] <= period.last:
                added[payee_id] += preview.after - preview.before
        return added

    @api.model
    def _get_open_orders(self, payees, company):
        """``{state: orders}`` that may still bring something: those of the payees, or
        all where they are credited for what others sell."""
        today = fields.Date.context_today(self)
        domain = Domain("company_id", "=", company.id) & (
            Domain("state", "=", "sale")
            & (
                Domain("invoice_status", "!=", "invoiced")
                # a draft counts as invoiced for Odoo, and brings nothing yet
                | Domain("order_line.invoice_lines.parent_state", "=", "draft")
            )
            | Domain("state", "in", ("draft", "sent"))
            & (
                Domain("validity_date", "=", False)
                | Domain("validity_date", ">=", today)
            )
        )
        sellers = self._get_forecast_sellers(payees)
        if sellers is False:
            return {}
        if sellers is not None:
            domain &= Domain("user_id", "in", sellers.ids) | Domain(
                "sales_commission_split_ids.employee_id", "in", payees.ids
            )
        orders = self.env["sale.order"].sudo()
        found = orders.search(domain, order="id desc", limit=MOST_ORDERS)
        return found.grouped("state")

    @api.model
    def _get_forecast_sellers(self, payees):
        """The users as whom *payees* sell; None where they are credited for what others
        sell, too; False where they take part in nothing."""
        today = fields.Date.context_today(self)
        # sudo: what counts does not depend on who asks
        assignments = self.env["sales.commission.assignment"].sudo()
        running = assignments.search(
            [
                ("employee_id", "in", payees.ids),
                ("plan_id.state", "!=", "draft"),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ]
        )
        ways = set(running.plan_id.component_ids.mapped("credited_to"))
        if not running:
            return False
        return running.user_id if ways == {"salesperson"} else None
