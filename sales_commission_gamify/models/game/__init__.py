from . import (
    component,
    hr_employee,
    leaderboard,
    point,
    point_giving,
    res_company,
    res_config_settings,
    run,
    standing,
)
