"""axe-core, which looks for what keeps people from using a page. For tests only: it is
under the MPL and no part of the add-on."""

import base64
import hashlib
import tarfile

from . import node, settings
from .steps import Step, StepFailed

VERSION = "4.14.1"
INTEGRITY = (
    "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe"
    "37OgudVGtQ=="
)
SCRIPT = settings.CACHE / "axe" / f"axe-{VERSION}.js"
# Where tests look for it
VARIABLE = "SCG_AXE"


def is_done():
    return SCRIPT.exists()


def make(log):
    archive = node.pack(log, f"axe-core@{VERSION}")
    digest = hashlib.sha512(archive.read_bytes()).digest()
    if f"sha512-{base64.b64encode(digest).decode()}" != INTEGRITY:
        raise StepFailed(f"{archive} is not what axe-core {VERSION} was")
    SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as package:
        SCRIPT.write_bytes(package.extractfile("package/axe.min.js").read())


STEP = Step(
    name="axe",
    title="axe-core, for tests of pages",
    is_done=is_done,
    make=make,
    advice="check that npm reaches its registry.",
)
