from . import (
    dashboard,
    dashboard_forecast,
    invoice_credited,
    ir_actions_report,
    leaderboard,
    order_preview,
    team_attainment,
    payroll_file,
    statement_report,
    statement_xlsx,
)
from . import dashboard_deals, dashboard_game, dashboard_plans  # isort: skip
