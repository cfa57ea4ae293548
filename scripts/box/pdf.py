"""What Odoo prints PDF files with: the machine's wkhtmltopdf, or one in the cache."""

import os
from pathlib import Path

from . import settings, unpacked
from .steps import Step, StepFailed, read_stamp, write_stamp

ROOT = settings.CACHE / "wkhtmltopdf"
NAME = "wkhtmltopdf"
PACKAGES = (NAME, "fonts-dejavu-core")
# Debian builds it with a Qt that would look for a screen.
WITHOUT_SCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def program():
    return unpacked.on_machine(NAME) or str(unpacked.wrapper(NAME))


def is_done():
    return read_stamp(NAME) == program() and Path(program()).exists()


def make(log):
    if unpacked.on_machine(NAME) is None:
        unpack(log)
    try_it(log)
    write_stamp(NAME, program())


def unpack(log):
    unpacked.unpack(log, PACKAGES, ROOT)
    plugins = next(ROOT.glob("usr/lib/*/qt5/plugins"), None)
    if plugins is None:
        raise StepFailed("the package wkhtmltopdf came without Qt's plugins")
    unpacked.write_wrapper(
        unpacked.wrapper(NAME),
        ROOT,
        "usr/bin/wkhtmltopdf",
        QT_PLUGIN_PATH=plugins,
        **WITHOUT_SCREEN,
    )


def try_it(log):
    page = settings.CACHE / "page.html"
    printed = page.with_suffix(".pdf")
    page.write_text("<p>page</p>", encoding="utf-8")
    log.run([program(), "--quiet", page, printed], env={**os.environ, **WITHOUT_SCREEN})
    if not printed.read_bytes().startswith(b"%PDF"):
        raise StepFailed(f"{program()} doesn't print")
    page.unlink()
    printed.unlink()


STEP = Step(
    name=NAME,
    title="PDF printing",
    is_done=is_done,
    make=make,
    advice="install it (as root: apt-get install wkhtmltopdf), then call the same "
    "target again.",
)
