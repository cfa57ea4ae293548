from . import account_move, achievement, component, measure, split, split_document
