"""What a posted invoice costs more with two live plans than without the add-on.

``make bench ONLY=posting`` measures it beside a year of documents; fed to Odoo's shell,
``make shell DB=name < bench/database/posting.py``, on an empty database. The same
document is made, posted, reset, posted again and taken back, in turn with the add-on
and with its hooks taken off, so that a busy machine slows down both. Each step is a
transaction of its own with an empty cache, as a click is. Time is the clock's; that of
the processors, of Odoo and PostgreSQL, hardly depends on what else they have to do.
"""

import gc
import os
import sys
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

from odoo import Command, api

ROUNDS = 30
LINES = 10
STEPS = ("create and post", "reset to draft", "post again", "credit note")
HOOKED = ("account.move", "account.move.line", "account.partial.reconcile")
OURS = "odoo.addons.sales_commission_gamify."


@contextmanager
def without_hooks(registry):
    """Within it documents are Odoo's own: what the add-on overrides is taken off."""
    taken = []
    for name in HOOKED:
        classes = registry[name].mro()
        theirs = [cls for cls in classes if not cls.__module__.startswith(OURS)]
        for cls in set(classes).difference(theirs):
            for method, function in list(vars(cls).items()):
                if callable(function) and any(method in vars(one) for one in theirs):
                    taken.append((cls, method, function))
    # the methods of classes that other apps extend, too, stay where they are
    taken = [
        row for row in taken if not row[1].startswith("__") and row[1] != "_register"
    ]
    for cls, method, _function in taken:
        delattr(cls, method)
    try:
        yield [method for _cls, method, _function in taken]
    finally:
        for cls, method, function in taken:
            setattr(cls, method, function)


def set_up(env, tag):
    """A company of its own with a rep, her manager, and a plan for each."""
    company = env["res.company"].create({"name": f"Posting {tag}"})
    (env.user | env.ref("base.user_admin")).company_ids += company
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    env["account.chart.template"].try_loading(
        "generic_coa", company, install_demo=False
    )
    users = env["res.users"].create(
        [
            {
                "name": name,
                "login": f"{name}-{tag}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
            for name in ("rep", "manager")
        ]
    )
    manager = env["hr.employee"].create(
        {"name": "Manager", "user_id": users[1].id, "company_id": company.id}
    )
    rep = env["hr.employee"].create(
        {
            "name": "Rep",
            "user_id": users[0].id,
            "parent_id": manager.id,
            "company_id": company.id,
        }
    )
    first = date(date.today().year, 1, 1)
    measure = env.ref("sales_commission_gamify.measure_invoiced_amount")
    rates = [
        Command.create({"bound": bound, "percent": percent})
        for bound, percent in ((0, 5), (80, 7), (100, 10))
    ]
    hierarchy = env["sales.commission.hierarchy"].create(
        {
            "name": "Line of command",
            "company_id": company.id,
            "edge_ids": [
                Command.create({"employee_id": rep.id, "manager_id": manager.id})
            ],
        }
    )
    plans = (
        ("Reps", rep, {"lookup": "attainment", "quota": 50_000, "rate_ids": rates}),
        (
            "Managers",
            manager,
            {
                "credited_to": "hierarchy",
                "hierarchy_id": hierarchy.id,
                "rate_ids": [Command.create({"level": 1, "bound": 0, "percent": 2})],
            },
        ),
    )
    for name, payee, component in plans:
        env["sales.commission.plan"].create(
            {
                "name": name,
                "company_id": company.id,
                "date_from": first,
                "component_ids": [
                    Command.create(
                        {"name": name, "measure_id": measure.id, **component}
                    )
                ],
                "assignment_ids": [Command.create({"employee_id": payee.id})],
            }
        ).action_publish()
    return {
        "poster": env.ref("base.user_admin").id,
        "company": company.id,
        "user": users[0].id,
        "partner": env["res.partner"].create({"name": "Customer"}).id,
        "product": env["product.product"]
        .create({"name": "Goods", "type": "service"})
        .id,
        "date": first.replace(day=15),
        "journals": _create_journals(env, company),
    }


def _create_journals(env, company):
    """One for each side: resetting an invoice makes Odoo write on the one whose number
    is the next, which would be the other side's.

    :return: ``{with hooks: journal id}``
    """
    return {
        hooked: env["account.journal"]
        .create(
            {
                "name": f"Sales {code}",
                "code": code,
                "type": "sale",
                "company_id": company.id,
            }
        )
        .id
        for hooked, code in ((True, "WITH"), (False, "BARE"))
    }


# --- the steps: each returns the document that the next one works on ------------------


def create_and_post(env, scene, _move_id):
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": scene["partner"],
            "invoice_user_id": scene["user"],
            "invoice_date": scene["date"],
            "journal_id": scene["journal"],
            "invoice_line_ids": [
                Command.create(
                    {"product_id": scene["product"], "price_unit": 100 + number}
                )
                for number in range(LINES)
            ],
        }
    )
    move.action_post()
    return move.id


