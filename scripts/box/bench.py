"""How long the add-on takes on a database of a given size; results are kept."""

import json
import os
import platform
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from . import databases, odoo, settings
from .steps import Log, Step, lock, run_steps

BENCH = settings.REPO / "bench"
RESULTS = BENCH / "results"
SIZES = ("S", "M", "L")
# Each in a process of its own, on a fresh copy of the filled database.
MEASURES = (
    "crediting",
    "memory",
    "posting",
    "standings",
    "program",
    "pages",
    "whatif",
)
# Tables of Odoo's own that an installation must not rewrite.
ODOO_TABLES = ("account_move", "account_move_line", "sale_order", "sale_order_line")
GENERATOR = ("sizes.py", "company.py", "models.py", "documents.py")


def chosen_size(env=None):
    size = (os.environ if env is None else env).get("SIZE") or "S"
    if size not in SIZES:
        raise settings.SettingsError(f"SIZE={size}: one of {', '.join(SIZES)}.")
    return size


def chosen_measures(env=None):
    text = (os.environ if env is None else env).get("ONLY")
    known = ("install", *MEASURES)
    chosen = text.split() if text else known
    for name in chosen:
        if name not in known:
            raise settings.SettingsError(f"ONLY={name}: some of {' '.join(known)}.")
    return [name for name in chosen if name == "install" or is_there(name)]


def is_there(measure):
    return (BENCH / "database" / f"{measure}.py").exists()


def run():
    size, chosen = chosen_size(), chosen_measures()
    run_steps([fill_step(size)], quiet=True)
    for name in chosen:
        figures = measure(name, size)
        keep(name, size, figures)
        print(f"{name} {size}: {json.dumps(figures)}", flush=True)
    return 0


# --- the filled database ------------------------------------------------------------


def filled_prefix(size):
    return f"{databases.prefix()}bench_{size.lower()}_"


def filled_name(size):
    texts = [(BENCH / "database" / name).read_text("utf-8") for name in GENERATOR]
    key = databases.fingerprint(odoo.version(), *settings.TEMPLATE_MODULES, *texts)
    return filled_prefix(size) + key


def fill_step(size):
    """Without the add-on, so that installing it can be measured, too."""

    def make(log):
        building = f"{filled_prefix(size)}building"
        databases.drop(building)
        databases.copy(databases.template_name(), building)
        fill(log, building, size)
        forget_others(size)
        databases.rename(building, filled_name(size))

    return Step(
        name=f"bench-{size.lower()}",
        title=f"Database of size {size}",
        is_done=lambda: databases.exists(filled_name(size)),
        make=make,
        advice="the log tells what went wrong; the next call starts this step anew.",
    )


def fill(log, name, size):
    environment = {"SCG_BENCH": str(BENCH), "SCG_SIZE": size}
    script = settings.REPO / "scripts" / "shell" / "bench_fill.py"
    databases.run_script(log, name, script, environment)
    databases.sql("VACUUM ANALYZE", database=name)


def forget_others(size):
    """Those that an earlier generator filled."""
    rows = databases.sql(
        "SELECT datname FROM pg_database"
        f" WHERE starts_with(datname, '{filled_prefix(size)}')"
    )
    for (name,) in rows:
        if not name.endswith("_building"):
            databases.drop(name)


# --- measuring ------------------------------------------------------------------------


def measure(name, size):
    """The figures, and how busy the machine was."""
    database = databases.run_name()
    log = Log(f"bench-{name}-{size.lower()}")
    with lock("bench", waiting="Another measurement is under way, waiting"):
        print(f"{name} {size} ...", flush=True)
        databases.copy(filled_name(size), database)
        try:
            before = busy()
            figures = install(log, database)
            if name != "install":
                figures = measure_in_shell(log, name, database, size)
            return {**figures, "load_before": before, "load_after": busy()}
        finally:
            databases.drop(database)


def install(log, database):
    """Seconds it takes beside all these documents; their tables stay as they are."""
    before = files_of(database)
    started = time.monotonic()
    databases.install(log, database, [settings.ADDON])
    seconds = time.monotonic() - started
    after = files_of(database)
    rewritten = [table for table in ODOO_TABLES if before[table] != after[table]]
    databases.sql("VACUUM ANALYZE", database=database)
    return {"seconds": round(seconds, 1), **rewritten_figures(database, rewritten)}


def files_of(database):
    """The file of each table: PostgreSQL takes a new one when it rewrites a table."""
    tables = ", ".join(f"'{table}'" for table in ODOO_TABLES)
    rows = databases.sql(
        "SELECT relname, pg_relation_filenode(oid) FROM pg_class"
        f" WHERE relname IN ({tables}) AND relkind = 'r'",
        database=database,
    )
    return dict(rows)


def rewritten_figures(database, rewritten):
    """What was rewritten as a whole, and how many rows were updated one by one."""
    rows = databases.sql(
        "SELECT COALESCE(SUM(n_tup_upd), 0), COALESCE(SUM(n_live_tup), 0)"
        " FROM pg_stat_user_tables WHERE relname IN"
        f" ({', '.join(repr(table) for table in ODOO_TABLES)})",
        database=database,
    )
    [(updated, rows_there)] = rows
    return {
        "tables_rewritten": rewritten,
        "rows_updated": int(updated),
        "rows": int(rows_there),
    }


def measure_in_shell(log, name, database, size):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        environment = {
            "SCG_BENCH": str(BENCH),
            "SCG_MEASURE": name,
            "SCG_RESULTS": str(path),
            "SCG_SIZE": size,
        }
        script = settings.REPO / "scripts" / "shell" / "bench_measure.py"
        databases.run_script(log, database, script, environment)
        return json.loads(path.read_text("utf-8"))


def busy():
    return [round(value, 2) for value in os.getloadavg()]


# --- what is kept ---------------------------------------------------------------------


def keep(name, size, figures):
    RESULTS.mkdir(exist_ok=True)
    result = {
        "date": datetime.now(timezone.utc).isoformat(timespec="minutes"),
        "size": size,
        "machine": machine(),
        **figures,
    }
    path = RESULTS / f"{name}-{size}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    [(version,)] = databases.sql("SHOW server_version")
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gigabytes": round(memory / 2**30),
        "postgresql": version.split()[0],
        "python": platform.python_version(),
        "odoo": odoo.version(),
    }
