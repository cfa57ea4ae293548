"""The template that translators start from, and the languages brought up to it."""

import subprocess

from . import checks, databases, settings


def export():
    with checks.copy_of_addon() as name:
        command = databases.odoo_command(
            *["i18n", "export", "-d", name, settings.ADDON]
        )
        result = subprocess.run(
            [str(part) for part in command],
            env=databases.odoo_environment(),
            cwd=settings.CACHE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    print(settings.ADDON_DIR / "i18n" / f"{settings.ADDON}.pot")
    return result.returncode or merge_languages()


def merge_languages():
    command = [settings.VENV_PYTHON, "-m", "box.languages"]
    return subprocess.run(
        command, cwd=settings.REPO / "scripts", check=False
    ).returncode
