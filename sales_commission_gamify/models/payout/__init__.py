from . import (
    account_move,
    account_partial_reconcile,
    earning,
    exception,
    held,
    payable,
    period,
    res_company,
    res_config_settings,
    statement,
    statement_draft,
    statement_entry,
    statement_line,
)
from . import acceptance  # isort: skip  (it extends the statement)
from . import closing  # isort: skip  (it extends the period)
from . import statement_payable  # isort: skip  (it extends the statement)
