"""What open opportunities add to a forecast, where the app CRM is installed.

An opportunity has no lines. It counts as an order of one line over the revenue that
Odoo expects of it: the expected revenue times the probability.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain

from ..source.order_what_if import Rows
from ..source.what_if import WhatIf
from .forecast import MOST_ORDERS

# Below the numbers that supposed orders get.
BELOW = -500_000_000


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_forecast_opportunities = fields.Boolean(
        "Forecasts count opportunities",
        default=True,
        help="Open opportunities that are expected to close by the end of the month "
        "and have no quotation yet, with their expected revenue times their "
        "probability.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_forecast_opportunities = fields.Boolean(
        related="company_id.sales_commission_forecast_opportunities", readonly=False
    )
    sales_commission_has_opportunities = fields.Boolean(
        compute="_compute_sales_commission_has_opportunities"
    )

    def _compute_sales_commission_has_opportunities(self):
        self.sales_commission_has_opportunities = "crm.lead" in self.env


class SalesCommissionRun(models.Model):
    _inherit = "sales.commission.run"

    @api.model
    def _forecasts_opportunities(self, company):
        return (
            "crm.lead" in self.env and company.sales_commission_forecast_opportunities
        )

    @api.model
    def _sum_opportunities(self, payees, company, period, ordered, sure):
        """``{payee id: what opportunities add on top of what is ordered}``

        Only what components that count amounts would pay is known: an opportunity says
        neither its products nor what they cost, and a part of it is no document.

        :param sure: what the orders add, by payee
        """
        leads = self._get_open_opportunities(payees, company, period)
        if not leads:
            return defaultdict(Decimal)
        supposed, documents = WhatIf(), {"sale.order": {}, "account.move": {}}
        self.env.flush_all()
        if ordered:
            days = {order: self._get_expected_days(order) for order in ordered}
            supposed, documents = ordered._sales_commission_suppose(days)
        supposed = self._suppose_opportunities(leads, company, supposed, documents)
        previews = self._preview_supposed(supposed, documents)
        components = self.env["sales.commission.component"].sudo()
        counting = components.browse({key[0] for key in previews}).filtered(
            lambda component: component.measure_id.value == "amount"
        )
        # what the orders add by these components alone is taken off again
        won = self._add_up_previews(previews, period, set(counting.ids))
        without = self._add_up_previews(sure, period, set(counting.ids))
        return defaultdict(
            Decimal,
            {payee: won[payee] - without[payee] for payee in {*won, *without}},
        )

    @api.model
    def _get_open_opportunities(self, payees, company, period):
        """Those that close by the end of *period*, with no quotation or order: these
        count themselves."""
        sellers = self._get_forecast_sellers(payees)
        if sellers is False:
            return []
        # sudo: what counts does not depend on who asks
        leads = self.env["crm.lead"].sudo()
        domain = (
            Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain("date_deadline", "<=", period.last)
            & Domain("expected_revenue", ">", 0)
            & Domain("probability", ">", 0)
            & (
                Domain("company_id", "=", company.id)
                | Domain("company_id", "=", False)
                & Domain("user_id.company_id", "=", company.id)
            )
        )
        if sellers is not None:
            domain &= Domain("user_id", "in", sellers.ids)
        if "order_ids" in leads._fields:  # else no order knows its opportunity
            domain &= Domain("order_ids", "not any", [("state", "!=", "cancel")])
        return leads.search(domain, order="id desc", limit=MOST_ORDERS)

    @api.model
    def _suppose_opportunities(self, leads, company, supposed, documents):
        """*supposed* with an order and an invoice for each, and their numbers added to
        *documents*."""
        orders = self.env["sale.order"].sudo()
        rows, today = Rows(orders), fields.Date.context_today(self)
        journal = self.env["account.journal"].sudo()
        journal = journal.search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        for number, lead in enumerate(leads):
            start = BELOW - 20 * number
            self._suppose_opportunity(rows, lead, company, journal, today, start)
            documents["sale.order"][start] = lead
            documents["account.move"][start - 2] = lead
        for table, added in rows.tables.items():
            supposed = supposed.with_rows(table, added)
        return supposed

    @api.model
    def _suppose_opportunity(self, rows, lead, company, journal, today, start):
        partner = lead.partner_id or company.partner_id
        currency = company.currency_id
        amount = currency.round(lead.expected_revenue * lead.probability / 100)
        common = {
            "company_id": company.id,
            "currency_id": currency.id,
            "partner_id": partner.id,
        }
        seller = {
            "user_id": lead.user_id.id or None,
            "team_id": lead.team_id.id or None,
            "opportunity_id": lead.id,
        }
        priced = {
            "name": lead.name,
            "price_unit": amount,
            "price_subtotal": amount,
            "price_total": amount,
            "discount": 0,
        }
        self._suppose_opportunity_order(rows, lead, {**common, **seller}, priced, start)
        invoice = {
            **common,
            "company_currency_id": currency.id,
            "date": today,
            "invoice_date": today,
            "journal_id": journal.id or None,
        }
        self._suppose_opportunity_invoice(rows, lead, invoice, priced, start)
        rows.restart(start - 4)
        lead.env["sale.order"]._sales_commission_add_payment(rows, invoice, start - 2)

    @api.model
    def _suppose_opportunity_order(self, rows, lead, common, priced, start):
        rows.add(
            "sale_order",
            {
                **common,
                "id": start,
                "name": lead.name,
                "state": "sale",
                "date_order": fields.Datetime.now(),
                "currency_rate": 1,
                "amount_untaxed": priced["price_subtotal"],
                "amount_total": priced["price_total"],
                "partner_invoice_id": common["partner_id"],
                "partner_shipping_id": common["partner_id"],
            },
        )
        rows.add(
            "sale_order_line",
            {
                **common,
                **priced,
                "id": start - 1,
                "order_id": start,
                "order_partner_id": common["partner_id"],
                "salesman_id": lead.user_id.id or None,
                "state": "sale",
                "product_uom_qty": 1,
            },
        )

    @api.model
    def _suppose_opportunity_invoice(self, rows, lead, invoice, priced, start):
        amount = priced["price_subtotal"]
        partner = self.env["res.partner"].sudo().browse(invoice["partner_id"])
        journal = self.env["account.journal"].sudo().browse(invoice["journal_id"])
        account = journal.default_account_id
        rows.add(
            "account_move",
            {
                **invoice,
                "id": start - 2,
                "name": lead.name,
                "move_type": "out_invoice",
                "state": "posted",
                "payment_state": "paid",
                "invoice_user_id": lead.user_id.id or None,
                "team_id": lead.team_id.id or None,
                "commercial_partner_id": partner.commercial_partner_id.id,
                "partner_shipping_id": partner.id,
                "invoice_currency_rate": 1,
                "amount_untaxed": amount,
                "amount_untaxed_signed": amount,
                "amount_total": amount,
            },
        )
        rows.add(
            "account_move_line",
            {
                **invoice,
                **priced,
                "id": start - 3,
                "move_id": start - 2,
                "move_name": lead.name,
                "parent_state": "posted",
                "display_type": "product",
                "account_id": account.id or None,
                "quantity": 1,
                "amount_currency": -amount,
                "balance": -amount,
                "credit": amount,
                "debit": 0,
            },
        )
        rows.add(
            "sale_order_line_invoice_rel",
            {"invoice_line_id": start - 3, "order_line_id": start - 1},
        )
