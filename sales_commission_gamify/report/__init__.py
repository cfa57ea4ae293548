from . import (
    analysis,
    dashboard,
    dashboard_forecast,
    invoice_credited,
    dashboard_of_payee,
    digest_visits,
    first_steps,
    ir_actions_report,
    leaderboard,
    order_preview,
    team_attainment,
    payroll_file,
    program_sums,
    program,
    statement_report,
    statement_xlsx,
    team_sums,
    team,
)
from . import dashboard_deals, dashboard_game, dashboard_plans  # isort: skip
from . import scenario_xlsx, scenario_table  # isort: skip  (they use the workbook)
