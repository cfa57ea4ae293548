"""How long a scenario takes: a changed plan instead of the live one, for 1,000 payees
and the 12 months of a year.

What is missing to 1,000 payees is hired, and the sales of the year are spread over all
who sell. Two plans of three components are live and credited; what is tried is one of
them with other rates, as a table of steps and as steps of a running total. Nothing may
be written, so each is computed in a transaction that only reads.
"""

from odoo import Command
from odoo.tools import SQL

from .clock import Clock
from .company import QUIET
from .crediting import empty_books
from .plans import create_plans
from .sizes import FIRST_DAY, LAST_DAY

PAYEES = 1_000
REPETITIONS = 3
MOST_SECONDS = 10


def measure(env):
    env = env(context={**env.context, **QUIET})
    empty_books(env)
    hire(env)
    plans = create_plans(env)
    plans.component_ids._check_publishable()
    plans.sudo().state = "published"
    env.flush_all()
    env.cr.commit()
    credit(env, plans)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return {
        "payees": len(plans.assignment_ids),
        "most_seconds": MOST_SECONDS,
        **{
            name: simulate(env, scenario)
            for name, scenario in create_scenarios(env, plans[0]).items()
        },
    }


def hire(env):
    groups = env.ref("sales_team.group_sale_salesman")
    there = env["hr.employee"].search_count([("user_id.login", "!=", False)])
    users = env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"seller{number}",
                "group_ids": [Command.link(groups.id)],
            }
            for number in range(10_000, 10_000 + max(0, PAYEES - there))
        ]
    )
    env["hr.employee"].create(
        [{"name": user.name, "user_id": user.id} for user in users]
    )
    env.flush_all()
    env.execute_query(
        SQL(
            """
            UPDATE account_move move SET invoice_user_id = seller.id
              FROM (SELECT id, row_number() OVER (ORDER BY id) AS number,
                           COUNT(*) OVER () AS all
                      FROM res_users WHERE login LIKE %s) seller
             WHERE move.invoice_user_id IS NOT NULL
               AND seller.number = 1 + move.id %% seller.all
         RETURNING move.id
            """,
            "seller%",
        )
    )
    env.invalidate_all()
    env.cr.commit()


def credit(env, plans):
    env = env(su=True)
    components = plans.component_ids.with_env(env)
    runs = env["sales.commission.run"]
    runs._without_compiling()
    env["sales.commission.credit"]._apply(components)
    _earnings, left = env["sales.commission.earning"]._apply(
        runs._get_unpriced(components)
    )
    assert not left
    env.cr.commit()


def create_scenarios(env, plan):
    steps = plan.copy({"name": "Other steps"})
    running = plan.copy({"name": "Running total"})
    for rate in (steps | running).component_ids.filtered("rate_ids").rate_ids:
        rate.percent += 1
    running.component_ids[0].write({"lookup": "running", "running_kind": "year"})
    env.cr.commit()
    found = {
        name: env["sales.commission.scenario"].create(
            {
                "plan_id": one.id,
                "replaced_id": replaced.id,
                "company_id": plan.company_id.id,
                "date_from": FIRST_DAY,
                "date_to": LAST_DAY,
            }
        )
        for name, one, replaced in (
            ("steps", steps, plan),
            ("running", running, plan),
            ("as_it_is", plan, plan.browse()),
        )
    }
    env.cr.commit()
    return found


def simulate(env, scenario):
    clock = Clock(env.cr)
    for number in range(REPETITIONS + 1):
        env.invalidate_all()
        env.cr.commit()
        env.cr.execute("SET TRANSACTION READ ONLY")
        before = env.cr.sql_log_count
        with clock.of("all" if number else "cold"):
            result = scenario.simulate()
        queries = env.cr.sql_log_count - before
        env.cr.rollback()
    [one] = result["scenarios"]
    assert one["total"] > 0 and len(result["months"]) == 12
    assert one["difference"] or scenario.plan_id.state != "draft"
    return {
        **clock.medians(),
        "payees": len(result["payees"]),
        "queries": queries,
    }
