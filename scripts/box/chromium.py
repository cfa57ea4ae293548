"""A browser for the tours and for screenshots: the machine's, or one in the cache."""

import subprocess
from pathlib import Path

from . import settings, unpacked
from .steps import Step, StepFailed, read_stamp, write_stamp

ROOT = settings.CACHE / "chromium"

# The names under which Odoo's own test launcher looks for a browser, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")

# Roboto is what Odoo's pages ask for first; without it digits come from the emoji.
PACKAGES = (
    "chromium",
    "fonts-dejavu-core",
    "fonts-noto-color-emoji",
    "fonts-roboto-unhinted",
)


def program():
    """What to start, once the step is done."""
    return unpacked.on_machine(*NAMES) or str(unpacked.wrapper("chromium"))


def is_done():
    return read_stamp("chromium") == program() and Path(program()).exists()


def make(log):
    if unpacked.on_machine(*NAMES) is None:
        unpack(log)
    try_it(log)
    write_stamp("chromium", program())


def unpack(log):
    unpacked.unpack(log, PACKAGES, ROOT)
    unpacked.write_wrapper(
        unpacked.wrapper("chromium"),
        ROOT,
        "usr/lib/chromium/chromium",
        # the sandbox's helper has to belong to root, which unpacking can't give it
        "--no-sandbox",
    )


def try_it(log):
    """The first start takes longest: Odoo's tests would take it for a failure."""
    command = [program(), "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--disable-dev-shm-usage", "--dump-dom"]
    command += ["data:text/html,<p id=ok>page</p>"]
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepFailed(f"{program()} doesn't start: {error}") from error
    log.write(result.stdout + result.stderr)
    if "page" not in result.stdout:
        raise StepFailed(f"{program()} doesn't show a page")


STEP = Step(
    name="chromium",
    title="Chromium",
    is_done=is_done,
    make=make,
    advice="install a browser that works (as root: apt-get install chromium), then "
    "call the same target again.",
)
