from . import (
    account_move,
    account_partial_reconcile,
    delivery,
    earning,
    exception,
    payroll_column,
    period,
    res_company,
    res_config_settings,
    statement,
    statement_documents,
    statement_draft,
    statement_entry,
    statement_line,
    statement_paper,
)
from . import acceptance  # isort: skip  (it extends the statement)
from . import closing  # isort: skip  (it extends the period)
from . import delivery_mail, payroll  # isort: skip  (they extend both)
