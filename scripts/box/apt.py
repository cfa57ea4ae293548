"""Debian packages unpacked into the cache: no root rights, no change to the machine.

apt is used with its own lists, sources and archive folder. The addresses and keys are
those of the machine's own sources, so that mirrors and proxies keep working.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from . import settings
from .steps import StepFailed, lock

SOURCES_DIR = Path("/etc/apt")
APT_DIR = settings.CACHE / "apt"
UPDATE_HOOKS = ("Pre-Invoke", "Post-Invoke", "Post-Invoke-Success")


@dataclass(frozen=True)
class Source:
    uris: tuple
    suites: tuple
    components: tuple
    signed_by: str = ""

    def line(self):
        option = f"[signed-by={self.signed_by}] " if self.signed_by else ""
        return "\n".join(
            f"deb {option}{uri} {suite} {' '.join(self.components)}"
            for uri in self.uris
            for suite in self.suites
        )


def parse_deb822(text):
    """Sources out of a `.sources` file."""
    sources = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = parse_fields(paragraph)
        wanted = "deb" in fields.get("types", "").split()
        if wanted and fields.get("enabled", "yes").lower() not in ("no", "false"):
            sources.append(
                Source(
                    uris=tuple(fields.get("uris", "").split()),
                    suites=tuple(fields.get("suites", "").split()),
                    components=tuple(fields.get("components", "").split()),
                    signed_by=signed_by_path(fields.get("signed-by", "")),
                )
            )
    return sources


def parse_fields(paragraph):
    fields, name = {}, ""
    for line in paragraph.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] in " \t":
            fields[name] = fields.get(name, "") + "\n" + line.strip()
        else:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def signed_by_path(value):
    """A key written into the sources file itself can't be named by path: leave it."""
    return value if value.startswith("/") and "\n" not in value else ""


def parse_one_line(text):
    """Sources out of a `.list` file."""
    sources = []
    for line in text.splitlines():
        found = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if found:
            options = dict(
                option.split("=", 1)
                for option in (found[1] or "").split()
                if "=" in option
            )
            sources.append(
                Source(
                    uris=(found[2],),
                    suites=(found[3],),
                    components=tuple(found[4].split()),
                    signed_by=options.get("signed-by", ""),
                )
            )
    return sources


def machine_sources(folder=SOURCES_DIR):
    sources = []
    for path in sorted([folder / "sources.list", *folder.glob("sources.list.d/*")]):
        if path.suffix == ".sources" and path.is_file():
            sources += parse_deb822(path.read_text(encoding="utf-8"))
        elif path.suffix == ".list" and path.is_file():
            sources += parse_one_line(path.read_text(encoding="utf-8"))
    return sources


def machine_codename(os_release=Path("/etc/os-release")):
    for line in os_release.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name == "VERSION_CODENAME":
            return value.strip().strip('"')
    return ""


def of_release(sources, codename):
    """Debian's own sources: third parties may be broken or away."""
    kept = []
    for source in sources:
        suites = tuple(
            suite
            for suite in source.suites
            if suite in (codename, f"{codename}-updates", f"{codename}-security")
        )
        if suites and "main" in source.components:
            kept.append(replace(source, suites=suites, components=("main",)))
    return kept


def main_source(sources, codename):
    for source in of_release(sources, codename):
        if codename in source.suites:
            return source
    raise StepFailed(
        "apt's sources don't name Debian's own archive, so packages can't be fetched"
    )


def for_suites(sources, codename, *suites):
    """The same archive, other suites."""
    return [replace(main_source(sources, codename), suites=suites)]


class Apt:
    """apt-get with lists and sources of its own, below the cache folder."""

    def __init__(self, name, sources):
        self.folder = APT_DIR / name
        self.sources = sources

    def command(self, *arguments):
        return ["apt-get", "-c", self.folder / "apt.conf", "-q", "-y", *arguments]

    def configuration(self):
        """Hooks are cleared because they work on the machine's own lists."""
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferences": "-",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "APT::Sandbox::User": "root",
            "Debug::NoLocking": "1",
            "Acquire::Retries": "3",
            # a mirror may lag behind; what it holds is signed all the same
            "Acquire::Check-Valid-Until": "false",
            "Acquire::Languages": "none",
        }
        lines = [f'{name} "{value}";' for name, value in options.items()]
        lines += [f"#clear APT::Update::{hook};" for hook in UPDATE_HOOKS]
        return "\n".join(lines) + "\n"

    def update(self, log):
        if not shutil.which("apt-get"):
            raise StepFailed(
                "there is no apt-get here; give ODOO_HOME and PGHOST instead"
            )
        with lock("apt"):
            self.fetch_lists(log)

    def fetch_lists(self, log):
        for name in ("lists/partial", "cache/archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        text = "\n".join(source.line() for source in self.sources) + "\n"
        (self.folder / "sources.list").write_text(text, encoding="utf-8")
        (self.folder / "apt.conf").write_text(self.configuration(), encoding="utf-8")
        log.run(self.command("update"))

    def needed(self, *packages):
        """What has to be unpacked for the packages, beside what is installed."""
        command = self.command("-s", "--no-install-recommends", "install", *packages)
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise StepFailed(f"apt can't resolve {packages}: {result.stderr.strip()}")
        return re.findall(r"^Inst (\S+)", result.stdout, re.MULTILINE)

    def unpack(self, log, packages, root):
        """Download the packages and unpack them below root."""
        folder = self.folder / f"debs-{root.name}"
        folder.mkdir(parents=True, exist_ok=True)
        log.run(self.command("download", *packages), cwd=folder)
        for package in packages:
            log.run(["dpkg", "-x", newest(folder, package), root])
        shutil.rmtree(folder)


def newest(folder, package):
    name = package.split("/")[0].split(":")[0]
    found = sorted(folder.glob(f"{name}_*.deb"), key=os.path.getmtime)
    if not found:
        raise StepFailed(f"apt downloaded no file for {name}")
    return found[-1]


def own_release(log):
    """apt for the release that this machine runs."""
    sources = of_release(machine_sources(), machine_codename())
    main_source(sources, machine_codename())
    return updated(Apt("own", sources), log)


def other_release(log, *suites):
    """apt for other suites of the same archive."""
    codename = machine_codename()
    sources = for_suites(machine_sources(), codename, *suites)
    return updated(Apt("-".join(suites), sources), log)


def updated(apt, log):
    apt.update(log)
    return apt
