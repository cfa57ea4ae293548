"""Throw-away databases for looking at screens and for trying things in a shell."""

import os
import re
import subprocess
import sys

from . import databases, serve, settings
from .steps import Step, StepFailed, drop_stamp, read_stamp, run_step, write_stamp


def label():
    text = os.environ.get("DB") or "scratch"
    if not re.fullmatch(r"[a-z0-9_]{1,30}", text):
        raise StepFailed(f"DB={text}: small letters, digits and _ only")
    return text


def database():
    return f"{databases.prefix()}scratch_{label()}"


def stamp():
    return f"database-{database()}"


def prepare():
    """A database with the add-on as it is now; kept between calls unless FRESH=1."""
    name = database()
    if os.environ.get("FRESH"):
        remove()
    wanted = databases.addon_fingerprint(without=("tests",))
    if read_stamp(stamp()) == wanted and databases.exists(name):
        return
    serve.stop(name)
    if read_stamp(stamp()) is None or not databases.exists(name):
        databases.drop(name)
        databases.copy_addon(name)
    else:
        run_step(upgrade_step(name))
    write_stamp(stamp(), wanted)


def upgrade_step(name):
    return Step(
        name=f"upgrade-{name}",
        title=f"Add-on upgraded in {name}",
        is_done=lambda: False,
        make=lambda log: databases.install(log, name, [settings.ADDON], option="-u"),
        advice="mend the add-on and call again, or start over with FRESH=1.",
    )


def start():
    prepare()
    name = database()
    if not serve.record(name):
        port = serve.free_port(settings.port(8100), settings.port_is_chosen())
        serve.start(name, database(), port, "--max-cron-threads", 0)
    print(f"{serve.url(name)}   login admin, password admin   database {database()}")
    print(f"log: {serve.log_path(name)}")


def remove():
    serve.stop(database())
    databases.drop(database())
    drop_stamp(stamp())


def shell():
    """Odoo's shell, interactive or fed by a script, on the demo unless DB is given."""
    if os.environ.get("DB"):
        prepare()
        name = database()
    else:
        name = f"{databases.prefix()}demo"
        if not databases.exists(name):
            raise StepFailed("There is no demo yet: `make demo`, or give DB=name.")
    command = databases.odoo_command(
        *["shell", "-d", name, "--no-http", "--log-level=warn"]
    )
    sys.stdout.flush()
    result = subprocess.run(
        [str(part) for part in command],
        env=databases.odoo_environment(),
        cwd=settings.REPO,
        check=False,
    )
    return result.returncode
