from . import dated, fact  # isort: skip  (the others inherit from them)
from . import (
    attainment,
    credit,
    document,
    earning,
    facts,
    gap,
    hierarchy,
    looks,
    period,
    plan,
    quota,
    run,
)
from . import reach  # isort: skip  (it narrows the run)
from . import override  # isort: skip  (a second pass of the run)
