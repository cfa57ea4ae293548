from . import dashboard, ir_actions_report, statement_report, statement_xlsx
