"""Fed to Odoo's shell: measure one thing and write what it came to into a file."""

import importlib
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["SCG_BENCH"])
module = importlib.import_module(f"database.{os.environ['SCG_MEASURE']}")
result = module.measure(env)  # noqa: F821
Path(os.environ["SCG_RESULTS"]).write_text(json.dumps(result), encoding="utf-8")