def reset_to_draft(env, _scene, move_id):
    env["account.move"].browse(move_id).button_draft()
    return move_id


def post_again(env, _scene, move_id):
    env["account.move"].browse(move_id).action_post()
    return move_id


def credit_note(env, scene, move_id):
    move = env["account.move"].browse(move_id)
    move._reverse_moves([{"invoice_date": scene["date"]}])
    refund = move.reversal_move_ids
    refund.action_post()
    return move_id


DO = (create_and_post, reset_to_draft, post_again, credit_note)


def run_step(env, scene, do, move_id):
    """:return: ``(move id, seconds, seconds of processors, SQL statements)``"""
    context = {"allowed_company_ids": [scene["company"]], "lang": "en_US"}
    with env.registry.cursor() as cr:
        own = api.Environment(cr, scene["poster"], context)
        backend = cr._cnx.get_backend_pid()
        gc.collect()
        gc.disable()
        worked, start = processors(backend), time.perf_counter()
        move_id = do(own, scene, move_id)
        cr.flush()  # as a commit does: what Odoo tracks is posted, too
        spent = time.perf_counter() - start
        worked = processors(backend) - worked
        gc.enable()
        return move_id, spent, worked, cr.sql_log_count


def processors(backend):
    """Seconds that this process and its connection's have worked so far."""
    try:
        scheduled = Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii")
    except OSError:  # PostgreSQL is elsewhere
        return time.process_time()
    return time.process_time() + int(scheduled.split()[0]) / 1e9


def measure(env, size=None, rounds=ROUNDS):
    """``{step: {with_ms, without_ms, ratio, …}}``"""
    scene = set_up(env, f"{os.getpid()}-{time.time_ns()}")
    env.cr.commit()
    found = {(step, hooked): [] for step in STEPS for hooked in (True, False)}
    for number in range(rounds + 2):
        order = (True, False) if number % 2 else (False, True)
        moves = dict.fromkeys(order)
        for step, do in zip(STEPS, DO, strict=True):
            for hooked in order:
                own = {**scene, "journal": scene["journals"][hooked]}
                if hooked:
                    row = run_step(env, own, do, moves[hooked])
                else:
                    with without_hooks(env.registry):
                        row = run_step(env, own, do, moves[hooked])
                moves[hooked] = row[0]
                if number > 1:  # the first rounds fill caches
                    found[step, hooked].append(row[1:])
    env.cr.commit()  # to see what the steps did
    credits_ = env["sales.commission.credit"].search_count(
        [("company_id", "=", scene["company"])]
    )
    # each round: posted, taken back, posted, refunded; by the rep and her manager
    assert credits_ == (rounds + 2) * LINES * 2 * 4, credits_
    return {step: summarize(found, step) for step in STEPS}


def summarize(found, step):
    with_, without = (found[step, hooked] for hooked in (True, False))
    spent, worked, statements = (
        [median(row[at] for row in rows) for rows in (with_, without)]
        for at in range(3)
    )
    return {
        "with_ms": round(spent[0] * 1000, 1),
        "without_ms": round(spent[1] * 1000, 1),
        "ratio": round(spent[0] / spent[1], 3),
        "processor_ms": [round(one * 1000, 1) for one in worked],
        "processor_ratio": round(worked[0] / worked[1], 3),
        "statements": [int(count) for count in statements],
    }


def show(result):
    print(f"load {os.getloadavg()[0]:.1f}; milliseconds with / without; statements")
    for step, row in result.items():
        print(
            f"{step:16}{row['with_ms']:8} /{row['without_ms']:7} = {row['ratio']:.3f}"
            f"   processors {row['processor_ms'][0]:6} /{row['processor_ms'][1]:6}"
            f" = {row['processor_ratio']:.3f}"
            f"   {row['statements'][0]:4} /{row['statements'][1]:4}"
        )


if "env" in globals():  # fed to Odoo's shell
    show(measure(env, rounds=int(os.environ.get("ROUNDS", ROUNDS))))  # noqa: F821
    sys.stdout.flush()
