import os
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# nothing is written beside the code; the same examples each time, unless asked to
# look for new ones: HYPOTHESIS_PROFILE=search
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")
settings.register_profile("fixed", database=None, derandomize=True, deadline=None)
settings.register_profile(
    "search", database=None, max_examples=2000, deadline=None, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
