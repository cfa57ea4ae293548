"""Where everything lies and what the caller chose, read from the environment."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

REPO = Path(__file__).resolve().parents[2]
ADDON = "sales_commission_gamify"
ADDON_DIR = REPO / ADDON
REQUIREMENTS = REPO / "scripts" / "requirements.txt"

TEMPLATE_MODULES = (
    "sale_management",
    "sale_margin",
    "hr_gamification",
    "portal",
    "base_automation",
)


class SettingsError(Exception):
    """A setting given by the caller that can't be used."""


def cache_dir():
    return Path(os.environ.get("SCG_CACHE") or REPO / ".cache").expanduser().resolve()


CACHE = cache_dir()
VENV = CACHE / "venv"
VENV_PYTHON = VENV / "bin" / "python"
LOGS = CACHE / "logs"
STAMPS = CACHE / "stamps"
DATA_DIR = CACHE / "odoo-data"
TOOLS_BIN = CACHE / "bin"


def environment():
    """The caller's, but whatever tools leave lying about lands in the cache."""
    return {
        **os.environ,
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
        "NODE_COMPILE_CACHE": str(CACHE / "node"),
        "PYLINTHOME": str(CACHE / "pylint"),
        "PYTHONPYCACHEPREFIX": str(CACHE / "pycache"),
        "RUFF_CACHE_DIR": str(CACHE / "ruff"),
    }


CACHE_TAG = CACHE / "CACHEDIR.TAG"
CACHE_TAG_TEXT = """\
Signature: 8a477f597d28d172789f06886806bc55
# Made by the scripts of sales_commission_gamify; `make clean` removes it.
"""


def mark_cache():
    """A folder is removed later only if it carries this mark."""
    if CACHE_TAG.exists():
        return
    if CACHE.exists() and any(CACHE.iterdir()):
        raise SettingsError(f"{CACHE} holds other files: choose a new SCG_CACHE.")
    CACHE.mkdir(parents=True, exist_ok=True)
    CACHE_TAG.write_text(CACHE_TAG_TEXT, encoding="utf-8")


def check_cache_is_ours():
    tag = CACHE_TAG.read_text(encoding="utf-8") if CACHE_TAG.exists() else ""
    if tag != CACHE_TAG_TEXT:
        raise SettingsError(f"{CACHE} wasn't made by these scripts, so it stays.")


def cache_id():
    """Eight characters that tell this cache folder from any other one."""
    return hashlib.sha256(str(CACHE).encode()).hexdigest()[:8]


def port(default=8069):
    text = os.environ.get("PORT") or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT={text} is not a port number.")
    return int(text)


def port_is_chosen():
    return bool(os.environ.get("PORT"))


def in_ci():
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server; an empty field means libpq's default."""

    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""

    def environment(self):
        pairs = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {name: value for name, value in pairs.items() if value}


def given_server(env=None):
    """The caller's own PostgreSQL, or None when the private one is wanted."""
    env = os.environ if env is None else env
    if env.get("DATABASE_URL"):
        return server_of_url(env["DATABASE_URL"])
    if not env.get("PGHOST") and not env.get("PGPORT"):
        return None
    return Server(
        host=env.get("PGHOST", ""),
        port=env.get("PGPORT", ""),
        user=env.get("PGUSER", ""),
        password=env.get("PGPASSWORD", ""),
    )


def server_of_url(url):
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingsError(
            "DATABASE_URL must look like postgresql://user:password@host:port"
        )
    try:
        number = parts.port
    except ValueError as error:
        raise SettingsError(f"DATABASE_URL has a wrong port: {error}") from error
    in_query = dict(parse_qsl(parts.query))
    return Server(
        host=unquote(parts.hostname or "") or in_query.get("host", ""),
        port=str(number or ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
