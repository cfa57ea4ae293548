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
    spreadsheet_dashboard,
    statement_report,
    statement_xlsx,
    team_sums,
    team,
)
from . import dashboard_deals, dashboard_game, dashboard_plans  # isort: skip
from . import scenario_xlsx  # isort: skip  (it uses the workbook)
from . import employee_card, what_would_i_earn, what_would_i_earn_words  # isort: skip
from . import (  # isort: skip  (they extend the cards, the boards and the page)
    dashboard_ahead,
    dashboard_cards,
    dashboard_race,
    leaderboard_neighbours,
)
