from . import component, hr_employee, point, point_rule, run, standing
from . import (
    component,
    point,
    point_giving,
    point_rule,
    res_company,
    res_config_settings,
    run,
)
