from . import (
    account_move,
    account_move_check,
    account_partial_reconcile,
    analytic_distribution_model,
    deferral,
    dispute,
    earning,
    exception,
    expense_rule,
    hr_employee,
    held,
    payable,
    delivery,
    payroll_column,
    period,
    period_entry,
    plan,
    res_company,
    res_config_settings,
    statement,
    statement_documents,
    statement_draft,
    statement_line,
    statement_paper,
)
from . import closing  # isort: skip  (it extends the period)
from . import (  # isort: skip  (they extend the statement)
    acceptance,
    draw_movement,
    draw_balance,
    draw_forgive,
    draw_statement,
    draw_remission,
)
from . import adjustment, statement_adjustment  # isort: skip  (they extend the line)
from . import (  # isort: skip  (they extend the dispute)
    dispute_ask,
    dispute_owner,
    dispute_reminder,
)
from . import dispute_answer, dispute_links  # isort: skip  (they extend the line)
from . import (  # isort: skip  (they extend the statement)
    statement_after_entry,
    statement_bill,
    statement_entry,
    statement_expense,
    statement_negative,
)
from . import statement_payable  # isort: skip  (it extends the statement)
from . import (  # isort: skip  (they extend the statement)
    seal,
    statement_check,
    statement_check_figures,
    statement_check_sums,
    statement_opening,
)
from . import statement_before  # isort: skip  (it extends the line)
from . import delivery_mail, payroll  # isort: skip  (they extend both)
from . import statement_deferral  # isort: skip  (it extends what books them)
from . import accrual, accrual_run, statement_accrual  # isort: skip  (as above)
from . import (  # isort: skip  (they extend all of the above)
    close_approval,
    close_round,
    close_step,
    close_review,
    close_check,
    close_budget,
)
