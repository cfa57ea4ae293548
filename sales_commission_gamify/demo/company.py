"""The demo company: an ed-tech business, its sales people and half a year of sales.

    from odoo.addons.sales_commission_gamify.demo.company import build
    build(env)
    env.cr.commit()

Meant for a database that nobody works in. The same day builds the same company.
"""

import logging
from base64 import b64encode
from pathlib import Path

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import UserError

from . import (
    challenges,
    channels,
    closing,
    customers,
    forecast,
    game,
    people,
    plans,
    questions,
    rewards,
    visits,
)
from .bank import Bank
from .catalogue import Catalogue
from .documents import Books
from .story import SEED
from .timeline import Timeline

_logger = logging.getLogger(__name__)

NAME = "Lumen Academy"
LOGO = Path(__file__).parent / "pictures" / "logo.png"

# (role, login, password, what to click first)
LOGINS = [
    (
        "Sales director and commission officer",
        "carmen",
        people.PASSWORD,
        "Commissions › Payout › Statements: confirm last month's drafts",
    ),
    (
        "Accountant",
        "luis",
        people.PASSWORD,
        "Commissions › Payout › Statements: approve what is confirmed, then post",
    ),
    (
        "Sales team lead",
        "marta",
        people.PASSWORD,
        "Commissions › Reporting › Attainment: what the team has earned",
    ),
    (
        "Sales representative",
        "ana",
        people.PASSWORD,
        "Commissions › My Commissions: why last month's statement has a late line",
    ),
    (
        "Sales representative, UK & Ireland",
        "james",
        people.PASSWORD,
        "Commissions › My Commissions",
    ),
    (
        "External agent (portal, no back-office licence)",
        "nadia",
        people.PASSWORD,
        "My account › Commissions",
    ),
]

CONTEXT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "no_reset_password": True,
    "lang": "en_US",
    "tz": "UTC",
}


def build(env, scale=1.0):
    """Fill the current company of *env* with the demo company.

    :param scale: share of the documents to make; people and plans are always all
    :raise UserError: when it is already here, or somebody works in the company
    """
    _check_empty(env)
    env = env(user=SUPERUSER_ID, su=True, context={**env.context, **CONTEXT})
    timeline = Timeline(fields.Date.context_today(env.user))
    _set_up_company(env)
    people.set_up_admin(env)
    staff = people.Staff(env)
    catalogue = Catalogue(env)
    partners = customers.create(env, customers.invent(SEED))
    bank = Bank(env)
    books = Books(env, timeline, staff, catalogue, partners, bank)
    promises = plans.Promises(env, timeline, staff, catalogue)
    office = closing.Office(env, timeline, staff, bank)
    sales = forecast.tell_growing(timeline, scale)
    for month in timeline.months:
        _live_through(month, timeline, sales, promises, books, staff)
        _refresh_statistics(env)
        office.close_month(month)
        _logger.info("Demo company: month %s of the story is written", month)
    office.spread()
    questions.ask(env, staff)
    challenges.play(env, timeline, staff)
    rewards.offer(env, staff)
    promises.accept()
    promises.create_draft()
    books.offer(sales[-40:])
    game.play(env, timeline, staff)
    channels.play(env)
    visits.pay(env, timeline, staff)
    env.company.sales_commission_first_steps_hidden = True  # it is months old
    env.flush_all()


def _check_empty(env):
    company = env.company
    names = env["res.company"].sudo().with_context(active_test=False)
    if names.search_count([("name", "=", NAME)], limit=1):
        raise UserError(
            env._(
                "The demo company “%s” is already in this database. Build it in a "
                "new database.",
                NAME,
            )
        )
    moves = env["account.move"].sudo()
    if moves.search_count([("company_id", "=", company.id)], limit=1):
        raise UserError(
            env._(
                "%s already has journal entries. Build the demo company in a new "
                "database.",
                company.name,
            )
        )


def _refresh_statistics(env):
    """All of this is one transaction, so PostgreSQL's own statistics still say that
    the tables are empty, and it may join them row by row for minutes."""
    env.flush_all()
    env.cr.execute(
        "ANALYZE account_move, account_move_line, account_partial_reconcile,"
        " account_payment, sale_order, sale_order_line, sales_commission_credit"
    )


def _live_through(month, timeline, sales, promises, books, staff):
    """One month in the order of life: promise, sell, take back, collect."""

    def happened(day):
        return timeline.month_of(day) == month

    promises.publish_month(month)
    books.sell([sale for sale in sales if happened(sale.date)])
    books.refund([sale for sale in sales if sale.refund and happened(sale.refund.date)])
    books.collect(
        [sale for sale in sales if sale.payment and happened(sale.payment.date)]
    )
    promises.close_month(month)
    for login, (last_month, _day) in people.LEFT.items():
        if last_month == month:
            staff.archive(login)


def _set_up_company(env):
    company = env.company
    spain = env.ref("base.es")
    _load_spanish(env)
    company.write(
        {
            "name": NAME,
            "currency_id": env.ref("base.EUR").id,
            "logo": b64encode(LOGO.read_bytes()),
            "primary_color": "#2F4B7C",
            "secondary_color": "#4A6CA8",
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    if not company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", company)
    # on the partner: writing a country on the company would install more modules
    company.partner_id.write(
        {
            "street": "Calle del Faro, 21",
            "zip": "28013",
            "city": "Madrid",
            "country_id": spain.id,
            "email": f"hello@{people.DOMAIN}",
            "website": f"https://www.{people.DOMAIN}",
            "lang": "es_ES",
        }
    )
    if company.chart_template == "generic_coa":
        _make_taxes_spanish(env, company, spain)
    company._create_sales_commission_accounts()
    company.sales_commission_accrual = True


def _load_spanish(env):
    if "es_ES" not in dict(env["res.lang"].get_installed()):
        env["res.lang"]._activate_lang("es_ES")
        _load_translations(env)


def _load_translations(env):
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    modules._update_translations("es_ES")


def _make_taxes_spanish(env, company, spain):
    """The generic chart has one sales tax of a country: make it the Spanish one."""
    home = {"country_id": spain.id}
    own = [("company_id", "=", company.id)]
    company.account_fiscal_country_id = spain
    env["account.tax.group"].search(own).write(home)
    env["account.tax"].search(own).write(home)
    domestic = [*own, ("country_id", "!=", False)]
    env["account.fiscal.position"].search(domestic).write(home)
    tax = company.account_sale_tax_id
    tax.write({"name": "IVA 21 %", "amount": 21})
    tax.tax_group_id.name = "IVA 21 %"
    company.account_purchase_tax_id.write({"name": "IVA 21 %", "amount": 21})
