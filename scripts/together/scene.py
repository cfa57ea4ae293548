"""A company, who works in it, and the points at which one waits for another."""

import contextlib
import threading
import time
from functools import partial

from odoo import Command, api
from odoo.service import model as service

PATIENCE_SECONDS = 30
NAMES = ("Ann", "Bob")
BLOCKED = """
    SELECT COUNT(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
WAITING = """
    SELECT wait_event, left(query, 300) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Gates:
    """What a session does when it comes to a point of the add-on's code: nothing,
    unless a case told it to wait there. No case depends on luck."""

    def __init__(self):
        self._orders = {}

    def at(self, who, point, do):
        self._orders[who, point] = do

    def come_to(self, point):
        order = self._orders.pop((threading.current_thread().name, point), None)
        if order:
            order()

    def build(self, registry):
        """After a session has credited, after it has priced, …"""
        for model, method, before, after in (
            ("sales.commission.credit", "_apply", None, "credited"),
            ("sales.commission.earning", "_apply", None, "priced"),
            ("sales.commission.statement", "_prepare_lines", "drafting", None),
            ("sales.commission.statement", "_post_entry", "posting", "entry made"),
            ("sales.commission.point", "_lock_balances", None, "balance locked"),
            ("sales.commission.challenge", "_close", None, "challenge settled"),
            ("sales.commission.challenge", "_lock_promises", None, "promises locked"),
        ):
            self._wrap(registry[model], method, before, after)

    def _wrap(self, model, method, before, after):
        original = getattr(model, method)

        def wrapped(records, *args, **kwargs):
            self.come_to(before)
            result = original(records, *args, **kwargs)
            self.come_to(after)
            return result

        setattr(model, method, wrapped)


class Scene:
    def __init__(self, env):
        self.registry = env.registry
        self.gates = Gates()
        self.gates.build(self.registry)
        service.random.uniform = lambda low, high: 0.05  # before a retry
        self._build(env)
        env.cr.commit()

    # --- the company ------------------------------------------------------------------

    def _build(self, env):
        company = env.company
        self.company_id = company.id
        env["account.chart.template"].try_loading(
            "generic_coa", company, install_demo=False
        )
        company._create_sales_commission_accounts()
        # Odoo counts on a customer how much was sold: one would wait for the other
        self.customers = {
            name: env["res.partner"].create({"name": f"Customer of {name}"}).id
            for name in NAMES
        }
        journal = env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        # each has invoice numbers of his own, else Odoo lets one wait for the other
        other = journal.copy({"name": "Other sales", "code": "OTH"})
        other.default_account_id = journal.default_account_id
        self.journals = {"Ann": journal.id, "Bob": other.id}
        self.logins = {
            login: self._create_user(env, login, groups)
            for login, groups in (
                ("one", "group_administrator group_accountant"),
                ("two", "group_administrator group_accountant"),
            )
        }
        self.payees = {name: self._create_payee(env, name) for name in NAMES}
        self._promise(env)

    def _create_user(self, env, login, groups=""):
        names = ["base.group_user", "account.group_account_manager"]
        names += [f"sales_commission_gamify.{group}" for group in groups.split()]
        return (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "group_ids": [Command.set([env.ref(name).id for name in names])],
                }
            )
            .id
        )

    def _create_payee(self, env, name):
        user = env["res.users"].create({"name": name, "login": name.lower()})
        payee = env["hr.employee"].create({"name": name, "user_id": user.id})
        return payee.id

    def _promise(self, env):
        measures = {
            name: env.ref(f"sales_commission_gamify.measure_{name}_amount").id
            for name in ("invoiced", "collected")
        }
        rates = [
            Command.create({"bound": bound, "percent": percent})
            for bound, percent in ((0, 5), (2_000, 8))
        ]
        env["sales.commission.plan"].create(
            {
                "name": "Together",
                "date_from": "2026-01-01",
                "component_ids": [
                    Command.create(
                        {
                            "name": name,
                            "measure_id": measures[measure],
                            "lookup": lookup,
                            "rate_ids": rates,
                        }
                    )
                    for name, measure, lookup in (
                        ("Invoiced", "invoiced", "amount"),
                        ("Running", "invoiced", "running"),
                        ("Collected", "collected", "amount"),
                    )
                ],
                "assignment_ids": [
                    Command.create({"employee_id": payee})
                    for payee in self.payees.values()
                ],
            }
        ).action_publish()

    # --- working ----------------------------------------------------------------------

    @contextlib.contextmanager
    def session(self, login="one"):
        """A connection of its own; committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, self.logins[login], {})

    def work(self, login, function, *args):
        """As a request does: once more when PostgreSQL says so, then committed."""
        with self.session(login) as env:
            return service.retrying(partial(function, env, *args), env)

    def start(self, login, function, *args, name=None):
        return Session(self, login, function, args, name or login)

    def invoice(self, amount, day="2026-01-15", payee="Ann", journal="Ann"):
        """A draft; its number."""

        def create(env):
            move = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "journal_id": self.journals[journal],
                    "partner_id": self.customers[journal],
                    "invoice_user_id": env["hr.employee"]
                    .browse(self.payees[payee])
                    .user_id.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "A sale", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                }
            )
            return move.id

        return self.work("one", create)

    def sweep(self):
        with self.session() as env:
            # as the scheduler does, once the pause after a failure is over
            runs = env(su=True)["sales.commission.run"]
            runs.search([("state", "=", "failed")]).retry_at = False
            runs._cron_sweep()

    def ask(self, question, *parameters):
        with self.session() as env:
            env.cr.execute(question, parameters)
            return env.cr.fetchall()

    def wait_until(self, what, answer):
        """:param answer: called until it is true"""
        end = time.monotonic() + PATIENCE_SECONDS
        while not answer():
            if time.monotonic() > end:
                raise AssertionError(f"In vain waited until {what}")
            time.sleep(0.02)

    def wait_until_blocked(self, sessions=1):
        """Until so many connections wait for a lock that another one holds."""
        self.wait_until(
            "somebody is blocked", lambda: self.ask(BLOCKED)[0][0] >= sessions
        )


class Session:
    """Somebody who works at the same time."""

    def __init__(self, scene, login, function, args, name):
        self._scene = scene
        self._work = partial(scene.work, login, function, *args)
        self.result = self.error = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self.result = self._work()
        except Exception as error:  # the case looks at it
            self.error = error

    def end(self, may_fail=()):
        self._thread.join(PATIENCE_SECONDS)
        if self._thread.is_alive():
            waiting = self._scene.ask(WAITING)
            raise AssertionError(f"A session does not come to an end: {waiting}")
        if self.error and not isinstance(self.error, may_fail):
            raise self.error
        return self.result

    def is_done(self):
        return not self._thread.is_alive()
