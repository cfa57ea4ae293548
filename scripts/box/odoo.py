"""Odoo itself: found where ODOO_HOME says, or unpacked from Debian's package."""

import gzip
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from . import apt, node, settings
from .steps import Step, StepFailed, read_stamp, write_stamp

ROOT = settings.CACHE / "odoo"
DIST = "usr/lib/python3/dist-packages"

# Odoo has been packaged for Debian's unstable suite only. The package holds links into
# others instead of copies of their files: these are the ones that hold those files.
ODOO_SUITES = ("sid", "bookworm")
PACKAGES = (
    "odoo-19/sid",
    "fonts-montserrat/sid",
    "libjs-jquery/bookworm",
    "libjs-jquery-form/bookworm",
    "libjs-underscore/bookworm",
    "fonts-font-awesome/bookworm",
    "fonts-roboto-unhinted/bookworm",
    "fonts-inconsolata/bookworm",
    "fonts-ocr-b/bookworm",
)

# Debian leaves this file out. The web client asks for it with every page, and the
# failed request is a console error, which fails every browser tour.
SEGMENTATION = "@mediapipe/selfie_segmentation@0.1.1675465747"
SEGMENTATION_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class Odoo:
    python_path: Path
    addons_paths: tuple

    def environment(self):
        others = os.environ.get("PYTHONPATH")
        path = f"{self.python_path}{os.pathsep}{others}" if others else self.python_path
        return {"PYTHONPATH": str(path)}


def layout(home):
    """Where the core and the add-ons lie, in a checkout or in an unpacked package."""
    for base in (home, home / DIST):
        if (base / "odoo" / "release.py").is_file():
            folders = (base / "addons", base / "odoo" / "addons")
            return Odoo(base, tuple(folder for folder in folders if folder.is_dir()))
    return None


def found():
    """The Odoo to run, or None as long as there is none."""
    given = os.environ.get("ODOO_HOME")
    if not given:
        return layout(ROOT)
    odoo = layout(Path(given).expanduser().resolve())
    if odoo is None:
        raise settings.SettingsError(f"ODOO_HOME={given} holds no Odoo.")
    return odoo


def version():
    """Tells one Odoo from another: each gets databases of its own."""
    if os.environ.get("ODOO_HOME"):
        return f"{found().python_path}:{checkout_revision(found().python_path)}"
    return read_stamp("odoo") or ""


def checkout_revision(folder):
    result = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() if result.returncode == 0 else ""


def is_done():
    if os.environ.get("ODOO_HOME"):
        return found() is not None
    return read_stamp("odoo") is not None and layout(ROOT) is not None


def make(log):
    building = ROOT.with_name("odoo.building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(ROOT, ignore_errors=True)
    debian = apt.other_release(log, *ODOO_SUITES)
    debian.unpack(log, PACKAGES, building)
    add_segmentation(log, building)
    check_links(log, building)
    building.rename(ROOT)
    write_stamp("odoo", package_version(ROOT))


def package_version(root):
    """Debian's changelog opens with `odoo-19 (19.0.0+dfsg-1) unstable; ...`."""
    changelog = root / "usr/share/doc/odoo-19/changelog.Debian.gz"
    with gzip.open(changelog, "rt", encoding="utf-8") as stream:
        return stream.readline().split(")")[0].partition("(")[2]


def check_links(log, root):
    links = (path for path in root.rglob("*") if path.is_symlink())
    broken = [path for path in links if not path.exists()]
    for path in broken:
        log.write(f"link to nowhere: {path.relative_to(root)} -> {os.readlink(path)}")
    if broken:
        raise StepFailed(f"{len(broken)} files of Odoo are links to nowhere")


def add_segmentation(log, root):
    target = root / DIST / "odoo/addons" / SEGMENTATION_FILE
    if target.exists():
        return
    archive = node.pack(log, SEGMENTATION)
    with tarfile.open(archive) as package:
        member = package.extractfile("package/selfie_segmentation.js")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(member.read())


STEP = Step(
    name="odoo",
    title="Odoo 19",
    is_done=is_done,
    make=make,
    advice="check that apt reaches its mirror, or point ODOO_HOME at an Odoo 19 "
    "(a checkout or an unpacked package).",
)
