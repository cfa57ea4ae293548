"""Seconds and megabytes of a process."""

import contextlib
import os
import statistics
import time
from pathlib import Path


class Clock:
    """What each part of something took, over several repetitions.

    :param cr: a cursor, whose server process counts for the processor's time. That time
        is the same when others use the machine, and leaves out what waits for the disk.
    """

    def __init__(self, cr=None):
        self.cr = cr
        self.seconds = {}

    @contextlib.contextmanager
    def of(self, name):
        started, busy = time.perf_counter(), self._processor()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - started)
        if busy is not None:
            self.seconds.setdefault(f"{name}_processor", []).append(
                self._processor() - busy
            )

    def _processor(self):
        """Seconds of this process and the server's; None when that is elsewhere."""
        if not self.cr:
            return None
        self.cr.execute("SELECT pg_backend_pid()")
        [pid] = self.cr.fetchone()
        try:
            name, figures = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
        except OSError:
            return None
        if "postgres" not in name:
            return None
        user, system = figures.split()[11:13]
        ticks = os.sysconf("SC_CLK_TCK")
        return time.process_time() + (int(user) + int(system)) / ticks

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
