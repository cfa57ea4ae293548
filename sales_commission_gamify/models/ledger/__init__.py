from . import dated, fact  # isort: skip  (the others inherit from them)
from . import (
    account_move,
    attainment,
    credit,
    earning,
    facts,
    gap,
    hierarchy,
    period,
    plan,
    run,
)
from . import override  # isort: skip  (a second pass of the run)
