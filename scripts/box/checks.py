"""Everything `make test` runs, and the total over it."""

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import (
    axe,
    chromium,
    databases,
    lanes,
    lint,
    odoo,
    pdf,
    postgres,
    settings,
    venv,
)
from .steps import Log, drop_stamp, read_stamp, run_steps, write_stamp
from .tally import NOTHING_COLLECTED, Tally, counts, tally

TOTAL = "total"
ENGINE_TESTS = settings.ADDON_DIR / "tests" / "engine"
ODOO_TESTS = settings.ADDON_DIR / "tests"
APP_TESTS = ODOO_TESTS / "apps"
APPS = ("crm", "calendar", "pos_hr", "loyalty", "spreadsheet_dashboard")
SCRIPT_TESTS = settings.REPO / "scripts" / "tests"


def setup_steps():
    return [
        venv.STEP,
        odoo.STEP,
        postgres.STEP,
        databases.TEMPLATE_STEP,
        pdf.STEP,
        chromium.STEP,
        axe.STEP,
    ]


def set_up(quiet=False):
    run_steps(setup_steps(), quiet)


# --- what to run ----------------------------------------------------------------------


def extra_arguments():
    return shlex.split(os.environ.get("ARGS", ""))


def chosen_paths():
    return [Path(text).resolve() for text in shlex.split(os.environ.get("TESTS", ""))]


def paths_within(folder, paths, without=()):
    """Those of the chosen paths that a suite is for; pytest's `::name` may follow."""
    return [
        path
        for path in paths
        if path.is_relative_to(folder)
        and not any(path.is_relative_to(other) for other in without)
    ]


# --- the suites -----------------------------------------------------------------------


def run_engine_tests(paths=()):
    """Plain pytest in a folder of its own, so that nothing imports Odoo."""
    return pytest(["-p", "no:odoo", *(paths or ["."])], cwd=ENGINE_TESTS)


def run_script_tests(paths=()):
    return pytest(["-p", "no:odoo", *(paths or ["."])], cwd=SCRIPT_TESTS)


def run_odoo_tests(paths=(), arguments=()):
    """pytest-odoo on a fresh copy of the database that has the add-on; all of them
    are told in lanes, side by side, each with a copy of its own."""
    if not paths and not extra_arguments():
        return run_lanes(lanes.split(ODOO_TESTS, (ENGINE_TESTS, APP_TESTS)))
    with copy_of_addon() as name:
        return odoo_pytest(
            name,
            ["--ignore", ENGINE_TESTS, "--ignore", APP_TESTS, *arguments],
            paths or [ODOO_TESTS],
        )


def run_lanes(lanes):
    """Every lane at once: the words of the first as they come, then the others'."""
    outs = [sys.stdout, *(io.StringIO() for _lane in lanes[1:])]
    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(copy_of_addon()) for _lane in lanes]
        pool = stack.enter_context(ThreadPoolExecutor(len(lanes)))
        runs = [
            pool.submit(odoo_pytest, name, [], files, out)
            for name, files, out in zip(names, lanes, outs, strict=True)
        ]
        total = sum((run.result() for run in runs), Tally())
    for out in outs[1:]:
        sys.stdout.write(out.getvalue())
    return total


STORIES = ODOO_TESTS / "test_story.py"
# What the caller says, and what the test of stories reads.
FUZZ = {
    "SEEDS": ("STORY_SEEDS", "20"),
    "FROM": ("STORY_FROM", "1"),
    "STEPS": ("STORY_STEPS", "300"),
    "PATIENCE": ("STORY_PATIENCE", "900"),
}


def fuzz_settings(env=None):
    """How many stories to tell, from which seed on, how long, and for how many seconds
    a failing one is shortened."""
    env = os.environ if env is None else env
    chosen = {}
    for name, (variable, default) in FUZZ.items():
        text = env.get(name) or default
        if not text.isdigit():
            raise settings.SettingsError(f"{name}={text} is not a number.")
        chosen[variable] = text
    return chosen


