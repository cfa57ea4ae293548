"""How long a ranking of 1,000 payees takes over a year of 1,000,000 credits.

The credits are written by hand, whatever the size of the database: a ranking reads
nothing else. The floor sums the same rows, of the days or periods asked for, by one
statement that knows where they are. Warm, median of some repetitions.
"""

from datetime import date

from odoo import Command
from odoo.tools import SQL

from .clock import Clock
from .crediting import empty_books
from .sizes import FIRST_DAY, LAST_DAY

PAYEES = 1_000
CREDITS = 1_000_000
REPETITIONS = 11
MONTH = date(2025, 6, 1), date(2025, 6, 30)
WEEK = date(2025, 6, 9), date(2025, 6, 15)
DAY = date(2025, 6, 11), date(2025, 6, 11)
ASKED = {
    "amount of a year": ("amount", (FIRST_DAY, LAST_DAY)),
    "amount of a month": ("amount", MONTH),
    "amount of a week": ("amount", WEEK),
    "amount of a day": ("amount", DAY),
    "amount of four weeks": ("amount", (date(2025, 6, 2), date(2025, 6, 29))),
    "deals of a month": ("deals", MONTH),
    "attainment of a month": ("attainment", MONTH),
}


def measure(env):
    empty_books(env)
    component = create_plan(env)
    fill(env, component)
    ranking = env(su=True)["sales.commission.standing"]
    found = {}
    for name, (metric, days) in ASKED.items():
        clock = Clock()
        for number in range(REPETITIONS + 1):
            with clock.of("ranking" if number else "cold"):
                rows = ranking._get_standings(metric, *days)
            with clock.of("floor" if number else "cold"):
                sums = env.execute_query(floor(component, metric, days))
        assert len(rows) == PAYEES, len(rows)
        best = max(amount for _payee, amount in sums)
        assert metric == "attainment" or float(best) == float(rows[0]["score"])
        found[name] = {
            "ranking_ms": round(clock.median("ranking") * 1000, 1),
            "floor_ms": round(clock.median("floor") * 1000, 1),
            "ratio": round(clock.median("ranking") / clock.median("floor"), 2),
        }
    return {"payees": PAYEES, "credits": CREDITS, **found}


def create_plan(env):
    payees = env["hr.employee"].create(
        [{"name": f"Ranked {number}"} for number in range(PAYEES)]
    )
    plan = env["sales.commission.plan"].create(
        {
            "name": "Ranked",
            "company_id": env.company.id,
            "date_from": FIRST_DAY,
            "date_to": LAST_DAY,
            "component_ids": [
                Command.create(
                    {
                        "name": "Invoiced",
                        "quota": 10_000,
                        "measure_id": env.ref(
                            "sales_commission_gamify.measure_invoiced_amount"
                        ).id,
                    }
                )
            ],
            "assignment_ids": [
                Command.create({"employee_id": payee.id}) for payee in payees
            ],
        }
    )
    plan.component_ids._check_publishable()
    plan.sudo().state = "published"
    env.flush_all()
    env.cr.commit()
    return plan.component_ids


def get_common(component):
    """What the statements that fill a database ask of the plan."""
    plan = component.plan_id
    return {
        "component": component.id,
        "plan": plan.id,
        "company": plan.company_id.id,
        "currency": plan.currency_id.id,
        "payees": plan.assignment_ids.employee_id.ids,
        "first": FIRST_DAY,
        "count": CREDITS,
    }


def fill(env, component):
    """Four lines of each sale, on days that follow one another as in life."""
    common = get_common(component)
    env.execute_query(
        SQL(
            """
            INSERT INTO sales_commission_credit (
                   component_id, plan_id, company_id, currency_id, unit, employee_id,
                   level, source_model, source_id, document_model, document_id,
                   origin_id, document_name, sold, date, date_from, date_to, amount,
                   quantity, revision, reason)
            SELECT %(component)s, %(plan)s, %(company)s, %(currency)s, 'money',
                   (%(payees)s::int[])[1 + (n / 4 * 7919) %% 1000], 0,
                   'account.move.line', n, 'account.move', n / 4, n / 4, 'INV', day,
                   day, date_trunc('month', day)::date,
                   (date_trunc('month', day) + interval '1 month')::date - 1,
                   100 + n %% 97, 1, 1, 'credited'
              FROM generate_series(0, %(count)s - 1) n,
                   LATERAL (SELECT %(first)s::date + (n::bigint * 365 / %(count)s)::int
                                AS day) dated
            """,
            **common,
        )
    )
    env.execute_query(
        SQL(
            """
            INSERT INTO sales_commission_attainment (
                   component_id, plan_id, company_id, currency_id, unit, employee_id,
                   level, date_from, date_to, credited, quantity, value, quota,
                   attainment, earned, credit_count)
            SELECT component_id, plan_id, company_id, currency_id, unit, employee_id,
                   level, date_from, date_to, SUM(amount), SUM(quantity), SUM(amount),
                   10000, 100, 0, COUNT(*)
              FROM sales_commission_credit GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
            """
        )
    )
    env.cr.commit()
    env.cr.execute("ANALYZE sales_commission_credit, sales_commission_attainment")
    env.cr.commit()


def floor(component, metric, days):
    if metric == "deals":
        return SQL(
            """SELECT employee_id, COUNT(DISTINCT origin_id)
                 FROM sales_commission_credit
                WHERE component_id = %s AND date BETWEEN %s AND %s GROUP BY 1""",
            component.id,
            *days,
        )
    whole = days[0].day == 1
    return SQL(
        "SELECT employee_id, SUM(%s) FROM %s WHERE component_id = %s"
        " AND %s BETWEEN %s AND %s GROUP BY 1",
        SQL("credited" if whole else "amount"),
        SQL.identifier(f"sales_commission_{'attainment' if whole else 'credit'}"),
        component.id,
        SQL("date_from" if whole else "date"),
        *days,
    )
