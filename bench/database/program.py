"""How long “The Program” takes beside a year of 1,000,000 credits.

Credits and attainments are those of the ranking's measurement; statements, points,
visits and invoices are written by hand beside them, whatever the size of the database.
Warm, median of some repetitions; and each of its statements by itself, as PostgreSQL
runs it (``EXPLAIN (ANALYZE)``).
"""

from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.tools import SQL

from .clock import Clock
from .crediting import empty_books
from .standings import CREDITS, PAYEES, create_plan, fill, get_common

REPETITIONS = 11
INVOICES = CREDITS // 10
MOST_MS = 150
TODAY = date(2026, 1, 10)
ASKED = {
    "3 months": {"date": "2025-09-30", "months": 3},
    "12 months": {"date": "2025-12-31", "months": 12},
    "1 month": {"date": "2025-06-30", "months": 1},
}


def measure(env):
    empty_books(env)
    component = create_plan(env)
    fill(env, component)
    fill_beside(env, component)
    program = env(su=True)["sales.commission.program"]
    found = {}
    with patch.object(fields.Date, "context_today", lambda *_args, **_kwargs: TODAY):
        for name, asked in ASKED.items():
            clock = Clock()
            for number in range(REPETITIONS + 1):
                env.invalidate_all()
                before = env.cr.sql_log_count
                with clock.of("page" if number else "cold"):
                    page = program.get_program(asked)
                queries = env.cr.sql_log_count - before
            assert page["adoption"]["payees"] == PAYEES, page["adoption"]
            assert page["cost"]["earned"] > 0 and page["points"]["given"] > 0
            found[name] = {
                "page_ms": round(clock.median("page") * 1000, 1),
                "queries": queries,
                "statements_ms": explain(env, program, asked),
            }
    return {"payees": PAYEES, "credits": CREDITS, "most_ms": MOST_MS, **found}


def explain(env, program, asked):
    """``{part of the page: milliseconds of its statement}``"""
    scope = program._get_scope(asked)
    people = program._get_people(scope)
    parts = {
        "people": (scope,),
        "earned": (scope, people),
        "attained": (scope, people),
        "payouts": (scope, people),
        "points": (scope, people),
        "revenue": (scope,),
        "accrued": (scope, people),
    }
    took = {}
    for name, args in parts.items():
        statements = []
        execute = env.cr.execute

        def keep(query, *more, execute=execute, statements=statements, **kwargs):
            if isinstance(query, SQL):
                statements.append(query)
            return execute(query, *more, **kwargs)

        with patch.object(type(env.cr), "execute", lambda _cr, *a, **k: keep(*a, **k)):
            getattr(program, f"_get_{name}")(*args)
        [[plan]] = env.execute_query(
            SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", statements[-1])
        )
        took[name] = round(plan[0]["Execution Time"], 1)
    return took


def fill_beside(env, component):
    plan = component.plan_id
    common = get_common(component)
    env.cr.execute("UPDATE sales_commission_attainment SET earned = credited * 0.05")
    periods = env["sales.commission.period"]
    for month in range(1, 13):
        period = periods.sudo()._get_for(plan.company_id, date(2025, month, 1))
        env.cr.execute(
            SQL(
                """
                WITH made AS (
                    INSERT INTO sales_commission_statement (
                           number, period_id, period_date, company_id, currency_id,
                           employee_id, state, amount_payable)
                    SELECT employee_id, %(period)s, %(last)s, company_id, currency_id,
                           employee_id, 'paid', earned
                      FROM sales_commission_attainment WHERE date_to = %(last)s
                 RETURNING id, employee_id, company_id, amount_payable)
                INSERT INTO sales_commission_statement_line (
                       statement_id, company_id, employee_id, kind, plan_id,
                       component_id, level, amount, date_from, date_to)
                SELECT id, company_id, employee_id, 'earning', %(plan)s, %(component)s,
                       0, amount_payable, %(first)s, %(last)s FROM made
                """,
                **{**common, "first": period.date_from, "last": period.date_to},
                period=period.id,
            )
        )
    for statement in (POINTS, VISITS, INVOICED):
        env.cr.execute(SQL(statement, **common, invoices=INVOICES))
    env.cr.commit()
    env.cr.execute(
        "ANALYZE sales_commission_statement, sales_commission_statement_line,"
        " sales_commission_point, sales_commission_visit, account_move"
    )
    env.cr.commit()


POINTS = """
    INSERT INTO sales_commission_point (
           company_id, employee_id, kind, date, points, reason, document_model,
           origin_id, revision)
    SELECT company_id, employee_id, 'grant', date, 10, 'Sale', document_model,
           origin_id, 1
      FROM sales_commission_credit WHERE source_id %% 4 = 0
"""
VISITS = """
    INSERT INTO sales_commission_visit (company_id, employee_id, date, page)
    SELECT %(company)s, payee, %(first)s::date + 3 * n, 'leaderboard'
      FROM unnest(%(payees)s::int[]) payee, generate_series(0, 120) n
     WHERE payee %% 10 != 0
"""
# As many invoices as the credits would need, of ten lines each.
INVOICED = """
    INSERT INTO account_move (
           name, move_type, state, company_id, journal_id, currency_id, date,
           invoice_date, invoice_user_id, amount_untaxed_signed, auto_post)
    SELECT 'BENCH/' || n, 'out_invoice', 'posted', %(company)s,
           (SELECT id FROM account_journal
             WHERE company_id = %(company)s AND type = 'sale' LIMIT 1),
           %(currency)s, day, day, 2, 1000, 'no'
      FROM generate_series(1, %(invoices)s) n,
           LATERAL (SELECT %(first)s::date + (n::bigint * 364 / %(invoices)s)::int
                        AS day) dated
"""
