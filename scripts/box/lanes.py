"""Sharing test files out, so that each of the machine's processors has its part."""

import os
import re

# More than four would wait for one PostgreSQL.
MOST = 4
TEST = re.compile(r"^    def test_", re.MULTILINE)
# A test in a browser takes as long as so many others.
BROWSER = re.compile(r"\b(?:start_tour|browser_js)\(")
BROWSER_WEIGHT = 8


def count():
    return min(os.cpu_count() or 1, MOST)


def split(folder, without=(), into=None):
    """The test files in *folder*, shared out so that the lanes take about equally long.

    :return: one list of files per lane, none of them empty, each in order
    """
    found = {
        path: weight(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("test_*.py"))
        if not any(path.is_relative_to(other) for other in without)
    }
    lanes = [[] for _lane in range(min(into or count(), len(found)) or 1)]
    load = [0] * len(lanes)
    for path in sorted(found, key=found.get, reverse=True):
        lightest = load.index(min(load))
        lanes[lightest].append(path)
        load[lightest] += found[path]
    return [sorted(lane) for lane in lanes]


def weight(text):
    """About how long a file's tests take: they say so by their number."""
    return 1 + len(TEST.findall(text)) + BROWSER_WEIGHT * len(BROWSER.findall(text))
