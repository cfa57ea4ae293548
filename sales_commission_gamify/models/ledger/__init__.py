from . import dated, fact  # isort: skip  (the others inherit from them)
from . import (
    account_move,
    attainment,
    credit,
    earning,
    facts,
    gap,
    looks,
    period,
    plan,
    quota,
    run,
)
