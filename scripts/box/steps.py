"""Steps that are done once, say what they do, and name themselves when they fail."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import settings

TERMINAL_SECONDS = 0.5
FILE_SECONDS = 30
TAIL_LINES = 15


class StepFailed(Exception):
    """Something a step needs went wrong; the message says what and how to go on."""


class Log:
    """The log file of one step, and the commands that write into it."""

    def __init__(self, name):
        settings.LOGS.mkdir(parents=True, exist_ok=True)
        self.path = settings.LOGS / f"{name}.log"
        self.path.write_text("", encoding="utf-8")

    def write(self, line):
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(line.rstrip("\n") + "\n")

    def run(self, command, **options):
        """Run the command with its output in the log; raise StepFailed if it fails."""
        command = [str(part) for part in command]
        self.write("$ " + " ".join(command))
        with self.path.open("a", encoding="utf-8") as stream:
            options.setdefault("stdin", subprocess.DEVNULL)
            try:
                result = subprocess.run(
                    command, stdout=stream, stderr=subprocess.STDOUT, **options
                )
            except OSError as error:
                raise StepFailed(f"{command[0]} can't be run: {error}") from error
        if result.returncode:
            name = os.path.basename(command[0])
            raise StepFailed(f"{name} ended with code {result.returncode}")

    def read(self):
        return self.path.read_text(encoding="utf-8", errors="replace")

    def tail(self, count=TAIL_LINES):
        return self.read().splitlines()[-count:]


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    is_done: Callable[[], bool]
    make: Callable[[Log], None]
    advice: str = ""


def run_steps(steps, quiet=False):
    """Do what is missing, in order; quiet says nothing when nothing is."""
    if quiet and all(step.is_done() for step in steps):
        return
    for number, step in enumerate(steps, 1):
        run_step(step, f"[{number}/{len(steps)}]")


def run_step(step, prefix=""):
    label = f"{prefix} {step.title}".strip()
    if step.is_done():
        print(f"{label}: ready", flush=True)
        return
    with lock(f"step-{step.name}", waiting=f"{label}: another run is at it, waiting"):
        if step.is_done():
            print(f"{label}: ready", flush=True)
            return
        make_step(step, label)


def make_step(step, label):
    log = Log(step.name)
    started = time.monotonic()
    with progress(label, log):
        try:
            step.make(log)
        except StepFailed as failure:
            raise StepFailed(describe_failure(step, log, failure)) from failure
    print(f"{label}: done ({time.monotonic() - started:.0f} s)", flush=True)


def describe_failure(step, log, failure):
    lines = [f"The step '{step.title}' failed: {failure}", ""]
    lines += ["    " + line for line in log.tail()]
    lines += ["", f"Full log: {log.path}"]
    lines += [f"How to go on: {step.advice}"] if step.advice else []
    lines += ["What was finished is kept: the same command goes on from here."]
    return "\n".join(lines)


@contextlib.contextmanager
def progress(label, log):
    """Show that a long step is alive: a moving line, or new ones in a file."""
    print(f"{label} ...", end="" if sys.stdout.isatty() else "\n", flush=True)
    stop = threading.Event()
    show = move_line if sys.stdout.isatty() else add_line
    ticker = threading.Thread(target=show, args=(label, log, stop), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        stop.set()
        ticker.join()
        if sys.stdout.isatty():
            print("\r\033[K", end="", flush=True)


def move_line(label, log, stop):
    started = time.monotonic()
    while not stop.wait(TERMINAL_SECONDS):
        last = (log.tail(1) or [""])[0][:60]
        seconds = time.monotonic() - started
        print(f"\r\033[K{label} ... {seconds:.0f} s  {last}", end="", flush=True)


def add_line(label, log, stop):
    started = time.monotonic()
    while not stop.wait(FILE_SECONDS):
        print(f"{label} ... {time.monotonic() - started:.0f} s", flush=True)


@contextlib.contextmanager
def lock(name, waiting="", shared=False):
    """Hold a lock between processes; say so when another one has it."""
    settings.CACHE.joinpath("locks").mkdir(parents=True, exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with settings.CACHE.joinpath("locks", name).open("w") as stream:
        try:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                print(waiting, flush=True)
            fcntl.flock(stream, kind)
        yield


@contextlib.contextmanager
def try_lock(name):
    """Hold the lock if nobody else does; tells whether it does."""
    with settings.CACHE.joinpath("locks", name).open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def stamp_path(name):
    return settings.STAMPS / name


def read_stamp(name):
    try:
        return stamp_path(name).read_text(encoding="utf-8")
    except OSError:
        return None


def write_stamp(name, text="done"):
    """Written in one go, so that an interrupted step never looks finished."""
    settings.STAMPS.mkdir(parents=True, exist_ok=True)
    fresh = stamp_path(f"{name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(stamp_path(name))


def drop_stamp(name):
    stamp_path(name).unlink(missing_ok=True)


def stop_process(pid, seconds=20):
    """Ask the process to end, insist after a while."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not is_alive(pid):
                return
            time.sleep(0.1)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
