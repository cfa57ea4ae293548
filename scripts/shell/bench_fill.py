"""Fed to Odoo's shell: fill a database without the add-on with a year of sales."""

import os
import sys

sys.path.insert(0, os.environ["SCG_BENCH"])
from database.company import Company
from database.documents import Documents
from database.sizes import SIZES

size = SIZES[os.environ["SCG_SIZE"]]
lines = Documents(Company(env, size)).fill()  # noqa: F821
assert lines == size.lines, f"{lines} lines instead of {size.lines}"
env.cr.commit()  # noqa: F821
