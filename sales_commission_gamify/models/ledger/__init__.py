from . import fact  # isort: skip  (the others inherit from it)
from . import account_move, attainment, credit, earning, gap, period, plan, run
