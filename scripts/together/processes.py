"""Cases that need processes of their own: a server with workers, and one killed."""

import contextlib
import http.cookiejar
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from odoo import Command

from odoo.addons.sales_commission_gamify.models.ledger import history

from . import cases

KILLED = Path(__file__).parent.parent / "shell" / "killed.py"


def odoo_command(*arguments):
    return [sys.executable, "-m", "odoo", *map(str, arguments)]


# --- two sessions of a browser --------------------------------------------------------


def posted_twice_by_rpc(scene):
    """Both requests are under way, in two workers, when the invoice becomes free."""
    move_id = scene.invoice(800, "2026-03-05")
    with serving(scene) as address, ThreadPoolExecutor(2) as pool:
        browsers = [Browser(address, scene.registry.db_name) for _number in range(2)]
        with scene.session() as env:
            env.cr.execute(
                "SELECT 1 FROM account_move WHERE id = %s FOR UPDATE", [move_id]
            )
            answers = [
                pool.submit(browser.call, "account.move", "action_post", [move_id])
                for browser in browsers
            ]
            scene.wait_until_blocked(2)
        errors = [answer.result().get("error") for answer in answers]
    assert None in errors, errors
    told = [error for error in errors if error]
    assert all("UserError" in error["data"]["name"] for error in told), told
    found = cases.count(scene, "credit", "document_id = %s", move_id)
    assert found == 2, f"{found} credits of one invoice for two components"


class Browser:
    def __init__(self, address, database):
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.send(
            "/web/session/authenticate",
            {"db": database, "login": "one", "password": "one"},
        )

    def call(self, model, method, ids):
        params = {"model": model, "method": method, "args": [ids], "kwargs": {}}
        return self.send("/web/dataset/call_kw", params)

    def send(self, path, params):
        data = {"jsonrpc": "2.0", "method": "call", "params": params}
        request = urllib.request.Request(
            self.address + path,
            json.dumps(data).encode(),
            {"Content-Type": "application/json"},
        )
        with self.opener.open(request, timeout=30) as reply:
            return json.load(reply)


@contextlib.contextmanager
def serving(scene):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    name = scene.registry.db_name
    process = subprocess.Popen(
        odoo_command("-d", name, "--db-filter", f"^{name}$", "--http-port", port)
        + ["--http-interface=127.0.0.1", "--workers=2", "--max-cron-threads=0"],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=sys.stderr,
    )
    address = f"http://127.0.0.1:{port}"

    def answers():
        assert process.poll() is None, "the server ended at once"
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"{address}/web/login", timeout=30) as reply,
        ):
            return reply.status == 200
        return False

    try:
        scene.wait_until("the server answers", answers)
        yield address
    finally:
        process.terminate()
        process.wait(30)


# --- a worker that is killed ----------------------------------------------------------


def killed_while_crediting(scene):
    """All that it had done is gone, the invoice is a draft and can be posted."""
    move_id = scene.invoice(1_100, "2026-04-02")
    kill_at(scene, "credited", f"env['account.move'].browse({move_id}).action_post()")
    found = cases.count(scene, "credit", "document_id = %s", move_id)
    [(state,)] = scene.ask("SELECT state FROM account_move WHERE id = %s", move_id)
    assert (found, state) == (0, "draft"), (found, state)
    scene.work("two", cases.post, move_id)
    assert cases.count(scene, "credit", "document_id = %s", move_id) == 2


def killed_while_posting_statements(scene):
    """No entry, the statements wait, and are posted once."""
    day = "2026-02-28"
    for step in (cases.compute, cases.confirm, cases.approve):
        scene.work("one", step, day)
    condition = "state = 'approved' AND move_id IS NULL AND amount_payable > 0"
    waiting = cases.count(scene, "statement", condition)
    assert waiting, "nothing to post"
    statements = (
        "env['sales.commission.statement'].search([('state', '=', 'approved')])"
    )
    kill_at(scene, "entry made", f"{statements}.action_post()")
    assert cases.count(scene, "statement", condition) == waiting
    scene.work("two", cases.post_statements, day)
    [(entries,)] = scene.ask(
        """
        SELECT COUNT(DISTINCT entry.id) FROM account_move entry
          JOIN account_move_line line ON line.move_id = entry.id
          JOIN sales_commission_statement statement
            ON statement.id = line.sales_commission_statement_id
          JOIN sales_commission_period period ON period.id = statement.period_id
         WHERE period.date_to = %s
        """,
        day,
    )
    assert entries == 1, f"{entries} entries"