def run_fuzz(paths=()):
    """Seeded stories against the reference accountant, as many as wanted."""
    os.environ.update(fuzz_settings())
    return run_odoo_tests(
        paths or [STORIES], ["-s", "--tb=short", "-k", "any_order_of_events"]
    )


def run_app_tests(paths=()):
    """The same beside other apps, which the add-on does not need but can count."""
    with copy_of_addon() as name:
        log = Log(f"apps-{name}")
        databases.install(log, name, APPS)
        return odoo_pytest(name, [], paths or [APP_TESTS])


def odoo_pytest(database, arguments, paths, out=None):
    return pytest(
        ["--odoo-database", database, "--odoo-config", databases.configuration()]
        + ["--odoo-http", *arguments, *paths],
        env=databases.odoo_environment(),
        out=out,
    )


def run_tours(paths=()):
    """The tests that need a browser: files named for tours or for JavaScript."""
    found = [*ODOO_TESTS.rglob("test_*tour*.py"), *ODOO_TESTS.rglob("test_*_js.py")]
    return run_odoo_tests(paths or found)


@contextlib.contextmanager
def copy_of_addon():
    """A database of this run's own, with the add-on as it is now."""
    name = databases.run_name()
    databases.copy_addon(name)
    try:
        yield name
    finally:
        if os.environ.get("KEEP"):
            print(f"Kept: database {name}")
        else:
            databases.drop(name)


def pytest(arguments, env=None, cwd=settings.REPO, out=None):
    """Run pytest, pass its words on, and return its Tally."""
    command = [settings.VENV_PYTHON, "-m", "pytest", *arguments, *extra_arguments()]
    command += ["-o", f"cache_dir={settings.CACHE / 'pytest'}"]
    command += ["--color=yes"] if sys.stdout.isatty() else []
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=env or settings.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        closing = pass_on(process.stdout, out or sys.stdout)
        code = process.wait()
    finally:
        process.wait()
    if code == NOTHING_COLLECTED and extra_arguments():
        return Tally()
    return tally(closing, code)


def pass_on(stream, out):
    closing = ""
    for line in stream:
        out.write(line)
        out.flush()
        closing = line if counts(line) is not None else closing
    return closing


# --- all of it ------------------------------------------------------------------------


@dataclass(frozen=True)
class Suite:
    title: str
    folder: Path
    without: tuple
    run: Callable


SUITES = (
    Suite("The arithmetic, without Odoo", ENGINE_TESTS, (), run_engine_tests),
    Suite("On a real database", ODOO_TESTS, (ENGINE_TESTS, APP_TESTS), run_odoo_tests),
    Suite("Beside other apps", APP_TESTS, (), run_app_tests),
    Suite("Set-up, install and uninstall", SCRIPT_TESTS, (), run_script_tests),
)


def run_all():
    """Every suite, even after a failure, then the total."""
    chosen = chosen_paths()
    total = Tally()
    for suite in SUITES:
        paths = paths_within(suite.folder, chosen, suite.without)
        if chosen and not paths:
            continue
        print(f"\n--- {suite.title} ---", flush=True)
        total += suite.run(paths)
    write_stamp(TOTAL, json.dumps([total.passed, total.failed]))
    return finish(total)


def forget_total():
    """So that a run that breaks off can't be taken for the one before."""
    drop_stamp(TOTAL)


def show_total():
    """What the last run of all tests came to; a lint that failed counts as one more."""
    text = read_stamp(TOTAL)
    total = Tally(*json.loads(text)) if text else Tally(0, 1)
    if read_stamp(lint.STAMP) != lint.GOOD:
        total += Tally(0, 1)
    return finish(total)


def run_one(run):
    chosen = chosen_paths()
    return finish(run(chosen))


def finish(total):
    print(f"\n{total}", flush=True)
    return 1 if total.failed or not total.passed else 0
