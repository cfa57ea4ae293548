from . import (
    dashboard,
    dashboard_of_payee,
    ir_actions_report,
    leaderboard,
    order_preview,
    payroll_file,
    program_sums,
    program,
    statement_report,
    statement_xlsx,
    team_sums,
    team,
)
from . import dashboard_deals, dashboard_game, dashboard_plans  # isort: skip
