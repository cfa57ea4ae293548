from . import component, hr_employee, point, point_rule, run, standing
from . import (
    point_giving,
    res_company,
    res_config_settings,
)
