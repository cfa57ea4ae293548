from . import (
    dashboard,
    first_steps,
    ir_actions_report,
    leaderboard,
    payroll_file,
    statement_report,
    statement_xlsx,
)
from . import dashboard_deals, dashboard_game, dashboard_plans  # isort: skip
