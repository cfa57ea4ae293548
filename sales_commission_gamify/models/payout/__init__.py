from . import (
    account_move,
    account_partial_reconcile,
    earning,
    exception,
    period,
    res_company,
    res_config_settings,
    statement,
    statement_draft,
    statement_entry,
    statement_line,
)
from . import acceptance  # isort: skip  (it extends the statement)
from . import adjustment, statement_adjustment  # isort: skip  (they extend the line)
from . import closing  # isort: skip  (it extends the period)
