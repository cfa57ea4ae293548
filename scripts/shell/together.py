"""Fed to Odoo's shell on a database to throw away: several users at once. What each
case came to is written to a file, an empty text when all was right."""

import json
import os
import sys
import time
import traceback
from pathlib import Path

scripts = Path(os.environ["SCG_SCRIPTS"])
sys.path[:0] = [str(scripts), os.environ["SCG_REFERENCE"]]
from story.audit import Audit, Rebuild  # noqa: E402
from together import cases, contests, game, processes  # noqa: E402
from together.scene import Scene  # noqa: E402

CASES = [
    cases.two_post_for_one_payee,
    cases.one_posts_on_an_old_picture,
    cases.one_posts_while_another_sweeps,
    cases.pay_and_refund,
    cases.two_compute_statements,
    cases.confirm_while_another_computes,
    cases.two_post_statements,
    processes.killed_while_crediting,
    processes.killed_while_posting_statements,
    processes.posted_twice_by_rpc,
    cases.one_posts_while_another_starts_closing,
    processes.killed_while_bringing_in_history,
    cases.two_post_an_agents_bill,
    cases.two_take_back_an_entry,
    game.two_spend_the_same_points,
    game.two_redeem_the_last_piece,
    game.two_thank_out_of_one_allowance,
    contests.two_settle_one_challenge,
    contests.two_promise_the_same_points,
]


def audit(scene):
    """After the sweep the books are what the reference accountant says, and nothing is
    there twice."""
    scene.sweep()
    with scene.session() as env:
        company = env["res.company"].browse(scene.company_id)
        complaints = list(Audit(env, company).ask_all())
        complaints += Rebuild(env, company).ask()
        env.cr.rollback()
    return complaints


def run(scene, case):
    started = time.monotonic()
    try:
        case(scene)
        complaints = audit(scene)
    except Exception:  # the others are worth knowing, too
        complaints = [traceback.format_exc()]
    print(f"{case.__name__}: {time.monotonic() - started:.1f} s", *complaints, sep="\n")
    return "\n".join(complaints)


scene = Scene(env)  # noqa: F821
results = {case.__name__: run(scene, case) for case in CASES}
Path(os.environ["SCG_RESULTS"]).write_text(json.dumps(results), encoding="utf-8")