def killed_while_bringing_in_history(scene):
    """What was brought in before stays, the rest follows, and nothing twice."""
    ours = """plan_id IN (
        SELECT sales_commission_plan_id
          FROM sales_commission_plan_sales_commission_run_rel
         WHERE sales_commission_run_id = %s)"""
    with few_are_many():
        run_id = scene.work("one", publish_another_plan)
        assert cases.count(scene, "credit", ours, run_id) == 0, "brought in at once"
        for _bit in range(2):  # the beginning, then two documents
            scene.work("one", bring_in, run_id)
        before = cases.count(scene, "credit", ours, run_id)
        assert before, "nothing was brought in"
        kill_at(
            scene,
            "credited",
            "from together.processes import bring_in, few_are_many\n"
            f"with few_are_many(): bring_in(env, {run_id})",
        )
        assert cases.count(scene, "credit", ours, run_id) == before
        # somebody posts before the scheduler comes back
        scene.work("two", cases.post, scene.invoice(350, "2026-01-20"))
        found = cases.count(scene, "credit", ours, run_id) - before
        assert found == 2, f"{found} credits of one invoice for two components"
        scene.work("one", lambda env: env(su=True)[RUN]._cron_history())
    [(state, done, total)] = scene.ask(
        "SELECT state, done, total FROM sales_commission_run WHERE id = %s", run_id
    )
    assert (state, done) == ("done", total), (state, done, total)
    [(twice,)] = scene.ask(
        f"""SELECT COUNT(*) FROM (
                SELECT 1 FROM sales_commission_credit
                 WHERE {ours} AND reversal_of_id IS NULL
                 GROUP BY component_id, employee_id, source_id
                HAVING COUNT(*) > 1) again""",
        run_id,
    )
    assert not twice, f"{twice} credits are there twice"


RUN = "sales.commission.run"


@contextlib.contextmanager
def few_are_many():
    """Plans of two documents are brought in bit by bit, two at once."""
    with patch.multiple(history, LARGE=1, DOCUMENTS_AT_ONCE=2, PAYEES_AT_ONCE=1):
        yield


def publish_another_plan(env):
    """:return: the run that will bring in its documents"""
    plan = (
        env["sales.commission.plan"]
        .search([], order="id", limit=1)
        .copy({"name": "Late", "date_from": "2026-01-01"})
    )
    plan.assignment_ids = [
        Command.create({"employee_id": payee.id})
        for payee in env["hr.employee"].search([("name", "in", ["Ann", "Bob"])])
    ]
    plan.action_publish()
    return plan.history_run_id.id


def bring_in(env, run_id):
    env(su=True)[RUN].browse(run_id)._bring_in()


def kill_at(scene, point, action):
    """Kill a process that does *action* when it has come to *point*."""
    read, write = os.pipe()
    with KILLED.open("rb") as script:
        process = subprocess.Popen(
            odoo_command("shell", "-d", scene.registry.db_name, "--no-http"),
            env={
                **os.environ,
                "SCG_POINT": point,
                "SCG_ACTION": action,
                "SCG_LOGIN": "one",
                "SCG_READY": str(write),
            },
            stdin=script,
            stdout=sys.stderr,
            stderr=sys.stderr,
            pass_fds=[write],
        )
    os.close(write)
    try:
        ready = os.read(read, 5)  # nothing when the process ended before
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(read)
    assert ready == b"ready", "it never came there"
    question = "SELECT COUNT(*) FROM pg_stat_activity WHERE state ~ 'in transaction'"
    scene.wait_until("its connection is gone", lambda: scene.ask(question)[0][0] <= 1)
