"""The Python packages, in a virtual environment of their own."""

import hashlib
import importlib.util
import shutil
import sys

from . import apt, node, settings
from .steps import Step, StepFailed, read_stamp, write_stamp

SUPPORTED = ((3, 10), (3, 13))


def wanted():
    """What the environment was filled with: a change here fills it again."""
    text = settings.REQUIREMENTS.read_text(encoding="utf-8")
    return hashlib.sha256(f"{sys.version}\n{text}".encode()).hexdigest()


def is_done():
    return read_stamp("venv-packages") == wanted() and settings.VENV_PYTHON.exists()


def make(log):
    """New pins are installed in place, because other runs may be using it."""
    check_version()
    if read_stamp("venv") != sys.version or not settings.VENV_PYTHON.exists():
        shutil.rmtree(settings.VENV, ignore_errors=True)
        create(log)
        write_stamp("venv", sys.version)
    log.run(
        [settings.VENV_PYTHON, "-m", "pip", "install", "--no-input"]
        + ["--disable-pip-version-check", "-r", settings.REQUIREMENTS]
    )
    node.write_tools()
    write_stamp("venv-packages", wanted())


def check_version():
    low, high = SUPPORTED
    if not low <= sys.version_info[:2] <= high:
        raise StepFailed(
            f"Odoo 19 runs on Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, this is "
            f"{sys.version.split()[0]}; choose another one: make PYTHON=python3.11 ..."
        )


def create(log):
    if has_ensurepip():
        log.run([sys.executable, "-m", "venv", settings.VENV])
    else:
        log.run([sys.executable, "-m", "venv", "--without-pip", settings.VENV])
        install_pip(log)


def has_ensurepip():
    """Debian leaves ensurepip out of Python unless python3-venv is installed."""
    return importlib.util.find_spec("ensurepip") is not None


def install_pip(log):
    root = settings.CACHE / "pip"
    own = apt.own_release(log)
    own.unpack(log, ["python3-pip-whl"], root)
    wheels = sorted((root / "usr/share/python-wheels").glob("pip-*.whl"))
    if not wheels:
        raise StepFailed("Debian's package python3-pip-whl holds no pip")
    pip = f"{wheels[-1]}/pip"
    log.run([settings.VENV_PYTHON, pip, "install", "--no-input", "pip", "setuptools"])


STEP = Step(
    name="venv",
    title="Python packages",
    is_done=is_done,
    make=make,
    advice="check that pip reaches its package index, and apt its mirror where "
    "python3-venv isn't installed; then call the same target again.",
)
