"""Odoo servers in the background, each with a pid file and a log in the cache."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import databases, settings
from .steps import StepFailed, is_alive, stop_process

FOLDER = settings.CACHE / "servers"
PATIENCE_SECONDS = 120


def record_path(name):
    return FOLDER / f"{name}.json"


def log_path(name):
    return settings.LOGS / f"server-{name}.log"


def record(name):
    """What is known of the running server, or None when it doesn't run."""
    try:
        found = json.loads(record_path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if is_ours(found["pid"], found["database"]) else None


def is_ours(pid, database):
    """A pid may have gone to another process after a reboot: look at its words."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return is_alive(pid) and database.encode() in words and b"odoo" in words


def url(name):
    return f"http://localhost:{record(name)['port']}"


def start(name, database, port, *options):
    """Start Odoo on the database and wait until it answers."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings.LOGS.mkdir(parents=True, exist_ok=True)
    note_address(database, port)
    interface = os.environ.get("INTERFACE") or "127.0.0.1"
    command = databases.odoo_command(
        *["-d", database, "--http-port", port, "--http-interface", interface],
        *["--db-filter", f"^{database}$", *options],
    )
    with log_path(name).open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=databases.odoo_environment(),
            cwd=settings.CACHE,
            start_new_session=True,
        )
    known = {"pid": process.pid, "port": port, "database": database}
    record_path(name).write_text(json.dumps(known), encoding="utf-8")
    wait_until_it_answers(name, process, port)


def note_address(database, port):
    """Tell the database where it is served: Odoo notes port 8069 on installing.

    Reports fetch their styles from this machine, whatever name others know it by. For
    links, an address that Odoo learned from an administrator's login stays.
    """
    databases.sql(
        "INSERT INTO ir_config_parameter (key, value)"
        f" VALUES ('report.url', 'http://127.0.0.1:{port}')"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        f"UPDATE ir_config_parameter SET value = 'http://localhost:{port}'"
        " WHERE key = 'web.base.url'"
        r" AND value ~ '^http://(localhost|127\.0\.0\.1):\d+$'",
        database=database,
    )


def wait_until_it_answers(name, process, port):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StepFailed(f"Odoo ended at once:\n{tail(name)}")
        if answers(port):
            return
        time.sleep(0.3)
    stop(name)
    raise StepFailed(f"Odoo didn't answer on port {port}:\n{tail(name)}")


def answers(port):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/web/login", timeout=60
        ) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


def tail(name, count=15):
    text = log_path(name).read_text(encoding="utf-8", errors="replace")
    lines = ["    " + line for line in text.splitlines()[-count:]]
    return "\n".join([*lines, f"Full log: {log_path(name)}"])


def stop(name):
    known = record(name)
    if known:
        stop_process(known["pid"])
    record_path(name).unlink(missing_ok=True)
    return bool(known)


def stop_all():
    with contextlib.suppress(FileNotFoundError):
        for path in FOLDER.glob("*.json"):
            stop(path.stem)


def free_port(wanted, chosen):
    """The port asked for; a neighbour of it only when nobody asked."""
    if is_free(wanted):
        return wanted
    if chosen:
        raise StepFailed(
            f"Port {wanted} is in use or not allowed: choose another one, PORT=..."
        )
    for candidate in range(wanted + 1, wanted + 100):
        if is_free(candidate):
            return candidate
    raise StepFailed(f"No port is free near {wanted}: choose one, PORT=...")


def is_free(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
