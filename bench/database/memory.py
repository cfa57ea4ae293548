"""The most memory that a process needs to compute a whole year from nothing."""

import time

from .clock import peak_megabytes
from .plans import create_plans

LIMIT_MEGABYTES = 500


def measure(env):
    plans = create_plans(env)
    env.cr.commit()
    before = peak_megabytes()
    started = time.perf_counter()
    plans.action_publish()
    env.cr.commit()
    published = time.perf_counter() - started
    # what the scheduler does until nothing waits
    env["sales.commission.run"]._cron_history()
    env.cr.commit()
    seconds = time.perf_counter() - started
    unfinished = env["sales.commission.run"].search_count([("state", "!=", "done")])
    assert not unfinished, f"{unfinished} runs are not done"
    peak = peak_megabytes()
    started = time.perf_counter()
    env["sales.commission.run"]._cron_sweep()
    swept = time.perf_counter() - started
    return {
        "publishing_seconds": round(published, 1),
        "seconds": round(seconds, 1),
        "before_megabytes": before,
        "peak_megabytes": peak,
        "sweep_seconds": round(swept, 1),  # one that finds nothing
        "peak_with_sweep_megabytes": peak_megabytes(),
        "limit_megabytes": LIMIT_MEGABYTES,
        "credits": env["sales.commission.credit"].search_count([]),
        "earnings": env["sales.commission.earning"].search_count([]),
    }
