"""The most memory that a process needs to compute a whole year from nothing; and how
long it takes to read a year once it is there."""

import time
from datetime import date

from .clock import Clock, peak_megabytes
from .plans import create_plans
from .sizes import LAST_DAY

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
    clock = Clock(env.cr)
    with clock.of("sweep"):  # one that finds nothing
        env["sales.commission.run"]._cron_sweep()
    with_sweep = peak_megabytes()
    for name, until in (("month", date(2025, 1, 31)), ("year", LAST_DAY)):
        with clock.of(f"collected_{name}"):  # what is paid of all that is credited
            env["sales.commission.measure"]._read_collected(
                plans[0].component_ids, until, until
            )
    return {
        "publishing_seconds": round(published, 1),
        "seconds": round(seconds, 1),
        "before_megabytes": before,
        "peak_megabytes": peak,
        **clock.medians(),
        "peak_with_sweep_megabytes": with_sweep,
        "limit_megabytes": LIMIT_MEGABYTES,
        "credits": env["sales.commission.credit"].search_count([]),
        "earnings": env["sales.commission.earning"].search_count([]),
    }
