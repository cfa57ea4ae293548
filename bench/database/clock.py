"""Seconds and megabytes of a process."""

import contextlib
import os
import statistics
import time
from pathlib import Path


class Clock:
    """What each part of something took, over several repetitions."""

    def __init__(self):
        self.seconds = {}

    @contextlib.contextmanager
    def of(self, name):
        started = time.perf_counter()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)

    def median(self, name):
        return statistics.median(self.seconds[name])

    def medians(self):
        return {f"{name}_seconds": round(self.median(name), 3) for name in self.seconds}


def peak_megabytes():
    """The most memory that this process ever held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    raise OSError("/proc/self/status has no VmHWM")


def load():
    return [round(value, 2) for value in os.getloadavg()]
