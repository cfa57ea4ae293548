"""Databases and their filestores: made once, copied often, never half-made.

A database is built under a name of its own and renamed when it is complete, so that a
name without `_building` always stands for something finished.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import axe, odoo, pdf, postgres, settings
from .steps import Step, StepFailed, is_alive, lock, run_steps, try_lock

MAINTENANCE = "postgres"


def prefix():
    """On a server of the caller's, our names can't meet anybody else's."""
    return "" if postgres.is_private() else f"scg_{settings.cache_id()}_"


def sql(*statements, database=MAINTENANCE):
    command = [settings.VENV_PYTHON, Path(__file__).with_name("sql.py"), database]
    result = subprocess.run(
        [*map(str, command), *statements],
        env={**settings.environment(), **postgres.server().environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise StepFailed(f"PostgreSQL says: {result.stderr.strip()}")
    return json.loads(result.stdout)


def exists(name):
    return bool(sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(name):
    return settings.DATA_DIR / "filestore" / name


def drop(name):
    sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def copy(source, target):
    """One copy at a time: PostgreSQL refuses to copy what is in use."""
    with lock(f"copy-{source}"):
        sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(target), dirs_exist_ok=True)


def rename(source, target):
    """The filestore first: a finished name must never lack its files."""
    if filestore(source).exists():
        shutil.rmtree(filestore(target), ignore_errors=True)
        filestore(source).rename(filestore(target))
    sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')


def swap(fresh, name):
    """Put a finished database in the place of one that is in use, in one go.

    Files in a filestore are named by what they hold, so both sets may share a folder.
    """
    outdated = f"{name}_outdated"
    drop(outdated)
    if filestore(fresh).exists():
        shutil.copytree(filestore(fresh), filestore(name), dirs_exist_ok=True)
    sql(
        f'BEGIN; ALTER DATABASE "{name}" RENAME TO "{outdated}";'
        f' ALTER DATABASE "{fresh}" RENAME TO "{name}"; COMMIT'
    )
    drop(outdated)
    shutil.rmtree(filestore(fresh), ignore_errors=True)


def run_name():
    """One of its own for every run, so that runs side by side don't meet."""
    kind = "kept" if os.environ.get("KEEP") else "run"
    return f"{prefix()}{kind}_{os.getpid()}_{secrets.token_hex(3)}"


# --- Odoo on a database ---------------------------------------------------------------


def addons_path():
    return ",".join(map(str, [*odoo.found().addons_paths, settings.REPO]))


def odoo_environment():
    """The tools that were unpacked into the cache come first on the path."""
    path = os.pathsep.join(
        [str(settings.TOOLS_BIN), str(settings.VENV / "bin")]
        + [os.environ.get("PATH", os.defpath)]
    )
    return {
        **settings.environment(),
        **odoo.found().environment(),
        **postgres.server().environment(),
        **pdf.WITHOUT_SCREEN,
        axe.VARIABLE: str(axe.SCRIPT),
        "PATH": path,
        "ODOO_RC": str(configuration()),
    }


def configuration():
    """Odoo's configuration file, without a database name."""
    server = postgres.server()
    values = {
        "addons_path": addons_path(),
        "data_dir": settings.DATA_DIR,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "http_interface": "127.0.0.1",
        "list_db": "False",
    }
    lines = ["[options]", *(f"{key} = {values[key]}" for key in values if values[key])]
    path = settings.CACHE / "odoo.conf"
    text = "\n".join(lines) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    return path


def odoo_command(*arguments):
    return [settings.VENV_PYTHON, "-m", "odoo", *arguments]


def run_script(log, name, script, environment=()):
    """Feed a script to Odoo's shell; an exception in it fails the step."""
    with script.open("rb") as stream:
        log.run(
            odoo_command("shell", "-d", name, "--no-http"),
            env={**odoo_environment(), **dict(environment)},
            cwd=settings.CACHE,
            stdin=stream,
        )


def install(log, name, modules, option="-i"):
    log.run(
        odoo_command("-d", name, option, ",".join(modules))
        + ["--stop-after-init", "--no-http"],
        env=odoo_environment(),
        cwd=settings.CACHE,
    )


# --- the templates --------------------------------------------------------------------


def fingerprint(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def template_name():
    key = fingerprint(odoo.version(), *settings.TEMPLATE_MODULES)
    return f"{prefix()}template_{key}"


def template_is_done():
    return exists(template_name())


def make_template(log):
    building = f"{template_name()}_building"
    drop(building)
    sql(f"CREATE DATABASE \"{building}\" TEMPLATE template0 ENCODING 'UTF8'")
    install(log, building, settings.TEMPLATE_MODULES)
    rename(building, template_name())


TEMPLATE_STEP = Step(
    name="template",
    title="Database with what the add-on depends on",
    is_done=template_is_done,
    make=make_template,
    advice="the log tells what Odoo didn't like; the next call starts this step anew.",
)


def addon_fingerprint(folder=settings.ADDON_DIR, without=("tests", "static")):
    """Changes with every file of the add-on that a database may depend on."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] not in without and "__pycache__" not in parts:
            digest.update(f"{'/'.join(parts)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def installed_prefix():
    return f"{template_name()}_with_"


@dataclass(frozen=True)
class InstalledStep(Step):
    """The add-on on top of the template, kept as long as its files stay the same."""

    fingerprint: str = ""

    def database(self):
        return f"{installed_prefix()}{self.fingerprint}"


def installed_step(fingerprint, unless=lambda: False):
    def name():
        return f"{installed_prefix()}{fingerprint}"

    def make(log):
        building = f"{name()}_building"
        drop(building)
        copy(template_name(), building)
        install(log, building, [settings.ADDON])
        rename(building, name())

    return InstalledStep(
        name=f"install-{fingerprint}",
        title="Add-on installed",
        is_done=lambda: unless() or exists(name()),
        make=make,
        advice="Odoo's own message is above; mend the add-on and call again.",
        fingerprint=fingerprint,
    )


def copy_addon(target):
    """A copy of the database that has the add-on as its files are now."""
    step = installed_step(addon_fingerprint())
    with lock("installed", shared=True):
        run_steps([step], quiet=True)
        copy(step.database(), target)
    forget_leftovers(step.database())


def forget_leftovers(newest, keep=3):
    """Files change all day long: only the latest copies are worth the disk."""
    rows = sql(
        "SELECT datname FROM pg_database"
        f" WHERE datname LIKE '{installed_prefix()}%' ORDER BY oid DESC"
    )
    old = [name for (name,) in rows if name != newest][keep:]
    with try_lock("installed") as free:
        for name in old if free else ():
            drop(name)
    for (name,) in sql("SELECT datname FROM pg_database"):
        if is_orphan(name):
            drop(name)


def is_orphan(name):
    """A run's own copy, left by a run that was killed."""
    found = re.fullmatch(re.escape(prefix()) + r"run_(\d+)_[0-9a-f]+", name)
    return bool(found) and not is_alive(int(found[1]))


def drop_all():
    """All that these scripts made on a server of the caller's, and nothing else."""
    for (name,) in sql("SELECT datname FROM pg_database"):
        if prefix() and name.startswith(prefix()):
            drop(name)
