from . import (
    dashboard,
    ir_actions_report,
    leaderboard,
    payroll_file,
    statement_report,
    statement_xlsx,
)
