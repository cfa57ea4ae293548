"""The demo company: built once, upgraded when the add-on changes, never half-made."""

import json
import textwrap

from . import databases, odoo, pdf, postgres, serve, settings, venv
from .steps import (
    Step,
    StepFailed,
    drop_stamp,
    lock,
    read_stamp,
    run_steps,
    write_stamp,
)

LOGINS = settings.CACHE / "demo-logins.json"
SCRIPTS = settings.REPO / "scripts" / "shell"
NAME = "demo"
STAMP = "demo"
TITLE = "Sales Commissions & Gamification"


def database():
    return f"{databases.prefix()}demo"


def fingerprint():
    return databases.addon_fingerprint(without=("tests",))


def up():
    check_port()
    with lock("demo", waiting="Another run is at the demo, waiting"):
        run_steps(steps())
    announce()


def check_port():
    """Before minutes of set-up instead of after them."""
    port = settings.port()
    known = serve.record(NAME)
    if settings.port_is_chosen() and not (known and known["port"] == port):
        serve.free_port(port, chosen=True)


def steps():
    return [
        venv.STEP,
        odoo.STEP,
        postgres.STEP,
        pdf.STEP,
        databases.TEMPLATE_STEP,
        databases.installed_step(databases.addon_fingerprint(), unless=is_built),
        BUILD_STEP,
        UPGRADE_STEP,
        START_STEP,
    ]


def reset():
    check_port()
    run_steps([venv.STEP, odoo.STEP, postgres.STEP], quiet=True)
    with lock("demo", waiting="Another run is at the demo, waiting"):
        serve.stop(NAME)
        databases.drop(database())
        drop_stamp(STAMP)
    up()


def down():
    stopped = serve.stop(NAME)
    print("The demo is stopped." if stopped else "The demo isn't running.")
    print("Its data stay. make demo starts it again, make stop ends PostgreSQL too.")


# --- the steps ------------------------------------------------------------------------


def is_built():
    return databases.exists(database()) and LOGINS.exists()


def build(log):
    """Under another name until it is complete, so that a rest is never shown."""
    building = f"{database()}_building"
    wanted = fingerprint()
    serve.stop(NAME)
    databases.drop(building)
    databases.drop(database())
    source = databases.installed_step(databases.addon_fingerprint())
    if not source.is_done():
        source.make(log)
    databases.copy(source.database(), building)
    run_script(log, building, "build_demo.py")
    databases.rename(building, database())
    write_stamp(STAMP, wanted)


def is_current():
    return read_stamp(STAMP) == fingerprint()


def upgrade(log):
    """On a copy, so that whatever goes wrong the demo is as it was."""
    fresh = f"{database()}_upgrading"
    wanted = fingerprint()
    serve.stop(NAME)
    databases.drop(fresh)
    databases.copy(database(), fresh)
    databases.install(log, fresh, [settings.ADDON], option="-u")
    run_script(log, fresh, "list_logins.py")
    databases.swap(fresh, database())
    write_stamp(STAMP, wanted)


def run_script(log, name, script):
    environment = {"SCG_LOGINS": str(LOGINS)}
    databases.run_script(log, name, SCRIPTS / script, environment)


def is_started():
    known = serve.record(NAME)
    if not known or settings.port_is_chosen() and known["port"] != settings.port():
        return False
    return serve.answers(known["port"])


def start(log):
    port = settings.port()
    known = serve.record(NAME)
    if known and known["port"] == port:
        serve.stop(NAME)
    port = serve.free_port(port, settings.port_is_chosen())
    serve.stop(NAME)
    serve.start(NAME, database(), port, "--max-cron-threads", 1)


BUILD_STEP = Step(
    name="demo-build",
    title="Demo company",
    is_done=is_built,
    make=build,
    advice="nothing half-built is left; call `make demo` again.",
)
UPGRADE_STEP = Step(
    name="demo-upgrade",
    title="Demo up to date with the add-on",
    is_done=is_current,
    make=upgrade,
    advice="the demo's data are as before; mend the add-on and call `make demo` again, "
    "or start over with `make demo-reset`.",
)
START_STEP = Step(
    name="demo-start",
    title="Odoo",
    is_done=is_started,
    make=start,
    advice="choose another port with PORT=..., or see the log named above.",
)


# --- what the reader needs ------------------------------------------------------------


def announce():
    try:
        logins = json.loads(LOGINS.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StepFailed("the demo's logins are lost: `make demo-reset`") from error
    print(f"\n{TITLE} is running: {serve.url(NAME)}\n")
    for role, login, password, first in logins:
        print(f"  {role}\n      login {login}   password {password}")
        print(textwrap.indent(textwrap.fill(f"first: {first}", 72), " " * 6))
    print(f"\nLog: {serve.log_path(NAME)}")
    print("make demo-stop ends it, make demo-reset starts over with fresh data.")
