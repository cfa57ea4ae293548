"""How long the pages that people open every day take, with 1,000 payees and 1,000,000
credits: what their one call takes on the server, warm, as the user who opens it.

The data are those of “The Program”'s measurement, whatever the size of the database;
the payee is the one with the most credits, the manager leads all of them.
"""

from datetime import date
from unittest.mock import patch

from odoo import Command, fields

from .clock import Clock
from .crediting import empty_books
from .program import MOST_MS, REPETITIONS, fill_beside
from .standings import CREDITS, PAYEES, create_plan, fill

TODAY = date(2025, 12, 20)
GROUPS = {
    "payee": "base.group_user",
    "portal": "base.group_portal",
    "manager": "sales_commission_gamify.group_manager",
    "officer": "sales_commission_gamify.group_officer",
}


def measure(env):
    empty_books(env)
    component = create_plan(env)
    fill(env, component)
    fill_beside(env, component)
    users = create_users(env, component.plan_id.assignment_ids.employee_id)
    found = {}
    with patch.object(fields.Date, "context_today", lambda *_args, **_kwargs: TODAY):
        for name, (role, call) in PAGES.items():
            found[name] = measure_page(env(user=users[role]), call)
    return {"payees": PAYEES, "credits": CREDITS, "most_ms": MOST_MS, **found}


PAGES = {
    "My Commissions": (
        "payee",
        lambda env: env["sales.commission.dashboard"].get_my_commissions(),
    ),
    "My Commissions of an earlier month": (
        "payee",
        lambda env: env["sales.commission.dashboard"].get_my_commissions("2025-06-30"),
    ),
    "My Team of 1,000": (
        "manager",
        lambda env: env["sales.commission.team"].get_my_team(),
    ),
    "Leaderboard": (
        "payee",
        lambda env: env["sales.commission.leaderboard.page"].get_page(),
    ),
    "Leaderboard of the year": (
        "payee",
        lambda env: env["sales.commission.leaderboard.page"].get_page(kind="year"),
    ),
    "The Program": (
        "officer",
        lambda env: env["sales.commission.program"].get_program({}),
    ),
    "Portal": (
        "portal",
        lambda env: env["sales.commission.dashboard"].get_my_commissions(),
    ),
}


def measure_page(env, call):
    clock = Clock()
    for number in range(REPETITIONS + 1):
        env.invalidate_all()
        before = env.cr.sql_log_count
        with clock.of("page" if number else "cold"):
            page = call(env)
        queries = env.cr.sql_log_count - before
    assert page.get("status", "ready") == "ready", page["status"]
    return {"page_ms": round(clock.median("page") * 1000, 1), "queries": queries}


def create_users(env, payees):
    """A user for each role, and the two payees and the manager that they are."""
    env["sales.commission.leaderboard"].create({"name": "All", "metric": "amount"})
    boss = env["hr.employee"].create({"name": "Leads all"})
    payees.parent_id = boss
    people = {"payee": payees[0], "portal": payees[1], "manager": boss, "officer": None}
    users = {}
    for role, employee in people.items():
        users[role] = user = env["res.users"].create(
            {
                "name": role,
                "login": f"bench_{role}",
                "group_ids": [Command.set([env.ref(GROUPS[role]).id])],
            }
        )
        if role == "portal":
            employee.work_contact_id = user.partner_id
        elif employee:
            employee.user_id = user
    env.flush_all()
    env.cr.commit()
    return users
