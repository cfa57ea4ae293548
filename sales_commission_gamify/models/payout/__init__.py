from . import (
    account_move,
    account_partial_reconcile,
    dispute,
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
from . import closing  # isort: skip  (it extends the period)
from . import (  # isort: skip  (they extend the statement)
    acceptance,
    draw_movement,
    draw_balance,
    draw_forgive,
    draw_statement,
)
from . import adjustment, statement_adjustment  # isort: skip  (they extend the line)
from . import dispute_answer, dispute_links  # isort: skip  (they extend the line)
