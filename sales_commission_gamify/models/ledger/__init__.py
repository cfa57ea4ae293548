from . import dated, fact  # isort: skip  (the others inherit from them)
from . import (
    attainment,
    credit,
    document,
    earning,
    facts,
    gap,
    looks,
    period,
    plan,
    quota,
    run,
)
