from . import (
    component,
    point,
    point_giving,
    point_rule,
    res_company,
    res_config_settings,
    run,
)
