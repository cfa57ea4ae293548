from . import (
    account_move,
    account_partial_reconcile,
    period,
    res_company,
    res_config_settings,
    statement,
    statement_line,
)
