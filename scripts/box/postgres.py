"""A private PostgreSQL cluster, reached by a Unix socket that nobody else can open."""

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from . import settings, unpacked
from .steps import Step, StepFailed, read_stamp, stamp_path, write_stamp

MINIMUM = 13
DATABASE_USER = "odoo"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107

# Durability is for data somebody would miss: after a crash of the whole machine the
# last half second may be lost, but never the cluster. Shared memory stays out of
# /dev/shm, which containers keep tiny.
CONFIGURATION = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
synchronous_commit = off
max_wal_size = 2GB
max_parallel_workers_per_gather = 0
dynamic_shared_memory_type = mmap
log_min_messages = warning
"""


def is_private():
    return settings.given_server() is None


def server():
    """The server to talk to: the caller's, else the private cluster."""
    given = settings.given_server()
    if given:
        return given
    return settings.Server(host=str(socket_dir()), port="5432", user=DATABASE_USER)


# --- where the cluster lies, and whose it is ------------------------------------------


@cache
def owner():
    """PostgreSQL refuses to run as root: then it runs as another user there is."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise StepFailed("PostgreSQL can't run as root, and there is no other user")


def as_owner():
    """Options for subprocess that give up root's rights."""
    user = owner()
    if user is None:
        return {"cwd": os.sep}
    return {
        "cwd": os.sep,
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": [],
    }


@cache
def home():
    """The cluster's folder, outside of a cache folder that its user can't enter."""
    inside = settings.CACHE / "postgres"
    if owner() is None or can_enter(settings.CACHE, owner()):
        return inside
    return outside_home()


def outside_home():
    return Path(os.sep, "var", "cache", f"{settings.ADDON}-{settings.cache_id()}")


def can_enter(folder, user):
    """Whether the user may walk into the folder, asked of the kernel itself."""
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(
        ["test", "-x", str(folder)],
        check=False,
        **{**as_owner(), "user": user.pw_uid, "group": user.pw_gid},
    )
    return result.returncode == 0


def data_dir():
    return home() / "data"


def socket_dir():
    """A short path, because the kernel allows 107 bytes for a socket's."""
    inside = home() / "socket"
    if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"pg-{name}")


# --- the server's programs ------------------------------------------------------------


def server_root():
    return home() / "server"


def bin_dir():
    """The newest PostgreSQL on the machine, else the one unpacked into the cache."""
    found = []
    for root in (Path(os.sep), server_root()):
        for folder in root.glob("usr/lib/postgresql/*/bin"):
            number = re.match(r"\d+", folder.parent.name)
            complete = (folder / "initdb").exists() and (folder / "postgres").exists()
            if number and complete and int(number[0]) >= MINIMUM:
                found.append((root == Path(os.sep), int(number[0]), folder))
    return max(found)[2] if found else None


def environment():
    """What the unpacked programs need to find the libraries unpacked beside them."""
    env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C", "LC_ALL": "C"}
    if server_root() in bin_dir().parents:
        env["LD_LIBRARY_PATH"] = unpacked.library_path(server_root())
    return env


def unpack_server(log):
    unpacked.unpack(log, ["postgresql"], server_root())


# --- making, starting and stopping the cluster ----------------------------------------


def is_running():
    if not is_private():
        return True
    return stamp_path("postgres").exists() and pg_ctl_status() == 0


def pg_ctl_status():
    if bin_dir() is None:
        return None
    return run_pg_ctl("status")


def run_pg_ctl(*arguments):
    result = subprocess.run(
        [str(bin_dir() / "pg_ctl"), *arguments, "-D", str(data_dir())],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        check=False,
        **as_owner(),
    )
    return result.returncode


def make(log):
    prepare_home(log)
    if bin_dir() is None:
        unpack_server(log)
    if read_stamp("postgres") is None:
        make_cluster(log)
    start(log)


def prepare_home(log):
    home().mkdir(parents=True, exist_ok=True)
    home().chmod(0o755)
    if home() == outside_home():
        log.write(f"{owner().pw_name} can't enter {settings.CACHE}")
        print(f"\n    PostgreSQL's user can't enter the cache folder: using {home()}")
        link = settings.CACHE / "postgres"
        if not link.is_symlink():
            link.symlink_to(home())


def make_cluster(log):
    if pg_ctl_status() == 0:
        # left running by a cache folder that was removed by hand
        run_pg_ctl("stop", "-m", "immediate")
    shutil.rmtree(data_dir(), ignore_errors=True)
    give_to_owner(data_dir())
    log.run(
        [bin_dir() / "initdb", "-D", data_dir(), "-U", DATABASE_USER]
        + ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        env=environment(),
        **as_owner(),
    )
    with (data_dir() / "postgresql.conf").open("a", encoding="utf-8") as stream:
        stream.write(CONFIGURATION)
    write_stamp("postgres")


def give_to_owner(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if owner():
        os.chown(folder, owner().pw_uid, owner().pw_gid)


def start(log):
    if pg_ctl_status() == 0:
        return
    give_to_owner(socket_dir())
    server_log = data_dir() / "server.log"
    try:
        log.run(
            [bin_dir() / "pg_ctl", "start", "-w", "-t", "60", "-D", data_dir()]
            + ["-l", server_log, "-o", f"-k '{socket_dir()}' -p 5432"],
            env=environment(),
            start_new_session=True,
            **as_owner(),
        )
    except StepFailed:
        if server_log.exists():
            log.write(server_log.read_text(errors="replace")[-2000:])
        raise


def stop():
    """Stop the private cluster; a no-op for anyone else's."""
    if is_private() and is_running() and run_pg_ctl("stop", "-m", "fast"):
        raise StepFailed(f"PostgreSQL doesn't stop, see {data_dir() / 'server.log'}")


def remove():
    """What lies outside the cache folder."""
    for folder in {home(), socket_dir()}:
        if settings.CACHE not in folder.parents:
            shutil.rmtree(folder, ignore_errors=True)


STEP = Step(
    name="postgres",
    title="PostgreSQL",
    is_done=is_running,
    make=make,
    advice="look into the log above, or use a server of your own: "
    "PGHOST=... PGPORT=... PGUSER=... PGPASSWORD=...",
)
