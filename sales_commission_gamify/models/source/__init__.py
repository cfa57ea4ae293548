from . import account_move, measure
