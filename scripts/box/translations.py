"""The template that translators start from."""

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
    return result.returncode
