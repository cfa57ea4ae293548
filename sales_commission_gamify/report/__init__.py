from . import (
    dashboard,
    ir_actions_report,
    payroll_file,
    statement_report,
    statement_xlsx,
)
