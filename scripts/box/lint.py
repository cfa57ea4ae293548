"""Linters and formatters, run by pre-commit out of the cache folder."""

import os
import shlex
import subprocess

from . import node, settings
from .steps import drop_stamp, lock, write_stamp

STAMP = "lint"
GOOD = "good"
PRE_COMMIT = settings.VENV / "bin" / "pre-commit"


def check():
    drop_stamp(STAMP)
    code = run("pre-commit")
    if code == 0 and not os.environ.get("ARGS"):
        write_stamp(STAMP, GOOD)
    return code


def write():
    """Formatters say that they wrote by failing: the second run tells if it is well."""
    run("manual")
    return run("manual")


def run(stage):
    command = [PRE_COMMIT, "run", "--hook-stage", stage]
    command += shlex.split(os.environ.get("ARGS", ""))
    with lock("lint", waiting="Another run is linting, waiting"):
        return subprocess.run(
            [*map(str, command), "--files", *files()],
            cwd=settings.REPO,
            env=environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode


def files():
    """All that is or may become part of the repository."""
    result = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=settings.REPO,
        capture_output=True,
        text=True,
        check=True,
    )
    names = filter(None, result.stdout.split("\0"))
    return [name for name in names if (settings.REPO / name).is_file()]


def environment():
    return {
        **node.environment(),
        "PRE_COMMIT_HOME": str(settings.CACHE / "pre-commit"),
        "PRE_COMMIT_COLOR": "never",
    }
