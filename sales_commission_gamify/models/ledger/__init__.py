from . import fact  # isort: skip  (the others inherit from it)
from . import account_move, attainment, credit, earning, period, plan, run
